"""How likely two reports tell the same event: six kinds of evidence, six weights.

The weights are a logistic regression on the pairs of a hand-labelled news night (736 items of 20
outlets, most of them alone in their story), fitted by `bench/trends.py --fit` on 2026-11-23; what
it reaches on stories it was not fitted on is in docs/trends.md. They stay few so that they can be
read: the four rarest shared words say most. A night cannot teach what a day between two reports
means, so the price of a day is set by hand, on unlabelled weeks in which stories ran into another.
"""

import math
from datetime import timedelta
from typing import NamedTuple

from bot.trends.morgue import Clipping
from bot.trends.text import likeness, spelled

__all__ = ["WEIGHTS", "Evidence", "alike", "compare", "is_copy", "shared_words"]

RAREST = 4  # shared words that are counted
COPY = 0.9  # share of words from which two texts are one wire report printed twice


class Evidence(NamedTuple):
    """What speaks for one event, each 0..1."""

    words: float  # cosine of all words, the summary's at half weight
    title: float  # cosine of the titles
    names: float  # part of the names, of the report that has fewer, that the other has too
    rare: float  # how rare the RAREST shared words are
    clash: float  # 1 if both give numbers and none is the same
    same_outlet: float  # 1 if one owner tells both: he tells most events once


BIAS = -9.0
WEIGHTS = Evidence(words=5.3, title=2.0, names=1.4, rare=9.6, clash=-0.7, same_outlet=-1.5)
A_DAY = -1.0  # for every day between two reports: tomorrow's figures are tomorrow's story


def compare(one: Clipping, other: Clipping) -> Evidence:
    """Gather the evidence of a pair."""
    mine, theirs = one.vector, other.vector
    shared = mine.keys() & theirs.keys()
    names = one.words.names & other.words.names
    named = min(_weight(one, one.words.names), _weight(other, other.words.names))
    numbers, others = one.words.numbers, other.words.numbers
    title = sum(mine[t] * theirs[t] for t in one.words.title & other.words.title)
    rarest = sorted((max(mine[t], theirs[t]) for t in shared), reverse=True)[:RAREST]
    return Evidence(
        words=sum(mine[t] * theirs[t] for t in shared) / (one.norm * other.norm),
        title=title / (one.title_norm * other.title_norm),
        names=min(1.0, _weight(one, names) / named) if named else 0.0,
        rare=sum(rarest) / (RAREST * max(one.unseen, other.unseen)),
        clash=float(bool(numbers and others) and numbers.isdisjoint(others)),
        same_outlet=float(one.owner == other.owner),
    )


def alike(one: Clipping, other: Clipping, weights: Evidence = WEIGHTS, bias: float = BIAS) -> float:
    """The probability, 0..1, that two reports tell one event."""
    parts = zip(weights, compare(one, other), strict=True)
    days = abs(one.item.seen - other.item.seen) / timedelta(days=1)
    logit = bias + A_DAY * days + sum(weight * value for weight, value in parts)
    return 1 / (1 + math.exp(-logit))


def is_copy(one: Clipping, other: Clipping) -> bool:
    """Tell whether two texts are so near that they are one report."""
    return likeness(one.vector.keys(), other.vector.keys()) >= COPY


def shared_words(one: Clipping, other: Clipping) -> list[str]:
    """The rarest words of both as `one` spells them, rarest first."""
    shared = one.vector.keys() & other.vector.keys()
    rarest = sorted(shared, key=lambda t: (-max(one.vector[t], other.vector[t]), t))[:RAREST]
    return [spelled(term, f"{one.item.title} {one.item.summary}") for term in rarest]


def _weight(clip: Clipping, terms: frozenset[str]) -> float:
    return sum(clip.vector[t] for t in terms)
