"""Footage: a piece of a video file, cropped to the frame, at its own pace."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from render.cameras import Scene, Stage, Unfilmable
from render.cameras._film import examined
from render.cameras._pill import credit_pill
from render.cameras._screen import FilmScene
from render.look import CANVAS, GRADES, Area
from render.storyboard import Shot

__all__ = ["Cut", "Plugin", "Settings"]


class Settings(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cut(BaseModel):
    """The footage of a shot: a file, where in it the shot begins, whose it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path
    start_s: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    credit: str = ""
    alt: str = ""


class Plugin:
    """Films footage."""

    generates = False

    def __init__(self, settings: Settings) -> None:
        pass

    def shoot(self, shot: Shot, stage: Stage) -> Scene:
        """Prepare a piece of footage. Raises Unfilmable where the file cannot be read."""
        try:
            cut = Cut.model_validate(dict(shot.picture))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise Unfilmable(f"footage: {place}: {first['msg']}") from error
        film = examined(cut.file)
        if cut.start_s >= film.seconds:
            raise Unfilmable(
                f"footage {cut.file.name} lasts {film.seconds:.1f} s, "
                f"it cannot start at {cut.start_s}"
            )
        pill = credit_pill(cut.credit, Area(0, 0, *CANVAS), stage, inset=36)
        return FilmScene(film, stage, GRADES[shot.tone], pill, cut.start_s, again=True)
