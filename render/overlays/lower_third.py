"""The lower third: where a shot's note names its sources, as a line or as a strap.

It stands on the baseline that the brand's safe zones give, under the captions.
"""

from collections.abc import Iterator
from dataclasses import replace

from render.cameras import Planes
from render.cameras._slate import TextBox, ease
from render.ink import Sheet
from render.lettering.text import Block, Box, fit
from render.look import CANVAS, MOTION, NOTE, WHITE, ZONES, Area, Colour, Look
from render.overlays.kept import Kept
from render.planes import Sprite, blend
from render.storyboard import Storyboard
from render.timeline import Plan

__all__ = ["LowerThird"]

EDGE = 8.0  # of accent, where a strap begins
TICK = Area(0, -27, 6, 32)  # before a note, from where its baseline begins
TICK_GAP = 20.0
STRAP = Area(0, -37, 0, 54)  # about a note's baseline
STRAP_PAD = 24.0


class LowerThird:
    """The notes of one board."""

    def __init__(self, board: Storyboard, plan: Plan, kept: Kept) -> None:
        self._board, self._kept = board, kept
        self._zones = ZONES[board.brand.zones]
        self._scale = board.width / CANVAS[0]
        self._enter = max(1, round(MOTION.enter_s * plan.fps))
        self._since = _since(board, plan)
        self._strapped = board.brand.lower_third == "strap"
        self._before = EDGE + STRAP_PAD if self._strapped else TICK.w + TICK_GAP  # the letters
        self._after = STRAP_PAD if self._strapped else 0.0

    def paint(self, n: int, shot: int, look: Look, out: Planes) -> None:
        """Lay the note of shot number `shot`, if it has one, on a frame."""
        if not self._board.shots[shot].note.strip():
            return
        note = self._kept.once(("note", shot, look), lambda: self._note(shot, look))
        if self._strapped:
            note = self._slid(note, n - self._since[shot], self._noted(shot).right)
        blend(note, out)

    def boxes(self, shot: int) -> Iterator[TextBox]:
        """Where a shot's note stands."""
        if self._board.shots[shot].note.strip():
            block = self._noted(shot)
            yield TextBox("note", block.reading(0), self._area(block))

    def _noted(self, shot: int) -> Block:
        room = self._zones.safe.w - self._before - self._after
        own = replace(NOTE, family=self._board.brand.font)
        return fit(self._board.shots[shot].note, own, Box(room, 60, 1), self._board.lang)

    def _note(self, shot: int, look: Look) -> Sprite:
        block = self._noted(shot)
        draw = self._strap if self._strapped else self._line
        return draw(block, self._area(block), look)

    def _line(self, block: Block, area: Area, look: Look) -> Sprite:
        """A note on the picture itself, behind a short stroke of accent."""
        sheet = Sheet(self._zones.safe._replace(y=area.y, h=area.h), self._scale, margin=40)
        left = self._ground(block).right - TICK.w if block.right else self._zones.safe.x
        sheet.box(TICK._replace(x=left, y=self._zones.note + TICK.y), look.colours.accent, 3.0)
        ink = WHITE if look.over_photo else look.colours.mute
        _write(sheet, block, area.x - block.span(block.lines[0])[0], self._zones.note, ink)
        if look.over_photo:
            sheet.shade(8, 0.9)
        return sheet.sprite()

    def _strap(self, block: Block, area: Area, look: Look) -> Sprite:
        """A note on a ground of its own, with an accent edge where it begins."""
        ground = self._ground(block)
        sheet = Sheet(ground, self._scale, margin=40)
        sheet.box(ground, look.colours.bg0, 6.0, alpha=0.94)
        sheet.box(_edge(ground, block.right), look.colours.accent)
        start = block.span(block.lines[0])[0]
        _write(sheet, block, area.x - start, self._zones.note, look.colours.ink)
        return sheet.sprite()

    def _ground(self, block: Block) -> Area:
        """All that a note takes, on the side of the safe area where it is read from."""
        safe = self._zones.safe
        wide = self._before + block.span(block.lines[0])[1] + self._after
        x = safe.right - wide if block.right else safe.x
        return Area(x, self._zones.note + STRAP.y, wide, STRAP.h)

    def _area(self, block: Block) -> Area:
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


def _edge(area: Area, right: bool) -> Area:
    """The accent edge of a block, on the side where its text begins."""
    return area._replace(x=area.right - EDGE if right else area.x, w=EDGE)


def _write(sheet: Sheet, block: Block, x: float, baseline: float, ink: Colour) -> None:
    for word in block.lines[0]:
        sheet.text(word.text, x + word.x, baseline, block.face, ink)
