"""A render's stages: how long each took, and how far it is, as it is told to whoever waits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from render import Progress

__all__ = ["Stopwatch", "part"]


class Stopwatch:
    """Times stages, and hands their progress on: from one thread at a time, and never back."""

    def __init__(self, progress: Progress) -> None:
        self.begun = time.perf_counter()
        self.timings: dict[str, float] = {}
        self._progress, self._lock = progress, Lock()
        self._told: dict[str, float] = {}

    def progress(self, stage: str, done: float) -> None:
        """Tell how much of a stage is done, 0 to 1; less than was told before is not."""
        with self._lock:
            if done >= self._told.get(stage, 0.0):
                self._told[stage] = done
                self._progress(stage, done)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage from its begin to its end."""
        self.progress(name, 0.0)
        with self.timed(name):
            yield
        self.progress(name, 1.0)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time a part of a stage: its parts are added up."""
        started = time.perf_counter()
        yield
        spent = time.perf_counter() - started
        self.timings[name] = round(self.timings.get(name, 0.0) + spent, 3)


def part(progress: Progress, low: float, high: float) -> Progress:
    """Tell a stage's progress as that of its part from `low` to `high`."""
    return lambda stage, done: progress(stage, low + (high - low) * done)
