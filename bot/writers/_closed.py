"""A script out of which nothing leads: the last look at what any writer wrote. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from bot.prose.lures import lures
from bot.story import Beat, Script, Wish
from bot.writers import WriterRefused

__all__ = ["closed"]


def closed(script: Script, outlets: Collection[str]) -> Script:
    """Leave out every line, card and tag that holds a link, a handle or a number to call.

    Names of outlets may look like links. Raises WriterRefused where nothing would be left.
    """
    clean = tuple(_closed(beat, outlets) for beat in script.beats if not lures(beat.line, outlets))
    if not clean:
        raise WriterRefused("every line of it leads to a link or a number to call")
    headline, chip = script.headline, script.chip
    if lures(headline, outlets):
        headline = clean[0].line.rstrip(".")
    kept = [part for part in script.caption.split("\n") if not lures(part, outlets)]
    safe = replace(
        script,
        beats=clean,
        headline=headline,
        chip="" if lures(chip, outlets) else chip,
        caption="\n".join(kept),
        hashtags=tuple(tag for tag in script.hashtags if not lures(tag, outlets)),
    )
    if safe == script:
        return script
    note = "what held a link, a handle or a number to call was left out"
    return replace(safe, notes=(*script.notes, note))


def _closed(beat: Beat, outlets: Collection[str]) -> Beat:
    shown = " \n".join(_texts(beat.wish.data))
    return replace(beat, wish=Wish()) if lures(shown, outlets) else beat


def _texts(value: Any) -> Iterator[str]:
    """Go through every text of a card."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)
