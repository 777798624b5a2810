"""Drawn cards: words, numbers, charts, rows, places, sources."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from render.cameras import Planes, Scene, Stage, Unfilmable
from render.cameras._charts import Chart
from render.cameras._close import Sources
from render.cameras._compare import Comparison
from render.cameras._curve import LineChart
from render.cameras._ground import Ground, chosen, drift, ground
from render.cameras._numbers import Stat
from render.cameras._places import Locator
from render.cameras._poster import over_photo
from render.cameras._quote import Quote
from render.cameras._rows import ListCard, Timeline
from render.cameras._slate import CardScene, Slate
from render.cameras._slate import Ground as Under
from render.cameras._words import Statement, Title
from render.look import on_photo, palette
from render.planes import warp
from render.storyboard import Shot, Tone

__all__ = ["Plugin", "Settings"]

Card = (
    Title
    | Statement
    | Quote
    | Stat
    | Chart
    | LineChart
    | Comparison
    | ListCard
    | Timeline
    | Locator
    | Sources
)
_card: TypeAdapter[Card] = TypeAdapter(Annotated[Card, Field(discriminator="card")])


class Settings(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plugin:
    """Draws cards."""

    generates = False

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
        brand = stage.board.brand
        colours = palette(shot.tone, brand.accent, brand.ground)
        quiet = not shot.line.strip() and not shot.note.strip()
        if isinstance(card, Title) and card.photo is not None:
            slate = Slate(on_photo(colours), stage, quiet)
            card.lay(slate)
            return over_photo(card, shot, slate)
        slate = Slate(colours, stage, quiet)
        card.lay(slate)
        return CardScene(_ground(card, shot.tone, slate), tuple(slate.layers), tuple(slate.boxes))


def _ground(card: Card, tone: Tone, slate: Slate) -> Under:
    board, fps = slate.stage.board, slate.stage.fps
    kind = card.layout if isinstance(card, Statement) else card.card
    said = card.model_dump_json(exclude={"photo", "outline"})  # wherever its files lie
    pattern, mirrored = chosen(tone, kind, board.title, said)
    wish = Ground(slate.palette, tone, board.width, pattern, mirrored, board.seed, slate.ghost)
    picture = ground(wish)

    def paint(n: int, out: Planes) -> None:
        warp(picture, drift(n, fps, board.width), out)

    return paint
