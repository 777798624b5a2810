"""The audit: rows that are only ever added, each bound to the one before it (`bot.chain`)."""

import sqlite3
from contextvars import ContextVar
from datetime import datetime

import aiosqlite

from bot.chain import Link, hash_of

__all__ = ["MESSAGE", "add", "link_of", "seal"]

MESSAGE: ContextVar[str] = ContextVar("message", default="")
"""The chat's own id of the message that is carried out just now: every row it leads to has it."""

_GUARDS = tuple(
    f"CREATE TRIGGER event_no_{what.lower()} BEFORE {what} ON event "
    "BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END"
    for what in ("UPDATE", "DELETE")
)


def link_of(r: sqlite3.Row) -> Link:
    """A row of `event`."""
    names = ("n", "at", "kind", "draft", "who", "text", "rev", "message")
    return Link(*(r[name] for name in names))


async def add(
    db: aiosqlite.Connection, now: datetime, kind: str, draft: int, who: str, text: str, rev: str
) -> None:
    """Add a row behind the last one, inside a transaction."""
    last = await (await db.execute("SELECT n, hash FROM event ORDER BY n DESC LIMIT 1")).fetchone()
    n, before = (last[0] + 1, last[1]) if last else (1, "")
    link = Link(n, now.isoformat(), kind, draft, who, text, rev, MESSAGE.get())
    await db.execute(
        "INSERT INTO event(n, at, kind, draft, who, text, rev, message, hash) "
        "VALUES(?,?,?,?,?,?,?,?,?)",
        (n, link.at, kind, draft, who, text, rev, link.message, hash_of(before, link)),
    )


async def seal(db: aiosqlite.Connection) -> None:
    """Chain what an older version wrote, and shut the table for all but new rows."""
    before = ""
    chained: list[tuple[int, str, int]] = []
    for r in await db.execute_fetchall("SELECT * FROM event ORDER BY n"):
        number = len(chained) + 1
        link = Link(number, r["at"], r["kind"], r["draft"], r["who"], r["text"])
        before = hash_of(before, link)
        chained.append((number, before, r["n"]))
    await db.executemany("UPDATE event SET n=?, hash=? WHERE n=?", chained)
    for guard in _GUARDS:
        await db.execute(guard)
