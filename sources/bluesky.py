"""Bluesky: the topics that its app shows as trending.

Asked: one GET of `/xrpc/app.bsky.unspecced.getTrendingTopics` at the public API.
Answer: JSON `{"topics": [{"topic", "displayName", "link" (a path of bsky.app)}], "suggested"}`, the
strongest first; `suggested` are standing themes and no trends.
Limits: at most 25 topics; no figure is named for reading, a 429 says when enough is enough; no key.
"unspecced" means that it may change at any time.
Terms: the developer guidelines of Bluesky. Known in November 2026.
Strength: the rank.
"""

from collections.abc import Mapping
from datetime import datetime

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources import Reading, Signal
from sources._clean import address
from sources._look import HTTP, hear, with_query
from sources._loose import string
from sources._sense import by_rank, json_list, signal

__all__ = ["Plugin", "Settings", "heard"]

APP = "https://bsky.app"
MOST = 25  # topics that it gives


class Settings(BaseModel):
    """Where the API is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field("https://public.api.bsky.app", pattern=HTTP)
    every_s: float = Field(300.0, ge=60)


class Plugin:
    """Hears the trending topics."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Look once. Raises SourceDown or SourceBroken."""
        ours = self._settings
        where = f"{ours.url.rstrip('/')}/xrpc/app.bsky.unspecced.getTrendingTopics"
        url = with_query(where, limit=MOST)
        return await hear(self._http, url, heard, now=now, state=state, every_s=ours.every_s)


def heard(body: bytes, now: datetime) -> tuple[Signal, ...]:
    """Read a list of topics. Raises SourceBroken."""
    topics = json_list(body, "topics")
    found = (
        signal(
            "Bluesky",
            string(topic, "displayName", "topic"),
            by_rank(rank, len(topics)),
            now,
            told=f"rank {rank} of {len(topics)}",
            url=address(string(topic, "link"), APP),
        )
        for rank, topic in enumerate(topics, 1)
    )
    return tuple(one for one in found if one)
