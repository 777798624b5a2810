"""A job under way: how long it was thought to take, how far it is, and how long it will still be.

Pure but for what it is told; the clock is an argument.
"""

from dataclasses import dataclass
from typing import Literal

from render.lab import Job
from render.lab.pace import Speed

__all__ = ["Run"]

LATE = 1.3  # times as long as thought is late


@dataclass(slots=True)
class Run:
    """A job that a worker has. `begun` is when it was handed over, by the clock of the shift.

    `off` is one that was called off: it is waited for only because its worker is not free yet.
    """

    job: Job
    thought: Speed
    begun: float
    state: Literal["load", "denoise", "develop"] = "load"
    first: tuple[float, int] = (0.0, 0)  # when a step was told for the first time, and which
    last: tuple[float, int] = (0.0, 0)
    steps: int = 1
    off: bool = False

    @property
    def order(self) -> str:
        """The name of its order."""
        return self.job.order.name

    @property
    def done(self) -> float:
        """How much of its denoising is done, 0 to 1."""
        return 0.0 if self.state == "load" else self.last[1] / self.steps

    def stepped(self, step: int, of: int, now: float) -> None:
        """Take in that so many of its steps are done."""
        if self.state == "develop":
            return
        if self.state == "load":
            self.state, self.steps, self.first = "denoise", max(of, 1), (now, step)
        self.last = now, max(min(step, self.steps), self.last[1])

    def denoised(self, now: float) -> None:
        """Take in that it is being developed."""
        self.state, self.last = "develop", (now, self.steps)

    def busy_s(self, now: float) -> float:
        """How long its worker is busy with all its steps, as it looks now."""
        return self._step_s(now) * self.steps if self.state == "denoise" else self.thought.busy_s

    def _step_s(self, now: float) -> float:
        """How long a step takes: as those before; one that has lasted longer says so itself."""
        (start, before), (at, done) = self.first, self.last
        thought = self.thought.busy_s / self.steps
        usual = (at - start) / (done - before) if done > before else thought
        return usual if done == self.steps else max(usual, now - at)

    def left_s(self, now: float) -> tuple[float, float]:
        """Seconds until its worker is free, and from then until it is there."""
        at, step = self.last
        if self.state == "develop":
            return 0.0, _left(self.thought.after_s, now - at)
        if self.state == "load":
            load = _left(self.thought.load_s, now - self.begun)
            return load + self.thought.busy_s, self.thought.after_s
        ahead = self._step_s(now) * (self.steps - step)
        return max(ahead - (now - at), 0.0), self.thought.after_s

    def is_late(self, now: float) -> bool:
        """Whether it is slower than it was thought to be."""
        if self.state == "load":
            return now - self.begun > LATE * self.thought.load_s + self.thought.busy_s + 1
        return self.state == "denoise" and self.busy_s(now) > LATE * self.thought.busy_s


def _left(thought: float, spent: float) -> float:
    """What is left of a time; what lasts much longer than thought lasts a while longer still."""
    return max(thought - spent, 0.0) if spent <= LATE * thought + 1 else spent / 4
