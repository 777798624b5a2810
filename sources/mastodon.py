"""Mastodon: links or hashtags that many people of one instance pass on.

Asked: one GET of `/api/v1/trends/links` or `/api/v1/trends/tags` of the instance.
Answer: JSON `[{"title" or "name", "url", "language", "history": [{"day", "uses", "accounts"}]}]`,
the newest of at most seven days first, all numbers as text.
Limits: 300 requests in 5 minutes from one address; an instance may keep its trends to its members
(then it answers 401 or 403). No key.
Terms: those of the instance, on its page /about. Known in November 2026.
Strength: people of the busier of the last two days against the mean of the days before.
"""

import statistics
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources import Reading, Signal
from sources._look import hear, with_query
from sources._loose import dicts, string
from sources._sense import by_count, count, json_list, signal, spoken

__all__ = ["Plugin", "Settings", "heard"]

LATELY = 2  # days: today alone would be empty just after midnight


class Settings(BaseModel):
    """An instance, and which of its lists; for both of them write two tables."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instance: str = Field("https://mastodon.social", pattern=r"^https?://[^/]+/?$")
    trends: Literal["links", "tags"] = "links"
    every_s: float = Field(600.0, ge=120)


class Plugin:
    """Hears the trends of one instance."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Look once. Raises SourceDown or SourceBroken."""
        ours = self._settings
        where = f"{ours.instance.rstrip('/')}/api/v1/trends/{ours.trends}"
        url = with_query(where, limit=20)  # the most that it gives at once
        return await hear(self._http, url, heard, now=now, state=state, every_s=ours.every_s)


def heard(body: bytes, now: datetime) -> tuple[Signal, ...]:
    """Read a list of links or of hashtags. Raises SourceBroken."""
    found = (_trend(one, now) for one in json_list(body))
    return tuple(one for one in found if one)


def _trend(one: Mapping[str, Any], now: datetime) -> Signal | None:
    days = [count(day.get("accounts")) for day in dicts(one, "history")]
    people, before = max(days[:LATELY], default=0), days[LATELY:]
    typical = statistics.fmean(before) if before else 0.0
    if not people:
        return None
    tag = string(one, "name")
    told = f"{people:,} people in a day" + (f", usually {typical:,.0f}" if typical >= 1 else "")
    return signal(
        "Mastodon",
        string(one, "title") or spoken(tag),
        by_count(people, typical),
        now,
        told=f"#{tag}: {told}" if tag else told,
        url=string(one, "url") if tag else "",
        links=[] if tag else [string(one, "url")],
        lang=string(one, "language"),
    )
