"""Colours by tone: palettes, the light on their grounds, what a tone does to a picture.

Pure tables and the one rule that guards them, contrast.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from render.storyboard import Tone

__all__ = [
    "BLACK",
    "GRADES",
    "LIGHTS",
    "PALETTES",
    "READABLE",
    "WHITE",
    "Colour",
    "Grade",
    "Light",
    "Palette",
    "contrast",
    "luminance",
    "mixed",
    "on_photo",
    "palette",
]


class Colour(NamedTuple):
    """An sRGB colour, 0 to 255 each."""

    r: int
    g: int
    b: int


WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)


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
    "urgency": _palette("#2A0309 #66091A #FF2338 #FFFFFF #F3CDD0 #FF8474 #2A0309"),
    "tension": _palette("#0B0D11 #2B2F36 #E8890C #F7F5F0 #BDBFC4 #FFB02E #14120C"),
    "loneliness": _palette("#0D1A2B #2B4763 #A9CDEB #EFF5FA #B9CBDC #A6CDF6 #0D1A2B"),
    "prosperity": _palette("#03150E #0C4A33 #F0BC2B #FFFDF5 #C5DCD0 #FFD257 #0B1D15"),
    "innocence": _palette("#FFF6E6 #FFDFCB #FF9D73 #2B2A33 #57525F #A9300F #FFFFFF"),
    "hope": _palette("#082746 #155377 #FFAB5E #FFFFFF #CBE0EC #FFCB85 #082746"),
    "neutral": _palette("#0A1430 #1A3C72 #4D9BFF #FFFFFF #BACBE4 #86C5FF #0A1430"),
}


@dataclass(frozen=True, slots=True)
class Light:
    """How a tone lights a ground: which patterns, and the strength of its two lights, 0 to 1.

    `key` shines from the upper corner, `foot` from beneath the page; both in `dusk`, and in the
    palette's glow where they are strongest.
    """

    patterns: tuple[str, ...]
    key: float
    foot: float
    dusk: Colour


LIGHTS: Mapping[Tone, Light] = {
    "urgency": Light(("beam", "rays", "halftone", "arcs"), 0.75, 0.9, _colour("#D80F28")),
    "tension": Light(("contours", "beam", "grid", "arcs"), 0.55, 0.6, _colour("#8A4E0B")),
    "loneliness": Light(("ridges", "horizon", "contours", "arcs"), 0.2, 0.5, _colour("#5C86AB")),
    "prosperity": Light(("arcs", "halftone", "rays", "beam"), 0.6, 0.8, _colour("#1F9463")),
    "innocence": Light(("arcs", "ridges", "halftone", "rays"), 0.7, 0.8, _colour("#FFC1B5")),
    "hope": Light(("horizon", "rays", "ridges", "arcs"), 0.5, 0.95, _colour("#C9577F")),
    "neutral": Light(("grid", "halftone", "contours", "horizon"), 0.6, 0.75, _colour("#2460D8")),
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
ROOM = 1.15  # a colour is made so much more readable: the ground under it is lit


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


def palette(tone: Tone, accent: str = "", ground: str = "") -> Palette:
    """Give the palette of a tone, with a house's own accent and ground ("#RRGGBB") if named.

    The tone's light stays. A colour that cannot be read is moved until it can: an accent towards
    the ink, a ground away from it. Raises ValueError where one is no colour.
    """
    base = _grounded(PALETTES[tone], _colour(ground)) if ground else PALETTES[tone]
    if not accent:
        return base
    own = _readable(_colour(accent), base)
    glow = mixed(own, base.bg1, 0.25)
    return replace(base, accent=own, glow=glow, on_accent=_legible(own, base))


def on_photo(palette: Palette) -> Palette:
    """The same palette for text over a photo: light ink on a dark veil, whatever the ground."""
    if not palette.light:
        return palette
    dark = replace(
        palette, bg0=mixed(palette.accent, BLACK, 0.8), bg1=mixed(palette.accent, BLACK, 0.7),
        ink=WHITE, mute=mixed(palette.bg1, palette.ink, 0.1),
    )  # fmt: skip
    accent = _readable(mixed(palette.accent, palette.glow, 0.6), dark)
    return replace(dark, accent=accent, on_accent=_legible(accent, dark))


def _grounded(base: Palette, ground: Colour) -> Palette:
    """A palette on a house's ground: the inks as dark or as light as that asks for."""
    light = luminance(ground) > 0.3
    ink = mixed(ground, BLACK, 0.88) if light else mixed(ground, WHITE, 0.97)
    away = WHITE if light else BLACK
    steps = (mixed(ground, away, i / 20) for i in range(21))
    bg1 = next(c for c in steps if contrast(c, ink) >= 2 * READABLE)
    plain = replace(base, bg0=mixed(bg1, away, 0.55), bg1=bg1, ink=ink)
    own = _readable(base.glow if light else base.accent, plain)
    mute = _readable(mixed(ink, bg1, 0.3), plain)
    return replace(plain, accent=own, mute=mute, on_accent=_legible(own, plain))


def _readable(wished: Colour, on: Palette) -> Colour:
    """Move a colour towards the ink until it can be read on the ground, with room for light.

    On a light ground it is darkened to black and not to the ink, which would make it grey.
    """
    end = BLACK if on.light else on.ink
    steps = (mixed(wished, end, i / 20) for i in range(21))
    enough = READABLE * ROOM
    return next(c for c in steps if min(contrast(c, on.bg0), contrast(c, on.bg1)) >= enough)


def _legible(ground: Colour, of: Palette) -> Colour:
    """Choose what is written on a colour: the palette's dark or its light, else black or white."""
    own = max(of.bg0, of.ink, key=lambda c: contrast(c, ground))
    return (
        own
        if contrast(own, ground) >= READABLE
        else max(BLACK, WHITE, key=lambda c: contrast(c, ground))
    )


def _unit(colour: Colour) -> tuple[float, ...]:
    return tuple(c / 255 for c in colour)
