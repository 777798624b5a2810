"""What runs in a worker's process: it takes jobs over a pipe and tells how they go.

Jobs are denoised here in the main thread, one after the other, and developed in a second one, so
that the next is denoised meanwhile. A third listens to the pipe: a job can be stopped between two
steps, and the process ends when its pool is gone, whatever it is doing.
"""

import importlib
import logging
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Literal, Protocol, TypeAlias

from render.lab import Job, Made, Preset, Trouble, Troubled
from render.pools import Denoised, Done, Failed, Site, Step, Work

__all__ = ["Asked", "Brief", "Leave", "Ready", "Stop", "Told", "Unfit", "Worker", "hire", "serve"]

log = logging.getLogger(__name__)

SAID = 500  # letters of a foreign error; some carry whole tensors

Tell = Callable[[Work, int, int], None]


class Worker(Protocol):
    """What `Site.worker` names: made with the site, light to make. All its verbs raise Troubled."""

    def room(self) -> float:
        """Free GiB on its device; may be asked from both threads."""
        ...

    def encode(self, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        """Load a preset where needed, encode (prompt, negative) in a batch, keep the words."""
        ...

    def denoise(self, job: Job, tell: Tell, stopped: Callable[[], bool]) -> Any:
        """Sample a job; what is exposed goes to `develop`."""
        ...

    def develop(self, exposed: Any, tell: Tell, stopped: Callable[[], bool]) -> Made:
        """Make the file, in another thread, while the next job is sampled."""
        ...

    def close(self) -> None:
        """Let everything go."""
        ...


@dataclass(frozen=True, slots=True)
class Brief:
    """What will be asked of a preset."""

    preset: Preset
    prompts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A job is called off."""

    key: str


@dataclass(frozen=True, slots=True)
class Leave:
    """There is nothing more to do."""


Asked: TypeAlias = Job | Brief | Stop | Leave


@dataclass(frozen=True, slots=True)
class Ready:
    """A worker stands ready after its start, a brief or a job, with so much free memory."""

    after: Literal["start", "brief", "job"]
    gib: float


@dataclass(frozen=True, slots=True)
class Unfit:
    """A worker cannot begin, or not go on: its process ends now."""

    trouble: Trouble


Told: TypeAlias = Step | Denoised | Done | Failed | Ready | Unfit


def hire(site: Site) -> Worker:
    """Make the worker that a site names. What its module raises comes through."""
    module, _, name = site.worker.partition(":")
    made: Worker = getattr(importlib.import_module(module), name)(site)
    return made


def serve(pipe: Connection, site: Site, visible: str) -> None:
    """Be a worker until the pool says Leave or is gone.

    `visible` becomes CUDA_VISIBLE_DEVICES: the one GPU of this process, "" for none.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the pool's owner's to act on
    os.dup2(2, 1)  # a render tells its progress on stdout; what libraries print is none
    os.environ["CUDA_VISIBLE_DEVICES"] = visible
    mouth, ear = _Mouth(pipe), _Ear()
    Thread(target=ear.listen, args=(pipe,), daemon=True).start()
    try:
        worker = hire(site)
        mouth.say(Ready("start", worker.room()))
    except Exception as error:  # what a missing package or a driver raises has no end
        mouth.say(Unfit(_trouble(error)))
        return
    _Place(worker, mouth, ear).work()


class _Mouth:
    """Tells the pool; from any thread."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._lock = pipe, Lock()

    def say(self, word: Told) -> None:
        with self._lock:
            try:
                self._pipe.send(word)
            except OSError:
                os._exit(0)  # the pool is gone: nobody wants the rest


class _Ear:
    """Listens to the pool, whatever the worker is doing."""

    def __init__(self) -> None:
        self.todo: SimpleQueue[Job | Brief | Leave] = SimpleQueue()
        self.stopped: set[str] = set()

    def listen(self, pipe: Connection) -> None:
        """Sort what comes into `todo` and `stopped`; end the process when the pool is gone."""
        while True:
            try:
                word: Asked = pipe.recv()
            except (EOFError, OSError):
                os._exit(0)  # a model that hangs would not let us end otherwise
            if isinstance(word, Stop):
                self.stopped.add(word.key)
                continue
            if isinstance(word, Job):
                self.stopped.discard(word.key)  # it was called off once, and is asked again
            self.todo.put(word)


class _Place:
    """A worker at work."""

    def __init__(self, worker: Worker, mouth: _Mouth, ear: _Ear) -> None:
        self._worker, self._mouth, self._ear = worker, mouth, ear

    def work(self) -> None:
        """Do what comes, in order, until Leave."""
        with ThreadPoolExecutor(1, "develop") as darkroom:
            while not isinstance(word := self._ear.todo.get(), Leave):
                if isinstance(word, Brief):
                    self._encode(word)
                else:
                    self._denoise(word, darkroom)
        self._worker.close()

    def _encode(self, brief: Brief) -> None:
        try:
            self._worker.encode(brief.preset, brief.prompts)
        except Exception as error:  # each job of this preset will meet it and say so
            log.warning("the brief for %s: %s", brief.preset.name, _trouble(error).said)
        self._ready("brief")

    def _denoise(self, job: Job, darkroom: ThreadPoolExecutor) -> None:
        try:
            self._heed(job.key)
            exposed = self._worker.denoise(job, self._teller(job.key), self._asker(job.key))
            self._mouth.say(Denoised(job.key))
        except Exception as error:
            self._fail(job.key, error)
        else:
            darkroom.submit(self._develop, job.key, exposed)

    def _develop(self, key: str, exposed: Any) -> None:
        try:
            self._heed(key)
            made = self._worker.develop(exposed, self._teller(key), self._asker(key))
            self._ready("job")
            self._mouth.say(Done(key, made))
        except Exception as error:
            self._fail(key, error)

    def _fail(self, key: str, error: Exception) -> None:
        self._mouth.say(Failed(key, _trouble(error)))
        self._ready("job")

    def _ready(self, after: Literal["brief", "job"]) -> None:
        """Tell how much memory is free; a device that cannot say does nothing more: we end.

        After some errors of CUDA every later call fails in this process, and only in this one.
        """
        try:
            self._mouth.say(Ready(after, self._worker.room()))
        except Exception as error:
            self._mouth.say(Unfit(_trouble(error)))
            os._exit(1)

    def _heed(self, key: str) -> None:
        if key in self._ear.stopped:
            raise Troubled("stopped", "it was called off")

    def _teller(self, key: str) -> Tell:
        return lambda work, step, of: self._mouth.say(Step(key, work, step, of))

    def _asker(self, key: str) -> Callable[[], bool]:
        return lambda: key in self._ear.stopped


def _trouble(error: Exception) -> Trouble:
    """Say a worker's error as a trouble; what is none is a bug, with its traceback on stderr."""
    if isinstance(error, Troubled):
        return error.trouble
    log.error("a worker's bug", exc_info=error)
    return Trouble("bug", f"{type(error).__name__}: {error}"[:SAID])
