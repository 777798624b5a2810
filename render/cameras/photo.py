"""Photos: full bleed, or over their own blurred fill, under a slow camera."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from render.cameras import Planes, Scene, Stage, Unfilmable
from render.cameras._fill import blurred, enlarged
from render.cameras._framing import Rect, window_on
from render.cameras._pictures import faces, focus, graded, open_picture
from render.cameras._pill import credit_pill
from render.cameras._slate import TextBox
from render.cameras._still import Still, shaded, still
from render.ink import Sheet
from render.look import CANVAS, GRADES, LIGHTS, Area
from render.planes import Pixels, Sprite, blend, copy, from_rgb
from render.storyboard import Shot, Tone

__all__ = ["Picture", "Plugin", "Settings"]

ZOOMS = {"full": 1.0, "wide": 1.0, "medium": 1.3, "close": 1.8}
STRETCH = 1.3  # a photo is enlarged by no more than this, if it has the size at all
TALL = 1.25  # times as high as wide is a tall photo
LEAST_W = 640.0  # px wide at least is even the smallest photo shown
HIGH = {"full": 1190.0, "wide": 820.0, "medium": 965.0, "close": 1190.0}  # px, of a window
PORTRAIT_H = 820.0  # px high at most is a tall photo that is not as wide as the frame
OVER_CHIP, UNDER_CHIP = 200.0, 345.0  # px from the top: its edge never crosses the chip
OVER_WORDS = 1165.0  # and never the captions: it ends above or below them
RADIUS = 36  # of a photo that is not as wide as the frame
EDGE = 0.4  # how light the lines are above and below one that is


class Settings(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Picture(BaseModel):
    """The picture of a shot: a file, whose it is, how close, around which point (0 to 1).

    Of its rights only `credit` is drawn; they and `alt` travel to the sidecars.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    photo: Path
    credit: str = ""
    licence: str = ""
    licence_url: str = ""
    page: str = ""
    title: str = ""
    creator: str = ""
    framing: Literal["full", "wide", "medium", "close"] = "wide"
    focus: tuple[float, float] | None = None
    alt: str = ""


@dataclass(frozen=True, slots=True)
class PhotoScene:
    """A photo that moves inside a window of the frame; around it lies the fill, if any shows."""

    still: Still
    window: tuple[int, int, int, int]  # x, y, width, height; even pixels
    fill: Planes | None
    art: tuple[Sprite, ...]  # round corners, credit
    boxes: tuple[TextBox, ...]
    over_photo: bool = True

    def paint(self, n: int, out: Planes) -> None:
        """Write frame n."""
        if self.fill:
            copy(self.fill, out)
        self.still.paint(n, _within(out, self.window))
        for sprite in self.art:
            blend(sprite, out)


class Plugin:
    """Films a photo."""

    generates = False

    def __init__(self, settings: Settings) -> None:
        pass

    def shoot(self, shot: Shot, stage: Stage) -> Scene:
        """Prepare one photo. Raises Unfilmable where it cannot be read."""
        try:
            wish = Picture.model_validate(dict(shot.picture))
        except ValidationError as error:
            first = error.errors()[0]
            raise Unfilmable(
                f"photo: {'.'.join(map(str, first['loc']))}: {first['msg']}"
            ) from error
        rgb = graded(open_picture(wish.photo), GRADES[shot.tone])
        keep = faces(rgb)
        area = _place((rgb.shape[1], rgb.shape[0]), wish.framing, keep)
        full, scale = area.h == CANVAS[1], stage.board.width / CANVAS[0]
        x, y, w, h = window = _pixels(area, scale)
        centre = _centre(rgb, wish, keep[0].middle if keep else None)
        size, zoom = (rgb.shape[1], rgb.shape[0]), ZOOMS[wish.framing]
        part = window_on(size, area[2:], (w, h), centre, zoom, keep)
        moving = still(
            rgb, part, shot.move, centre, (w, h), stage.frames, keep, shaded if full else None
        )
        pill, boxes = credit_pill(wish.credit, area, stage, inset=36 if full else 20)
        if full:
            return PhotoScene(moving, window, None, pill, boxes)
        fill = _fill(rgb, window, shot.tone, stage)
        seen = Area(x / scale, y / scale, w / scale, h / scale)
        corners = _corners(fill, seen, scale) if area.w < CANVAS[0] else ()
        return PhotoScene(moving, window, from_rgb(fill), corners + pill, boxes)


