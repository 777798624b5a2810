"""The words beside a clip, for each channel within its limits. Pure.

What must be there is never left out: the credits that licences demand, one source, the note on AI.
Where even these find no room the texts are too long, and `Limits.faults` says so.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.draft import Texts
from bot.ground import ground
from bot.story import Finding, Script, Story
from bot.texts.caption import caption, tags_apart
from bot.texts.seen import alt
from bot.texts.title import title
from bot.texts.told import Told, told
from publish import Limits
from sources import Item

__all__ = ["claims_of", "compose", "reworded", "texts_of", "told"]


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
    text = caption(all_told, limits, own.get("caption", ""))
    return Texts(
        title=(own.get("title") or title(all_told, room)) if room else "",
        caption=text,
        tags=tags_apart(all_told, limits, text),
        alt=(own.get("alt") or alt(all_told.seen, all_told.lang, seen)) if seen else "",
        own=dict(own),
    )


def reworded(
    script: Script,
    story: Story,
    board: Mapping[str, Any],
    before: Texts,
    limits: Limits,
    change: tuple[str, str],
) -> Texts:
    """Change one (field, words) of a channel's texts; no words give it back to us.

    Raises ValueError where the channel has no such field, or where the words do not fit.
    """
    field, words = change
    if field != "caption" and getattr(limits, field) is None:
        raise ValueError(f"has no {_CALLED[field]}: its caption is all that it shows")
    own = {key: said for key, said in {**before.own, field: words}.items() if said}
    made = compose(told(script, story, board), limits, own)
    if field == "caption":
        faults = limits.faults("", made.caption, made.tags)
        more = limits.text.length(made.caption) - limits.text.length(words)
        why = f", and sources, credits and notes take {more} of it"
    else:
        faults, why = limits.faults(made.title, "") + limits.faults("", "", (), made.alt), ""
    if faults and words:
        raise ValueError(f"would not take it: {'; '.join(faults)}{why}")
    return made


_CALLED = {"title": "title", "alt": "alt text"}


def claims_of(
    texts: Mapping[str, Texts], script: Script, items: tuple[Item, ...]
) -> tuple[Finding, ...]:
    """Check what editors wrote for single channels, as headline and caption are checked."""
    found: list[Finding] = []
    for own in (words.own for words in texts.values() if words.own):
        said = " ".join(filter(None, (own.get("caption"), own.get("alt"))))
        spoken = replace(script, beats=(), headline=own.get("title", ""), caption=said)
        found += ground(spoken, items).findings
    return tuple(dict.fromkeys(found))
