"""Simulated time: it stands still while somebody is at work, and leaps ahead when nobody is."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
BUSY = 24  # looks that may wait for our own CPU before time stands still
STEP_S = 1.0  # how far time goes at once while answers are awaited
NOW, ARRIVED, ANSWERED, REPLIED, OVER = range(5)  # what both processes see


class Time:
    """Simulated time with an alarm (bot.watch.alarm.Alarm), and the rule by which it passes."""

    def __init__(self, shared: Any, ends: float) -> None:
        self._shared = shared
        self._ends = ends
        self.sent = 0
        self.heard = 0
        self.looks = 0
        self._moments: list[tuple[float, int, Callable[[], None]]] = []
        self._ring: tuple[float, Callable[[], None]] | None = None
        self._number = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self) -> datetime:
        return BEGIN + timedelta(seconds=self._shared[NOW])

    def at(self, second: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._moments, (second, next(self._number), do))

    def every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        def again() -> None:
            task = asyncio.ensure_future(do())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            self.at(self._shared[NOW] + seconds, again)

        self.at(self._shared[NOW] + seconds, again)

    def ring(self, at: datetime | None, call: Callable[[], None]) -> None:
        self._ring = ((at - BEGIN).total_seconds(), call) if at else None

    def stop(self) -> None:
        self._ring = None

    def look(self, more: int) -> None:
        self.looks += more

    async def sleep(self, seconds: float) -> None:
        waker = asyncio.Event()
        self.at(self._shared[NOW] + seconds, waker.set)
        await waker.wait()

    async def pass_until(self, end_s: float) -> None:
        """Let time pass by the rule, as long as there is time for it."""
        while self._shared[NOW] < end_s and time.perf_counter() < self._ends:
            for _ in range(4):  # whatever was woken has its say first
                await asyncio.sleep(0)
            away = self._shared[ARRIVED] - self._shared[ANSWERED]
            on_its_way = self.sent > self._shared[ARRIVED] or self.heard < self._shared[REPLIED]
            idle = self._ring is None and not self.looks  # not yet: nobody said what comes next
            if on_its_way or idle or self.looks - away > BUSY:
                await asyncio.sleep(0.001)
                continue
            self._go(end_s)
            if self.looks:
                await asyncio.sleep(0.001)

    def _go(self, end_s: float) -> None:
        here = self._shared[NOW]
        coming = [self._moments[0][0]] if self._moments else []
        coming += [self._ring[0]] if self._ring else []
        there = max(here, min([end_s, *coming, *([here + STEP_S] if self.looks else [])]))
        self._shared[NOW] = there
        while self._moments and self._moments[0][0] <= there:
            heapq.heappop(self._moments)[2]()
        if self._ring and self._ring[0] <= there:
            call, self._ring = self._ring[1], None
            call()
