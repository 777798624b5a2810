"""A share drawn large: a hundred dots, or a rising row of strokes, as many lit as it says."""

import numpy as np
from numpy.typing import NDArray

from render.cameras._slate import Slate, ease
from render.look import Area, Colour
from render.planes import Sprite, clipped

__all__ = ["DOTS_H", "STROKES_H", "dots", "strokes"]

COLUMNS, ROWS = 25, 4
STROKES = 42
DOTS_H, STROKES_H = 134.0, 176.0  # px high where they are 840 px wide
UNLIT = 0.2

Mask = NDArray[np.float32]


def dots(slate: Slate, area: Area, share: float) -> None:
    """Show a share as so many of a hundred dots, column by column."""
    x, y = _places(slate, area)
    step = area.w / COLUMNS
    column, row = np.floor(x / step), np.floor(y / step)
    off = np.hypot(x - (column + 0.5) * step, y - (row + 0.5) * step)
    mask = np.clip((0.37 * step - off) * slate.scale + 0.5, 0, 1) * (row < ROWS)
    _grown(slate, area, mask, column * ROWS + row < round(share * COLUMNS * ROWS), share)


def strokes(slate: Slate, area: Area, share: float) -> None:
    """Show a share as a row of strokes, each a little higher than the one before."""
    x, y = _places(slate, area)
    step = area.w / STROKES
    place = np.floor(x / step)
    tall = area.h * (0.34 + 0.66 * place / (STROKES - 1))
    radius = 0.26 * step
    over = np.maximum(np.abs(y - area.h + tall / 2) - tall / 2 + radius, 0)
    off = np.hypot(x - (place + 0.5) * step, over)
    mask = np.clip((radius - off) * slate.scale + 0.5, 0, 1)
    _grown(slate, area, mask, place < max(1, round(share * STROKES)), share)


def _grown(slate: Slate, area: Area, mask: Mask, lit: NDArray[np.bool_], share: float) -> None:
    """Show all of a figure at once, then light the lit part from the left."""
    slate.put(_coloured(slate, area, mask * ~lit * UNLIT, slate.palette.ink))
    below = _coloured(slate, area, mask * lit * UNLIT, slate.palette.ink)
    above = _coloured(slate, area, mask * lit, slate.palette.accent)
    slate.put(below)
    slate.grow(lambda t: clipped(above, round(above.size[0] * ease(t))))


def _coloured(slate: Slate, area: Area, mask: Mask, colour: Colour) -> Sprite:
    sheet = slate.sheet(area, margin=0)
    art = np.empty((*mask.shape, 4), np.uint8)
    art[..., :3], art[..., 3] = colour, np.rint(mask * 255)
    sheet.picture(art, 0, 0)
    return sheet.sprite()


def _places(slate: Slate, area: Area) -> tuple[Mask, Mask]:
    """Where each pixel of an area lies in it, in design px: a row and a column."""
    w, h = (round(side * slate.scale) for side in (area.w, area.h))
    x, y = ((np.arange(n, dtype=np.float32) + 0.5) / slate.scale for n in (w, h))
    return x[None, :], y[:, None]
