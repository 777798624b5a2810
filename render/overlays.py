"""What lies over every shot: topic chip, AI label, progress bar, source note, captions.

All of it is drawn once for each look and laid on the frames.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from render import captions, fonts
from render.cameras import Planes
from render.cameras._slate import TextBox, ease
from render.cameras._text import Block, Box, fit
from render.captions import Page
from render.fonts import Face
from render.ink import Sheet
from render.look import (
    BAND,
    BLACK,
    CANVAS,
    CAPTION,
    LABEL,
    MOTION,
    NOTE,
    SAFE,
    WHITE,
    WIDE,
    Area,
    Colour,
    Palette,
)
from render.planes import Sprite, blend, clipped
from render.storyboard import Storyboard
from render.timeline import Plan

__all__ = ["Look", "Overlays"]

PILL_H, PAD = 56.0, 22.0
NOTE_Y = 1432.0  # its baseline
BAR = Area(WIDE.x, 224, WIDE.w, 5)
BOX_PAD, BOX_RADIUS = 15.0, 16.0
KEPT = 48  # sprites


@dataclass(frozen=True, slots=True)
class Look:
    """What the overlays adapt to: the shot's colours, and whether a photo lies under them."""

    palette: Palette
    over_photo: bool


class Overlays:
    """Everything that is drawn over the scenes of one board."""

    def __init__(self, board: Storyboard, plan: Plan) -> None:
        self._board, self._plan = board, plan
        self._scale = board.width / CANVAS[0]
        joined = fonts.split("", board.lang)[1] == ""
        self._gap = 0.0 if joined else captions.GAP
        self.pages = captions.pages(plan.words, measure, plan.fps, self._gap)
        self._kept: OrderedDict[object, Sprite] = OrderedDict()
        self._lock = threading.Lock()

    def paint(self, n: int, shot: int, look: Look, out: Planes, spoken: bool = True) -> None:
        """Lay on a frame what belongs over shot number `shot`."""
        blend(self._once(("chrome", look), lambda: self._chrome(look)), out)
        if self._board.brand.progress:
            done = (n + 1) / self._plan.frames
            bar = self._once(("bar", look), lambda: self._bar(look))
            blend(clipped(bar, round(bar.size[0] * done)), out)
        if self._board.shots[shot].note.strip():
            blend(self._once(("note", shot, look), lambda: self._note(shot, look)), out)
        page = captions.page_at(self.pages, n) if spoken else None
        if page:
            self._caption(n, page, look, out)

    def boxes(self, shot: int) -> Iterator[TextBox]:
        """Where the chip, the label and a shot's note stand."""
        label, chip, note = self._label(), self._chip(), self._noted(shot)
        if label:
            yield TextBox("label", label[0].reading(0), label[1])
        if chip:
            yield TextBox("chip", chip[0].reading(0), chip[1])
        if note:
            yield TextBox("note", note.reading(0), _note_area(note))

    def page_boxes(self, page: Page) -> Iterator[TextBox]:
        """Where the lines of a caption page stand."""
        spots = self._spots(page)
        for i, j in page.lines:
            x, y, _, h = min(spots[i:j])
            right = max(spot.right for spot in spots[i:j])
            text = " ".join(word.text for word in page.words[i:j])
            yield TextBox("caption", text, Area(x, y, right - x, h))

    def _label(self) -> tuple[Block, Area] | None:
        return self._pill(self._board.label, 420.0, from_right=True)

    def _chip(self) -> tuple[Block, Area] | None:
        label = self._label()
        taken = label[1].w + 24 if label else 0.0
        return self._pill(self._board.chip.upper(), WIDE.w - taken)

    def _pill(self, text: str, room: float, from_right: bool = False) -> tuple[Block, Area] | None:
        """Set a text for a pill of at most `room` px, and say where the pill lies."""
        if not text.strip():
            return None
        block = fit(text, LABEL, Box(room - 2 * PAD, PILL_H, 1), self._board.lang)
        w = block.width + 2 * PAD
        return block, Area(WIDE.right - w if from_right else WIDE.x, WIDE.y, w, PILL_H)

    def _noted(self, shot: int) -> Block | None:
        note = self._board.shots[shot].note
        return fit(note, NOTE, Box(SAFE.w, 40, 1), self._board.lang) if note.strip() else None

    def _chrome(self, look: Look) -> Sprite:
        """Chip, label and the progress bar's track."""
        palette = look.palette
        sheet = Sheet(Area(WIDE.x, BAR.y, WIDE.w, WIDE.y + PILL_H - BAR.y), self._scale)
        if self._board.brand.progress:
            sheet.box(BAR, WHITE if look.over_photo else palette.ink, BAR.h / 2, alpha=0.22)
        for pill, ground, ink, alpha in (
            (self._chip(), palette.accent, palette.on_accent, 1.0),
            (self._label(), BLACK, WHITE, 0.7),
        ):
            if pill:
                block, area = pill
                sheet.box(area, ground, PILL_H / 2, alpha)
                base = area.y + PILL_H / 2 + 0.364 * block.face.size
                left = area.x + PAD - block.span(block.lines[0])[0]  # from the right, it is not 0
                _write(sheet, block, left, base, ink)
        return sheet.sprite()

    def _bar(self, look: Look) -> Sprite:
        sheet = Sheet(BAR, self._scale, margin=0)
        sheet.box(BAR, look.palette.accent, BAR.h / 2)
        return sheet.sprite()

    def _note(self, shot: int, look: Look) -> Sprite:
        block = self._noted(shot)
        assert block is not None  # asked for only where there is one
        sheet = Sheet(_note_area(block), self._scale, margin=40)
        _write(sheet, block, SAFE.x, NOTE_Y, WHITE if look.over_photo else look.palette.mute)
        if look.over_photo:
            sheet.shade(8, 0.9)
        return sheet.sprite()

    def _caption(self, n: int, page: Page, look: Look, out: Planes) -> None:
        pop = max(1, round(MOTION.pop_s * self._plan.fps))
        text = self._once((page, look), lambda: self._words(page, look))
        blend(text, out, zoom=_popped(n - page.first + 1, pop))
        active = page.active(n)
        if active >= 0 and page.words[active].text.strip():
            lit = self._once((page, active, look), lambda: self._lit(page, active, look))
            blend(lit, out, zoom=_popped(n - page.words[active].first + 1, pop))

    def _words(self, page: Page, look: Look) -> Sprite:
        """All words of a page, without the highlight."""
        sheet = Sheet(BAND, self._scale, margin=60)
        ink = WHITE if look.over_photo else look.palette.ink
        for word, spot in zip(page.words, self._spots(page), strict=True):
            self._word(sheet, word.text, spot, page.scale, ink, 4 if look.over_photo else 0)
        if look.over_photo:
            sheet.shade(10, 0.85, drop=2)
        return sheet.sprite()

    def _lit(self, page: Page, active: int, look: Look) -> Sprite:
        """The spoken word, dark on a box in the accent colour, over its plain self."""
        spot = self._spots(page)[active]
        pad = BOX_PAD if self._gap else 4.0  # words without spaces between them stand close
        box = Area(spot.x - pad, spot.y + 4, spot.w + 2 * pad, spot.h - 8)
        sheet = Sheet(box, self._scale)
        sheet.box(box, look.palette.accent, BOX_RADIUS)
        self._word(sheet, page.words[active].text, spot, page.scale, look.palette.on_accent)
        return sheet.sprite()

    def _word(
        self, sheet: Sheet, text: str, spot: Area, scale: float, ink: Colour,
        stroke: float = 0,
    ) -> None:  # fmt: skip
        face = Face(CAPTION.largest * scale, CAPTION.weight)
        base = spot.y + spot.h / 2 + 0.35 * face.size
        sheet.text(fonts.clean(text), spot.x, base, face, ink, stroke, BLACK)

    def _spots(self, page: Page) -> tuple[Area, ...]:
        line = self._board.shots[page.words[0].shot].line
        right = fonts.right_to_left(line, self._board.lang)
        return captions.place(page, measure, self._gap, right)

    def _once(self, key: object, draw: Callable[[], Sprite]) -> Sprite:
        """A sprite from the shelf, or drawn now; the shelf keeps the latest."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = draw()
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]


def measure(text: str) -> float:
    """How far a caption word runs at the largest caption size, in design pixels."""
    return fonts.width(fonts.clean(text), Face(CAPTION.largest, CAPTION.weight))


def _write(sheet: Sheet, block: Block, x: float, baseline: float, ink: Colour) -> None:
    for word in block.lines[0]:
        sheet.text(word.text, x + word.x, baseline, block.face, ink)


def _note_area(block: Block) -> Area:
    left, wide = block.span(block.lines[0])
    return Area(SAFE.x + left, NOTE_Y - 0.76 * block.face.size, wide, block.face.size)


def _popped(frames: int, pop: int) -> float:
    return MOTION.pop + (1 - MOTION.pop) * ease(frames / pop)
