"""How posts do, as their channels tell: asked side by side, shortly, and not all the time."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.draft import Posting
from publish import Publisher, PublishError, Receipt, Stats

__all__ = ["Tally"]

log = logging.getLogger(__name__)

LONGEST_S = 2.0  # an editor waits for the answer
FRESH = timedelta(minutes=5)
MOST = 1000  # counts that are kept


class Tally:
    """Asks channels for the counts of posts that are out. One that is silent counts nothing."""

    def __init__(
        self,
        channels: Mapping[str, Publisher],
        clock: Callable[[], datetime],
        longest_s: float = LONGEST_S,
    ) -> None:
        self._channels = channels
        self._clock = clock
        self._longest_s = longest_s
        self._known: dict[str, tuple[datetime, Stats]] = {}

    async def of(self, postings: Sequence[Posting]) -> Mapping[str, Stats]:
        """Count for each channel of one draft on which it is out, and still is."""
        gone = {p.channel for p in postings if p.purpose == "takedown"}
        out = [
            p
            for p in postings
            if p.purpose == "post" and p.state == "done" and p.remote_id and p.channel not in gone
        ]
        counts = await asyncio.gather(*(self._one(p) for p in out))
        return {p.channel: stats for p, stats in zip(out, counts, strict=True) if stats}

    async def _one(self, posting: Posting) -> Stats:
        now, channel = self._clock(), self._channels.get(posting.channel)
        at, known = self._known.get(posting.key, (None, {}))
        if channel is None or (at and now - at < FRESH):
            return known
        receipt = Receipt(posting.channel, posting.remote_id, posting.url, posting.sent_at or now)
        try:
            async with asyncio.timeout(self._longest_s):
                known = await channel.stats(receipt)
        except (PublishError, TimeoutError) as error:
            log.info("%s tells no counts: %s", posting.channel, error)
        except Exception:  # a bug of one channel hides no draft
            log.exception("%s broke while counting", posting.channel)
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[posting.key] = (now, known)
        return known
