"""Workers on many machines: Ray's actors, each with a GPU, on a cluster that is joined or started.

The nodes need the same Wirereel with its extras `gpu` and `ray`, and the models in the same folder
as here. Jobs go out with their pictures, segments come back encoded: no frame crosses the network.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

from pydantic import Field

from render.lab import Job, Preset, Trouble, Troubled
from render.pools import Failed, News, Site
from render.pools._ray_actor import Actor
from render.pools._ray_cluster import joined, listed, places
from render.pools._ray_crew import EARS, Crew, Rules

__all__ = ["Plugin", "Settings"]

MANY = 1024


class Settings(Rules):
    """Which cluster, how many workers, what each takes of a node; docs/plugins.md says more."""

    address: str = ""
    workers: int = Field(0, ge=0, le=MANY)
    gpus: float = Field(1.0, ge=0, le=16)
    cpus: float = Field(1.0, ge=0, le=256)
    placed_s: float = Field(60.0, gt=0, le=3600)


class Plugin:
    """A crew of actors. Ray's own restarts bring fallen ones back, on another node if need be."""

    def __init__(
        self, settings: Settings, site: Site, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._site = site
        self._clock = clock
        self._leave = ExitStack()
        self._crew: Crew | None = None
        self._kept: list[News] = []

    def open(self) -> int:
        """Join or start the cluster and wait for the workers that have a place now."""
        ray = joined(self._settings.address, self._leave)
        try:
            return self._manned(ray)
        except Troubled:
            self.close()
            raise

    def free(self) -> int:
        """How many workers denoise nothing."""
        return len(self._crew.free()) if self._crew else 0

    def room(self) -> Mapping[str, float]:
        """Free GiB by host and process."""
        ready = self._crew.ready() if self._crew else []
        return {link.name(): link.room for link in ready if link.room is not None}

    def brief(self, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        """Every worker encodes them, one that is started anew too."""
        if self._crew:
            self._crew.brief(preset, prompts)

    def start(self, job: Job) -> None:
        """Hand a job to a free worker, to one with its preset loaded if there is one."""
        if not (self._crew and self._crew.start(job)):
            self._kept.append(Failed(job.key, Trouble("lost", "no worker is free")))

    def wait(self, timeout_s: float) -> Sequence[News]:
        """What happened, as soon as something did; () also where a worker stands ready now."""
        until = self._clock() + timeout_s
        news, self._kept = self._kept, []
        ready = self._ready()
        while self._crew:
            news += self._crew.listen(0.0 if news else until - self._clock())
            if news or self._ready() > ready or self._clock() >= until:
                break
        return tuple(news)

    def stop(self, key: str) -> None:
        """Call a job off; a worker that does not obey within `grace_s` is ended."""
        if self._crew:
            self._crew.stop(key)

    def close(self) -> None:
        """Let the actors go, and the cluster where it is ours."""
        if self._crew:
            self._crew.dismiss()
        self._crew = None
        self._leave.close()

    def _ready(self) -> int:
        return len(self._crew.ready()) if self._crew else 0

    def _manned(self, ray: Any) -> int:
        """Ask for workers; wait for those who can be there now, a moment more once one is."""
        fit, s = self._fits(ray), self._settings
        if not fit:
            raise Troubled("device", f"{self._asked()}; the cluster has {listed(ray.nodes())}")
        fits = partial(self._fits, ray)
        self._crew = crew = Crew(ray, s, self._hiring(ray), fits, self._clock)
        crew.grow(s.workers or fit)
        until = self._clock() + s.placed_s
        while self._ready() < min(fit, len(crew.links)) and self._clock() < until:
            some = self._ready()
            self._kept += crew.listen(1.0)
            if self._ready() and not some:
                until = min(until, self._clock() + s.grace_s)
        if not self._ready():
            raise self._nobody(crew, listed(ray.nodes()))
        return self._ready()

    def _fits(self, ray: Any) -> int:
        """How many workers the cluster has places for: without GPUs, one a node if not told."""
        s = self._settings
        return places(ray.nodes(), s.gpus, s.cpus, s.workers or (MANY if s.gpus else 1))

    def _hiring(self, ray: Any) -> Callable[[], Any]:
        """How an actor is asked for. Its calls are not retried by Ray: who plans decides that."""
        actor = ray.remote(
            num_gpus=self._settings.gpus,
            num_cpus=self._settings.cpus,
            max_restarts=-1,
            max_task_retries=0,
            concurrency_groups={EARS: 1},
        )(Actor)
        return lambda: actor.remote(self._site)

    def _asked(self) -> str:
        s = self._settings
        return f"pool ray: no place for a worker with {s.gpus:g} GPU and {s.cpus:g} CPU"

    def _nobody(self, crew: Crew, has: str) -> Troubled:
        if crew.unfit:
            return Troubled(crew.unfit[0].kind, f"pool ray: {crew.unfit[0].said}")
        said = f"{self._asked()} within {self._settings.placed_s:g} s; the cluster has {has}"
        return Troubled("device", said)
