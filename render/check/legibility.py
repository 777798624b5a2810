"""Whether drawn text can be read, measured on the pixels of a finished frame. No verdict.

A line is looked at through windows of about two letters, so that one bad letter counts. In a window
the ink is what is lightest, or else what is darkest; the ground is the ring of pixels just around
it. A stroke or a shadow around a letter is its ground, as it is for the eye.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from render.cameras import Planes
from render.planes import Pixels, to_rgb

__all__ = ["clip_out", "contrast", "likeness"]

Light = NDArray[np.float32]
"""ln(L + 0.05) of relative luminance L, (H, W): contrasts are differences."""

TALL = 72  # px: a higher line is looked at in this size
WINDOW = 1.5  # of the height: a gap between words is less
INK = float(np.log(1.35))  # of the lightest: what is as light as that is the same ink
EXTREMES = (0.96, 0.85)  # quantiles: the ink's own light, also under a sliver of another ink
CLOSE = 0.70  # quantile of the ground, on the ink's side
LEAST_RING = 0.02  # of a window: with less there is no letter
_NEXT = np.ones((3, 3), np.uint8)  # half ink, half ground: soft edges, and colour of half the size
_AROUND = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))


def clip_out(picture: Planes, x: float, y: float, w: float, h: float) -> Planes:
    """Copy a part of a picture, at most TALL px high; all three planes of one size."""
    rows, columns = picture.y.shape
    left, top = (min(max(int(at), 0), side - 2) for at, side in ((x, columns), (y, rows)))
    right, bottom = max(left + 2, min(round(x + w), columns)), max(top + 2, min(round(y + h), rows))
    scale = min(1.0, TALL / (bottom - top))
    size = (max(2, round((right - left) * scale)), max(2, round((bottom - top) * scale)))
    half = (slice(top // 2, (bottom + 1) // 2), slice(left // 2, (right + 1) // 2))
    light = cv2.resize(picture.y[top:bottom, left:right], size, interpolation=cv2.INTER_AREA)
    u, v = (
        cv2.resize(c[half], size, interpolation=cv2.INTER_LINEAR) for c in (picture.u, picture.v)
    )
    return Planes(*(np.asarray(plane, np.uint8) for plane in (light, u, v)))


def contrast(part: Planes) -> float:
    """Measure the contrast ratio of a line of text, 1 to 21, where it is read worst."""
    return min(_ratio(window) for window in _windows(_light(part)))


def likeness(part: Pixels, drawn: Pixels) -> float:
    """Say how much a part of a frame looks like a drawn text somewhere, 0 to 1; colours may swap.

    `drawn` is the text's mask, in the same scale; what is larger than the part looks like nothing.
    """
    if drawn.shape[0] > part.shape[0] or drawn.shape[1] > part.shape[1] or not drawn.any():
        return 0.0
    found = cv2.matchTemplate(part, drawn, cv2.TM_CCOEFF_NORMED)
    return float(np.abs(np.nan_to_num(found, posinf=0, neginf=0)).max())


def _light(part: Planes) -> Light:
    rgb = to_rgb(part)
    linear = np.asarray(_LINEAR[rgb] @ np.array([0.2126, 0.7152, 0.0722], np.float32))
    return np.asarray(np.log(linear + 0.05), np.float32)


def _windows(light: Light) -> Iterator[Light]:
    height, width = light.shape
    wide = max(8, round(WINDOW * height))
    steps = max(1, -(-2 * (width - wide) // wide) + 1)
    for left in np.linspace(0, max(0, width - wide), steps).astype(int):
        yield light[:, left : left + wide]


def _ratio(light: Light) -> float:
    return float(np.exp(max(_step(side, share) for side in (light, -light) for share in EXTREMES)))


def _step(light: Light, share: float) -> float:
    """Give how far the ground around the lightest pixels lies below them, 0 at least."""
    ink = light > _quantile(light.ravel(), share) - INK
    mask = ink.astype(np.uint8)
    ring = (cv2.dilate(mask, _AROUND) > 0) & (cv2.dilate(mask, _NEXT) == 0)
    if ring.sum() < LEAST_RING * light.size:
        return 0.0
    return max(0.0, _quantile(light[ink], 0.5) - _quantile(light[ring], CLOSE))


def _quantile(values: Light, share: float) -> float:
    """The value that a share of all do not exceed; quicker than numpy's, which interpolates."""
    place = min(int(share * len(values)), len(values) - 1)
    return float(np.partition(values, place)[place])


def _linear() -> NDArray[np.float32]:
    c = np.arange(256) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR = _linear()
