"""What the world says, in our words: items, and the sources that read them.

A source is one file of this package that satisfies `Source`. It knows nothing of stories, drafts
or clips; whoever keeps its state between two readings is not its business either.

    SourceError
      SourceDown    later may work           (a ConnectionError)
      SourceBroken  this answer never will   (a ValueError)
        SourceGone  nor will any later one
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from sources._pace import retry_after_s

if TYPE_CHECKING:
    import aiohttp

__all__ = [
    "Hub",
    "Item",
    "Media",
    "Pushed",
    "Reading",
    "Signal",
    "Source",
    "SourceBroken",
    "SourceDown",
    "SourceError",
    "SourceGone",
    "read_file",
    "read_outlines",
    "read_url",
    "retry_after_s",
    "write_outlines",
]


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or a film that a publisher put beside an item.

    `licence` is "" while nobody granted one: such a picture stays its publisher's and is never
    shown. `credit` is what must be burnt in beside it.
    """

    url: str
    kind: Literal["image", "video"] = "image"
    width: int | None = None
    height: int | None = None
    credit: str = ""
    licence: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One report of one outlet. All texts are plain (no markup, no control characters).

    `id` is stable over readings and over re-titling. `seen` is when we first held it; `published`
    is the outlet's own word, None where it gave none or an impossible one. Both are aware, in UTC.
    `backlog` marks what was there already when the source was read for the first time: old news,
    which never makes a trend. `text` is the whole report where the source gives it, else ""; its
    paragraphs end with a line break, title and summary have none. `where` is the latitude and
    longitude in degrees that the source gave, None where it gave none. `page` is what became of its
    web page: "" while nobody looked, "read" where `text` was taken from it, else why it was not.
    """

    id: str
    source: str
    outlet: str
    url: str
    title: str
    summary: str
    published: datetime | None
    seen: datetime
    lang: str = ""
    media: tuple[Media, ...] = ()
    text: str = ""
    backlog: bool = False
    where: tuple[float, float] | None = None
    page: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """What people look at, search for or pass on: no report, and never counted as an outlet.

    `sense` is the name of the place that says so, as people write it ("Hacker News"): with it the
    plug-in's docstring begins. `title` is the topic in its own words, `strength` 0..1 how strong it
    is among what this place usually shows, and `links` are the canonical addresses of reports that
    it points to. `told` is the same in words for an editor ("412 points", "rank 3 of 50"). `seen`
    is aware, in UTC.
    """

    sense: str
    title: str
    strength: float
    seen: datetime
    told: str = ""
    url: str = ""
    links: tuple[str, ...] = ()
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Hub:
    """Where a source says that its news can be had at once (WebSub): who tells, and of what."""

    url: str
    topic: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look at a source gave.

    `state` goes back into the next `read` unchanged (validators, addresses, counters: plain
    strings). Its "url", where a source sets it, is the address that it asks next: that host's
    manners are kept. `wait_s` is the least time until the next look that the source asks for.
    `notes` say in plain words what was odd and passed over. `signals` are all that it says now:
    they take the place of what it said before; None leaves that as it was (an unchanged answer).
    `hub` is None where the source names none, and with an unchanged answer what it named before.
    """

    items: tuple[Item, ...] = ()
    state: Mapping[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    notes: tuple[str, ...] = ()
    signals: tuple[Signal, ...] | None = None
    hub: Hub | None = None


class Source(Protocol):
    """Where items come from. `name` is unique among the configured sources."""

    name: str

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Look once. Raises SourceDown or SourceBroken and nothing else."""
        ...


@runtime_checkable
class Pushed(Protocol):
    """A source whose news may also be pushed to us (WebSub)."""

    async def take(
        self, body: bytes, charset: str, now: datetime, state: Mapping[str, str]
    ) -> Reading:
        """Read what was pushed, with the state of the last look. Raises SourceBroken."""
        ...


class SourceError(Exception):
    """A source could not be read."""


class SourceDown(SourceError, ConnectionError):
    """Later may work. `retry_after_s` is what the host asked for, if it did."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class SourceBroken(SourceError, ValueError):
    """What came is not what this source reads; asking again will not mend it."""


class SourceGone(SourceBroken):
    """Its host says that it will not come back: nobody asks again until the set-up changes."""


def read_file(path: Path, now: datetime) -> tuple[Item, ...]:
    """Read a feed, an item file or an article, whatever it holds. Blocks. Raises SourceBroken."""
    from sources import _files  # parsers are loaded by the first reading

    return _files.read_file(path, now)


async def read_url(url: str, now: datetime, http: "aiohttp.ClientSession") -> tuple[Item, ...]:
    """Read a feed or an article from an address. Raises SourceDown or SourceBroken."""
    from sources import _files

    return await _files.read_url(url, now, http)


def read_outlines(path: Path) -> tuple[tuple[str, str], ...]:
    """Read the feeds of an OPML file: pairs of title and address. Blocks. Raises SourceBroken."""
    from sources import _files

    return _files.read_outlines(path)


def write_outlines(title: str, feeds: Iterable[tuple[str, str]]) -> str:
    """Write feeds, pairs of title and address, as OPML."""
    from sources._opml import write_opml

    return write_opml(title, feeds)
