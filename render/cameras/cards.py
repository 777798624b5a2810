"""Drawn cards: title, statement, stat, quote, list, timeline, chart, sources."""

import zlib
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from render.cameras import Planes, Scene, Stage, Unfilmable
from render.cameras._charts import Chart
from render.cameras._close import Sources
from render.cameras._credit import credit_pill
from render.cameras._framing import Rect, crop
from render.cameras._ground import OVER, drawn, drift, ground
from render.cameras._numbers import Stat
from render.cameras._pictures import faces, focus, graded, open_picture
from render.cameras._rows import ListCard, Timeline
from render.cameras._slate import CardScene, Ground, Slate
from render.cameras._still import still
from render.cameras._words import Quote, Statement, Title
from render.look import CANVAS, GRADES, Area, palette
from render.planes import Pixels, warp
from render.storyboard import Shot

__all__ = ["Plugin", "Settings"]

Card = Title | Statement | Quote | Stat | Chart | ListCard | Timeline | Sources
_card: TypeAdapter[Card] = TypeAdapter(Annotated[Card, Field(discriminator="card")])

FADE = 340.0  # over so many design pixels a title's photo fades, down to its text
BEHIND = 240.0  # so much of it lies hidden behind the text, so that its middle is well in sight
KEPT = 0.9  # of the poster under a title is in the frame

CREDIT_AREA = Area(52, 0, 860, 384)  # under the chip, where the photo is seen best


class Settings(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plugin:
    """Draws cards."""

    def __init__(self, settings: Settings) -> None:
        pass

    def shoot(self, shot: Shot, stage: Stage) -> Scene:
        """Lay out one card. Raises Unfilmable where its texts or its photo are not to be had."""
        try:
            card = _card.validate_python(dict(shot.picture))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "card"
            raise Unfilmable(f"card: {place}: {first['msg']}") from error
        slate = Slate(palette(shot.tone, stage.board.brand.accent), stage, not shot.line.strip())
        card.lay(slate)
        if isinstance(card, Title) and card.photo is not None:
            return _on_photo(card.photo, card.credit, shot, slate)
        return CardScene(_ground(shot, slate), tuple(slate.layers), tuple(slate.boxes))


def _ground(shot: Shot, slate: Slate) -> Ground:
    board, fps = slate.stage.board, slate.stage.fps
    picture = ground(slate.palette, board.width, board.height, _mirrored(shot), board.seed)

    def paint(n: int, out: Planes) -> None:
        warp(picture, drift(n, fps, board.width), out)

    return paint


def _mirrored(shot: Shot) -> bool:
    """The light changes sides from card to card."""
    return zlib.crc32(shot.line.encode()) % 2 == 1


def _on_photo(photo: Path, credit: str, shot: Shot, slate: Slate) -> CardScene:
    """The card under a photo that fades into the ground where the text begins."""
    board = slate.stage.board
    rgb = graded(open_picture(photo), GRADES[shot.tone])
    poster = drawn(slate.palette, board.width, board.height, _mirrored(shot), board.seed)
    top = min(box.area.y for box in slate.boxes)
    _paste(rgb, poster, slate, top)
    h, w = poster.shape[:2]
    part = Rect(w * (1 - KEPT) / 2, h * (1 - KEPT) / 2, w * KEPT, h * KEPT)
    size = (board.width, board.height)
    moving = still(poster, part, shot.move, (w / 2, h / 3), size, slate.stage.frames)
    pill, boxes = credit_pill(credit, CREDIT_AREA, slate.stage)
    for art in pill:
        slate.put(art)
    return CardScene(moving.paint, tuple(slate.layers), (*slate.boxes, *boxes))


def _paste(rgb: Pixels, poster: Pixels, slate: Slate, top: float) -> None:
    """Lay a photo over the upper part of a poster; it is gone where the text stands."""
    w = poster.shape[1]
    foot = round(poster.shape[0] * (1 - 1 / OVER) / 2 + (top + BEHIND) * slate.scale)
    keep = faces(rgb)
    centre = keep[0].middle if keep else focus(rgb)
    part = crop((rgb.shape[1], rgb.shape[0]), (w, foot), centre, 1, keep)
    cut = rgb[int(part.y) : int(part.y + part.h), int(part.x) : int(part.x + part.w)]
    photo = cv2.resize(cut, (w, foot), interpolation=cv2.INTER_AREA)
    y = np.arange(foot, dtype=np.float32) / slate.scale - (OVER - 1) / 2 * CANVAS[1]
    dim = 0.45 * np.clip(1 - y / 330, 0, 1)  # under chip and label
    gone = np.clip(1 + (y + 50 - top) / FADE, 0, 1)  # with air for the camera's move
    covered = np.maximum(dim, gone * gone * (3 - 2 * gone))[:, None, None]
    mixed = photo + (poster[:foot] - photo.astype(np.float32)) * covered
    poster[:foot] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
