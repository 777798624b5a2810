"""Cards of words: title, statement."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._pages import paged, turning
from render.cameras._slate import Slate
from render.lettering.text import Block, emphasised
from render.look import BANNER, FOLIO, HEADLINE, LABEL, POSTER, TITLE_FOOT, Area

__all__ = ["Statement", "Title"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
STRIPED = replace(POSTER, leading=1.22)
INDENT = 64  # of a text beside a rule
STRIP = 24  # px of colour above, below and beyond the words on a band
KICKER = 118.0  # px over a headline, for its kicker and the bar
LINES = 6  # of a statement at most

Marked = frozenset[int]  # the words that take the accent colour


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
        room = slate.zones.content
        kind, high = (HEADLINE, TITLE_FOOT) if self.photo else (BANNER, room.h - 168)
        block = slate.fit(self.headline, kind, room.w, high, 4 if self.photo else 6)
        y = room.bottom - block.height
        if self.kicker.strip():
            kicker = slate.fit(self.kicker.upper(), LABEL, room.w, 44, 1)
            slate.write(kicker, room.x, y - KICKER, slate.palette.mute)
        slate.rule(block, y - 54)
        marked = emphasised(self.headline, self.emphasis, slate.stage.board.lang)
        slate.write(block, room.x, y, slate.palette.ink, marked)
        top = slate.zones.wide.y + 100
        if self.photo is None and y - KICKER - top > 160:  # an empty page is not a poster
            said = f"{self.kicker} {slate.stage.board.chip}"
            slate.haunt(_loudest(self.headline, self.emphasis, said), top, y - KICKER - 20)


class Statement(BaseModel):
    """A few words, as large as they go, in one of four layouts.

    "rule": under a short bar. "side": beside one as high as the page. "band": each line on a
    strip of the accent colour that comes in from the edge. "index": under a line with its place
    in the clip, like "2/5", which also stands in the ground.
    """

    model_config = FROZEN

    card: Literal["statement"]
    text: str = Field(min_length=1)
    emphasis: list[str] = []
    layout: Literal["rule", "side", "band", "index"] = "rule"
    index: str = ""

    def lay(self, slate: Slate) -> None:
        """Write it, a little above the middle."""
        room = slate.zones.content
        inset = {"side": INDENT, "band": STRIP}.get(self.layout, 0)
        kind = STRIPED if self.layout == "band" else POSTER
        lay = {"side": self._beside, "band": self._on_bands, "index": self._under_index}.get(
            self.layout, self._under_rule
        )
        pages = paged(slate, self.text, kind, room.w - inset, room.h - 130, LINES)
        for text, block in turning(slate, pages):
            y = room.y + 90 + max(0, 0.45 * (room.h - 110 - block.height))
            lay(slate, block, y, emphasised(text, self.emphasis, slate.stage.board.lang))

    def _under_rule(self, slate: Slate, block: Block, y: float, marked: Marked) -> None:
        room = slate.zones.content
        x = room.right - 176 if block.right else room.x
        slate.bar(Area(x, y - 64, 176, 16), slate.palette.accent)
        slate.write(block, room.x, y, slate.palette.ink, marked)

    def _beside(self, slate: Slate, block: Block, y: float, marked: Marked) -> None:
        room = slate.zones.content
        x = room.right - 18 if block.right else room.x
        slate.bar(Area(x, room.y + 20, 18, room.h - 20), slate.palette.accent)
        left = room.x if block.right else room.x + INDENT
        slate.write(block, left, y, slate.palette.ink, marked)

    def _on_bands(self, slate: Slate, block: Block, y: float, marked: Marked) -> None:
        room, size, start = slate.zones.content, block.face.size, slate.clock
        beyond = room.x + 60  # so much of a strip lies over the edge of the page
        for row, line in enumerate(block.lines):  # each strip comes in with its words
            left, wide = block.span(line)
            top = y + block.baseline(row) - 0.9 * size
            area = Area(room.x + left - beyond, top, wide + STRIP + beyond, 1.13 * size)
            if block.right:
                area = area._replace(x=room.x + left - STRIP, w=1200)
            sheet = slate.sheet(area, margin=0)
            sheet.box(area, slate.palette.accent, radius=10)
            slate.slid(sheet, 90 if block.right else -90)
            slate.wait()
        slate.clock = start
        slate.write(block, room.x, y, slate.palette.on_accent)

    def _under_index(self, slate: Slate, block: Block, y: float, marked: Marked) -> None:
        room = slate.zones.content
        folio = slate.fit(self.index or "—", FOLIO, 200, 70, 1)
        at = room.right - folio.width if block.right else room.x
        slate.write(folio, at, y - 104, slate.palette.accent)
        line = room.w - folio.width - 32
        x = room.x if block.right else room.right - line
        slate.bar(Area(x, y - 104 + 0.5 * folio.height, line, 4), slate.palette.ink, 0.35)
        slate.write(block, room.x, y, slate.palette.ink, marked)
        if first := self.index.split("/")[0].strip():
            slate.haunt(first, slate.zones.wide.y + 90, room.bottom - 120, not block.right)


def _loudest(headline: str, emphasis: list[str], said: str) -> str:
    """What stands in the ground of a headline: a stressed phrase, else its longest word.

    What kicker or chip say already is not said once more, if there is anything else.
    """
    stressed = [e.strip() for e in emphasis if e.strip() and e.strip() in headline]
    words = sorted((word.strip(".,;:!?") for word in headline.split()), key=len, reverse=True)
    new = (word for word in (*stressed, *words) if word.casefold() not in said.casefold())
    return next(new, words[0])
