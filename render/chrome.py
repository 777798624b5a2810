"""What frames every shot: topic chip, AI label, logo, progress bar, source note.

All of it stands where the brand's safe zones leave room. What does not change within a look is
one sprite; only the bar is cut anew for each frame, and a strap while it slides in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from render import logo
from render.cameras import Planes
from render.cameras._slate import TextBox, ease
from render.cameras._text import Block, Box, fit
from render.ink import Sheet
from render.kept import Kept
from render.look import (
    BLACK,
    CANVAS,
    LABEL,
    MOTION,
    NOTE,
    WHITE,
    ZONES,
    Area,
    Colour,
    Palette,
    Type,
)
from render.planes import Sprite, blend, clipped
from render.storyboard import Storyboard
from render.timeline import Plan

__all__ = ["Chrome", "Look"]

TAG_H, PAD, EDGE = 56.0, 22.0, 8.0
LABEL_W = 420.0  # the most an AI label takes
LOGO_W, LOGO_H = 216.0, 72.0
APART = 20.0  # between logo, chip and label
BAR_ABOVE, BAR_H = 28.0, 5.0
TICK = Area(0, -27, 6, 32)  # before a note, from where its baseline begins
TICK_GAP = 20.0
STRAP = Area(0, -37, 0, 54)  # about a note's baseline
STRAP_PAD = 24.0


@dataclass(frozen=True, slots=True)
class Look:
    """What the overlays adapt to: the shot's colours, and whether a photo lies under them."""

    palette: Palette
    over_photo: bool

    @property
    def ink(self) -> Colour:
        """Of a text that stands on the picture itself."""
        return WHITE if self.over_photo else self.palette.ink


