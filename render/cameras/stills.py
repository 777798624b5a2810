"""Stills: a picture that a model made for this shot, under a camera that moves exactly."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from render.cameras import Planes, Scene, Stage, Unfilmable
from render.cameras._framing import window_on
from render.cameras._pictures import faces, focus, graded, open_picture
from render.cameras._pill import mark_pill
from render.cameras._slate import TextBox
from render.cameras._still import Still, shaded, still
from render.lab.wish import made_for
from render.look import CANVAS, GRADES
from render.planes import Sprite, blend
from render.storyboard import Shot

__all__ = ["Plugin", "Settings"]


class Settings(BaseModel):
    """Nothing to set: `[render]` says what is generated, and with what."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class StillScene:
    """A generated picture that moves over the whole frame, with its mark."""

    still: Still
    art: tuple[Sprite, ...]
    boxes: tuple[TextBox, ...]
    over_photo: bool = True

    def paint(self, n: int, out: Planes) -> None:
        """Write frame n."""
        self.still.paint(n, out)
        for sprite in self.art:
            blend(sprite, out)


class Plugin:
    """Films a generated still; its `render.lab.wish.Wish` names the finished file."""

    generates = True

    def __init__(self, settings: Settings) -> None:
        pass

    def shoot(self, shot: Shot, stage: Stage) -> Scene:
        """Prepare a still. Raises Unfilmable where none was made, or its file cannot be read."""
        try:
            rgb = graded(open_picture(made_for(shot.picture)), GRADES[shot.tone])
        except ValueError as error:
            raise Unfilmable(f"stills: {error}") from error
        out = (stage.board.width, stage.board.height)
        keep = faces(rgb)
        centre = keep[0].middle if keep else focus(rgb)
        part = window_on((rgb.shape[1], rgb.shape[0]), CANVAS, out, centre, 1.0, keep)
        moving = still(rgb, part, shot.move, centre, out, stage.frames, keep, shaded)
        return StillScene(moving, *mark_pill(stage))
