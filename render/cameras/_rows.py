"""Cards of rows: a list, a timeline."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._layout import Page, flipped, headed, paged, turned, unfolding
from render.cameras._slate import Slate
from render.lettering.text import Block
from render.look import Area, Type

__all__ = ["Event", "ListCard", "Timeline"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
FOOT = 36.0  # px under the rows of a page, for the dots that count the pages
NUMBER = Type(92, 60, 850, 1.0, tabular=True)
MORE = Type(34, 30, 750, tabular=True)
TIME = Type(46, 30, 780, tabular=True)


class ListCard(BaseModel):
    """A title and things under it, revealed one by one while they are told."""

    model_config = FROZEN

    card: Literal["list"]
    title: str = ""
    items: list[str] = Field(min_length=1)

    def lay(self, slate: Slate) -> None:
        """Write rows beside large numbers, a hairline between them; pages where they are many."""
        body = headed(slate, self.title)
        indent = 84.0 if len(self.items) < 10 else 132.0
        tall = body.h - FOOT
        pages = paged(slate, self.items, body.w - indent, tall, 40)
        for page in turned(slate, pages, Area(body.x, body.bottom - FOOT, body.w, FOOT)):
            self._page(slate, page, body._replace(h=tall), indent, len(pages))

    def _page(self, slate: Slate, page: Page, room: Area, indent: float, pages: int) -> None:
        air = _air(page, room, 40, 92)
        pause = unfolding(slate, len(page.blocks), pages)
        y = _top(page, room, air, bool(self.title.strip()))
        for row, block in enumerate(page.blocks):
            if row:
                _hairline(slate, Area(room.x, y - air / 2, room.w, 2))
            self._number(slate, page.first + row + 1, block, y, room, indent)
            x = room.x if block.right else room.x + indent
            y = slate.write(block, x, y, slate.palette.ink) + air
            slate.wait(pause)
        if page.more:
            _more(slate, page.more, room)

    def _number(
        self, slate: Slate, number: int, block: Block, y: float, room: Area, indent: float
    ) -> None:
        """Draw a row's number, on the side where the row begins, its head level with the text's."""
        size = min(92, max(64, round(1.5 * block.face.size)))
        digit = slate.fit(str(number), Type(size, size, 850, tabular=True), indent, size, 1)
        area = flipped(Area(room.x, y, digit.width, size), room, block.right)
        base = y + block.baseline(0) + 0.727 * (size - block.face.size)  # the height of capitals
        sheet = slate.sheet(area)
        sheet.text(str(number), area.x - 0.04 * size, base, digit.face, slate.palette.accent)
        slate.add(sheet)


class Event(BaseModel):
    """Something that happened at a time."""

    model_config = FROZEN

    time: str = ""
    text: str


class Timeline(BaseModel):
    """What happened when; `active` is where the story stands, what follows is still to come."""

    model_config = FROZEN

    card: Literal["timeline"]
    title: str = ""
    events: list[Event] = Field(min_length=1)
    active: int = -1

    def lay(self, slate: Slate) -> None:
        """Write events along a line that is coloured down to the active one."""
        body = headed(slate, self.title)
        rail = _Rail(slate, self.events, body)
        tall = body.h - FOOT
        texts = [event.text for event in self.events]
        pages = paged(slate, texts, rail.wide, tall, rail.over + 24)
        for page in turned(slate, pages, Area(body.x, body.bottom - FOOT, body.w, FOOT)):
            self._page(slate, page, rail, body._replace(h=tall), len(pages))

    def _page(self, slate: Slate, page: Page, rail: "_Rail", room: Area, pages: int) -> None:
        right = page.blocks[0].right
        extra = _air(page, room, rail.over + 24, rail.over + 84)
        top = _top(page, room, extra, bool(self.title.strip()))
        dots = self._tops(page, top, extra, rail)
        rail.line(dots, self._reached(page), right)
        pause = unfolding(slate, len(page.blocks), pages)
        for row, (block, dot) in enumerate(zip(page.blocks, dots, strict=True)):
            index = page.first + row
            state = "now" if index == self.active else "next" if self._to_come(index) else "done"
            rail.dot(dot, state, right)
            rail.time(self.events[index].time, dot, state, right)
            ink = slate.palette.mute if state == "next" else slate.palette.ink
            x = room.x if right else room.right - rail.wide
            top = dot + rail.over - (TIME.largest / 2 if rail.over else 0.42 * block.face.size)
            slate.write(block, x, top, ink)
            slate.wait(pause)
        if page.more:
            _more(slate, page.more, room)

    def _tops(self, page: Page, y: float, extra: float, rail: "_Rail") -> list[float]:
        """Where the dots stand: in the middle of each row's first line."""
        tops = []
        for block in page.blocks:
            tops.append(y + (TIME.largest / 2 if rail.over else 0.42 * block.face.size))
            y += block.height + extra
        return tops

    def _reached(self, page: Page) -> int:
        """How many rows of a page the story has come to; all where none is active."""
        count = len(page.blocks)
        return count if self.active < 0 else min(count, max(0, self.active - page.first + 1))

    def _to_come(self, index: int) -> bool:
        return 0 <= self.active < index


