"""What the sources told, and what is known of them and their hosts.

Many looks end in the same moment: they share one transaction, and each hears of its end only after
the commit. So a look at an unchanged feed costs a fraction of a disk's flush, and a crash still
never parts what a feed told from the state in which it told it.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import aiosqlite

from bot.store.database import Database
from bot.store.rows import (
    Filed,
    PushRow,
    SourceRow,
    filed_values,
    push_of,
    push_values,
    source_of,
    source_values,
    time_of,
)

__all__ = ["Readings", "write_merges"]


@dataclass(frozen=True, slots=True, eq=False)
class _Note:
    row: SourceRow
    items: list[Filed]
    merges: list[tuple[int, int]]
    held: Mapping[str, datetime]
    at: datetime


class Readings:
    """The part of the store that the intake uses."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._notes: list[_Note] = []  # what waits to be written down, in order
        self._writing_down = asyncio.Lock()

    async def save_reading(
        self,
        row: SourceRow,
        items: Iterable[Filed],
        merges: Iterable[tuple[int, int]],
        now: datetime,
        held: Mapping[str, datetime] | None = None,
    ) -> None:
        """Keep what one look at a source gave, with the story each new item went into.

        `held` are hosts that asked to be left alone. Whoever comes first writes for all that wait.
        """
        mine = _Note(row, list(items), list(merges), held or {}, now)
        self._notes.append(mine)
        try:
            async with self._writing_down:
                if mine not in self._notes:
                    return  # a neighbour wrote it with his own
                notes = list(self._notes)
                async with self._db.write("reading") as db:
                    await _write(db, notes)
                del self._notes[: len(notes)]
        finally:
            if mine in self._notes:
                self._notes.remove(mine)

    async def sources(self) -> dict[str, SourceRow]:
        """What is known about each source, by name."""
        rows = await self._db.rows("SELECT * FROM source")
        return {r["name"]: source_of(r) for r in rows}

    async def holds(self) -> dict[str, datetime]:
        """Which hosts asked to be left alone, and until when."""
        return {r["name"]: time_of(r["held"]) for r in await self._db.rows("SELECT * FROM host")}

    async def pushes(self) -> dict[str, PushRow]:
        """Every subscription, by its source."""
        return {r["source"]: push_of(r) for r in await self._db.rows("SELECT * FROM push")}

    async def save_push(self, row: PushRow) -> None:
        """Keep a subscription as it is now."""
        async with self._db.write("push") as db:
            sql = "INSERT OR REPLACE INTO push VALUES(?,?,?,?,?,?,?,?,?,?,?)"
            await db.execute(sql, push_values(row))

    async def forget_push(self, source: str) -> None:
        """Drop a subscription."""
        async with self._db.write("push forgotten") as db:
            await db.execute("DELETE FROM push WHERE source=?", (source,))


async def write_merges(db: aiosqlite.Connection, merges: Sequence[tuple[int, int, str]]) -> None:
    """Write down which story went into which, and when; its items move with it."""
    await db.executemany("INSERT OR REPLACE INTO merge VALUES(?,?,?)", merges)
    moves = ((kept, gone) for gone, kept, _ in merges)
    await db.executemany("UPDATE item SET story=? WHERE story=?", moves)


async def _write(db: aiosqlite.Connection, notes: list[_Note]) -> None:
    """Write down what several looks gave, in their order."""
    found = [pair for note in notes for pair in note.items]
    if found:
        await db.executemany(
            "INSERT INTO item(id, story, seen, json, record, meaning) VALUES(?,?,?,?,?,?) "
            "ON CONFLICT(id) DO UPDATE SET json=excluded.json",
            # written out in the database's thread: a large feed takes longer than the loop may
            map(filed_values, found),
        )
    merges = [(a, b, note.at.isoformat()) for note in notes for a, b in note.merges]
    if merges:
        await write_merges(db, merges)
    held = [(host, until.isoformat()) for note in notes for host, until in note.held.items()]
    if held:
        await db.executemany("INSERT OR REPLACE INTO host VALUES(?,?)", held)
    await db.executemany(
        "INSERT OR REPLACE INTO source VALUES(?,?,?,?,?,?,?,?,?)",
        (source_values(note.row) for note in notes),
    )
