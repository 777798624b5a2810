"""What a user hands over by hand, told apart by what is in it: a feed, an item file, an article."""

import re
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import aiohttp

from sources import Item, SourceBroken, article, feed, jsonl
from sources._clean import address
from sources._darkroom import DARKROOM
from sources._fetch import load, naming
from sources._opml import parse_opml
from sources._page import is_page

__all__ = ["read_file", "read_outlines", "read_url"]

HEAD = 4096  # bytes that tell what a file is
CAP = jsonl.CAP  # the largest of the three

_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)\b|jsonfeed\.org\\?/version", re.IGNORECASE)
_FEED_NAMES = (".xml", ".rss", ".atom", ".rdf")


def read_file(path: Path, now: datetime) -> tuple[Item, ...]:
    """Read a file of any kind that a source reads. Raises SourceBroken."""
    kind = _kind(load(path, CAP)[:HEAD], path.suffix.lower())
    if kind == "feed":
        return feed.read_file(path, now, name=path.stem)
    if kind == "items":
        return jsonl.read_file(path, path.stem)
    return article.read_file(path, now)


async def read_url(url: str, now: datetime, http: aiohttp.ClientSession) -> tuple[Item, ...]:
    """Read an address as a feed or else as an article. Raises SourceDown or SourceBroken."""
    if not address(url):
        raise SourceBroken(f"{url[:100]}: no http(s) address")
    name = urlsplit(url).hostname or url
    try:
        as_feed = feed.Plugin(name, feed.Settings(url=url, backlog=False), http)
        return (await as_feed.read(now, {})).items
    except SourceBroken:
        as_article = article.Plugin(name, article.Settings(url=url), http)
        return (await as_article.read(now, {})).items


def read_outlines(path: Path) -> tuple[tuple[str, str], ...]:
    """Read the feeds of an OPML file. Raises SourceBroken."""
    body = load(path, feed.CAP)
    with naming(str(path)):
        return DARKROOM.develop_now(parse_opml, body)


def _kind(head: bytes, suffix: str) -> Literal["feed", "items", "article"]:
    """Look at the bytes first; the name only decides what they leave open."""
    if suffix in _FEED_NAMES or (_FEED.search(head) and not is_page(head)):
        return "feed"
    return "items" if suffix == ".jsonl" or head.lstrip().startswith(b"{") else "article"
