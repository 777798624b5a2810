"""What is drawn into a card's ground: panes of light, dots, rings, contours, rays, hills.

Pure: each pattern gives, for every place, how much lighter (up to 1) or darker (down to -1) the
ground is there. Places are design pixels, `x` a row of them and `y` a column.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["PATTERNS", "Field"]

Field = NDArray[Any]  # float32; no narrower, since numpy tells less of what it gives back
Pattern = Callable[[Field, Field], Field]


def beam(x: Field, y: Field) -> Field:
    """Panes of light, one behind the other, that lean across the page."""
    u = x * np.float32(0.86) + y * np.float32(0.51)
    lit = np.zeros(np.broadcast_shapes(x.shape, y.shape), np.float32)
    for start, wide, strength in ((300, 420, 0.20), (830, 300, 0.28), (1290, 520, 0.40)):
        past = u - np.float32(start)
        lit += np.float32(strength) * _edge(past) * _fall(past, wide)
        lit -= np.float32(0.30) * _edge(-past) * _fall(-past, 90)
    return lit


def halftone(x: Field, y: Field) -> Field:
    """A field of dots that grow towards two corners of the page."""
    step = np.float32(46)
    a, b = (x + y) / step, (x - y) / step
    off = np.hypot(a - np.rint(a), b - np.rint(b)) * step
    toward = (x - 540) / 1500 + (y - 960) / 1250
    size = np.float32(24) * np.clip(np.abs(toward) * 1.35 - 0.2, 0, 1)
    return _shown(np.float32(0.34) * _edge(size - off) * np.clip(size / 5, 0, 1))


def arcs(x: Field, y: Field) -> Field:
    """Wide rings around the light, each lying over the next like cut paper."""
    off = np.hypot(x - 1090, y + 40)
    ring = np.sqrt(off / np.float32(300)) * np.float32(2.1)  # ever wider
    along = np.where(ring < 1, np.float32(0.6), ring - np.floor(ring))
    rim = np.clip(along * 150, 0, 1) * np.float32(0.26) * (1 - along) ** 2
    return _shown(rim - np.float32(0.20) * along**5)


def contours(x: Field, y: Field) -> Field:
    """Lines of equal height on a map of nowhere."""
    height = np.sin(x * 0.0031 + 1.4 * np.sin(y * 0.0024)) + np.sin(
        y * 0.0043 - 1.1 * np.sin(x * 0.0037 + 2)
    )
    height = (height * np.float32(4.5)).astype(np.float32)
    down, across = np.gradient(height, float(y[1, 0] - y[0, 0]), float(x[0, 1] - x[0, 0]))
    steep = np.sqrt(down * down + across * across) + np.float32(1e-4)
    level = np.rint(height)
    near = np.abs(height - level) / steep
    bold = np.where(level % 4 == 0, np.float32(2.6), np.float32(1.5))
    return _shown(np.float32(0.30) * np.clip(bold + 0.5 - near, 0, 1))


def grid(x: Field, y: Field) -> Field:
    """A sheet of squared paper, its crossings marked, that fades across the page."""
    step = np.float32(108)
    dx, dy = (np.abs(side - step * np.rint(side / step)) for side in (x - 72, y - 48))
    lines = np.maximum(_edge(1.3 - dx), _edge(1.3 - dy))
    marks = np.minimum(_edge(14 - np.maximum(dx, dy)), np.maximum(_edge(2.4 - dx), _edge(2.4 - dy)))
    fade = np.clip(0.30 + np.abs(x - 300) / 900 + np.abs(y - 800) / 1500, 0, 1)
    return _shown(fade * np.maximum(0.16 * lines, 0.5 * marks))


def rays(x: Field, y: Field) -> Field:
    """Rays that rise from a light beneath the page."""
    dx, dy = x - 400, 2140 - y
    turn = np.arctan2(dx, dy)
    far = np.hypot(dx, dy)
    wedge = np.clip(0.5 + np.sin(turn * 15) * far * np.float32(0.066), 0, 1)
    return _shown(wedge * np.float32(0.30) * np.exp(-far / 1500))


def ridges(x: Field, y: Field) -> Field:
    """Hills behind hills at the foot of the page, mist between them."""
    lit = np.zeros(np.broadcast_shapes(x.shape, y.shape), np.float32)
    for row, (top, tall) in enumerate(((1150, 110), (1370, 80), (1560, 70), (1740, 50))):
        wave = np.sin(x * (0.0042 + 0.0011 * row) + 2.1 * row) + 0.45 * np.sin(
            x * (0.0103 + 0.002 * row) + row
        )
        under = y - (np.float32(top) + np.float32(tall) * wave)
        hill = np.float32(0.16 + 0.05 * row) * _fall(under, 210) - np.float32(0.11 * row + 0.04)
        lit += _edge(under) * (hill - lit)
    return lit


def horizon(x: Field, y: Field) -> Field:
    """The rim of a dark globe with the light behind it."""
    over = np.hypot(x - 540, y - 3880) - np.float32(2230)
    side = np.exp(-(((x - 760) / 560) ** 2))
    air = 0.75 * _fall(over, 16) + 0.5 * _fall(over, 170)
    inner = 0.75 * side * np.exp(np.minimum(over, 0) / 30) - np.float32(0.86)
    globe = _edge(-over)
    return _shown(globe * inner + (1 - globe) * air * (0.25 + 0.75 * side))


PATTERNS: Mapping[str, Pattern] = {
    "beam": beam,
    "halftone": halftone,
    "arcs": arcs,
    "contours": contours,
    "grid": grid,
    "rays": rays,
    "ridges": ridges,
    "horizon": horizon,
}


def _edge(inside: Field) -> Field:
    """1 where a distance is positive, 0 where it is negative, two pixels from one to the other."""
    return _shown(np.clip(0.5 + inside * np.float32(0.5), 0, 1))


def _fall(distance: Field, over: float) -> Field:
    return _shown(np.exp(-np.maximum(distance, 0) / np.float32(over)))


def _shown(field: Field) -> Field:
    return field.astype(np.float32, copy=False)
