"""The bot's memory: the only file that knows SQL.

SQLite in WAL mode with `synchronous=FULL` and exactly one connection, which also makes every
checkpoint. Each transition is one IMMEDIATE transaction together with its event row, and is
refused when the row is not in the state it is said to leave (`Stale`).
"""

import asyncio
import fcntl
import json
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from pydantic import TypeAdapter

from bot.draft import Brief, Draft, DraftState, Posting, PostState, may, may_post
from bot.story import Grounding, Script
from sources import Item

__all__ = ["AlreadyRunning", "Event", "SourceRow", "Stale", "Store", "StoreBroken"]

SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE item(
  n INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, story INTEGER NOT NULL, seen TEXT NOT NULL,
  json TEXT NOT NULL) STRICT;
CREATE INDEX item_seen ON item(seen);
CREATE TABLE merge(story INTEGER PRIMARY KEY, into_story INTEGER NOT NULL, at TEXT NOT NULL) STRICT;
CREATE TABLE source(
  name TEXT PRIMARY KEY, state TEXT NOT NULL, due TEXT NOT NULL, failures INTEGER NOT NULL,
  error TEXT NOT NULL, read_at TEXT) STRICT;
CREATE TABLE draft(
  id INTEGER PRIMARY KEY AUTOINCREMENT, story INTEGER NOT NULL, state TEXT NOT NULL,
  title TEXT NOT NULL, items TEXT NOT NULL, brief TEXT NOT NULL, asked_by TEXT NOT NULL,
  made_at TEXT NOT NULL, why TEXT NOT NULL DEFAULT '', script TEXT, grounding TEXT,
  board TEXT NOT NULL DEFAULT '{}', clip TEXT NOT NULL DEFAULT '{}', rev TEXT NOT NULL DEFAULT '',
  tries INTEGER NOT NULL DEFAULT 0, retry_at TEXT, offered_at TEXT,
  decided_by TEXT NOT NULL DEFAULT '', decided_at TEXT, reason TEXT NOT NULL DEFAULT '') STRICT;
CREATE UNIQUE INDEX one_by_itself ON draft(story) WHERE asked_by = 'wire';
CREATE TABLE posting(
  draft INTEGER NOT NULL REFERENCES draft(id), channel TEXT NOT NULL, key TEXT UNIQUE NOT NULL,
  state TEXT NOT NULL, steps TEXT NOT NULL DEFAULT '{}', tries INTEGER NOT NULL DEFAULT 0,
  sent_at TEXT, retry_at TEXT, url TEXT NOT NULL DEFAULT '', remote_id TEXT NOT NULL DEFAULT '',
  why TEXT NOT NULL DEFAULT '', PRIMARY KEY(draft, channel)) STRICT;
