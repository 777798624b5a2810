"""What a chat does for its board: it writes a message, changes one, opens a thread."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.chat import Mark
from bot.chat._pieces import Count, points

__all__ = ["Pen", "Sheet", "Shut", "Sizes", "Sleep"]

Sleep = Callable[[float], Awaitable[object]]


class Shut(ConnectionError):
    """A chat does not let us in until a person mends something; we knock again later."""

    retry_after_s = 600.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a chat takes: a text's and a film's caption's length by `count`, a film's bytes.

    `caption` 0: a film stands alone. `command` is how many bytes a button can carry.
    """

    text: int
    caption: int
    film: int
    command: int
    count: Count = points


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message as a chat takes it. `thread` is "" for the room itself.

    `key` is the same on every try. `captioned`: the text stands below a film, now or before.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    film: Path | None = None
    thread: str = ""
    key: str = ""
    captioned: bool = False


class Pen(Protocol):
    """Writes into one chat. What it answers names a message or a thread, in the chat's own way.

    Raises ConnectionError where later may work, with `retry_after_s` if the chat says so, and
    ValueError where it never will.
    """

    sizes: Sizes

    async def put(self, sheet: Sheet) -> str:
        """Write a message; answer its name."""
        ...

    async def change(self, ref: str, sheet: Sheet) -> bool:
        """Put this in the place of a message, buttons and all; False if that is gone."""
        ...

    async def begin(self, title: str) -> str:
        """Open a thread before its first message; "" where a message opens it."""
        ...

    async def follow(self, ref: str, title: str) -> str:
        """Name the thread that a message opens."""
        ...
