"""Cards of words: title, statement, quote."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._slate import Slate
from render.cameras._text import emphasised
from render.look import CONTENT, HEADLINE, LABEL, META, NAME, QUOTE, SUBHEAD, Area, Type

__all__ = ["Quote", "Statement", "Title"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
MARK = Type(330, 330, 850)
INITIALS = Type(44, 30, 800)


class Title(BaseModel):
    """The headline, at the foot of the page; over a photo where there is one."""

    model_config = FROZEN

    card: Literal["title"]
    headline: str = Field(min_length=1)
    emphasis: list[str] = []
    kicker: str = ""
    photo: Path | None = None
    credit: str = ""

    def lay(self, slate: Slate) -> None:
        """Write it."""
        block = slate.fit(self.headline, HEADLINE, CONTENT.w, 580)
        y = CONTENT.bottom - block.height
        if self.kicker.strip():
            kicker = slate.fit(self.kicker.upper(), LABEL, CONTENT.w, 44, 1)
            slate.write(kicker, CONTENT.x, y - 100, slate.palette.mute)
        slate.rule(block, y - 38)
        marked = emphasised(self.headline, self.emphasis, slate.stage.board.lang)
        slate.write(block, CONTENT.x, y, slate.palette.ink, marked)


class Statement(BaseModel):
    """One sentence, large."""

    model_config = FROZEN

    card: Literal["statement"]
    text: str = Field(min_length=1)
    emphasis: list[str] = []

    def lay(self, slate: Slate) -> None:
        """Write it, a little above the middle."""
        block = slate.fit(self.text, SUBHEAD, CONTENT.w, CONTENT.h - 60)
        y = CONTENT.y + 60 + max(0, 0.42 * (CONTENT.h - 60 - block.height))
        slate.rule(block, y - 48)
        marked = emphasised(self.text, self.emphasis, slate.stage.board.lang)
        slate.write(block, CONTENT.x, y, slate.palette.ink, marked)


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
