"""Plan -> frames: the scene of each shot, the change between shots, and what lies over all of them.

Knows nothing of encoders or files: `Reel.paint` writes one frame into planes that are given.
"""

import os
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from render import RenderError, Studio
from render.cameras import Planes, Scene
from render.cameras._framing import smoothstep
from render.cameras._pill import marking
from render.cameras._slate import TextBox
from render.lab.wish import GENERATING
from render.lettering.fonts import check_fonts
from render.look import CANVAS, palette
from render.overlays import Look, Overlays
from render.overlays.captions import Page
from render.planes import Pixels, blank, empty, mix, push, to_rgb
from render.scenes import Scenes
from render.storyboard import Storyboard
from render.timeline import Plan

__all__ = ["Reel"]

SPRITES = 8  # lie over a frame at most; so many for each part that is painted at once
SETTLED_S = 1.2  # when a title card has come in wholly
PATHS = ("photo", "file", "outline", "card", "framing", "joint", "alt")  # of a picture: not drawn


class Reel:
    """A clip that can be painted, frame by frame, from several threads.

    Scenes are made when their first frame is asked for. A shot whose picture cannot be made takes
    the next it names, at last a card with its line, and `warnings` says so. Raises RenderError
    where the board cannot be drawn here at all: an odd canvas, a letter without a font, an unknown
    camera.
    """

    def __init__(self, board: Storyboard, plan: Plan, studio: Studio) -> None:
        _check_canvas(board)
        self._board, self._plan = board, plan
        self._signs = check_fonts(_texts(board), board.brand.font)
        self._starts = [shot.first for shot in plan.shots]
        own = board.brand.accent, board.brand.ground
        self._colours = {shot.tone: palette(shot.tone, *own) for shot in board.shots}
        self._scenes = Scenes(board, plan, studio)
        workers = studio.workers or os.cpu_count() or 1
        self._overlays = Overlays(board, plan, SPRITES * workers)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Every step down so far, in the order of the shots."""
        return self._signs + self._scenes.warnings

    @property
    def pages(self) -> tuple[Page, ...]:
        """The caption pages, for subtitles that read as the clip does."""
        return self._overlays.pages

    def paint(self, n: int, out: Planes) -> None:
        """Write frame n of the clip into `out`, every pixel of it."""
        place = self._place(n)
        shot = self._plan.shots[place]
        scene = self._scenes.at(place)
        scene.paint(n - shot.first, out)
        self._scenes.seen(place)
        if place and n - shot.first < shot.fade:
            self._change(place, n, out)
        self._overlays.paint(n, shot.index, self._look(place, scene), out)

    def boxes(self) -> list[dict[str, Any]]:
        """Every text of the clip: kind, text, shot, box in pixels, frames [first, last)."""
        found: list[dict[str, Any]] = []
        for place, shot in enumerate(self._plan.shots):
            span = (shot.first, shot.first + shot.length)
            boxes = (*self._scenes.texts(place), *self._overlays.boxes(shot.index))
            found += (self._told(box, shot.index, box.during(*span)) for box in boxes)
        for page in self.pages:
            span, boxes = (page.first, page.last), tuple(self._overlays.page_boxes(page))
            found += (self._told(box, page.words[0].shot, span) for box in boxes)
        return found

    def cover(self) -> Pixels:
        """The first shot settled, without captions, as (H, W, 3) RGB."""
        shot, scene = self._plan.shots[0], self._scenes.at(0)
        n = min(shot.length - 1, round(SETTLED_S * self._plan.fps))
        out = blank(self._board.width, self._board.height)
        scene.paint(n, out)
        self._overlays.paint(n, shot.index, self._look(0, scene), out, spoken=False)
        return to_rgb(out)

    def _place(self, n: int) -> int:
        return max(0, bisect_right(self._starts, n) - 1)

    def _change(self, place: int, n: int, out: Planes) -> None:
        """Mix or push in the shot before, which goes on moving."""
        shot, before = self._plan.shots[place], self._plan.shots[place - 1]
        share = (n - shot.first + 1) / (shot.fade + 1)
        old = empty(self._board.width, self._board.height)
        self._scenes.at(place - 1).paint(n - before.first, old)
        self._scenes.seen(place - 1)
        if self._board.shots[shot.index].transition == "push":
            push(old, smoothstep(share), out)
        else:
            mix(old, 1 - share, out)

    def _look(self, place: int, scene: Scene) -> Look:
        shot = self._board.shots[self._plan.shots[place].index]
        return Look(self._colours[shot.tone], getattr(scene, "over_photo", True))

    def _told(self, box: TextBox, shot: int, span: tuple[int, int]) -> dict[str, Any]:
        scale = self._board.width / CANVAS[0]
        sides = {key: round(side * scale, 2) for key, side in box.area._asdict().items()}
        return {
            "kind": box.kind, "text": box.text, "shot": shot, **sides,
            "first": span[0], "last": span[1],
        }  # fmt: skip


def _check_canvas(board: Storyboard) -> None:
    wide, high = CANVAS
    if board.width % 2 or board.height % 2 or board.width * high != board.height * wide:
        raise RenderError(
            f"canvas {board.width}x{board.height}: shots are drawn at 9:16 with even sides, "
            f"such as 1080x1920 or 540x960"
        )
    try:
        palette("neutral", board.brand.accent, board.brand.ground)
    except ValueError as error:
        raise RenderError(f"brand: {error}") from error


def _texts(board: Storyboard) -> Iterator[str]:
    """Every text that the board may put on a frame."""
    yield from (board.chip, board.label, board.brand.name, board.title)
    for shot in board.shots:
        yield from (shot.line, shot.note)
        for seen in shot.candidates():
            made_up = seen.camera in GENERATING
            yield from (marking(board.lang),) if made_up else _strings(seen.picture)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if key not in PATHS:
                yield from _strings(part)
    elif isinstance(value, Sequence):
        for part in value:
            yield from _strings(part)
