"""The times of day in a line: 4.15am, 16:15, 4pm, 16 Uhr. Pure."""

import re
from collections.abc import Sequence

from bot.ground.claim import Claim
from bot.ground.library import Library, Near

__all__ = ["hours", "times"]

_TIME = re.compile(
    r"(?<![\w.,:])(?P<hour>[012]?\d)(?:[:.h](?P<minute>[0-5]\d))?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?|\s(?P<clock>Uhr|horas)\b|(?P<h>h)\b)?(?![\w:]|[.,]\d)",
    re.IGNORECASE,
)


def times(text: str) -> tuple[tuple[str, int], ...]:
    """Find the times of day, and how many minutes after midnight they are.

    A figure alone is none: it needs minutes behind a colon, or a word that says so.
    """
    found = []
    for match in _TIME.finditer(text):
        told = match["half"] or match["clock"] or match["h"]
        if told or (match["minute"] and ":" in match.group()):
            hour = int(match["hour"])
            if match["half"]:
                hour = hour % 12 + 12 * (match["half"].lower() == "p")
            found.append((match.group(), 60 * hour + int(match["minute"] or 0)))
    return tuple(found)


def hours(line: str, near: Sequence[Near], library: Library) -> list[Claim]:
    """Check every time of day: in a sentence that carries the line, else in its report."""
    claims = []
    for told, minutes in times(line):
        theirs = [n.sentence for n in near if times(n.sentence.text)]
        held = [s for s in theirs if any(_is_same(minutes, t) for _, t in times(s.text))]
        items = dict.fromkeys(n.sentence.item for n in near)
        around = [s for item in items for s in library.of(item)] if not theirs else []
        held += [s for s in around if any(_is_same(minutes, t) for _, t in times(s.text))]
        claims.append(Claim(told, "date", tuple(held), () if held else tuple(theirs)))
    return claims


def _is_same(one: int, other: int) -> bool:
    """Compare two times; half a day apart they may be one, told with and without am and pm."""
    return (one - other) % (12 * 60) == 0
