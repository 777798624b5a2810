"""`wirereel chat`: a terminal that speaks to the running daemon through its page."""

import readline  # noqa: F401 - arrow keys and history at the prompt
from pathlib import Path

from rich.text import Text

from bot.terminal import fail, find_config, screen
from bot.terminal.remote import Remote, Unreachable

__all__ = ["talk"]


def talk(path: Path | None) -> None:
    """`wirereel chat`: a terminal that speaks to the daemon's page."""
    try:
        remote = Remote.of(find_config(path))
        screen.print(f"talking to {remote.url}; `help` lists the commands, Ctrl-D ends")
        while True:
            try:
                text = input("wirereel> ").strip()
            except (EOFError, KeyboardInterrupt):
                return
            if text:
                screen.print(Text(remote.command(text)))
    except Unreachable as error:
        fail(str(error))
