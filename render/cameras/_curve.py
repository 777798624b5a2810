"""The line chart: a curve that is drawn from left to right over few round ticks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from render.cameras._clearance import free_place
from render.cameras._figures import shown
from render.cameras._layout import headed
from render.cameras._slate import Slate, ease
from render.lettering.text import Block
from render.look import Area, Type
from render.planes import Pixels, Sprite, clipped, sprite

__all__ = ["LineChart", "Point", "ticks"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
TICK = Type(34, 28, 620, tabular=True)
WHEN = Type(36, 28, 620)
VALUE = Type(54, 34, 820, tabular=True)
TICK_ROOM = 190.0  # px that the numbers of the axis may take
STROKE, FILL = 9.0, 0.34  # px of the curve, and how strong the colour under it is at the top
DRAWN_S = 0.7
DOTTED = 12  # points at most that are marked on the curve
LEAST = 1e-9  # a value so near to zero is zero: nobody could write it on a card
NEAR = 0.75  # of the largest value: from a lowest one under that, the axis begins at zero
FINE = 2  # the curve is drawn so much larger and scaled down, for soft edges


class Point(BaseModel):
    """One value and when, or of what, it is."""

    model_config = FROZEN

    label: str = ""
    value: float = Field(allow_inf_nan=False, ge=-1e15, le=1e15)


class LineChart(BaseModel):
    """How something went: 2 to 60 points, one of them, the last by default, told in numbers."""

    model_config = FROZEN

    card: Literal["line"]
    title: str = ""
    unit: str = ""
    points: list[Point] = Field(min_length=2, max_length=60)
    highlight: int = -1

    def lay(self, slate: Slate) -> None:
        """Write the title, the ticks, the labels beneath; draw the curve; tell the one value."""
        body, labelled = headed(slate, self.title), any(p.label.strip() for p in self.points)
        frame = self._scaled(slate, body, labelled)
        plot, count = frame.plot, len(self.points)
        spots = [frame.at(k, point.value, count) for k, point in enumerate(self.points)]
        chosen = self._chosen()
        if labelled:
            self._labels(slate, spots, chosen, plot)
        slate.wait(0.1)
        _curve(slate, spots, plot, frame.y(0.0) if frame.low <= 0 <= frame.high else None)
        slate.wait(DRAWN_S * 0.8)
        _spot(slate, spots[chosen])
        self._told(slate, spots, chosen, plot)

    def _scaled(self, slate: Slate, body: Area, labelled: bool) -> "_Frame":
        """Write the ticks; gives the plot beside them."""
        marks, lang = ticks([point.value for point in self.points]), slate.stage.board.lang
        numbers = [slate.fit(shown(mark, lang=lang), TICK, TICK_ROOM, 40, 1) for mark in marks]
        left = max(block.width for block in numbers) + 24
        plot = Area(body.x + left, body.y + 24, body.w - left, body.h - 48 - 56 * labelled)
        frame = _Frame(plot, marks[0], marks[-1])
        for mark, number in zip(marks, numbers, strict=True):
            _tick(slate, body.x, frame.y(mark), number, plot, mark == 0 or mark == marks[0])
        return frame

    def _chosen(self) -> int:
        count = len(self.points)
        return self.highlight if 0 <= self.highlight < count else count - 1

    def _labels(
        self, slate: Slate, spots: Sequence[tuple[float, float]], chosen: int, plot: Area
    ) -> None:
        """Write the chosen, the first and the last label, and the middle one, as far as fits."""
        taken: list[tuple[float, float]] = []
        for k in dict.fromkeys((chosen, 0, len(spots) - 1, len(spots) // 2)):
            text = self.points[k].label
            block = slate.fit(text, WHEN, plot.w / 2 - 20, 40, 1)
            x = min(max(spots[k][0] - block.width / 2, plot.x), plot.right - block.width)
            if not text.strip() or any(x < b + 24 and a < x + block.width + 24 for a, b in taken):
                continue
            taken.append((x, x + block.width))
            ink = slate.palette.accent if k == chosen else slate.palette.mute
            slate.write(block, x - block.span(block.lines[0])[0], plot.bottom + 26, ink)

    def _told(
        self, slate: Slate, spots: Sequence[tuple[float, float]], chosen: int, plot: Area
    ) -> None:
        """Write the chosen value on a plate over or under its point, where less is hidden."""
        text = shown(self.points[chosen].value, self.unit, slate.stage.board.lang)
        block = slate.fit(text, VALUE, plot.w - 60, 60, 1)
        w, h = block.width + 44, block.face.size + 26
        plate = free_place(
            spots, spots[chosen], Area(plot.x, plot.y - 20, plot.w, plot.h + 20), w, h
        )
        _lead(slate, plate, spots[chosen])
        sheet = slate.sheet(plate)
        sheet.box(plate, slate.palette.accent, radius=18)
        slate.add(sheet, rise=12)
        left = plate.x + 22 - block.span(block.lines[0])[0]
        y = plate.y + h / 2 + 0.364 * block.face.size - block.baseline(0)
        slate.write(block, left, y, slate.palette.on_accent)


def ticks(values: Sequence[float]) -> tuple[float, ...]:
    """Three to six round numbers, evenly apart, from beneath the least value to above the most.

    Zero is among them where the values come near it.
    """
    low, high = min(values), max(values)
    if 0 < low < NEAR * high:
        low = 0.0
    if NEAR * low < high < 0:
        high = 0.0
    most = max(abs(high), abs(low))
    if high - low <= max(LEAST, 1e-9 * most):  # all alike: as much air over as under
        air = abs(high) / 2 if most > LEAST else 1.0
        low, high = low - air, high + air
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * k for k in (1, 2, 2.5, 5, 10) if power * k >= rough)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 2)
    return tuple(round(k * step, 12) for k in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class _Frame:
    """The plot of a chart, and the values at its foot and its head."""

    plot: Area
    low: float
    high: float

    def y(self, value: float) -> float:
        """Where a value stands."""
        return self.plot.bottom - self.plot.h * (value - self.low) / (self.high - self.low)

    def at(self, k: int, value: float, count: int) -> tuple[float, float]:
        """Where the kth of so many points stands; the ends keep clear of the edges."""
        inset = 20.0
        return self.plot.x + inset + (self.plot.w - 2 * inset) * k / (count - 1), self.y(value)


def _tick(slate: Slate, x: float, y: float, number: Block, plot: Area, strong: bool) -> None:
    line = Area(plot.x, y - 1, plot.w, 2)
    sheet = slate.sheet(line)
    sheet.box(line, slate.palette.ink, alpha=0.42 if strong else 0.15)
    slate.add(sheet, rise=0)
    top = y + 0.364 * number.face.size - number.baseline(0)
    left = plot.x - 24 - number.width - number.span(number.lines[0])[0]
    slate.write(number, max(x, left), top, slate.palette.mute)


def _curve(
    slate: Slate, spots: Sequence[tuple[float, float]], plot: Area, ground: float | None
) -> None:
    """Draw the curve once, in colour down to where zero is; it is uncovered from left to right.

    Where zero is not in the picture there is no colour under it: that would tell wrong shares.
    """
    art = _drawn(slate, spots, plot, ground)
    whole = art.size[0]

    def draw(t: float) -> Sprite:
        return clipped(art, round(whole * ease(t))) if t < 1 else art

    slate.grow(draw, seconds=DRAWN_S)


def _drawn(
    slate: Slate, spots: Sequence[tuple[float, float]], plot: Area, ground: float | None
) -> Sprite:
    scale = slate.scale
    left, top = round((plot.x - 12) * scale), round((plot.y - 12) * scale)
    w, h = round((plot.w + 24) * scale), round((plot.h + 24) * scale)
    path = np.array([((x * scale - left) * FINE, (y * scale - top) * FINE) for x, y in spots])
    points = np.rint(path).astype(np.int32)
    line = np.zeros((h * FINE, w * FINE), np.uint8)
    cv2.polylines(line, [points], False, 255, max(2, round(STROKE * scale * FINE)), cv2.LINE_AA)
    if len(points) <= DOTTED:
        for x, y in points:
            cv2.circle(
                line, (int(x), int(y)), round(1.15 * STROKE * scale * FINE), 255, -1, cv2.LINE_AA
            )
    alpha = _halved(line)
    if ground is not None:
        zero = (ground * scale - top) * FINE
        shape = np.vstack([path, [[path[-1, 0], zero], [path[0, 0], zero]]])
        under = np.zeros_like(line)
        cv2.fillPoly(under, [np.rint(shape).astype(np.int32)], 255)
        away = np.abs(np.arange(h, dtype=np.float32) - zero / FINE)
        alpha = np.maximum(alpha, _halved(under) * (FILL * away / away.max())[:, None])
    ink = slate.palette.accent
    art = cv2.merge([alpha * np.float32(part) for part in (*ink, 255)])
    return sprite(np.asarray(art, np.float32), left, top)


def _halved(mask: Pixels) -> NDArray[np.float32]:
    """Scale a finely drawn mask down, 0 to 1."""
    size = (mask.shape[1] // FINE, mask.shape[0] // FINE)
    small = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) * np.float32(1 / 255)


def _spot(slate: Slate, at: tuple[float, float]) -> None:
    """Mark the point that is told: a ring around a core, in a light that swings."""
    palette, (x, y) = slate.palette, at
    area = Area(x - 34, y - 34, 68, 68)
    halo = slate.sheet(area)
    halo.dot(x, y, 34, palette.accent, 0.36)
    slate.add(halo, rise=0, pulse=0.85)
    sheet = slate.sheet(area)
    sheet.dot(x, y, 17, palette.bg1)
    sheet.dot(x, y, 12, palette.accent)
    slate.add(sheet, rise=0)


def _lead(slate: Slate, plate: Area, at: tuple[float, float]) -> None:
    """Lead the eye from a plate that lies over or under its point down or up to it."""
    over = plate.bottom < at[1]
    top, foot = (plate.bottom, at[1] - 36) if over else (at[1] + 36, plate.y)
    x = min(max(at[0], plate.x + 20), plate.right - 20)
    if foot - top > 12 and abs(x - at[0]) < 30:
        slate.bar(Area(x - 1.5, top, 3, foot - top), slate.palette.accent, 0.7)
