"""GDELT: headlines that many news sites of the world carry at once, on topics of your choice.

Asked: one GET of the DOC 2.0 API (`mode=artlist`) for all topics together, joined by OR.
Answer: JSON `{"articles": [{"url", "title", "domain", "seendate", "language"}]}`, at most 250, `{}`
where there are none. What it will not take it says in a sentence with status 200.
Limits: one request in 5 seconds from one address; new articles every 15 minutes. No key.
Terms: free for any use; name "GDELT Project" with a link where you show it. Known in November 2026.
Strength: sites with one headline against the least that count.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sources import Reading, Signal
from sources._clean import plain
from sources._document import TITLE
from sources._look import HTTP, hear, with_query
from sources._loose import string
from sources._sense import by_count, json_list, json_object, signal

__all__ = ["Plugin", "Settings", "heard"]

MOST = 250  # articles that it gives

_SPACED = re.compile(r"\s+(?=[,.;:!?])")  # its titles have spaces before punctuation
_SITE = re.compile(r"\s+[|–—-]\s+[^|–—-]{2,40}$")  # a site's own name behind its headline


class Settings(BaseModel):
    """The topics: words or phrases. `narrow` is more of GDELT's language ("sourcelang:english")."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topics: tuple[Annotated[str, StringConstraints(pattern=r'^[^"()]{3,60}$')], ...] = Field(
        min_length=1, max_length=20
    )
    narrow: str = Field("", max_length=200)
    minutes: int = Field(60, ge=15, le=1440)
    sites: int = Field(3, ge=2, le=100)
    url: str = Field("https://api.gdeltproject.org/api/v2/doc/doc", pattern=HTTP)
    every_s: float = Field(900.0, ge=300)


class Plugin:
    """Hears what is carried on some topics."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Look once. Raises SourceDown or SourceBroken."""
        ours = self._settings
        url = with_query(
            ours.url,
            query=question(ours.topics, ours.narrow),
            mode="artlist",
            format="json",
            maxrecords=MOST,
            timespan=f"{ours.minutes}min",
        )
        given = (ours.sites, ours.minutes)
        return await hear(
            self._http, url, heard, *given, now=now, state=state, every_s=ours.every_s
        )


def question(topics: Sequence[str], narrow: str) -> str:
    """Ask for any of the topics; it takes parentheses only around what is joined by OR."""
    phrases = [f'"{topic}"' if re.search(r"\W", topic) else topic for topic in topics]
    joined = " OR ".join(phrases)
    return f"{f'({joined})' if len(phrases) > 1 else joined} {narrow}".strip()


def heard(body: bytes, now: datetime, least: int, minutes: int) -> tuple[Signal, ...]:
    """Read a list of articles: what `least` sites or more carry alike. Raises SourceBroken."""
    articles = json_list(body, "articles", MOST) if json_object(body) else []
    carried: defaultdict[str, dict[str, str]] = defaultdict(dict)  # headline -> site -> address
    for article in articles:
        carried[_headline(article)].setdefault(string(article, "domain"), string(article, "url"))
    found = (
        signal(
            "GDELT",
            headline,
            by_count(len(sites), least),
            now,
            told=f"on {len(sites)} sites in {minutes} minutes",
            links=sites.values(),
        )
        for headline, sites in carried.items()
        if len(sites) >= least
    )
    return tuple(one for one in found if one)


def _headline(article: Mapping[str, Any]) -> str:
    title = _SPACED.sub("", plain(string(article, "title"), TITLE))
    return _SITE.sub("", title)
