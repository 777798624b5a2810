"""Footage: a piece of a video file, cropped to the frame, at its own pace."""

import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from render.cameras import Planes, Scene, Stage, Unfilmable
from render.cameras._credit import credit_pill
from render.cameras._framing import crop
from render.cameras._pictures import graded
from render.cameras._slate import TextBox
from render.cameras._still import SHADE, scrim
from render.look import BLACK, CANVAS, GRADES, Area, Grade
from render.planes import Pixels, Sprite, blend, copy, from_rgb
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


class FootageScene:
    """Frames read from a file as they are asked for; forward is quick, backward seeks.

    A shot that is longer than what is left of the file goes round from `start_s` again. Closing
    gives the file back; painting after that opens it anew.
    """

    over_photo = True

    def __init__(self, cut: Cut, stage: Stage, grade: Grade) -> None:
        self._cut, self._stage, self._grade = cut, stage, grade
        self._lock = threading.Lock()
        self._clip: Any = None
        self._last: tuple[int, Planes] | None = None
        self._pill, self.boxes = _credit(cut, stage)
        with self._lock:
            self._open()

    def paint(self, n: int, out: Planes) -> None:
        """Write frame n."""
        with self._lock:
            copy(self._frame(n), out)
        for art in self._pill:
            blend(art, out)

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._shut()

    def _frame(self, n: int) -> Planes:
        """Read frame n of the shot; the file's own rate decides which picture that is."""
        clip = self._open()
        left = max(clip.duration - self._cut.start_s, 1 / clip.fps)
        index = int((n / self._stage.fps % left) * clip.fps)
        if self._last and index < self._last[0]:  # MoviePy's own way back leaves pipes open
            self._shut()
            clip = self._open()
        if self._last is None or self._last[0] != index:
            seconds = min(self._cut.start_s + index / clip.fps, clip.duration - 0.5 / clip.fps)
            self._last = index, self._developed(_read(clip, seconds, self._cut.file))
        return self._last[1]

    def _developed(self, rgb: Pixels) -> Planes:
        size = (self._stage.board.width, self._stage.board.height)
        h, w = rgb.shape[:2]
        x, y, wide, high = (int(side) for side in crop((w, h), size, (w / 2, h / 2), 1))
        shown = cv2.resize(rgb[y : y + high, x : x + wide], size, interpolation=cv2.INTER_LINEAR)
        picture = graded(np.asarray(shown, np.uint8), self._grade)
        return from_rgb(scrim(picture, BLACK, SHADE))

    def _open(self) -> Any:
        if self._clip is None:
            self._clip = _opened(self._cut)
        return self._clip

    def _shut(self) -> None:
        if self._clip is not None:
            _closed(self._clip)
        self._clip = self._last = None


class Plugin:
    """Films footage."""

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
        return FootageScene(cut, stage, GRADES[shot.tone])


def _credit(cut: Cut, stage: Stage) -> tuple[tuple[Sprite, ...], tuple[TextBox, ...]]:
    return credit_pill(cut.credit, Area(0, 0, *CANVAS), stage, inset=36)


def _opened(cut: Cut) -> Any:
    if not cut.file.is_file():
        raise Unfilmable(f"footage {cut.file.name} does not exist")
    from moviepy import VideoFileClip  # heavy, and needed only here

    try:
        clip = VideoFileClip(str(cut.file), audio=False)
    except (OSError, KeyError, ValueError, IndexError, AttributeError) as error:
        # MoviePy reads what ffmpeg prints; a broken file fails wherever the text misses something.
        raise Unfilmable(f"{cut.file.name} is not footage that can be read") from error
    if not clip.duration or not clip.fps or min(clip.size) < 2:
        _closed(clip)
        raise Unfilmable(f"footage {cut.file.name} has no pictures in it")
    if cut.start_s >= clip.duration:
        _closed(clip)
        raise Unfilmable(
            f"footage {cut.file.name} lasts {clip.duration:.1f} s, it cannot start at {cut.start_s}"
        )
    return clip


def _closed(clip: Any) -> None:
    """Close a clip and the pipes that MoviePy 2.2 forgets where its ffmpeg has ended by itself."""
    process = clip.reader.proc
    clip.close()
    for pipe in (process.stdout, process.stderr):
        pipe.close()


def _read(clip: Any, seconds: float, file: Path) -> Pixels:
    try:
        return np.asarray(clip.get_frame(seconds), np.uint8)
    except (OSError, ValueError) as error:
        raise Unfilmable(f"footage {file.name} breaks off at {seconds:.1f} s") from error
