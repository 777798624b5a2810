"""Diffusers: a film that a model made for this shot, over the whole frame."""

from pydantic import BaseModel, ConfigDict

from render.cameras import Scene, Stage, Unfilmable
from render.cameras._film import examined
from render.cameras._pill import mark_pill
from render.cameras._screen import FilmScene
from render.lab.wish import made_for
from render.look import GRADES
from render.storyboard import Shot

__all__ = ["Plugin", "Settings"]


class Settings(BaseModel):
    """Nothing to set: `[render]` says what is generated, and with what."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plugin:
    """Shows a generated film; its `render.lab.wish.Wish` names the finished file."""

    generates = True

    def __init__(self, settings: Settings) -> None:
        pass

    def shoot(self, shot: Shot, stage: Stage) -> Scene:
        """Prepare a film. Raises Unfilmable where none was made, or its file cannot be read."""
        try:
            film = examined(made_for(shot.picture))
        except ValueError as error:
            raise Unfilmable(f"diffusers: {error}") from error
        return FilmScene(film, stage, GRADES[shot.tone], mark_pill(stage), again=False)
