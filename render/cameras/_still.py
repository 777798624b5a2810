"""A still picture that a camera travels over, prepared once so that a frame costs one warp."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from render.cameras import Planes
from render.cameras._framing import Rect, between, look_at, smoothstep, travel
from render.look import MOTION, Colour
from render.planes import Matrix, Pixels, from_rgb, warp
from render.storyboard import Move

__all__ = ["SHADE", "Still", "scrim", "still"]

# How dark a full-frame picture is made from top to foot, for the chip and the captions.
SHADE = ((0.0, 0.42), (0.2, 0.0), (0.5, 0.0), (0.64, 0.45), (1.0, 0.62))


@dataclass(frozen=True, slots=True)
class Still:
    """A picture and the way over it, from `start` to `end` within `frames` frames."""

    picture: Planes
    start: Rect
    end: Rect
    frames: int

    def move(self, n: int, width: int, height: int) -> Matrix:
        """Where frame n of a window of width x height looks."""
        t = smoothstep(n / max(1, self.frames - 1))
        return look_at(between(self.start, self.end, t), width, height)

    def paint(self, n: int, out: Planes) -> None:
        """Write frame n."""
        height, width = out.y.shape
        warp(self.picture, self.move(n, width, height), out)


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
    return Still(from_rgb(picture), start, end, frames)


def scrim(rgb: Pixels, colour: Colour, stops: Sequence[tuple[float, float]]) -> Pixels:
    """Cover a picture with a colour, as much as `stops` say: (height 0 to 1, share 0 to 1)."""
    at, shares = zip(*stops, strict=True)
    down = np.interp(np.linspace(0, 1, len(rgb)), at, shares).astype(np.float32)[:, None, None]
    art = rgb + (np.array(colour, np.float32) - rgb) * down
    return np.asarray(np.rint(art), np.uint8)
