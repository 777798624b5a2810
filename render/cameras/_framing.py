"""Where to point at a picture and how to travel over it. Pure: rectangles in, rectangles out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from render.look import MOTION
from render.planes import Matrix
from render.storyboard import Move

__all__ = ["Rect", "around", "between", "crop", "look_at", "smoothstep", "travel"]


class Rect(NamedTuple):
    """A part of a picture, in its pixels."""

    x: float
    y: float
    w: float
    h: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.x + self.w / 2, self.y + self.h / 2

    def holds(self, other: "Rect") -> bool:
        """Whether the other lies wholly inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and self.x + self.w >= other.x + other.w
            and self.y + self.h >= other.y + other.h
        )


def smoothstep(t: float) -> float:
    """Start and end at rest; 0 to 1."""
    t = min(max(t, 0.0), 1.0)
    return t * t * (3 - 2 * t)


def crop(
    size: tuple[int, int],
    out: tuple[float, float],
    centre: tuple[float, float],
    zoom: float,
    keep: Sequence[Rect] = (),
) -> Rect:
    """Choose the part of a picture to show in a window of `out` pixels.

    `zoom` 1 is the largest part with the window's shape. It never goes closer than one picture
    pixel for each pixel of the window, and it never cuts a rectangle of `keep` that it can hold.
    """
    full = min(size[0] / out[0], size[1] / out[1])
    share = min(full, max(full / zoom, 1 / (1 - MOTION.zoom)))
    if keep:  # room for the first, the largest, with some air; moving takes its own share
        share = max(share, *(1.35 * keep[0][2 + i] / out[i] for i in (0, 1)))
    share = min(share, full)
    part = around(centre, out[0] * share, out[1] * share, size)
    for rect in keep[:1]:
        part = _shifted(part, rect, size)
    return part


def around(centre: tuple[float, float], w: float, h: float, size: tuple[int, int]) -> Rect:
    """A part of w x h about a point, moved so that it lies in the picture."""
    x = min(max(centre[0] - w / 2, 0), size[0] - w)
    y = min(max(centre[1] - h / 2, 0), size[1] - h)
    return Rect(x, y, w, h)


def travel(part: Rect, move: Move, centre: tuple[float, float]) -> tuple[Rect, Rect]:
    """From where to where the camera goes inside a part of a picture."""
    zoom = MOTION.zoom / 3 if move == "still" else MOTION.zoom
    w, h = part.w * (1 - zoom), part.h * (1 - zoom)
    near = Rect(
        min(max(centre[0] - w / 2, part.x), part.x + part.w - w),
        min(max(centre[1] - h / 2, part.y), part.y + part.h - h),
        w,
        h,
    )
    left, right = near._replace(x=part.x), near._replace(x=part.x + part.w - w)
    top, foot = near._replace(y=part.y), near._replace(y=part.y + part.h - h)
    ways = {
        "pull_out": (near, part),
        "pan_left": (right, left),
        "pan_right": (left, right),
        "rise": (foot, top),
    }
    return ways.get(move, (part, near))


def between(start: Rect, end: Rect, t: float) -> Rect:
    """The part seen at t, 0 to 1."""
    return Rect(*(a + (b - a) * t for a, b in zip(start, end, strict=True)))


def look_at(part: Rect, width: int, height: int) -> Matrix:
    """The map from the pixel centres of a window to a part of a picture."""
    sx, sy = part.w / width, part.h / height
    return np.array([[sx, 0, part.x + sx / 2 - 0.5], [0, sy, part.y + sy / 2 - 0.5]])


def _shifted(part: Rect, rect: Rect, size: tuple[int, int]) -> Rect:
    """Move a part as little as needed so that it holds a rectangle, inside its moving margin."""
    air_x, air_y = part.w * MOTION.zoom, part.h * MOTION.zoom
    x = min(part.x, rect.x - air_x)
    x = max(x, rect.x + rect.w + air_x - part.w)
    y = min(part.y, rect.y - air_y)
    y = max(y, rect.y + rect.h + air_y - part.h)
    return part._replace(x=min(max(x, 0), size[0] - part.w), y=min(max(y, 0), size[1] - part.h))
