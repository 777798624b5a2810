"""Where editors talk to the desk: one file for each kind of chat.

A chat module has a docstring, a `Settings` model and a `Plugin` class that satisfies `Chat`. It
translates: what a person says becomes an `Incoming`, and what the desk says is shown in the
chat's own way. It decides nothing. Texts of the desk are plain: no markup of a headline may ever
reach a chat's own parser.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

__all__ = ["Chat", "Incoming", "Newsroom", "Outgoing"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a person. `user` is a stable id as in [editors], for example "web:desk".

    `event` is the chat's own id of this message: the same twice is heard once.
    """

    user: str
    event: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message of the desk. `draft` is the number of the draft it is about, None if none.

    `buttons` are (label, command text): pressing one is the same as typing the command.
    """

    text: str
    draft: int | None = None
    buttons: tuple[tuple[str, str], ...] = ()


class Newsroom(Protocol):
    """What a chat may ask of the desk. Every answer is a complete plain value."""

    async def hear(self, message: Incoming) -> str:
        """Carry out one command and answer it in plain text. Never raises for what a user says."""
        ...

    def stories(self, limit: int = 20) -> Sequence[Mapping[str, Any]]:
        """The hottest stories now, as JSON-ready mappings (see docs/operating.md)."""
        ...

    async def drafts(self) -> Sequence[Mapping[str, Any]]:
        """Every open draft and the recently closed ones, newest first, as JSON-ready mappings."""
        ...

    async def clip(self, draft: int, name: str) -> Path | None:
        """Find one file of a draft's clip: video, cover, srt, vtt or sources.

        "preview" is the small clip that can be watched while the full one is rendered, "clean" the
        one without the logo, where a channel asks for it.
        """
        ...

    async def changed(self, since: int) -> int:
        """Wait until something changed after version `since`; answer the new version."""
        ...


class Chat(Protocol):
    """A place where editors are."""

    name: str

    async def run(self, newsroom: Newsroom) -> None:
        """Listen until cancelled. Reconnects by itself."""
        ...

    async def send(self, message: Outgoing) -> None:
        """Show a message to the editors. A chat that is down raises ConnectionError."""
        ...
