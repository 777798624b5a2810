"""The bar chart: bars that grow from zero, either way, with their values at their ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._figures import shown
from render.cameras._layout import flipped, headed, unfolding
from render.cameras._slate import Slate, ease
from render.lettering.text import Block
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
        body, bars = headed(slate, self.title), self._shown()
        rows = _Rows.set(slate, bars, body, self.unit)
        pause = max(MOTION.stagger_s, 0.5 * unfolding(slate, len(bars)))
        for index, bar in enumerate(bars):
            slate.wait(pause if index else 0.1)
            rows.draw(index, bar is self._bright)
        rows.axis()

    @property
    def _bright(self) -> Bar | None:
        """The bar in the accent colour, if there is one."""
        return self.bars[self.highlight] if 0 <= self.highlight < len(self.bars) else None

    def _shown(self) -> list[Bar]:
        """Take the first bars; the bright one is always among them."""
        first, bright = self.bars[:MOST_BARS], self._bright
        if bright is None or any(bar is bright for bar in first):
            return first
        return [*first[:-1], bright]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a chart, set: labels over the bars, or in a column before them."""

    slate: Slate
    bars: Sequence[Bar]
    labels: Sequence[Block]
    ends: Sequence[Block]
    beside: bool
    room: Area  # of all rows
    scale: "_Scale"

    @classmethod
    def set(cls, slate: Slate, bars: Sequence[Bar], body: Area, unit: str) -> "_Rows":
        """Set labels and values, each in one size, and see how much is left for the bars."""
        row = min(TALLEST, body.h / len(bars))
        room = body._replace(y=body.y + 0.3 * (body.h - row * len(bars)), h=row * len(bars))
        size = round(min(46, 0.44 * row))
        labels = [slate.fit(bar.label, Type(size, 32, 640), COLUMN, size, 1) for bar in bars]
        beside = _fit_beside(bars, labels)
        if not beside:
            size = round(min(54, max(30, 0.29 * row)))
            labels = [slate.fit(bar.label, Type(size, 28, 640), body.w, size, 1) for bar in bars]
        ends = [_end(slate, bar, unit, size, row) for bar in bars]
        column = max(block.width for block in labels) + GAP if beside else 0.0
        plot = room._replace(x=room.x + column, w=room.w - column)
        return cls(slate, bars, labels, ends, beside, room, _Scale.over(bars, ends, plot))

    def draw(self, index: int, bright: bool) -> None:
        """Draw a row: its label, its bar, its value."""
        palette, label, right = self.slate.palette, self.labels[index], self.labels[0].right
        row = self.room.h / len(self.bars)
        top = self.room.y + index * row
        size = label.face.size
        y = top + (row - 0.8 * size) / 2 if self.beside else top
        x = self.room.right - sum(label.span(label.lines[0])) if label.right else self.room.x
        self.slate.write(label, x, y, palette.ink if bright else palette.mute)
        thick = max(12.0, min(THICKEST, 0.56 * row if self.beside else 0.76 * row - label.height))
        upper = top + (row - thick) / 2 if self.beside else top + label.height + 8
        value = self.bars[index].value
        bar = self.scale.bar(value, Area(self.room.x, upper, self.room.w, thick))
        bar, left = flipped(bar, self.room, right), (value < 0) != right
        _bar(self.slate, bar, left, bright)
        _value(self.slate, self.ends[index], bar, left, bright)

    def axis(self) -> None:
        """Draw the line of zero, where bars go both ways from it."""
        if self.scale.zero <= self.scale.low:
            return
        line = Area(self.scale.zero - 1.5, self.room.y, 3, self.room.h)
        line = flipped(line, self.room, self.labels[0].right)
        sheet = self.slate.sheet(line)
        sheet.box(line, self.slate.palette.ink, alpha=0.45)
        self.slate.add(sheet, rise=0)


def _fit_beside(bars: Sequence[Bar], labels: Sequence[Block]) -> bool:
    """Whether labels stand before the bars: many short ones, and no bar goes the other way."""
    return (
        len(bars) > 3
        and all(block.whole for block in labels)
        and min(bar.value for bar in bars) >= 0
    )


def _end(slate: Slate, bar: Bar, unit: str, size: int, row: float) -> Block:
    """Set the value of a bar; one of many words in smaller lines."""
    text = bar.text.strip() or shown(bar.value, unit, slate.stage.board.lang)
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
        below = [bar.value < 0 for bar in bars]  # of the value itself: a tiny share becomes -0.0
        left = max((w for w, down in zip(wide, below, strict=True) if down), default=0.0)
        right = max((w for w, down in zip(wide, below, strict=True) if not down), default=0.0)
        low, high = min(0.0, *values), max(0.0, *values)
        each = (room.w - left - right - 2 * LEAST) / ((high - low) or 1.0)
        zero = room.x + left + (LEAST - low * each if any(below) else 0.0)
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
