"""What editors decide: approvals, what they let pass, what is held back and what they were told."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import aiosqlite

from bot.draft import Draft, Embargo, Waiver, Weighed, may
from bot.store.moves import Stale, write_event, write_move
from bot.store.opens import Opens
from bot.store.rows import EMBARGO, WAIVER, WEIGHED, draft_of

__all__ = ["MAY_GO", "Rulings"]

MAY_GO = (
    "state='approved' AND held='' AND (embargo IS NULL OR json_extract(embargo, '$.lifted_by')<>''"
    " OR julianday(json_extract(embargo, '$.until')) <= julianday(?))"
)
"""What must be true of a draft at a moment, the one value, for anything of it to be sent."""


class Rulings(Opens):
    """The part of the store that holds what people decided."""

    async def approve(
        self,
        draft: Draft,
        who: str,
        channels: Iterable[str],
        now: datetime,
        *,
        needed: int = 1,
        among: Collection[str] = (),
    ) -> tuple[str, ...]:
        """Record a yes to exactly `draft.rev`; with the last that is needed, plan its posts.

        Answers who said yes so far. `among` are those who may still approve, empty for anybody. It
        goes to the channels that all of them named. A held draft goes on where it was. Raises Stale
        if the draft is elsewhere by now, and where they named no channel in common.
        """
        async with self._db.write("approval") as db:
            await _still(db, draft)
            named = json.dumps(sorted(channels))
            row = (draft.id, draft.rev, who, now.isoformat(), named)
            sql = "INSERT OR REPLACE INTO approval(draft, rev, who, at, channels) VALUES(?,?,?,?,?)"
            await db.execute(sql, row)
            given = await _given(db, draft, among)
            if len(given) < needed:
                await write_event(db, now, "approval", draft.id, who, f"1 of {needed}")
                return tuple(given)
            common = sorted(set[str].intersection(*map(set, given.values())))
            if draft.state == "approved":
                await _let_go(db, draft, who, now)
                return tuple(given)
            if not common:
                raise Stale("the editors named no channel in common: approve it again with one")
            everybody = ", ".join(given)
            columns = {"decided_by": everybody, "decided_at": now.isoformat(), "why": "approved"}
            await write_move(db, draft, "approved", now, who, columns)
            keys = ((draft.id, c, f"wirereel-{draft.id}-{draft.rev[:16]}-{c}") for c in common)
            await db.executemany(
                "INSERT INTO posting(draft, channel, key, state) VALUES(?,?,?,'queued')", keys
            )
            return tuple(given)

    async def approvals(self) -> Mapping[tuple[int, str], tuple[str, ...]]:
        """Who said yes to each draft and revision, the first of them first."""
        given: dict[tuple[int, str], tuple[str, ...]] = {}
        for r in await self._db.rows("SELECT * FROM approval ORDER BY at, who"):
            key = (r["draft"], r["rev"])
            given[key] = (*given.get(key, ()), r["who"])
        return given

    async def waive(self, draft: Draft, waiver: Waiver) -> None:
        """Let a draft go on although no source holds some claims; an editor's word, and logged."""
        if not may(draft.state, "written"):
            raise Stale(f"draft {draft.id} is {draft.state}: there is nothing to override")
        columns = {"waiver": WAIVER.dump_json(waiver).decode(), "rev": "", "why": ""}
        async with self._db.write("override") as db:
            await write_move(db, draft, "written", waiver.at, waiver.by, columns)
            text = f"{waiver.reason} ({'; '.join(waiver.claims)})"
            await write_event(db, waiver.at, "override", draft.id, waiver.by, text)

    async def lift(self, draft: Draft, embargo: Embargo, now: datetime) -> None:
        """End an embargo; an editor's word, and logged. Raises Stale."""
        async with self._db.write("embargo lifted") as db:
            await _set(db, draft, embargo=EMBARGO.dump_json(embargo).decode())
            text = f'embargo of {embargo.outlet} ("{embargo.words}") lifted: {embargo.reason}'
            await write_event(db, now, "override", draft.id, embargo.lifted_by, text)

    async def recall(self, draft: Draft, keys: Iterable[str], why: str, now: datetime) -> None:
        """Hold an approved draft back until it is approved again. Raises Stale."""
        async with self._db.write("draft held") as db:
            await db.execute("DELETE FROM approval WHERE draft=?", (draft.id,))
            await _set(db, draft, held=why, weighed=_weighed(draft, keys, now))
            await write_event(db, now, "held", draft.id, "desk", why)

    async def drop_rest(self, draft: Draft, who: str, why: str, now: datetime) -> None:
        """End a held draft that is out on some channels already: on the others it is refused."""
        async with self._db.write("rest dropped") as db:
            await _set(db, draft, held="")
            sql = (
                "UPDATE posting SET state='refused', why=? WHERE draft=? AND purpose='post' "
                "AND state IN ('queued','preparing','ready')"
            )
            await db.execute(sql, (why, draft.id))
            await write_event(db, now, "rest dropped", draft.id, who, why)

    async def note_corrections(
        self, draft: Draft, keys: Iterable[str], told: str, now: datetime
    ) -> None:
        """Keep what the editors were told of a posted draft, so that they hear it once."""
        async with self._db.write("correction told") as db:
            await _set(db, draft, weighed=_weighed(draft, keys, now))
            await write_event(db, now, "correction", draft.id, "desk", told)

    async def posted(self, since: datetime) -> dict[int, int]:
        """The drafts that were posted and decided on since a time, with their versions."""
        sql = "SELECT id, version FROM draft WHERE state='posted' AND decided_at>=?"
        rows = await self._db.rows(sql, since.isoformat())
        return {r["id"]: r["version"] for r in rows}

    async def draft(self, number: int) -> Draft | None:
        """Find one draft."""
        rows = await self._db.rows("SELECT * FROM draft WHERE id=?", number)
        return next((draft_of(r) for r in rows), None)


