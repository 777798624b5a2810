"""The comparison: two or three things set against each other, one of them in the accent colour."""

from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._layout import flipped, headed, unfolding
from render.cameras._panel import NAMED, Panel, Side, texts_of
from render.cameras._slate import Slate
from render.look import Area

__all__ = ["Comparison", "Side"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
GAP = 24.0  # px between panels
COLUMN, ROW = 500.0, 330.0  # px high are panels at most
BARRED = 190.0  # px of the lowest panel that has room for a bar


class Comparison(BaseModel):
    """Two or three sides; `joint` "then" says that one follows on the other, like before and after.

    Two sides whose figures are short stand beside each other, all others under each other.
    """

    model_config = FROZEN

    card: Literal["comparison"]
    title: str = ""
    sides: list[Side] = Field(min_length=2, max_length=3)
    highlight: int = -1
    joint: Literal["against", "then"] = "against"

    def lay(self, slate: Slate) -> None:
        """Write the title, then panel after panel while they are told."""
        body = headed(slate, self.title)
        right = slate.fit(self.title or self.sides[0].label, NAMED, body.w, 60, 1).right
        places = self._columns(slate, body) or _rows(body, len(self.sides))
        pause, barred = min(0.9, unfolding(slate, len(self.sides))), self._barred(places[0])
        figures = [texts_of(slate, side, places[0], barred).figure for side in self.sides]
        for index, (side, place) in enumerate(zip(self.sides, places, strict=True)):
            panel = Panel(slate, flipped(place, body, right), right, index == self.highlight)
            texts = texts_of(slate, side, place, barred, min(figures))
            panel.lay(texts, self._share(side) if barred else None)
            slate.wait(pause)
        if self.joint == "then":
            for before, after in pairwise(places):
                _arrow(slate, flipped(before, body, right), flipped(after, body, right), right)

    def _columns(self, slate: Slate, body: Area) -> tuple[Area, ...]:
        """Two areas side by side, if all texts of two sides are large and whole there."""
        w, h = (body.w - GAP) / 2, min(COLUMN, body.h)
        if len(self.sides) != 2:
            return ()
        for side in self.sides:
            texts = texts_of(slate, side, Area(0, 0, w, h), self._barred(body))
            large = texts.value is None or texts.value.face.size >= 88
            if not (large and all(block.whole for block in texts.blocks)):
                return ()
        y = body.y + 0.3 * (body.h - h)
        return Area(body.x, y, w, h), Area(body.x + w + GAP, y, w, h)

    def _barred(self, panel: Area) -> bool:
        """Whether every side has an amount, and a panel is high enough to show it."""
        return panel.h >= BARRED and all(side.amount is not None for side in self.sides)

    def _share(self, side: Side) -> float:
        most = max(other.amount or 0.0 for other in self.sides) or 1.0
        return (side.amount or 0.0) / most


def _rows(body: Area, count: int) -> tuple[Area, ...]:
    h = min(ROW, (body.h - GAP * (count - 1)) / count)
    y = body.y + 0.25 * (body.h - count * h - (count - 1) * GAP)
    return tuple(Area(body.x, y + k * (h + GAP), body.w, h) for k in range(count))


def _arrow(slate: Slate, before: Area, after: Area, right: bool) -> None:
    """Draw a disc with a chevron between two panels, pointing to the later one."""
    down = after.y > before.y
    x = (min(before.right, after.right) + max(before.x, after.x)) / 2
    y = (before.bottom + after.y) / 2 if down else before.y + before.h / 2
    area = Area(x - 32, y - 32, 64, 64)
    sheet = slate.sheet(area)
    sheet.dot(x, y, 32, slate.palette.bg0)
    sheet.dot(x, y, 28, slate.palette.ink)
    step = -1.0 if right and not down else 1.0
    for tip in (-11 + 2.2 * k for k in range(11)):  # the chevron's strokes, as a row of dots
        along = step * (6 - abs(tip))
        sheet.dot(x + (tip if down else along), y + (along if down else tip), 4, slate.palette.bg0)
    slate.add(sheet, rise=0)
