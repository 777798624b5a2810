"""A worker for pools that makes nothing but time pass: for tests of `render.pools.ray`."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from render.lab import Facts, Job, Made, Order, Preset, Troubled
from render.pools import Done, Failed, News, Pool, Site

__all__ = ["PRESET", "Clockwork", "carried", "order_of"]

PRESET = Preset("clockwork", "none", "none", "film", 0.0, 64, 64, 16, 9, 4)


def order_of(key: str, wish: str, first: bytes = b"") -> Job:
    """A job whose prompt says what the worker does."""
    return Job(key, Order(key, "film", wish, "", 64, 64, 9, 16, 1), PRESET, first)


class Clockwork:
    """A prompt is a list of words: "expose=0.3" (s), "develop=0.1", "size=9" (bytes), or a mishap.

    The mishap is "deaf": it does not look whether it was called off. `guard` of the site may hold
    {"log": folder}: there each job leaves a file "key.process" when it begins.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._told: set[str] = set()

    def room(self) -> float:
        return 8.0

    def encode(self, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        self._told |= {prompt for prompt, _ in prompts}

    def denoise(self, job: Job, tell: Callable[..., None], stopped: Callable[[], bool]) -> Any:
        wish = _wish(job)
        if folder := self._site.guard.get("log"):
            Path(folder, f"{job.key}.{os.getpid()}").touch()
        of = 4
        for step in range(1, of + 1):
            self._pass(float(wish.get("expose", 0)) / of, stopped if "deaf" not in wish else None)
            tell("denoise", step, of)
        return job

    def develop(self, exposed: Any, tell: Callable[..., None], stopped: Callable[[], bool]) -> Made:
        wish = _wish(exposed)
        self._pass(float(wish.get("develop", 0)))
        data = bytes(int(wish.get("size", 10)))
        said = exposed.order.prompt in self._told
        facts = Facts(f"process {os.getpid()}", stepped=("briefed",) if said else ())
        return Made(exposed.key, data, exposed.first, facts)

    def close(self) -> None:
        if folder := self._site.guard.get("log"):
            Path(folder, f"closed.{os.getpid()}").touch()

    def _pass(self, seconds: float, stopped: Callable[[], bool] | None = None) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if stopped and stopped():
                raise Troubled("stopped", "called off")
            threading.Event().wait(min(left, 0.25))


def _wish(job: Job) -> dict[str, str]:
    words = (word.partition("=") for word in job.order.prompt.split())
    return {name: value for name, _, value in words}


def carried(
    pool: Pool, jobs: Sequence[Job], limit_s: float, happens: Callable[[Sequence[News]], None]
) -> list[News]:
    """Carry jobs out as a shift does: a free worker gets the next, what was lost goes again.

    `happens` sees the news as they come: there a test kills. Raises TimeoutError after `limit_s`.
    """
    waiting, by_key, all_news = list(jobs), {job.key: job for job in jobs}, []
    until = time.monotonic() + limit_s
    while sum(isinstance(news, Done) for news in all_news) < len(jobs):
        while waiting and pool.free():
            pool.start(waiting.pop(0))
        news = pool.wait(1.0)
        all_news += news
        lost = [n.key for n in news if isinstance(n, Failed) and n.trouble.kind == "lost"]
        waiting = [by_key[key] for key in lost] + waiting
        happens(news)
        if time.monotonic() > until:
            raise TimeoutError(f"{len(waiting)} jobs wait, {pool.free()} workers are free")
    return all_news
