"""What a card is written on, and the scene it becomes.

A card is laid out by calls on a slate; each thing comes in a little after the one before. The
result is a ground that drifts and layers that rise, grow or count.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock

from render.cameras import Planes, Stage
from render.cameras._ground import GHOST_WEIGHT, Ghost
from render.ink import Sheet
from render.lettering.fonts import Face, width
from render.lettering.text import Block, Box, fit
from render.look import CANVAS, MOTION, ZONES, Area, Colour, Palette, Type, Zones
from render.planes import Sprite, blend

__all__ = ["CardScene", "Ground", "Layer", "Slate", "TextBox", "ease"]

LEAVING = 5  # frames that fade what leaves a card
CAP = 0.73  # em: how high a capital or a digit is
WIDEST_GHOST = 1500.0  # px: a text in the ground may run off the page, but not by more

Ground = Callable[[int, Planes], None]
"""Paints what lies under a card, for frame n."""


def ease(t: float) -> float:
    """Ease-out-cubic: quick at first, then settling. `t` is 0 to 1, as is the answer."""
    return 1 - (1 - min(max(t, 0.0), 1.0)) ** 3


@dataclass(frozen=True, slots=True)
class TextBox:
    """A line of text on a shot, in design pixels; `kind` says which part of the page it is.

    It stands there during the shot's frames [first, last); without a last one, to the end.
    """

    kind: str
    text: str
    area: Area
    first: int = 0
    last: int | None = None

    def during(self, first: int, last: int) -> tuple[int, int]:
        """Give the frames of the clip in which it stands, of a shot of frames [first, last)."""
        return first + self.first, last if self.last is None else min(last, first + self.last)


class Growth:
    """A drawing that depends on how far it has come (0 to 1); its last state is drawn once."""

    def __init__(self, draw: Callable[[float], Sprite]) -> None:
        self._draw, self._lock = draw, Lock()
        self._done: Sprite | None = None

    def at(self, share: float) -> Sprite:
        """The drawing at a share of its growth."""
        if share < 1:
            return self._draw(share)
        with self._lock:
            self._done = self._done or self._draw(1.0)
            return self._done


@dataclass(frozen=True, slots=True)
class Layer:
    """One thing on a card: comes in at frame `enter`, within `over` frames, rising `rise` px.

    Or it slides in by `slide` px, from the left where that is negative.
    With a growth it is drawn anew for `growing` frames. `pulse` is how far its light swings.
    It is gone at frame `leave`, if it leaves.
    """

    art: Growth
    enter: int
    over: int
    rise: float
    growing: int = 1
    pulse: float = 0.0
    beat: int = 45
    leave: int | None = None
    slide: float = 0.0

    def paint(self, n: int, out: Planes) -> None:
        """Lay it on frame n."""
        since = n - self.enter + 1
        left = LEAVING if self.leave is None else self.leave - n
        if since <= 0 or left <= 0:
            return
        here = ease(since / self.over) * min(1.0, left / LEAVING)
        light = 1 - self.pulse * (0.5 - 0.5 * math.cos(2 * math.pi * since / self.beat))
        art = self.art.at(min(1.0, since / self.growing))
        away = 1 - here
        blend(art, out, away * self.slide, away * self.rise, opacity=here * light)


@dataclass(frozen=True, slots=True)
class CardScene:
    """A card ready to be painted."""

    ground: Ground
    layers: tuple[Layer, ...]
    boxes: tuple[TextBox, ...]
    over_photo: bool = False

    def paint(self, n: int, out: Planes) -> None:
        """Write frame n."""
        self.ground(n, out)
        for layer in self.layers:
            layer.paint(n, out)


@dataclass(slots=True)
class Slate:
    """Lays out one card. Lengths are design pixels.

    What is drawn comes in when the clock says; `wait` lets what follows come in a little later.
    """

    palette: Palette
    stage: Stage
    quiet: bool = False  # no captions on this shot: their band is free
    layers: list[Layer] = field(default_factory=list)
    boxes: list[TextBox] = field(default_factory=list)
    clock: float = 0.0  # seconds
    until: float | None = None  # seconds: when what is drawn now leaves again
    ghost: Ghost | None = None  # a text in the ground itself

    @property
    def scale(self) -> float:
        """Output pixels for each design pixel."""
        return self.stage.board.width / CANVAS[0]

    @property
    def zones(self) -> Zones:
        """Where text may stand, on the platforms of the board's brand."""
        return ZONES[self.stage.board.brand.zones]

    def wait(self, seconds: float = MOTION.stagger_s) -> None:
        """Let what follows come in later."""
        self.clock += seconds

    def fit(self, text: str, kind: Type, w: float, h: float, lines: int = 99) -> Block:
        """Set a text in the board's language inside w x h px."""
        board = self.stage.board
        own = replace(kind, family=board.brand.font)
        return fit(text, own, Box(w, h, lines), board.lang)

    def sheet(self, area: Area, margin: float = 24) -> Sheet:
        """A clear sheet over an area."""
        return Sheet(area, self.scale, margin)

    def write(
        self,
        block: Block,
        x: float,
        y: float,
        colour: Colour,
        marked: frozenset[int] = frozenset(),
    ) -> float:
        """Write a block with its top left at (x, y), each line a little later; gives its bottom.

        Words whose indices are `marked` take the accent colour.
        """
        face, start = block.face, self.clock
        for row, line in enumerate(block.lines):
            left, wide = block.span(line)
            area = Area(x + left, y + row * block.leading, wide, face.size)
            sheet = self.sheet(area, margin=face.size * 0.4)
            for word in line:
                ink = self.palette.accent if word.index in marked else colour
                sheet.text(word.text, x + word.x, y + block.baseline(row), face, ink)
            self.add(sheet)
            self.told(block.reading(row), area)
            self.wait()
        self.clock = start
        return y + block.height

    def told(self, text: str, area: Area) -> None:
        """Note down where a line of text stands, and from when to when."""
        self.boxes.append(TextBox("card", text, area, self._enter(), self._leave()))

    def haunt(self, text: str, top: float, bottom: float, right: bool = False) -> None:
        """Draw a text into the ground itself, faint, as high as two heights allow.

        It begins with the text of the card, or (`right`) ends with the page.
        """
        family, room = self.stage.board.brand.font, self.zones.content
        wide = width(text, Face(100, GHOST_WEIGHT, True, family)) / 100
        size = min((bottom - top) / CAP, WIDEST_GHOST / max(wide, 0.1))
        base = (top + bottom) / 2 + CAP / 2 * size
        x = CANVAS[0] - 48 - wide * size if right else room.x - 0.05 * size
        self.ghost = Ghost(text, x, base, size, family)

    def add(self, sheet: Sheet, rise: float = MOTION.rise, pulse: float = 0.0) -> None:
        """Let a finished drawing come in."""
        self.put(sheet.sprite(), rise, pulse)

    def slid(self, sheet: Sheet, px: float) -> None:
        """Let a finished drawing slide in, from the left where `px` is negative."""
        self.add(sheet, rise=0)
        self.layers[-1] = replace(self.layers[-1], slide=px * self.scale)

    def put(self, art: Sprite, rise: float = 0.0, pulse: float = 0.0) -> None:
        """Let a sprite come in."""
        self.grow(lambda _: art, rise, 0.0, pulse)

    def grow(
        self,
        draw: Callable[[float], Sprite],
        rise: float = 0.0,
        seconds: float = MOTION.grow_s,
        pulse: float = 0.0,
    ) -> None:
        """Let a drawing come in that is drawn anew while it grows from 0 to 1."""
        fps = self.stage.fps
        over, growing = (max(1, round(s * fps)) for s in (MOTION.enter_s, seconds))
        layer = Layer(Growth(draw), self._enter(), over, rise * self.scale, growing, pulse)
        self.layers.append(replace(layer, leave=self._leave()))

    def rule(self, over: Block, y: float) -> None:
        """Draw the short accent bar over a text, on the side where that begins."""
        room = self.zones.content
        x = room.right - 96 if over.right else room.x
        self.bar(Area(x, y, 96, 10), self.palette.accent)

    def bar(self, area: Area, colour: Colour, alpha: float = 1.0, share: float = 1.0) -> None:
        """Draw a rounded bar that grows along its longer side to `share` of its area."""
        thick = min(area.w, area.h)

        def draw(t: float) -> Sprite:
            sheet = self.sheet(area)
            long = max(thick, max(area.w, area.h) * share * ease(t))
            w, h = (long, area.h) if area.w >= area.h else (area.w, long)
            sheet.box(area._replace(w=w, h=h), colour, thick / 2, alpha)
            return sheet.sprite()

        self.grow(draw)

    def _enter(self) -> int:
        return round(self.clock * self.stage.fps)

    def _leave(self) -> int | None:
        return None if self.until is None else round(self.until * self.stage.fps)
