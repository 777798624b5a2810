"""The rounds: what is due is looked at, by a clock that rings when it is told to."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store import Store
from bot.trends import Wire
from bot.watch.alarm import AlarmClock
from bot.watch.intake import Intake
from bot.watch.rounds import Rounds
from fakes import Clock, FakeSource
from sources import SourceGone


@dataclass
class FakeAlarm:
    """An alarm that a test rings."""

    clock: Clock
    at: datetime | None = None
    call: Callable[[], None] = lambda: None
    often: dict[float, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    stopped: bool = False

    def every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        self.often[seconds] = do

    def ring(self, at: datetime | None, call: Callable[[], None]) -> None:
        self.at, self.call = at, call

    def stop(self) -> None:
        self.stopped = True

    def rings(self) -> None:
        """Let time go on to what comes next, if that is known yet."""
        if self.at is not None:
            self.clock.at = max(self.clock.at, self.at)
            self.call()


@dataclass
class Desk:
    alarm: FakeAlarm
    rounds: Rounds
    sources: dict[str, FakeSource]

    async def until(self, **reads: int) -> None:
        """Ring until each of these sources was looked at so often."""
        async with asyncio.timeout(20):
            while any(self.sources[name].reads < count for name, count in reads.items()):
                self.alarm.rings()
                await asyncio.sleep(0)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = Clock()
    store, alarm = await Store.open(tmp_path), FakeAlarm(clock)
    sources = {name: FakeSource(name) for name in ("harbour", "city")}
    addresses = {name: f"https://{name}.example/feed" for name in sources}
    intake = Intake(store, Wire(), sources, clock, lambda: None, addresses=addresses)
    await intake.open()
    rounds = Rounds(intake, lambda: None, clock, random.Random(1), lambda: alarm)
    going = asyncio.create_task(rounds.run(intake.tidy))
    yield Desk(alarm, rounds, sources)
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)
    assert alarm.stopped
    await store.close()


async def test_every_source_is_looked_at_when_it_is_due(desk: Desk) -> None:
    await desk.until(harbour=5, city=5)


async def test_a_bug_in_one_source_does_not_stop_the_others(desk: Desk) -> None:
    desk.sources["harbour"].fails_with(ZeroDivisionError("a bug"))
    await desk.until(city=5, harbour=2)


async def test_what_is_gone_rests_until_somebody_asks(desk: Desk) -> None:
    desk.sources["harbour"].fails_with(SourceGone("gone for good (410)"))
    await desk.until(city=20)
    assert desk.sources["harbour"].reads == 1
    assert await desk.rounds.look_again("harbour")
    await desk.until(harbour=2)
    assert not await desk.rounds.look_again("nobody")


async def test_the_alarm_clock_rings() -> None:
    clock, rung, beaten = AlarmClock(), asyncio.Event(), asyncio.Event()

    async def beat() -> None:
        beaten.set()

    now = datetime.now(UTC)
    clock.ring(now + timedelta(hours=1), rung.set)
    clock.ring(None, rung.set)
    clock.ring(now - timedelta(seconds=1), rung.set)
    clock.every(0.01, beat)
    async with asyncio.timeout(5):
        await rung.wait()
        await beaten.wait()
    clock.stop()
