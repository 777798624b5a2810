"""The one wish in plain words that needs no model: shorter. Pure."""

import re
from dataclasses import replace

from bot.story import Beat, Script
from bot.writers import WriterRefused

__all__ = ["shorter"]

_ASKS = re.compile(
    r"(?i)\W*(?:please\s+)?(?:(?:make|keep)\s+it\s+)?(?:much\s+|a\s+(?:bit|little)\s+)?"
    r"(?:shorter|kürzer|plus court|más corto|mais curto|più corto)(?:\s+please)?\W*"
)
_KEPT = 2  # the hook and what follows it: the caption says them too


def shorter(script: Script, wish: str) -> Script:
    """Drop the line that matters least. Raises WriterRefused for any other wish.

    That is the one that the fewest outlets carry, and of equals the last: scripts are in the order
    of importance. The hook and the line behind it stay.
    """
    if not _ASKS.fullmatch(wish):
        raise WriterRefused(
            "without a model only `shorter` is understood; what works too: `line 2: WORDS`, "
            "`drop line 2`, `headline: WORDS`, `tone: neutral`"
        )
    spare = list(enumerate(script.beats))[_KEPT:]
    if not spare:
        raise WriterRefused(f"it has {len(script.beats)} lines; fewer would not tell the story")
    least, _ = min(spare, key=lambda pair: _weight(*pair))
    beats = tuple(beat for number, beat in enumerate(script.beats) if number != least)
    return replace(script, beats=beats)


def _weight(number: int, beat: Beat) -> tuple[int, int]:
    return (len({cite.outlet for cite in beat.cites}), -number)
