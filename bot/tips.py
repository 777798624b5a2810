"""Tips: an address that an editor hands to the desk becomes items on the wire, and a story."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import aiohttp

from bot.orders.topics import pick
from bot.store import Filed, SourceRow, Store
from bot.story import Story
from bot.trends import Wire
from sources import SourceBroken, read_url

__all__ = ["Tips"]


@dataclass(frozen=True, slots=True)
class Tips:
    """Follows one address at a time."""

    store: Store
    wire: Wire
    http: aiohttp.ClientSession
    clock: Callable[[], datetime]

    async def follow(self, url: str) -> Story:
        """Read a feed or an article; answers the hottest story that its items went into.

        Raises SourceDown or SourceBroken.
        """
        now = self.clock()
        items = [replace(item, backlog=False) for item in await read_url(url, now, self.http)]
        if not items:
            raise SourceBroken(f"{url[:100]} holds no items")
        joined = [(item, self.wire.add(item)) for item in items]
        news = [Filed(item, where.story, where.record) for item, where in joined]
        merges = [pair for _, where in joined for pair in where.merged]
        await self.store.save_reading(SourceRow("tips", {}, now, read_at=now), news, merges, now)
        ids = {self.wire.resolve(where.story) for _, where in joined}
        story = pick([s for n in sorted(ids) if (s := self.wire.story(n, now))], "")
        if story is None:
            raise SourceBroken(f"{url[:100]}: its items are older than the wire remembers")
        return story
