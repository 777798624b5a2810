"""What editors decide: approvals, what they let pass, what is held back and what they were told."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import aiosqlite

from bot.draft import WAITING, Draft, Embargo, Waiver, Weighed, may
from bot.store.moves import Stale, write_event, write_move
from bot.store.opens import Opens
from bot.store.rows import (
    EMBARGO,
    WAIVER,
    WEIGHED,
    WISH,
    draft_of,
    iso,
    posting_of,
    time_of,
    yes_of,
)
from bot.terms.assent import Place, Places, Taken, Yes

__all__ = ["MAY_GO", "Plan", "Rulings"]

Plan = Callable[[Mapping[str, Yes], Sequence[str], Taken], Places]
"""Every yes by its giver, the channels, what is taken there -> where each post goes."""
MOST_REFUSED, MOST_OF_ONE = 60, 10
"""Refused attempts that are written down within an hour: of everybody, and of one id."""

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
        yes: Yes,
        now: datetime,
        *,
        needed: int = 1,
        among: Collection[str] = (),
        plan: Plan = lambda _given, channels, _taken: dict.fromkeys(channels, Place()),
    ) -> tuple[str, ...]:
        """Record a yes to exactly `draft.rev`; with the last that is needed, plan its posts.

        Answers who said yes so far. `among` are those who may approve, empty for anybody. It goes
        to the channels that all of them named, when `plan` says. A held draft goes on where it was,
        at another time where one is wished now. Raises Stale if the draft is elsewhere by now,
        where they named no channel in common, and what `plan` raises.
        """
        async with self._db.write("approval") as db:
            await _still(db, draft)
            named = json.dumps(sorted(yes.channels))
            row = (draft.id, draft.rev, who, now.isoformat(), named, WISH.dump_json(yes).decode())
            sql = (
                "INSERT OR REPLACE INTO approval(draft, rev, who, at, channels, wish) "
                "VALUES(?,?,?,?,?,?)"
            )
            await db.execute(sql, row)
            given = await _given(db, draft, among)
            counted = f"; {min(len(given), needed)} of {needed}" if needed > 1 else ""
            text = f"{draft.tag} {yes.told}{counted}"
            kind = "approval" if len(given) < needed else "yes"
            await write_event(db, now, kind, draft.id, who, text, draft.rev)
            if len(given) < needed:
                return tuple(given)
            if draft.state == "approved":
                await _let_go(db, draft, who, now)
                await _move_waiting(db, draft, (), partial(plan, given), now, again=True)
                return tuple(given)
            common = sorted(set[str].intersection(*(set(y.channels) for y in given.values())))
            if not common:
                raise Stale("the editors named no channel in common: approve it again with one")
            everybody = ", ".join(given)
            columns = {"decided_by": everybody, "decided_at": now.isoformat(), "why": "approved"}
            await write_move(db, draft, "approved", now, who, columns)
            places = plan(given, common, await _taken(db, common, draft.id, now))
            await db.executemany(
                "INSERT INTO posting(draft, channel, key, state, due_at, urgent, choices) "
                "VALUES(?,?,?,'queued',?,?,?)",
                (_planned(draft, name, place) for name, place in places.items()),
            )
            return tuple(given)

    async def reschedule(
        self,
        draft: Draft,
        who: str,
        channels: Sequence[str],
        now: datetime,
        plan: Callable[[Sequence[str], Taken], Places],
    ) -> None:
        """Move what of an approved draft still waits. Raises Stale where nothing of it does."""
        async with self._db.write("rescheduled") as db:
            await _still(db, draft)
            moved = await _move_waiting(db, draft, channels, plan, now)
            if not moved:
                raise Stale(f"nothing of draft {draft.id} waits{_there(channels)} any more")
            text = "; ".join(f"{name} at {iso(p.at) or 'once'}" for name, p in moved.items())
            await write_event(db, now, "schedule", draft.id, who, text, draft.rev)

    async def sent(self, since: datetime) -> dict[str, list[datetime]]:
        """The moments of the posts since a time, by channel; one whose answer is lost counts."""
        found: dict[str, list[datetime]] = {}
        for r in await self._db.rows(
            "SELECT channel, sent_at FROM posting WHERE purpose='post' AND sent_at>=? "
            "AND state IN ('committing','unknown','asked','done')",
            since.isoformat(),
        ):
            found.setdefault(r["channel"], []).append(time_of(r["sent_at"]))
        return found

    async def note_refused(self, who: str, text: str, now: datetime) -> None:
        """Keep that somebody tried what he may not; of a flood only the beginning of each hour."""
        async with self._db.write("refused") as db:
            since = (now - timedelta(hours=1)).isoformat()
            sql = (
                "SELECT count(*) AS n, sum(who=?) AS own FROM event WHERE kind='refused' AND at>=?"
            )
            counted = await db.execute_fetchall(sql, (who[:80], since))
            most = any(r["n"] >= MOST_REFUSED or (r["own"] or 0) >= MOST_OF_ONE for r in counted)
            if not most:
                await write_event(db, now, "refused", 0, who[:80], text[:200])

    async def approvals(self) -> Mapping[tuple[int, str], Mapping[str, Yes]]:
        """Who said yes to each draft and revision, and to what; the first of them first."""
        given: dict[tuple[int, str], dict[str, Yes]] = {}
        for r in await self._db.rows("SELECT * FROM approval ORDER BY at, who"):
            own = given.setdefault((r["draft"], r["rev"]), {})
            own[r["who"]] = yes_of(r["channels"], r["wish"])
        return given

    async def waive(self, draft: Draft, waiver: Waiver) -> None:
        """Let a draft go on although no source holds some claims; an editor's word, and logged."""
        if not may(draft.state, "written"):
            raise Stale(f"draft {draft.id} is {draft.state}: there is nothing to override")
        columns = {"waiver": WAIVER.dump_json(waiver).decode(), "rev": "", "why": ""}
        async with self._db.write("override") as db:
            await write_move(db, draft, "written", waiver.at, waiver.by, columns)
            text = f"{waiver.reason} ({'; '.join(waiver.claims)})"
            await write_event(db, waiver.at, "override", draft.id, waiver.by, text, draft.rev)

    async def lift(self, draft: Draft, embargo: Embargo, now: datetime) -> None:
        """End an embargo; an editor's word, and logged. Raises Stale."""
        async with self._db.write("embargo lifted") as db:
            await _set(db, draft, embargo=EMBARGO.dump_json(embargo).decode())
            text = f'embargo of {embargo.outlet} ("{embargo.words}") lifted: {embargo.reason}'
            await write_event(db, now, "override", draft.id, embargo.lifted_by, text, draft.rev)

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
            await write_event(db, now, "rest dropped", draft.id, who, why, draft.rev)

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


