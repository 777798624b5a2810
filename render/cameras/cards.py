"""Drawn cards: title, statement, stat, quote, list, timeline, chart, sources."""

import zlib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from render.cameras import Planes, Scene, Stage, Unfilmable
from render.cameras._credit import credit_pill
from render.cameras._framing import crop
from render.cameras._ground import drift, ground
from render.cameras._numbers import Chart, Stat
from render.cameras._pictures import faces, focus, graded, open_picture
from render.cameras._rows import ListCard, Sources, Timeline
from render.cameras._slate import CardScene, Ground, Slate
from render.cameras._still import scrim, still
from render.cameras._words import Quote, Statement, Title
from render.look import GRADES, Area, palette
from render.planes import Pixels, warp
from render.storyboard import Shot

__all__ = ["Plugin", "Settings"]

Card = Title | Statement | Quote | Stat | Chart | ListCard | Timeline | Sources
_card: TypeAdapter[Card] = TypeAdapter(Annotated[Card, Field(discriminator="card")])

# How much of a title's photo the ground covers, from top to foot: text needs 4.5:1 on any photo.
VEIL = ((0.0, 0.5), (0.2, 0.12), (0.36, 0.35), (0.5, 0.8), (0.62, 0.9), (1.0, 0.96))

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
    mirrored = zlib.crc32(shot.line.encode()) % 2 == 1  # the light changes sides from card to card
    picture = ground(slate.palette, board.width, board.height, mirrored, board.seed)

    def paint(n: int, out: Planes) -> None:
        warp(picture, drift(n, fps, board.width), out)

    return paint


def _on_photo(photo: Path, credit: str, shot: Shot, slate: Slate) -> CardScene:
    """The card over a photo, which the ground's colour covers where the text stands."""
    board = slate.stage.board
    rgb = graded(open_picture(photo), GRADES[shot.tone])
    keep = faces(rgb)
    centre = keep[0].middle if keep else focus(rgb)
    size = (board.width, board.height)
    part = crop((rgb.shape[1], rgb.shape[0]), size, centre, 1, keep)

    def veiled(picture: Pixels) -> Pixels:
        return scrim(picture, slate.palette.bg0, VEIL)

    moving = still(rgb, part, shot.move, centre, size, slate.stage.frames, veiled)
    pill, boxes = credit_pill(credit, CREDIT_AREA, slate.stage)
    for art in pill:
        slate.put(art)
    return CardScene(moving.paint, tuple(slate.layers), (*slate.boxes, *boxes), over_photo=True)
