"""What the desk tells the editors, kept until each chat has it.

A notice belongs to what happened: it is written down in the very transaction that writes down the
event, one row for each chat. So a crash neither loses nor doubles it.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

import aiosqlite
from pydantic import TypeAdapter

from bot.chat import Outgoing
from bot.draft import Draft, Posting
from bot.store.database import Database
from bot.store.readings import Readings
from bot.store.rows import draft_of, posting_of, time_of

__all__ = ["Happened", "Herald", "Notice", "Outbox"]

MESSAGE = TypeAdapter(Outgoing)
STATES = "'wanted','written','rendered','offered','approved','posted','rejected','parked','dropped'"


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a draft, and the draft as it is after it.

    `before` is the state that the draft had before its last move, "" at its first. `times` is how
    often each kind of event happened to it so far, `given` who approved this revision.
    """

    kind: str
    draft: Draft
    who: str
    text: str
    at: datetime
    before: str = ""
    times: Mapping[str, int] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    postings: tuple[Posting, ...] = ()


class Herald(Protocol):
    """Says what is told of what happened."""

    @property
    def chats(self) -> Sequence[str]:
        """Those who are told."""
        ...

    @property
    def kinds(self) -> Collection[str]:
        """The kinds of events that somebody may be told of."""
        ...

    def tell(self, happened: Happened) -> Sequence[Outgoing]:
        """Word the messages about one event whose kind is among `kinds`. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that one chat does not have yet. `n` counts up through all chats."""

    n: int
    chat: str
    at: datetime
    message: Outgoing
    tries: int = 0


