"""What a locator draws: a globe turned to a place, a plain target, the user's own outline.

Each is drawn once, as one sprite that fades out where the text beneath begins.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from render.cameras._outline import Outline, Projection
from render.cameras._slate import Slate
from render.look import Area, Colour, Palette
from render.planes import Sprite, sprite

__all__ = ["Globe", "globe", "inner", "shape", "target"]

GRID = 15  # degrees between the lines of the globe
TILT = 16.0  # degrees by which the globe is turned, so that the pin is not its dead centre
ARMS = ((-1.06, -0.16), (0.16, 1.06))  # of the target's cross, in radii

Mask = NDArray[np.float32]
Points = NDArray[np.float64]
"""(n, 2) design pixels."""


class Globe:
    """A sphere seen from far away, turned so that a place is near its middle."""

    def __init__(self, ball: Area, lat: float, lon: float) -> None:
        self.ball, self.radius = ball, ball.w / 2
        self.at = (lat, lon)
        self._north = max(lat - TILT, -80.0)  # so that the pin is clear of the text beneath
        self._east = lon + TILT
        x, y = self.points(np.array([lat]), np.array([lon]))[0][0]
        self.pin = (float(x), float(y))

    def points(
        self, lat: NDArray[np.float64], lon: NDArray[np.float64]
    ) -> tuple[Points, NDArray[np.bool_]]:
        """Where points lie, (n, 2) in design pixels, and which of them face us."""
        phi, turn = np.radians(lat), np.radians(lon - self._east)
        tilt = math.radians(self._north)
        x = np.cos(phi) * np.sin(turn)
        y = math.cos(tilt) * np.sin(phi) - math.sin(tilt) * np.cos(phi) * np.cos(turn)
        near = math.sin(tilt) * np.sin(phi) + math.cos(tilt) * np.cos(phi) * np.cos(turn)
        middle = (self.ball.x + self.radius, self.ball.y + self.radius)
        return np.stack([middle[0] + self.radius * x, middle[1] - self.radius * y], 1), near > 0

    def parallel(self, lat: float) -> list[Points]:
        """The visible pieces of a circle of latitude."""
        lon = np.linspace(-180, 180, 121)
        return _seen(*self.points(np.full_like(lon, lat), lon))

    def meridian(self, lon: float) -> list[Points]:
        """The visible pieces of a line from pole to pole."""
        lat = np.linspace(-90, 90, 61)
        return _seen(*self.points(lat, np.full_like(lat, lon)))


def _seen(points: Points, near: NDArray[np.bool_]) -> list[Points]:
    cuts = np.flatnonzero(np.diff(near.astype(np.int8))) + 1
    pieces = zip(np.split(points, cuts), np.split(near, cuts), strict=True)
    return [piece for piece, seen in pieces if seen[0] and len(piece) > 1]


class _Drawing:
    """Masks of lines over an area, laid on each other in colours, faded out towards a foot."""

    def __init__(self, slate: Slate, area: Area) -> None:
        self._scale = slate.scale
        self._x, self._y = round(area.x * slate.scale), round(area.y * slate.scale)
        self.size = max(2, round(area.w * slate.scale)), max(2, round(area.h * slate.scale))
        self._art = np.zeros((self.size[1], self.size[0], 4), np.float32)

    def px(self, points: Points) -> NDArray[np.int32]:
        """Design pixels to those of the drawing, sixteen parts each, as cv2 counts them."""
        return np.rint((points * self._scale - (self._x, self._y)) * 16).astype(np.int32)

    def lines(self, lines: list[Points], wide: float, colour: Colour, alpha: float) -> None:
        """Draw open lines."""
        mask = np.zeros(self.size[::-1], np.uint8)
        thick = max(1, round(wide * self._scale))
        cv2.polylines(mask, [self.px(line) for line in lines], False, 255, thick, cv2.LINE_AA, 4)
        self.lay(mask * np.float32(alpha / 255), colour)

    def area(self, shapes: list[Points], colour: Colour, alpha: float) -> None:
        """Fill shapes; one inside another is a hole."""
        mask = np.zeros(self.size[::-1], np.uint8)
        cv2.fillPoly(mask, [self.px(shape) for shape in shapes], 255, cv2.LINE_AA, 4)
        self.lay(mask * np.float32(alpha / 255), colour)

    def lay(self, mask: Mask, colour: Colour) -> None:
        """Lay a colour over what is there, as far as a mask (0 to 1) says."""
        self._art *= 1 - mask[..., None]
        self._art += cv2.merge([mask * np.float32(ink) for ink in (*colour, 255)])

    def coordinates(self) -> tuple[Mask, Mask]:
        """Design pixels of every column and every row, to be broadcast."""
        x = (np.arange(self.size[0], dtype=np.float32) + 0.5 + self._x) / self._scale
        y = (np.arange(self.size[1], dtype=np.float32) + 0.5 + self._y) / self._scale
        return x[None, :], y[:, None]

    def finished(self, foot: float, soft: float = 190.0) -> Sprite:
        """The sprite; it fades out over `soft` px above the foot, where the text begins."""
        _, y = self.coordinates()
        return sprite(self._art * np.clip((foot - y) / soft, 0, 1)[..., None], self._x, self._y)


def globe(slate: Slate, turned: Globe, foot: float) -> Sprite:
    """A dark ball with a lit rim, its grid, and the two lines that cross at the place."""
    palette, ball = slate.palette, turned.ball
    drawing = _Drawing(slate, inner(ball, -70))
    _body(drawing, ball, palette)
    net = [line for lat in range(-90 + GRID, 90, GRID) for line in turned.parallel(lat)]
    net += [line for lon in range(0, 360, GRID) for line in turned.meridian(lon)]
    drawing.lines(net, 2, palette.ink, 0.2)
    drawing.lines(turned.parallel(0), 3, palette.ink, 0.3)
    cross = turned.parallel(turned.at[0]) + turned.meridian(turned.at[1])
    drawing.lines(cross, 3, palette.accent, 0.75)
    return drawing.finished(foot + 90)


def _body(drawing: _Drawing, ball: Area, palette: Palette) -> None:
    x, y = drawing.coordinates()
    radius = ball.w / 2
    away = np.hypot(x - ball.x - radius, y - ball.y - radius)
    drawing.lay(0.3 * np.exp(-np.maximum(away - radius, 0) / 22) * (away > radius), palette.glow)
    inside = np.clip(radius - away + 0.5, 0, 1)
    drawing.lay(0.62 * inside, palette.bg0)
    lit = np.hypot(x - ball.x - 0.62 * ball.w, y - ball.y - 0.3 * ball.h) / ball.w
    drawing.lay(0.3 * inside * np.exp(-((lit / 0.34) ** 2)), palette.glow)
    drawing.lay(0.55 * np.exp(-(((away - radius) / 2.4) ** 2)), palette.accent)


def target(slate: Slate, ball: Area, foot: float) -> Sprite:
    """Rings and a cross around a place of which no more than its name is known."""
    palette, radius = slate.palette, ball.w / 2
    drawing = _Drawing(slate, inner(ball, -40))
    x, y = drawing.coordinates()
    away = np.hypot(x - ball.x - radius, y - ball.y - radius)
    drawing.lay(0.34 * np.exp(-((away / (0.7 * radius)) ** 2)), palette.glow)
    for k in (1, 2, 3, 4):
        ring = np.exp(-(((away - k * radius / 4) / 1.8) ** 2))
        drawing.lay((0.55 - 0.1 * k) * ring, palette.ink)
    middle = np.array([ball.x + radius, ball.y + radius])
    arms = [middle + radius * np.array([[a, 0], [b, 0]]) for a, b in ARMS]
    arms += [middle + radius * np.array([[0, a], [0, b]]) for a, b in ARMS]
    drawing.lines(arms, 3, palette.accent, 0.7)
    return drawing.finished(foot + 90)


def shape(slate: Slate, outline: Outline, projection: Projection, view: Area) -> Sprite:
    """The user's outline: filled where it is closed, drawn where it is open."""
    drawing = _Drawing(slate, inner(view, -20))
    closed = [projection.px(line) for line in outline.closed]
    drawing.area(closed, slate.palette.ink, 0.16)
    rims = [np.vstack([line, line[:1]]) for line in closed]
    opened = [projection.px(line) for line in outline.open]
    drawing.lines(rims + opened, 3.5, slate.palette.ink, 0.85)
    return drawing.finished(view.bottom + 40, 30)


def inner(area: Area, by: float) -> Area:
    """An area without `by` px at each edge; more of it where that is negative."""
    return Area(area.x + by, area.y + by, area.w - 2 * by, area.h - 2 * by)
