"""The terminal that the daemon runs in: type commands, see the desk's messages."""

import asyncio
import os
import sys
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from bot.chat import Incoming, Newsroom, Outgoing

__all__ = ["Plugin", "Settings"]


class Settings(BaseModel):
    """`user` is who types here: "console:<user>" in [editors]."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    user: str = "local"


class Plugin:
    """Listens only where there is a person: on a terminal in the foreground."""

    def __init__(self, name: str, settings: Settings, _http: object) -> None:
        self.name = name
        self._user = f"console:{settings.user}"
        self._lines = 0

    async def run(self, newsroom: Newsroom) -> None:
        """Read commands line by line until the terminal closes."""
        if not sys.stdin.isatty() or os.getpgrp() != os.tcgetpgrp(sys.stdin.fileno()):
            return
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            text = line.decode(errors="replace").strip()
            if text and (reply := await newsroom.hear(self._incoming(text))):
                _show(reply)

    async def send(self, message: Outgoing) -> None:
        """Print a message."""
        _show(message.text)

    def _incoming(self, text: str) -> Incoming:
        self._lines += 1
        event = f"console:{os.getpid()}:{self._lines}"
        return Incoming(self._user, event, text, datetime.now(UTC))


def _show(text: str) -> None:
    """Write plain text: nothing in a headline may steer the terminal."""
    safe = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    sys.stdout.write(f"\n{safe}\n")
    sys.stdout.flush()
