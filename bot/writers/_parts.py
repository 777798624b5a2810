"""What the parts of a format hold, and their order: voice, context, what comes next. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.formats import Format
from bot.prose.claims import quotations
from bot.prose.figures import Day, dates
from bot.prose.sentences import speaking_s, words
from bot.prose.tongues import Tongue, fold, word_set
from bot.story import Wish
from bot.writers._differ import is_open
from bot.writers._facts import Fact

__all__ = ["LEDE", "Spoken", "ordered", "part_of", "takes"]

_PAUSE_S = 0.2  # between two lines
_AHEAD = word_set(
    "will wird werden sera seront va vont será serán vai vão sarà saranno expected scheduled due"
)
_EARLIER = word_set(
    "previously earlier since last ago former history"
    " zuvor bereits seit früher vergangenen auparavant depuis anteriormente desde precedentemente"
)


LEDE = 6  # sentences: so far a report is surely on its own subject


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line that will be said and the facts it rests on; `part` is where in the order it goes.

    Without a `wish` the line's own words tell what to show.
    """

    line: str
    facts: tuple[Fact, ...]
    part: str
    wish: Wish | None = None


def takes(line: str) -> float:
    """Estimate how long a line takes with the pause behind it, in seconds."""
    return speaking_s(line) + _PAUSE_S


def part_of(fact: Fact, form: Format, speech: Tongue) -> str:
    """Name the part of the format that a fact belongs to, "" if the format has none for it."""
    told = {fold(w) for w in words(fact.line)}
    if quotations(fact.line) and "“" in fact.line and ":" in fact.line:
        part = "voice"
    elif is_open(fact):
        part = "unknown"
    elif told & _AHEAD:
        part = "next"
    elif told & _EARLIER or any(_is_year(day) for day in dates(fact.line, speech)):
        part = "context"
    elif _says_when(fact, told, speech):
        part = "where and when"
    else:
        part = "facts"
    if part in form.order:
        return part
    plain = "entries" if "entries" in form.order else "facts"
    return plain if plain in form.order and part in ("facts", "context", "where and when") else ""


def _is_year(day: Day) -> bool:
    return isinstance(day.key, int) and day.key > 6


def _says_when(fact: Fact, told: Iterable[str], speech: Tongue) -> bool:
    """Tell whether an early line names the day: "Mittwochmorgen" does too."""
    return fact.place < LEDE and any(word.startswith(speech.weekdays or "-") for word in told)


def ordered(
    groups: Sequence[Sequence[Fact]], told: Sequence[Spoken], form: Format, speech: Tongue
) -> list[Spoken]:
    """Put the groups into the format's order; within a part what more outlets carry comes first.

    Only one quotation is a voice, and only one line says when: the others are facts.
    """
    hook, *rest = groups
    lines = [[Spoken(f.line, (f,), "hook") for f in hook]]
    bare = {fold(w) for w in words(hook[0].line)}
    taken = {"where and when"} if _says_when(hook[0], bare, speech) else set()
    for group in sorted(rest, key=lambda g: -g[0].score):
        part = part_of(group[0], form, speech)
        if part in ("voice", "where and when"):
            part, taken = ("facts" if part in taken else part), taken | {part}
        lines.append([Spoken(f.line, (f,), part) for f in group])
    lines += [[s] for s in told]
    place = {part: n for n, part in enumerate(form.order)}
    plain = place.get("facts", place.get("entries", 1))
    backed = sorted(lines[1:], key=lambda g: -g[0].facts[0].backing)
    later = sorted(backed, key=lambda g: place.get(g[0].part, plain))
    return [spoken for group in [lines[0], *later] for spoken in group]
