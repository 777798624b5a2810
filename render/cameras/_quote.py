"""The card of what somebody said, on as many pages as it takes to be read."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._medal import initials, medal
from render.cameras._slate import Slate
from render.cameras._text import Block
from render.fonts import split
from render.look import CREDIT, META, NAME, QUOTE, Area, Type

__all__ = ["Quote"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
MARK = Type(560, 560, 850)
MARK_H = 224.0  # px that the mark takes of the page
MEDAL = 132.0
READABLE = 60  # px: words that would have to be smaller are laid on several pages
PAGE_S = 2.2  # a page that is shown for less is not read
NEAR = 0.25  # of a page's words: so far from its end it may end with a clause instead
_STOP = re.compile(r"[.,;:!?…—–。，、]$")


class Quote(BaseModel):
    """What somebody said, who said it, and the face, if there is a picture of it to be had.

    `licence` is not drawn; it travels to the sidecars.
    """

    model_config = FROZEN

    card: Literal["quote"]
    quote: str = Field(min_length=1)
    name: str = ""
    role: str = ""
    photo: Path | None = None
    credit: str = ""
    licence: str = ""

    def lay(self, slate: Slate) -> None:
        """Write the mark, the words, page by page, and the speaker under them."""
        room, said = slate.zones.content, self.quote.strip().strip('"“”„«»')
        named = bool(self.name.strip() or self.role.strip() or self.photo)
        high = room.h - MARK_H - (MEDAL + 48 if named else 0)
        pages = _paged(slate, said or self.quote, room.w, high)
        tall = max(page.height for page in pages)
        y = room.y + MARK_H + max(0, 0.35 * (high - tall))
        self._mark(slate, y - MARK_H, pages[0].right)
        if named:
            slate.clock = 0.24
            self._speaker(slate, Area(room.x, y + tall + 48, room.w, MEDAL))
        seconds = slate.stage.frames / slate.stage.fps
        for k, page in enumerate(pages):
            slate.clock = k * seconds / len(pages)
            if len(pages) > 1:
                slate.until = (k + 1) * seconds / len(pages) + (k + 1 == len(pages))
            slate.write(page, room.x, y, slate.palette.ink)
        slate.until = None

    def _mark(self, slate: Slate, y: float, right: bool) -> None:
        """Draw the mark that opens a quotation; the upper part of its letter is all it has."""
        room, sign = slate.zones.content, "”" if right else "“"
        glyph = slate.fit(sign, MARK, 2 * room.w, 600, 1)
        left = room.right - glyph.width if right else room.x - 0.04 * glyph.face.size
        sheet = slate.sheet(Area(left, y, glyph.width, MARK_H), margin=8)
        base = y + 0.71 * glyph.face.size
        sheet.text(sign, left, base, glyph.face, slate.palette.accent)
        slate.add(sheet)

    def _speaker(self, slate: Slate, area: Area) -> None:
        x = area.x
        if self.photo or initials(self.name):
            medal(slate, self.name, self.photo, Area(x, area.y, MEDAL, MEDAL))
            x += MEDAL + 30
        lines = [
            (slate.fit(text, kind, area.right - x, high, 1), colour)
            for text, kind, high, colour in (
                (self.name, NAME, 60, slate.palette.ink),
                (self.role, META, 50, slate.palette.mute),
                (self.credit, CREDIT, 36, slate.palette.mute),
            )
            if text.strip()
        ]
        y = area.y + (MEDAL - sum(block.height + 6 for block, _ in lines)) / 2
        for block, colour in lines:
            y = slate.write(block, x, y, colour) + 6


def _paged(slate: Slate, said: str, w: float, h: float) -> tuple[Block, ...]:
    """Set what was said on the fewest pages on which it can be read, in one size.

    Where there is not time for so many, it is set smaller, and at the worst cut.
    """
    most = max(1, int(slate.stage.frames / slate.stage.fps / PAGE_S))
    for count in range(1, most + 1):
        kind = replace(QUOTE, smallest=READABLE) if count < most else QUOTE
        parts = _parted(slate, said, count)
        blocks = tuple(slate.fit(part, kind, w, h) for part in parts)
        if count == most or all(block.whole for block in blocks):
            break
    size = round(min(block.face.size for block in blocks))
    same = replace(QUOTE, largest=size, smallest=size)
    return tuple(slate.fit(part, same, w, h) for part in parts)


def _parted(slate: Slate, said: str, count: int) -> list[str]:
    """Cut a text into so many parts of about one length, at the end of a clause if one is near."""
    words, glue = split(said, slate.stage.board.lang, slate.stage.board.brand.font)
    ends = [_end(words, round(k * len(words) / count), count) for k in range(1, count)]
    cuts = [0, *ends, len(words)]
    parts = (glue.join(words[a:b]) for a, b in pairwise(cuts))
    return [part for part in parts if part.strip()] or [said]


def _end(words: Sequence[str], at: int, count: int) -> int:
    reach = int(NEAR * len(words) / count)
    ends = [i for i in range(max(1, at - reach), at + reach + 1) if _STOP.search(words[i - 1])]
    return min(ends, key=lambda i: abs(i - at), default=at)
