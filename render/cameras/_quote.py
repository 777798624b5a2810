"""The card of what somebody said, on as many pages as it takes to be read."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._medal import initials, medal
from render.cameras._pages import paged, turning
from render.cameras._slate import Slate
from render.look import CREDIT, META, NAME, QUOTE, Area, Type

__all__ = ["Quote"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
MARK = Type(560, 560, 850)
MARK_H = 224.0  # px that the mark takes of the page
MEDAL = 132.0


class Quote(BaseModel):
    """What somebody said, who said it, and the face, if there is a picture of it to be had.

    Of the picture's rights only `credit` is drawn; they travel to the sidecars.
    """

    model_config = FROZEN

    card: Literal["quote"]
    quote: str = Field(min_length=1)
    name: str = ""
    role: str = ""
    photo: Path | None = None
    credit: str = ""
    licence: str = ""
    licence_url: str = ""
    page: str = ""
    title: str = ""
    creator: str = ""

    def lay(self, slate: Slate) -> None:
        """Write the mark, the words, page by page, and the speaker under them."""
        room, said = slate.zones.content, self.quote.strip().strip('"“”„«»')
        named = bool(self.name.strip() or self.role.strip() or self.photo)
        high = room.h - MARK_H - (MEDAL + 48 if named else 0)
        pages = paged(slate, said or self.quote, QUOTE, room.w, high)
        tall, right = max(block.height for _, block in pages), pages[0][1].right
        y = room.y + MARK_H + max(0, 0.35 * (high - tall))
        self._mark(slate, y - MARK_H, right)
        if named:
            slate.clock = 0.24
            self._speaker(slate, Area(room.x, y + tall + 48, room.w, MEDAL), right)
            slate.clock = 0.0
        for _, block in turning(slate, pages):
            slate.write(block, room.x, y, slate.palette.ink)

    def _mark(self, slate: Slate, y: float, right: bool) -> None:
        """Draw the mark that opens a quotation; the upper part of its letter is all it has."""
        room, sign = slate.zones.content, "”" if right else "“"
        glyph = slate.fit(sign, MARK, 2 * room.w, 600, 1)
        left = room.right - glyph.width if right else room.x - 0.04 * glyph.face.size
        sheet = slate.sheet(Area(left, y, glyph.width, MARK_H), margin=8)
        base = y + 0.71 * glyph.face.size
        sheet.text(sign, left, base, glyph.face, slate.palette.accent)
        slate.add(sheet)

    def _speaker(self, slate: Slate, area: Area, right: bool) -> None:
        """Write who speaks, beside the medal; on the side on which the words begin."""
        x, w = area.x, area.w
        if self.photo or initials(self.name):
            at = area.right - MEDAL if right else x
            medal(slate, self.name, self.photo, Area(at, area.y, MEDAL, MEDAL))
            x, w = (x if right else x + MEDAL + 30), w - MEDAL - 30
        lines = [
            (slate.fit(text, kind, w, high, 1), colour)
            for text, kind, high, colour in (
                (self.name, NAME, 60, slate.palette.ink),
                (self.role, META, 50, slate.palette.mute),
                (self.credit, CREDIT, 36, slate.palette.mute),
            )
            if text.strip()
        ]
        y = area.y + (MEDAL - sum(block.height + 6 for block, _ in lines)) / 2
        for block, colour in lines:
            left = x + w - block.width if right and not block.right else x
            y = slate.write(block, left, y, colour) + 6
