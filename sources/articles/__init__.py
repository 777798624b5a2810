"""The pages behind reports: their whole text, where the outlet lets programs read it.

Read only for the reports that a script is about to rest on: once, politely, in a few seconds.
What a host forbids (robots.txt, tdmrep.json), a page forbids (its head, its headers) or a paywall
holds back is left where it is; the report then is what its feed said, and `Item.page` says why.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import aiohttp

from sources import Item, SourceBroken, SourceError
from sources._clean import plain
from sources._darkroom import DARKROOM
from sources._fetch import Answer
from sources._page import Page, is_page, read_page
from sources.articles._doorman import Doorman
from sources.articles._rights import forbidden
from sources.articles._story import tells

__all__ = ["READ", "WITHIN_S", "Articles", "wanted"]

READ = "read"  # what `Item.page` is when the page gave the text
WITHIN_S = 8.0  # for all pages of a script together
MOST = 8  # pages of a script; a clip has room for fewer
# Bytes of UTF-8: a Chinese letter says as much as three of ours, and has as many.
ENOUGH = 1500  # a feed that gives so much needs no page
LEAST = 400  # less is a teaser, a wall or a list


def wanted(items: Sequence[Item], sources: Collection[str]) -> tuple[Item, ...]:
    """Choose whose pages to read: of each outlet its newest report, the newest first.

    Only reports of `sources`, whose feed said little; an outlet of which a page was looked at
    before is done with.
    """
    done = {item.outlet for item in items if item.page}
    latest: dict[str, Item] = {}
    for item in sorted(items, key=lambda item: item.seen, reverse=True):
        if item.source in sources and item.url and item.outlet not in done:
            latest.setdefault(item.outlet, item)
    return tuple(item for item in latest.values() if _size(item.text) < ENOUGH)[:MOST]


class Articles:
    """Reads pages; keeps for a day what each host lets programs do."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._doorman = Doorman(http)

    async def read(
        self, items: Iterable[Item], now: datetime, within_s: float = WITHIN_S
    ) -> tuple[Item, ...]:
        """Look at the page of each item, side by side; answers all of them, none without `page`.

        Never raises for a page: what does not come within `within_s` seconds is left.
        """
        ends = asyncio.get_running_loop().time() + within_s
        return tuple(await asyncio.gather(*(self._one(item, now, ends) for item in items)))

    async def _one(self, item: Item, now: datetime, ends: float) -> Item:
        try:
            async with asyncio.timeout_at(ends):
                answer = await self._doorman.fetch(item.url, now, ends)
                page = await _developed(answer)
        except TimeoutError:
            return replace(item, page="it did not come in time")
        except SourceError as error:
            told = error.__cause__ if isinstance(error.__cause__, SourceError) else error
            return replace(item, page=plain(str(told), 200))  # without the address
        why_not = forbidden(answer.headers, page.robots) or _short(page, item)
        return replace(item, page=why_not) if why_not else replace(item, page=READ, text=page.text)


async def _developed(answer: Answer) -> Page:
    if not (is_page(answer.body) or "html" in answer.headers.get("Content-Type", "").lower()):
        raise SourceBroken("it is no web page")
    return await DARKROOM.develop(read_page, answer.body, answer.url, answer.charset)


def _short(page: Page, item: Item) -> str:
    """Say why a page gives no article: a wall, a teaser, or another text in its place."""
    if page.paid:
        return "it is for subscribers"
    if _size(page.text) < max(LEAST, _size(item.text), _size(item.summary)):
        return "it gives no more than the feed"
    if not tells(page.text, item.title):
        return "it tells something else: a consent or log-in page"
    return ""


def _size(text: str) -> int:
    return len(text.encode())
