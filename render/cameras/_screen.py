"""A film file over the whole frame, read as its frames are asked for.

What footage and the films that a model makes have in common; whose it is, or that nobody filmed
it, lies over it as a pill.
"""

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from render.cameras import Planes, Stage
from render.cameras._film import Film
from render.cameras._pictures import graded
from render.cameras._pill import Pill
from render.cameras._still import shaded
from render.look import Grade
from render.planes import Pixels, blend, copy, from_rgb

if TYPE_CHECKING:
    from render.cameras._projector import Projector

__all__ = ["FilmScene"]

LEAP = 60  # frames: reading over so many is quicker than seeking
HEADS = max(2, os.cpu_count() or 1)  # that may stand idle between two frames


@dataclass(slots=True, eq=False)
class Head:
    """A projector, which picture of the shot it began with, and the last one: read, developed."""

    projector: "Projector"
    first: int
    at: int = -1
    last: tuple[Pixels, Planes] | None = None


class FilmScene:
    """Frames read from a file as they are asked for; forward is quick, backward seeks.

    Several threads may read different parts: each has a head of its own. A shot that is longer
    than what is left of the file goes round from `start_s` again, or, without `again`, holds the
    last picture. Closing gives the file back; painting after that opens it anew.
    """

    over_photo = True

    def __init__(
        self,
        film: Film,
        stage: Stage,
        grade: Grade,
        pill: Pill,
        start_s: float = 0.0,
        *,
        again: bool,
    ) -> None:
        self._film, self._start_s, self._stage, self._grade = film, start_s, stage, grade
        self._count = max(1, int((film.seconds - start_s) * stage.fps + 0.01))
        self._again = again
        self._lock = threading.Lock()
        self._idle: list[Head] = []
        self._pill, self.boxes = pill
        self.notice = film.notice
        self._give(self._take(0))

    def paint(self, n: int, out: Planes) -> None:
        """Write frame n."""
        index = n % self._count if self._again else min(n, self._count - 1)
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
        """Put a head back; those that have long stood idle, or are done, are closed."""
        with self._lock:
            self._idle.append(head)
            over = self._again and head.at == self._count - 1  # one that holds is asked again
            done = [head] if over else self._idle[:-HEADS]
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
        return from_rgb(shaded(graded(rgb, self._grade)))

    def _opened(self, index: int) -> Head:
        from render.cameras._projector import Projector  # MoviePy is heavy, and needed only here

        size = (self._stage.board.width, self._stage.board.height)
        fps, at = self._stage.fps, self._start_s + index / self._stage.fps
        return Head(Projector(self._film, size, fps, at, self._stage.work), index)
