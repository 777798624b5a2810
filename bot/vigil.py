"""What the wire says of drafts that were approved or posted, each report compared once.

It keeps only what can be found again: what editors were told is in the store.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.draft import Draft
from bot.rules.news import News, fresh, news_of
from bot.rules.remarks import news_at
from bot.store import Store
from bot.trends import Wire
from sources import Item

__all__ = ["Lookout", "Vigil"]

AT_ONCE = 20  # reports compared in one look with what is out already; what is to go out waits not

_Words = tuple[str, str, str]  # of a report: its id, title and summary


@dataclass(frozen=True, slots=True)
class Lookout:
    """What was seen: the posted drafts that are watched, news and newest report of each draft."""

    posted: Sequence[Draft] = ()
    news: Mapping[int, Sequence[News]] = field(default_factory=dict)
    newest: Mapping[int, datetime] = field(default_factory=dict)


class Vigil:
    """Looks after drafts for `hours` after their approval."""

    def __init__(self, store: Store, wire: Wire, hours: float) -> None:
        self.behind = False  # whether something is left for the next look
        self._store = store
        self._wire = wire
        self._hours = timedelta(hours=hours)
        self._drafts: dict[int, Draft] = {}
        self._compared: dict[tuple[int, str], dict[_Words, tuple[News, ...]]] = {}

    async def look(self, approved: Sequence[Draft], now: datetime) -> Lookout:
        """Compare what is about to be posted, and some of what was."""
        posted = await self._posted(now)
        news = {draft.id: self._news(draft, None) for draft in approved}
        left = AT_ONCE
        for draft in posted:
            before = self._count()
            news[draft.id] = self._news(draft, left)
            left -= self._count() - before
        self.behind = left <= 0
        kept = {(draft.id, draft.rev) for draft in (*approved, *posted)}
        self._compared = {key: found for key, found in self._compared.items() if key in kept}
        newest = {draft.id: self._newest(draft) for draft in approved}
        return Lookout(posted, news, newest)

    async def _posted(self, now: datetime) -> Sequence[Draft]:
        """Read the posted drafts that are still watched, those that changed anew."""
        versions = await self._store.posted(now - self._hours)
        known = {n: d for n, d in self._drafts.items() if versions.get(n) == d.version}
        for number in versions.keys() - known.keys():
            if draft := await self._store.draft(number):
                known[number] = draft
        self._drafts = known
        return [known[number] for number in sorted(known, reverse=True)]

    def _count(self) -> int:
        return sum(map(len, self._compared.values()))

    def _news(self, draft: Draft, most: int | None) -> tuple[News, ...]:
        """Gather what the reports of a draft's story say, comparing at most so many more."""
        done = self._compared.setdefault((draft.id, draft.rev), {})
        items = fresh(draft, self._items(draft))
        for item in items:
            words = (item.id, item.title, item.summary)
            if words in done:
                continue
            if most is not None and most <= 0:
                break
            done[words] = news_of(draft, item)
            most = None if most is None else most - 1
        told = (done.get((item.id, item.title, item.summary), ()) for item in items)
        return tuple(news for found in told for news in found)

    def _items(self, draft: Draft) -> Sequence[Item]:
        return self._wire.items(draft.story)

    def _newest(self, draft: Draft) -> datetime:
        return max((news_at(draft), *(item.seen for item in self._items(draft))))
