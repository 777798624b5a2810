"""How hot a story is: who witnessed it, how fast against the usual, and why an editor may care.

score = breadth x (1 + surprise) x novelty x interest x echo

- breadth: the independent outlets, each fading over hours, on a log scale.
- surprise: how unlikely so many outlets in so short a time are, in powers of ten: for a story that
  others pick up at all, or among all stories of the wire, whichever says more. What is usual is
  learnt from the other stories. The second measure has no clock in it: it still finds the big
  stories where all arrive at once, after an outage or at a start.
- novelty: less where it continues a story that was widely told before.
- interest: what the configuration raises, silences or weighs.
- echo: external signals. They speak for a story, but they are no outlets.

Pure functions of evidence and `now`; a phase needs no memory, because what a story had reached
at each of its own moments can be computed again.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.story import Heat, Phase
from bot.trends.morgue import Clipping
from bot.trends.text import keywords
from bot.trends.witness import Interests, Witness
from sources import Signal

__all__ = ["Usual", "heat_of", "usual_of"]

FADE_H = 6.0  # hours in which a witness fades to 1/e
WINDOWS_H = (0.5, 1.0, 3.0, 6.0)  # spans in which a burst is looked for
LIFE_H = 6.0  # hours of a story that count for what is usual
PRIOR_GAINED, PRIOR_HOURS = 1.0, 2.0  # before anything is known: half an outlet an hour
MAX_SURPRISE = 8.0
EMERGING = (3, 1.0)  # witnesses, surprise
TRENDING = (5, 2.0)
HOLD = timedelta(hours=3)  # a phase lasts so long after the last new witness
REMEMBERED = timedelta(hours=24)
RARE_H = 3.0  # the span in which outlets count together among all stories
PRIOR_CROWDS, PRIOR_STORIES = 2.0, 20.0  # before anything is known: one story in ten is so big
_HOT: tuple[Phase, ...] = ("trending", "emerging")
CONTINUED = 0.5  # what is taken off the novelty of a plain continuation


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual on the wire.

    Stories that others pick up at all `gained` so many outlets after the first in so many `hours`
    of life, and `crowds` are how many outlets each of them has, the fewest first; there are
    `stories` in all. `own` is the crowd of the story that is being measured, which does not count.
    """

    gained: float = 0.0
    hours: float = 0.0
    stories: int = 0
    crowds: tuple[int, ...] = ()
    own: int = 0

    @property
    def rate(self) -> float:
        """Outlets an hour, with the prior in it."""
        return (self.gained + PRIOR_GAINED) / (self.hours + PRIOR_HOURS)

    def without(self, witnesses: Sequence[Witness], now: datetime) -> "Usual":
        """What is usual among the others."""
        own = _life(witnesses, now)
        gained, hours = self.gained - own.gained, self.hours - own.hours
        return Usual(gained, hours, self.stories, self.crowds, len(witnesses))

    def rare(self, count: int) -> float:
        """How few stories have `count` outlets or more, as -log10 of their share; 0 for a few."""
        if count < EMERGING[0]:
            return 0.0
        bigger = len(self.crowds) - bisect_left(self.crowds, count) - (self.own >= count)
        share = (bigger + PRIOR_CROWDS) / (self.stories + PRIOR_STORIES)
        return min(MAX_SURPRISE, max(0.0, -math.log10(share)))

    def unlikely(self, count: int, hours: float) -> float:
        """How unlikely `count` or more in so many hours are, as -log10 of the probability.

        Poisson with an unknown rate (Gamma), which is a negative binomial: little history makes
        it hard to surprise.
        """
        shape = self.gained + PRIOR_GAINED
        stay = (self.hours + PRIOR_HOURS) / (self.hours + PRIOR_HOURS + hours)
        term, below = stay**shape, 0.0
        for x in range(count):
            below += term
            term *= (x + shape) / (x + 1) * (1 - stay)
        return min(MAX_SURPRISE, -math.log10(max(1 - below, 10**-MAX_SURPRISE)))


def usual_of(told: Iterable[Sequence[Witness]], stories: int, now: datetime) -> Usual:
    """Add up what the stories that others picked up gained, among so many stories in all."""
    lives, crowds = [], []
    for witnesses in told:
        lives.append(_life(witnesses, now))
        crowds.append(len(witnesses))
    gained, hours = math.fsum(x.gained for x in lives), math.fsum(x.hours for x in lives)
    return Usual(gained, hours, stories, tuple(sorted(crowds)))