def _place(size: tuple[int, int], framing: str, keep: Sequence[Rect]) -> Area:
    """Where a photo of `size` pixels is shown: the frame, its whole width, or a part of it.

    The same at every size of the clip, so that a preview shows what the clip will.
    """
    wide, high = size
    tall, sharp = high >= TALL * wide, high * STRETCH >= CANVAS[1]
    if (sharp and (tall or ZOOMS[framing] > 1)) or (framing == "full" and (sharp or tall)):
        return Area(0, 0, *CANVAS)
    if tall and wide * STRETCH < CANVAS[0]:
        h = min(PORTRAIT_H, max(high * STRETCH, LEAST_W * high / wide))
        w = h * wide / high
        return Area((CANVAS[0] - w) / 2, UNDER_CHIP, w, h)
    w = min(CANVAS[0], max(LEAST_W, wide * STRETCH))
    w = CANVAS[0] if w > 0.9 * CANVAS[0] else w
    h = max(w * high / wide, min(HIGH[framing] * w / CANVAS[0], high * STRETCH))
    h = min(h, HIGH["full"], _roomy(high, w, keep))
    if OVER_WORDS < OVER_CHIP + h < OVER_CHIP + HIGH["close"]:
        h = OVER_WORDS - OVER_CHIP
    low = OVER_WORDS - h
    top = (UNDER_CHIP + low) / 2 if low >= UNDER_CHIP else OVER_CHIP
    return Area((CANVAS[0] - w) / 2, top, w, h)


def _roomy(high: int, w: float, keep: Sequence[Rect]) -> float:
    """The height up to which a window w px wide need not cut a face off at its sides."""
    if not keep:
        return HIGH["full"]
    left, right = min(face.x for face in keep), max(face.x + face.w for face in keep)
    return w * high / (1.15 * (right - left))


def _centre(rgb: Pixels, wish: Picture, face: tuple[float, float] | None) -> tuple[float, float]:
    """What the camera looks at: the point that was asked for, a face, else what stands out."""
    if wish.focus is not None:
        x, y = (min(max(share, 0.0), 1.0) for share in wish.focus)
        return x * rgb.shape[1], y * rgb.shape[0]
    return face or focus(rgb)


def _fill(rgb: Pixels, window: tuple[int, int, int, int], tone: Tone, stage: Stage) -> Pixels:
    """The photo itself, blurred, over the whole frame, with the window's shadow on it."""
    size = (stage.board.width, stage.board.height)
    soft = blurred(rgb, size, LIGHTS[tone].dusk)
    shadow = np.zeros(soft.shape[:2], np.float32)
    left, top, right, bottom = (round(side * 270 / size[0]) for side in _sides(window))
    shadow[top + 2 : bottom + 4, left:right] = 1
    soft *= 1 - 0.55 * cv2.GaussianBlur(shadow, (0, 0), 7)[..., None]
    fill = enlarged(soft, size, stage.board.seed)
    if window[2] == size[0]:
        _, top, _, bottom = _sides(window)
        thin = max(1, round(3 * size[0] / CANVAS[0]))
        for rows in (fill[top - thin : top], fill[bottom : bottom + thin]):
            rows[:] = np.rint(rows + (255.0 - rows) * EDGE)
    return fill


def _sides(window: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    x, y, w, h = window
    return x, y, x + w, y + h


def _corners(fill: Pixels, area: Area, scale: float) -> tuple[Sprite, ...]:
    """Four pieces of the fill that make the window's corners round."""
    found = []
    for x in (area.x, area.right - RADIUS):
        for y in (area.y, area.bottom - RADIUS):
            sheet = Sheet(Area(x, y, RADIUS, RADIUS), scale, margin=0)
            sheet.cover(fill)
            sheet.cut(area, RADIUS)
            found.append(sheet.sprite())
    return tuple(found)


def _pixels(area: Area, scale: float) -> tuple[int, int, int, int]:
    x, y, right, bottom = (
        2 * round(side * scale / 2) for side in (area.x, area.y, area.right, area.bottom)
    )
    return x, y, right - x, bottom - y


def _within(out: Planes, window: tuple[int, int, int, int]) -> Planes:
    x, y, w, h = window
    half = (slice(y // 2, (y + h) // 2), slice(x // 2, (x + w) // 2))
    return Planes(out.y[y : y + h, x : x + w], out.u[half], out.v[half])
