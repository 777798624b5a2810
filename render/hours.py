"""Until when a clip is wished, and what of that its last stages need. Pure.

While a model makes shots, the rest of the clip is drawn. What is kept back is the time for the
frames that show what was generated, for the sound and for the check.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from render.lab.pace import Pace, rest, spent

__all__ = ["Hours"]


@dataclass(frozen=True, slots=True)
class Hours:
    """A render's time: begun at `begun`, wished within `wished_s` (0: whenever it is ready).

    `frames` are those of the clip, of `size` pixels, drawn by so many `threads`; `versions` is 2
    where it is made once more without a logo.
    """

    pace: Pace
    begun: float
    wished_s: float
    frames: int
    size: tuple[int, int]
    threads: int
    versions: int = 1

    @property
    def ends(self) -> float:
        """By when the clip should be ready; inf where any time will do."""
        return self.begun + self.wished_s if self.wished_s else math.inf

    def due(self, waiting: int) -> float:
        """By when shots must be there on which so many frames wait."""
        again = self._needs("draw", self.frames) * (self.versions - 1)
        return self.ends - self._needs("draw", waiting) - again - self._end_s()

    def redrawing_fits(self, now: float) -> bool:
        """Whether all of it can be drawn from here on."""
        return now + self._needs("draw", self.frames) * self.versions + self._end_s() <= self.ends

    def preview_fits(self, now: float) -> bool:
        """Whether the small clip leaves enough time for the full one."""
        needs = self._needs("preview", self.frames) + self._needs("draw", self.frames)
        return now + needs * self.versions + self._end_s() <= self.ends

    def learned(self, pace: Pace, timings: Mapping[str, float], frames: Mapping[str, int]) -> Pace:
        """Add to what is known how long each stage took for its frames."""
        for stage, count in frames.items():
            took = timings.get(stage, 0.0)
            pace = spent(pace, stage, count, self.size, self.threads, took)
        return pace

    def late(self, now: float, timings: Mapping[str, float]) -> tuple[str, ...]:
        """Say how late the clip is, and where the time went; () where it is in time."""
        if now <= self.ends:
            return ()
        longest = sorted(timings, key=lambda name: -timings[name])[:2]
        took = ", ".join(f"{name} took {timings[name]:.1f} s" for name in longest)
        lasted = now - self.begun
        return (f"ready after {lasted:.1f} s, {self.wished_s:g} s were wished: {took}",)

    def _end_s(self) -> float:
        ends = self._needs("sound", self.frames) + self._needs("check", self.frames)
        return ends * self.versions

    def _needs(self, stage: str, frames: int) -> float:
        return rest(self.pace, stage, frames, self.size, self.threads)
