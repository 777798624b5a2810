"""What cards of several parts share: a head, rows of one size on as many pages as they need."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from render.cameras._slate import Slate
from render.lettering.text import Block
from render.look import CARD_TITLE, MOTION, Area, Type

__all__ = ["MOST_ROWS", "Page", "flipped", "headed", "paged", "turned", "unfolding"]

MOST_ROWS = 6
PAGE_S = 1.8  # a page that is shown for less is not read
SPOKEN = 0.62  # of a page's time, over which its rows come in
SIZES = range(80, 35, -4)  # px of a row's text
WEIGHT, LEADING, LINES = 640, 1.16, 3
ONE_LINE = 58  # px of a head that is set smaller rather than in two lines
TICK = 96.0  # px of the coloured part of the line under a head


def headed(slate: Slate, title: str, high: float = 176) -> Area:
    """Write a card's title over a line, if it has one; gives the room that is left beneath."""
    room = slate.zones.content
    if not title.strip():
        return room
    block = slate.fit(title, replace(CARD_TITLE, smallest=ONE_LINE), room.w, high, 1)
    if not block.whole:
        block = slate.fit(title, CARD_TITLE, room.w, high, 2)
    y = slate.write(block, room.x, room.y, slate.palette.ink) + 24
    line = Area(room.x, y + 2, room.w, 2)
    sheet = slate.sheet(line)
    sheet.box(line, slate.palette.ink, alpha=0.2)
    slate.add(sheet, rise=0)
    tick = Area(room.x, y, TICK, 6)
    slate.bar(flipped(tick, room, block.right), slate.palette.accent)
    slate.wait()
    return Area(room.x, y + 40, room.w, room.bottom - y - 40)


def flipped(area: Area, room: Area, right: bool = True) -> Area:
    """Mirror an area in a room, where what is in it reads from the right."""
    return area._replace(x=room.x + room.right - area.right) if right else area


@dataclass(frozen=True, slots=True)
class Page:
    """Rows [first, last) of a card, set in one size, and how many more there would be."""

    first: int
    last: int
    blocks: tuple[Block, ...]
    more: int = 0

    def tall(self, extra: float) -> float:
        """How high the rows are, each with `extra` px around it."""
        return sum(block.height + extra for block in self.blocks)


def paged(slate: Slate, texts: Sequence[str], w: float, h: float, extra: float) -> tuple[Page, ...]:
    """Set rows in the largest size, on the fewest pages, in which each is whole.

    A page is h px high and each row takes `extra` px besides its text. Where there is not time
    enough for so many pages, long texts are cut and the last page tells how many rows it lacks.
    """
    seconds = slate.stage.frames / slate.stage.fps
    fewest = -(-len(texts) // MOST_ROWS)
    most = max(1, int(seconds / PAGE_S))
    for count in range(fewest, max(most, fewest if fewest == 1 else 0) + 1):
        for size in SIZES:
            pages = tuple(_set(slate, texts, count, size, w, h, extra))
            if len(pages) == count:
                return pages
    return tuple(_cut(slate, texts, min(most, len(texts)), w, h, extra))


def _set(
    slate: Slate, texts: Sequence[str], count: int, size: int, w: float, h: float, extra: float
) -> Iterator[Page]:
    """Set pages until one does not hold its rows."""
    kind = Type(size, size, WEIGHT, LEADING)
    for first, last in _shares(len(texts), count):
        rows = texts[first:last]
        if any(len(text) * 0.4 * size > LINES * w for text in rows):  # not worth measuring
            return
        page = Page(first, last, tuple(slate.fit(text, kind, w, h, LINES) for text in rows))
        if page.tall(extra) > h or not all(block.whole for block in page.blocks):
            return
        yield page


def _cut(
    slate: Slate, texts: Sequence[str], count: int, w: float, h: float, extra: float
) -> Iterator[Page]:
    size = SIZES[-1]
    kind = Type(size, size, WEIGHT, LEADING)
    fitting = max(1, min(MOST_ROWS, int(h // (size + extra))))
    shown = min(len(texts), fitting * count)
    for first, last in _shares(shown, count):
        each = h / (last - first) - extra
        blocks = tuple(slate.fit(text, kind, w, each, LINES) for text in texts[first:last])
        yield Page(first, last, blocks, len(texts) - shown if last == shown else 0)


def _shares(rows: int, count: int) -> list[tuple[int, int]]:
    """Share rows evenly between pages, the first ones having one more."""
    count = min(count, rows)
    least, over = divmod(rows, count)
    ends = [(k + 1) * least + min(k + 1, over) for k in range(count)]
    return list(zip([0, *ends[:-1]], ends, strict=True))


def turned(slate: Slate, pages: Sequence[Page], foot: Area) -> Iterator[Page]:
    """Turn the pages: while one is drawn, what is written leaves when the next one comes.

    Their number is told by dots in the middle of `foot`, and "+ 3" where rows are left out.
    """
    seconds, start = slate.stage.frames / slate.stage.fps, slate.clock
    for k, page in enumerate(pages):
        slate.clock = start if k == 0 else k * seconds / len(pages)
        slate.until = (k + 1) * seconds / len(pages) if k + 1 < len(pages) else None
        if len(pages) > 1:
            _dots(slate, k, len(pages), foot)
        yield page
    slate.until = None


def unfolding(slate: Slate, rows: int, pages: int = 1) -> float:
    """Seconds between rows, so that they come in while they are told."""
    seconds = slate.stage.frames / slate.stage.fps / pages
    return min(1.5, max(MOTION.stagger_s, SPOKEN * seconds / max(1, rows)))


def _dots(slate: Slate, at: int, count: int, foot: Area) -> None:
    x, y = foot.right - 26 * count + 8, foot.y + foot.h / 2
    sheet = slate.sheet(Area(x, y - 9, 26 * count, 18))
    for k in range(count):
        here = k == at
        colour, alpha = (slate.palette.accent, 1.0) if here else (slate.palette.ink, 0.28)
        sheet.dot(x + 9 + 26 * k, y, 9 if here else 6, colour, alpha)
    slate.add(sheet, rise=0)
