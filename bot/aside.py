"""A model in a process of its own: asked over a pipe, and ended when it hangs.

A model takes seconds to load, all cores to answer and half a gigabyte of memory, and may take its
process with it when it falls: none of that belongs into the bot.
"""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

__all__ = ["Aside", "ModelDown", "Serve"]

START_S = 120.0  # torch, the weights, and a loaded machine

Serve = Callable[[Connection, Any], None]
"""Runs in the process: sends () when it is ready, then one answer for each question.

A text as an answer says what is wrong.
"""


class ModelDown(RuntimeError):
    """The model gave no answer; the message says why."""


class Aside:
    """One process with a model, started when first needed and kept; one that failed is let go.

    `serve` runs in it and is told `about` its model. Questions wait for each other.
    """

    def __init__(self, serve: Serve, about: Any, name: str) -> None:
        self._serve, self._about, self._name = serve, about, name
        self._line = ThreadPoolExecutor(1, name)
        self._process: _Process | None = None

    async def ask(self, question: Any, limit_s: float) -> Any:
        """Ask, and wait for so many seconds; longer for the start. Raises ModelDown."""
        return await asyncio.wrap_future(self._line.submit(self._ask, question, limit_s))

    async def close(self) -> None:
        """End the process, also one that is loading or hangs."""
        ended = asyncio.wrap_future(self._line.submit(self._dismiss))
        while not ended.done():
            if self._process:
                self._process.wake()
            await asyncio.wait({ended}, timeout=0.1)

    def _ask(self, question: Any, limit_s: float) -> Any:
        self._process = self._process or _Process(self._serve, self._about, self._name)
        try:
            return self._process.ask(question, limit_s)
        except ModelDown:
            self._dismiss()
            raise

    def _dismiss(self) -> None:
        if self._process:
            self._process.kill()
        self._process = None


class _Process:
    """The process itself. A question blocks."""

    def __init__(self, serve: Serve, about: Any, name: str) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=serve, args=(theirs, about), name=name, daemon=True)
        self._process.start()
        theirs.close()
        self._ready = False

    def ask(self, question: Any, limit_s: float) -> Any:
        """Ask, and wait for so many seconds; for the start the first time. Raises ModelDown."""
        try:
            if not self._ready:
                self._take(START_S)
                self._ready = True
            self._pipe.send(question)
            return self._take(limit_s)
        except (EOFError, OSError) as error:
            raise ModelDown("the process of the model fell") from error

    def _take(self, limit_s: float) -> Any:
        if not self._pipe.poll(limit_s):
            raise ModelDown(f"the model did not answer within {limit_s:g} s")
        answer = self._pipe.recv()
        if isinstance(answer, str):
            raise ModelDown(answer)
        return answer

    def wake(self) -> None:
        """End the process under a question, from another thread: whoever asked gets ModelDown."""
        with suppress(ValueError):  # it was let go a moment ago
            self._process.kill()

    def kill(self) -> None:
        """End it and let it go."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()
