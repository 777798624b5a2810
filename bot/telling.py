"""Why a story is hot, and why each report lies in it: told to people. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.story import Phase, Story
from sources import Item

__all__ = ["Stand", "ago", "explained", "names", "parted", "shared_clauses"]

NAMED = 6  # outlets of one story in a list
SOME = 0.1  # a smaller surprise is none

_IS: Mapping[Phase, str] = {
    "quiet": "is quiet",
    "candidate": "is a candidate",
    "emerging": "is emerging",
    "trending": "is trending",
    "cooling": "is cooling",
}


@dataclass(frozen=True, slots=True)
class Stand:
    """One report of a story: why it lies there, and why it is no witness, "" if it is one.

    `first` is the report that opened the story.
    """

    item: Item
    why: str
    barred: str
    first: bool = False

    @property
    def told(self) -> str:
        """Both in one sentence."""
        why = f"it opened the story: {self.why}" if self.first else self.why
        return f"{why}; " + (f"no witness: {self.barred}" if self.barred else "a witness")


def explained(story: Story) -> str:
    """Say in one paragraph why a story is as hot as it is: the reason, then each part of it."""
    heat = story.heat
    parts = " ".join(_part(name, value) for name, value in heat.parts.items())
    stands = f"“{story.title}” {_IS[heat.phase]}: {heat.reason}."
    return f"{stands} Its heat is {heat.score:.2f}. {parts}"


def _part(name: str, value: float) -> str:
    """One part of the heat: its number, and in words what that means."""
    say = _PARTS.get(name)
    value += 0.0  # turns -0.0, which would be shown with its sign
    return f"{name.capitalize()} {value:.2f}" + (f": {say(value)}." if say else ".")


def _breadth(value: float) -> str:
    weight = 2**value - 1
    return f"an outlet counts less every hour, and all weigh as much as {weight:.1f} new ones"


def _surprise(value: float) -> str:
    if value < SOME:
        return "what it gained lately is usual on this wire"
    chance = float(f"{10**value:.2g}")
    return f"what it gained lately has a chance of 1 in {chance:,.0f} on this wire"


def _novelty(value: float) -> str:
    if value > 0.99:
        return "nothing like it was widely told before"
    return f"it continues what was widely told, which takes {1 - value:.0%} off"


def _interest(value: float) -> str:
    if value <= 0:
        return "a word of `mute` silences it"
    return "words of the house raise it" if value > 1 else "no word of the house is in it"


def _echo(value: float) -> str:
    return f"what senses heard adds {value - 1:.0%}" if value > 1 else "no sense heard of it"


_PARTS: Mapping[str, Callable[[float], str]] = {
    "breadth": _breadth,
    "surprise": _surprise,
    "novelty": _novelty,
    "interest": _interest,
    "echo": _echo,
}


def parted(stories: Sequence[Story]) -> tuple[tuple[Story, ...], tuple[Story, ...]]:
    """Part what several outlets tell from what one alone tells; each keeps its order."""
    shared = tuple(story for story in stories if len(story.outlets) > 1)
    return shared, tuple(story for story in stories if len(story.outlets) == 1)


def shared_clauses(stories: Sequence[Story]) -> frozenset[str]:
    """The clauses that more than half of some reasons have: said once, they are said for all."""
    held = Counter(clause for story in stories for clause in set(story.heat.reason.split("; ")))
    return frozenset(clause for clause, n in held.items() if n > 2 and 2 * n > len(stories))


def names(outlets: Sequence[str]) -> str:
    """Name the outlets of a story, and count those that are too many to be named."""
    more = len(outlets) - NAMED
    return ", ".join(outlets[:NAMED]) + (f" and {more} more" if more > 0 else "")


def ago(moment: datetime, now: datetime) -> str:
    """Say how long ago something was: "5 min ago", "3 h ago", "2 days ago"."""
    minutes = round((now - moment) / timedelta(minutes=1))
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{round(minutes / 60)} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"
