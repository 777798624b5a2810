"""One move of a draft, and one event: what every transition of the store is made of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import aiosqlite

from bot.draft import Draft, DraftState
from bot.store.rows import assign
from bot.store.trail import add

__all__ = ["Stale", "write_event", "write_move"]


class Stale(RuntimeError):
    """The row is no longer in the state that this move leaves: somebody was faster."""


async def write_move(
    db: aiosqlite.Connection,
    draft: Draft,
    to: DraftState,
    now: datetime,
    who: str,
    columns: Mapping[str, Any],
) -> None:
    """Move a draft on. Raises Stale if it is elsewhere by now.

    Whatever is not an approval's own end voids what was approved of it.
    """
    if to not in ("approved", "posted"):
        await db.execute("DELETE FROM approval WHERE draft=?", (draft.id,))
    sets, values = assign({"state": to, "tries": 0, "retry_at": None, "held": "", **columns})
    cursor = await db.execute(
        f"UPDATE draft SET {sets}, version=version+1 WHERE id=? AND state=? AND version=?",
        (*values, draft.id, draft.state, draft.version),
    )
    if cursor.rowcount != 1:
        raise Stale(f"draft {draft.id} is no longer {draft.state} {draft.tag}".rstrip())
    text = str(columns.get("reason") or columns.get("why") or "")
    await write_event(db, now, to, draft.id, who, text, draft.rev)


async def write_event(
    db: aiosqlite.Connection,
    now: datetime,
    kind: str,
    draft: int,
    who: str,
    text: str,
    rev: str = "",
) -> None:
    """Write down what happened; `draft` is 0 where it is about none, `rev` what was decided on."""
    await add(db, now, kind, draft, who, text, rev)
