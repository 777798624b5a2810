"""Footage: a piece of a video file, cropped to the frame, at its own pace."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from render.cameras import Planes, Scene, Stage, Unfilmable
from render.cameras._credit import credit_pill
from render.cameras._film import Film, examined
from render.cameras._pictures import graded
from render.cameras._slate import TextBox
from render.cameras._still import SHADE, scrim
from render.look import BLACK, CANVAS, GRADES, Area, Grade
from render.planes import Pixels, Sprite, blend, copy, from_rgb
from render.storyboard import Shot

if TYPE_CHECKING:
    from render.cameras._projector import Projector

__all__ = ["Cut", "Plugin", "Settings"]

LEAP = 60  # frames: reading over so many is quicker than seeking
HEADS = max(2, os.cpu_count() or 1)  # that may stand idle between two frames


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


@dataclass(slots=True, eq=False)
class Head:
    """A projector, which picture of the shot it began with, and the last one: read, developed."""

    projector: "Projector"
    first: int
    at: int = -1
    last: tuple[Pixels, Planes] | None = None


class FootageScene:
    """Frames read from a file as they are asked for; forward is quick, backward seeks.

    Several threads may read different parts: each has a head of its own. A shot that is longer
    than what is left of the file goes round from `start_s` again. Closing gives the file back;
    painting after that opens it anew.
    """

    over_photo = True

    def __init__(self, cut: Cut, film: Film, stage: Stage, grade: Grade) -> None:
        self._film, self._start_s, self._stage, self._grade = film, cut.start_s, stage, grade
        self._count = max(1, int((film.seconds - cut.start_s) * stage.fps + 0.01))
        self._lock = threading.Lock()
        self._idle: list[Head] = []
        self._pill, self.boxes = _credit(cut, stage)
        self.notice = film.notice
        self._give(self._take(0))

    def paint(self, n: int, out: Planes) -> None:
        """Write frame n."""
        index = n % self._count
        head = self._take(index)
        copy(self._picture(head, index), out)
        self._give(head)
        for art in self._pill:
            blend(art, out)

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            heads, self._idle = self._idle, []
        for head in heads:
            head.projector.close()

    def _take(self, index: int) -> Head:
        """The head that stands closest before a picture, else a new one."""
        with self._lock:
            near = [head for head in self._idle if 0 <= index - max(head.at, head.first) <= LEAP]
            if near:
                head = max(near, key=lambda head: head.at)
                self._idle.remove(head)
                return head
        return self._opened(index)

    def _give(self, head: Head) -> None:
        """Put a head back; those that have long stood idle, or at the end, are closed."""
        with self._lock:
            self._idle.append(head)
            done = [head] if head.at == self._count - 1 else self._idle[:-HEADS]
            self._idle = [head for head in self._idle if head not in done]
        for old in done:
            old.projector.close()

    def _picture(self, head: Head, index: int) -> Planes:
        """Read a picture of the shot; a slow film shows one for several frames."""
        if head.last is None or head.at != index:
            rgb = head.projector.picture(index - head.first)
            if head.last is None or not np.array_equal(rgb, head.last[0]):
                head.last = rgb, self._developed(rgb)
            head.at = index
        return head.last[1]

    def _developed(self, rgb: Pixels) -> Planes:
        size = (self._stage.board.width, self._stage.board.height)
        if rgb.shape[1::-1] != size:
            rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_LINEAR), np.uint8)
        return from_rgb(scrim(graded(rgb, self._grade), BLACK, SHADE))

    def _opened(self, index: int) -> Head:
        from render.cameras._projector import Projector  # MoviePy is heavy, and needed only here

        size = (self._stage.board.width, self._stage.board.height)
        fps, at = self._stage.fps, self._start_s + index / self._stage.fps
        return Head(Projector(self._film, size, fps, at, self._stage.work), index)


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
        return FootageScene(cut, film, stage, GRADES[shot.tone])


def _credit(cut: Cut, stage: Stage) -> tuple[tuple[Sprite, ...], tuple[TextBox, ...]]:
    return credit_pill(cut.credit, Area(0, 0, *CANVAS), stage, inset=36)
