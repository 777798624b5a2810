"""Board and measured voice -> a plan in whole frames and whole samples.

Seconds enter here once, from the voice, and are never used again: everything after counts frames
of the picture and samples of the sound.
"""

from dataclasses import dataclass

__all__ = ["RATE", "Plan", "PlannedShot", "PlannedWord"]

RATE = 48_000  # samples a second of every sound after the voice: what all platforms take


@dataclass(frozen=True, slots=True)
class PlannedShot:
    """Frames [first, first + length) show shot `index`.

    The first `fade` of them are mixed with the shot before, which goes on moving meanwhile.
    """

    index: int
    first: int
    length: int
    fade: int = 0


@dataclass(frozen=True, slots=True)
class PlannedWord:
    """One written token of a line, lit during frames [first, last).

    `char` is where it begins in the line of shot `shot`.
    """

    text: str
    shot: int
    char: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`voice` holds, for each spoken shot, (shot, first sample at RATE)."""

    fps: int
    frames: int
    shots: tuple[PlannedShot, ...]
    words: tuple[PlannedWord, ...]
    voice: tuple[tuple[int, int], ...]