async def _given(db: aiosqlite.Connection, draft: Draft, among: Collection[str]) -> dict[str, Yes]:
    """Who said yes to this revision, and to what."""
    sql = "SELECT who, channels, wish FROM approval WHERE draft=? AND rev=? ORDER BY at, who"
    rows = await db.execute_fetchall(sql, (draft.id, draft.rev))
    given = {r["who"]: yes_of(r["channels"], r["wish"]) for r in rows}
    return {who: yes for who, yes in given.items() if not among or who in among}


async def _taken(
    db: aiosqlite.Connection, channels: Collection[str], draft: int, now: datetime
) -> Taken:
    """The moments of the posts of each channel, but those of one draft: out or waiting."""
    found: dict[str, list[datetime]] = {name: [] for name in channels}
    sql = (
        "SELECT * FROM posting WHERE purpose='post' AND state<>'refused' AND draft<>? "
        "AND (state IN ('queued','preparing','ready') OR sent_at>=?)"
    )
    since = (now - timedelta(days=2)).isoformat()
    for p in map(posting_of, await db.execute_fetchall(sql, (draft, since))):
        if p.channel in found:
            waits_until = max(p.due_at or now, now) if p.state in WAITING else None
            found[p.channel].append(waits_until or p.sent_at or now)
    return found


async def _move_waiting(
    db: aiosqlite.Connection,
    draft: Draft,
    channels: Sequence[str],
    plan: Callable[[Sequence[str], Taken], Places],
    now: datetime,
    *,
    again: bool = False,
) -> Places:
    """Give what of a draft still waits, there or (without channels) anywhere, a new place.

    What is approved `again` keeps its time where nobody wished for one.
    """
    sql = (
        "SELECT * FROM posting WHERE draft=? AND purpose='post' "
        "AND state IN ('queued','preparing','ready') ORDER BY channel"
    )
    waiting = {p.channel: p for p in map(posting_of, await db.execute_fetchall(sql, (draft.id,)))}
    names = [name for name in waiting if not channels or name in channels]
    places = plan(names, await _taken(db, names, draft.id, now))
    for name, place in places.items():
        before = waiting[name]
        kept = again and not place.wished
        at, urgent = (before.due_at, before.urgent) if kept else (place.at, place.urgent)
        chosen = json.dumps({**before.choices, **place.choices})
        await db.execute(
            "UPDATE posting SET due_at=?, urgent=?, choices=?, retry_at=NULL WHERE key=?",
            (iso(at), int(urgent), chosen, before.key),
        )
    return places


def _planned(draft: Draft, channel: str, place: Place) -> tuple[int | str | None, ...]:
    key = f"wirereel-{draft.id}-{draft.rev[:16]}-{channel}"
    when = (iso(place.at), int(place.urgent))
    return (draft.id, channel, key, *when, json.dumps(dict(place.choices)))


def _there(channels: Sequence[str]) -> str:
    return f" for {', '.join(channels)}" if channels else ""


async def _let_go(db: aiosqlite.Connection, draft: Draft, who: str, now: datetime) -> None:
    """Let a held draft go on; what came in meanwhile was seen."""
    weighed = replace(draft.weighed, at=now)
    await _set(db, draft, held="", weighed=WEIGHED.dump_json(weighed).decode())
    await write_event(db, now, "approved again", draft.id, who, draft.held, draft.rev)


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
