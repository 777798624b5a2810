"""The call sheet: what is wished, what is there, and what cannot be had any more, and why.

It knows nothing of pools and clocks: what happens to an order is told to it, and the planner is
told what is left to wish for.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from render.lab import Kind, Order, Preset, Trouble
from render.lab.pace import Speed
from render.lab.planner import Way, Wish
from render.lab.segments import Segment, leans

__all__ = ["CallSheet", "Offer"]

TRIES = 2  # workers that an order may lose
SPARE = 0.5  # of its weight is a shot worth as the still that stands for a film
Timing = Callable[[Order, Preset], Speed]


@dataclass(frozen=True, slots=True)
class Offer:
    """The presets that can run here, best first, and by kind why there is none."""

    films: tuple[Preset, ...] = ()
    stills: tuple[Preset, ...] = ()
    why_not: Mapping[Kind, str] = ()  # type: ignore[assignment]  # replaced below

    def of(self, kind: Kind) -> tuple[Preset, ...]:
        """The presets of a kind."""
        return self.films if kind == "film" else self.stills
