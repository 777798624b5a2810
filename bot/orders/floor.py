"""What commands need of the desk around them, and how one is refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.groups import Groups
from bot.posting.tally import Tally
from bot.rules import Rulebook
from bot.store import Store
from bot.story import Story
from bot.terms.timetable import Timetable
from publish import Caps

__all__ = ["Floor", "Refuse"]


class Floor(Protocol):
    """What the newsroom needs of the desk around it."""

    @property
    def store(self) -> Store:
        """The bot's memory."""
        ...

    @property
    def channels(self) -> Sequence[str]:
        """The names of the channels."""
        ...

    @property
    def groups(self) -> Groups:
        """The language of each channel, and whether the writer translates."""
        ...

    @property
    def told(self) -> Mapping[int, Mapping[str, int]]:
        """The newest draft of each story in each language ("" until it is written)."""
        ...

    @property
    def book(self) -> Rulebook:
        """The rules of the house."""
        ...

    @property
    def format(self) -> str:
        """The house's format."""
        ...

    @property
    def caps(self) -> Mapping[str, Caps]:
        """What each channel can do and takes."""
        ...

    def logins(self) -> Sequence[str]:
        """Say which logins of channels need a person."""
        ...

    @property
    def timetables(self) -> Mapping[str, Timetable]:
        """When each channel may be posted to."""
        ...

    @property
    def progress(self) -> Mapping[int, tuple[str, float]]:
        """How far each draft that is in the making is: the stage, and 0 to 1 of it."""
        ...

    @property
    def covered(self) -> Mapping[int, int]:
        """The newest draft of each story that has one."""
        ...

    @property
    def tally(self) -> Tally:
        """How posts do, as their channels tell."""
        ...

    def now(self) -> datetime:
        """The time."""
        ...

    def hot(self) -> Sequence[Story]:
        """Every live story, hottest first."""
        ...

    def hottest(self, count: int) -> Sequence[Story]:
        """The hottest stories, at most so many."""
        ...

    def story(self, number: int) -> Story | None:
        """One live story, after merges."""
        ...

    async def merge(self, one: int, other: int, who: str) -> None:
        """Make two live stories one, for good."""
        ...

    def wake(self) -> None:
        """Something changed: look again at once."""
        ...

    async def version_after(self, since: int) -> int:
        """Wait for a version after `since`."""
        ...


class Refuse(Exception):
    """The command cannot be carried out; the message is the answer."""
