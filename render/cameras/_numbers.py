"""The card of one number, which counts up."""

import re
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._slate import Slate, TextBox
from render.cameras._text import Block
from render.ink import Sheet
from render.look import (
    CONTENT,
    HEADLINE,
    LABEL,
    MOTION,
    STAT,
    SUB,
    SUBHEAD,
    WIDE,
    Area,
    Type,
)
from render.planes import Sprite

__all__ = ["Stat", "counted"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
UNIT_GAP = 28.0
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
        """Write label, number with unit, bar, meaning."""
        palette = slate.palette
        label = slate.fit(self.label.upper(), LABEL, CONTENT.w, 90, 2)
        number, unit, beside = self._set(slate)
        sub = slate.fit(self.sub, SUB, CONTENT.w, 190)
        tall = label.height + number.height + sub.height + 76
        tall += unit.height if unit and not beside else 0
        tall += 64 if self.share is not None else 0
        y = CONTENT.y + max(0, 0.42 * (CONTENT.h - tall))
        if self.label.strip():
            y = slate.write(label, CONTENT.x, y, palette.mute) + 26
            slate.wait()
        y = self._number(slate, number, unit, beside, y)
        slate.wait(0.16)
        if self.share is not None:
            track = Area(CONTENT.x, y + 34, CONTENT.w, 16)
            slate.bar(track, palette.ink, alpha=0.16)
            slate.bar(track, palette.accent, share=self.share)
            y = track.bottom
        if self.sub.strip():
            slate.write(sub, CONTENT.x, y + 36, palette.ink)

    def _set(self, slate: Slate) -> tuple[Block, Block | None, bool]:
        """Set number and unit as large as they go; the answer says whether side by side."""
        named = bool(self.unit.strip())
        for w in (WIDE.w, 720, 560, 440):
            number = slate.fit(self.value, STAT, w, 380, 1)
            size, room = round(0.3 * number.face.size), WIDE.w - number.width - UNIT_GAP
            if named and number.whole and room > size:
                unit = slate.fit(self.unit, Type(size, size, 750), room, size, 1)
                if unit.whole:
                    return number, unit, True
        number = slate.fit(self.value, STAT, WIDE.w, 300 if named else 380, 1)
        if not number.whole:
            number = slate.fit(self.value, HEADLINE, CONTENT.w, 230)
        return number, slate.fit(self.unit, SUBHEAD, CONTENT.w, 90, 1) if named else None, False

    def _number(
        self, slate: Slate, number: Block, unit: Block | None, beside: bool, y: float
    ) -> float:
        """Write the number, counting up where it is one, and its unit; gives the bottom."""
        if len(number.lines) == 1 and _NUMBER.search(self.value):
            bottom = self._counting(slate, number, y)
        else:
            bottom = slate.write(number, CONTENT.x, y, slate.palette.ink)
        if unit and beside:
            x, top = CONTENT.x + number.width + UNIT_GAP, y + number.baseline(0) - unit.baseline(0)
            slate.write(unit, x, top, slate.palette.accent)
        elif unit:
            bottom = slate.write(unit, CONTENT.x, bottom, slate.palette.accent) - 12
        return bottom

    def _counting(self, slate: Slate, number: Block, y: float) -> float:
        area = Area(CONTENT.x, y, number.width, number.baseline(0))

        def draw(t: float) -> Sprite:
            sheet = Sheet(area, slate.scale, margin=number.face.size * 0.2)
            face = replace(number.face, tabular=t < 1)
            text = counted(number.reading(0), 1 - 2 ** (-10 * t) if t < 1 else 1)
            base = y + number.baseline(0)
            sheet.text(text, area.x - 0.03 * face.size, base, face, slate.palette.ink)
            return sheet.sprite()

        slate.boxes.append(TextBox("card", number.reading(0), area))
        slate.grow(draw, rise=MOTION.rise, seconds=MOTION.count_s)
        return y + number.baseline(0) + 24
