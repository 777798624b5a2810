"""The alarm clock: APScheduler, which here rings and does nothing else."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

__all__ = ["Alarm", "AlarmClock"]


class Alarm(Protocol):
    """What the rounds need of a clock that rings."""

    def every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        """Do something again and again; never twice at once, and not to make up for lost time."""
        ...

    def ring(self, at: datetime | None, call: Callable[[], None]) -> None:
        """Call once at a time, at once where that is past; None: not at all. One at a time."""
        ...

    def stop(self) -> None:
        """Ring no more."""
        ...


class AlarmClock:
    """Made in a running loop. Satisfies `Alarm`."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._scheduler.start()
        self._set: datetime | None = None

    def every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        """As in `Alarm`."""
        self._scheduler.add_job(do, "interval", seconds=seconds, coalesce=True, max_instances=1)

    def ring(self, at: datetime | None, call: Callable[[], None]) -> None:
        """As in `Alarm`."""
        if at == self._set:
            return
        self._set = at
        if at is None:
            self._scheduler.remove_job("ring")
            return

        async def rung() -> None:
            self._set = None
            call()

        self._scheduler.add_job(
            rung, "date", run_date=at, id="ring", replace_existing=True, misfire_grace_time=None
        )

    def stop(self) -> None:
        """As in `Alarm`."""
        self._scheduler.shutdown(wait=False)
