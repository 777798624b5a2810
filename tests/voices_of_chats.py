"""How each chat says things to the desk, for tests that walk all of them.

A chat NAME is spoken by `tests/voice_NAME.py`, which has a class `Voice` with these verbs.
"""

import importlib
from collections.abc import Callable
from datetime import datetime
from importlib.util import find_spec
from typing import Any, Literal, Protocol, Self

import aiohttp

from bot.chat import Chat
from bot.plugins import kinds

__all__ = ["KINDS", "PEOPLE", "Voice", "Way", "voice_of"]

Way = Literal["asked", "bot", "forwarded", "edited", "elsewhere", "pressed", "pressed elsewhere"]
"""How a command is said: to the desk by its name, by a machine with a person's id, and so on."""

PEOPLE = ("anna", "bea", "ed", "vi", "stranger")

KINDS = tuple(kind for kind in kinds("bot.chat") if kind not in ("web", "console"))
"""Chats where people talk. The page and the terminal know their one user by themselves."""


class Voice(Protocol):
    """A server of one kind with people in it; an async context manager. `ways` are those it has."""

    ways: frozenset[Way]

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    def chat(self, http: aiohttp.ClientSession, clock: Callable[[], datetime]) -> Chat:
        """Make the plug-in that is connected to this server."""
        ...

    async def up(self) -> None:
        """Wait until the plug-in listens."""
        ...

    def user(self, who: str) -> str:
        """Name one of PEOPLE as [editors] does."""
        ...

    async def says(self, who: str, text: str, at: datetime, way: Way = "asked") -> Any:
        """Let somebody say, or press, a command; what it answers may be repeated."""
        ...

    async def repeats(self, said: Any) -> None:
        """Let the very same event come once more."""
        ...

    async def answers(self, word: str) -> None:
        """Wait until a message of the desk holds a word."""
        ...


def voice_of(kind: str) -> Voice | None:
    """Make the voice of a chat; None where nobody wrote it."""
    name = f"voice_{kind}"
    return importlib.import_module(name).Voice() if find_spec(name) else None  # type: ignore[no-any-return]
