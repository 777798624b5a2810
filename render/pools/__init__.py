"""Where orders are carried out: one file for each kind of pool.

A pool module has a docstring, a `Settings` model and a `Plugin` class that satisfies `Pool`, made
with `(settings, site)`. A worker is one process with one GPU (or the CPU) that keeps its models
loaded. A pool ends a worker that hangs, starts another for one that fell, and grows back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

from render.lab import Job, Made, Preset, Trouble

__all__ = ["Denoised", "Done", "Failed", "Lost", "News", "Pool", "Site", "Step", "Work"]

Work: TypeAlias = Literal["load", "text", "denoise", "develop"]


@dataclass(frozen=True, slots=True)
class Site:
    """What every worker is told: where the weights lie, which device to take, who looks at frames.

    `worker` is "module:Class" of what runs in its process (`render.engine.worker` says its verbs).
    `device` is "auto", "cuda" or "cpu". `guard` is the table of a frame classifier, {} for none.
    """

    models: Path
    device: str = "auto"
    guard: Mapping[str, Any] = field(default_factory=dict)
    worker: str = "render.engine.worker:Worker"


@dataclass(frozen=True, slots=True)
class Step:
    """A job is at step `step` of `of`, in one of a worker's kinds of work."""

    key: str
    work: Work
    step: int
    of: int


@dataclass(frozen=True, slots=True)
class Denoised:
    """A job is being developed on the side: its worker takes the next one."""

    key: str


@dataclass(frozen=True, slots=True)
class Done:
    """A job is done."""

    key: str
    made: Made


@dataclass(frozen=True, slots=True)
class Failed:
    """A job came to nothing."""

    key: str
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Lost:
    """A worker is gone, why, and how many are left; its jobs come as Failed("lost")."""

    said: str
    left: int


News: TypeAlias = Step | Denoised | Done | Failed | Lost


class Pool(Protocol):
    """Carries out jobs. For one thread; nothing in it raises but `open`."""

    def open(self) -> int:
        """Start the workers; how many there are. Raises Troubled where there can be none."""
        ...

    def free(self) -> int:
        """How many jobs can be started at once now."""
        ...

    def room(self) -> Mapping[str, float]:
        """Free GiB by worker as it was last told, {} before any has."""
        ...

    def brief(self, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        """Tell every worker what will be asked (prompt, negative): it encodes all in one batch."""
        ...

    def start(self, job: Job) -> None:
        """Hand a job to a free worker."""
        ...

    def wait(self, timeout_s: float) -> Sequence[News]:
        """Wait until something happens, for so long at most; () where nothing did."""
        ...

    def stop(self, key: str) -> None:
        """Call a job off; it ends as Failed("stopped"), at once or at its next step."""
        ...

    def close(self) -> None:
        """Let the workers go, those that hang too."""
        ...
