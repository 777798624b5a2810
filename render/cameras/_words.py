"""Cards of words: title, statement, quote."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._slate import Slate
from render.cameras._text import Block, emphasised
from render.look import (
    BANNER,
    CONTENT,
    FOLIO,
    HEADLINE,
    LABEL,
    META,
    NAME,
    POSTER,
    QUOTE,
    TITLE_FOOT,
    Area,
    Type,
)

__all__ = ["Quote", "Statement", "Title"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
MARK = Type(330, 330, 850)
STRIPED = replace(POSTER, leading=1.24)
INITIALS = Type(44, 30, 800)
INDENT = 56  # of a text beside a rule
STRIP = 22  # px of colour left and right of the words on a band


class Title(BaseModel):
    """The headline, at the foot of the page; over a photo where there is one.

    Of the photo's rights only `credit` is drawn; they travel to the sidecars.
    """

    model_config = FROZEN

    card: Literal["title"]
    headline: str = Field(min_length=1)
    emphasis: list[str] = []
    kicker: str = ""
    photo: Path | None = None
    credit: str = ""
    licence: str = ""
    licence_url: str = ""
    page: str = ""
    title: str = ""
    creator: str = ""

    def lay(self, slate: Slate) -> None:
        """Write it; over a photo it is held small enough to leave the upper half in sight."""
        kind, room = (HEADLINE, TITLE_FOOT) if self.photo else (BANNER, 600)
        block = slate.fit(self.headline, kind, CONTENT.w, room, 4)
        y = CONTENT.bottom - block.height
        if self.kicker.strip():
            kicker = slate.fit(self.kicker.upper(), LABEL, CONTENT.w, 44, 1)
            slate.write(kicker, CONTENT.x, y - 114, slate.palette.mute)
        slate.rule(block, y - 52)
        marked = emphasised(self.headline, self.emphasis, slate.stage.board.lang)
        slate.write(block, CONTENT.x, y, slate.palette.ink, marked)


class Statement(BaseModel):
    """A few words, as large as they go, in one of four layouts.

    "rule": under a short bar. "side": beside a long one. "band": each line on a strip of the
    accent colour. "index": under a hairline with its place in the clip, like "2/5".
    """

    model_config = FROZEN

    card: Literal["statement"]
    text: str = Field(min_length=1)
    emphasis: list[str] = []
    layout: Literal["rule", "side", "band", "index"] = "rule"
    index: str = ""

    def lay(self, slate: Slate) -> None:
        """Write it, a little above the middle."""
        inset = {"side": INDENT, "band": 2 * STRIP}.get(self.layout, 0)
        kind = STRIPED if self.layout == "band" else POSTER
        block = slate.fit(self.text, kind, CONTENT.w - inset, CONTENT.h - 120, 3)
        y = CONTENT.y + 90 + max(0, 0.42 * (CONTENT.h - 90 - block.height))
        {"side": self._beside, "band": self._on_bands, "index": self._under_index}.get(
            self.layout, self._under_rule
        )(slate, block, y)

    def _under_rule(self, slate: Slate, block: Block, y: float) -> None:
        slate.rule(block, y - 60)
        slate.write(block, CONTENT.x, y, slate.palette.ink, self._marked(slate))

    def _beside(self, slate: Slate, block: Block, y: float) -> None:
        x = CONTENT.right - 12 if block.right else CONTENT.x
        slate.bar(Area(x, y - 10, 12, block.height + 20), slate.palette.accent)
        left = CONTENT.x if block.right else CONTENT.x + INDENT
        slate.write(block, left, y, slate.palette.ink, self._marked(slate))

    def _on_bands(self, slate: Slate, block: Block, y: float) -> None:
        size, start = block.face.size, slate.clock
        for row, line in enumerate(block.lines):  # each strip comes in with its words
            left, wide = block.span(line)
            top = y + block.baseline(row) - 0.9 * size
            area = Area(CONTENT.x + left, top, wide + 2 * STRIP, 1.13 * size)
            sheet = slate.sheet(area)
            sheet.box(area, slate.palette.accent, radius=8)
            slate.add(sheet)
            slate.wait()
        slate.clock = start
        slate.write(block, CONTENT.x + STRIP, y, slate.palette.on_accent)

    def _under_index(self, slate: Slate, block: Block, y: float) -> None:
        folio = slate.fit(self.index or "—", FOLIO, 160, 60, 1)
        at = CONTENT.right - folio.width if block.right else CONTENT.x
        slate.write(folio, at, y - 92, slate.palette.accent)
        line = CONTENT.w - folio.width - 28
        x = CONTENT.x if block.right else CONTENT.right - line
        slate.bar(Area(x, y - 92 + 0.5 * folio.height, line, 3), slate.palette.ink, 0.35)
        slate.write(block, CONTENT.x, y, slate.palette.ink, self._marked(slate))

    def _marked(self, slate: Slate) -> frozenset[int]:
        return emphasised(self.text, self.emphasis, slate.stage.board.lang)


class Quote(BaseModel):
    """What somebody said, and who."""

    model_config = FROZEN

    card: Literal["quote"]
    quote: str = Field(min_length=1)
    name: str = ""
    role: str = ""

    def lay(self, slate: Slate) -> None:
        """Write the mark, the words, the speaker."""
        said = self.quote.strip().strip('"“”„«»')
        block = slate.fit(said, QUOTE, CONTENT.w, 430)
        y = CONTENT.y + 170 + max(0, 0.35 * (430 - block.height))
        self._mark(slate, y - 170)
        foot = slate.write(block, CONTENT.x, y, slate.palette.ink)
        slate.wait(0.08 * len(block.lines))
        if self.name.strip() or self.role.strip():
            self._speaker(slate, foot + 48)

    def _mark(self, slate: Slate, y: float) -> None:
        glyph = slate.fit("“", MARK, CONTENT.w, 400, 1)
        sheet = slate.sheet(Area(CONTENT.x, y, 300, 330))
        base = y + glyph.baseline(0)
        sheet.text("“", CONTENT.x - 14, base, glyph.face, slate.palette.accent)
        slate.add(sheet)

    def _speaker(self, slate: Slate, y: float) -> None:
        x, size = CONTENT.x, 104.0
        initials = [part[0] for part in self.name.split() if part[0].isalpha()]
        if initials:
            shown = "".join([initials[0], *initials[1:][-1:]]).upper()
            self._medal(slate, shown, Area(x, y, size, size))
            x += size + 28
        name = slate.fit(self.name or self.role, NAME, CONTENT.right - x, 60, 1)
        if self.name.strip() and self.role.strip():
            role = slate.fit(self.role, META, CONTENT.right - x, 50, 1)
            slate.write(name, x, y + 2, slate.palette.ink)
            slate.write(role, x, y + 58, slate.palette.mute)
        else:
            slate.write(name, x, y + (size - name.height) / 2, slate.palette.ink)

    def _medal(self, slate: Slate, initials: str, area: Area) -> None:
        letters = slate.fit(initials, INITIALS, area.w - 24, 60, 1)
        sheet = slate.sheet(area)
        sheet.box(area, slate.palette.accent, radius=area.h / 2)
        left = area.x + (area.w - letters.width) / 2
        base = area.y + area.h / 2 + letters.face.size * 0.364
        for word in letters.lines[0]:
            sheet.text(word.text, left + word.x, base, letters.face, slate.palette.on_accent)
        slate.add(sheet)
