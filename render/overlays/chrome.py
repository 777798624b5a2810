"""What frames every shot: topic chip, AI label, logo, progress bar, and the lower third.

All of it stands where the brand's safe zones leave room. What does not change within a look is
one sprite; only the bar is cut anew for each frame.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from render.cameras import Planes
from render.cameras._slate import TextBox
from render.ink import Sheet
from render.lettering.fonts import right_to_left
from render.lettering.text import Block, Box, fit
from render.look import BLACK, CANVAS, LABEL, WHITE, ZONES, Area, Colour, Look, Type
from render.overlays import logo
from render.overlays.kept import Kept
from render.overlays.lower_third import LowerThird
from render.planes import Sprite, blend, clipped
from render.storyboard import Storyboard
from render.timeline import Plan

__all__ = ["LABEL_W", "PAD", "Chrome"]

TAG_H, PAD, EDGE = 56.0, 22.0, 8.0
LABEL_W = 420.0  # the most an AI label takes
LOGO_W, LOGO_H = 216.0, 72.0
PLATE = 8.0  # of a plate around a logo
APART = 20.0  # between logo, chip and label
DEEP = 3  # shadows under what stands on a photo without a ground
BAR_ABOVE, BAR_H = 28.0, 5.0


class Tag(NamedTuple):
    """A set text and its ground; the text begins at `x`."""

    block: Block
    area: Area
    x: float

    def moved(self, by: float) -> "Tag":
        """The same, so many px to the right."""
        return Tag(self.block, self.area._replace(x=self.area.x + by), self.x + by)

    @property
    def baseline(self) -> float:
        """Where its letters stand: in the middle of the ground, by the height of a capital."""
        return self.area.y + self.area.h / 2 + 0.364 * self.block.face.size


class Chrome:
    """Chip, label, logo, bar and notes of one board."""

    def __init__(self, board: Storyboard, plan: Plan, kept: Kept) -> None:
        self._board, self._brand, self._kept = board, board.brand, kept
        self._zones = ZONES[board.brand.zones]
        self._scale = board.width / CANVAS[0]
        self._frames = plan.frames
        self._third = LowerThird(board, plan, kept)
        wide = self._zones.wide
        self._bar = Area(wide.x, wide.y - BAR_ABOVE, wide.w, BAR_H)
        self._tall = max(LOGO_H if self._brand.logo else 0, TAG_H, 1.5 * board.label_px)
        self._logo = self._placed_logo()
        self._label = self._placed_label()
        self._chip = self._placed_chip()
        if right_to_left(board.title, board.lang):
            self._mirror()

    def paint(self, n: int, shot: int, look: Look, out: Planes) -> None:
        """Lay on a frame what belongs over shot number `shot`."""
        blend(self._kept.once(("top", look), lambda: self._top(look)), out)
        if self._brand.progress:
            bar = self._kept.once(("bar", look), lambda: self._full(look))
            blend(clipped(bar, round(bar.size[0] * (n + 1) / self._frames)), out)
        self._third.paint(n, shot, look, out)

    def boxes(self, shot: int) -> Iterator[TextBox]:
        """Where the chip, the label and a shot's note stand."""
        for kind, tag in (("label", self._label), ("chip", self._chip)):
            if tag:
                yield TextBox(kind, tag.block.reading(0), tag.area)
        yield from self._third.boxes(shot)

    def _placed_logo(self) -> Area | None:
        if not self._brand.logo:
            return None
        w, h = logo.fitted(self._brand.logo, LOGO_W, LOGO_H)
        wide = self._zones.wide
        return Area(wide.x, wide.y + (self._tall - h) / 2, w, h)

    def _placed_label(self) -> Tag | None:
        size = self._board.label_px
        kind = replace(LABEL, largest=size, smallest=min(size, LABEL.smallest))
        tag = self._tag(self._board.label, kind, self._zones.wide.x, LABEL_W, PAD)
        if not tag:
            return None
        return tag.moved(self._zones.wide.right - tag.area.right)

    def _placed_chip(self) -> Tag | None:
        left, right = self._zones.wide.x, self._zones.wide.right
        if self._logo:
            left = self._logo.right + APART
        if self._label:
            right = self._label.area.x - APART
        pad = 0.0 if self._brand.chip == "plain" else PAD
        return self._tag(self._board.chip.upper(), LABEL, left, right - left, pad)

    def _mirror(self) -> None:
        """Turn the row round for a reader who begins on the right."""
        ends = self._zones.wide.x + self._zones.wide.right
        if self._logo:
            self._logo = self._logo._replace(x=ends - self._logo.right)
        self._chip, self._label = (
            tag and tag.moved(ends - tag.area.right - tag.area.x)
            for tag in (self._chip, self._label)
        )

    def _tag(self, text: str, kind: Type, x: float, room: float, pad: float) -> Tag | None:
        """Set a text on a ground of at most `room` px, that begins at x."""
        if not text.strip():
            return None
        block = self._fit(text, kind, room - 2 * pad)
        tall = max(TAG_H, 1.5 * block.face.size)
        y = self._zones.wide.y + (self._tall - tall) / 2
        start, wide = block.span(block.lines[0])  # a text from the right does not start at 0
        return Tag(block, Area(x, y, wide + 2 * pad, tall), x + pad - start)

    def _fit(self, text: str, kind: Type, room: float) -> Block:
        own = replace(kind, family=self._brand.font)
        return fit(text, own, Box(room, 2 * kind.largest, 1), self._board.lang)

    def _top(self, look: Look) -> Sprite:
        """Logo, chip, label and the progress bar's track."""
        wide = self._zones.wide
        sheet = Sheet(Area(wide.x, self._bar.y, wide.w, BAR_ABOVE + self._tall), self._scale)
        if self._logo:
            self._draw_logo(sheet, self._logo, look)
        if self._chip:
            self._draw_chip(sheet, self._chip, look)
        if look.over_photo and (self._logo or self._brand.chip == "plain"):
            for _ in range(DEEP):
                sheet.shade(8, 0.9)
        if self._label:
            radius = self._label.area.h / 2 if self._brand.chip == "pill" else 6.0
            sheet.box(self._label.area, BLACK, radius, alpha=0.7)
            _write(sheet, self._label.block, self._label.x, self._label.baseline, WHITE)
        if self._brand.progress:
            sheet.box(self._bar, look.ink, BAR_H / 2, alpha=0.22)
        return sheet.sprite()

    def _draw_logo(self, sheet: Sheet, area: Area, look: Look) -> None:
        """The house's sign; on a plate where its own colours would be lost on the ground."""
        x, y, w, h = (round(side * self._scale) for side in area)
        art = logo.picture(self._brand.logo, (max(1, w), max(1, h)))
        if logo.lost(art, look.colours.bg0):
            plate = Area(area.x - PLATE, area.y - PLATE, area.w + 2 * PLATE, area.h + 2 * PLATE)
            sheet.box(plate, look.colours.ink, radius=12)
        sheet.place(art, x, y)

    def _draw_chip(self, sheet: Sheet, chip: Tag, look: Look) -> None:
        colours, area = look.colours, chip.area
        ink, base = colours.on_accent, chip.baseline
        if self._brand.chip == "pill":
            sheet.box(area, colours.accent, TAG_H / 2)
        elif self._brand.chip == "tab":
            sheet.box(area, colours.bg0, 6.0, alpha=0.94)
            sheet.box(self._edge(area, chip.block.right), colours.accent)
            ink = colours.ink
        else:
            x = area.right - 48 if chip.block.right else area.x
            sheet.box(Area(x, area.bottom - 8, 48, 6), colours.accent, 3.0)
            ink, base = look.ink, base - 6
        _write(sheet, chip.block, chip.x, base, ink)

    def _edge(self, area: Area, right: bool) -> Area:
        """The accent edge of a block, on the side where its text begins."""
        return area._replace(x=area.right - EDGE if right else area.x, w=EDGE)

    def _full(self, look: Look) -> Sprite:
        """The progress bar at its end."""
        sheet = Sheet(self._bar, self._scale, margin=0)
        sheet.box(self._bar, look.colours.accent, BAR_H / 2)
        return sheet.sprite()


def _write(sheet: Sheet, block: Block, x: float, baseline: float, ink: Colour) -> None:
    for word in block.lines[0]:
        sheet.text(word.text, x + word.x, baseline, block.face, ink)
