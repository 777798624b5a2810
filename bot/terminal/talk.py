"""`wirereel chat`: a terminal that speaks to the running daemon through its page."""

import io
import readline  # noqa: F401 - arrow keys and history at the prompt
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.text import Text

from bot.terminal import answer, fail, find_config, screen, shown
from bot.terminal.remote import Remote, Unreachable

__all__ = ["talk"]


def talk(path: Path | None) -> None:
    """`wirereel chat`: a terminal that speaks to the daemon's page."""
    try:
        remote = Remote.of(find_config(path))
        screen.print(f"talking to {remote.url}; `help` lists the commands, Ctrl-D ends")
        for text in filter(None, _typed()):
            answer.print(Text(shown(remote.command(text))))
    except Unreachable as error:
        fail(str(error))


def _typed() -> Iterator[str]:
    """Take what a person types at the prompt, or what is piped in, line by line to the end."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    prompt = "wirereel> " if sys.stdin.isatty() else ""
    while True:
        try:
            yield input(prompt).strip()
        except (EOFError, KeyboardInterrupt):
            return
