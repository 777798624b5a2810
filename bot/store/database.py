"""The SQLite file: locked for one process, checked, written by one transaction at a time.

WAL mode with `synchronous=FULL` and exactly one connection, which also makes every checkpoint.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiosqlite

__all__ = ["AlreadyRunning", "Database", "StoreBroken"]

SCHEMA_VERSION = 6
SCHEMA = """
CREATE TABLE item(
  n INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, story INTEGER NOT NULL, seen TEXT NOT NULL,
  json TEXT NOT NULL, record TEXT NOT NULL DEFAULT '', meaning BLOB) STRICT;
CREATE INDEX item_seen ON item(seen);
CREATE TABLE merge(story INTEGER PRIMARY KEY, into_story INTEGER NOT NULL, at TEXT NOT NULL) STRICT;
CREATE TABLE source(
  name TEXT PRIMARY KEY, state TEXT NOT NULL, due TEXT NOT NULL, failures INTEGER NOT NULL,
  error TEXT NOT NULL, read_at TEXT, address TEXT NOT NULL DEFAULT '',
  wait_s REAL NOT NULL DEFAULT 0, off INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE host(name TEXT PRIMARY KEY, held TEXT NOT NULL) STRICT;
CREATE TABLE push(
  source TEXT PRIMARY KEY, hub TEXT NOT NULL, topic TEXT NOT NULL, path TEXT NOT NULL,
  secret TEXT NOT NULL, state TEXT NOT NULL, due TEXT NOT NULL, ends TEXT, heard_at TEXT,
  failures INTEGER NOT NULL, why TEXT NOT NULL) STRICT;
CREATE TABLE draft(
  id INTEGER PRIMARY KEY AUTOINCREMENT, story INTEGER NOT NULL, state TEXT NOT NULL,
  title TEXT NOT NULL, items TEXT NOT NULL, brief TEXT NOT NULL, asked_by TEXT NOT NULL,
  made_at TEXT NOT NULL, why TEXT NOT NULL DEFAULT '', script TEXT, grounding TEXT,
  board TEXT NOT NULL DEFAULT '{}', clip TEXT NOT NULL DEFAULT '{}',
  preview TEXT NOT NULL DEFAULT '', rev TEXT NOT NULL DEFAULT '',
  version INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, retry_at TEXT,
  offered_at TEXT, decided_by TEXT NOT NULL DEFAULT '', decided_at TEXT,
  reason TEXT NOT NULL DEFAULT '', waiver TEXT, texts TEXT NOT NULL DEFAULT '{}',
  embargo TEXT, held TEXT NOT NULL DEFAULT '', weighed TEXT NOT NULL DEFAULT '{}',
  wish TEXT NOT NULL DEFAULT '', edited_by TEXT NOT NULL DEFAULT '') STRICT;
CREATE UNIQUE INDEX one_by_itself ON draft(story, json_extract(brief, '$.lang'))
  WHERE asked_by = 'wire';
CREATE INDEX draft_decided ON draft(state, decided_at);
CREATE TABLE approval(
  draft INTEGER NOT NULL REFERENCES draft(id), rev TEXT NOT NULL, who TEXT NOT NULL,
  at TEXT NOT NULL, channels TEXT NOT NULL, wish TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY(draft, rev, who)) STRICT;
CREATE TABLE posting(
  draft INTEGER NOT NULL REFERENCES draft(id), channel TEXT NOT NULL, key TEXT UNIQUE NOT NULL,
  state TEXT NOT NULL, steps TEXT NOT NULL DEFAULT '{}', tries INTEGER NOT NULL DEFAULT 0,
  sent_at TEXT, retry_at TEXT, url TEXT NOT NULL DEFAULT '', remote_id TEXT NOT NULL DEFAULT '',
  why TEXT NOT NULL DEFAULT '', purpose TEXT NOT NULL DEFAULT 'post', n INTEGER NOT NULL DEFAULT 0,
  due_at TEXT, choices TEXT NOT NULL DEFAULT '{}', words TEXT NOT NULL DEFAULT '',
  asked_by TEXT NOT NULL DEFAULT '', PRIMARY KEY(draft, channel, purpose, n)) STRICT;
CREATE INDEX posting_state ON posting(state);
CREATE INDEX posting_sequel ON posting(draft, channel)
  WHERE purpose <> 'post' AND state NOT IN ('asked','done','refused');
CREATE TABLE event(
  n INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, draft INTEGER NOT NULL,
  who TEXT NOT NULL, text TEXT NOT NULL, hash TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX event_draft ON event(draft);
CREATE TABLE heard(event TEXT PRIMARY KEY, at TEXT NOT NULL, reply TEXT NOT NULL) STRICT;
CREATE TABLE pause(channel TEXT PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL) STRICT;
CREATE TABLE notice(
  n INTEGER PRIMARY KEY AUTOINCREMENT, chat TEXT NOT NULL, at TEXT NOT NULL, json TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE recollection(
  chat TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY(chat, key)) STRICT;
"""
STEPS = {
    1: "ALTER TABLE draft ADD COLUMN preview TEXT NOT NULL DEFAULT '';",
    2: """
ALTER TABLE source ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE source ADD COLUMN wait_s REAL NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN off INTEGER NOT NULL DEFAULT 0;
CREATE TABLE host(name TEXT PRIMARY KEY, held TEXT NOT NULL) STRICT;
CREATE TABLE push(
  source TEXT PRIMARY KEY, hub TEXT NOT NULL, topic TEXT NOT NULL, path TEXT NOT NULL,
  secret TEXT NOT NULL, state TEXT NOT NULL, due TEXT NOT NULL, ends TEXT, heard_at TEXT,
  failures INTEGER NOT NULL, why TEXT NOT NULL) STRICT;
""",
    3: """
ALTER TABLE item ADD COLUMN record TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN meaning BLOB;
""",
    4: """
ALTER TABLE draft ADD COLUMN waiver TEXT;
ALTER TABLE draft ADD COLUMN texts TEXT NOT NULL DEFAULT '{}';
ALTER TABLE draft ADD COLUMN embargo TEXT;
ALTER TABLE draft ADD COLUMN held TEXT NOT NULL DEFAULT '';
ALTER TABLE draft ADD COLUMN weighed TEXT NOT NULL DEFAULT '{}';
ALTER TABLE draft ADD COLUMN wish TEXT NOT NULL DEFAULT '';
DROP INDEX one_by_itself;
CREATE UNIQUE INDEX one_by_itself ON draft(story, json_extract(brief, '$.lang'))
  WHERE asked_by = 'wire';
CREATE INDEX draft_decided ON draft(state, decided_at);
CREATE TABLE approval(
  draft INTEGER NOT NULL REFERENCES draft(id), rev TEXT NOT NULL, who TEXT NOT NULL,
  at TEXT NOT NULL, channels TEXT NOT NULL, PRIMARY KEY(draft, rev, who)) STRICT;
""",
    5: """
ALTER TABLE draft ADD COLUMN edited_by TEXT NOT NULL DEFAULT '';
ALTER TABLE approval ADD COLUMN wish TEXT NOT NULL DEFAULT '{}';
ALTER TABLE event ADD COLUMN hash TEXT NOT NULL DEFAULT '';
CREATE INDEX event_draft ON event(draft);
CREATE TABLE notice(
  n INTEGER PRIMARY KEY AUTOINCREMENT, chat TEXT NOT NULL, at TEXT NOT NULL, json TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE recollection(
  chat TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY(chat, key)) STRICT;
ALTER TABLE posting RENAME TO old_posting;
CREATE TABLE posting(
  draft INTEGER NOT NULL REFERENCES draft(id), channel TEXT NOT NULL, key TEXT UNIQUE NOT NULL,
  state TEXT NOT NULL, steps TEXT NOT NULL DEFAULT '{}', tries INTEGER NOT NULL DEFAULT 0,
  sent_at TEXT, retry_at TEXT, url TEXT NOT NULL DEFAULT '', remote_id TEXT NOT NULL DEFAULT '',
  why TEXT NOT NULL DEFAULT '', purpose TEXT NOT NULL DEFAULT 'post', n INTEGER NOT NULL DEFAULT 0,
  due_at TEXT, choices TEXT NOT NULL DEFAULT '{}', words TEXT NOT NULL DEFAULT '',
  asked_by TEXT NOT NULL DEFAULT '', PRIMARY KEY(draft, channel, purpose, n)) STRICT;
CREATE INDEX posting_state ON posting(state);
CREATE INDEX posting_sequel ON posting(draft, channel)
  WHERE purpose <> 'post' AND state NOT IN ('asked','done','refused');
INSERT INTO posting(draft, channel, key, state, steps, tries, sent_at, retry_at, url, remote_id,
  why)
  SELECT draft, channel, key,
    CASE state WHEN 'planned' THEN 'queued' WHEN 'sending' THEN 'committing' ELSE state END,
    steps, tries, sent_at, retry_at, url, remote_id, why FROM old_posting;
DROP TABLE old_posting;
""",
}
"""What brings a database of a version to the next one."""


class StoreBroken(RuntimeError):
    """The database cannot be trusted or opened; the message says what to do."""


class AlreadyRunning(RuntimeError):
    """Another process holds this state folder."""


class Database:
    """An open, locked database. Made by `open`.

    `closing` is called inside each transaction, right before its commit, and `closed` right after.
    """

    def __init__(
        self, db: aiosqlite.Connection, lock: int, probe: Callable[[str], None] | None
    ) -> None:
        self._db = db
        self._lock = lock
        self._probe = probe or (lambda _: None)
        self._writing = asyncio.Lock()
        self.closing: Callable[[aiosqlite.Connection], Awaitable[None]] | None = None
        self.closed: Callable[[], None] = lambda: None

    @classmethod
    async def open(cls, folder: Path, probe: Callable[[str], None] | None = None) -> "Database":
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
    async def write(self, name: str) -> AsyncIterator[aiosqlite.Connection]:
        """Make one IMMEDIATE transaction; `name` is told to the probe after its commit.

        Raises StoreBroken where nothing can be written, for example on a full disk.
        """
        async with self._writing:
            try:
                await self._begin()
                yield self._db
                if self.closing:
                    await self.closing(self._db)
                await self._commit()
            except aiosqlite.OperationalError as error:
                await self._roll_back()
                raise StoreBroken(f"cannot write down {name!r}: {error}") from error
            except BaseException:
                await self._roll_back()
                raise
            self._probe(name)

    async def _commit(self) -> None:
        """Commit; who is cancelled meanwhile is told only after it is known to be done."""
        done = asyncio.ensure_future(self._db.execute("COMMIT"))
        try:
            await asyncio.shield(done)
        except asyncio.CancelledError:
            await done
            raise
        finally:
            if done.done() and not done.cancelled() and not done.exception():
                self.closed()

    async def _begin(self) -> None:
        """Begin; who is cancelled meanwhile leaves no transaction open behind."""
        begun = asyncio.ensure_future(self._db.execute("BEGIN IMMEDIATE"))
        try:
            await asyncio.shield(begun)
        except asyncio.CancelledError:
            await begun
            raise

    async def _roll_back(self) -> None:
        with suppress(aiosqlite.OperationalError):  # it was over already
            await asyncio.shield(self._db.execute("ROLLBACK"))

    async def rows(self, sql: str, *values: Any) -> Iterable[aiosqlite.Row]:
        """Read, between transactions: on the one connection half of one would be seen."""
        async with self._writing:
            return await self._db.execute_fetchall(sql, values)


def _take(folder: Path) -> int:
    """Lock the state folder for this process."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreBroken(
            f"the state folder {folder} cannot be used: {error.strerror}; set another `state`"
        ) from error
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
        if version < SCHEMA_VERSION:
            steps = "".join(STEPS[v] for v in range(version, SCHEMA_VERSION)) if version else SCHEMA
            script = f"BEGIN IMMEDIATE; {steps} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;"
            await db.executescript(script)
    except aiosqlite.DatabaseError as error:
        raise StoreBroken(f"{path}: {error}: put the newest backup in its place") from error
