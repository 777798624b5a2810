"""The card of one number, which counts up."""

import re
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._gauge import DOTS_H, STROKES_H, dots, strokes
from render.cameras._slate import Slate
from render.ink import Sheet
from render.lettering.text import ASCENT, Block
from render.look import HEADLINE, LABEL, MOTION, STAT, SUB, SUBHEAD, Area, Type
from render.planes import Sprite

__all__ = ["Stat", "counted"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
UNIT_GAP = 28.0
GAP, GAP_LABEL = 36.0, 26.0  # px between the parts
COMMA = 0.07  # em below the baseline that a number takes of the page
ALMOST = 1 - 2**-6.5  # of the way a count is over: no wrong figure stands about
_NUMBER = re.compile(r"\d[\d.,\u202f\u00a0 ]*\d|\d")


def counted(value: str, share: float) -> str:
    """A number on its way from 0 to `value`, in the same style: 0.5 of "1,250" is "625"."""
    found = _NUMBER.search(value)
    if not found or share >= 1:
        return value
    text = found.group()
    digits = re.sub(r"\D", "", text)
    part = str(round(int(digits) * share)).rjust(_tail(text) + 1, "0")
    places = iter(reversed(part))
    out = []
    for char in reversed(text):  # fill the digits from the right, keep the signs between them
        digit = next(places, None) if char.isdigit() else None
        if char.isdigit() and digit is None:
            break
        out.append(digit if digit is not None else char)
    number = "".join(reversed(out)).lstrip(".,\u202f\u00a0 ")
    return value[: found.start()] + number + value[found.end() :]


def _tail(text: str) -> int:
    """How many digits stand after the decimal sign, if that is what the last sign is."""
    last = re.search(r"[.,](\d+)$", text)
    return len(last.group(1)) if last and len(last.group(1)) != 3 else 0


class Stat(BaseModel):
    """One number as large as it goes, what it counts, and what that means."""

    model_config = FROZEN

    card: Literal["stat"]
    value: str = Field(min_length=1)
    unit: str = ""
    label: str = ""
    sub: str = ""
    share: float | None = Field(default=None, ge=0, le=1)

    def lay(self, slate: Slate) -> None:
        """Write label, number with unit, its share drawn large, and what it means.

        Without a share all of it stands low, and the number once more, huge, in the ground above.
        """
        palette, room = slate.palette, slate.zones.content
        label = slate.fit(self.label.upper(), LABEL, room.w, 90, 2)
        sub = slate.fit(self.sub, SUB, room.w, 150)
        above = label.height + GAP_LABEL if self.label.strip() else 0.0
        below = sub.height + GAP if self.sub.strip() else 0.0
        share, figure = self.share, 0.0 if self.share is None else GAP + self._figure_h()
        number = self._set(slate, room.h - above - figure - below)
        if share is not None and number.height > room.h - above - figure - below:
            share, figure = None, 0.0  # words go before a drawing that says the same
            number = self._set(slate, room.h - above - below)
        left = max(0, room.h - above - number.height - figure - below)
        y = room.y + (0.45 * left if share is not None else left)
        if share is None and left > 160:
            slate.haunt(self.value, slate.zones.wide.y + 76, y - 24)
        if above:
            y = slate.write(label, room.x, y, palette.mute) + GAP_LABEL
            slate.wait()
        y = self._number(slate, number, y, sub.right if below else label.right)
        slate.wait(0.16)
        if share is not None:
            area = Area(room.x, y + GAP, room.w, self._figure_h())
            (dots if "%" in self.value else strokes)(slate, area, share)
            y = area.bottom
            slate.wait()
        if below:
            slate.write(sub, room.x, y + GAP, palette.ink)

    def _figure_h(self) -> float:
        return DOTS_H if "%" in self.value else STROKES_H

    def _set(self, slate: Slate, high: float) -> "_Number":
        """Set number and unit as large as they go, side by side if both fit so."""
        wide, named = slate.zones.content.w, bool(self.unit.strip())
        counts = bool(_NUMBER.search(self.value))
        em = ASCENT + COMMA if counts else 1  # so much of its size it is high
        tall = high / em
        for w in (wide, 720, 560, 440):
            number = slate.fit(self.value, STAT, w, min(STAT.largest, tall), 1)
            size, left = round(0.3 * number.face.size), wide - number.width - UNIT_GAP
            if named and number.whole and left > size:
                small = slate.fit(self.unit, Type(size, size, 750), left, size, 1)
                if small.whole:
                    return _Number(number, small, counts, beside=True)
        unit = slate.fit(self.unit, SUBHEAD, wide, 90, 1) if named else None
        high -= unit.height + 16 if unit else 0
        tall = high / em
        number = slate.fit(self.value, STAT, wide, min(STAT.largest, tall), 1)
        if not number.whole:
            number, counts = slate.fit(self.value, HEADLINE, wide, high), False
        return _Number(number, unit, counts)

    def _number(self, slate: Slate, number: "_Number", y: float, right: bool) -> float:
        """Write the number, counting up where it is one, and its unit; gives the bottom."""
        block, unit, room = number.block, number.unit, slate.zones.content
        x = room.right - block.width if right and not block.right else room.x
        if number.counts:
            self._counting(slate, block, x, y)
        else:
            slate.write(block, x, y, slate.palette.ink)
        if unit:
            low = y + number.height - unit.height
            top = y + block.baseline(0) - unit.baseline(0) if number.beside else low
            left = x + block.width + UNIT_GAP if number.beside else room.x
            if right and not unit.right:
                left = (x - UNIT_GAP if number.beside else room.right) - unit.width
            slate.write(unit, left, top, slate.palette.accent)
        return y + number.height

    def _counting(self, slate: Slate, number: Block, x: float, y: float) -> None:
        area = Area(x + number.span(number.lines[0])[0], y, number.width, number.baseline(0))

        def draw(t: float) -> Sprite:
            sheet = Sheet(area, slate.scale, margin=number.face.size * 0.2)
            text = counted(number.reading(0), min(1.0, (1 - 2 ** (-10 * t)) / ALMOST))
            base = y + number.baseline(0)
            sheet.text(text, area.x - 0.03 * number.face.size, base, number.face, slate.palette.ink)
            return sheet.sprite()

        slate.told(number.reading(0), area)
        slate.grow(draw, rise=MOTION.rise, seconds=MOTION.count_s)


@dataclass(frozen=True, slots=True)
class _Number:
    """A number that is set, and its unit, beside or beneath it."""

    block: Block
    unit: Block | None
    counts: bool
    beside: bool = False

    @property
    def height(self) -> float:
        """Of both, in px; of digits little more than to the baseline, below which is nothing."""
        digits = self.block.baseline(0) + COMMA * self.block.face.size
        own = digits if self.counts else self.block.height
        return own + (self.unit.height + 16 if self.unit and not self.beside else 0)
