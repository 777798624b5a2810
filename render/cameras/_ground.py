"""The ground that a card stands on: a gradient, two lights, a pattern, grain.

Drawn once, a little larger than the frame, and drifted under the text so that nothing ever stands
still. Where text may stand it is never so light (or, on a light page, so dark) that a colour of
the palette could not be read on it; beyond, at the head and the foot, the light is free.
"""

import math
import zlib
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from render.cameras import Planes
from render.cameras._patterns import PATTERNS, Field
from render.lettering.fonts import Face, stamp
from render.look import (
    BLACK,
    CANVAS,
    LIGHTS,
    PALETTES,
    READABLE,
    WHITE,
    Colour,
    Palette,
    luminance,
    mixed,
)
from render.planes import Matrix, Pixels, to_yuv
from render.storyboard import Tone

__all__ = ["GHOST_WEIGHT", "Ghost", "Ground", "chosen", "drift", "ground"]

MARGIN = 72  # design px that the ground reaches beyond the frame, on every side
ORBIT_PX, ORBIT_S = 56, 9.0  # it circles slowly: a circle never slows down, so it never freezes
GRAIN = 3  # levels, against banding
COARSE = 8  # the lights are drawn so much smaller than the ground, the pattern half its size
ZONE = (130.0, 1520.0)  # design px from the top between which text may stand, with the drift
BEYOND = 420.0  # design px over which the light is let go outside of it
FREE = 14.0  # times as light may the page be where no text stands
PLACES = {
    "title": 0, "line": 0, "side": 0, "stat": 1, "timeline": 1, "locator": 1, "band": 1,
    "quote": 2, "chart": 2, "index": 2, "list": 3, "comparison": 3, "sources": 3, "rule": 3,
}  # fmt: skip
GHOST_WEIGHT = 880
GHOST = 0.25  # how strong a ghost is, before what can be read limits it
GRAINY = 1.1  # so much contrast grain and rounding take
SPARE = 1.25  # how much more contrast than has to be the lights leave, and the pattern takes


@dataclass(frozen=True, slots=True)
class Ghost:
    """A text, huge and faint, drawn into the ground; its pen starts at (x, y) design px."""

    text: str
    x: float
    y: float
    size: float
    family: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a ground depends on."""

    palette: Palette
    tone: Tone
    width: int
    pattern: str
    mirrored: bool
    seed: int
    ghost: Ghost | None = None


def chosen(tone: Tone, kind: str, clip: str, said: str) -> tuple[str, bool]:
    """Choose one of a tone's patterns by the kind of a card and its clip; its side by its words.

    A ground cannot know what the shot before stands on. But kinds that often follow each other
    never share a pattern; of statements, which come in rows, the kind is their layout.
    """
    names = LIGHTS[tone].patterns
    place = PLACES.get(kind, 0) + zlib.crc32(clip.encode())
    return names[place % len(names)], zlib.crc32(said.encode()) % 2 == 1


def drift(n: int, fps: int, width: int) -> Matrix:
    """Where frame n looks on the ground."""
    scale = width / CANVAS[0]
    turn = 2 * math.pi * n / (ORBIT_S * fps)
    x, y = (MARGIN + ORBIT_PX * swing(turn) for swing in (math.cos, math.sin))
    return np.array([[1, 0, x * scale], [0, 1, y * scale]])


@lru_cache(4)
def ground(wish: Ground) -> Planes:
    """Draw a ground, MARGIN larger than the frame on every side."""
    scale = wish.width / CANVAS[0]
    w, h = (COARSE * round((side + 2 * MARGIN) * scale / COARSE) for side in CANVAS)
    lights, most = _lights(wish, w // COARSE, h // COARSE)
    x, y = _places(w // 2, h // 2, wish.mirrored)
    drawn = PATTERNS[wish.pattern](x, y)
    if wish.ghost:
        _haunt(drawn, wish.ghost, scale / 2)
    planes = _mixed(wish.palette, lights, most, drawn)
    luma = cv2.resize(planes[0], (w, h), interpolation=cv2.INTER_LINEAR)
    luma += _grain(wish.seed, w, h)
    return Planes(*(_rounded(plane) for plane in (luma, *planes[1:])))


def _lights(wish: Ground, w: int, h: int) -> tuple[Field, Field]:
    """Gradient and lights as (h, w, 3) RGB; and how much of a pattern each place takes."""
    palette, light = wish.palette, LIGHTS[wish.tone]
    own = palette.bg1 != PALETTES[wish.tone].bg1  # a house's ground keeps more of its colour
    dusk = mixed(light.dusk, palette.bg1, 0.6) if own else light.dusk
    x, y = _places(w, h, wish.mirrored)
    down = np.clip(y / CANVAS[1], 0, 1)
    art = _toward(np.full((h, w, 3), palette.bg0, np.float32), palette.bg1, 0.9 * down + 0 * x)
    key = np.exp(-(((x - 900) / 640) ** 2) - ((y + 20) / 640) ** 2)
    side = 0.45 + 0.55 * np.exp(-(((x - 260) / 560) ** 2))
    up = np.maximum(2010 - y, 0)
    for colour, share in (
        (dusk, light.key * key),
        (dusk, light.foot * side * np.exp(-((up / 540) ** 2))),
        (palette.glow, light.foot * side * np.exp(-((up / 290) ** 2))),
    ):
        art = _toward(art, colour, share)
    outside = np.clip(np.maximum(ZONE[0] - y, y - ZONE[1]) / BEYOND, 0, 1) + 0 * x
    outside = outside * outside * (3 - 2 * outside)
    art = _held(art, palette, outside)
    return art, _most(art, palette, outside)


def _held(art: Field, palette: Palette, outside: Field) -> Field:
    """Take light away (on a light page: give), softly, where a colour could not be read."""
    bright, limit = _luminance(art), _limit(palette, READABLE * SPARE)
    if palette.light:
        dark, room = 1 - bright, (1 - limit) * FREE**outside
        lack = 1 - room * np.tanh(dark / room) / np.maximum(dark, 1e-3)
        return _toward(art, WHITE, lack)
    room = limit * FREE**outside
    return art * np.sqrt(room * np.tanh(bright / room) / np.maximum(bright, 1e-4))[..., None]


def _most(art: Field, palette: Palette, outside: Field) -> Field:
    """How far each place can go towards the pattern's colour, 0 to 1, and still be read on."""
    limit = _limit(palette, READABLE * GRAINY)
    ink = np.array(_pattern_colours(palette)[0], np.float32)
    low, high = np.zeros(art.shape[:2], np.float32), np.ones(art.shape[:2], np.float32)
    for _ in range(7):
        half = (low + high) / 2
        bright = _luminance(art + (ink - art) * half[..., None])
        good = bright >= limit if palette.light else bright <= limit
        low, high = np.where(good, half, low), np.where(good, high, half)
    return np.asarray(low + (1 - low) * outside, np.float32)


