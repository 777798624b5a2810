"""The words beside a clip, for each channel within its limits. Pure.

What must be there is never left out: the credits that licences demand, one source, the note on AI.
Where even these find no room the texts are too long, and `Limits.faults` says so.
"""

from collections.abc import Mapping
from typing import Any

from bot.draft import Texts
from bot.story import Script, Story
from bot.texts.caption import caption, tags_apart
from bot.texts.seen import alt
from bot.texts.title import title
from bot.texts.told import Told, told
from publish import Limits

__all__ = ["compose", "texts_of", "told"]


def texts_of(
    script: Script,
    story: Story,
    board: Mapping[str, Any],
    channels: Mapping[str, Limits],
    before: Mapping[str, Texts],
) -> dict[str, Texts]:
    """Make the texts of every channel; what an editor wrote for one `before` stays.

    `board` is the storyboard as JSON-ready mapping.
    """
    all_told = told(script, story, board)
    return {
        name: compose(all_told, limits, before[name].own if name in before else {})
        for name, limits in channels.items()
    }


def compose(all_told: Told, limits: Limits, own: Mapping[str, str]) -> Texts:
    """Make the texts of one channel. `own` are an editor's words by field; they are never cut."""
    room, seen = limits.title, limits.alt
    return Texts(
        title=(own.get("title") or title(all_told, room)) if room else "",
        caption=caption(all_told, limits, own.get("caption", "")),
        tags=tags_apart(all_told, limits),
        alt=(own.get("alt") or alt(all_told.seen, all_told.lang, seen)) if seen else "",
        own=dict(own),
    )
