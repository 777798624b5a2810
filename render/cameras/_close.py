"""The card that closes a clip: its sources, how it was made, whose it is."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._slate import Slate
from render.cameras._text import Block
from render.look import CARD_TITLE, CONTENT, META, Area, Type

__all__ = ["Source", "Sources"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
OUTLET = Type(46, 36, 750)
DETAIL = Type(34, 30, 560)
HOUSE = Type(76, 44, 850)
CLOSE_Y = 1196.0  # of the hairline over the house's sign


class Source(BaseModel):
    """An outlet and what it published."""

    model_config = FROZEN

    outlet: str
    detail: str = ""


class Sources(BaseModel):
    """Who reported it, how the clip was made, and whose clip it is."""

    model_config = FROZEN

    card: Literal["sources"]
    title: str = "Sources"
    sources: list[Source] = Field(min_length=1)
    note: str = ""

    def lay(self, slate: Slate) -> None:
        """Write a panel for each source, a little above the middle, and the close at the foot.

        Where the title reads from the right, all of it stands on that side.
        """
        gap, quiet = 18.0, slate.quiet
        title = slate.fit(self.title or "Sources", CARD_TITLE, CONTENT.w, 100, 1)
        note = slate.fit(self.note, META, CONTENT.w, 100, 2)
        room = CONTENT.h - title.height - 36 - (0 if quiet else note.height + 30)
        count = max(1, min(len(self.sources), int(room // (92 + gap))))
        tall = min(136.0, room / count - gap)
        y = CONTENT.y + 0.42 * (room - count * (tall + gap))
        y = slate.write(title, CONTENT.x, y, slate.palette.ink) + 36
        for source in self.sources[:count]:
            self._panel(slate, source, Area(CONTENT.x, y, CONTENT.w, tall), title.right)
            y += tall + gap
        slate.wait()
        if quiet:
            self._close(slate, note, title.right)
        elif self.note.strip():
            slate.write(note, _begin(note, CONTENT, title.right), y + 16, slate.palette.mute)

    def _close(self, slate: Slate, note: Block, right: bool) -> None:
        """Sign where the captions would be: a hairline, the house, how the clip was made."""
        line = slate.sheet(Area(CONTENT.x, CLOSE_Y, CONTENT.w, 2))
        line.box(Area(CONTENT.x, CLOSE_Y, CONTENT.w, 2), slate.palette.ink, alpha=0.22)
        slate.add(line, rise=0)
        y = CLOSE_Y + 40
        if slate.stage.board.brand.name.strip():
            y = self._sign(slate, slate.stage.board.brand.name, y, right) + 24
        if self.note.strip():
            slate.wait()
            slate.write(note, _begin(note, CONTENT, right), y, slate.palette.mute)

    def _panel(self, slate: Slate, source: Source, area: Area, right: bool) -> None:
        palette, inner = slate.palette, Area(area.x + 36, area.y, area.w - 72, area.h)
        slate.wait()
        sheet = slate.sheet(area)
        sheet.box(area, palette.ink, radius=24, alpha=0.09)
        edge = area.right - 6 if right else area.x
        sheet.box(Area(edge, area.y + 26, 6, area.h - 52), palette.accent, radius=3)
        slate.add(sheet)
        name = slate.fit(source.outlet, OUTLET, inner.w, 60, 1)
        detail = slate.fit(source.detail, DETAIL, inner.w, 50, 1)
        detailed = bool(source.detail.strip())
        tall = name.height + (detail.height + 8 if detailed else 0)
        left = _begin(name, inner, right)
        y = slate.write(name, left, area.y + (area.h - tall) / 2, palette.ink)
        if detailed:
            slate.write(detail, _begin(detail, inner, right), y + 8, palette.mute)

    def _sign(self, slate: Slate, name: str, top: float, right: bool) -> float:
        """The house's mark, rings around a point, and its name; gives the bottom."""
        area = Area(CONTENT.right - 88 if right else CONTENT.x, top, 88, 88)
        x, y = area.x + 44, area.y + 44
        mark = slate.sheet(area)
        for radius, alpha in ((44, 0.22), (30, 0.4), (15, 1.0)):
            mark.dot(x, y, radius, slate.palette.accent, alpha)
        slate.add(mark)
        block = slate.fit(name, HOUSE, CONTENT.w - 116, 90, 1)
        room = Area(CONTENT.x if right else area.right + 28, top, CONTENT.w - 116, 88)
        left = _begin(block, room, right)
        slate.write(block, left, y - 0.4 * block.face.size, slate.palette.ink)
        return area.bottom


def _begin(block: Block, room: Area, right: bool) -> float:
    """Say where to write a block in its room: flush right where the card reads from there.

    A block that reads from the right is set flush right already, if it was fitted to the room.
    """
    return room.right - block.width if right and not block.right else room.x
