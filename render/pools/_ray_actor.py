"""What pool `ray` runs on a node: one worker, and what it has to tell until somebody asks.

Knows nothing of Ray: a plain class, all of whose methods but `news` return at once. It denoises in
one thread and develops in another, so that the next job is denoised while one is being developed.
"""

import importlib
import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from render.lab import Job, Preset, Trouble, Troubled
from render.pools import Denoised, Done, Failed, News, Site, Step, Work

__all__ = ["Actor", "Mark", "Ready", "Told", "Unfit"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Which process speaks: Ray starts a fallen actor again, and the new one knows no job."""

    host: str
    process: int
    salt: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker sees its device; free GiB there."""

    room: float


@dataclass(frozen=True, slots=True)
class Unfit:
    """Nothing can be made here."""

    trouble: Trouble


Told: TypeAlias = News | Ready | Unfit


class Actor:
    """One worker on its node. What it tells is kept in a tray until `news` takes it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._mark = Mark(socket.gethostname(), os.getpid(), secrets.token_hex(8))
        self._tray: list[Told] = []
        self._fresh = threading.Condition()
        self._called_off: set[str] = set()
        self._exposing = ThreadPoolExecutor(1, "denoise")
        self._developing = ThreadPoolExecutor(1, "develop")
        self._worker: Any = None
        self._exposing.submit(self._begin)

    def news(self, wait_s: float) -> tuple[Mark, tuple[Told, ...]]:
        """Hand over what happened since the last call; waits so long for something to happen."""
        with self._fresh:
            self._fresh.wait_for(lambda: bool(self._tray), wait_s)
            told, self._tray = tuple(self._tray), []
        return self._mark, told

    def brief(self, mark: Mark, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        """Have the worker encode; meant for the process with this mark, as all that follows."""
        if mark == self._mark:
            self._exposing.submit(self._encode, preset, prompts)

    def start(self, mark: Mark, job: Job) -> None:
        """Put a job behind what is being denoised."""
        if mark == self._mark:
            self._called_off.discard(job.key)
            self._exposing.submit(self._expose, job)

    def stop(self, mark: Mark, key: str) -> None:
        """Call a job off: it ends at its next step."""
        if mark == self._mark:
            self._called_off.add(key)

    def close(self) -> None:
        """Let the worker go, where it is idle."""
        self._exposing.submit(self._end).result()

    def _begin(self) -> None:
        """Make the worker and look at its device: what may take seconds."""
        try:
            module, _, name = self._site.worker.partition(":")
            self._worker = getattr(importlib.import_module(module), name)(self._site)
            self._tell(Ready(self._worker.room()))
        except Exception as error:
            self._tell(Unfit(_trouble(error)))

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.close()

    def _encode(self, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        """Encode; what is wrong with a preset is told by each job that wants it."""
        with suppress(Exception):
            self._worker.encode(preset, prompts)
        self._measure()

    def _expose(self, job: Job) -> None:
        """Denoise, and hand over to the other thread."""
        done = self._tried(job.key, partial(self._worker.denoise, job))
        if done is not None:
            self._tell(Denoised(job.key))
            self._developing.submit(self._develop, job.key, done[0])

    def _develop(self, key: str, exposed: Any) -> None:
        done = self._tried(key, partial(self._worker.develop, exposed))
        if done is not None:
            self._tell(Done(key, done[0]))
            self._measure()

    def _tried(self, key: str, work: Callable[..., Any]) -> tuple[Any] | None:
        """Do a job's work; None where it came to nothing, which is told."""
        try:
            if key in self._called_off:
                raise Troubled("stopped", "called off")
            return (work(partial(self._step, key), partial(self._called_off.__contains__, key)),)
        except Exception as error:
            self._tell(Failed(key, _trouble(error)))
            self._measure()  # it may have broken its device
            return None

    def _step(self, key: str, work: Work, step: int, of: int) -> None:
        self._tell(Step(key, work, step, of))

    def _measure(self) -> None:
        try:
            self._tell(Ready(self._worker.room()))
        except Troubled as error:
            self._tell(Unfit(error.trouble))

    def _tell(self, told: Told) -> None:
        with self._fresh:
            self._tray.append(told)
            self._fresh.notify()


def _trouble(error: Exception) -> Trouble:
    """What a worker raises is a trouble; all else is a bug, told with its first line."""
    if isinstance(error, Troubled):
        return error.trouble
    said = str(error).partition("\n")[0][:200]
    return Trouble("bug", f"{type(error).__name__}: {said}")
