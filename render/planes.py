"""Pictures as the encoder takes them: BT.709 limited-range planes, moved and mixed in place.

Chroma has half the rows and columns, and its pixel centres lie between those of luma: luma
coordinate = 2 x chroma coordinate + 0.5. Every function here keeps that rule, else colour would
slide against light.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from render.cameras import Plane, Planes

__all__ = [
    "Sprite",
    "blank",
    "blend",
    "clipped",
    "copy",
    "empty",
    "from_rgb",
    "mix",
    "push",
    "sprite",
    "to_rgb",
    "to_yuv",
    "warp",
]

Pixels = NDArray[np.uint8]  # (H, W, 3) RGB or (H, W, 4) RGBA
Drawing = NDArray[np.float32]  # (H, W, 4) RGBA, 0 to 255, alpha multiplied
Matrix = NDArray[np.float64]  # (2, 3), where an output pixel comes from in the source

cv2.setNumThreads(1)  # shots are painted in parallel; threads inside a call would only fight

# ITU-R BT.709: full-range RGB to limited-range Y, Cb, Cr; the fourth column is the offset.
_KR, _KB = 0.2126, 0.0722
_LUMA = np.array([_KR, 1 - _KR - _KB, _KB])
_BLUE = (np.array([0, 0, 1]) - _LUMA) / (2 * (1 - _KB))
_RED = (np.array([1, 0, 0]) - _LUMA) / (2 * (1 - _KR))
_TO_YUV = np.column_stack(
    [np.stack([_LUMA * 219, _BLUE * 224, _RED * 224]) / 255, np.array([16.0, 128.0, 128.0])]
)
_TO_RGB = np.linalg.inv(_TO_YUV[:, :3])


def blank(width: int, height: int) -> Planes:
    """A black picture; both sides must be even."""
    chroma = (height // 2, width // 2)
    return Planes(
        np.full((height, width), 16, np.uint8),
        np.full(chroma, 128, np.uint8),
        np.full(chroma, 128, np.uint8),
    )


def empty(width: int, height: int) -> Planes:
    """A picture of which every pixel has still to be painted; both sides must be even."""
    return Planes(*(np.empty(shape, np.uint8) for shape in _shapes(width, height)))


def from_rgb(rgb: Pixels) -> Planes:
    """Convert an (H, W, 3) RGB picture with even sides."""
    rgb = np.ascontiguousarray(rgb)
    y, u, v = (_u8(cv2.transform(rgb, row[None])) for row in _TO_YUV)
    return Planes(y, _halved(u), _halved(v))


def to_yuv(rgb: Any) -> NDArray[np.float32]:
    """Convert RGB values (..., 3), 0 to 255, as `from_rgb` does, but without rounding them."""
    exact = np.asarray(rgb) @ _TO_YUV[:, :3].T + _TO_YUV[:, 3]
    return np.asarray(exact, np.float32)


def to_rgb(planes: Planes) -> Pixels:
    """Convert back to (H, W, 3) RGB, for stills and for looking."""
    size = (planes.y.shape[1], planes.y.shape[0])
    chroma = [cv2.resize(c, size, interpolation=cv2.INTER_LINEAR) for c in (planes.u, planes.v)]
    yuv = cv2.merge([planes.y, *chroma]).astype(np.float32) - _TO_YUV[:, 3].astype(np.float32)
    return _u8(np.clip(np.rint(cv2.transform(yuv, _TO_RGB)), 0, 255).astype(np.uint8))


def copy(source: Planes, out: Planes) -> None:
    """Write one picture over another of the same size."""
    for a, b in _pairs(source, out):
        np.copyto(b, a)


def mix(source: Planes, share: float, out: Planes) -> None:
    """Lay `share` (0 to 1) of one picture over another: a cross-fade."""
    for a, b in _pairs(source, out):
        cv2.addWeighted(a, share, b, 1 - share, 0, dst=b)


def push(before: Planes, share: float, out: Planes) -> None:
    """Slide the picture in `out` in from the right; `before` leaves to the left."""
    gone = round(share * before.u.shape[1])
    for old, new, step in zip(_all(before), _all(out), (2 * gone, gone, gone), strict=True):
        width = new.shape[1]
        new[:, width - step :] = new[:, :step].copy()
        new[:, : width - step] = old[:, step:]


def warp(source: Planes, matrix: Matrix, out: Planes) -> None:
    """Fill `out` from `source` through an affine map at sub-pixel precision.

    `matrix` says where a luma pixel of `out` lies in the luma of `source`; edges are repeated.
    A map that only shifts, as under cards and in pans, costs a sixth of one that scales.
    """
    fill = _shifted if np.array_equal(matrix[:, :2], np.eye(2)) else _warped
    chroma = _for_chroma(matrix)
    for (a, b), m in zip(_pairs(source, out), (matrix, chroma, chroma), strict=True):
        fill(a, m, b)


@dataclass(frozen=True, slots=True)
class Sprite:
    """Something drawn once and laid over many frames, its corner at even pixels (x, y).

    The planes are multiplied by alpha already; `clear` and `clear_c` are 255 - alpha for luma and
    for chroma, so that laying it on is one product and one sum.
    """

    x: int
    y: int
    planes: Planes
    clear: Plane
    clear_c: Plane

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.clear.shape[1], self.clear.shape[0]


def sprite(art: Drawing, x: int, y: int) -> Sprite:
    """Make a sprite of a drawing whose corner is the pixel (x, y)."""
    left, top = x % 2, y % 2
    h, w = art.shape[0] + top, art.shape[1] + left
    even: Any = cv2.copyMakeBorder(art, top, h % 2, left, w % 2, cv2.BORDER_CONSTANT)
    offset = _TO_YUV * (1, 1, 1, 1 / 255)  # the offset counts as far as there is ink
    luma = _level(cv2.transform(even, offset[:1]))
    blue, red = (_level(_halved(cv2.transform(even, row[None]))) for row in offset[1:])
    clear = 255 - cv2.extractChannel(even, 3)
    part = _level(clear), _level(_halved(clear))
    return Sprite(x - left, y - top, Planes(luma, blue, red), *part)


def blend(
    art: Sprite, out: Planes, dx: float = 0, dy: float = 0, opacity: float = 1, zoom: float = 1
) -> None:
    """Lay a sprite on a frame, moved by (dx, dy) pixels, zoomed about its middle, faded."""
    if opacity <= 0:
        return
    if dx or dy or zoom != 1:
        art = _moved(art, dx, dy, zoom)
    if opacity < 1:
        art = _faded(art, opacity)
    x, y, (w, h) = art.x // 2, art.y // 2, art.size
    shares = ((art.clear, 2), (art.clear_c, 1), (art.clear_c, 1))
    for ink, plane, (clear, k) in zip(_all(art.planes), _all(out), shares, strict=True):
        _lay(ink, clear, plane, x * k, y * k, w * k // 2, h * k // 2)


def clipped(art: Sprite, width: int) -> Sprite:
    """The left part of a sprite, `width` pixels rounded down to even; costs nothing."""
    half = max(0, width // 2)
    planes = art.planes
    part = Planes(planes.y[:, : 2 * half], planes.u[:, :half], planes.v[:, :half])
    return Sprite(art.x, art.y, part, art.clear[:, : 2 * half], art.clear_c[:, :half])


def _lay(ink: Plane, clear: Plane, plane: Plane, x: int, y: int, w: int, h: int) -> None:
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + w, plane.shape[1]), min(y + h, plane.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part = (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))
    under = plane[y0:y1, x0:x1]
    cv2.multiply(under, clear[part], dst=under, scale=1 / 255)
    cv2.add(under, ink[part], dst=under)


def _faded(art: Sprite, opacity: float) -> Sprite:
    planes = Planes(*(_u8(cv2.convertScaleAbs(p, alpha=opacity)) for p in _all(art.planes)))
    rest = 255 * (1 - opacity)
    clear, clear_c = (
        _u8(cv2.convertScaleAbs(p, alpha=opacity, beta=rest)) for p in (art.clear, art.clear_c)
    )
    return Sprite(art.x, art.y, planes, clear, clear_c)


def _moved(art: Sprite, dx: float, dy: float, zoom: float) -> Sprite:
    """The same sprite on a grid of even pixels again, with a margin for what it moved by."""
    w, h = art.size
    x, y = art.x + 2 * int(dx // 2) - 2, art.y + 2 * int(dy // 2) - 2
    middle = np.array([(w - 1) / 2, (h - 1) / 2])
    shift = np.array([art.x + dx - x, art.y + dy - y])
    matrix = np.column_stack([np.eye(2) / zoom, middle - (middle + shift) / zoom])
    wide = Planes(*(np.zeros(s, np.uint8) for s in _shapes(w + 6, h + 6)))
    chroma = _for_chroma(matrix)
    for (a, b), m in zip(_pairs(art.planes, wide), (matrix, chroma, chroma), strict=True):
        _warped(a, m, b, cv2.BORDER_CONSTANT)
    clear, clear_c = np.empty_like(wide.y), np.empty_like(wide.u)
    _warped(art.clear, matrix, clear, cv2.BORDER_CONSTANT, 255)
    _warped(art.clear_c, chroma, clear_c, cv2.BORDER_CONSTANT, 255)
    return Sprite(x, y, wide, clear, clear_c)


def _for_chroma(matrix: Matrix) -> Matrix:
    """The same map in the coordinates of the half-size planes."""
    half = matrix.copy()
    half[:, 2] = (matrix[:, :2] @ (0.5, 0.5) + matrix[:, 2] - 0.5) / 2
    return half


def _shifted(a: Plane, matrix: Matrix, b: Plane) -> None:
    h, w = b.shape
    middle = (matrix[0, 2] + (w - 1) / 2, matrix[1, 2] + (h - 1) / 2)
    cv2.getRectSubPix(a, (w, h), middle, patch=b)


def _warped(
    a: Plane, matrix: Matrix, b: Plane, border: int = cv2.BORDER_REPLICATE, value: int = 0
) -> None:
    size = (b.shape[1], b.shape[0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cv2.warpAffine(a, matrix, size, dst=b, flags=flags, borderMode=border, borderValue=value)


def _shapes(w: int, h: int) -> tuple[tuple[int, int], ...]:
    return ((h, w), (h // 2, w // 2), (h // 2, w // 2))


def _all(planes: Planes) -> tuple[Plane, Plane, Plane]:
    return planes.y, planes.u, planes.v


def _pairs(one: Planes, other: Planes) -> Iterator[tuple[Plane, Plane]]:
    return zip(_all(one), _all(other), strict=True)


def _halved(plane: Any) -> Any:
    size = (plane.shape[1] // 2, plane.shape[0] // 2)
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA)


def _level(plane: Any) -> Plane:
    """Round floats to levels; a hair under 0 counts as 0, more never is."""
    return _u8(cv2.convertScaleAbs(plane))


def _u8(plane: Any) -> NDArray[np.uint8]:
    """What cv2 gives back for uint8 is uint8; its stubs do not say so."""
    return plane  # type: ignore[no-any-return]
