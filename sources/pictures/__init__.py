"""Pictures that may be used, in our words: what is asked for, what was found, by what right.

A finder is one file of this package that satisfies `Finder`. It searches and says under which
licence each picture stands; whether that licence is allowed, and whether a picture shows what the
script speaks of, is decided by whoever asks.

    FinderError
      FinderDown    later may work            (a ConnectionError)
      FinderBroken  this question never will  (a ValueError)
"""

from dataclasses import dataclass
from typing import Protocol

from sources.pictures._licence import allowed, licence_id

__all__ = [
    "Finder",
    "FinderBroken",
    "FinderDown",
    "FinderError",
    "Found",
    "Query",
    "allowed",
    "licence_id",
]


@dataclass(frozen=True, slots=True)
class Query:
    """What to search for: the name of a person or a place, and the language it is written in."""

    name: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A picture that a finder offers.

    `url` is the file to fetch, at a size that fits a phone; `file` is a path instead where the
    picture lies on our own disk. `credit` is ready to be burnt in. `licence` is an id such as
    "CC0", "PDM", "CC-BY-4.0", "own" or "licensed", "" where we cannot tell. `people` is whether
    somebody is on it, None if the finder does not say; `taken` is a year, 0 if unknown. Width and
    height are pixels of that file, 0 if unknown. Texts are plain and bounded.
    """

    url: str
    caption: str
    credit: str
    licence: str
    licence_url: str = ""
    page: str = ""
    title: str = ""
    creator: str = ""
    width: int = 0
    height: int = 0
    people: bool | None = None
    taken: int = 0
    file: str = ""


class Finder(Protocol):
    """Where pictures are searched. `name` is unique among the configured finders.

    `stock` says that its pictures are of models and moods: they are never shown where somebody
    could be seen in a bad light.
    """

    name: str
    stock: bool

    async def find(self, query: Query, most: int) -> tuple[Found, ...]:
        """Search, best first, `most` at most. Raises FinderDown or FinderBroken, nothing else."""
        ...


class FinderError(Exception):
    """A finder gave no answer."""


class FinderDown(FinderError, ConnectionError):
    """Later may work. `retry_after_s` is what the host asked for, if it did."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class FinderBroken(FinderError, ValueError):
    """What came is not what this finder reads, or it will never answer us so."""
