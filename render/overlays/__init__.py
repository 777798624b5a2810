"""What lies over every shot: its chrome, and the captions in step with the voice.

All of it is drawn once for each look and laid on the frames.
"""

import os
from collections.abc import Iterator
from functools import lru_cache, partial

from render import RenderError
from render.cameras import Planes
from render.cameras._slate import TextBox, ease
from render.ink import Sheet
from render.lettering import fonts
from render.lettering.fonts import Face
from render.lettering.typecase import font_mistake
from render.look import BLACK, CANVAS, CAPTION, MOTION, ZONES, Area, Colour, Look
from render.overlays import captions
from render.overlays.captions import Page
from render.overlays.chrome import Chrome
from render.overlays.kept import Kept
from render.overlays.logo import logo_mistake
from render.planes import Sprite, blend
from render.storyboard import Brand, Storyboard
from render.timeline import Plan

__all__ = ["Look", "Overlays"]

BOX_PAD, BOX_RADIUS = 12.0, 14.0
LIFT = 12.0  # px: captions stand so much higher over a strap, whose ground comes near
KEPT = max(32, 6 * (os.cpu_count() or 1))  # sprites: each thread has four on its frame


class Overlays:
    """Everything that is drawn over the scenes of one board; `room` sprites of it are kept.

    Raises RenderError where the brand's logo or font cannot be used.
    """

    def __init__(self, board: Storyboard, plan: Plan, room: int = KEPT) -> None:
        _check_files(board.brand)
        self._board = board
        self._scale = board.width / CANVAS[0]
        band = ZONES[board.brand.zones].band
        lift = LIFT if board.brand.lower_third == "strap" else 0.0
        self._band = band._replace(y=band.y - lift)
        self._pop = max(1, round(MOTION.pop_s * plan.fps))
        self._kept = Kept(room)
        self._chrome = Chrome(board, plan, self._kept)
        joined = fonts.split("", board.lang)[1] == ""
        self._gap = 0.0 if joined else captions.GAP
        self._measure = partial(measure, family=board.brand.font)
        self.pages = captions.pages(plan, self._measure, self._gap, self._band)

    def paint(self, n: int, shot: int, look: Look, out: Planes, spoken: bool = True) -> None:
        """Lay on a frame what belongs over shot number `shot`."""
        self._chrome.paint(n, shot, look, out)
        page = captions.page_at(self.pages, n) if spoken else None
        if page:
            self._caption(n, page, look, out)

    def boxes(self, shot: int) -> Iterator[TextBox]:
        """Where the chip, the label and a shot's note stand."""
        return self._chrome.boxes(shot)

    def page_boxes(self, page: Page) -> Iterator[TextBox]:
        """Where the lines of a caption page stand."""
        spots = self._spots(page)
        for i, j in page.lines:
            x, y, _, h = min(spots[i:j])
            right = max(spot.right for spot in spots[i:j])
            text = " ".join(word.text for word in page.words[i:j])
            yield TextBox("caption", text, Area(x, y, right - x, h))

    def _caption(self, n: int, page: Page, look: Look, out: Planes) -> None:
        text = self._kept.once((page.first, look), lambda: self._words(page, look))
        blend(text, out, zoom=self._popped(n - page.first))
        active = page.active(n)
        if active >= 0 and page.words[active].text.strip():
            key = (page.first, active, look)
            lit = self._kept.once(key, lambda: self._lit(page, active, look))
            blend(lit, out, zoom=self._popped(n - page.words[active].first))

    def _popped(self, since: int) -> float:
        return MOTION.pop + (1 - MOTION.pop) * ease((since + 1) / self._pop)

    def _words(self, page: Page, look: Look) -> Sprite:
        """All words of a page, without the highlight."""
        sheet = Sheet(_around(self._spots(page)), self._scale, margin=60)
        for word, spot in zip(page.words, self._spots(page), strict=True):
            stroke = 4 if look.over_photo else 0
            self._word(sheet, word.text, spot, page.scale, look.ink, stroke)
        if look.over_photo:
            sheet.shade(10, 0.85, drop=2)
        return sheet.sprite()

    def _lit(self, page: Page, active: int, look: Look) -> Sprite:
        """The spoken word, dark on a box in the accent colour, over its plain self."""
        spot = self._spots(page)[active]
        pad = BOX_PAD if self._gap else 4.0  # words without spaces between them stand close
        box = Area(spot.x - pad, spot.y + 4, spot.w + 2 * pad, spot.h - 8)
        sheet = Sheet(box, self._scale)
        sheet.box(box, look.colours.accent, BOX_RADIUS)
        self._word(sheet, page.words[active].text, spot, page.scale, look.colours.on_accent)
        return sheet.sprite()

    def _word(
        self, sheet: Sheet, text: str, spot: Area, scale: float, ink: Colour,
        stroke: float = 0,
    ) -> None:  # fmt: skip
        family = self._board.brand.font
        face = Face(CAPTION.largest * scale, CAPTION.weight, family=family)
        base = spot.y + spot.h / 2 + 0.35 * face.size
        sheet.text(fonts.clean(text, family), spot.x, base, face, ink, stroke, BLACK)

    def _spots(self, page: Page) -> tuple[Area, ...]:
        line = self._board.shots[page.words[0].shot].line
        right = fonts.right_to_left(line, self._board.lang)
        return captions.place(page, self._measure, self._gap, right, self._band)


def _check_files(brand: Brand) -> None:
    if brand.logo and (why := logo_mistake(brand.logo)):
        raise RenderError(f"brand logo: {why}")
    if brand.font and (why := font_mistake(brand.font)):
        raise RenderError(f"brand font: {why}")


@lru_cache(4096)
def measure(text: str, family: str = "") -> float:
    """How far a caption word runs at the largest caption size, in design pixels."""
    face = Face(CAPTION.largest, CAPTION.weight, family=family)
    return fonts.width(fonts.clean(text, family), face)


def _around(spots: tuple[Area, ...]) -> Area:
    """The smallest area that holds them all."""
    x, y = min(s.x for s in spots), min(s.y for s in spots)
    return Area(x, y, max(s.right for s in spots) - x, max(s.bottom for s in spots) - y)
