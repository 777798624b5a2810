"""Where foreign bytes are opened: a process of its own, small, and killed when it takes too long.

A feed of one megabyte can hold a parser for minutes (measured: 100,000 attributes on one element,
over 60 s) or ask for gigabytes. Here it costs its sender that one reading and nobody else anything.
"""

import asyncio
import contextlib
import multiprocessing
import resource
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import TypeVar, TypeVarTuple, cast

from sources import SourceBroken

__all__ = ["DARKROOM", "Darkroom"]

LIMIT_S = 10.0
START_S = 60.0  # a loaded machine may take its time to start a process
MEMORY = 1_500_000_000  # bytes of address space
JOBS = 500  # then a fresh process, so that nothing adds up

Given = TypeVarTuple("Given")
Made = TypeVar("Made")


class Darkroom:
    """One process that does one job at a time, started when first needed and kept.

    The thread that stands in line for it is what keeps the jobs in order and the loop free.
    """

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._line = ThreadPoolExecutor(1, "darkroom")
        self._worker: _Worker | None = None

    async def develop(self, job: Callable[[*Given], Made], *args: *Given) -> Made:
        """Run a job apart from us. `job` is a function of a module, and pure.

        Raises SourceBroken where it does, and where it takes too long, too much memory or falls.
        """
        answer = self._line.submit(self._do, job, args)
        return cast(Made, await asyncio.wrap_future(answer))

    def develop_now(self, job: Callable[[*Given], Made], *args: *Given) -> Made:
        """Do the same without a loop."""
        return cast(Made, self._line.submit(self._do, job, args).result())

    async def close(self) -> None:
        """End the process; the next job starts another."""
        await asyncio.wrap_future(self._line.submit(self._dismiss))

    def _do(self, *job: object) -> object:
        if self._worker and not self._worker.fit:
            self._dismiss()
        worker = self._worker = self._worker or _Worker()
        try:
            answer = worker.do(job, self._limit_s)
        except SourceBroken:
            self._dismiss()
            raise
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _dismiss(self) -> None:
        if self._worker:
            self._worker.kill()
        self._worker = None


class _Worker:
    def __init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs,), name="darkroom", daemon=True)
        self._process.start()
        theirs.close()
        self._ready = False
        self._done = 0

    @property
    def fit(self) -> bool:
        """Whether it may do another job: somebody else may have ended it meanwhile."""
        return self._done < JOBS and self._process.is_alive()

    def do(self, job: object, limit_s: float) -> object:
        self._done += 1
        try:
            self._ready = self._ready or (self._pipe.poll(START_S) and self._pipe.recv())
            self._pipe.send(job)
            if self._pipe.poll(limit_s):
                return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise SourceBroken("it made the process that read it fall") from error
        raise SourceBroken(f"it takes more than {limit_s:g} s to read")

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()


def _serve(pipe: Connection) -> None:
    """Do jobs until our parent is gone. Whatever a job raises is the fault of what it read."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is our parent's to act on
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe.send(True)
    with contextlib.suppress(EOFError):
        while True:
            job, args = pipe.recv()
            try:
                answer = job(*args)
            except SourceBroken as error:
                answer = error
            except Exception as error:
                answer = SourceBroken(f"it cannot be read: {type(error).__name__}: {error}"[:300])
            pipe.send(answer)


DARKROOM = Darkroom()
