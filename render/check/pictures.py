"""What moves: black, stillness, flashes."""

from collections.abc import Iterator

from render.check import meters
from render.check.reading import Reading, s
from render.check.screening import Footage

__all__ = ["readings"]


def readings(footage: Footage, fps: int) -> Iterator[Reading]:
    """Hold every frame's thumbnail against the bars of WCAG 2.3.1 and of plain boredom."""
    black = meters.black_s(footage.thumbs, fps)
    yield Reading("black", s(black), "at most 0.3 s", black <= 0.3)
    freeze = meters.freeze_s(footage.thumbs, fps)
    yield Reading("freeze", s(freeze), "at most 2 s", freeze <= 2.0)
    flashes = meters.flashes(footage.thumbs, fps)
    yield Reading("flashes", f"{flashes:g} in a second", "at most 3", flashes <= 3)
    red = meters.red_flashes(footage.thumbs, footage.tints, fps)
    yield Reading("red flashes", f"{red:g} in a second", "at most 3", red <= 3)
