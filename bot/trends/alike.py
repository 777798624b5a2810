"""How likely two reports tell the same event: seven kinds of evidence, seven weights.

The weights are a logistic regression on the pairs of five hand-labelled days in three languages,
fitted by `bench/trends.py --fit`; what it reaches on days that it was not fitted on is in
docs/trends.md. It stays linear so that it can be read: each kind of evidence adds so many points.
Boosted trees on the same pairs did worse on days that they had not seen.
"""

import math
from datetime import timedelta
from typing import NamedTuple

from bot.trends.meanings import closeness
from bot.trends.morgue import Clipping
from bot.trends.text import likeness, spelled

__all__ = ["PLAIN", "RICH", "Evidence", "Weights", "alike", "compare", "is_copy", "shared_words"]

RAREST = 4  # shared words that are counted
NUMBERS = 2  # shared numbers that are counted
COPY = 0.9  # share of words from which two texts are one wire report printed twice


class Evidence(NamedTuple):
    """What speaks for one event, each 0..1 unless said otherwise."""

    words: float  # cosine of all words, the summary's at half weight
    names: float  # part of the names, of the report that has fewer, that the other has too
    rare: float  # how rare the RAREST shared words are
    numbers: float  # how many numbers both give: dates and editions mostly, so it speaks against
    clash: float  # 1 if both give numbers and none is the same
    days: float  # between the two: tomorrow's figures are tomorrow's story
    meaning: float = 0.0  # cosine of the embeddings


class Weights(NamedTuple):
    """Points for each kind of evidence, and those that a pair starts with."""

    start: float
    points: Evidence


PLAIN = Weights(
    -6.92,
    Evidence(words=12.93, names=1.3, rare=5.31, numbers=-0.93, clash=-0.18, days=-0.33),
)
"""For two reports of which one has no embedding."""

RICH = Weights(
    -9.2,
    Evidence(
        words=7.18, names=0.8, rare=4.95, numbers=-1.23, clash=-0.31, days=-0.32, meaning=7.63
    ),
)
"""For two reports with embeddings."""


def compare(one: Clipping, other: Clipping) -> Evidence:
    """Gather the evidence of a pair."""
    mine, theirs = one.vector, other.vector
    shared = mine.keys() & theirs.keys()
    named = min(_weight(one, one.names), _weight(other, other.names))
    rarest = sorted((max(mine[t], theirs[t]) for t in shared), reverse=True)[:RAREST]
    numbers = len(one.numbers & other.numbers)
    return Evidence(
        words=sum(mine[t] * theirs[t] for t in shared) / (one.norm * other.norm),
        names=min(1.0, _weight(one, one.names & other.names) / named) if named else 0.0,
        rare=sum(rarest) / (RAREST * max(one.unseen, other.unseen)),
        numbers=float(min(NUMBERS, numbers)),
        clash=float(bool(one.numbers and other.numbers) and not numbers),
        days=abs(one.item.seen - other.item.seen) / timedelta(days=1),
        meaning=_closeness(one, other),
    )


def alike(one: Clipping, other: Clipping, *, plain: Weights = PLAIN, rich: Weights = RICH) -> float:
    """The probability, 0..1, that two reports tell one event."""
    both = one.meaning is not None and other.meaning is not None
    weights = rich if both else plain
    pairs = zip(weights.points, compare(one, other), strict=True)
    logit = weights.start + sum(points * value for points, value in pairs)
    return 1 / (1 + math.exp(-logit))


def is_copy(one: Clipping, other: Clipping) -> bool:
    """Tell whether two texts are so near that they are one report."""
    return likeness(one.vector.keys(), other.vector.keys()) >= COPY


def shared_words(one: Clipping, other: Clipping) -> list[str]:
    """The rarest words of both as `one` spells them, rarest first."""
    shared = one.vector.keys() & other.vector.keys()
    rarest = sorted(shared, key=lambda t: (-max(one.vector[t], other.vector[t]), t))[:RAREST]
    return [spelled(term, f"{one.item.title} {one.item.summary}") for term in rarest]


def _closeness(one: Clipping, other: Clipping) -> float:
    if one.meaning is None or other.meaning is None:
        return 0.0
    return closeness(one.meaning, other.meaning)


def _weight(clip: Clipping, terms: frozenset[str]) -> float:
    return sum(clip.vector[t] for t in terms)