def _pattern_colours(palette: Palette) -> tuple[Colour, Colour]:
    """What a pattern's light and its shade go towards; on a light page, light is a tint."""
    if palette.light:
        return palette.glow, WHITE
    own = mixed(palette.bg1, palette.ink, 0.35)
    return mixed(own, palette.glow, 0.4), mixed(palette.bg0, BLACK, 0.5)


def _limit(palette: Palette, ratio: float) -> float:
    """The luminance that a ground must not pass for every text to have this contrast on it."""
    inks = [luminance(colour) + 0.05 for colour in (palette.ink, palette.mute, palette.accent)]
    if palette.light:
        return min(max(inks) * ratio - 0.05, 0.99)
    return max(min(inks) / ratio - 0.05, 0.001)


def _luminance(art: Field) -> Field:
    """Relative luminance of (h, w, 3) RGB, 0 to 1 (WCAG 2.2)."""
    unit = np.clip(art, 0, 255) * np.float32(1 / 255)
    linear = np.where(unit <= 0.03928, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722], np.float32))


def _mixed(palette: Palette, lights: Field, most: Field, drawn: Field) -> tuple[Field, ...]:
    """Lay a pattern over the lights: float32 planes of the pattern's size."""
    size = (drawn.shape[1], drawn.shape[0])
    most = cv2.resize(most, size, interpolation=cv2.INTER_LINEAR)
    up, down = np.clip(drawn, 0, most), np.clip(-drawn, 0, 1)
    ink, shade = (to_yuv(colour) for colour in _pattern_colours(palette))
    planes = []
    for plane, light, dark in zip(cv2.split(to_yuv(lights)), ink, shade, strict=True):
        full = cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC)
        full += up * (np.float32(light) - full)
        full += down * (np.float32(dark) - full)
        planes.append(full)
    return tuple(planes)


def _haunt(drawn: Field, ghost: Ghost, scale: float) -> None:
    """Draw a ghost into a pattern of so many pixels a design pixel."""
    face = Face(ghost.size * scale, GHOST_WEIGHT, True, ghost.family)
    mark = stamp(ghost.text, face, WHITE)
    x, y = round((ghost.x + MARGIN) * scale) + mark.x, round((ghost.y + MARGIN) * scale) + mark.y
    left, top = max(x, 0), max(y, 0)
    seen = mark.rgba[top - y :, left - x :, 3]
    part = drawn[top : top + seen.shape[0], left : left + seen.shape[1]]
    part += np.float32(GHOST / 255) * seen[: part.shape[0], : part.shape[1]]


def _grain(seed: int, w: int, h: int) -> Field:
    tile = np.random.default_rng(seed).uniform(-GRAIN, GRAIN, (256, 256)).astype(np.float32)
    return np.tile(tile, (h // 256 + 1, w // 256 + 1))[:h, :w]


def _places(w: int, h: int, mirrored: bool) -> tuple[Field, Field]:
    """Design coordinates of every pixel of a ground drawn w x h: a row and a column."""
    wide = CANVAS[0] + 2 * MARGIN
    x = (np.arange(w, dtype=np.float32) + 0.5) * np.float32(wide / w) - MARGIN
    y = (np.arange(h, dtype=np.float32) + 0.5) * np.float32(wide / w) - MARGIN
    return (CANVAS[0] - x if mirrored else x)[None, :], y[:, None]


def _rounded(plane: Field) -> Pixels:
    return np.asarray(cv2.convertScaleAbs(plane), np.uint8)


def _toward(art: Field, colour: Colour, share: Field) -> Field:
    mix: Field = art + (np.array(colour, np.float32) - art) * np.clip(share, 0, 1)[..., None]
    return mix
