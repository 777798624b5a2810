"""A still picture that a camera travels over, prepared once so that a frame costs little."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple, Protocol

import cv2
import numpy as np

from render.cameras import Plane, Planes
from render.cameras._framing import Rect, smoothstep, travel
from render.look import BLACK, MOTION, Colour
from render.planes import Pixels, from_rgb, warp
from render.storyboard import Move

__all__ = ["Pan", "Still", "Zoom", "scrim", "shaded", "still"]

# How dark a full-frame picture is made from top to foot, for the chip and the captions.
SHADE = ((0.0, 0.42), (0.2, 0.0), (0.5, 0.0), (0.64, 0.45), (1.0, 0.62))
SLACK = 6  # px around a picture: what rounding a zoom's middle may ask for, and one to mix with
ROWS = 32  # rows that are mixed at a time: whole pictures of floats take 30 MB each
BILINEAR = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
MIRROR = {(False, False): None, (True, False): 0, (False, True): 1, (True, True): -1}  # cv2.flip's


class Still(Protocol):
    """A picture with a way over it."""

    def paint(self, n: int, out: Planes) -> None:
        """Write frame n, at sub-pixel precision, into a window of the size it was made for."""
        ...


@dataclass(frozen=True, slots=True)
class Pan:
    """A picture at its own size, under a window whose corner goes from `start` to `end`."""

    picture: Planes
    start: tuple[float, float]
    end: tuple[float, float]
    frames: int

    def paint(self, n: int, out: Planes) -> None:
        """Write frame n."""
        t = smoothstep(n / max(1, self.frames - 1))
        x, y = (a + (b - a) * t for a, b in zip(self.start, self.end, strict=True))
        warp(self.picture, np.array([[1, 0, x], [0, 1, y]]), out)


@dataclass(frozen=True, slots=True)
class Corner:
    """The part of a plane on one side of the point that a zoom keeps still, that point first.

    cv2.resize costs a third of an affine map, but always starts at a whole pixel. The point is
    one; so each side of it is resized by itself, mirrored where it lies before the point.
    """

    plane: Plane
    place: tuple[slice, slice]  # in the window
    mirror: int | None  # as cv2.flip counts

    def paint(self, step: float, out: Plane) -> None:
        """Fill its place; `step` is how many pixels of the picture one of the window takes."""
        part = out[self.place]
        h, w = part.shape
        seen = self.plane[: math.ceil(h * step) + 2, : math.ceil(w * step) + 2]
        if abs(step - 1) * max(seen.shape) > 1:
            grown = cv2.resize(seen, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_LINEAR)
        else:  # cv2.resize takes so small a step for none, and copies
            matrix = np.column_stack([step * np.eye(2), np.full(2, (step - 1) / 2)])
            grown = cv2.warpAffine(seen, matrix, (w, h), flags=BILINEAR)
        if self.mirror is None:
            part[:] = grown[:h, :w]
        else:
            cv2.flip(grown[:h, :w], self.mirror, dst=part)


@dataclass(frozen=True, slots=True)
class Zoom:
    """A picture that grows or shrinks about one point; steps are picture pixels a window pixel."""

    corners: tuple[tuple[Corner, ...], ...]  # of y, u, v
    start: float
    end: float
    frames: int

    def paint(self, n: int, out: Planes) -> None:
        """Write frame n."""
        step = self.start + (self.end - self.start) * smoothstep(n / max(1, self.frames - 1))
        for corners, plane in zip(self.corners, (out.y, out.u, out.v), strict=True):
            for corner in corners:
                corner.paint(step, plane)


def still(
    rgb: Pixels,
    part: Rect,
    move: Move,
    centre: tuple[float, float],
    size: tuple[int, int],
    frames: int,
    keep: Sequence[Rect] = (),
    finish: Callable[[Pixels], Pixels] | None = None,
) -> Still:
    """Prepare the part of a picture that a window of `size` will show, `finish` drawn into it."""
    x, y = math.floor(part.x), math.floor(part.y)
    cut = rgb[y : math.ceil(part.y + part.h), x : math.ceil(part.x + part.w)]
    scale = size[0] / part.w / (1 - MOTION.zoom)  # at the closest, pixel for pixel
    target = tuple(max(2, 2 * round(side * scale / 2)) for side in (cut.shape[1], cut.shape[0]))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    picture = np.asarray(cv2.resize(cut, target, interpolation=how), np.uint8)
    picture = finish(picture) if finish else picture
    kx, ky = target[0] / cut.shape[1], target[1] / cut.shape[0]
    start, end = (
        Rect((r.x - x) * kx, (r.y - y) * ky, r.w * kx, r.h * ky)
        for r in travel(part, move, centre, keep)
    )
    if start[2:] == end[2:]:
        first, last = (_spot(rect, size, target) for rect in (start, end))
        return Pan(from_rgb(picture), first, last, frames)
    return _zoom(from_rgb(picture), start, end, size, frames)


def _spot(part: Rect, size: tuple[int, int], whole: tuple[int, ...]) -> tuple[float, float]:
    """Where a window of `size` pixels begins that has the same middle, inside the whole."""
    x, y = (
        min(max(middle - side / 2, 0), most - side)
        for middle, side, most in zip(part.middle, size, whole, strict=True)
    )
    return x, y


def _zoom(picture: Planes, start: Rect, end: Rect, size: tuple[int, int], frames: int) -> Zoom:
    """Find the point that stays where it is, even in picture and window, and cut there."""
    axes = []
    for i, side in enumerate(size):
        share = (end[i] - start[i]) / (start[i + 2] - end[i + 2])
        at, place = start[i] + share * start[i + 2], share * side
        axes.append(_Axis(2 * round(at / 2), 2 * round(place / 2), side))
    halves = [_Axis(*(length // 2 for length in axis)) for axis in axes]
    corners = (
        tuple(_corners(plane, *cuts))
        for plane, cuts in ((picture.y, axes), (picture.u, halves), (picture.v, halves))
    )
    return Zoom(tuple(corners), start.w / size[0], end.w / size[0], frames)


class _Axis(NamedTuple):
    """Where a zoom rests along one axis: in the picture, in the window; and the window's side."""

    at: int
    place: int
    side: int

    def sides(self) -> Iterator[tuple[slice, slice, bool]]:
        """Both sides of the point: what of the picture, where in the window, whether mirrored."""
        if self.place > 0:
            yield slice(self.at - 1, None, -1), slice(0, self.place), True
        if self.place < self.side:
            yield slice(self.at, None), slice(self.place, self.side), False


def _corners(plane: Plane, across: _Axis, down: _Axis) -> Iterator[Corner]:
    for (rows, top, up), (columns, left, back) in product(down.sides(), across.sides()):
        part = np.pad(plane[rows, columns], ((0, SLACK), (0, SLACK)), "edge")
        yield Corner(part, (top, left), MIRROR[up, back])


def shaded(rgb: Pixels) -> Pixels:
    """Darken a picture that fills the frame, so that what is written over it can be read."""
    return scrim(rgb, BLACK, SHADE)


def scrim(rgb: Pixels, colour: Colour, stops: Sequence[tuple[float, float]]) -> Pixels:
    """Cover a picture with a colour, as much as `stops` say: (height 0 to 1, share 0 to 1)."""
    at, shares = zip(*stops, strict=True)
    down = np.interp(np.linspace(0, 1, len(rgb)), at, shares).astype(np.float32)[:, None, None]
    cover, out = np.array(colour, np.float32), np.empty_like(rgb)
    for top in range(0, len(rgb), ROWS):
        rows = slice(top, top + ROWS)
        out[rows] = np.rint(rgb[rows] + (cover - rgb[rows]) * down[rows])
    return out
