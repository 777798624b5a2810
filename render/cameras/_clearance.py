"""Where a label near a curve hides least of it. Pure: points in, a rectangle out."""

import math
from collections.abc import Sequence

import numpy as np

from render.look import Area

__all__ = ["free_place"]


def free_place(
    spots: Sequence[tuple[float, float]], at: tuple[float, float], room: Area, w: float, h: float
) -> Area:
    """Find a place in a room for a plate of w x h px: near a point, clear of it and the curve."""
    xs = np.linspace(room.x, room.right - w, 9)
    ys = np.linspace(room.y, room.bottom - h, 9)
    places = [Area(float(x), float(y), w, h) for y in ys for x in xs]

    def cost(place: Area) -> float:
        far = math.hypot(place.x + w / 2 - at[0], place.y + h / 2 - at[1])
        return far + 40 * _hidden(spots, place) + 4000 * _covers(place, at)

    return min(places, key=cost)


def _covers(place: Area, at: tuple[float, float]) -> bool:
    return place.x - 30 < at[0] < place.right + 30 and place.y - 30 < at[1] < place.bottom + 30


def _hidden(spots: Sequence[tuple[float, float]], plate: Area) -> float:
    """How much of the curve a plate would hide: points of it that lie under."""
    fine = np.linspace(0, len(spots) - 1, 8 * len(spots) + 64)
    xs, ys = zip(*spots, strict=True)
    x, y = (np.interp(fine, range(len(spots)), side) for side in (xs, ys))
    inside = (x > plate.x) & (x < plate.right) & (y > plate.y - 12) & (y < plate.bottom + 12)
    return float(np.count_nonzero(inside))
