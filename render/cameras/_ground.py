"""The ground that a card stands on: a gradient, one glow, fine rings, a lit horizon, grain.

Drawn once, larger than the frame, and drifted under the text so that nothing ever stands still.
"""

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from render.cameras import Planes
from render.look import CANVAS, Colour, Palette
from render.planes import Matrix, Pixels, from_rgb

__all__ = ["drawn", "drift", "ground"]

OVER = 1.2  # how much larger than the frame the ground is
ORBIT_PX, ORBIT_S = 56, 9.0  # it circles slowly: a circle never slows down, so it never freezes
GRAIN = 3  # levels, against banding
GLOW = (880.0, 330.0)  # where the light comes from; the rings stand around it
HORIZON_Y, HORIZON_R = 1560.0, 1500.0

Field = NDArray[np.float32]


def drift(n: int, fps: int, width: int) -> Matrix:
    """Where frame n looks on the ground."""
    scale = width / CANVAS[0]
    turn = 2 * math.pi * n / (ORBIT_S * fps)
    margin = (OVER - 1) / 2
    x = CANVAS[0] * margin + ORBIT_PX * math.cos(turn)
    y = CANVAS[1] * margin + ORBIT_PX * math.sin(turn)
    return np.array([[1, 0, x * scale], [0, 1, y * scale]])


@lru_cache(6)
def ground(palette: Palette, width: int, height: int, mirrored: bool, seed: int) -> Planes:
    """The ground of a palette for a frame of width x height, OVER times as large."""
    return from_rgb(drawn(palette, width, height, mirrored, seed))


def drawn(palette: Palette, width: int, height: int, mirrored: bool, seed: int) -> Pixels:
    """Draw a ground as RGB."""
    w, h = _even(width * OVER), _even(height * OVER)
    scale = width / CANVAS[0]
    # The soft parts are drawn small and enlarged; only the lines need every pixel.
    soft = np.asarray(cv2.resize(_soft(palette, w // 4, h // 4, scale / 4), (w, h)), np.float32)
    rgb = _rings(soft, palette, scale)
    if mirrored:
        rgb = rgb[:, ::-1]
    grain = np.random.default_rng(seed).integers(-GRAIN, GRAIN + 1, (h, w, 1), np.int16)
    return np.asarray(np.clip(rgb + grain, 0, 255), np.uint8)


def _soft(palette: Palette, w: int, h: int, scale: float) -> Field:
    """Gradient, glow and horizon, as an (h, w, 3) picture."""
    x, y = _coordinates(w, h, scale)
    dark = np.broadcast_to(np.array(palette.bg0, np.float32), (h, w, 3))
    art = _toward(dark, palette.bg1, np.float32(0.85 / CANVAS[1]) * y)
    near = np.hypot(x - GLOW[0], y - GLOW[1])
    art = _lit(art, palette, 0.30 * np.exp(-((near / 430) ** 2)))
    height = np.hypot(x - CANVAS[0] / 2, y - HORIZON_Y - HORIZON_R) - HORIZON_R  # over the horizon
    lit = np.exp(-(((x - 700) / 520) ** 2))  # the light lies to one side
    art = _lit(art, palette, 0.30 * lit * np.exp(-np.maximum(height, 0) / 130))
    below = np.clip(0.5 - height * scale, 0, 1)
    deep = palette.bg1 if palette.light else palette.bg0
    art = _toward(art, deep, 0.82 * below)
    return _lit(art, palette, 0.45 * lit * below * np.exp(np.minimum(height, 0) / 46))


def _rings(art: Field, palette: Palette, scale: float) -> Field:
    """Draw fine rings around the light, fading outwards, into the ground."""
    h, w = art.shape[:2]
    x, y = _coordinates(w, h, scale)
    near = np.sqrt((x - GLOW[0]) ** 2 + (y - GLOW[1]) ** 2)
    off = np.abs(near - 150 * np.rint(near / 150)) * scale
    wide = 1.4 * max(scale, 0.7)
    rows, columns = np.nonzero((off < wide) & (y < HORIZON_Y - 40))
    line = np.clip(wide - off[rows, columns], 0, 1) * np.exp(-near[rows, columns] / 520)
    strength = 0.20 if palette.light else 0.13
    art[rows, columns] = _toward(art[rows, columns], palette.ink, strength * line)
    return art


def _coordinates(w: int, h: int, scale: float) -> tuple[Field, Field]:
    """Design coordinates of every pixel of the oversized ground."""
    margin = (OVER - 1) / 2
    x = (np.arange(w, dtype=np.float32) + 0.5) / scale - CANVAS[0] * margin
    y = (np.arange(h, dtype=np.float32) + 0.5) / scale - CANVAS[1] * margin
    return x[None, :], y[:, None]


def _toward(art: Field, colour: Colour, share: Field) -> Field:
    mixed: Field = art + (np.array(colour, np.float32) - art) * np.clip(share, 0, 1)[..., None]
    return mixed


def _lit(art: Field, palette: Palette, share: Field) -> Field:
    """Light in the colour of the glow: added to a dark ground, a tint on a light one."""
    if palette.light:
        return _toward(art, palette.glow, share)
    light = np.array(palette.glow, np.float32) * share[..., None]
    return np.asarray(art + (1 - art / 255) * light, np.float32)


def _even(side: float) -> int:
    return 8 * round(side / 8)
