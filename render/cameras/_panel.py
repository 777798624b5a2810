"""The panel of one side of a comparison: its texts as they fit, its ground, its bar."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._layout import flipped
from render.cameras._slate import Slate, ease
from render.lettering.text import Block
from render.look import Area, Colour, Type
from render.planes import Sprite

__all__ = ["NAMED", "Panel", "Side", "Texts", "texts_of"]

NAMED = Type(46, 30, 720, 1.12)
FIGURE = Type(240, 60, 870, 1.0, tabular=True)
SAID = Type(92, 40, 800, 1.08)  # a figure that is too long for one line
WORDS = Type(52, 34, 600, 1.16)
PAD, RADIUS, BAR = 36.0, 30.0, 14.0  # px
LINE = 12.0  # px between its texts
SHY = 0.46  # of a row's width its figure takes at most


class Side(BaseModel):
    """One of the things compared: what it is, its figure, what that means.

    `amount` is how long its bar is beside the others'; there are bars where every side has one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    value: str = ""
    text: str = ""
    amount: float | None = Field(default=None, ge=0, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a side as they fit into its panel; `beside`: the figure stands by the rest."""

    name: Block | None
    value: Block | None
    text: Block | None
    beside: bool

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What there is of them."""
        return tuple(block for block in (self.name, self.value, self.text) if block)

    @property
    def figure(self) -> float:
        """The size of the figure, in px; where there is none, of the largest."""
        return self.value.face.size if self.value else FIGURE.largest

    @property
    def tall(self) -> float:
        """How high they are; beside each other, without the figure."""
        stacked = (self.name, None if self.beside else self.value, self.text)
        found = [block.height for block in stacked if block]
        return sum(found) + LINE * max(0, len(found) - 1)


def texts_of(
    slate: Slate, side: Side, area: Area, barred: bool, most: float = FIGURE.largest
) -> Texts:
    """Set a side's texts: in a wide panel the figure beside the others, if it is a short one.

    `most` is how large the figure may be, so that all of them are alike.
    """
    w, h = area.w - 2 * PAD, _room(area, barred)
    if side.value.strip() and w > 2 * h:
        figure = slate.fit(side.value, _within(FIGURE, min(h, most)), SHY * w, h, 1)
        if figure.whole:
            left = w - figure.width - PAD
            name, text = _stacked(slate, ((side.label, NAMED), (side.text, WORDS)), left, h)
            return Texts(name, figure, text, True)
    figure = slate.fit(side.value, _within(FIGURE, min(h / 2, most)), w - 12, h / 2, 1)
    kind = _within(FIGURE if figure.whole else SAID, min(h / 2, most))
    parts = ((side.label, NAMED), (side.value, kind), (side.text, WORDS))
    name, value, text = _stacked(slate, parts, w, h)
    return Texts(name, value, text, False)


def _stacked(
    slate: Slate, parts: Sequence[tuple[str, Type]], w: float, h: float
) -> tuple[Block | None, ...]:
    """Set texts under each other into h px; None for what is empty or has no room any more.

    Each leaves the later ones a line; where that is too much, the last one goes first.
    """
    kept = [k for k, (text, _) in enumerate(parts) if text.strip()]
    least = [kind.smallest * 1.04 + LINE for _, kind in parts]
    while len(kept) > 1 and sum(least[k] for k in kept) - LINE > h:
        kept.pop()
    found: list[Block | None] = [None] * len(parts)
    for k in kept:
        text, kind = parts[k]
        room = h - sum(least[later] for later in kept if later > k)
        lines = 1 if kind.leading == FIGURE.leading else 2 if kind == NAMED else 99
        block = found[k] = slate.fit(text, _within(kind, room), w, room, lines)
        h -= block.height + LINE
    return tuple(found)


def _within(kind: Type, h: float) -> Type:
    """A type whose sizes are no larger than a room is high."""
    most = max(24, int(h))
    return replace(kind, largest=min(kind.largest, most), smallest=min(kind.smallest, most))


def _room(area: Area, barred: bool) -> float:
    """How much of a panel's height its texts have."""
    return area.h - 2 * min(PAD, 0.14 * area.h) - (BAR + 28 if barred else 0)


@dataclass(frozen=True, slots=True)
class Panel:
    """The ground of one side, in the accent colour if it is the bright one."""

    slate: Slate
    area: Area
    right: bool
    bright: bool

    def lay(self, texts: Texts, share: float | None) -> None:
        """Draw the panel, its texts and its bar, which is `share` of the longest one."""
        slate, palette, area = self.slate, self.slate.palette, self.area
        sheet = slate.sheet(area)
        if self.bright:
            sheet.box(area, palette.accent, RADIUS)
        else:
            sheet.box(area, palette.bg0, RADIUS, 0.34)
            sheet.box(area, palette.ink, RADIUS, 0.22, line=2)
        slate.add(sheet)
        ink = palette.on_accent if self.bright else palette.ink
        room, pad = _room(area, share is not None), min(PAD, 0.14 * area.h)
        y = area.y + pad + (room - texts.tall) / 2
        slate.wait(0.06)
        if texts.beside and texts.value:
            figure = texts.value
            middle = area.y + pad + room / 2
            top = middle + 0.364 * figure.face.size - figure.baseline(0)
            slate.write(figure, self._end(figure), top, ink)
        for block in (texts.name, None if texts.beside else texts.value, texts.text):
            if block:
                soft = block is texts.name and not self.bright
                y = slate.write(block, self._begin(block), y, palette.mute if soft else ink) + LINE
        if share is not None:
            self._bar(share, ink)

    def _begin(self, block: Block) -> float:
        """Where to write a block so that it stands on the side where the card begins."""
        left = block.span(block.lines[0])[0] if block.right else 0.0
        if self.right:
            wide = (
                max(sum(block.span(line)) for line in block.lines) if block.right else block.width
            )
            return self.area.right - PAD - wide
        return self.area.x + PAD - left

    def _end(self, block: Block) -> float:
        """Where to write a block of one line so that it stands on the other side."""
        left = block.span(block.lines[0])[0]
        x = self.area.x + PAD if self.right else self.area.right - PAD - block.width
        return x - left

    def _bar(self, share: float, ink: Colour) -> None:
        """Draw a bar at the panel's foot that grows from the side where one reads first."""
        pad = min(PAD, 0.14 * self.area.h)
        inside = Area(self.area.x + PAD, self.area.bottom - pad - BAR, self.area.w - 2 * PAD, BAR)
        sheet = self.slate.sheet(inside)
        sheet.box(inside, ink, BAR / 2, 0.2)
        self.slate.add(sheet, rise=0)
        colour = ink if self.bright else self.slate.palette.accent

        def draw(t: float) -> Sprite:
            part = inside._replace(w=max(BAR, inside.w * share * ease(t)))
            grown = self.slate.sheet(inside)
            grown.box(flipped(part, inside, self.right), colour, BAR / 2)
            return grown.sprite()

        self.slate.grow(draw)
