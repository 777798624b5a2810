"""Where editors talk to the desk: one file for each kind of chat.

A chat module has a docstring, a `Settings` model and a `Plugin` class that satisfies `Chat`. It
translates: what a person says becomes an `Incoming`, and what the desk says is shown in the
chat's own way. It decides nothing: who may say what, and what is heard at all, is the newsroom's.
Texts of the desk are plain, with marks beside them: no markup of a headline may ever reach a
chat's own parser.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

__all__ = ["Chat", "Incoming", "Mark", "Newsroom", "Outgoing", "Sort"]

Sort = Literal["said", "pressed", "reacted"]
"""How a command came: as words, by a button under a message of ours, by a reaction to one."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a person. `user` is a stable id as in [editors], for example "web:desk".

    `event` is the chat's own id of this message: the same twice is heard once. `at` is when it was
    said, by the chat's clock. `addressed`: it was said to us and to nobody else (a direct chat, a
    mention, a button, a slash command); what is not is heard only where it reads as a command.
    `bot`, `forwarded` and `edited` are told as the chat tells them.
    """

    user: str
    event: str
    text: str
    at: datetime
    sort: Sort = "said"
    addressed: bool = True
    bot: bool = False
    forwarded: bool = False
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """How a stretch of a text is meant: from character `start` up to `end`; `url` of a link."""

    start: int
    end: int
    kind: Literal["bold", "code", "link"]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message of the desk.

    `draft` and `story` are the numbers of what it is about, None if none: what is about one story
    stands in one thread, where a chat has threads. `buttons` are (label, command text): pressing
    one is the same as typing the command. `film` says which film of the draft is shown with it
    ("preview" is the small one). `slot` names the place of a message, "" for one of its own: a
    later message with the same slot takes the place of the earlier one where the chat can edit,
    buttons and all. `key` is the same whenever the same message is sent again.
    """

    text: str
    draft: int | None = None
    buttons: tuple[tuple[str, str], ...] = ()
    story: int | None = None
    marks: tuple[Mark, ...] = ()
    film: Literal["", "preview", "video"] = ""
    slot: str = ""
    key: str = ""


class Newsroom(Protocol):
    """What a chat may ask of the desk. Every answer is a complete plain value."""

    async def hear(self, message: Incoming) -> str:
        """Carry out one command and answer it in plain text. Never raises for what a user says.

        "" is no answer at all: it was not meant for us.
        """
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

    async def fitted(self, draft: int, name: str, most: int) -> Path | None:
        """Find a film of a draft ("preview" or "video") of at most so many bytes.

        A larger one is made smaller, once. None where there is none, or none so small.
        """
        ...

    async def recall(self, chat: str, key: str) -> str:
        """Read what a chat wrote down under a key (a sync token, a thread); "" if nothing."""
        ...

    async def keep(self, chat: str, key: str, value: str) -> None:
        """Write something down for a chat, through restarts; "" forgets it."""
        ...

    async def changed(self, since: int) -> int:
        """Wait until something changed after version `since`; answer the new version."""
        ...


class Chat(Protocol):
    """A place where editors are. `name` is unique among the configured chats."""

    name: str

    async def run(self, newsroom: Newsroom) -> None:
        """Listen until cancelled. Reconnects by itself."""
        ...

    async def send(self, message: Outgoing) -> None:
        """Show a message to the editors.

        Raises ConnectionError where the chat is down or not up yet: the same is sent again later.
        Raises ValueError where it will never take this message.
        """
        ...
