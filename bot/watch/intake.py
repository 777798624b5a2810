"""Intake: what the sources say goes into the wire and the store."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from yarl import URL

from bot.store import Filed, SourceRow, Store
from bot.trends import WINDOW, Meaning, Wire
from bot.watch.hosts import Hosts
from sources import Hub, Item, Pushed, Reading, Source, SourceBroken, SourceError, SourceGone

__all__ = ["Ear", "Intake"]

log = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(days=1)
BREATH = 8  # items sorted between two breaths of the loop


class Ear(Protocol):
    """What hears of hubs, so that what they tell need not be looked for."""

    def looked(self, name: str, hub: Hub | None, news: Sequence[Item]) -> float:
        """Hear what a look found; answers the least wait until the next one, in seconds."""
        ...


class _Deaf:
    def looked(self, name: str, hub: Hub | None, news: Sequence[Item]) -> float:
        return 0.0


async def _nobody(_: str) -> None:
    """Tell nobody."""


async def _meaningless(items: Sequence[Item]) -> Sequence[Meaning | None]:
    """Encode nothing: the wire goes by words."""
    return [None] * len(items)


class Intake:
    """Looks at one source at a time. `changed` is called when there is news.

    `addresses` are those of the set-up, for sources that have one: another address there begins
    anew. `chance` spreads the retries; `tell` is given what the editors should know; `encode` makes
    embeddings of reports.
    """

    def __init__(
        self,
        store: Store,
        wire: Wire,
        sources: Mapping[str, Source],
        clock: Callable[[], datetime],
        changed: Callable[[], None],
        *,
        hosts: Hosts | None = None,
        chance: random.Random | None = None,
        addresses: Mapping[str, str] | None = None,
        tell: Callable[[str], Awaitable[None]] = _nobody,
        ear: Ear | None = None,
        encode: Callable[[Sequence[Item]], Awaitable[Sequence[Meaning | None]]] = _meaningless,
    ) -> None:
        self.hosts = hosts or Hosts()
        self._store = store
        self._wire = wire
        self._sources = sources
        self._now = clock
        self._changed = changed
        self._chance = chance or random.Random()
        self._addresses = addresses or {}
        self._tell = tell
        self._ear = ear or _Deaf()
        self._encode = encode
        self._rows: dict[str, SourceRow] = {}
        self._held: Mapping[str, datetime] = {}  # as written down
        self._titles: dict[str, str] = {}
        self._leads: dict[str, int] = {}  # hashes of summaries: a changed one may be a correction
        self._shown: dict[str, frozenset[str]] = {}  # what each source showed last
        self._unwritten: list[Filed] = []  # on the wire, but the disk was full
        self._unmerged: list[tuple[int, int]] = []
        self._notes: dict[str, tuple[str, ...]] = {}  # what was odd at the last look

    async def open(self) -> None:
        """Take up the wire where it was left: the same items in the same stories."""
        now = self._now()
        for filed in await self._store.items(now - WINDOW):
            self._wire.restore(filed.item, filed.story, filed.record, meaning=filed.meaning)
            self._titles[filed.item.id] = filed.item.title
            self._leads[filed.item.id] = hash(filed.item.summary)
        for gone, kept in (await self._store.merges()).items():
            self._wire.merge(gone, kept)
        rows = await self._store.sources()
        self._rows = {n: self._begun(rows[n], now) for n in self._sources if n in rows}
        self._held = await self._store.holds()
        for host, until in self._held.items():
            self.hosts.hold(host, min(until, now + LONGEST_WAIT))

    async def due(self) -> dict[str, datetime]:
        """When each source is to be looked at next; what was never read is due now.

        Nothing waits for more than a day, so that a clock that was wrong is no harm for long. What
        is gone for good is not due.
        """
        now = self._now()
        rows = {name: self._row(name, now) for name in self._sources}
        longest = now + LONGEST_WAIT
        return {name: min(row.due, longest) for name, row in rows.items() if not row.off}

    def host(self, name: str) -> str:
        """The host whose manners a source keeps; where none is known it stands for itself."""
        row = self._rows.get(name)
        url = (row.state.get("url") if row else "") or self._addresses.get(name, "")
        return _host(url) or f"({name})"

    def watches(self, name: str) -> bool:
        """Whether there is such a source."""
        return name in self._sources

    async def poll(self, name: str) -> datetime | None:
        """Look once at a source, keep what is new, and say when it is due again; None is never."""
        now = self._now()
        before = self._row(name, now)
        try:
            reading = await self._sources[name].read(now, before.state)
        except SourceError as error:
            return await self._put_off(before, error, now)
        return (await self._take(name, reading, before, now)).due

    async def take(self, name: str, body: bytes, charset: str) -> None:
        """Take what a hub pushed for a source; its next look stays as it was. Raises SourceBroken.

        A source that takes pushes has `take(body, charset, now, state) -> Reading`.
        """
        source = self._sources.get(name)
        if not isinstance(source, Pushed):
            return
        row = self._row(name, self._now())
        reading = await source.take(body, charset, self._now(), row.state)
        news, merges = await self._sort(reading.items)
        await self._write_down(self._row(name, self._now()), news, merges)
        if news:
            self._changed()

    async def forgive(self, name: str) -> bool:
        """Forget what went wrong with a source, also that it is gone; False if there is none."""
        if not self.watches(name):
            return False
        now = self._now()
        row = replace(self._row(name, now), due=now, failures=0, error="", off=False)
        await self._write_down(row, [], [])
        return True

    async def _take(
        self, name: str, reading: Reading, before: SourceRow, now: datetime
    ) -> SourceRow:
        """Put what a source told where it belongs, and write it down."""
        if reading.notes != self._notes.get(name, ()):
            log.info("%s: %s", name, "; ".join(reading.notes) or "nothing odd any more")
        self._notes[name] = tuple(reading.notes)
        if reading.signals is not None:
            self._wire.hear(name, reading.signals)
        news, merges = await self._sort(reading.items)
        if reading.items:
            self._shown[name] = frozenset(item.id for item in reading.items)
        fresh = [filed.item for filed in news if not filed.item.backlog]
        wait_s = max(1.0, reading.wait_s, self._ear.looked(name, reading.hub, fresh))
        row = replace(
            before,
            state=dict(reading.state),
            due=now + timedelta(seconds=wait_s),
            failures=0,
            error="",
            read_at=now,
            wait_s=wait_s,
        )
        await self._write_down(row, news, merges)
        if news:
            self._changed()
        return row

    async def _put_off(
        self, before: SourceRow, error: SourceError, now: datetime
    ) -> datetime | None:
        """Write a failure down; whatever was learnt before it is kept."""
        row = _failed(before, error, now, self._chance)
        again = "not asked again" if row.off else f"again at {row.due:%H:%M:%S}"
        log.warning("%s: %s; %s", row.name, error, again)
        await self._write_down(row, [], [])
        if row.off:
            await self._tell(
                f"{row.name}: {error}. It is not asked any more: change its `url` in config.toml, "
                f"take it out, or say `retry {row.name}`"
            )
        return None if row.off else row.due

    async def _write_down(
        self, row: SourceRow, news: list[Filed], merges: list[tuple[int, int]]
    ) -> None:
        """Write down what is new, and first what could not be written down before."""
        self._rows[row.name] = row
        news, self._unwritten = self._unwritten + news, []
        merges, self._unmerged = self._unmerged + merges, []
        now = self._now()
        held = self.hosts.held(now)
        fresh = {host: until for host, until in held.items() if self._held.get(host) != until}
        try:
            await self._store.save_reading(row, news, merges, now, fresh)
        except BaseException:
            self._unwritten, self._unmerged = news + self._unwritten, merges + self._unmerged
            raise
        self._held = held

    async def tidy(self) -> None:
        """Forget what is over, but not what a source still shows: it would come back as news."""
        now = self._now()
        stories = self._wire.stories(now)
        known = {item.id for story in stories for item in story.items}.union(*self._shown.values())
        self._titles = {n: title for n, title in self._titles.items() if n in known}
        self._leads = {n: lead for n, lead in self._leads.items() if n in known}
        self.hosts.tidy(now)
        await self._store.forget_items(now - WINDOW)

    async def _sort(self, items: Sequence[Item]) -> tuple[list[Filed], list[tuple[int, int]]]:
        """Put each new or changed item into its story; the loop goes on meanwhile."""
        news: list[Filed] = []
        merges: list[tuple[int, int]] = []
        changed = [item for item in items if not self._is_known(item)]
        new = [item for item in changed if item.id not in self._titles]
        meant = dict(zip((item.id for item in new), await self._encode(new), strict=True))
        for number, item in enumerate(changed, 1):
            meaning = meant.get(item.id)
            joined = self._wire.add(item, meaning=meaning)
            merges += joined.merged
            if item.id not in self._titles:
                news.append(Filed(item, joined.story, joined.record, meaning))
            self._titles[item.id], self._leads[item.id] = item.title, hash(item.summary)
            if number % BREATH == 0:
                await asyncio.sleep(0)
        return news, merges

    def _is_known(self, item: Item) -> bool:
        """Whether an item is on the wire in these words."""
        titled = self._titles.get(item.id) == item.title
        return titled and self._leads.get(item.id) == hash(item.summary)

    def _row(self, name: str, now: datetime) -> SourceRow:
        return self._rows.get(name) or SourceRow(
            name, {}, now, address=self._addresses.get(name, "")
        )

    def _begun(self, row: SourceRow, now: datetime) -> SourceRow:
        """Begin anew where the set-up names another address: old failures are not the new one's."""
        address = self._addresses.get(row.name, "")
        if row.address in ("", address):
            return replace(row, address=address)
        return replace(row, address=address, due=now, failures=0, error="", off=False)


def _host(url: str) -> str:
    try:
        return URL(url).host or ""
    except ValueError:
        return ""


def _failed(
    before: SourceRow, error: SourceError, now: datetime, chance: random.Random
) -> SourceRow:
    """Back off: 1 minute and up to 1, 2, 4 ... more by chance, or what the host asked for.

    Chance keeps feeds apart that failed together. What cannot be read is left alone for an hour at
    least; nothing is left alone for more than a day, except what is gone for good.
    """
    failures = before.failures + 1
    wait = 60.0 + chance.uniform(0, 60.0 * 2.0 ** min(failures - 1, 11))
    if isinstance(error, SourceBroken):
        wait = max(wait, 3600.0)
    wait = min(
        max(wait, getattr(error, "retry_after_s", None) or 0.0), LONGEST_WAIT.total_seconds()
    )
    return replace(
        before,
        due=now + timedelta(seconds=wait),
        failures=failures,
        error=str(error)[:500],
        wait_s=wait,
        off=isinstance(error, SourceGone),
    )
