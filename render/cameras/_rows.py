"""Cards of rows: a list, a timeline."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._slate import Slate
from render.cameras._text import Block
from render.look import BODY, CARD_TITLE, CONTENT, MOTION, Area, Type

__all__ = ["Event", "ListCard", "Timeline"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
MOST_ROWS = 6
TIME = Type(36, 30, 750, tabular=True)
DIGIT = Type(34, 34, 850)


def headed(slate: Slate, title: str, kind: Type = CARD_TITLE) -> float:
    """Write a card's title, if it has one, and give where its rows begin."""
    if not title.strip():
        return CONTENT.y + 40
    block = slate.fit(title, kind, CONTENT.w, 200, 3)
    return slate.write(block, CONTENT.x, CONTENT.y, slate.palette.ink) + 44


def set_rows(
    slate: Slate, texts: Sequence[str], w: float, h: float, gap: float
) -> tuple[Block, ...]:
    """Set rows of text in one size, the largest at which all of them fit into h px with gaps.

    Where none does, every row has the same few lines.
    """
    blocks: tuple[Block, ...] = ()
    for size in range(BODY.largest, BODY.smallest - 1, -3):
        kind = Type(size, size, BODY.weight, BODY.leading)
        blocks = tuple(slate.fit(text, kind, w, h, 3) for text in texts)
        if _tall(blocks, gap) <= h and all(block.whole for block in blocks):
            return blocks
    each = h / len(texts) - gap
    return tuple(slate.fit(text, Type(36, 36, 600, 1.2), w, each, 3) for text in texts)


def _tall(blocks: Sequence[Block], gap: float) -> float:
    return sum(block.height + gap for block in blocks)


def _pause(slate: Slate, rows: int) -> float:
    """Seconds between rows that come one by one over the first part of the shot."""
    seconds = slate.stage.frames / slate.stage.fps
    return max(MOTION.stagger_s, min(0.6, 0.45 * seconds / rows))


class ListCard(BaseModel):
    """A title and things under it, revealed one by one."""

    model_config = FROZEN

    card: Literal["list"]
    title: str = ""
    items: list[str] = Field(min_length=1)

    def lay(self, slate: Slate) -> None:
        """Write numbered rows with hairlines between them."""
        items, gap, indent = self.items[:MOST_ROWS], 52.0, 92.0
        left = CONTENT.x + indent
        y = headed(slate, self.title)
        blocks = set_rows(slate, items, CONTENT.w - indent, CONTENT.bottom - y, gap)
        y += 0.25 * max(0, CONTENT.bottom - y - _tall(blocks, gap))
        for number, block in enumerate(blocks, 1):
            slate.wait(_pause(slate, len(items)) if number > 1 else MOTION.stagger_s)
            if number > 1:
                self._hairline(slate, y - gap / 2)
            middle = y + block.baseline(0) - 0.36 * block.face.size
            badge, text = (CONTENT.right - 58, CONTENT.x) if block.right else (CONTENT.x, left)
            self._badge(slate, str(number), Area(badge, middle - 29, 58, 58))
            y = slate.write(block, text, y, slate.palette.ink) + gap

    def _hairline(self, slate: Slate, y: float) -> None:
        area = Area(CONTENT.x, y - 1, CONTENT.w, 2)
        sheet = slate.sheet(area)
        sheet.box(area, slate.palette.ink, alpha=0.18)
        slate.add(sheet, rise=0)

    def _badge(self, slate: Slate, number: str, area: Area) -> None:
        sheet = slate.sheet(area)
        sheet.box(area, slate.palette.accent, radius=18)
        digit = slate.fit(number, DIGIT, 58, 40, 1)
        left, base = area.x + (58 - digit.width) / 2, area.y + 29 + 0.364 * digit.face.size
        sheet.text(number, left, base, digit.face, slate.palette.on_accent)
        slate.add(sheet)


class Event(BaseModel):
    """Something that happened at a time."""

    model_config = FROZEN

    time: str = ""
    text: str


class Timeline(BaseModel):
    """What happened when; `active` is where the story stands."""

    model_config = FROZEN

    card: Literal["timeline"]
    title: str = ""
    events: list[Event] = Field(min_length=1)
    active: int = -1

    def lay(self, slate: Slate) -> None:
        """Write events along a line whose dots light up down to the active one."""
        gap, indent, head = 34.0, 76.0, 46.0
        y = headed(slate, self.title)
        first, last = self._seen(int((CONTENT.bottom - y + gap) // (head + BODY.smallest + gap)))
        events, active = self.events[first:last], self.active - first
        room = CONTENT.bottom - y - head * len(events) + gap
        texts = [event.text for event in events]
        blocks = set_rows(slate, texts, CONTENT.w - indent, room, gap)
        y += 0.25 * max(0, room - _tall(blocks, gap))
        foot = y + _tall(blocks[:-1], gap) + head * (len(events) - 1)
        right = blocks[0].right
        x, left = (CONTENT.right - 21, CONTENT.x) if right else (CONTENT.x + 21, CONTENT.x + indent)
        self._line(slate, x, y + 22, foot + 22)
        for index, (event, block) in enumerate(zip(events, blocks, strict=True)):
            slate.wait(_pause(slate, len(events)) if index else MOTION.stagger_s)
            to_come = 0 <= active < index
            self._dot(slate, x, y + 22, index == active, to_come)
            ink = slate.palette.mute if to_come else slate.palette.ink
            if event.time.strip():
                when = slate.fit(event.time, TIME, CONTENT.w - indent, head, 1)
                colour = slate.palette.mute if to_come else slate.palette.accent
                slate.write(when, left, y + 3, colour)
            y = slate.write(block, left, y + head, ink) + gap

    def _seen(self, room: int) -> tuple[int, int]:
        """Which events are shown where there are too many: those up to the active one."""
        count = min(len(self.events), MOST_ROWS, max(1, room))
        first = min(max(0, self.active - count + 2), len(self.events) - count)
        return first, first + count

    def _line(self, slate: Slate, x: float, top: float, foot: float) -> None:
        area = Area(x - 2, top, 4, max(2, foot - top))
        sheet = slate.sheet(area)
        sheet.box(area, slate.palette.ink, 2, 0.22)
        slate.add(sheet, rise=0)

    def _dot(self, slate: Slate, x: float, y: float, active: bool, to_come: bool) -> None:
        palette, area = slate.palette, Area(x - 24, y - 24, 48, 48)
        if active:
            halo = slate.sheet(area)
            halo.dot(x, y, 30, palette.accent, 0.38)
            slate.add(halo, rise=0, pulse=0.8)
        sheet = slate.sheet(area)
        if to_come:
            sheet.dot(x, y, 13, palette.bg1)
            sheet.box(Area(x - 13, y - 13, 26, 26), palette.mute, 13, line=3.5)
        else:
            sheet.dot(x, y, 17 if active else 13, palette.accent)
        slate.add(sheet, rise=0)
