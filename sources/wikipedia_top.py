"""Wikipedia's most read: articles that were read far more yesterday than the day before.

Asked: one GET a day of `/top/{wiki}/all-access/YYYY/MM/DD` of the pageviews API.
Answer: JSON `{"items": [{"articles": [{"article", "views", "rank"}]}]}`, the 1,000 most read pages.
Limits: 100 requests a second; a day is counted some hours after its end, so we ask six hours later.
No key, but `[network] contact`.
Terms: Wikimedia's user agent policy; the figures are CC0. Known in November 2026.
Strength: reads against those of the day before. The first list of all is only the baseline, and so
main pages and perennial favourites are never heard.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import islice

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources import Reading, Signal, SourceBroken
from sources._clean import plain
from sources._document import TITLE
from sources._look import HTTP, look
from sources._loose import dicts, string
from sources._sense import by_count, count, json_list, signal
from sources._wiki import page, subject

__all__ = ["NEEDS_CONTACT", "Plugin", "Settings", "heard", "views_of"]

NEEDS_CONTACT = True  # its hosts refuse who does not say whom to write to
COUNTED = timedelta(hours=30)  # after a day began: it is over for six hours
ROSE = 2.0  # times the reads of the day before


class Settings(BaseModel):
    """Which wiki, and how many of its most read pages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wiki: str = Field("en.wikipedia", pattern=r"^[a-z-]{2,20}\.[a-z]{4,20}$")
    most: int = Field(200, ge=10, le=1000)
    url: str = Field("https://wikimedia.org/api/rest_v1/metrics/pageviews/top", pattern=HTTP)
    every_s: float = Field(7200.0, ge=600)


class Plugin:
    """Compares two days. State holds the reads of both; a day that is known is not asked again."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Say what rose; look only where a new day is there. Raises SourceDown or SourceBroken."""
        ours, day = self._settings, (now - COUNTED).date()
        where = f"{ours.url.rstrip('/')}/{ours.wiki}/all-access"
        known = state if state.get("asked") == where else {}
        if known.get("day") != day.isoformat():
            follows = known.get("day") == (day - timedelta(days=1)).isoformat()
            views, before = await self._views(where, day, now), known["views"] if follows else "{}"
            known = {"asked": where, "day": day.isoformat(), "views": views, "before": before}
        views_before = json.loads(known["before"])
        signals = heard(json.loads(known["views"]), views_before, day, f"{ours.wiki}.org", now)
        notes = () if views_before else ("a first list is only the baseline of the next day",)
        return Reading(state=known, wait_s=ours.every_s, notes=notes, signals=signals)

    async def _views(self, where: str, day: date, now: datetime) -> str:
        """Ask for a day; what is answered never changes."""
        ours, url = self._settings, f"{where}/{day:%Y/%m/%d}"
        seen = await look(
            self._http, url, views_of, ours.most, now=now, state={}, every_s=ours.every_s
        )
        return json.dumps(seen.made)


def views_of(body: bytes, most: int) -> dict[str, int]:
    """Read how often each of the most read pages was read. Raises SourceBroken."""
    days = json_list(body, "items")
    if not days or not isinstance(days[0].get("articles"), list):
        raise SourceBroken("the answer is not what is documented: no list articles")
    pages = islice(dicts(days[0], "articles"), most)
    views = {plain(string(p, "article"), TITLE): count(p.get("views")) for p in pages}
    return {title: number for title, number in views.items() if title and number}


def heard(
    views: Mapping[str, int], before: Mapping[str, int], day: date, host: str, now: datetime
) -> tuple[Signal, ...]:
    """Say what was read at least twice as often as the day before; nothing without that day."""
    fewest = min(before.values(), default=0)
    rose = {t: n for t, n in views.items() if before and n >= ROSE * before.get(t, fewest)}
    found = (
        signal(
            "Wikipedia's most read",
            subject(title),
            by_count(number, before.get(title, fewest)),
            now,
            told=_told(number, before.get(title), day),
            url=page(host, title),
            lang=host.partition(".")[0],
        )
        for title, number in rose.items()
    )
    return tuple(one for one in found if one)


def _told(number: int, before: int | None, day: date) -> str:
    return f"{number:,} reads on {day:%-d %B}, {f'{before:,}' if before else 'few'} the day before"