async def _still(db: aiosqlite.Connection, draft: Draft) -> None:
    sql = "SELECT 1 FROM draft WHERE id=? AND state=? AND version=? AND rev=?"
    found = await db.execute(sql, (draft.id, draft.state, draft.version, draft.rev))
    if await found.fetchone() is None:
        raise Stale(f"draft {draft.id} is no longer {draft.state} {draft.tag}".rstrip())


async def _given(
    db: aiosqlite.Connection, draft: Draft, among: Collection[str]
) -> dict[str, list[str]]:
    """Who said yes to this revision, and the channels that each named."""
    sql = "SELECT who, channels FROM approval WHERE draft=? AND rev=? ORDER BY at, who"
    rows = await db.execute_fetchall(sql, (draft.id, draft.rev))
    given = {r["who"]: json.loads(r["channels"]) for r in rows}
    return {who: named for who, named in given.items() if not among or who in among}


async def _let_go(db: aiosqlite.Connection, draft: Draft, who: str, now: datetime) -> None:
    """Let a held draft go on; what came in meanwhile was seen."""
    weighed = replace(draft.weighed, at=now)
    await _set(db, draft, held="", weighed=WEIGHED.dump_json(weighed).decode())
    await write_event(db, now, "approved again", draft.id, who, draft.held)


async def _set(db: aiosqlite.Connection, draft: Draft, **columns: str) -> None:
    """Change a draft where it is."""
    sets = ", ".join(f"{name}=?" for name in columns)
    cursor = await db.execute(
        f"UPDATE draft SET {sets}, version=version+1 WHERE id=? AND state=? AND version=?",
        (*columns.values(), draft.id, draft.state, draft.version),
    )
    if cursor.rowcount != 1:
        raise Stale(f"draft {draft.id} is no longer {draft.state} {draft.tag}".rstrip())


def _weighed(draft: Draft, keys: Iterable[str], now: datetime) -> str:
    known = tuple(dict.fromkeys((*draft.weighed.keys, *keys)))
    return WEIGHED.dump_json(Weighed(known, now)).decode()
