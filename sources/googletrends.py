"""Google Trends: what many people of a country suddenly search for.

Asked: one GET of `/trending/rss?geo=US`, the feed of the page "Trending now".
Answer: RSS whose items hold, in the namespace `ht`, `approx_traffic` ("20,000+") and several
`news_item` with `news_item_url`: reports of outlets, which link a search to a story.
Limits: none stated; it is made for readers, so ten minutes are the least. No key.
Terms: unofficial, and Google's terms of service restrict automated and commercial use: it needs
`terms = "read"`. Known in November 2026.
Strength: searches against the median of the list.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources import Reading, Signal
from sources._look import HTTP, accepted, hear, with_query
from sources._sense import Element, by_count, count, elements, signal, text, usual

__all__ = ["Plugin", "Settings", "heard"]

_TRAFFIC = re.compile(r"([\d,.]{1,15})\s*([KM]?)\+?")
_TIMES = {"": 1, "K": 1000, "M": 1_000_000}


class Settings(BaseModel):
    """A country ("US") or a part of one ("US-NY")."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    geo: str = Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")
    terms: Annotated[str, accepted("https://policies.google.com/terms")] = Field(
        "", validate_default=True
    )
    url: str = Field("https://trends.google.com/trending/rss", pattern=HTTP)
    every_s: float = Field(900.0, ge=600)


class Plugin:
    """Hears the trending searches of one place."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Look once. Raises SourceDown or SourceBroken."""
        ours = self._settings
        url = with_query(ours.url, geo=ours.geo)
        return await hear(self._http, url, heard, now=now, state=state, every_s=ours.every_s)


def heard(body: bytes, now: datetime) -> tuple[Signal, ...]:
    """Read a feed of searches. Raises SourceBroken."""
    searches = elements(body, "rss", "item")
    typical = usual(_traffic(search) for search in searches)
    found = (_search(search, typical, now) for search in searches)
    return tuple(one for one in found if one)


def _search(search: Element, typical: float, now: datetime) -> Signal | None:
    traffic = _traffic(search)
    return signal(
        "Google Trends",
        text(search, "title"),
        by_count(traffic, typical),
        now,
        told=f"{traffic:,}+ searches" if traffic else "",
        links=[text(report, "news_item_url") for report in search.iterfind("{*}news_item")],
    )


def _traffic(search: Element) -> int:
    """Read "200+", "20,000+" or "2M+"; 0 for anything else."""
    said = _TRAFFIC.fullmatch(text(search, "approx_traffic").strip())
    return count(re.sub(r"[,.]", "", said[1])) * _TIMES[said[2]] if said else 0
