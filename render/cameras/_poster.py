"""A title over its photo: the photo fills the page, a veil under the words lets them be read."""

import cv2
import numpy as np

from render.cameras._fill import blurred, enlarged
from render.cameras._framing import Rect, crop
from render.cameras._pictures import faces, focus, graded, open_picture
from render.cameras._pill import credit_pill
from render.cameras._slate import CardScene, Slate
from render.cameras._still import Still, scrim, still
from render.cameras._words import Title
from render.look import (
    CANVAS,
    GRADES,
    LIGHTS,
    MOTION,
    READABLE,
    Area,
    Colour,
    Palette,
    contrast,
    mixed,
)
from render.planes import Pixels
from render.storyboard import Shot

__all__ = ["over_photo"]

STRETCH = 1.3  # a photo is enlarged by no more, if the words leave it the room
SEEN = 210.0  # px of it lie under the words at least, where it ends above the foot
FOOT = 0.5  # of the veil's thickness is left at the foot of the page
LOWER = 0.08  # of its height: so far under the middle of a photo that ends is what it shows
UNDER_CHIP = 148.0  # px under the head of the page ends the room of chip, logo and credit
FADE = 250.0  # px over which it ends
RISE = 240.0  # px over the words the veil begins
AWAY = 60.0  # px that the camera moves the photo under the words
TALL = 1.4  # times as high as wide is a photo that may fill the page
HEAD = ((0.0, 0.36), (0.13, 0.2), (0.2, 0.0))  # the veil under chip and label


def over_photo(title: Title, shot: Shot, slate: Slate) -> CardScene:
    """Put a laid-out title over its photo. Raises Unfilmable where that cannot be read."""
    assert title.photo is not None
    rgb = graded(open_picture(title.photo), GRADES[shot.tone])
    top = min(box.area.y for box in slate.boxes)
    moving = _filmed(rgb, shot, slate, top)
    area = Area(slate.zones.wide.x - 20, 0, CANVAS[0], slate.zones.wide.y + UNDER_CHIP)
    pill, boxes = credit_pill(title.credit, area, slate.stage)
    for art in pill:
        slate.put(art)
    return CardScene(moving.paint, tuple(slate.layers), (*slate.boxes, *boxes), over_photo=True)


def _filmed(rgb: Pixels, shot: Shot, slate: Slate, top: float) -> Still:
    """The veiled photo under a slow camera; over its own blurred fill where it is too small."""
    board = slate.stage.board
    size, keep = (board.width, board.height), faces(rgb)
    centre = keep[0].middle if keep else focus(rgb)
    below = max(keep[0].y + keep[0].h if keep else 0, centre[1])
    foot = _foot((rgb.shape[1], rgb.shape[0]), below, top)

    def veiled(picture: Pixels) -> Pixels:
        return _veiled(picture, slate.palette, top, slate.zones.content.bottom)

    if foot == CANVAS[1]:
        part = crop((rgb.shape[1], rgb.shape[0]), size, centre, 1, keep)
        return still(rgb, part, shot.move, centre, size, slate.stage.frames, keep, veiled)
    page = _extended(rgb, size, foot / CANVAS[1], centre, keep, LIGHTS[shot.tone].dusk, board.seed)
    h, w = page.shape[:2]
    part, middle = Rect(0, 0, w, h), (w / 2, 0.3 * h)
    return still(page, part, shot.move, middle, size, slate.stage.frames, (), veiled)


def _foot(size: tuple[int, int], below: float, top: float) -> float:
    """How far down the page a photo goes: to the end only if it is tall, and large enough.

    Else, or if what matters in it reaches down to the words (`below` px of it), it ends under
    them, and so is seen above them.
    """
    w, h = size
    least = max(top + SEEN, CANVAS[0] * h / w if h < w else 0)
    if h < TALL * w or h * STRETCH < CANVAS[1]:
        return min(least, CANVAS[1])
    return least if below * CANVAS[1] / h > top else CANVAS[1]


def _extended(
    rgb: Pixels,
    size: tuple[int, int],
    share: float,
    centre: tuple[float, float],
    keep: tuple[Rect, ...],
    tint: Colour,
    seed: int,
) -> Pixels:
    """Make a page of a photo over its upper `share` and of its blur below, one fading to other."""
    w, h = (2 * round(side / (1 - MOTION.zoom) / 2) for side in size)
    page = enlarged(blurred(rgb, (w, h), tint), (w, h), seed)
    foot = round(h * share)
    high = min(rgb.shape[0], rgb.shape[1] * foot / w)
    lower = (centre[0], centre[1] - LOWER * high)  # what is looked at stands under the chip
    part = crop((rgb.shape[1], rgb.shape[0]), (w, foot), lower, 1, keep)
    cut = rgb[int(part.y) : int(part.y + part.h), int(part.x) : int(part.x + part.w)]
    photo = cv2.resize(cut, (w, foot), interpolation=cv2.INTER_CUBIC)
    fade = round(FADE * h / CANVAS[1])
    gone = np.linspace(0, 1, fade, dtype=np.float32)
    gone = (gone * gone * (3 - 2 * gone))[:, None, None]
    page[: foot - fade] = photo[: foot - fade]
    under = page[foot - fade : foot].astype(np.float32)
    mix = photo[foot - fade :] + (under - photo[foot - fade :]) * gone
    page[foot - fade : foot] = np.rint(mix).astype(np.uint8)
    return page


def _veiled(picture: Pixels, palette: Palette, top: float, bottom: float) -> Pixels:
    """Darken a photo as much as its words need, and it at the head."""
    h = len(picture)
    words = picture[round(h * (top - AWAY) / CANVAS[1]) : round(h * bottom / CANVAS[1])]
    thick = _thickness(words, palette)
    begin, full, end = ((y / CANVAS[1]) for y in (top - RISE, top - AWAY, bottom + AWAY))
    rise = tuple(
        (begin + (full - begin) * t, thick * t * t * (3 - 2 * t)) for t in np.linspace(0, 1, 9)
    )
    return scrim(picture, palette.bg0, (*HEAD, *rise, (end, thick), (1.0, FOOT * thick)))


def _thickness(under: Pixels, palette: Palette) -> float:
    """How much veil a part of a photo needs for every text colour to be read on it, 0 to 1."""
    small = cv2.resize(under, (54, 32), interpolation=cv2.INTER_AREA).reshape(-1, 3)
    worst = Colour(*small[small.sum(1).argsort()[int(0.97 * len(small))]].tolist())
    inks = (palette.ink, palette.mute, palette.accent)
    for step in range(9, 20):
        veil = mixed(worst, palette.bg0, step / 20)
        if min(contrast(ink, veil) for ink in inks) >= READABLE:
            return step / 20
    return 0.97