class Outbox(Readings):
    """The part of the store that holds what is to be told, and what chats write down."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        database.closing, database.closed = self._closing, self._closed
        self.herald: Herald | None = None
        self._told = self._telling = 0  # the last event that was told of
        self._queued = 0
        self._moved = asyncio.Event()

    async def begin_telling(self) -> None:
        """Pass over what happened in earlier lives: it was told of then."""
        for r in await self._db.rows("SELECT coalesce(max(n), 0) AS n FROM event"):
            self._told = self._telling = r["n"]

    async def say(self, message: Outgoing, now: datetime) -> None:
        """Tell every chat something that is about no draft."""
        async with self._db.write("notice") as db:
            await self._queue(db, (message,), now)

    async def next_notice(self, chat: str) -> Notice | None:
        """The oldest message that a chat does not have yet."""
        sql = "SELECT * FROM notice WHERE chat=? ORDER BY n LIMIT 1"
        return next((_notice_of(r) for r in await self._db.rows(sql, chat)), None)

    async def waiting(self) -> Mapping[str, tuple[int, datetime]]:
        """How many messages a chat that is down does not have yet, and since when."""
        sql = (
            "SELECT chat, count(*) AS n, min(at) AS at FROM notice "
            "GROUP BY chat HAVING max(tries) > 0"
        )
        return {r["chat"]: (r["n"], time_of(r["at"])) for r in await self._db.rows(sql)}

    async def end_notice(self, notice: Notice) -> None:
        """Forget a message: its chat has it, or never will."""
        async with self._db.write("notice sent") as db:
            await db.execute("DELETE FROM notice WHERE n=?", (notice.n,))

    async def put_notice_off(self, notice: Notice) -> None:
        """Note that a message was tried in vain."""
        async with self._db.write("notice delayed") as db:
            await db.execute("UPDATE notice SET tries=tries+1 WHERE n=?", (notice.n,))

    async def keep_chats(self, names: Collection[str]) -> None:
        """Forget what chats were to be told that are not set up any more."""
        async with self._db.write("chats") as db:
            marks = ",".join("?" * len(names))
            await db.execute(f"DELETE FROM notice WHERE chat NOT IN ({marks})", tuple(names))

    @property
    def queued(self) -> int:
        """How many times something was put into the outbox in this life."""
        return self._queued

    async def queued_after(self, since: int) -> None:
        """Wait until something is put into the outbox after that count."""
        while self._queued <= since:
            await self._moved.wait()

    # -- what chats write down ------------------------------------------------------------------

    async def recollect(self, chat: str, key: str) -> str:
        """What a chat wrote down under a key; "" if nothing."""
        sql = "SELECT value FROM recollection WHERE chat=? AND key=?"
        return next((str(r["value"]) for r in await self._db.rows(sql, chat, key)), "")

    async def keep_in_mind(self, chat: str, key: str, value: str, now: datetime) -> None:
        """Write something down for a chat; "" forgets it."""
        async with self._db.write("recollection") as db:
            if value:
                row = (chat, key, value, now.isoformat())
                await db.execute("INSERT OR REPLACE INTO recollection VALUES(?,?,?,?)", row)
            else:
                await db.execute("DELETE FROM recollection WHERE chat=? AND key=?", (chat, key))

    # -- inside the transactions of others -------------------------------------------------------

    async def _closing(self, db: aiosqlite.Connection) -> None:
        """Word what this transaction wrote down as events, right before its commit."""
        sql = "SELECT * FROM event WHERE n>? ORDER BY n"
        for r in list(await db.execute_fetchall(sql, (self._told,))):
            self._telling = r["n"]
            if self.herald and r["draft"] and r["kind"] in self.herald.kinds:
                happened = await _happened(db, r)
                await self._queue(db, self.herald.tell(happened), happened.at)

    def _closed(self) -> None:
        self._told = self._telling

    async def _queue(
        self, db: aiosqlite.Connection, messages: Sequence[Outgoing], now: datetime
    ) -> None:
        for chat in self.herald.chats if self.herald else ():
            for message in messages:
                await _put(db, chat, message, now)
        if messages:
            self._queued += 1
            self._moved.set()  # who wakes now reads after the commit
            self._moved = asyncio.Event()


async def _put(db: aiosqlite.Connection, chat: str, message: Outgoing, now: datetime) -> None:
    """Queue a message; what waits in its slot is overtaken, and need not be shown any more.

    A film that was never shown goes with what overtook it, as long as there is something to decide.
    """
    if message.slot:
        sql = "SELECT n, json FROM notice WHERE chat=? AND json_extract(json,'$.slot')=?"
        for r in list(await db.execute_fetchall(sql, (chat, message.slot))):
            film = MESSAGE.validate_json(r["json"]).film
            if film and message.buttons:
                message = replace(message, film=film)
            await db.execute("DELETE FROM notice WHERE n=?", (r["n"],))
    row = (chat, now.isoformat(), MESSAGE.dump_json(message).decode())
    await db.execute("INSERT INTO notice(chat, at, json) VALUES(?,?,?)", row)


async def _happened(db: aiosqlite.Connection, event: aiosqlite.Row) -> Happened:
    """Read what a message about an event needs, as it is inside the transaction."""
    number, n = event["draft"], event["n"]
    (row,) = await db.execute_fetchall("SELECT * FROM draft WHERE id=?", (number,))
    draft = draft_of(row)
    moves = f"SELECT kind FROM event WHERE draft=? AND n<? AND kind IN ({STATES})"
    before = await db.execute_fetchall(f"{moves} ORDER BY n DESC LIMIT 1", (number, n))
    counted = "SELECT kind, count(*) AS n FROM event WHERE draft=? AND n<=? GROUP BY kind"
    approved = "SELECT who FROM approval WHERE draft=? AND rev=? ORDER BY at, who"
    posted = "SELECT * FROM posting WHERE draft=? ORDER BY purpose='post' DESC, n, channel"
    return Happened(
        event["kind"],
        draft,
        event["who"],
        event["text"],
        time_of(event["at"]),
        next((r["kind"] for r in before), ""),
        {r["kind"]: r["n"] for r in await db.execute_fetchall(counted, (number, n))},
        tuple(r["who"] for r in await db.execute_fetchall(approved, (number, draft.rev))),
        tuple(posting_of(r) for r in await db.execute_fetchall(posted, (number,))),
    )


def _notice_of(r: aiosqlite.Row) -> Notice:
    """A row of `notice`; its message has the key that is the same whenever it is sent again."""
    at = time_of(r["at"])
    message = replace(MESSAGE.validate_json(r["json"]), key=f"{r['n']}.{at.timestamp():.0f}")
    return Notice(r["n"], r["chat"], at, message, r["tries"])
