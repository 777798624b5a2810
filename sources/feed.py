"""RSS, Atom, RDF and JSON feeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources import Hub, Item, Reading
from sources._darkroom import DARKROOM
from sources._document import Byline, Document, items
from sources._fetch import Answer, fetch, load, naming
from sources._pace import awake_s, fresh_s, retry_after_s
from sources._parse import parse
from sources._rhythm import NONE, Rhythm, heard, next_look_s

__all__ = ["Look", "Plugin", "Settings", "close", "look", "read_file"]

CAP = 10_000_000  # bytes of a feed in a file
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5"
RHYTHM = ("count", "since", "newest", "week", "taught")
KEPT = ("etag", "modified", "ttl_s", "period_s", "quiet", "hub", "topic", *RHYTHM)  # by a 304
MOVES = 3  # identical answers that an address has moved for good ...
MOVE_TIME = timedelta(hours=24)  # ... over at least this long, before we believe it


class Settings(BaseModel):
    """One feed. `every_s` is the least wait between two looks: less than 60 only for one's own.

    `full_text` lets the pages of its reports be read before a script rests on them.
    `slowest_s` is the longest that we choose ourselves; what the feed asks for may be longer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://")
    outlet: str = ""
    lang: str = ""
    image_rights: Literal["none", "licensed", "own"] = "none"
    every_s: float = Field(default=300.0, ge=1)
    slowest_s: float = Field(default=21_600.0, ge=1)
    backlog: bool = True
    cap_mb: float = Field(default=10.0, gt=0)
    full_text: bool = False


class Plugin:
    """Reads one feed. State holds validators, the address it moved to, and its pace."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings
        self._http = http
        licence = "" if settings.image_rights == "none" else settings.image_rights
        self._byline = Byline(name, settings.outlet, settings.lang, licence)

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Look once; an unchanged feed gives no items. Raises SourceDown or SourceBroken."""
        asked, cap = self._settings.url, int(self._settings.cap_mb * 1e6)
        known = state if state.get("asked") == asked else {}
        answer = await fetch(self._http, known.get("url", asked), cap, now, _headers(known))
        learnt = {"asked": asked} | _moves(answer, known, now)
        if answer.status == 304:
            learnt |= {key: known[key] for key in KEPT if key in known}
            wait_s = self.wait_s(answer, learnt, now)
            return Reading(state=learnt, wait_s=wait_s, hub=_hub(learnt))
        document = await _opened(answer.body, answer.url, answer.charset)
        learnt |= _validators(answer) | _wishes(document) | _announced(answer.links, document)
        learnt |= _rhythm(known, document, now)
        return self._told(document, known, learnt, self.wait_s(answer, learnt, now), now)

    async def take(
        self, body: bytes, charset: str, now: datetime, state: Mapping[str, str]
    ) -> Reading:
        """Read what a hub pushed, with the state of the last look. Raises SourceBroken."""
        document = await _opened(body, state.get("url", self._settings.url), charset)
        return self._told(document, state, state, self._settings.every_s, now)

    def _told(
        self,
        document: Document,
        known: Mapping[str, str],
        learnt: Mapping[str, str],
        wait_s: float,
        now: datetime,
    ) -> Reading:
        backlog = self._settings.backlog and not known
        found, notes = items(document, self._byline, now, backlog)
        return Reading(found, learnt, wait_s, notes, hub=_hub(learnt))

    def wait_s(self, answer: Answer, learnt: Mapping[str, str], now: datetime) -> float:
        """Choose how long to leave the feed alone after an answer."""
        wait_s = max(
            self._own_pace_s(learnt, now),
            float(learnt.get("ttl_s", 0)),
            fresh_s(answer.headers, now),
            retry_after_s(answer.headers, now) or 0.0,
        )
        quiet = tuple(map(int, filter(None, learnt.get("quiet", "").split(","))))
        return awake_s(wait_s, quiet, now)

    def _own_pace_s(self, learnt: Mapping[str, str], now: datetime) -> float:
        """Go by its dates, and where it has none by the period that it says it is written in.

        That period is no wish to be left alone, and software writes "hourly" into feeds that bring
        something every minute: dates know better.
        """
        every_s, rhythm = self._settings.every_s, Rhythm.of(learnt)
        if rhythm == NONE and every_s >= 60:
            return min(max(every_s, float(learnt.get("period_s", 0))), 12 * every_s)
        return next_look_s(rhythm, every_s, self._settings.slowest_s, now)