def heat_of(
    clips: Sequence[Clipping],
    witnesses: Sequence[Witness],
    usual: Usual,
    continues: float,
    interests: Interests,
    signals: Sequence[Signal],
    now: datetime,
) -> Heat:
    """Measure a story at `now`. `continues` is how alike, 0..1, an older widely told story is."""
    heard = [w for w in witnesses if w.at <= now]
    usual = usual.without(heard, now)
    interest, words = _interest(clips, interests)
    senses = {signal.sense for signal in signals}
    parts = {
        "breadth": math.log2(1 + math.fsum(w.weight * _faded(now - w.at) for w in heard)),
        "surprise": _surprise(heard, usual, now),
        "novelty": 1 - CONTINUED * continues,
        "interest": interest,
        "echo": 1 + 0.25 * min(4, len(senses)),
    }
    score = parts["breadth"] * (1 + parts["surprise"])
    score *= parts["novelty"] * parts["interest"] * parts["echo"]
    reason = _reason(heard, usual, len(clips), continues, words) + _echo(signals)
    return Heat(score, _phase(heard, usual, now), parts, reason)


def _faded(age: timedelta) -> float:
    return math.exp(-(age / timedelta(hours=1)) / FADE_H)


def _surprise(heard: Sequence[Witness], usual: Usual, now: datetime) -> float:
    """The most unlikely burst that ends now; the first witness is nobody's surprise."""
    if len(heard) < 2:
        return 0.0
    ages = [(now - w.at) / timedelta(hours=1) for w in heard]
    counts = ((sum(1 for age in ages[1:] if age <= window), window) for window in WINDOWS_H)
    burst = max(usual.unlikely(count, window) for count, window in counts)
    return max(burst, usual.rare(sum(1 for age in ages if age <= RARE_H)))


def _phase(heard: Sequence[Witness], usual: Usual, now: datetime) -> Phase:
    """The highest phase that recent witnesses brought it to, and whether that is over."""
    recent = [n for n, w in enumerate(heard, 1) if now - w.at <= REMEMBERED]
    reached = {_reached(heard[:n], usual) for n in recent}
    hot: Phase | None = next((p for p in _HOT if p in reached), None)
    if hot:
        return hot if now - heard[-1].at <= HOLD else "cooling"
    return "candidate" if "candidate" in reached and now - heard[-1].at <= 2 * HOLD else "quiet"


def _reached(heard: Sequence[Witness], usual: Usual) -> Phase:
    """What a story was at the moment of its newest witness."""
    if len(heard) < 2:
        return "quiet"
    surprise = _surprise(heard, usual, heard[-1].at)
    if len(heard) >= TRENDING[0] and surprise >= TRENDING[1]:
        return "trending"
    if len(heard) >= EMERGING[0] and surprise >= EMERGING[1]:
        return "emerging"
    return "candidate"


def _interest(clips: Sequence[Clipping], interests: Interests) -> tuple[float, list[str]]:
    """The factor of the editors' words, and the words that were found."""
    if any(_says(clips, word) for word in interests.mute):
        return 0.0, []
    found = [word for word in interests.words if _says(clips, word)]
    return 1 + 0.5 * len(found), found


def _says(clips: Sequence[Clipping], phrase: str) -> bool:
    stems = keywords(phrase)
    return bool(stems) and any(stems <= clip.vector.keys() for clip in clips)


def _reason(
    heard: Sequence[Witness], usual: Usual, items: int, continues: float, words: Sequence[str]
) -> str:
    """The same in one sentence, for an editor."""
    if not heard:
        return "nothing new: it was there before the wire was watched"
    first = heard[0].outlet
    if len(heard) == 1:
        told = f"only {first} so far" + (f", {items} items" if items > 1 else "")
    else:
        told = f"{len(heard)} outlets {_span(heard[-1].at - heard[0].at)}, first {first}"
        told += f"; a story that others pick up usually gains {usual.rate:.1f} an hour"
    told += "; it continues a story that was widely told" if continues >= 0.2 else ""
    return told + (f"; it has {', '.join(words)}" if words else "")


def _echo(signals: Sequence[Signal]) -> str:
    """Which senses heard of it, each with the strongest that it said."""
    best: dict[str, Signal] = {}
    for signal in signals:
        best.setdefault(signal.sense, signal)
    told = [f"{s.sense} ({s.told})" if s.told else s.sense for s in best.values()]
    return f"; heard on {', '.join(told)}" if told else ""


def _span(time: timedelta) -> str:
    minutes = round(time / timedelta(minutes=1))
    if minutes < 2:
        return "at once"
    return f"in {minutes} minutes" if minutes < 120 else f"in {round(minutes / 60)} hours"


def _life(witnesses: Sequence[Witness], now: datetime) -> Usual:
    """What one story adds to the usual: nothing, unless somebody picked it up."""
    if len(witnesses) < 2:
        return Usual()
    first = witnesses[0].at
    end = min(now, first + timedelta(hours=LIFE_H))
    gained = sum(1 for w in witnesses[1:] if w.at <= end)
    return Usual(gained, max(0.0, (end - first) / timedelta(hours=1)))
