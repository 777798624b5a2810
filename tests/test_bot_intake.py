"""The intake with real feeds on loopback: manners over all feeds of a host, and what survives."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store import SourceRow, Store
from bot.trends import Wire
from bot.watch.hosts import Hosts
from bot.watch.intake import Intake
from bot.watch.manners import polite
from bot.web import session
from fakes import Clock
from fakes_sources import Host, report, rss
from sources import SourceDown
from sources.feed import Plugin, Settings

NOON = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
FEEDS = {"harbour": "/feed", "city": "/city"}


@dataclass
class Desk:
    """An intake in its surroundings, which can be taken down and set up again."""

    folder: Path
    host: Host
    clock: Clock = field(default_factory=lambda: Clock(NOON))
    feeds: dict[str, str] = field(default_factory=lambda: dict(FEEDS))
    slept: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Intake]:
        hosts = Hosts()
        manners = polite(hosts, self.clock, self._sleep)
        store = await Store.open(self.folder)
        async with session(allow=["127.0.0.1"], middlewares=[manners]) as http:
            urls = {name: self.host.url(path) for name, path in self.feeds.items()}
            feeds = {name: Plugin(name, Settings(url=url), http) for name, url in urls.items()}
            intake = Intake(
                store, Wire(), feeds, self.clock, lambda: None,
                hosts=hosts, chance=random.Random(1), addresses=urls, tell=self._hear,
            )  # fmt: skip
            await intake.open()
            yield intake
        await store.close()

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.passes(seconds=seconds)

    async def _hear(self, text: str) -> None:
        self.told.append(text)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Host() as host:
        host.publishes(rss(report()), ETag='W/"1"')
        host.publishes(rss(report(2)), path="/city", ETag='"c"')
        yield Desk(tmp_path, host)


async def test_requests_of_one_host_are_a_second_apart(desk: Desk) -> None:
    async with desk.at_work() as intake:
        await intake.poll("harbour")
        await intake.poll("city")
        await intake.poll("harbour")
    assert desk.slept == [1.0, 1.0]


async def test_steps_of_a_redirect_are_requests_too(desk: Desk) -> None:
    desk.host.moves("/city", status=302)
    async with desk.at_work() as intake:
        await intake.poll("harbour")
    assert desk.slept == [1.0]


@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_host_is_left_alone_by_all_its_feeds(desk: Desk, status: int) -> None:
    desk.host.answers(status, Retry_After="600")
    async with desk.at_work() as intake:
        due = await intake.poll("harbour")
        assert due == NOON + timedelta(seconds=600)
        assert intake.hosts.free_at("127.0.0.1", desk.clock()) == NOON + timedelta(seconds=600)
        await intake.poll("city")
    assert [visit.path for visit in desk.host.visits] == ["/feed"]


async def test_who_waits_in_line_hears_of_a_hold_too(desk: Desk) -> None:
    hosts = Hosts()

    async def meanwhile(seconds: float) -> None:
        desk.clock.passes(seconds=seconds)
        hosts.hold("127.0.0.1", desk.clock() + timedelta(minutes=5))

    hosts.turn("127.0.0.1", NOON, timedelta(minutes=1))
    manners = polite(hosts, desk.clock, meanwhile)
    async with session(allow=["127.0.0.1"], middlewares=[manners]) as http:
        with pytest.raises(SourceDown, match="left alone until") as caught:
            await Plugin("harbour", Settings(url=desk.host.url()), http).read(NOON, {})
    assert caught.value.retry_after_s == 300
    assert desk.host.visits == []


async def test_a_hold_survives_a_restart(desk: Desk) -> None:
    desk.host.answers(429, Retry_After="Wed, 04 Mar 2026 18:30:00 GMT")
    async with desk.at_work() as intake:
        await intake.poll("harbour")
    async with desk.at_work() as intake:
        free = intake.hosts.free_at("127.0.0.1", desk.clock())
        assert free == NOON + timedelta(minutes=30)


async def test_a_bad_day_of_a_host_is_no_word_about_the_others(desk: Desk) -> None:
    desk.host.answers(500)
    async with desk.at_work() as intake:
        await intake.poll("harbour")
        assert intake.hosts.held(desk.clock()) == {}
        await intake.poll("city")
    assert desk.host.visits[-1].path == "/city"


Mishap = Callable[[Host], None]
MISHAPS: list[Mishap] = [
    lambda host: host.answers(500),
    lambda host: host.answers(404),
    lambda host: host.publishes("<html><body>Please log in</body></html>", ETag='"login"'),
    lambda host: host.publishes("", ETag='"empty"'),
    lambda host: host.hangs_up(),
]


@pytest.mark.parametrize("mishap", range(len(MISHAPS)))
async def test_validators_survive_failures_and_restarts(desk: Desk, mishap: int) -> None:
    async with desk.at_work() as intake:
        await intake.poll("harbour")
    MISHAPS[mishap](desk.host)
    async with desk.at_work() as intake:
        for _ in range(3):
            desk.clock.passes(hours=1)
            await intake.poll("harbour")
    desk.host.publishes(rss(report(2), report()), ETag='W/"2"')
    async with desk.at_work() as intake:
        await intake.poll("harbour")
        await intake.poll("harbour")
    asked = [visit.headers.get("If-None-Match") for visit in desk.host.visits]
    assert asked[0] is None
    assert set(asked[1:-1]) == {'W/"1"'}
    assert asked[-1] == 'W/"2"'


async def test_what_is_gone_is_off_and_the_editors_are_told_once(desk: Desk) -> None:
    desk.host.answers(410)
    async with desk.at_work() as intake:
        assert await intake.poll("harbour") is None
        assert "harbour" not in await intake.due()
    assert len(desk.told) == 1
    assert "retry harbour" in desk.told[0]
    async with desk.at_work() as intake:
        assert list(await intake.due()) == ["city"]
    assert len(desk.told) == 1


async def test_another_address_switches_it_on_again(desk: Desk) -> None:
    desk.host.answers(410)
    async with desk.at_work() as intake:
        await intake.poll("harbour")
    desk.feeds["harbour"] = "/moved"
    desk.host.publishes(rss(report()), path="/moved")
    async with desk.at_work() as intake:
        assert (await intake.due())["harbour"] == desk.clock()
        assert await intake.poll("harbour") is not None
        assert "harbour" in await intake.due()


async def test_a_host_with_a_long_line_is_for_another_time(desk: Desk) -> None:
    hosts = Hosts()
    for _ in range(20):
        hosts.turn("127.0.0.1", NOON, timedelta(minutes=1))
    manners = polite(hosts, desk.clock, desk._sleep)
    async with session(allow=["127.0.0.1"], middlewares=[manners]) as http:
        plugin = Plugin("harbour", Settings(url=desk.host.url()), http)
        with pytest.raises(SourceDown, match="line of 20 s") as caught:
            await plugin.read(NOON, {})
    assert caught.value.retry_after_s == 20
    assert desk.host.visits == []


async def test_looks_that_end_together_share_a_transaction(desk: Desk, tmp_path: Path) -> None:
    commits: list[str] = []
    store = await Store.open(tmp_path / "shared", commits.append)
    rows = [SourceRow(f"feed {n}", {"etag": str(n)}, NOON) for n in range(200)]
    saving: list[Awaitable[None]] = [store.save_reading(row, (), (), NOON) for row in rows]
    await asyncio.gather(*saving)
    assert len(commits) <= 3
    assert (await store.sources()).keys() == {row.name for row in rows}
    await store.close()
