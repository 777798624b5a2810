"""Every sense with the answer it is tested on, and what each of its signals must be.

The answers in tests/data/senses are in the form that each service gives; their content is invented.
"""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import aiohttp

from fakes_sources import Host
from sources import Signal, Source, wikipedia, wikipedia_top

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
DATA = Path(__file__).parent / "data" / "senses"
YESTERDAY = date(2026, 3, 3)
TURNING = (
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
CHANNEL = "UCHarbourPostHarbourPost"


@dataclass(frozen=True)
class Sense:
    """A module, the path that it asks on a host, its settings, and what `heard` needs besides.

    `address` names the setting that is the host's address, and what stands behind the host in it.
    """

    module: str
    path: str
    address: tuple[str, str] = ("url", "")
    settings: Mapping[str, Any] = field(default_factory=dict)
    given: tuple[Any, ...] = ()

    @property
    def kind(self) -> str:
        return self.module.removeprefix("sources.")

    @property
    def recorded(self) -> bytes:
        return next(DATA.glob(f"{self.kind}.*")).read_bytes()

    def plugin(self, host: Host, http: aiohttp.ClientSession, **more: Any) -> Source:
        """Make the sense that asks this host."""
        module, (key, behind) = import_module(self.module), self.address
        settings = module.Settings(**{key: host.url(behind), **self.settings, **more})
        made: Source = module.Plugin(self.kind, settings, http)
        return made

    def said(self, body: bytes) -> tuple[Signal, ...]:
        """What its pure reading makes of a body at NOW. Raises SourceBroken."""
        if self.kind == "wikipedia_top":
            views = wikipedia_top.views_of(body, 200)
            before = dict.fromkeys(views, 1)
            return wikipedia_top.heard(views, before, YESTERDAY, "en.wikipedia.org", NOW)
        signals: tuple[Signal, ...] = import_module(self.module).heard(body, NOW, *self.given)
        return signals


SENSES = (
    Sense("sources.bluesky", "/xrpc/app.bsky.unspecced.getTrendingTopics"),
    Sense("sources.gdelt", "/doc", ("url", "/doc"), {"topics": ["bridge"]}, (3, 60)),
    Sense("sources.googletrends", "/rss", ("url", "/rss"), {"geo": "GB", "terms": "read"}),
    Sense("sources.hackernews", "/search", ("url", "/search")),
    Sense("sources.mastodon", "/api/v1/trends/links", ("instance", "")),
    Sense(
        "sources.newsnow",
        "/api/s",
        ("base_url", ""),
        {"board": "weibo", "terms": "read"},
        ("weibo", "zh"),
    ),
    Sense(
        "sources.reddit",
        "/r/news+worldnews/rising/.rss",
        settings={"subreddits": ["news", "worldnews"], "terms": "read"},
    ),
    Sense("sources.wikipedia_top", "/top/en.wikipedia/all-access/2026/03/03", ("url", "/top")),
)
LISTS = {sense.kind: sense for sense in SENSES}


def said_of_event(data: bytes) -> tuple[Signal, ...]:
    """What one event of the stream of changes makes, where one person is enough."""
    _, change = wikipedia.change_of(data)
    return wikipedia.heard([change] if change else [], NOW, 1)


def is_valid(signal: Signal, kind: str) -> bool:
    """Tell whether a signal may be shown and weighed, whatever it was made of.

    A sense goes by one name, to whoever sets it up and to whoever reads the reason.
    """
    name = (import_module(f"sources.{kind}").__doc__ or "").partition(":")[0]
    shown = signal.title + signal.told
    seen = not any(unicodedata.category(c) in ("Cc", "Cs", "Co") or c in TURNING for c in shown)
    where = [signal.url, *signal.links]
    return (
        signal.sense == name
        and 0 < len(signal.title) <= 300
        and len(signal.told) <= 160
        and seen
        and math.isfinite(signal.strength)
        and 0 <= signal.strength <= 1
        and all(url.startswith(("http://", "https://")) for url in where if url)
        and all(signal.links)
        and signal.seen == NOW
    )