class _Rail:
    """The line of a timeline: where it runs, and where times and texts stand beside it.

    Short times have a column of their own; else they stand over their texts, `over` px high.
    """

    def __init__(self, slate: Slate, events: Sequence[Event], room: Area) -> None:
        self._slate, self._room = slate, room
        times = [event.time for event in events if event.time.strip()]
        blocks = [slate.fit(time, TIME, room.w, TIME.largest, 1) for time in times]
        column = max((block.width for block in blocks), default=0.0)
        beside = bool(times) and column <= 200
        self._column = column if beside else 0.0
        self._x = room.x + (column + 52 if beside else 22)
        self.wide = room.right - self._x - 48
        self.over = TIME.largest + 8.0 if times and not beside else 0.0

    def time(self, text: str, y: float, state: str, right: bool) -> None:
        """Write a time, in its column flush to the line or over its text."""
        if not text.strip():
            return
        room = self._column or self.wide
        block = self._slate.fit(text, TIME, room + 1, TIME.largest, 1)
        left = self._room.right - self.wide
        if self._column:
            left = self._room.x + self._column - block.width
        area = Area(left, y - 0.4 * block.face.size, block.width, block.face.size)
        x = flipped(area, self._room, right).x - (block.span(block.lines[0])[0])
        ink = self._slate.palette.mute if state == "next" else self._slate.palette.accent
        self._slate.write(block, x, area.y, ink)

    def line(self, dots: Sequence[float], reached: int, right: bool) -> None:
        """Draw the line, coloured down to the last dot that was reached."""
        whole = Area(self._x - 2, dots[0], 4, max(4.0, dots[-1] - dots[0]))
        whole = flipped(whole, self._room, right)
        sheet = self._slate.sheet(whole)
        sheet.box(whole, self._slate.palette.ink, 2, 0.2)
        self._slate.add(sheet, rise=0)
        if reached > 1:
            done = whole._replace(h=dots[reached - 1] - dots[0])
            self._slate.bar(done, self._slate.palette.accent)

    def dot(self, y: float, state: str, right: bool) -> None:
        """Draw a dot: full, ringed and glowing where the story stands, hollow for what follows."""
        palette = self._slate.palette
        area = flipped(Area(self._x - 26, y - 26, 52, 52), self._room, right)
        x = area.x + 26
        if state == "now":
            halo = self._slate.sheet(area)
            halo.dot(x, y, 38, palette.accent, 0.32)
            self._slate.add(halo, rise=0, pulse=0.85)
        sheet = self._slate.sheet(area)
        sheet.dot(x, y, 26 if state == "now" else 18, palette.bg1)
        if state == "now":
            sheet.box(Area(x - 24, y - 24, 48, 48), palette.accent, 24, line=5)
            sheet.dot(x, y, 13, palette.accent)
        elif state == "next":
            sheet.box(Area(x - 12, y - 12, 24, 24), palette.mute, 12, line=3.5)
        else:
            sheet.dot(x, y, 12, palette.accent)
        self._slate.add(sheet, rise=0)


def _air(page: Page, room: Area, least: float, most: float) -> float:
    """How far rows are apart: as far as the room lets them be, within limits."""
    return min(most, max(least, (room.h - page.tall(0)) / len(page.blocks)))


def _top(page: Page, room: Area, air: float, titled: bool) -> float:
    """Where the first row begins: close under a title, else a little above the middle."""
    over = room.h - page.tall(air) + air
    return room.y + (min(0.25 * air, 0.5 * over) if titled else 0.4 * over)


def _hairline(slate: Slate, area: Area) -> None:
    sheet = slate.sheet(area)
    sheet.box(area, slate.palette.ink, alpha=0.16)
    slate.add(sheet, rise=0)


def _more(slate: Slate, count: int, room: Area) -> None:
    """Tell how many rows there was no time for."""
    block = slate.fit(f"+{count}", MORE, 200, FOOT, 1)
    slate.write(block, room.x, room.bottom + FOOT - block.height, slate.palette.mute)