class Tag(NamedTuple):
    """A set text and its ground; the text begins at `x`."""

    block: Block
    area: Area
    x: float

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
        self._enter = max(1, round(MOTION.enter_s * plan.fps))
        self._since = _since(board, plan)
        strap = board.brand.lower_third == "strap"
        self._before = EDGE + STRAP_PAD if strap else TICK.w + TICK_GAP  # a note's own letters
        self._after = STRAP_PAD if strap else 0.0
        wide = self._zones.wide
        self._bar = Area(wide.x, wide.y - BAR_ABOVE, wide.w, BAR_H)
        self._logo = self._placed_logo()
        self._label = self._placed_label()
        self._chip = self._placed_chip()

    def paint(self, n: int, shot: int, look: Look, out: Planes) -> None:
        """Lay on a frame what belongs over shot number `shot`."""
        blend(self._kept.once(("top", look), lambda: self._top(look)), out)
        if self._brand.progress:
            bar = self._kept.once(("bar", look), lambda: self._full(look))
            blend(clipped(bar, round(bar.size[0] * (n + 1) / self._frames)), out)
        if self._board.shots[shot].note.strip():
            note = self._kept.once(("note", shot, look), lambda: self._note(shot, look))
            if self._brand.lower_third == "strap":
                note = self._slid(note, n - self._since[shot], self._noted(shot).right)
            blend(note, out)

    def boxes(self, shot: int) -> Iterator[TextBox]:
        """Where the chip, the label and a shot's note stand."""
        for kind, tag in (("label", self._label), ("chip", self._chip)):
            if tag:
                yield TextBox(kind, tag.block.reading(0), tag.area)
        if self._board.shots[shot].note.strip():
            block = self._noted(shot)
            yield TextBox("note", block.reading(0), self._note_area(block))

    def _placed_logo(self) -> Area | None:
        if not self._brand.logo:
            return None
        w, h = logo.fitted(self._brand.logo, LOGO_W, LOGO_H)
        wide = self._zones.wide
        return Area(wide.x, wide.y + (LOGO_H - h) / 2, w, h)

    def _placed_label(self) -> Tag | None:
        tag = self._tag(self._board.label, self._zones.wide.x, LABEL_W, "label")
        if not tag:
            return None
        left = self._zones.wide.right - tag.area.w
        return tag._replace(area=tag.area._replace(x=left), x=tag.x - tag.area.x + left)

    def _placed_chip(self) -> Tag | None:
        left, right = self._zones.wide.x, self._zones.wide.right
        if self._logo:
            left = self._logo.right + APART
        if self._label:
            right = self._label.area.x - APART
        return self._tag(self._board.chip.upper(), left, right - left, "chip")

    def _tag(self, text: str, x: float, room: float, kind: str) -> Tag | None:
        """Set a text on a ground of at most `room` px, that begins at x."""
        if not text.strip():
            return None
        plain = kind == "chip" and self._brand.chip == "plain"
        pad = 0.0 if plain else PAD
        block = self._fit(text, LABEL, room - 2 * pad)
        y = self._zones.wide.y + ((LOGO_H - TAG_H) / 2 if self._logo else 0)
        start, wide = block.span(block.lines[0])  # a text from the right does not start at 0
        return Tag(block, Area(x, y, wide + 2 * pad, TAG_H), x + pad - start)

    def _noted(self, shot: int) -> Block:
        room = self._zones.safe.w - self._before - self._after
        return self._fit(self._board.shots[shot].note, NOTE, room)

    def _fit(self, text: str, kind: Type, room: float) -> Block:
        own = replace(kind, family=self._brand.font)
        return fit(text, own, Box(room, TAG_H, 1), self._board.lang)

    def _top(self, look: Look) -> Sprite:
        """Logo, chip, label and the progress bar's track."""
        wide = self._zones.wide
        sheet = Sheet(Area(wide.x, self._bar.y, wide.w, BAR_ABOVE + LOGO_H), self._scale)
        if self._logo:
            self._draw_logo(sheet, self._logo)
        if self._chip:
            self._draw_chip(sheet, self._chip, look)
        if look.over_photo and (self._logo or self._brand.chip == "plain"):
            sheet.shade(8, 0.9)
        if self._label:
            radius = TAG_H / 2 if self._brand.chip == "pill" else 6.0
            sheet.box(self._label.area, BLACK, radius, alpha=0.7)
            _write(sheet, self._label.block, self._label.x, self._label.baseline, WHITE)
        if self._brand.progress:
            sheet.box(self._bar, look.ink, BAR_H / 2, alpha=0.22)
        return sheet.sprite()

    def _draw_logo(self, sheet: Sheet, area: Area) -> None:
        x, y, w, h = (round(side * self._scale) for side in area)
        sheet.place(logo.picture(self._brand.logo, (max(1, w), max(1, h))), x, y)

    def _draw_chip(self, sheet: Sheet, chip: Tag, look: Look) -> None:
        colours, area = look.palette, chip.area
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
        sheet.box(self._bar, look.palette.accent, BAR_H / 2)
        return sheet.sprite()

    def _note(self, shot: int, look: Look) -> Sprite:
        block = self._noted(shot)
        draw = self._strap if self._brand.lower_third == "strap" else self._line
        return draw(block, self._note_area(block), look)

    def _line(self, block: Block, area: Area, look: Look) -> Sprite:
        """A note on the picture itself, behind a short stroke of accent."""
        sheet = Sheet(self._zones.safe._replace(y=area.y, h=area.h), self._scale, margin=40)
        left = self._ground(block).right - TICK.w if block.right else self._zones.safe.x
        sheet.box(TICK._replace(x=left, y=self._zones.note + TICK.y), look.palette.accent, 3.0)
        ink = WHITE if look.over_photo else look.palette.mute
        _write(sheet, block, area.x - block.span(block.lines[0])[0], self._zones.note, ink)
        if look.over_photo:
            sheet.shade(8, 0.9)
        return sheet.sprite()

    def _strap(self, block: Block, area: Area, look: Look) -> Sprite:
        """A note on a ground of its own, with an accent edge where it begins."""
        ground = self._ground(block)
        sheet = Sheet(ground, self._scale, margin=40)
        sheet.box(ground, look.palette.bg0, 6.0, alpha=0.94)
        sheet.box(self._edge(ground, block.right), look.palette.accent)
        start = block.span(block.lines[0])[0]
        _write(sheet, block, area.x - start, self._zones.note, look.palette.ink)
        return sheet.sprite()

    def _ground(self, block: Block) -> Area:
        """All that a note takes, on the side of the safe area where it is read from."""
        safe = self._zones.safe
        wide = self._before + block.span(block.lines[0])[1] + self._after
        x = safe.right - wide if block.right else safe.x
        return Area(x, self._zones.note + STRAP.y, wide, STRAP.h)

    def _note_area(self, block: Block) -> Area:
        """Where the letters of a note stand."""
        ground, size = self._ground(block), block.face.size
        wide = block.span(block.lines[0])[1]
        x = ground.right - self._before - wide if block.right else ground.x + self._before
        return Area(x, self._zones.note - 0.76 * size, wide, size)

    def _slid(self, strap: Sprite, since: int, right: bool) -> Sprite:
        """A strap on its way in from the edge of the frame; even pixels, so it costs nothing."""
        rest = 1 - ease((since + 1) / self._enter)
        if rest <= 0:
            return strap
        far = self._board.width - strap.x if right else -strap.x - strap.size[0]
        return replace(strap, x=strap.x + round(far * rest / 2) * 2)


def _since(board: Storyboard, plan: Plan) -> dict[int, int]:
    """For each shot the frame since which its note stands: the same note comes in but once."""
    since: dict[int, int] = {}
    for shot in plan.shots:
        i = shot.index
        same = i - 1 in since and board.shots[i].note == board.shots[i - 1].note
        since.setdefault(i, since[i - 1] if same else shot.first)
    return since


def _write(sheet: Sheet, block: Block, x: float, baseline: float, ink: Colour) -> None:
    for word in block.lines[0]:
        sheet.text(word.text, x + word.x, baseline, block.face, ink)
