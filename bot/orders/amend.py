"""What an editor's `edit` does to a draft: it is changed, made anew, and must be approved anew."""

from datetime import datetime

from bot.commands import Edit
from bot.draft import Draft, Texts
from bot.ground import ground
from bot.orders.edit import edited
from bot.store import Store
from bot.story import Story
from bot.texts import reworded
from publish import Limits

__all__ = ["change", "reword", "wish"]


async def change(store: Store, draft: Draft, edit: Edit, user: str, now: datetime) -> str:
    """Change the script by a word or a line. Raises ValueError that says what is possible."""
    assert draft.script is not None
    script = edited(draft.script, edit)
    grounding = ground(script, draft.items)
    why = f"edited by {user}: it must be shown and approved anew"
    fresh = {"script": script, "grounding": grounding, "waiver": None}
    gone = {"rev": "", "clip": {}, "preview": ""}
    await store.withdraw(draft, "written", now, user, why=why, edited_by=user, **fresh, **gone)
    if grounding.problems:
        claims = ", ".join(f"{p.kind} {p.claim!r}" for p in grounding.problems[:3])
        return f"draft {draft.id} is changed; no source holds {claims}"
    return f"draft {draft.id} is changed; the new clip is being made"


async def wish(store: Store, draft: Draft, words: str, user: str, now: datetime) -> str:
    """Write a wish in plain words down. The desk has it written; till then all stays as it is."""
    why = f"edited by {user} ({words}): it must be shown and approved anew"
    await store.withdraw(draft, "wanted", now, user, why=why, edited_by=user, wish=words)
    return f"draft {draft.id} is being changed: {words}"


async def reword(
    store: Store, draft: Draft, limits: Limits, edit: Edit, user: str, now: datetime
) -> str:
    """Change what stands beside the clip on one channel. Raises ValueError where it cannot."""
    assert draft.script is not None
    channel, story = edit.channel, Story(draft.story, draft.title, draft.items)
    before = draft.texts.get(channel, Texts("", ""))
    try:
        words = (edit.what, edit.text)
        texts = reworded(draft.script, story, draft.board, before, limits, words)
    except ValueError as error:
        raise ValueError(f"{channel} {error}") from error
    why = f"{edit.what} on {channel} edited by {user}: it must be shown and approved anew"
    fresh = {"texts": {**draft.texts, channel: texts}, "waiver": None}
    gone = {"rev": "", "clip": {}, "grounding": ground(draft.script, draft.items)}
    await store.withdraw(draft, "written", now, user, why=why, edited_by=user, **fresh, **gone)
    return f"the {edit.what} of draft {draft.id} on {channel} is changed; it is offered anew"
