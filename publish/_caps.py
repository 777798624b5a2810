"""What a channel can do and what it takes of a clip. Pure: no channel is known here."""

from dataclasses import dataclass
from typing import Literal

from publish._limits import Limits

__all__ = ["Caps", "Choice", "Corrects", "Film", "Replay"]

Replay = Literal["native", "lookup", "none"]
"""What may be done after an unknown outcome.

native: the same key again is harmless. lookup: `find` tells whether it is out. none: ask a person.
"""

Corrects = Literal["edit", "reply", "no"]
"""How a channel tells that something was wrong: the post's own words change, an answer below it
says so, or a person has to do it there by hand."""


@dataclass(frozen=True, slots=True)
class Film:
    """What a channel takes of a clip; None is without end.

    `ratio` is the least and the most of width through height, both included.
    """

    least_s: float = 0.0
    most_s: float | None = None
    most_bytes: int | None = None
    ratio: tuple[float, float] | None = None

    def faults(self, seconds: float, size: int, width: int, height: int) -> tuple[str, ...]:
        """Say what of a clip would not be taken, in words an editor understands; () is good.

        `size` is in bytes, width and height are in pixels; 0 stands for what is not known.
        """
        found = []
        if seconds < self.least_s:
            found.append(f"the clip has {seconds:.0f} s, {self.least_s:g} at least")
        if self.most_s is not None and seconds > self.most_s:
            found.append(f"the clip has {seconds:.0f} s, {self.most_s:g} at most")
        if self.most_bytes is not None and size > self.most_bytes:
            found.append(f"the clip has {size / 1e6:.1f} MB, {self.most_bytes / 1e6:g} at most")
        if self.ratio and width and height and not _within(width / height, self.ratio):
            found.append(f"the clip is {width} x {height}, which is no shape it takes")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the rules of a channel want a person to choose for each post, with nothing preset.

    `ask` is the question as an editor reads it; the answer is one of `options`.
    """

    name: str
    ask: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Caps:
    """The capabilities of a channel. What is not said here it cannot do.

    A `clean` one allows no logo on a clip: it is given the one without. `settle_s` is how long its
    own listing may lag behind a post: only after that "not there" counts. `choices` are what a
    person must choose anew for each post.
    """

    replay: Replay
    limits: Limits = Limits()
    film: Film = Film()
    clean: bool = False
    corrects: Corrects = "no"
    deletes: bool = False
    settle_s: float = 30.0
    choices: tuple[Choice, ...] = ()

    @property
    def ai_flag(self) -> bool:
        """Whether a field of its own says that a post is made with AI."""
        return "ai" in self.limits.apart


def _within(value: float, pair: tuple[float, float]) -> bool:
    return pair[0] - 1e-3 <= value <= pair[1] + 1e-3