def read_file(
    path: Path, now: datetime, *, name: str, outlet: str = "", lang: str = ""
) -> tuple[Item, ...]:
    """Read a feed that lies in a file; none of it is backlog. Raises SourceBroken."""
    body = load(path, CAP)
    with naming(str(path)):
        document = DARKROOM.develop_now(parse, body)
    return items(document, Byline(name, outlet, lang), now, backlog=False)[0]


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at an address found, for whoever thinks of adding it. Times are in seconds.

    `url` is where it is read in the end; `moved`: every step of the way there was for good.
    """

    url: str
    moved: bool
    title: str
    lang: str
    entries: int
    newest: datetime | None
    wait_s: float
    ttl_s: float
    hub: str
    conditional: bool
    notes: tuple[str, ...]


async def look(http: aiohttp.ClientSession, url: str, now: datetime) -> Look:
    """Look once at an address and keep nothing. Raises SourceDown or SourceBroken."""
    settings = Settings(url=url)
    plugin = Plugin(url, settings, http)
    answer = await fetch(http, url, int(settings.cap_mb * 1e6), now, _headers({}))
    document = await _opened(answer.body, answer.url, answer.charset)
    learnt = _rhythm({}, document, now) | _wishes(document)
    found, notes = items(document, Byline(url), now, backlog=False)
    return Look(
        url=answer.url,
        moved=bool(answer.moved),
        title=document.title,
        lang=document.lang,
        entries=len(found),
        newest=max((i.published for i in found if i.published), default=None),
        wait_s=plugin.wait_s(answer, learnt, now),
        ttl_s=document.ttl_s,
        hub=_announced(answer.links, document).get("hub", ""),
        conditional=bool(_validators(answer)),
        notes=notes,
    )


async def close() -> None:
    """End the process that parses; reading another feed starts it again."""
    await DARKROOM.close()


def _headers(known: Mapping[str, str]) -> dict[str, str]:
    """Ask only for what is new, with the host's own words, byte for byte."""
    asked = {"If-None-Match": known.get("etag"), "If-Modified-Since": known.get("modified")}
    return {"Accept": ACCEPT} | {name: value for name, value in asked.items() if value}


def _validators(answer: Answer) -> dict[str, str]:
    said = {"etag": answer.headers.get("ETag"), "modified": answer.headers.get("Last-Modified")}
    return {key: value for key, value in said.items() if value and value.isascii()}


def _moves(answer: Answer, known: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Remember a permanent redirect once it was said often and long enough."""
    kept = {"url": known["url"]} if "url" in known else {}
    if not answer.moved:
        return kept
    same = known.get("moving_to") == answer.moved
    since = known["moving_since"] if same else now.isoformat()
    times = int(known["moving_times"]) + 1 if same else 1
    if times >= MOVES and now - datetime.fromisoformat(since) >= MOVE_TIME:
        return {"url": answer.moved}
    return kept | {"moving_to": answer.moved, "moving_since": since, "moving_times": str(times)}


async def _opened(body: bytes, url: str, charset: str) -> Document:
    with naming(url):
        return await DARKROOM.develop(parse, body, url, charset)


def _rhythm(known: Mapping[str, str], document: Document, now: datetime) -> dict[str, str]:
    published = (entry.published for entry in document.entries)
    return heard(Rhythm.of(known), published, now).state()


def _wishes(document: Document) -> dict[str, str]:
    """Keep what a feed asks of its readers, where it asks anything."""
    said = {
        "ttl_s": f"{document.ttl_s:g}" if document.ttl_s else "",
        "period_s": f"{document.period_s:g}" if document.period_s else "",
        "quiet": ",".join(map(str, document.quiet)),
    }
    return {key: value for key, value in said.items() if value}


def _announced(links: Mapping[str, str], document: Document) -> dict[str, str]:
    """Find the hub: in the Link header first, then in the feed (W3C WebSub, section 4)."""
    hub, topic = links.get("hub") or document.hub, links.get("self") or document.topic
    known = hub.startswith(("https://", "http://")) and topic
    return {"hub": hub, "topic": topic} if known else {}


def _hub(learnt: Mapping[str, str]) -> Hub | None:
    return Hub(learnt["hub"], learnt["topic"]) if "hub" in learnt else None
