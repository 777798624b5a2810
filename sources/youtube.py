"""YouTube: the new films of one channel, as reports of the outlet that it belongs to.

Asked: one GET of `/feeds/videos.xml?channel_id=UC...`.
Answer: Atom with the newest 15 films.
Limits: none stated. No key.
Terms: a public feed; pictures and films are the channel's. Known in November 2026.

A channel is an outlet, so this gives items and no signals. It is called "Name (YouTube)" and counts
as one voice with the outlet "Name".
"""

from collections.abc import Mapping
from datetime import datetime

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources import Reading
from sources._document import Byline, Document, items
from sources._look import HTTP, look, with_query
from sources._parse import parse

__all__ = ["Plugin", "Settings"]


class Settings(BaseModel):
    """One channel, by its id. `outlet` is the name of its owner as your other sources have it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: str = Field(pattern=r"^UC[\w-]{22}$")
    outlet: str = ""
    lang: str = ""
    backlog: bool = True
    url: str = Field("https://www.youtube.com/feeds/videos.xml", pattern=HTTP)
    every_s: float = Field(900.0, ge=300)


class Plugin:
    """Reads the films of one channel."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Look once; an unchanged channel gives no items. Raises SourceDown or SourceBroken."""
        ours = self._settings
        url = with_query(ours.url, channel_id=ours.channel)
        seen = await look(self._http, url, parse, url, now=now, state=state, every_s=ours.every_s)
        if seen.made is None:
            return Reading(state=seen.state, wait_s=seen.wait_s)
        backlog = ours.backlog and state.get("asked") != url
        found, notes = items(seen.made, self._byline(seen.made), now, backlog)
        return Reading(found, seen.state, seen.wait_s, notes)

    def _byline(self, document: Document) -> Byline:
        owner = self._settings.outlet or document.title or self.name
        return Byline(self.name, f"{owner} (YouTube)", self._settings.lang)
