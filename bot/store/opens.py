"""What is open now: the small part of a store that is asked for again and again."""

from dataclasses import fields

from bot.draft import Draft, DraftState
from bot.store.outbox import Outbox
from bot.store.rows import draft_of

__all__ = ["Opens"]


class Opens(Outbox):
    """The part of the store that answers at a glance."""

    async def drafts_in_short(self) -> list[Draft]:
        """Every open draft without its storyboard, which is most of it; oldest first."""
        columns = ("'{}' AS board" if f.name == "board" else f.name for f in fields(Draft))
        open_ones = "state NOT IN ('posted','rejected','dropped') ORDER BY id"
        rows = await self._db.rows(f"SELECT {', '.join(columns)} FROM draft WHERE {open_ones}")
        return [draft_of(r) for r in rows]

    async def open_drafts(self) -> dict[int, DraftState]:
        """Where every open draft is, oldest first."""
        sql = (
            "SELECT id, state FROM draft WHERE state NOT IN ('posted','rejected','dropped') "
            "ORDER BY id"
        )
        return {r["id"]: r["state"] for r in await self._db.rows(sql)}

    async def stands(self, draft: Draft) -> bool:
        """Whether a draft is still where it was when it was read."""
        sql = "SELECT 1 FROM draft WHERE id=? AND state=? AND version=?"
        return bool(await self._db.rows(sql, draft.id, draft.state, draft.version))
