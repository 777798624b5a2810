"""Who is at the warm pool, and whose turn it is."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from render.lab import Job
from render.pools._line import Hello, Line, Places

__all__ = ["Guest", "whose_turn"]


@dataclass(eq=False, slots=True)
class Guest:
    """A render at the other end of a line. `served` is the turn at which it last got a worker."""

    number: int
    line: Line | None = None
    hello: Hello | None = None
    welcomed: bool = False
    waiting: deque[Job] = field(default_factory=deque)
    running: set[str] = field(default_factory=set)
    started: int = 0
    served: int = 0
    places: Places | None = None

    def own(self, key: str) -> str:
        """Name a job of this guest: two may ask for the same picture at once."""
        return f"{self.number}/{key}"

    def say(self, word: Any) -> None:
        """Tell it something."""
        if self.line:
            self.line.say(word)


def whose_turn(guests: Iterable[Guest]) -> Guest | None:
    """Who gets the next free worker: who has the fewest, then who has waited for longest."""
    waiting = [guest for guest in guests if guest.waiting]
    return min(waiting, key=lambda g: (len(g.running), g.served, g.number), default=None)
