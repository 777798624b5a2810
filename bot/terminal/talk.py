"""`wirereel chat`: a terminal that speaks to the running daemon through its page."""

import io
import readline
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from rich.text import Text

from bot.terminal import answer, fail, find_config, screen, shown
from bot.terminal.completion import Known, completions, waiting
from bot.terminal.remote import Remote, Unreachable

__all__ = ["talk"]

FRESH_S = 2.0  # what the desk has is asked again after that


def talk(path: Path | None) -> None:
    """`wirereel chat`: a terminal that speaks to the daemon's page."""
    try:
        config = find_config(path)
        remote = Remote.of(config)
        screen.print(
            f"talking to {remote.url}; `help` lists the commands, Tab completes, Ctrl-D ends"
        )
        if sys.stdin.isatty():
            _complete(remote, Known(channels=[slot.name for slot in config.channels]))
        for text in filter(None, _typed()):
            try:
                answer.print(Text(shown(remote.command(text))))
            except Unreachable as error:
                if not sys.stdin.isatty():
                    raise
                screen.print(Text(f"{shown(str(error))}; say it again then", style="bold red"))
    except Unreachable as error:
        fail(str(error))


def _complete(remote: Remote, known: Known) -> None:
    """Have the Tab key offer verbs, drafts with their revisions, stories and channels."""
    asked = time.monotonic()
    known = _asked(remote, known)
    for line in waiting(known):
        screen.print(Text(shown(line)))

    def offered(_word: str, n: int) -> str | None:
        nonlocal known, asked
        if n == 0 and time.monotonic() - asked > FRESH_S:
            with suppress(Unreachable):  # what was known will do
                known, asked = _asked(remote, known), time.monotonic()
        found = completions(readline.get_line_buffer()[: readline.get_endidx()], known)
        return found[n] if n < len(found) else None

    readline.set_completer_delims(" ")
    readline.set_completer(offered)
    readline.parse_and_bind("tab: complete")


def _asked(remote: Remote, known: Known) -> Known:
    drafts, stories = remote.get("/api/drafts")["drafts"], remote.get("/api/stories")["stories"]
    return replace(known, drafts=drafts, stories=[story["id"] for story in stories])


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
