"""Reddit: posts that rise in the subreddits of your choice.

Asked: one GET of `/r/news+worldnews/rising/.rss`, however many subreddits there are.
Answer: Atom; an entry's content is HTML whose link named "[link]" is the report that was posted.
Limits: about 10 requests a minute without a login, and often a 429 or 403 before. No key.
Terms: Reddit's data terms want an agreement for commercial use: it needs `terms = "read"`. Known in
November 2026.
Strength: the rank.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sources import Reading, Signal
from sources._look import HTTP, accepted, hear, with_query
from sources._sense import Element, by_rank, elements, signal, text

__all__ = ["Plugin", "Settings", "heard"]

MOST = 50  # posts asked for

_POSTED = re.compile(r'<a href="([^"<>]{1,2000})">\[link\]</a>')


class Settings(BaseModel):
    """The subreddits, and which of their lists."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subreddits: tuple[Annotated[str, StringConstraints(pattern=r"^\w{2,21}$")], ...] = Field(
        min_length=1, max_length=20
    )
    listing: Literal["rising", "hot"] = "rising"
    terms: Annotated[str, accepted("https://redditinc.com/policies/data-api-terms")] = Field(
        "", validate_default=True
    )
    url: str = Field("https://www.reddit.com", pattern=HTTP)
    every_s: float = Field(600.0, ge=120)


class Plugin:
    """Hears one list of some subreddits."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Look once. Raises SourceDown or SourceBroken."""
        ours = self._settings
        where = f"{ours.url.rstrip('/')}/r/{'+'.join(ours.subreddits)}/{ours.listing}/.rss"
        url = with_query(where, limit=MOST)
        return await hear(self._http, url, heard, now=now, state=state, every_s=ours.every_s)


def heard(body: bytes, now: datetime) -> tuple[Signal, ...]:
    """Read a list of posts. Raises SourceBroken."""
    posts = elements(body, "feed", "entry")
    found = (_post(post, rank, len(posts), now) for rank, post in enumerate(posts, 1))
    return tuple(one for one in found if one)


def _post(post: Element, rank: int, of: int, now: datetime) -> Signal | None:
    where, page = post.find("{*}category"), post.find("{*}link")
    subreddit = where.get("label", "") if where is not None else ""
    return signal(
        "Reddit",
        text(post, "title"),
        by_rank(rank, of),
        now,
        told=f"rank {rank} of {of}" + (f", in {subreddit}" if subreddit else ""),
        url=page.get("href", "") if page is not None else "",
        links=_POSTED.findall(text(post, "content")),
    )
