"""NewsNow: the hot list of a Chinese or other platform, from a NewsNow server of your own.

Asked: one GET of `/api/s?id=weibo` at your server (github.com/ourongxing/newsnow), which reads the
platforms: weibo, zhihu, baidu, douyin, toutiao, bilibili-hot-search and many more.
Answer: JSON `{"status", "id", "updatedTime", "items": [{"id", "title", "url"}]}`, the first place
first, at most 30; a list that does not exist is a 500.
Limits: a server keeps its lists for half an hour by default and reads them again after two minutes
at the earliest. No key.
Terms: there is no default server, because the public one is a volunteer's; and what your server
reads has terms of its own: it needs `terms = "read"`. Known in November 2026.
Strength: the rank.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources import Reading, Signal
from sources._look import HTTP, accepted, hear, with_query
from sources._loose import string
from sources._sense import by_rank, json_list, signal

__all__ = ["Plugin", "Settings", "heard"]


class Settings(BaseModel):
    """Your server, and the list as it calls it; for several lists write several tables."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(pattern=HTTP)
    board: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    lang: str = "zh"
    terms: Annotated[str, accepted("the terms of the platform that the list is of")] = Field(
        "", validate_default=True
    )
    every_s: float = Field(600.0, ge=120)


class Plugin:
    """Hears one hot list."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Look once. Raises SourceDown or SourceBroken."""
        ours = self._settings
        url = with_query(f"{ours.base_url.rstrip('/')}/api/s", id=ours.board)
        given = (ours.board, ours.lang)
        return await hear(
            self._http, url, heard, *given, now=now, state=state, every_s=ours.every_s
        )


def heard(body: bytes, now: datetime, board: str, lang: str) -> tuple[Signal, ...]:
    """Read a hot list. Raises SourceBroken."""
    entries = json_list(body, "items")
    found = (
        signal(
            "NewsNow",
            string(entry, "title"),
            by_rank(rank, len(entries)),
            now,
            told=f"rank {rank} of {len(entries)} on {board}",
            url=string(entry, "url"),
            lang=lang,
        )
        for rank, entry in enumerate(entries, 1)
    )
    return tuple(one for one in found if one)
