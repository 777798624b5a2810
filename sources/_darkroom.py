"""Where foreign bytes are opened: processes of their own, small, killed when they take too long.

A feed of one megabyte can hold a parser for minutes (measured: 100,000 attributes on one element,
over 60 s) or ask for gigabytes. Here it costs its sender that one reading and nobody else anything.

The process in front does one job after the other. A job that is not done soon steps aside with its
process and a fresh one takes the front, so that who comes behind a hostile feed waits for `HURRY_S`
and the start of a process, and not for `LIMIT_S`.
"""

import asyncio
import contextlib
import multiprocessing
import resource
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from threading import Semaphore
from typing import TypeVar, TypeVarTuple, cast

from sources import SourceBroken

__all__ = ["DARKROOM", "Darkroom"]

LIMIT_S = 4.5
HURRY_S = 0.5  # a usual feed takes 0.03 s, the largest real ones that we hold 0.3 s
ASIDE = 2  # slow jobs at once; the next one holds up the front until a place is free
LOOK_S = 0.05
START_S = 60.0  # a loaded machine may take its time to start a process
MEMORY = 1_000_000_000  # bytes of address space
JOBS = 500  # then a fresh process, so that nothing adds up

Given = TypeVarTuple("Given")
Made = TypeVar("Made")


class Darkroom:
    """One process in front, up to two beside it that take their time; started when first needed.

    The thread that stands in line for the front keeps the jobs in order and the loop free.
    """

    def __init__(self, limit_s: float = LIMIT_S, hurry_s: float = HURRY_S) -> None:
        self._limit_s = limit_s
        self._hurry_s = hurry_s
        self._line = ThreadPoolExecutor(1, "darkroom")
        self._patient = ThreadPoolExecutor(ASIDE, "darkroom-aside")
        self._places = Semaphore(ASIDE)
        self._idle: deque[_Worker] = deque()
        self._slow: set[_Worker] = set()

    async def develop(self, job: Callable[[*Given], Made], *args: *Given) -> Made:
        """Run a job apart from us. `job` is a function of a module, and pure.

        Raises SourceBroken where it does, and where it takes too long, too much memory or falls.
        """
        return cast(Made, await asyncio.wrap_future(self._given(job, args)))

    def develop_now(self, job: Callable[[*Given], Made], *args: *Given) -> Made:
        """Do the same without a loop."""
        return cast(Made, self._given(job, args).result())

    async def close(self) -> None:
        """End every process, and what it was at; the next job starts another."""
        for worker in tuple(self._slow):
            worker.end()
        await asyncio.wrap_future(self._line.submit(self._clear))

    def _given(self, *job: object) -> Future[object]:
        answer: Future[object] = Future()
        self._line.submit(self._begin, job, answer)
        return answer

    def _begin(self, job: object, answer: Future[object]) -> None:
        """Do a job in front, or let it step aside once it was slow and there is a place."""
        if not answer.set_running_or_notify_cancel():
            return
        with _telling(answer):
            worker = self._fetch()
            try:
                worker.begin(job, self._limit_s)
                done = worker.done(self._hurry_s)
                while not done and not self._places.acquire(blocking=False):
                    done = worker.done(LOOK_S)
            except BaseException:
                worker.kill()
                raise
            if done:
                self._idle.append(worker)  # first: who hears the answer may come again at once
                answer.set_result(worker.take())
            else:
                self._slow.add(worker)
                self._patient.submit(self._wait_for, worker, answer)

    def _wait_for(self, worker: "_Worker", answer: Future[object]) -> None:
        """See a slow job to its end; its process goes back in front if nobody stands there."""
        with _telling(answer):
            try:
                worker.done(self._limit_s)
                made = worker.take()
            finally:
                self._slow.discard(worker)
                if self._idle:
                    worker.kill()
                else:
                    self._idle.append(worker)
                self._places.release()
            answer.set_result(made)

    def _fetch(self) -> "_Worker":
        """Take a process that waits, or start one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.fit:
                return worker
            worker.kill()
        return _Worker()

    def _clear(self) -> None:
        while self._idle:
            self._idle.pop().kill()


@contextlib.contextmanager
def _telling(answer: Future[object]) -> Iterator[None]:
    """Hand every error to who waits for the answer: a thread has nobody else to tell."""
    try:
        yield
    except Exception as error:
        answer.set_exception(error)


class _Worker:
    """A process that does jobs. One that falls or is late is killed at once."""

    def __init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs,), name="darkroom", daemon=True)
        self._process.start()
        theirs.close()
        self._ready = False
        self._dead = False
        self._jobs = 0
        self._limit_s, self._ends = 0.0, 0.0

    @property
    def fit(self) -> bool:
        """Whether it may do another job: somebody else may have ended it meanwhile."""
        return not self._dead and self._jobs < JOBS and self._process.is_alive()

    def begin(self, job: object, limit_s: float) -> None:
        """Hand it a job. Raises SourceBroken where it falls at that."""
        self._jobs += 1
        with self._falling():
            self._ready = self._ready or (self._pipe.poll(START_S) and self._pipe.recv())
            self._pipe.send(job)
        self._limit_s, self._ends = limit_s, time.monotonic() + limit_s

    def done(self, within_s: float) -> bool:
        """Wait for the end of the job, and say whether it came. Raises SourceBroken when late."""
        left_s = self._ends - time.monotonic()
        with self._falling():
            if self._pipe.poll(max(0.0, min(within_s, left_s))):
                return True
        if within_s < left_s:
            return False
        self.kill()
        raise SourceBroken(f"it takes more than {self._limit_s:g} s to read")

    def take(self) -> object:
        """What the job made. Raises SourceBroken where it did, or where the process fell."""
        with self._falling():
            made = self._pipe.recv()
        if isinstance(made, Exception):
            raise made
        return made

    def end(self) -> None:
        """End it, from any thread; who waits for its job hears that it fell."""
        with contextlib.suppress(ValueError):  # it is gone already
            self._process.kill()

    def kill(self) -> None:
        """End it, whatever it is at, and clear up."""
        if not self._dead:
            self._dead = True
            self._process.kill()
            self._process.join()
            self._process.close()
            self._pipe.close()

    @contextlib.contextmanager
    def _falling(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as error:
            self.kill()
            raise SourceBroken("it made the process that read it fall") from error


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
