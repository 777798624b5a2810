"""Where to point at a picture and how to travel over it. Pure: rectangles in, rectangles out."""

from collections.abc import Sequence
from typing import NamedTuple

from render.look import MOTION
from render.storyboard import Move

__all__ = ["Rect", "around", "between", "crop", "smoothstep", "travel", "window_on"]


CALM = 0.75  # of the way that a camera goes elsewhere it goes in a still: never nothing


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
    return _held(part, keep, Rect(0, 0, *size))


def window_on(
    size: tuple[int, int],
    area: tuple[float, float],
    out: tuple[int, int],
    centre: tuple[float, float],
    zoom: float,
    keep: Sequence[Rect] = (),
) -> Rect:
    """Choose the part that a window shows, in exactly the shape of its `out` pixels.

    How close it may go is told by its `area` in design pixels: the same at every size of a clip.
    """
    part = crop(size, area, centre, zoom, keep)
    share = min(part.w / out[0], part.h / out[1])
    w, h = (min(share * long, side) for long, side in zip(out, size, strict=True))
    return around(part.middle, w, h, size)


def around(centre: tuple[float, float], w: float, h: float, size: tuple[int, int]) -> Rect:
    """A part of w x h about a point, moved so that it lies in the picture."""
    x = min(max(centre[0] - w / 2, 0), size[0] - w)
    y = min(max(centre[1] - h / 2, 0), size[1] - h)
    return Rect(x, y, w, h)


def travel(
    part: Rect, move: Move, centre: tuple[float, float], keep: Sequence[Rect] = ()
) -> tuple[Rect, Rect]:
    """From where to where the camera goes inside a part of a picture, `keep` always in sight."""
    zoom = MOTION.zoom * (CALM if move == "still" else 1)
    w, h = part.w * (1 - zoom), part.h * (1 - zoom)
    x = min(max(centre[0] - w / 2, part.x), part.x + part.w - w)
    y = min(max(centre[1] - h / 2, part.y), part.y + part.h - h)
    near = _held(Rect(x, y, w, h), keep, part)
    left, right = near._replace(x=part.x), near._replace(x=part.x + part.w - w)
    top, foot = near._replace(y=part.y), near._replace(y=part.y + part.h - h)
    ways = {
        "pull_out": (near, part),
        "pan_left": (right, left),
        "pan_right": (left, right),
        "rise": (foot, top),
    }
    start, end = (_held(rect, keep, part) for rect in ways.get(move, (part, near)))
    return (part, near) if start == end else (start, end)


def between(start: Rect, end: Rect, t: float) -> Rect:
    """The part seen at t, 0 to 1."""
    return Rect(*(a + (b - a) * t for a, b in zip(start, end, strict=True)))


def _held(part: Rect, keep: Sequence[Rect], whole: Rect) -> Rect:
    """Move a part as little as needed so that the first of `keep` is in it, and it in the whole."""
    for rect in keep[:1]:
        x = max(min(part.x, rect.x), rect.x + rect.w - part.w)
        y = max(min(part.y, rect.y), rect.y + rect.h - part.h)
        part = part._replace(x=x, y=y)
    x = min(max(part.x, whole.x), whole.x + whole.w - part.w)
    y = min(max(part.y, whole.y), whole.y + whole.h - part.h)
    return part._replace(x=x, y=y)
