"""A clear sheet to draw on, in design pixels, that becomes a sprite.

Shapes are drawn from their distance function, so their edges are soft at every scale.
"""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from render.lettering.fonts import Face, stamp
from render.look import Area, Colour
from render.planes import Drawing, Pixels, Sprite, sprite

__all__ = ["Sheet", "rounded"]

ROWS = 64  # of a picture that are laid at a time: floats of all of it would take much memory

Mask = NDArray[np.float32]  # 0 to 1


def rounded(w: float, h: float, radius: float, size: tuple[int, int], x: float, y: float) -> Mask:
    """The mask, (height, width) of `size`, of a rounded box of w x h whose corner is at (x, y)."""
    radius = min(radius, w / 2, h / 2)
    across = np.abs(np.arange(size[0], dtype=np.float32) + 0.5 - x - w / 2) - (w / 2 - radius)
    down = np.abs(np.arange(size[1], dtype=np.float32) + 0.5 - y - h / 2) - (h / 2 - radius)
    outside = np.hypot(np.maximum(across, 0)[None, :], np.maximum(down, 0)[:, None])
    inside = np.minimum(np.maximum(across[None, :], down[:, None]), 0)
    mask: Mask = np.clip(0.5 + radius - outside - inside, 0, 1).astype(np.float32)
    return mask


class Sheet:
    """A drawing over one area of the canvas.

    Everything is given in design pixels of the whole canvas; `margin` is room around the area for
    what reaches over its edge.
    """

    def __init__(self, area: Area, scale: float, margin: float = 24) -> None:
        self.scale = scale
        self._x, self._y = round((area.x - margin) * scale), round((area.y - margin) * scale)
        right, bottom = (area.right + margin) * scale, (area.bottom + margin) * scale
        shape = (max(2, round(bottom) - self._y), max(2, round(right) - self._x), 4)
        self._rgba = np.zeros(shape, np.float32)  # alpha multiplied, 0 to 255

    def box(
        self, area: Area, colour: Colour, radius: float = 0, alpha: float = 1, line: float = 0
    ) -> None:
        """Draw a rounded box; with `line`, only its outline, so many pixels wide."""
        mask = self._mask(area, radius)
        if line:
            inner = Area(area.x + line, area.y + line, area.w - 2 * line, area.h - 2 * line)
            mask = mask - self._mask(inner, max(0, radius - line))
        self._lay(_inked(colour, mask * alpha), 0, 0)

    def dot(self, x: float, y: float, radius: float, colour: Colour, alpha: float = 1) -> None:
        """Draw a disc about a point."""
        self.box(Area(x - radius, y - radius, 2 * radius, 2 * radius), colour, radius, alpha)

    def text(
        self,
        words: str,
        x: float,
        baseline: float,
        face: Face,
        colour: Colour,
        stroke: float = 0,
        edge: Colour | None = None,
    ) -> None:
        """Write one text from `x` on; with `stroke`, edged by so many px of `edge`."""
        size = replace(face, size=face.size * self.scale)
        drawn = stamp(words, size, colour, round(stroke * self.scale), edge)
        left, top = round(x * self.scale) - self._x, round(baseline * self.scale) - self._y
        self.picture(drawn.rgba, left + drawn.x, top + drawn.y)

    def picture(self, rgba: Pixels, left: int, top: int) -> None:
        """Lay an RGBA picture, alpha not multiplied, with its corner at a pixel of the sheet."""
        for row in range(0, len(rgba), ROWS):
            self._lay(_multiplied(rgba[row : row + ROWS]), left, top + row)

    def place(self, rgba: Pixels, x: int, y: int) -> None:
        """Lay an RGBA picture, alpha not multiplied, with its corner at a pixel of the canvas."""
        self.picture(rgba, x - self._x, y - self._y)

    def cover(self, picture: Pixels) -> None:
        """Fill the sheet with its part of an RGB picture of the whole canvas."""
        h, w = self._rgba.shape[:2]
        part = picture[self._y : self._y + h, self._x : self._x + w]
        self._rgba[..., :3], self._rgba[..., 3] = part, 255

    def cut(self, area: Area, radius: float) -> None:
        """Take a rounded box out of what was drawn."""
        self._rgba *= 1 - self._mask(area, radius)[..., None]

    def shade(self, blur: float, alpha: float, drop: float = 0) -> None:
        """Put a soft black shadow under everything drawn so far."""
        soft = cv2.GaussianBlur(self._rgba[..., 3], (0, 0), blur * self.scale)
        dark = np.zeros_like(self._rgba)
        down = round(drop * self.scale)
        dark[down:, :, 3] = (soft[: len(soft) - down] if down else soft) * alpha
        art, self._rgba = self._rgba, dark
        self._lay(art, 0, 0)

    def sprite(self) -> Sprite:
        """Finish: what was drawn, cut to its edges."""
        alpha = self._rgba[..., 3]
        rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
        if not len(rows):
            return sprite(self._rgba[:2, :2], self._x, self._y)
        art = self._rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return sprite(art, self._x + int(columns[0]), self._y + int(rows[0]))

    def _mask(self, area: Area, radius: float) -> Mask:
        x, y, w, h = (side * self.scale for side in area)
        size = (self._rgba.shape[1], self._rgba.shape[0])
        return rounded(w, h, radius * self.scale, size, x - self._x, y - self._y)

    def _lay(self, art: Drawing, left: int, top: int) -> None:
        h, w = self._rgba.shape[:2]
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + art.shape[1], w), min(top + art.shape[0], h)
        if x0 < x1 and y0 < y1:
            part = art[y0 - top : y1 - top, x0 - left : x1 - left]
            under = self._rgba[y0:y1, x0:x1]
            clear = 1 - part[..., 3] * np.float32(1 / 255)
            under *= cv2.merge([clear] * 4)  # four times faster than leaving it to numpy
            under += part


def _multiplied(rgba: Pixels) -> Drawing:
    share = rgba[..., 3] * np.float32(1 / 255)
    art = rgba.astype(np.float32)
    art *= cv2.merge([share, share, share, np.ones_like(share)])
    return art


def _inked(colour: Colour, mask: Mask) -> Drawing:
    return np.asarray(cv2.merge([mask * np.float32(ink) for ink in (*colour, 255)]), np.float32)
