"""The card that closes a clip: its sources, how it was made, whose it is."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._slate import Slate
from render.lettering.text import Block
from render.look import CANVAS, CARD_TITLE, META, Area, Colour, Type
from render.overlays import logo

__all__ = ["Source", "Sources"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
OUTLET = Type(52, 36, 780)
DETAIL = Type(36, 30, 560)
HOUSE = Type(84, 44, 850)
SIGN = 96.0  # px high is the house's sign
LOGO_W = 300.0  # px wide at most is a logo beside the house's name
PLATE = 8.0  # px of a plate around a logo
ROW, LEAST_ROW = 150.0, 96.0  # px high is a source at most, and at least


class Source(BaseModel):
    """An outlet and what it published."""

    model_config = FROZEN

    outlet: str
    detail: str = ""


class Sources(BaseModel):
    """Who reported it, how the clip was made, and whose clip it is.

    The render takes `note_generated` for the note where the clip shows what a model made.
    """

    model_config = FROZEN

    card: Literal["sources"]
    title: str = "Sources"
    sources: list[Source] = Field(min_length=1)
    note: str = ""
    note_generated: str = ""

    def lay(self, slate: Slate) -> None:
        """Write a row for each source, and the close on a slab where the captions would be.

        Where the title reads from the right, all of it stands on that side. Under captions there
        is no slab; the note follows the rows.
        """
        room, quiet = slate.zones.content, slate.quiet
        title = slate.fit(self.title or "Sources", CARD_TITLE, room.w, 100, 1)
        note = slate.fit(self.note, META, room.w, 100, 2)
        high = room.h - title.height - 48 - (0 if quiet else note.height + 30)
        count = max(1, min(len(self.sources), int(high // LEAST_ROW)))
        tall = min(ROW, high / count)
        y = room.y + 0.42 * (high - count * tall)
        y = slate.write(title, room.x, y, slate.palette.ink) + 48
        slate.wait()
        for source in self.sources[:count]:
            self._row(slate, source, Area(room.x, y, room.w, tall), title.right)
            y += tall
            slate.wait(0.12)
        if quiet:
            self._close(slate, title.right)
        elif self.note.strip():
            slate.write(note, _begin(note, room, title.right), y + 18, slate.palette.mute)

    def _row(self, slate: Slate, source: Source, area: Area, right: bool) -> None:
        """Write an outlet over what it published, under a line, beside a stroke of the accent."""
        palette = slate.palette
        inner = Area(area.x if right else area.x + 38, area.y, area.w - 38, area.h)
        sheet = slate.sheet(area)
        sheet.box(Area(area.x, area.y, area.w, 2), palette.ink, alpha=0.2)
        edge = area.right - 10 if right else area.x
        sheet.box(Area(edge, area.y + 22, 10, area.h - 40), palette.accent, radius=5)
        slate.add(sheet)
        name = slate.fit(source.outlet, OUTLET, inner.w, 60, 1)
        detail = slate.fit(source.detail, DETAIL, inner.w, 50, 1)
        detailed = bool(source.detail.strip())
        tall = name.height + (detail.height + 6 if detailed else 0)
        y = area.y + (area.h - tall) / 2 + 2
        y = slate.write(name, _begin(name, inner, right), y, palette.ink)
        if detailed:
            slate.write(detail, _begin(detail, inner, right), y + 6, palette.mute)

    def _close(self, slate: Slate, right: bool) -> None:
        """Sign on a slab of the accent colour: the house, and how the clip was made."""
        zones, palette = slate.zones, slate.palette
        top, bottom = zones.band.y - 8, zones.safe.bottom
        slab = slate.sheet(Area(0, top, CANVAS[0], bottom - top), margin=0)
        slab.box(Area(0, top, CANVAS[0], bottom - top), palette.accent)
        slate.slid(slab, -120)
        slate.wait(0.12)
        room, brand = zones.band, slate.stage.board.brand
        note = slate.fit(self.note, META, room.w, 92, 2)
        signed = bool(brand.name.strip() or brand.logo)
        tall = (SIGN if signed else 0) + (note.height if self.note.strip() else 0)
        y = top + max(12, (bottom - top - tall - 16) / 2)
        if signed:
            self._sign(slate, Area(room.x, y, room.w, SIGN), right)
            y += SIGN + 16
        if self.note.strip():
            slate.wait()
            slate.write(note, _begin(note, room, right), y, palette.on_accent)

    def _sign(self, slate: Slate, room: Area, right: bool) -> None:
        """The house's own logo, or its mark, rings around a point; and its name beside it."""
        brand, ink = slate.stage.board.brand, slate.palette.on_accent
        w, h = logo.fitted(brand.logo, LOGO_W, SIGN) if brand.logo else (SIGN, SIGN)
        x = room.right - w if right else room.x
        mark = Area(x, room.y + (SIGN - h) / 2, w, h)
        if brand.logo:
            _stuck(slate, brand.logo, mark)
        else:
            _rings(slate, mark, ink)
        if brand.name.strip():
            beside = Area(room.x if right else room.x + w + 28, room.y, room.w - w - 28, SIGN)
            name = slate.fit(brand.name, HOUSE, beside.w, SIGN, 1)
            middle = room.y + SIGN / 2 - name.baseline(0) + 0.364 * name.face.size
            slate.write(name, _begin(name, beside, right), middle, ink)


def _rings(slate: Slate, area: Area, ink: Colour) -> None:
    sheet = slate.sheet(area)
    x, y = area.x + area.w / 2, area.y + area.h / 2
    for radius, alpha in ((0.5, 0.25), (0.34, 0.45), (0.17, 1.0)):
        sheet.dot(x, y, radius * area.w, ink, alpha)
    slate.add(sheet)


def _stuck(slate: Slate, file: str, area: Area) -> None:
    """Show a logo, on a plate where its own colours would be lost on the slab."""
    sheet = slate.sheet(area)
    x, y, w, h = (round(side * slate.scale) for side in area)
    art = logo.picture(file, (max(1, w), max(1, h)))
    if logo.lost(art, slate.palette.accent):
        plate = Area(area.x - PLATE, area.y - PLATE, area.w + 2 * PLATE, area.h + 2 * PLATE)
        sheet.box(plate, slate.palette.on_accent, radius=14)
    sheet.place(art, x, y)
    slate.add(sheet)


def _begin(block: Block, room: Area, right: bool) -> float:
    """Say where to write a block in its room: flush right where the card reads from there.

    A block that reads from the right is set flush right already, if it was fitted to the room.
    """
    return room.right - block.width if right and not block.right else room.x
