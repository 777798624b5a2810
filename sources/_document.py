"""A feed as read, whatever its format was, and how its entries become items.

Pure: addresses are already absolute and texts already plain; time is an argument.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sources import Item, Media
from sources._clean import identity, page_identity, trusted

__all__ = ["ENTRIES", "OUTLET", "SUMMARY", "TEXT", "TITLE", "Byline", "Document", "Entry", "items"]

OUTLET, TITLE, SUMMARY, TEXT = 80, 300, 1000, 20_000  # characters kept
ENTRIES = 1000  # entries kept of one feed


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one report. "" and None where it says nothing; `link` is canonical."""

    guid: str
    link: str
    title: str
    summary: str
    text: str
    published: datetime | None
    lang: str
    media: tuple[Media, ...]
    where: tuple[float, float] | None = None  # latitude, longitude


@dataclass(frozen=True, slots=True)
class Document:
    """A whole feed. `ttl_s` is how long it asks to be left alone; `notes` say what was odd.

    `period_s` is how often it says it is written, `quiet` the hours of the week (0 is the first of
    Monday, UTC) in which it asks not to be read. `hub` and `topic` are where, and under which
    address of its own, its news can be subscribed to (WebSub).
    """

    title: str
    lang: str
    ttl_s: float
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
    period_s: float = 0.0
    quiet: tuple[int, ...] = ()
    hub: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Byline:
    """What we know of a feed that it does not say itself; "" leaves it to the feed.

    `licence` is what lets its pictures be shown, "" if nothing does.
    """

    source: str
    outlet: str = ""
    lang: str = ""
    licence: str = ""


def items(
    document: Document, byline: Byline, now: datetime, backlog: bool
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Turn entries into items, in the feed's order, and say what was passed over."""
    outlet = byline.outlet or document.title or byline.source
    found: dict[str, Item] = {}
    for entry_id, entry in _identified(document.entries, byline.source):
        item = Item(
            id=entry_id,
            source=byline.source,
            outlet=outlet,
            url=entry.link,
            title=entry.title,
            summary=entry.summary,
            published=trusted(entry.published, now),
            seen=now,
            lang=byline.lang or entry.lang or document.lang,
            media=tuple(replace(m, licence=byline.licence) for m in entry.media),
            text=entry.text,
            backlog=backlog,
            where=entry.where,
        )
        found.setdefault(entry_id, item)
    return tuple(found.values()), tuple(_oddities(document, len(found), now))


def _identified(entries: tuple[Entry, ...], source: str) -> Iterator[tuple[str, Entry]]:
    """Pair each titled entry with its id.

    The address is the identity: it survives re-titling, and is the same in two feeds of an outlet.
    Where several entries share one (live blogs, alert pages), their guids tell them apart.
    """
    titled = [entry for entry in entries if entry.title]
    sharing = Counter(link for link, _ in {(e.link, e.guid or e.title) for e in titled})
    for entry in titled:
        if entry.link and sharing[entry.link] == 1:
            yield page_identity(entry.link), entry
        elif entry.link or entry.guid:
            yield identity(entry.link or source, entry.guid or entry.title), entry
        else:
            day = entry.published.date().isoformat() if entry.published else ""
            yield identity(source, entry.title, day), entry


def _oddities(document: Document, kept: int, now: datetime) -> Iterator[str]:
    yield from document.notes
    untitled = sum(not entry.title for entry in document.entries)
    twice = len(document.entries) - untitled - kept
    dates = (entry.published for entry in document.entries if entry.published)
    impossible = sum(trusted(date, now) is None for date in dates)
    if untitled:
        yield f"passed over, for they have no words: {untitled}"
    if twice:
        yield f"passed over, for they are there twice: {twice}"
    if impossible:
        yield f"with an impossible date, which is left out: {impossible}"
