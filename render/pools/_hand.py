"""One worker's process, seen from its pool: it is told, it is heard, it is ended.

Nobody waits for it: a thread of its own sends, for a worker that hangs takes nothing off its pipe,
and another receives and puts what it says into the pool's inbox.
"""

import multiprocessing
import signal
from contextlib import suppress
from multiprocessing.connection import wait
from queue import SimpleQueue
from threading import Thread
from typing import Any

from render.pools import Site
from render.pools._process import Asked, serve

__all__ = ["Hand"]

LAST_S = 5.0  # a killed process that the kernel does not let go is left to it


class Hand:
    """A spawned process. `inbox` gets (this, what it says), and (this, None) when it has ended.

    Raises OSError where no process can be started.
    """

    def __init__(
        self, number: int, site: Site, visible: str, inbox: "SimpleQueue[tuple[Any, Any]]"
    ) -> None:
        self.number, self._inbox = number, inbox
        self._out: SimpleQueue[Asked | None] = SimpleQueue()
        spawn = multiprocessing.get_context("spawn")  # CUDA does not survive a fork
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(
            target=serve, args=(theirs, site, visible), name=f"worker {number}", daemon=True
        )
        try:
            self._process.start()
        except OSError:
            self._pipe.close()
            raise
        finally:
            theirs.close()
        self._threads = [Thread(target=run, daemon=True) for run in (self._send, self._receive)]
        for thread in self._threads:
            thread.start()

    def say(self, word: Asked) -> None:
        """Tell it something; does not wait."""
        self._out.put(word)

    def end(self, grace_s: float = 0.0) -> str:
        """Let the process go, by force after `grace_s` seconds; how it ended, in words."""
        self._process.join(grace_s)
        self._process.kill()
        self._out.put(None)
        self._process.join(LAST_S)
        for thread in self._threads:
            thread.join(LAST_S)
        code = self._process.exitcode
        if code is not None:
            self._pipe.close()
            self._process.close()
        return _ending(code)

    def _send(self) -> None:
        with suppress(OSError):  # it is gone: `_receive` says so
            while word := self._out.get():
                self._pipe.send(word)

    def _receive(self) -> None:
        with suppress(EOFError, OSError):
            while self._pipe in wait([self._pipe, self._process.sentinel]):
                self._inbox.put((self, self._pipe.recv()))
        self._inbox.put((self, None))


def _ending(code: int | None) -> str:
    """Say an exit code; below zero it is the signal that ended the process."""
    if code is None:
        return "does not end"
    if code >= 0:
        return f"ended by itself (exit code {code})"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"was killed ({name}; too little memory?)" if code == -9 else f"crashed ({name})"
