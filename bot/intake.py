"""Intake: what the sources say goes into the wire and the store."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.store import SourceRow, Store
from bot.trends import WINDOW, Wire
from sources import Item, Source, SourceBroken, SourceError

__all__ = ["Intake"]

log = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(days=1)


class Intake:
    """Looks at one source at a time. `changed` is called when there is news."""

    def __init__(
        self,
        store: Store,
        wire: Wire,
        sources: Mapping[str, Source],
        clock: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        self._store = store
        self._wire = wire
        self._sources = sources
        self._now = clock
        self._changed = changed
        self._titles: dict[str, str] = {}
        self._shown: dict[str, frozenset[str]] = {}  # what each source showed last
        self._unwritten: list[tuple[Item, int]] = []  # on the wire, but the disk was full
        self._unmerged: list[tuple[int, int]] = []
        self._notes: dict[str, tuple[str, ...]] = {}  # what was odd at the last look

    async def open(self) -> None:
        """Take up the wire where it was left: the same items in the same stories."""
        for item, story in await self._store.items(self._now() - WINDOW):
            self._wire.add(item, story)
            self._titles[item.id] = item.title
        for gone, kept in (await self._store.merges()).items():
            self._wire.merge(gone, kept)

    async def due(self) -> dict[str, datetime]:
        """When each source is to be looked at next; what was never read is due now.

        Nothing waits for more than a day, so that a clock that was wrong is no harm for long.
        """
        rows, now = await self._store.sources(), self._now()
        due = {name: rows[name].due if name in rows else now for name in self._sources}
        return {name: min(at, now + LONGEST_WAIT) for name, at in due.items()}

    async def poll(self, name: str) -> datetime:
        """Look once at a source, keep what is new, and answer when it is due again."""
        now = self._now()
        before = (await self._store.sources()).get(name) or SourceRow(name, {}, now)
        try:
            reading = await self._sources[name].read(now, before.state)
        except SourceError as error:
            after = _failed(before, error, now)
            log.warning("%s: %s; again at %s", name, error, after.due.strftime("%H:%M:%S"))
            await self._store.save_reading(after, (), (), now)
            return after.due
        if reading.notes != self._notes.get(name, ()):
            log.info("%s: %s", name, "; ".join(reading.notes) or "nothing odd any more")
        self._notes[name] = tuple(reading.notes)
        due = now + timedelta(seconds=max(1.0, reading.wait_s))
        if reading.signals is not None:
            self._wire.hear(name, reading.signals)
        news, merges = self._sort(reading.items)
        if reading.items:
            self._shown[name] = frozenset(item.id for item in reading.items)
        row = SourceRow(name, dict(reading.state), due, read_at=now)
        await self._write_down(row, news, merges)
        if news:
            self._changed()
        return due

    async def _write_down(
        self, row: SourceRow, news: list[tuple[Item, int]], merges: list[tuple[int, int]]
    ) -> None:
        """Write down what is new, and first what could not be written down before."""
        news, self._unwritten = self._unwritten + news, []
        merges, self._unmerged = self._unmerged + merges, []
        try:
            await self._store.save_reading(row, news, merges, self._now())
        except BaseException:
            self._unwritten, self._unmerged = news + self._unwritten, merges + self._unmerged
            raise

    async def tidy(self) -> None:
        """Forget what is over, but not what a source still shows: it would come back as news."""
        stories = self._wire.stories(self._now())
        known = {item.id for story in stories for item in story.items}.union(*self._shown.values())
        self._titles = {n: title for n, title in self._titles.items() if n in known}
        await self._store.forget_items(self._now() - WINDOW)

    def _sort(self, items: Sequence[Item]) -> tuple[list[tuple[Item, int]], list[tuple[int, int]]]:
        """Put each new or re-titled item into its story."""
        news: list[tuple[Item, int]] = []
        merges: list[tuple[int, int]] = []
        for item in items:
            if self._titles.get(item.id) != item.title:
                joined = self._wire.add(item)
                merges += joined.merged
                if item.id not in self._titles:
                    news.append((item, joined.story))
                self._titles[item.id] = item.title
        return news, merges


def _failed(before: SourceRow, error: SourceError, now: datetime) -> SourceRow:
    """Back off: 1, 2, 4 ... minutes, or as long as the host asked for; a day at most."""
    failures = before.failures + 1
    wait = 60.0 * 2.0 ** min(failures - 1, 11)
    if isinstance(error, SourceBroken):
        wait = max(wait, 3600.0)
    wait = max(wait, getattr(error, "retry_after_s", None) or 0.0)
    due = now + timedelta(seconds=min(wait, LONGEST_WAIT.total_seconds()))
    return replace(before, due=due, failures=failures, error=str(error)[:500])
