"""How a clip looks: palettes and grades by tone, the type scale, the safe zones, the motion.

Pure tables and the one rule that guards them, contrast. All lengths are design pixels, those of a
1080 x 1920 canvas; whoever draws multiplies by width / 1080.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from render.storyboard import Profile, Tone

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
    "META",
    "MOTION",
    "NAME",
    "NOTE",
    "PALETTES",
    "POSTER",
    "QUOTE",
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
    "Motion",
    "Palette",
    "Type",
    "Zones",
    "contrast",
    "mixed",
    "palette",
]

CANVAS = (1080, 1920)


class Colour(NamedTuple):
    """An sRGB colour, 0 to 255 each."""

    r: int
    g: int
    b: int


WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)


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
_ADS = Zones(Area(72, 252, 840, 996), WIDE, Area(72, 348, 840, 650), Area(72, 1014, 840, 190), 1242)
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
BANNER = Type(140, 52, 850, 1.04)
FOLIO = Type(44, 36, 750, tabular=True)
HEADLINE = Type(116, 52, 850, 1.05)
QUOTE = Type(92, 46, 700, 1.17)
STAT = Type(360, 120, 880, 1.0)
CAPTION = Type(76, 40, 820, 1.32)
CREDIT = Type(28, 28, 600)


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
class Palette:
    """The seven colours of a tone. Text is `ink` or `mute` on bg0..bg1, `on_accent` on `accent`."""

    bg0: Colour
    bg1: Colour
    glow: Colour
    ink: Colour
    mute: Colour
    accent: Colour
    on_accent: Colour

    @property
    def light(self) -> bool:
        """Whether this is dark ink on a light ground."""
        return luminance(self.bg1) > luminance(self.ink)


@dataclass(frozen=True, slots=True)
class Grade:
    """What a tone does to a picture: saturation, contrast, gain of red, green and blue.

    Saturation stays within 10 % of the original: these are documentary pictures.
    """

    saturation: float
    contrast: float
    gain: tuple[float, float, float]


def _colour(text: str) -> Colour:
    digits = text.removeprefix("#")
    if len(digits) != 6 or not all(c in "0123456789abcdefABCDEF" for c in digits):
        raise ValueError(f"colour {text!r} is not of the form #RRGGBB")
    return Colour(*(int(digits[i : i + 2], 16) for i in (0, 2, 4)))


def _palette(row: str) -> Palette:
    return Palette(*(_colour(c) for c in row.split()))


#                           bg0     bg1     glow    ink     mute    accent  on_accent
PALETTES: Mapping[Tone, Palette] = {
    "urgency": _palette("#14070A #3A0B14 #E5203A #FFFFFF #D9B8BD #FF4D5E #14070A"),
    "tension": _palette("#0B0F14 #1B2430 #B7791F #F5F7FA #A9B4C2 #F6A821 #12161C"),
    "loneliness": _palette("#0C1420 #1D2F45 #4C78A8 #EAF1F8 #9FB4CB #8FB8E8 #0C1420"),
    "prosperity": _palette("#08150F #0F3B2A #D4A72C #FFFDF5 #BFD4C8 #F2C94C #0B1D15"),
    "innocence": _palette("#FFF7EC #FFE9DC #FFB4A2 #2B2A33 #5A5566 #B93A1B #FFFFFF"),
    "hope": _palette("#071A2B #0D4361 #F7B267 #FFFFFF #B6D3E4 #FFC26F #071A2B"),
    "neutral": _palette("#0C111B #1A2538 #3B82F6 #FFFFFF #A7B3C6 #5BA8FF #0C111B"),
}

GRADES: Mapping[Tone, Grade] = {
    "urgency": Grade(0.90, 1.10, (1.04, 0.98, 0.98)),
    "tension": Grade(0.90, 1.08, (1.02, 1.00, 0.97)),
    "loneliness": Grade(0.90, 0.96, (0.96, 0.99, 1.05)),
    "prosperity": Grade(1.08, 1.04, (1.03, 1.01, 0.96)),
    "innocence": Grade(0.96, 0.97, (1.03, 1.01, 0.99)),
    "hope": Grade(1.06, 1.02, (1.03, 1.01, 0.98)),
    "neutral": Grade(0.98, 1.03, (1.00, 1.00, 1.00)),
}

READABLE = 4.5  # WCAG 2.2, 1.4.3


def luminance(colour: Colour) -> float:
    """Relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in _unit(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with `share` (0 to 1) of `other` in it."""
    return Colour(*(round(a + (b - a) * share) for a, b in zip(one, other, strict=True)))


def palette(tone: Tone, accent: str = "") -> Palette:
    """Give the palette of a tone, with a brand's own accent ("#RRGGBB") where one is named.

    A brand colour that cannot be read on this tone's ground is moved towards the ink until it can.
    Raises ValueError where `accent` is no colour.
    """
    base = PALETTES[tone]
    if not accent:
        return base
    wished = _colour(accent)
    steps = (mixed(wished, base.ink, i / 20) for i in range(21))
    own = next(c for c in steps if min(contrast(c, base.bg0), contrast(c, base.bg1)) >= READABLE)
    dark, light = sorted((base.bg0, base.ink), key=luminance)
    on_own = max(dark, light, Colour(0, 0, 0), key=lambda c: contrast(c, own))
    return replace(base, accent=own, glow=mixed(own, base.bg1, 0.25), on_accent=on_own)


def _unit(colour: Colour) -> tuple[float, ...]:
    return tuple(c / 255 for c in colour)
