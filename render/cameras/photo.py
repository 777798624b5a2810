"""Photos: full bleed, or as a card over their own blurred fill, under a slow camera."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from render.cameras import Planes, Scene, Stage, Unfilmable
from render.cameras._credit import credit_pill
from render.cameras._framing import crop
from render.cameras._pictures import faces, focus, graded, open_picture
from render.cameras._slate import TextBox
from render.cameras._still import SHADE, Still, scrim, still
from render.ink import Sheet
from render.look import BLACK, CANVAS, CONTENT, GRADES, Area
from render.planes import Pixels, Sprite, blend, copy, from_rgb
from render.storyboard import Shot

__all__ = ["Picture", "Plugin", "Settings"]

ZOOMS = {"full": 1.0, "wide": 1.0, "medium": 1.3, "close": 1.8}
STRETCH = 1.3  # a photo fills the frame only where it is enlarged by no more than this
MARGIN, RADIUS = 36, 36  # of a photo that lies as a card on its fill


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
        full = _fills(rgb, wish, stage.board.height)
        area = Area(0, 0, *CANVAS) if full else _card(rgb)
        scale = stage.board.width / CANVAS[0]
        x, y, w, h = window = _pixels(area, scale)
        keep = faces(rgb)
        centre = _centre(rgb, wish, keep[0].middle if keep else None)
        part = crop((rgb.shape[1], rgb.shape[0]), (w, h), centre, ZOOMS[wish.framing], keep)
        moving = still(
            rgb, part, shot.move, centre, (w, h), stage.frames, keep, _shaded if full else None
        )
        pill, boxes = credit_pill(wish.credit, area, stage, inset=36 if full else 20)
        if full:
            return PhotoScene(moving, window, None, pill, boxes)
        fill = _fill(rgb, window, stage)
        corners = _corners(fill, Area(x / scale, y / scale, w / scale, h / scale), scale)
        return PhotoScene(moving, window, from_rgb(fill), corners + pill, boxes)


def _fills(rgb: Pixels, wish: Picture, height: int) -> bool:
    """Whether a photo fills the frame: tall ones, and crops of large ones."""
    sharp = rgb.shape[0] * STRETCH >= height
    tall = rgb.shape[0] >= 1.25 * rgb.shape[1]
    return (tall and (sharp or wish.framing == "full")) or (sharp and ZOOMS[wish.framing] > 1)


def _card(rgb: Pixels) -> Area:
    """The place of a photo that lies as a card, in its own shape where that fits."""
    w = CANVAS[0] - 2 * MARGIN
    h = min(max(w * rgb.shape[0] / rgb.shape[1], 640), CONTENT.h)
    return Area(MARGIN, CONTENT.y + (CONTENT.h - h) / 2, w, h)


def _centre(rgb: Pixels, wish: Picture, face: tuple[float, float] | None) -> tuple[float, float]:
    """What the camera looks at: the point that was asked for, a face, else what stands out."""
    if wish.focus is not None:
        x, y = (min(max(share, 0.0), 1.0) for share in wish.focus)
        return x * rgb.shape[1], y * rgb.shape[0]
    return face or focus(rgb)


def _shaded(rgb: Pixels) -> Pixels:
    return scrim(rgb, BLACK, SHADE)


def _fill(rgb: Pixels, window: tuple[int, int, int, int], stage: Stage) -> Pixels:
    """The photo itself, blurred and dark, over the whole frame, with the window's shadow on it."""
    size = (stage.board.width, stage.board.height)
    part = crop((rgb.shape[1], rgb.shape[0]), size, (rgb.shape[1] / 2, rgb.shape[0] / 2), 1)
    cut = rgb[int(part.y) : int(part.y + part.h), int(part.x) : int(part.x + part.w)]
    tiny = cv2.resize(cut, (54, 96), interpolation=cv2.INTER_AREA).astype(np.float32)
    soft = cv2.resize(cv2.GaussianBlur(tiny, (0, 0), 4), (270, 480), interpolation=cv2.INTER_CUBIC)
    x, y, right, bottom = (
        round(side * 270 / size[0])
        for side in (window[0], window[1], window[0] + window[2], window[1] + window[3])
    )
    shadow = np.zeros(soft.shape[:2], np.float32)
    shadow[y:bottom, x:right] = 1
    light = 0.46 - 0.28 * cv2.GaussianBlur(shadow, (0, 0), 8)[..., None]
    grain = np.random.default_rng(stage.board.seed).integers(-3, 4, (*size[::-1], 1), np.int8)
    dark = cv2.resize(soft * light, size, interpolation=cv2.INTER_LINEAR) + grain + 6
    return np.asarray(np.clip(dark, 0, 255), np.uint8)


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
