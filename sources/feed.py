"""RSS, Atom, RDF and JSON feeds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources import Item, Reading
from sources._darkroom import DARKROOM
from sources._document import Byline, Document, items
from sources._fetch import Answer, fetch, load, naming
from sources._pace import fresh_s, oldest, pace_s, retry_after_s
from sources._parse import parse

__all__ = ["Plugin", "Settings", "close", "read_file"]

CAP = 10_000_000  # bytes of a feed in a file
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5"
KEPT = ("etag", "modified", "count", "since", "ttl_s")  # what a 304 leaves as it was
MOVES = 3  # identical answers that an address has moved for good ...
MOVE_TIME = timedelta(hours=24)  # ... over at least this long, before we believe it


class Settings(BaseModel):
    """One feed. `every_s` is the least wait between two looks: less than 60 only for one's own.

    `full_text` lets the pages of its reports be read before a script rests on them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://")
    outlet: str = ""
    lang: str = ""
    image_rights: Literal["none", "licensed", "own"] = "none"
    every_s: float = Field(default=300.0, ge=1)
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
            return Reading(state=learnt, wait_s=self._wait_s(answer, learnt, now))
        with naming(answer.url):
            document = await DARKROOM.develop(parse, answer.body, answer.url, answer.charset)
        backlog = self._settings.backlog and not known
        found, notes = items(document, self._byline, now, backlog)
        learnt |= _validators(answer) | _pace(document)
        return Reading(found, learnt, self._wait_s(answer, learnt, now), notes)

    def _wait_s(self, answer: Answer, learnt: Mapping[str, str], now: datetime) -> float:
        since = datetime.fromisoformat(learnt["since"]) if "since" in learnt else None
        return max(
            pace_s(int(learnt.get("count", 0)), since, self._settings.every_s, now),
            float(learnt.get("ttl_s", 0)),
            fresh_s(answer.headers),
            retry_after_s(answer.headers, now) or 0.0,
        )


def read_file(
    path: Path, now: datetime, *, name: str, outlet: str = "", lang: str = ""
) -> tuple[Item, ...]:
    """Read a feed that lies in a file; none of it is backlog. Raises SourceBroken."""
    body = load(path, CAP)
    with naming(str(path)):
        document = DARKROOM.develop_now(parse, body)
    return items(document, Byline(name, outlet, lang), now, backlog=False)[0]


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


def _pace(document: Document) -> dict[str, str]:
    count, since = oldest(entry.published for entry in document.entries)
    pace = {"count": str(count), "since": since.isoformat()} if since else {}
    return pace | {"ttl_s": str(document.ttl_s)}
