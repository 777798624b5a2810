"""The bar chart: bars that grow from zero, either way, with their values at their ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._figures import shown
from render.cameras._layout import flipped, headed, unfolding
from render.cameras._slate import Slate, ease
from render.cameras._text import Block
from render.look import MOTION, Area, Type
from render.planes import Sprite

__all__ = ["Bar", "Chart"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
MOST_BARS = 7
VALUE_ROOM = 300.0  # px that a value may take beside its bar
LEAST = 8.0  # px of the shortest bar
COLUMN = 300.0  # px that labels may take beside the bars
GAP = 18.0  # between a bar and its value
TWO_LINES = 120.0  # px of the lowest row in which a value may take two lines
THICKEST, TALLEST = 92.0, 216.0  # px of a bar, and of a row with its label


class Bar(BaseModel):
    """One bar of a chart; `text` is what stands at its end in place of the plain value."""

    model_config = FROZEN

    label: str
    value: float = Field(allow_inf_nan=False)
    text: str = ""


class Chart(BaseModel):
    """Up to seven bars, one of them in the accent colour."""

    model_config = FROZEN

    card: Literal["chart"]
    title: str = ""
    unit: str = ""
    bars: list[Bar] = Field(min_length=1)
    highlight: int = -1

    def lay(self, slate: Slate) -> None:
        """Write the title, then bar under bar, each growing."""
        body, bars = headed(slate, self.title), self.bars[:MOST_BARS]
        row = min(TALLEST, body.h / len(bars))
        labels = self._labels(slate, bars, row)
        beside = labels is not None
        size = round(min(54, max(30, row * (0.44 if beside else 0.29))))
        if labels is None:
            labels = [slate.fit(bar.label, Type(size, 28, 640), body.w, size, 1) for bar in bars]
        right = labels[0].right
        ends = [self._end(slate, bar, size, row) for bar in bars]
        column = max(block.width for block in labels) + GAP if beside else 0.0
        plot = Area(body.x + column, body.y, body.w - column, body.h)
        scale = _Scale.over(bars, ends, plot)
        y = body.y + 0.3 * (body.h - row * len(bars))
        for index, (bar, label, end) in enumerate(zip(bars, labels, ends, strict=True)):
            slate.wait(max(MOTION.stagger_s, 0.5 * unfolding(slate, len(bars))) if index else 0.1)
            area = Area(body.x, y + index * row, body.w, row)
            bright = index == self.highlight
            self._row(slate, label, area, beside, bright)
            thick = min(THICKEST, 0.56 * row if beside else row - label.height - 0.24 * row)
            foot = area.y + (row + thick) / 2 if beside else area.y + label.height + 8 + thick
            track = Area(plot.x, foot - thick, plot.w, max(12.0, thick))
            grown = flipped(scale.bar(bar.value, track), body, right)
            _bar(slate, grown, (bar.value < 0) != right, bright)
            _value(slate, end, grown, (bar.value < 0) != right, bright)
        if scale.zero > scale.low:
            _axis(slate, flipped(Area(scale.zero - 1.5, y, 3, row * len(bars)), body, right))

    def _labels(self, slate: Slate, bars: Sequence[Bar], row: float) -> list[Block] | None:
        """Set many short labels for a column of their own; not where a bar goes the other way."""
        size = round(min(46, 0.44 * row))
        found = [slate.fit(bar.label, Type(size, 32, 640), COLUMN, size, 1) for bar in bars]
        short = all(block.whole for block in found) and min(bar.value for bar in bars) >= 0
        return found if short and len(bars) > 3 else None

    def _row(self, slate: Slate, label: Block, area: Area, beside: bool, bright: bool) -> None:
        y = area.y + (area.h - 0.76 * label.face.size) / 2 if beside else area.y
        y -= 0.02 * label.face.size if beside else 0
        ink = slate.palette.ink if bright else slate.palette.mute
        x = area.right - sum(label.span(label.lines[0])) if label.right else area.x
        slate.write(label, x, y, ink)

    def _end(self, slate: Slate, bar: Bar, size: int, row: float) -> Block:
        """Set a value, all of them in one size; a long one of words in smaller lines."""
        text = bar.text.strip() or shown(bar.value, self.unit, slate.stage.board.lang)
        block = slate.fit(text, Type(size, 30, 800, tabular=True), VALUE_ROOM, size, 1)
        if block.whole:
            return block
        lines = 2 if row >= TWO_LINES else 1
        return slate.fit(text, Type(min(size, 36), 28, 700, 1.1), VALUE_ROOM, 84, lines)


def _value(slate: Slate, end: Block, bar: Area, left: bool, bright: bool) -> None:
    """Write a value beside the end of its bar, level with its middle."""
    x = bar.x - GAP - end.width if left else bar.right + GAP
    first = min(end.span(line)[0] for line in end.lines)
    lines = (len(end.lines) - 1) * end.leading
    y = bar.y + bar.h / 2 + 0.364 * end.face.size - lines / 2 - end.baseline(0)
    slate.write(end, x - first, y, slate.palette.accent if bright else slate.palette.ink)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where values stand across: px of the lowest one, of zero, and for the largest one."""

    low: float
    zero: float
    each: float
    largest: float

    @classmethod
    def over(cls, bars: Sequence[Bar], ends: Sequence[Block], room: Area) -> "_Scale":
        """Scale bars so that each has room for its value, whichever way it grows."""
        largest = max(abs(bar.value) for bar in bars) or 1.0
        wide = [end.width + GAP for end in ends]
        values = [bar.value / largest for bar in bars]
        left = max((w for w, value in zip(wide, values, strict=True) if value < 0), default=0.0)
        right = max((w for w, value in zip(wide, values, strict=True) if value >= 0), default=0.0)
        low, high = min(0.0, *values), max(0.0, *values)
        each = (room.w - left - right - 2 * LEAST) / ((high - low) or 1.0)
        zero = room.x + left + (LEAST - low * each if low < 0 else 0.0)
        return cls(room.x + left, zero, each, largest)

    def bar(self, value: float, area: Area) -> Area:
        """The bar of a value, never thinner than can be seen."""
        long = max(LEAST, abs(value) / self.largest * self.each)
        return area._replace(x=self.zero - long if value < 0 else self.zero, w=long)


def _bar(slate: Slate, area: Area, left: bool, bright: bool) -> None:
    """Draw a bar that grows away from zero, to the left or to the right."""
    colour, alpha = (slate.palette.accent, 1.0) if bright else (slate.palette.ink, 0.34)

    def draw(t: float) -> Sprite:
        sheet, long = slate.sheet(area), max(2.0, area.w * ease(t))
        x = area.right - long if left else area.x
        sheet.box(area._replace(x=x, w=long), colour, min(10.0, long / 2), alpha)
        return sheet.sprite()

    slate.grow(draw)


def _axis(slate: Slate, line: Area) -> None:
    sheet = slate.sheet(line)
    sheet.box(line, slate.palette.ink, alpha=0.45)
    slate.add(sheet, rise=0)