CREATE TABLE event(
  n INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, draft INTEGER NOT NULL,
  who TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE heard(event TEXT PRIMARY KEY, at TEXT NOT NULL, reply TEXT NOT NULL) STRICT;
CREATE TABLE pause(channel TEXT PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL) STRICT;
"""

T = TypeVar("T")
_ITEM, _ITEMS = TypeAdapter(Item), TypeAdapter(tuple[Item, ...])
_BRIEF, _SCRIPT, _GROUNDING = TypeAdapter(Brief), TypeAdapter(Script), TypeAdapter(Grounding)


class Stale(RuntimeError):
    """The row is no longer in the state that this move leaves: somebody was faster."""


class StoreBroken(RuntimeError):
    """The database cannot be trusted or opened; the message says what to do."""


class AlreadyRunning(RuntimeError):
    """Another process holds this state folder."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `who` is an editor's id or "desk"."""

    n: int
    at: datetime
    kind: str
    draft: int
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What is known about one source: when it is due, how often it failed in a row, and why."""

    name: str
    state: Mapping[str, str]
    due: datetime
    failures: int = 0
    error: str = ""
    read_at: datetime | None = None


class Store:
    """Opened with `Store.open`; every method is one transaction.

    `probe` is called with the name of each transaction right after its commit: tests kill the
    process there.
    """

    def __init__(
        self, db: aiosqlite.Connection, lock: int, probe: Callable[[str], None] | None
    ) -> None:
        self._db = db
        self._lock = lock
        self._probe = probe or (lambda _: None)
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, folder: Path, probe: Callable[[str], None] | None = None) -> "Store":
        """Take the folder, check the database, bring its schema up to date.

        Raises AlreadyRunning or StoreBroken.
        """
        lock = _take(folder)
        path = folder / "wirereel.db"
        try:
            db = await aiosqlite.connect(path, isolation_level=None)
        except aiosqlite.Error as error:
            os.close(lock)
            raise StoreBroken(f"{path}: {error}") from error
        try:
            db.row_factory = aiosqlite.Row
            await _prepare(db, path)
        except BaseException:
            await db.close()
            os.close(lock)
            raise
        return cls(db, lock, probe)

    async def close(self) -> None:
        """Finish and let the folder go."""
        await self._db.close()
        os.close(self._lock)

    @asynccontextmanager
    async def _write(self, name: str) -> AsyncIterator[aiosqlite.Connection]:
        async with self._writing:
            await self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                await asyncio.shield(self._db.execute("ROLLBACK"))
                raise
            await asyncio.shield(self._db.execute("COMMIT"))
            self._probe(name)

    async def _rows(self, sql: str, *values: Any) -> Iterable[aiosqlite.Row]:
        return await self._db.execute_fetchall(sql, values)

    # -- items and stories ---------------------------------------------------------------------

    async def save_reading(
        self,
        row: SourceRow,
        items: Iterable[tuple[Item, int]],
        merges: Iterable[tuple[int, int]],
        now: datetime,
    ) -> None:
        """Keep what one look at a source gave, with the story each new item went into."""
        async with self._write("reading") as db:
            await db.executemany(
                "INSERT INTO item(id, story, seen, json) VALUES(?,?,?,?) "
                "ON CONFLICT(id) DO UPDATE SET json=excluded.json",
                [(i.id, s, i.seen.isoformat(), _ITEM.dump_json(i).decode()) for i, s in items],
            )
            await db.executemany(
                "INSERT OR REPLACE INTO merge VALUES(?,?,?)",
                [(a, b, now.isoformat()) for a, b in merges],
            )
            await db.execute(
                "INSERT OR REPLACE INTO source VALUES(?,?,?,?,?,?)",
                (
                    row.name,
                    json.dumps(dict(row.state)),
                    row.due.isoformat(),
                    row.failures,
                    row.error,
                    _iso(row.read_at),
                ),
            )

    async def items(self, since: datetime) -> list[tuple[Item, int]]:
        """Every item since a time, in order of arrival, with its story."""
        rows = await self._rows(
            "SELECT json, story FROM item WHERE seen >= ? ORDER BY n", since.isoformat()
        )
        return [(_ITEM.validate_json(r["json"]), r["story"]) for r in rows]

    async def merges(self) -> dict[int, int]:
        """Which story went into which."""
        return {r["story"]: r["into_story"] for r in await self._rows("SELECT * FROM merge")}

    async def sources(self) -> dict[str, SourceRow]:
        """What is known about each source, by name."""
        rows = await self._rows("SELECT * FROM source")
        return {r["name"]: _source(r) for r in rows}

    async def forget_items(self, before: datetime) -> None:
        """Drop items older than the window; drafts keep their own copies."""
        async with self._write("forget") as db:
            await db.execute("DELETE FROM item WHERE seen < ?", (before.isoformat(),))

    # -- drafts --------------------------------------------------------------------------------

    async def new_draft(
        self,
        story: int,
        title: str,
        items: tuple[Item, ...],
        brief: Brief,
        asked_by: str,
        why: str,
        now: datetime,
    ) -> int:
        """Write down that a clip is wanted; answers its number.

        Raises Stale where the wire asks twice for one story.
        """
        async with self._write("draft wanted") as db:
            try:
                cursor = await db.execute(
                    "INSERT INTO draft(story, state, title, items, brief, asked_by, made_at, why) "
                    "VALUES(?,'wanted',?,?,?,?,?,?)",
                    (
                        story,
                        title,
                        _ITEMS.dump_json(items).decode(),
                        _BRIEF.dump_json(brief).decode(),
                        asked_by,
                        now.isoformat(),
                        why,
                    ),
                )
            except aiosqlite.IntegrityError as error:
                raise Stale(f"story {story} has a draft already") from error
            number = int(cursor.lastrowid or 0)
            await _event(db, now, "wanted", number, asked_by, why)
        return number

    async def move(
        self, draft: Draft, to: DraftState, now: datetime, *, who: str = "desk", **columns: Any
    ) -> None:
        """Move a draft on, changing `columns` with it. Raises Stale if it is elsewhere by now."""
        if not may(draft.state, to):
            raise Stale(f"draft {draft.id} cannot go from {draft.state} to {to}")
        async with self._write(f"draft {to}") as db:
            await _move(db, draft, to, now, who, columns)

    async def delay(self, draft: Draft, retry_at: datetime, why: str) -> None:
        """Leave a draft where it is and try again later."""
        async with self._write("draft delayed") as db:
            await db.execute(
                "UPDATE draft SET tries=tries+1, retry_at=?, why=? WHERE id=? AND state=?",
                (retry_at.isoformat(), why, draft.id, draft.state),
            )

    async def approve(self, draft: Draft, who: str, channels: Iterable[str], now: datetime) -> None:
        """Record a yes to exactly `draft.rev`, and plan its posts, in one transaction."""
        async with self._write("draft approved") as db:
            columns = {"decided_by": who, "decided_at": now.isoformat(), "why": "approved"}
            await _move(db, draft, "approved", now, who, columns, rev=draft.rev)
            for channel in channels:
                key = f"wirereel-{draft.id}-{draft.rev[:16]}-{channel}"
                await db.execute(
                    "INSERT INTO posting(draft, channel, key, state) VALUES(?,?,?,'planned')",
                    (draft.id, channel, key),
                )

    async def withdraw(
        self, draft: Draft, to: DraftState, now: datetime, who: str, **columns: Any
    ) -> None:
        """Take an approval back as long as nothing was sent: its planned posts go with it."""
        if not may(draft.state, to):
            raise Stale(f"draft {draft.id} cannot go from {draft.state} to {to}")
        async with self._write(f"draft {to}") as db:
            sql = "SELECT count(*) FROM posting WHERE draft=? AND state!='planned'"
            row = await (await db.execute(sql, (draft.id,))).fetchone()
            if row and row[0]:
                raise Stale(f"draft {draft.id} is on its way to a channel already")
            await db.execute("DELETE FROM posting WHERE draft=?", (draft.id,))
            await _move(db, draft, to, now, who, columns)

    async def draft(self, number: int) -> Draft | None:
        """Find one draft."""
        rows = await self._rows("SELECT * FROM draft WHERE id=?", number)
        return next((_draft(r) for r in rows), None)

    async def drafts(self, since: datetime) -> list[Draft]:
        """Every open draft and those that were made since a time, oldest first."""
        rows = await self._rows(
            "SELECT * FROM draft WHERE state NOT IN ('posted','rejected','dropped') OR made_at>=? "
            "ORDER BY id",
            since.isoformat(),
        )
        return [_draft(r) for r in rows]

    # -- postings ------------------------------------------------------------------------------

    async def post(
        self, posting: Posting, to: PostState, now: datetime, *, who: str = "desk", **columns: Any
    ) -> None:
        """Move a posting on. Raises Stale if it is elsewhere or was tried again meanwhile."""
        if not may_post(posting.state, to):
            raise Stale(f"posting {posting.key} cannot go from {posting.state} to {to}")
        sets, values = _assign({"state": to, **columns})
        async with self._write(f"posting {to}") as db:
            cursor = await db.execute(
                f"UPDATE posting SET {sets} WHERE key=? AND state=? AND tries=?",
                (*values, posting.key, posting.state, posting.tries),
            )
            if cursor.rowcount != 1:
                raise Stale(f"posting {posting.key} is no longer {posting.state}")
            text = f"{posting.channel}: {columns.get('why') or columns.get('url') or to}"
            await _event(db, now, f"post {to}", posting.draft, who, text)

    async def begin_send(self, posting: Posting, now: datetime) -> Posting:
        """Commit the intent to send, before the call that cannot be taken back.

        Raises Stale when posting is paused, the approval is gone, or somebody was faster.
        """
        async with self._write("posting sending") as db:
            cursor = await db.execute(
                "UPDATE posting SET state='sending', tries=tries+1, sent_at=?, retry_at=NULL "
                "WHERE key=? AND state=? AND tries=? "
                "AND NOT EXISTS (SELECT 1 FROM pause WHERE channel IN ('*', posting.channel)) "
                "AND EXISTS (SELECT 1 FROM draft WHERE id=posting.draft AND state='approved')",
                (now.isoformat(), posting.key, posting.state, posting.tries),
            )
            if cursor.rowcount != 1:
                raise Stale(f"posting {posting.key} may not be sent now")
            await _event(db, now, "post sending", posting.draft, "desk", posting.channel)
        return (await self.postings(posting.draft, posting.channel))[0]

    async def save_steps(self, posting: Posting, steps: Mapping[str, str]) -> None:
        """Keep what a channel gave on the way (upload ids), at once."""
        async with self._write("posting steps") as db:
            await db.execute(
                "UPDATE posting SET steps=? WHERE key=?", (json.dumps(dict(steps)), posting.key)
            )

    async def put_off(self, posting: Posting, retry_at: datetime, why: str) -> None:
        """Leave a posting in its state and look again later."""
        async with self._write("posting delayed") as db:
            await db.execute(
                "UPDATE posting SET retry_at=?, why=? WHERE key=? AND state=?",
                (retry_at.isoformat(), why, posting.key, posting.state),
            )

    async def postings(self, draft: int | None = None, channel: str | None = None) -> list[Posting]:
        """Every posting, or those of one draft, or the one of a draft on a channel."""
        rows = await self._rows(
            "SELECT * FROM posting WHERE (?1 IS NULL OR draft=?1) AND (?2 IS NULL OR channel=?2) "
            "ORDER BY draft, channel",
            draft,
            channel,
        )
        return [_posting(r) for r in rows]

    # -- pause, events, what was heard ---------------------------------------------------------

    async def pause(self, channel: str, who: str, now: datetime) -> None:
        """Stop posting on a channel, "*" for all."""
        async with self._write("paused") as db:
            at = now.isoformat()
            await db.execute("INSERT OR REPLACE INTO pause VALUES(?,?,?)", (channel, at, who))
            await _event(db, now, "pause", 0, who, channel)

    async def resume(self, channel: str, who: str, now: datetime) -> None:
        """Go on; "*" ends every pause."""
        async with self._write("resumed") as db:
            await db.execute("DELETE FROM pause WHERE ?1='*' OR channel=?1", (channel,))
            await _event(db, now, "resume", 0, who, channel)

    async def paused(self) -> frozenset[str]:
        """The channels that are paused; "*" is everything."""
        return frozenset([r["channel"] for r in await self._rows("SELECT channel FROM pause")])

    async def events(self, draft: int | None = None, limit: int = 200) -> list[Event]:
        """What happened, oldest first: to one draft, or the newest of all."""
        rows = await self._rows(
            "SELECT * FROM event WHERE ?1 IS NULL OR draft=?1 ORDER BY n DESC LIMIT ?2",
            draft,
            limit,
        )
        found = [
            Event(r["n"], _time(r["at"]), r["kind"], r["draft"], r["who"], r["text"]) for r in rows
        ]
        return found[::-1]

    async def heard(self, event: str) -> str | None:
        """The answer that a message was given when it was heard first; None if it is new."""
        rows = await self._rows("SELECT reply FROM heard WHERE event=?", event)
        return next((str(r["reply"]) for r in rows), None)

    async def remember(self, event: str, reply: str, now: datetime) -> None:
        """Keep the answer to a message."""
        async with self._write("heard") as db:
            at = now.isoformat()
            await db.execute("INSERT OR IGNORE INTO heard VALUES(?,?,?)", (event, at, reply))


def _take(folder: Path) -> int:
    """Lock the state folder for this process."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreBroken(f"the state folder {folder} cannot be used: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise AlreadyRunning(
            f"another wirereel works in {folder}: stop it, or set another `state` folder"
        ) from error
    return lock


async def _prepare(db: aiosqlite.Connection, path: Path) -> None:
    try:
        await db.execute("PRAGMA journal_mode=WAL")
        await db.execute("PRAGMA synchronous=FULL")
        await db.execute("PRAGMA foreign_keys=ON")
        check = await (await db.execute("PRAGMA quick_check")).fetchone()
        if check is None or check[0] != "ok":
            raise StoreBroken(f"{path} is damaged: put the newest backup in its place")
        row = await (await db.execute("PRAGMA user_version")).fetchone()
        version = row[0] if row else 0
        if version > SCHEMA_VERSION:
            raise StoreBroken(
                f"{path} was written by a newer wirereel (schema {version}, this one knows "
                f"{SCHEMA_VERSION}): install that version again"
            )
        if version == 0:
            script = f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;"
            await db.executescript(script)
    except aiosqlite.DatabaseError as error:
        raise StoreBroken(f"{path}: {error}: put the newest backup in its place") from error


def _assign(columns: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Columns -> "a=?, b=?" and values. Names come from our own code only."""
    return ", ".join(f"{name}=?" for name in columns), [_plain(v) for v in columns.values()]


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Script():
            return _SCRIPT.dump_json(value).decode()
        case Grounding():
            return _GROUNDING.dump_json(value).decode()
        case dict():
            return json.dumps(value, ensure_ascii=False)
    return value


async def _move(
    db: aiosqlite.Connection,
    draft: Draft,
    to: DraftState,
    now: datetime,
    who: str,
    columns: Mapping[str, Any],
    rev: str | None = None,
) -> None:
    sets, values = _assign({"state": to, "tries": 0, "retry_at": None, **columns})
    cursor = await db.execute(
        f"UPDATE draft SET {sets} WHERE id=? AND state=? AND rev=?",
        (*values, draft.id, draft.state, draft.rev if rev is None else rev),
    )
    if cursor.rowcount != 1:
        raise Stale(f"draft {draft.id} is no longer {draft.state} {draft.tag}".rstrip())
    text = str(columns.get("reason") or columns.get("why") or "")
    await _event(db, now, to, draft.id, who, text)


async def _event(
    db: aiosqlite.Connection, now: datetime, kind: str, draft: int, who: str, text: str
) -> None:
    await db.execute(
        "INSERT INTO event(at, kind, draft, who, text) VALUES(?,?,?,?,?)",
        (now.isoformat(), kind, draft, who, text),
    )


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _source(r: aiosqlite.Row) -> SourceRow:
    return SourceRow(
        r["name"],
        json.loads(r["state"]),
        _time(r["due"]),
        r["failures"],
        r["error"],
        _maybe(r["read_at"]),
    )


def _draft(r: aiosqlite.Row) -> Draft:
    return Draft(
        id=r["id"],
        story=r["story"],
        state=r["state"],
        title=r["title"],
        items=_ITEMS.validate_json(r["items"]),
        brief=_BRIEF.validate_json(r["brief"]),
        asked_by=r["asked_by"],
        made_at=_time(r["made_at"]),
        why=r["why"],
        script=_SCRIPT.validate_json(r["script"]) if r["script"] else None,
        grounding=_GROUNDING.validate_json(r["grounding"]) if r["grounding"] else Grounding(),
        board=json.loads(r["board"]),
        clip=json.loads(r["clip"]),
        rev=r["rev"],
        tries=r["tries"],
        retry_at=_maybe(r["retry_at"]),
        offered_at=_maybe(r["offered_at"]),
        decided_by=r["decided_by"],
        decided_at=_maybe(r["decided_at"]),
        reason=r["reason"],
    )


def _posting(r: aiosqlite.Row) -> Posting:
    return Posting(
        draft=r["draft"],
        channel=r["channel"],
        key=r["key"],
        state=r["state"],
        steps=json.loads(r["steps"]),
        tries=r["tries"],
        sent_at=_maybe(r["sent_at"]),
        retry_at=_maybe(r["retry_at"]),
        url=r["url"],
        remote_id=r["remote_id"],
        why=r["why"],
    )
