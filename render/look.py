"""How a clip looks: its colours, the type scale, the safe zones, the motion.

Pure tables. All lengths are design pixels, those of a 1080 x 1920 canvas; whoever draws multiplies
by width / 1080.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from render.colours import (
    BLACK,
    GRADES,
    LIGHTS,
    PALETTES,
    READABLE,
    WHITE,
    Colour,
    Grade,
    Light,
    Palette,
    contrast,
    luminance,
    mixed,
    on_photo,
    palette,
)
from render.storyboard import Profile

__all__ = [
    "BAND",
    "BANNER",
    "BLACK",
    "BODY",
    "CANVAS",
    "CAPTION",
    "CARD_TITLE",
    "CONTENT",
    "CREDIT",
    "FOLIO",
    "GRADES",
    "HEADLINE",
    "LABEL",
    "LIGHTS",
    "MARK",
    "META",
    "MOTION",
    "NAME",
    "NOTE",
    "PALETTES",
    "POSTER",
    "QUOTE",
    "READABLE",
    "SAFE",
    "STAT",
    "SUB",
    "SUBHEAD",
    "TITLE_FOOT",
    "WHITE",
    "WIDE",
    "ZONES",
    "Area",
    "Colour",
    "Grade",
    "Light",
    "Look",
    "Motion",
    "Palette",
    "Type",
    "Zones",
    "contrast",
    "luminance",
    "mixed",
    "on_photo",
    "palette",
]

CANVAS = (1080, 1920)


class Area(NamedTuple):
    """A rectangle in design pixels."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The first pixel beyond it, rightwards."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The first pixel beneath it."""
        return self.y + self.h

    def holds(self, other: "Area") -> bool:
        """Whether the other lies wholly inside, half a pixel of rounding allowed."""
        return (
            other.x >= self.x - 0.5
            and other.y >= self.y - 0.5
            and other.right <= self.right + 0.5
            and other.bottom <= self.bottom + 0.5
        )


@dataclass(frozen=True, slots=True)
class Zones:
    """Where text may stand, in design pixels: what a platform leaves free of its own.

    `wide` is the room above the rail of buttons, `content` what a card may fill, `band` the
    captions' room, `note` the baseline of the source note.
    """

    safe: Area
    wide: Area
    content: Area
    band: Area
    note: float


# The union of what TikTok, Reels and Shorts leave free (third-party figures, November 2026; they
# move every year). Below y=1000 the rail of buttons takes the right-hand side.
SAFE = Area(72, 252, 840, 1188)
WIDE = Area(72, 252, 936, 748)
CONTENT = Area(72, 372, 840, 768)  # what a card may fill: under the chip, above the captions
TITLE_FOOT = 330  # px high at most is a headline under a photo, which so has the upper 45 %
BAND = Area(72, 1180, 840, 220)  # the captions, centred at x=492 and not at 540


_ALL = Zones(SAFE, WIDE, CONTENT, BAND, 1432)
# Boosted Reels and most advertising lay a button over the lowest 35 %: all of it moves up.
_ADS = Zones(Area(72, 252, 840, 996), WIDE, Area(72, 348, 840, 650), Area(72, 1014, 840, 190), 1240)
ZONES: Mapping[Profile, Zones] = {
    "all": _ALL,
    "tiktok": _ALL,
    "reels": Zones(Area(72, 270, 888, 1200), Area(72, 270, 936, 730), CONTENT, BAND, 1462),
    "shorts": Zones(Area(72, 180, 840, 1260), Area(72, 180, 936, 820), CONTENT, BAND, 1432),
    "ads": _ADS,
}


@dataclass(frozen=True, slots=True)
class Type:
    """One voice of the page: sizes in px from `largest` to `smallest`, weight, leading in em.

    `tabular` gives all digits one width, for times and counters. `family` is a font file that is
    used first, "" for Inter.
    """

    largest: int
    smallest: int
    weight: int
    leading: float = 1.2
    tabular: bool = False
    family: str = ""


LABEL = Type(34, 30, 750)
NOTE = Type(30, 30, 560)
META = Type(40, 32, 560)
BODY = Type(54, 36, 600, 1.22)
NAME = Type(50, 40, 750, 1.15)
SUBHEAD = Type(88, 48, 820, 1.08)
SUB = Type(56, 40, 620, 1.2)
CARD_TITLE = Type(76, 48, 820, 1.08)
POSTER = Type(176, 48, 850, 1.04)
BANNER = Type(190, 52, 850, 1.02)
FOLIO = Type(44, 36, 750, tabular=True)
HEADLINE = Type(116, 52, 850, 1.05)
QUOTE = Type(92, 46, 700, 1.17)
STAT = Type(380, 120, 880, 1.0, tabular=True)
CAPTION = Type(76, 40, 820, 1.32)
CREDIT = Type(28, 28, 600)
MARK = Type(30, 28, 750)


@dataclass(frozen=True, slots=True)
class Motion:
    """How things come in: seconds, design pixels, shares."""

    enter_s: float = 0.36
    stagger_s: float = 0.08
    rise: float = 32
    count_s: float = 0.7
    grow_s: float = 0.6
    pop_s: float = 0.08
    pop: float = 0.94
    zoom: float = 0.06


MOTION = Motion()


@dataclass(frozen=True, slots=True)
class Look:
    """What lies over a shot adapts to: its palette, and whether a photo is under it."""

    palette: Palette
    over_photo: bool

    @property
    def colours(self) -> Palette:
        """The shot's, or over a photo those that are read there."""
        return on_photo(self.palette) if self.over_photo else self.palette

    @property
    def ink(self) -> Colour:
        """Of a text that stands on the picture itself."""
        return WHITE if self.over_photo else self.palette.ink
