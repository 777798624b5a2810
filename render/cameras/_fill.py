"""A photo's own blurred likeness, which fills the page around it or beneath it."""

from typing import Any

import cv2
import numpy as np

from render.cameras._framing import crop
from render.look import Colour
from render.planes import Drawing, Pixels

__all__ = ["blurred", "enlarged"]

SMALL = (108, 192)  # px: it is blurred that small
SOFT = 13.0  # px of it: no shape is left, only light
MIDDLE = 96.0  # the brightness, 0 to 255, that its middle is brought to
GAIN = (0.4, 2.4)  # and how far it may be changed for that
TINT = 0.22  # share of the tone's colour in it
BRIGHTEST = 116.0  # no part is lighter: white text reads on it at 4.5 to 1
GRAIN = 3  # levels
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def blurred(rgb: Pixels, size: tuple[int, int], tint: Colour) -> Drawing:
    """Blur a photo over a page of `size` (width, height): (480, 270, 3) RGB, 0 to 255.

    It is as light as text allows, and takes a little of the tone's colour.
    """
    middle = (rgb.shape[1] / 2, rgb.shape[0] / 2)
    part = crop((rgb.shape[1], rgb.shape[0]), size, middle, 1)
    cut = rgb[int(part.y) : int(part.y + part.h), int(part.x) : int(part.x + part.w)]
    tiny = cv2.resize(cut, SMALL, interpolation=cv2.INTER_AREA).astype(np.float32)
    soft: Any = cv2.GaussianBlur(tiny, (0, 0), SOFT)
    grey = soft @ _LUMA
    soft *= np.clip(MIDDLE / max(float(grey.mean()), 1.0), *GAIN)
    soft += TINT * (np.array(tint, np.float32) - soft)
    grey = np.maximum(soft, 0) @ _LUMA
    held = BRIGHTEST * (1 - np.exp(-grey / BRIGHTEST)) / np.maximum(grey, 1)
    soft = np.clip(soft * np.minimum(1, 1.25 * held)[..., None], 0, 255)
    return np.asarray(cv2.resize(soft, (270, 480), interpolation=cv2.INTER_CUBIC), np.float32)


def enlarged(soft: Drawing, size: tuple[int, int], seed: int) -> Pixels:
    """Bring a blurred page to its size, with grain against banding: (height, width, 3) RGB."""
    w, h = size
    tile = np.random.default_rng(seed).uniform(-GRAIN, GRAIN, (256, 256)).astype(np.float32)
    grain = np.tile(tile, (h // 256 + 1, w // 256 + 1))[:h, :w]
    full = np.empty((h, w, 3), np.uint8)
    for c in range(3):  # one after the other: all three as floats would take 25 MB
        plane = cv2.resize(np.ascontiguousarray(soft[..., c]), size, interpolation=cv2.INTER_LINEAR)
        full[..., c] = cv2.convertScaleAbs(plane + grain)
    return full
