"""A canvas and a few brushes: sky, shape, light, water, grain. Drawn with numpy and Pillow.

Points are (x, y) in pixels, y downwards; colours are "#rrggbb". All chance comes from the
canvas's own generator: the same seed gives the same picture.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

__all__ = ["Canvas", "Mask", "Point", "blurred", "contours", "smooth"]

Mask = NDArray[np.floating[Any]]
"""How much of a colour lies on each pixel, 0 to 1: height x width."""

Point = tuple[float, float]
Shape = Sequence[Point]
FINE = 2  # shapes are drawn this much larger and scaled down, for soft edges


def rgb(colour: str) -> NDArray[np.float32]:
    """Turn "#rrggbb" into red, green and blue from 0 to 1."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def smooth(mask: Mask, low: Mask | float, high: Mask | float) -> Mask:
    """Stretch what lies between two values over 0 to 1, with soft ends (smoothstep)."""
    t = np.clip((mask - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def contours(field: Mask, every: float, width: float) -> Mask:
    """Draw the lines where a field crosses the multiples of `every`; `width` is in its units."""
    off = np.abs((field / every + 0.5) % 1 - 0.5) * every
    return smooth(off, width, 0)


def blurred(mask: Mask, radius: float) -> Mask:
    """Blur by a Gaussian of `radius` pixels; wide ones on a small copy, where nobody can tell."""
    shrink = max(1, int(radius / 1.5))
    small = np.asarray(Image.fromarray(mask).reduce(shrink), np.float32)
    sigma = radius / shrink
    reach = int(np.ceil(4 * sigma))
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    taps = (taps / taps.sum()).astype(np.float32)
    for _ in range(2):  # down the columns, then (turned) down the rows
        padded = np.pad(small, ((reach, reach), (0, 0)), mode="edge")
        small = sum(tap * padded[i : i + len(small)] for i, tap in enumerate(taps)).T
    whole = Image.fromarray(np.ascontiguousarray(small))
    return np.asarray(whole.resize(mask.shape[::-1], Image.Resampling.BICUBIC), np.float32)


class Canvas:
    """Pixels being painted, back to front."""

    def __init__(self, width: int, height: int, seed: int) -> None:
        self.width, self.height = width, height
        self.chance = np.random.default_rng(seed)
        self.px = np.zeros((height, width, 3), np.float32)
        self.y, self.x = np.mgrid[0:height, 0:width].astype(np.float32)

    # What to paint: masks.

    def polygon(self, *points: Point) -> Mask:
        """Cut out one filled shape."""
        return self.polygons([points])

    def polygons(self, shapes: Iterable[Shape]) -> Mask:
        """Cut out filled shapes."""
        return self._drawn(shapes, 1, lambda pen, points: pen.polygon(points, fill=255))

    def strokes(self, lines: Iterable[Shape], width: float) -> Mask:
        """Draw lines through points, `width` pixels wide."""
        wide = max(1, round(width * FINE))
        return self._drawn(
            lines, width, lambda pen, points: pen.line(points, 255, wide, joint="curve")
        )

    def dots(self, points: Iterable[Point], radius: float, tall: float = 1.0) -> Mask:
        """Draw discs, or ovals `tall` times as high as wide."""
        w, h = radius * FINE, radius * FINE * tall

        def disc(pen: ImageDraw.ImageDraw, at: Sequence[Point]) -> None:
            [(x, y)] = at
            pen.ellipse((x - w, y - h, x + w, y + h), fill=255)

        return self._drawn([[point] for point in points], radius * max(1, tall), disc)

    def noise(self, across: float, down: float, octaves: int = 4) -> Mask:
        """Make clouds: soft random values from 0 to 1, `across` x `down` of them on the canvas."""
        return self._noise(across, down, octaves, self.height)

    def ridge(self, bumps: float, octaves: int = 5) -> Mask:
        """Make a line of hills: soft random values from 0 to 1, one for each column."""
        return self._noise(bumps, 0, octaves, 1)

    def around(self, at: Point, radius: float, flat: float = 1.0) -> Mask:
        """Make a soft round glow that fades to nothing at about twice the radius."""
        x, y = (self.x - at[0]) / radius, (self.y - at[1]) / (radius * flat)
        return np.asarray(np.exp(-(x * x + y * y)), np.float32)

    # How to paint it.

    def sky(self, *stops: tuple[float, str]) -> None:
        """Fill all with colours from top to bottom; each stop is (y in pixels, colour)."""
        at = [y for y, _ in stops]
        colours = np.array([rgb(colour) for _, colour in stops])
        for channel in range(3):
            column = np.interp(np.arange(self.height), at, colours[:, channel])
            self.px[..., channel] = column[:, None]

    def fill(self, mask: Mask, colour: str, opacity: float = 1.0) -> None:
        """Lay a colour over what is there."""
        box = _box(mask)
        cover = (mask[box] * opacity)[..., None]
        self.px[box] += (rgb(colour) - self.px[box]) * cover

    def light(self, mask: Mask, colour: str, strength: float = 1.0) -> None:
        """Add light, as a screen does: never beyond white."""
        box = _box(mask)
        self.px[box] += (
            (1 - self.px[box]) * np.clip(mask[box] * strength, 0, 1)[..., None] * rgb(colour)
        )

    def lamps(self, points: Sequence[Point], colour: str, radius: float, glow: float = 1.0) -> None:
        """Set small lights with a halo around each."""
        core = self.dots(points, radius)
        self.light(blurred(core, radius * 10), colour, 45 * glow)
        self.light(blurred(core, radius * 3), colour, 6 * glow)
        self.light(core, "#fff6e6", 0.95)

    def write(self, at: Point, text: str, size: float, colour: str, halo: str = "") -> None:
        """Write a line, centred on a point; a halo keeps it readable on mixed ground."""
        font = ImageFont.load_default(size * FINE)
        letters = self._drawn(
            [[at]],
            size * len(text),
            lambda pen, at: pen.text(at[0], text, 255, font, anchor="mm"),
        )
        if halo:
            self.fill(np.clip(blurred(letters, size / 5) * 3, 0, 1), halo, 0.75)
        self.fill(letters, colour)

    def water(self, horizon: int, deep: str, calm: float = 1.0) -> None:
        """Mirror what lies above the horizon, broken by waves that grow towards us."""
        rows = self.height - horizon
        near = (np.arange(rows, dtype=np.float32)[:, None] + 1) / rows
        waves = self._waves(near)
        sway = waves * (2 + 34 * near) / calm
        up = horizon - 1 - np.arange(rows)[:, None] * min(0.92, (horizon - 1) / rows) + sway * 1.8
        y = np.clip(up, 0, horizon - 1).astype(np.int32)
        seen = np.zeros((rows, self.width, 3), np.float32)
        for blur in (-5, -1, 1, 5):
            x = self.x[:rows] + sway * 0.5 + blur * (0.3 + near)
            seen += self.px[y, np.clip(x, 0, self.width - 1).astype(np.int32)] / 4
        dark = np.clip(0.2 + 0.5 * near + 0.2 * waves, 0, 0.92)[..., None]
        self.px[horizon:] = seen * (1 - dark) + rgb(deep) * dark

    def finish(self, grain: float = 0.016, edge: float = 0.32) -> Image.Image:
        """Darken the corners, add grain (gradients band without it), and hand the picture over."""
        x, y = self.x / self.width - 0.5, self.y / self.height - 0.5
        self.px *= (1 - edge * smooth(x * x + y * y, 0.1, 0.52))[..., None]
        speck = self.chance.standard_normal((self.height, self.width), dtype=np.float32)
        self.px += (speck * grain)[..., None]
        return Image.fromarray((np.clip(self.px, 0, 1) * 255 + 0.5).astype(np.uint8))

    def _noise(self, across: float, down: float, octaves: int, rows: int) -> Mask:
        total: Mask = np.zeros((rows, self.width), np.float32)
        for octave in range(octaves):
            cells = int(down * 2**octave) + 2, int(across * 2**octave) + 2
            rough = Image.fromarray(self.chance.random(cells, dtype=np.float32))
            fine = rough.resize((self.width, rows), Image.Resampling.BICUBIC)
            total = total + np.asarray(fine, np.float32) / 2**octave
        return np.asarray(np.clip(total / (2 - 2 ** (1 - octaves)), 0, 1), np.float32)

    def _waves(self, near: Mask) -> Mask:
        """Make waves from -1 to 1, seen at a low angle: small and dense far away."""
        away = 1 / (near + 0.06)
        across = (self.x[:1] - self.width / 2) * away * 0.012
        down = np.broadcast_to(away * 15, across.shape)
        grid = self.chance.random((128, 128), dtype=np.float32)
        return (_between(grid, across, down) + _between(grid, across * 2.7, down * 2.3)) - 1

    def _drawn(
        self,
        shapes: Iterable[Shape],
        margin: float,
        draw: Callable[[ImageDraw.ImageDraw, Sequence[Point]], None],
    ) -> Mask:
        """Draw shapes on a sheet just large enough for them, and lay that on the canvas."""
        shapes = list(shapes)
        mask = np.zeros((self.height, self.width), np.float32)
        corners = np.array([point for shape in shapes for point in shape])
        left, top = np.maximum(0, np.floor(corners.min(axis=0) - margin)).astype(int)
        edges = np.ceil(corners.max(axis=0) + margin)
        right, low = np.minimum((self.width, self.height), edges).astype(int)
        if left >= right or top >= low:
            return mask
        sheet = Image.new("L", (int(right - left) * FINE, int(low - top) * FINE))
        pen = ImageDraw.Draw(sheet)
        for shape in shapes:
            draw(pen, [((x - left) * FINE, (y - top) * FINE) for x, y in shape])
        mask[top:low, left:right] = np.asarray(sheet.reduce(FINE), np.float32) / 255
        return mask


def _between(grid: Mask, x: Mask, y: Mask) -> Mask:
    """Read an endless grid at any point, smoothly between its values."""
    left, top = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
    u, v = smooth(x - left, 0, 1), smooth(y - top, 0, 1)
    n = len(grid)
    left, top = left % n, top % n
    right, below = (left + 1) % n, (top + 1) % n
    upper = grid[top, left] * (1 - u) + grid[top, right] * u
    lower = grid[below, left] * (1 - u) + grid[below, right] * u
    return np.asarray(upper * (1 - v) + lower * v, np.float32)


def _box(mask: Mask) -> tuple[slice, slice]:
    """Find the part of a mask that holds anything: most shapes are small."""
    sides = []
    for axis in (1, 0):
        used = np.flatnonzero(mask.max(axis=axis) > 1e-5)
        sides.append(slice(int(used[0]), int(used[-1]) + 1) if used.size else slice(0))
    return sides[0], sides[1]
