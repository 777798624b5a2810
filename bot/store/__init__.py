"""The bot's memory: the only room that knows SQL.

Each transition is one IMMEDIATE transaction together with its event row, and is refused when the
row is not in the state it is said to leave (`Stale`).
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import aiosqlite

from bot.draft import (
    WAITING,
    Brief,
    Draft,
    DraftState,
    Posting,
    PostState,
    Purpose,
    may,
    may_post,
)
from bot.store.database import AlreadyRunning, Database, StoreBroken
from bot.store.glance import Glance, glance
from bot.store.moves import Stale, write_event, write_move
from bot.store.outbox import Happened, Herald, Notice
from bot.store.readings import write_merges
from bot.store.rows import (
    BRIEF,
    ITEMS,
    Event,
    Filed,
    PushRow,
    SourceRow,
    Told,
    assign,
    draft_of,
    filed_of,
    posting_of,
    time_of,
)
from bot.store.rulings import MAY_GO
from bot.store.sequels import TAKEN_DOWN, Sequels
from sources import Item

__all__ = [
    "AlreadyRunning",
    "Event",
    "Filed",
    "Glance",
    "Happened",
    "Herald",
    "Notice",
    "PushRow",
    "SourceRow",
    "Stale",
    "Store",
    "StoreBroken",
    "Told",
    "glance",
]


class Store(Sequels):
    """Every method is one transaction; a reader sees only whole ones."""

    @classmethod
    async def open(cls, folder: Path, probe: Callable[[str], None] | None = None) -> "Store":
        """Take a state folder. Raises AlreadyRunning or StoreBroken.

        `probe` is called with the name of each transaction right after its commit: tests kill the
        process there.
        """
        store = cls(await Database.open(folder, probe))
        await store.begin_telling()
        return store

    async def close(self) -> None:
        """Finish and let the folder go."""
        await self._db.close()

    # -- items and stories ---------------------------------------------------------------------

    async def items(self, since: datetime) -> list[Filed]:
        """Every item of the stories that brought something since a time, in order of arrival."""
        rows = await self._db.rows(
            "SELECT * FROM item WHERE story IN (SELECT story FROM item WHERE seen >= ?) ORDER BY n",
            since.isoformat(),
        )
        return [filed_of(r) for r in rows]

    async def last_story(self) -> int:
        """The largest story id ever written down, 0 if none."""
        rows = await self._db.rows(
            "SELECT max(n) AS n FROM (SELECT max(story) AS n FROM item UNION ALL "
            "SELECT max(story) FROM merge UNION ALL SELECT max(story) FROM draft)"
        )
        return next((r["n"] or 0 for r in rows), 0)

    async def merges(self) -> dict[int, int]:
        """Which story went into which."""
        return {r["story"]: r["into_story"] for r in await self._db.rows("SELECT * FROM merge")}

    async def merge(self, gone: int, kept: int, who: str, now: datetime) -> None:
        """Keep that an editor made two stories one."""
        async with self._db.write("stories merged") as db:
            await write_merges(db, [(gone, kept, now.isoformat())])
            await write_event(db, now, "merge", 0, who, f"story {gone} into {kept}")

    async def forget_items(self, before: datetime) -> None:
        """Drop the items of stories that are over, and holds; drafts keep their own copies."""
        async with self._db.write("forget") as db:
            await db.execute(
                "DELETE FROM item WHERE story NOT IN (SELECT story FROM item WHERE seen >= ?)",
                (before.isoformat(),),
            )
            await db.execute("DELETE FROM host WHERE held < ?", (before.isoformat(),))

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
        async with self._db.write("draft wanted") as db:
            try:
                cursor = await db.execute(
                    "INSERT INTO draft(story, state, title, items, brief, asked_by, made_at, why) "
                    "VALUES(?,'wanted',?,?,?,?,?,?)",
                    (
                        story,
                        title,
                        ITEMS.dump_json(items).decode(),
                        BRIEF.dump_json(brief).decode(),
                        asked_by,
                        now.isoformat(),
                        why,
                    ),
                )
            except aiosqlite.IntegrityError as error:
                raise Stale(f"story {story} has a draft already") from error
            number = int(cursor.lastrowid or 0)
            await write_event(db, now, "wanted", number, asked_by, why)
        return number

    async def move(
        self, draft: Draft, to: DraftState, now: datetime, *, who: str = "desk", **columns: Any
    ) -> None:
        """Move a draft on, changing `columns` with it. Raises Stale if it is elsewhere by now."""
        if not may(draft.state, to):
            raise Stale(f"draft {draft.id} cannot go from {draft.state} to {to}")
        async with self._db.write(f"draft {to}") as db:
            await write_move(db, draft, to, now, who, columns)

    async def leave(self, draft: Draft, to: DraftState, wish: str, why: str, now: datetime) -> None:
        """Put a draft back as it was: a change that was wished for could not be made."""
        if not may(draft.state, to):
            raise Stale(f"draft {draft.id} cannot go from {draft.state} to {to}")
        columns = {"why": f"not changed ({wish}): {why}"[:1000], "wish": ""}
        async with self._db.write(f"draft {to}") as db:
            await write_move(db, draft, to, now, "desk", columns)
            await write_event(db, now, "unchanged", draft.id, "desk", f"({wish}): {why}"[:1000])

    async def delay(self, draft: Draft, retry_at: datetime, why: str) -> None:
        """Leave a draft where it is and try again later."""
        async with self._db.write("draft delayed") as db:
            await db.execute(
                "UPDATE draft SET tries=tries+1, retry_at=?, why=? WHERE id=? AND state=?",
                (retry_at.isoformat(), why, draft.id, draft.state),
            )

    async def keep_items(self, draft: Draft, items: tuple[Item, ...]) -> None:
        """Keep the reports of a draft with what their pages gave.

        Raises Stale if the draft has moved on since it was read.
        """
        async with self._db.write("draft pages") as db:
            cursor = await db.execute(
                "UPDATE draft SET items=? WHERE id=? AND state=? AND version=?",
                (ITEMS.dump_json(items).decode(), draft.id, draft.state, draft.version),
            )
            if cursor.rowcount != 1:
                raise Stale(f"draft {draft.id} is no longer {draft.state}")

    async def keep_preview(self, draft: Draft, path: str, now: datetime) -> bool:
        """Keep where the small clip of a draft lies; False where that is known already.

        Raises Stale if the draft has moved on since it was read.
        """
        if draft.preview == path:
            return False
        async with self._db.write("draft preview") as db:
            cursor = await db.execute(
                "UPDATE draft SET preview=? WHERE id=? AND state=? AND version=?",
                (path, draft.id, draft.state, draft.version),
            )
            if cursor.rowcount != 1:
                raise Stale(f"draft {draft.id} is no longer {draft.state}")
            await write_event(db, now, "preview", draft.id, "desk", "")
        return True

    async def withdraw(
        self, draft: Draft, to: DraftState, now: datetime, who: str, **columns: Any
    ) -> None:
        """Take an approval back as long as nothing went out: its posts go with it."""
        if not may(draft.state, to):
            raise Stale(f"draft {draft.id} cannot go from {draft.state} to {to}")
        in_waiting = ",".join(f"'{state}'" for state in sorted(WAITING))
        async with self._db.write(f"draft {to}") as db:
            sql = (
                "SELECT count(*) FROM posting WHERE draft=? AND state NOT IN "
                f"('refused',{in_waiting})"
            )
            row = await (await db.execute(sql, (draft.id,))).fetchone()
            if row and row[0]:
                raise Stale(f"draft {draft.id} is on its way to a channel already")
            await db.execute("DELETE FROM posting WHERE draft=?", (draft.id,))
            await write_move(db, draft, to, now, who, columns)

    async def drafts(self, since: datetime, most: int = -1) -> list[Draft]:
        """Every open draft and those that were made since a time, oldest first.

        Of the closed ones the newest `most`; all where it is negative.
        """
        closed = "state IN ('posted','rejected','dropped')"
        rows = await self._db.rows(
            f"SELECT * FROM draft WHERE NOT {closed} OR id IN "
            f"(SELECT id FROM draft WHERE {closed} AND made_at>=? ORDER BY id DESC LIMIT ?) "
            "ORDER BY id",
            *(since.isoformat(), most),
        )
        return [draft_of(r) for r in rows]

    async def told(self) -> list[Told]:
        """Every story that was ever drafted, by language, the oldest draft first."""
        sql = (
            "SELECT story, json_extract(brief,'$.lang') AS wished, "
            "coalesce(json_extract(script,'$.lang'),'') AS lang, max(id) AS newest "
            "FROM draft GROUP BY story, wished, lang ORDER BY newest"
        )
        rows = await self._db.rows(sql)
        return [Told(r["story"], r["wished"], r["lang"], r["newest"]) for r in rows]

    # -- postings ------------------------------------------------------------------------------

    async def post(
        self, posting: Posting, to: PostState, now: datetime, *, who: str = "desk", **columns: Any
    ) -> None:
        """Move a posting on. Raises Stale if it is elsewhere or was tried again meanwhile."""
        if not may_post(posting.state, to):
            raise Stale(f"posting {posting.key} cannot go from {posting.state} to {to}")
        sets, values = assign({"state": to, **columns})
        async with self._db.write(f"posting {to}") as db:
            cursor = await db.execute(
                f"UPDATE posting SET {sets} WHERE key=? AND state=? AND tries=?",
                (*values, posting.key, posting.state, posting.tries),
            )
            if cursor.rowcount != 1:
                raise Stale(f"posting {posting.key} is no longer {posting.state}")
            text = f"{posting.channel}: {columns.get('why') or columns.get('url') or to}"
            await write_event(db, now, f"{posting.purpose} {to}", posting.draft, who, text)

    async def begin_send(self, posting: Posting, now: datetime) -> Posting:
        """Commit the intent to send, before the call that cannot be taken back.

        Raises Stale when posting is paused, the approval is gone, an embargo or news hold it back,
        it is taken down, or somebody was faster. Nothing stops a takedown.
        """
        if not may_post(posting.state, "committing"):
            raise Stale(f"posting {posting.key} cannot go from {posting.state} to committing")
        async with self._db.write("posting committing") as db:
            cursor = await db.execute(
                "UPDATE posting SET state='committing', tries=tries+1, sent_at=?, retry_at=NULL "
                "WHERE key=? AND state=? AND tries=? AND (purpose='takedown' OR "
                "NOT EXISTS (SELECT 1 FROM pause WHERE channel IN ('*', posting.channel)) "
                f"AND NOT EXISTS ({TAKEN_DOWN}) AND (purpose='correction' OR "
                f"EXISTS (SELECT 1 FROM draft WHERE id=posting.draft AND {MAY_GO})))",
                (*(now.isoformat(), posting.key, posting.state, posting.tries), now.isoformat()),
            )
            if cursor.rowcount != 1:
                raise Stale(f"posting {posting.key} may not be sent now")
            kind = f"{posting.purpose} committing"
            await write_event(db, now, kind, posting.draft, "desk", posting.channel)
        rows = await self._db.rows("SELECT * FROM posting WHERE key=?", posting.key)
        return next(posting_of(r) for r in rows)

    async def save_steps(self, posting: Posting, steps: Mapping[str, str]) -> None:
        """Keep what a channel gave on the way (upload ids), at once."""
        async with self._db.write("posting steps") as db:
            await db.execute(
                "UPDATE posting SET steps=? WHERE key=?", (json.dumps(dict(steps)), posting.key)
            )

    async def put_off(self, posting: Posting, retry_at: datetime, why: str) -> None:
        """Leave a posting in its state and look again later."""
        async with self._db.write("posting delayed") as db:
            await db.execute(
                "UPDATE posting SET tries=tries+1, retry_at=?, why=? WHERE key=? AND state=?",
                (retry_at.isoformat(), why, posting.key, posting.state),
            )

    async def postings(
        self,
        draft: int | None = None,
        channel: str | None = None,
        purpose: Purpose | None = "post",
        since: int = 0,
    ) -> list[Posting]:
        """Every posting of a purpose (None: of any), or those of one draft, or on one channel.

        `since` is the first draft whose postings are wanted.
        """
        where = "draft=?1 AND draft>=?4" if draft is not None else "?1 IS NULL AND draft>=?4"
        rows = await self._db.rows(
            f"SELECT * FROM posting WHERE {where} AND (?2 IS NULL OR channel=?2) "
            "AND (?3 IS NULL OR purpose=?3) ORDER BY draft, channel, purpose, n",
            *(draft, channel, purpose, since),
        )
        return [posting_of(r) for r in rows]

    # -- pause, events, what was heard ---------------------------------------------------------

    async def pause(self, channel: str, who: str, now: datetime) -> None:
        """Stop posting on a channel, "*" for all."""
        async with self._db.write("paused") as db:
            at = now.isoformat()
            await db.execute("INSERT OR REPLACE INTO pause VALUES(?,?,?)", (channel, at, who))
            await write_event(db, now, "pause", 0, who, channel)

    async def resume(self, channel: str, who: str, now: datetime) -> None:
        """Go on; "*" ends every pause."""
        async with self._db.write("resumed") as db:
            await db.execute("DELETE FROM pause WHERE ?1='*' OR channel=?1", (channel,))
            await write_event(db, now, "resume", 0, who, channel)

    async def paused(self) -> frozenset[str]:
        """The channels that are paused; "*" is everything."""
        return frozenset([r["channel"] for r in await self._db.rows("SELECT channel FROM pause")])

    async def events(self, draft: int | None = None, limit: int = 200) -> list[Event]:
        """What happened, oldest first: to one draft, or the newest of all."""
        rows = await self._db.rows(
            "SELECT * FROM event WHERE ?1 IS NULL OR draft=?1 ORDER BY n DESC LIMIT ?2",
            draft,
            limit,
        )
        found = [
            Event(r["n"], time_of(r["at"]), r["kind"], r["draft"], r["who"], r["text"])
            for r in rows
        ]
        return found[::-1]

    async def heard(self, event: str) -> str | None:
        """The answer that a message was given when it was heard first; None if it is new."""
        rows = await self._db.rows("SELECT reply FROM heard WHERE event=?", event)
        return next((str(r["reply"]) for r in rows), None)

    async def remember(self, event: str, reply: str, now: datetime) -> None:
        """Keep the answer to a message."""
        async with self._db.write("heard") as db:
            at = now.isoformat()
            await db.execute("INSERT OR IGNORE INTO heard VALUES(?,?,?)", (event, at, reply))
