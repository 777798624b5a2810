"""What follows a post on its channel: corrections, the takedown, and a refused one tried again."""

from collections.abc import Mapping
from datetime import datetime

import aiosqlite

from bot.draft import WAITING, Draft, Posting, PostState, may
from bot.store.moves import Stale, write_event, write_move
from bot.store.rows import posting_of
from bot.store.rulings import Rulings

__all__ = ["TAKEN_DOWN", "Sequels"]

TAKEN_DOWN = (
    "SELECT 1 FROM posting AS down WHERE down.draft=posting.draft "
    "AND down.channel=posting.channel AND down.purpose='takedown'"
)
"""Finds the takedown of a posting's draft on its channel: nothing more goes out there."""
_IN_WAITING = ",".join(f"'{state}'" for state in sorted(WAITING))
_OPEN = "('queued','preparing','ready','committing','unknown','asked')"


class Sequels(Rulings):
    """The part of the store that holds what is done to posts that are out."""

    async def posting(self, key: str) -> Posting | None:
        """Find one posting by its key."""
        rows = await self._db.rows("SELECT * FROM posting WHERE key=?", key)
        return next((posting_of(r) for r in rows), None)

    async def pending(self) -> list[Posting]:
        """Every posting of approved drafts, and of channels with an open correction or takedown."""
        rows = await self._db.rows(
            "SELECT * FROM posting WHERE draft IN (SELECT id FROM draft WHERE state='approved') "
            "UNION SELECT * FROM posting WHERE (draft, channel) IN (SELECT draft, channel "
            "FROM posting WHERE purpose <> 'post' AND state NOT IN ('asked','done','refused')) "
            "ORDER BY draft, channel, purpose, n"
        )
        return [posting_of(r) for r in rows]

    async def unsettled(self) -> list[Posting]:
        """Every posting, of any purpose, that is neither done nor refused."""
        sql = f"SELECT * FROM posting WHERE state IN {_OPEN} ORDER BY draft, channel, purpose, n"
        return [posting_of(r) for r in await self._db.rows(sql)]

    async def correct(
        self,
        draft: Draft,
        words: str,
        channels: Mapping[str, str],
        who: str,
        now: datetime,
    ) -> int:
        """Wish for a correction; `channels` say why a person must do it there, "" where we can.

        Answers which correction of the draft it is. Raises Stale where it was taken down meanwhile.
        """
        async with self._db.write("correction wished") as db:
            sql = "SELECT max(n) FROM posting WHERE draft=? AND purpose='correction'"
            row = await (await db.execute(sql, (draft.id,))).fetchone()
            n = (row[0] or 0) + 1 if row else 1
            for channel, why in channels.items():
                post = await _lane(db, draft.id, channel)
                await _insert(db, post, f"{post.key}-c{n}", "correction", n, words, who, why)
                await write_event(db, now, "correction wished", draft.id, who, channel)
        return n

    async def take_down(
        self, draft: Draft, channels: Mapping[str, str], who: str, now: datetime
    ) -> Mapping[str, PostState]:
        """Wish a draft gone, and stop what still waits there, in one step.

        `channels` say why a person must do it there, "" where we can. Answers how each takedown
        stands: done at once where nothing was out yet. One that was wished for already stays.
        """
        async with self._db.write("takedown wished") as db:
            found: dict[str, PostState] = {}
            for channel, why in channels.items():
                post = await _lane(db, draft.id, channel)
                await db.execute(
                    f"UPDATE posting SET state='refused', why=? WHERE draft=? AND channel=? AND "
                    f"purpose<>'takedown' AND (state IN ({_IN_WAITING}) OR "
                    "state='asked' AND purpose='correction')",
                    (f"taken down by {who}", draft.id, channel),
                )
                if post.state in WAITING:
                    why, state = "withdrawn before it was out", "done"
                    found[channel] = "done"
                else:
                    state = found[channel] = "asked" if why else "ready"
                key = f"{post.key}-takedown"
                await _insert(db, post, key, "takedown", 0, "", who, why, state)
                await write_event(db, now, "takedown wished", draft.id, who, channel)
        return found

    async def resolve(self, asked: Posting, who: str, now: datetime) -> None:
        """Take a person's word that it is done. With a takedown all is settled on its channel."""
        async with self._db.write("resolved") as db:
            lane, why = asked.purpose == "takedown", f"an editor saw it ({who})"
            found = await db.execute_fetchall(
                "UPDATE posting SET state='done', why=? WHERE state='asked' AND "
                "(key=? OR ? AND draft=? AND channel=?) RETURNING purpose",
                (why, asked.key, lane, asked.draft, asked.channel),
            )
            if not found:
                raise Stale(f"posting {asked.key} is no longer asked about")
            for r in found:
                text = f"{asked.channel}: {why}"
                await write_event(db, now, f"{r['purpose']} done", asked.draft, who, text)

    async def requeue(self, draft: Draft, posting: Posting, who: str, now: datetime) -> None:
        """Queue a refused post again, from its first step; the approval of that clip stands.

        Raises Stale where it does not, or where the post was taken down.
        """
        if draft.rev[:16] not in posting.key or draft.decided_at is None:
            raise Stale(f"draft {draft.id} was made anew since: approve it as it is now")
        if draft.state != "approved" and not may(draft.state, "approved"):
            raise Stale(f"draft {draft.id} is {draft.state}: nothing of it is posted")
        why = f"again ({who})"
        async with self._db.write("posting again") as db:
            cursor = await db.execute(
                "UPDATE posting SET state='queued', steps='{}', tries=0, retry_at=NULL, why=? "
                f"WHERE key=? AND state='refused' AND NOT EXISTS ({TAKEN_DOWN})",
                (why, posting.key),
            )
            if cursor.rowcount != 1:
                raise Stale(f"draft {draft.id} was taken down on {posting.channel}")
            if draft.state != "approved":
                await write_move(db, draft, "approved", now, who, {"why": why})
            await write_event(db, now, "post queued", draft.id, who, f"{posting.channel}: {why}")


async def _lane(db: aiosqlite.Connection, draft: int, channel: str) -> Posting:
    """Read the post of a draft on a channel. Raises Stale where it is gone or taken down."""
    sql = "SELECT * FROM posting WHERE draft=? AND channel=? AND purpose IN ('post','takedown')"
    rows = [posting_of(r) for r in await db.execute_fetchall(sql, (draft, channel))]
    if any(p.purpose == "takedown" for p in rows):
        raise Stale(f"draft {draft} is taken down on {channel} already")
    if not rows or rows[0].state == "refused":
        raise Stale(f"draft {draft} is not out on {channel}")
    return rows[0]


async def _insert(
    db: aiosqlite.Connection,
    post: Posting,
    key: str,
    purpose: str,
    n: int,
    words: str,
    who: str,
    why: str,
    state: str = "",
) -> None:
    await db.execute(
        "INSERT INTO posting(draft, channel, key, state, why, purpose, n, words, asked_by) "
        "VALUES(?,?,?,?,?,?,?,?,?)",
        (
            *(post.draft, post.channel, key, state or ("asked" if why else "ready")),
            *(why, purpose, n, words, who),
        ),
    )
