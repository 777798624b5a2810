"""The rounds: every source is looked at when it is due, and the desk's heart beats.

APScheduler is the alarm clock and nothing else: what is due is remembered in the store.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.intake import Intake

__all__ = ["Rounds"]

log = logging.getLogger(__name__)

HEARTBEAT_S = 5.0  # how often the desk looks without being woken: retries and expiries fall due
AFTER_A_BUG = timedelta(minutes=10)
JITTER = 0.1  # of the wait: feeds that came due together drift apart


class Rounds:
    """Goes round until cancelled; `wake` is called at every heartbeat, `tidy` every hour."""

    def __init__(
        self,
        intake: Intake,
        wake: Callable[[], None],
        tidy: Callable[[], Awaitable[None]],
        clock: Callable[[], datetime],
        chance: random.Random,
    ) -> None:
        self._intake = intake
        self._wake = wake
        self._tidy = tidy
        self._now = clock
        self._chance = chance
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def run(self) -> None:
        """Look at each source whenever it is due."""
        try:
            async with asyncio.TaskGroup() as looks:
                self._every(HEARTBEAT_S, self._beat)
                self._every(3600.0, self._tidy)
                self._scheduler.start()
                for name, due in (await self._intake.due()).items():
                    self._alarm(looks, name, due)
                await asyncio.Event().wait()
        finally:
            self._scheduler.shutdown(wait=False)

    def _every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        self._scheduler.add_job(do, "interval", seconds=seconds, coalesce=True, max_instances=1)

    async def _beat(self) -> None:
        self._wake()

    def _alarm(self, looks: asyncio.TaskGroup, name: str, due: datetime) -> None:
        async def ring() -> None:
            looks.create_task(self._look(looks, name))

        when = max(due, self._now())
        self._scheduler.add_job(ring, "date", run_date=when, misfire_grace_time=None)

    async def _look(self, looks: asyncio.TaskGroup, name: str) -> None:
        try:
            due = await self._intake.poll(name)
        except Exception:  # a bug in one source must not stop the others
            log.exception("reading %s failed", name)
            due = self._now() + AFTER_A_BUG
        wait = due - self._now()
        self._alarm(looks, name, due + wait * self._chance.uniform(0, JITTER))
