"""The rounds: every source is looked at when it is due and its host's door is free.

What is due is remembered in the store; the agenda holds it in order, and one alarm is set to what
comes next.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.watch.agenda import Agenda, spread
from bot.watch.alarm import Alarm
from bot.watch.intake import Intake

__all__ = ["Rounds"]

log = logging.getLogger(__name__)

HEARTBEAT_S = 5.0  # how often the desk looks without being woken: retries and expiries fall due
AFTER_A_BUG = timedelta(minutes=10)
JITTER = 0.1  # of the wait: feeds that came due together drift apart


class Rounds:
    """Goes round until cancelled; `wake` is called at every heartbeat."""

    def __init__(
        self,
        intake: Intake,
        wake: Callable[[], None],
        clock: Callable[[], datetime],
        chance: random.Random,
        alarm: Callable[[], Alarm],
    ) -> None:
        self._intake = intake
        self._wake = wake
        self._now = clock
        self._chance = chance
        self._alarm = alarm
        self._agenda = Agenda(intake.hosts)
        self._rung = asyncio.Event()

    async def run(self, tidy: Callable[[], Awaitable[None]]) -> None:
        """Look at each source whenever it is due; `tidy` is called every hour."""
        alarm = self._alarm()
        try:
            async with asyncio.TaskGroup() as looks:
                alarm.every(HEARTBEAT_S, self._beat)
                alarm.every(3600.0, tidy)
                for name, due in spread(await self._intake.due(), self._now()).items():
                    self._agenda.put(name, self._intake.host(name), due)
                while True:
                    self._rung.clear()
                    for name in self._agenda.ready(self._now()):
                        looks.create_task(self._look(name))
                    alarm.ring(self._agenda.next_at(), self._rung.set)
                    await self._rung.wait()
        finally:
            alarm.stop()

    async def look_again(self, name: str) -> bool:
        """Look at a source as soon as its host allows, whatever was; False if there is none."""
        if not await self._intake.forgive(name):
            return False
        self._agenda.put(name, self._intake.host(name), self._now())
        self._rung.set()
        return True

    async def _beat(self) -> None:
        self._wake()

    async def _look(self, name: str) -> None:
        due: datetime | None = self._now() + AFTER_A_BUG
        try:
            due = await self._intake.poll(name)
        except Exception:  # a bug in one source must not stop the others
            log.exception("reading %s failed", name)
        now = self._now()
        self._agenda.done(name, now)
        if due is not None:
            wait = max(due - now, timedelta())
            jittered = due + wait * self._chance.uniform(0, JITTER)
            self._agenda.put(name, self._intake.host(name), jittered)
        self._rung.set()
