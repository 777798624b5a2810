"""Hacker News: what its readers vote up on the front page.

Asked: one GET of `/search?tags=front_page` at Algolia's Hacker News Search, which answers the whole
front page with points and addresses; the official API would need a request for each story.
Answer: JSON `{"hits": [{"objectID", "title", "url" (none for a text), "points", "created_at_i"}]}`.
Limits: about 10,000 requests an hour from one address; no key.
Terms: open to all; the texts belong to those who wrote them. Known in November 2026.
Strength: points an hour against the median of the page.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources import Reading, Signal
from sources._look import HTTP, hear, with_query
from sources._loose import string
from sources._sense import by_count, count, json_list, signal, span, usual

__all__ = ["Plugin", "Settings", "heard"]

PAGE = "https://news.ycombinator.com/item?id="
OLDEST_S = 30 * 86_400  # an older story is not on the front page: its date is wrong


class Settings(BaseModel):
    """Where the search is, and how many stories of the front page are heard."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field("https://hn.algolia.com/api/v1/search", pattern=HTTP)
    most: int = Field(50, ge=1, le=100)
    every_s: float = Field(300.0, ge=60)


class Plugin:
    """Hears the front page."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Look once. Raises SourceDown or SourceBroken."""
        ours = self._settings
        url = with_query(ours.url, tags="front_page", hitsPerPage=ours.most)
        return await hear(self._http, url, heard, now=now, state=state, every_s=ours.every_s)


def heard(body: bytes, now: datetime) -> tuple[Signal, ...]:
    """Read a page of stories. Raises SourceBroken."""
    hits = json_list(body, "hits")
    typical = usual(_pace(hit, now) for hit in hits)
    found = (_story(hit, typical, now) for hit in hits)
    return tuple(one for one in found if one)


def _story(hit: Mapping[str, Any], typical: float, now: datetime) -> Signal | None:
    points, age_s = count(hit.get("points")), _age_s(hit, now)
    if not points:
        return None
    return signal(
        "Hacker News",
        string(hit, "title"),
        by_count(_pace(hit, now), typical),
        now,
        told=f"{points:,} points in {span(age_s)}" if age_s else f"{points:,} points",
        url=PAGE + string(hit, "objectID"),
        links=[string(hit, "url")],
    )


def _pace(hit: Mapping[str, Any], now: datetime) -> float:
    """Points an hour; the first hour counts as a whole one."""
    return count(hit.get("points")) / max(1.0, _age_s(hit, now) / 3600)


def _age_s(hit: Mapping[str, Any], now: datetime) -> float:
    """How long a story is there, 0 where its date is none."""
    age_s = now.timestamp() - count(hit.get("created_at_i"))
    return age_s if 0 < age_s < OLDEST_S else 0.0
