"""WebSub against a hub on loopback: asking, challenges, pushes, renewal, and hubs that fail."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import WebSub
from bot.plugins import ConfigError
from bot.store import PushRow, Store
from bot.trends import Wire
from bot.watch import push
from bot.watch.intake import Intake
from bot.watch.websub import Subscriber
from bot.web import session
from fakes import Clock
from fakes_hub import FakeHub
from fakes_sources import Host, report, rss
from newsrooms import free_port
from sources import Hub
from sources.feed import Plugin, Settings

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ATOM = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{}" href="{}"/>'
TOPIC = "https://harbour.example/feed"


@dataclass
class Desk:
    """One feed, its hub, and a desk that subscribes."""

    host: Host
    hub: FakeHub
    clock: Clock
    store: Store
    intake: Intake
    subscriber: Subscriber
    news: list[int]

    def publishes(self, *items: str, hub: bool = True) -> None:
        links = ATOM.format("hub", self.hub.url) + ATOM.format("self", TOPIC)
        self.host.publishes(rss(*items, channel=links if hub else ""))

    async def looks(self) -> timedelta:
        """Look at the feed; answers how long it is left alone then."""
        due = await self.intake.poll("harbour")
        assert due is not None
        return due - self.clock()

    async def subscribes(self, lease_s: int = 100_000) -> None:
        await self.looks()
        await self.subscriber.ask_round()
        assert await self.hub.verifies(lease_s) == (200, "say this")

    async def row(self) -> PushRow:
        return (await self.rows())["harbour"]

    async def rows(self) -> dict[str, PushRow]:
        await self.subscriber.save()
        return await self.store.pushes()

    async def titles(self) -> set[str]:
        return {filed.item.title for filed in await self.store.items(NOW - HOUR)}


@asynccontextmanager
async def at_work(folder: Path, host: Host, hub: FakeHub, port: int) -> AsyncIterator[Desk]:
    clock, news = Clock(NOW), list[int]()
    store = await Store.open(folder)
    settings = WebSub(public_url=f"http://127.0.0.1:{port}/hubs", port=port)
    async with session(allow=["127.0.0.1"]) as http:
        subscriber = Subscriber(settings, store, http, clock, random.Random(1))
        feed = Plugin("harbour", Settings(url=host.url()), http)
        intake = Intake(
            *(store, Wire(), {"harbour": feed}, clock, lambda: news.append(1)), ear=subscriber
        )
        await intake.open()
        await subscriber.open(intake)
        async with subscriber.serving():
            yield Desk(host, hub, clock, store, intake, subscriber, news)
    await store.close()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Host() as host, FakeHub() as hub, at_work(tmp_path, host, hub, free_port()) as desk:
        desk.publishes(report(1))
        yield desk


async def test_a_feed_with_a_hub_is_subscribed_to(desk: Desk) -> None:
    before = await desk.looks()
    await desk.subscriber.ask_round()
    asked = desk.hub.requests[-1]
    assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", TOPIC)
    assert len(asked["hub.callback"].rpartition("/")[2]) >= 32
    assert len(asked["hub.secret"]) < 200
    assert await desk.hub.verifies() == (200, "say this")
    assert before <= HOUR
    assert await desk.looks() == HOUR  # from now on a safety net
    assert (await desk.row()).live(desk.clock())


async def test_a_push_is_news_at_once(desk: Desk) -> None:
    await desk.subscribes()
    assert await desk.hub.pushes(rss(report(2), report(1))) == 202
    await desk.subscriber.quiet()
    assert await desk.titles() == {"Ferry 1 leaves late", "Ferry 2 leaves late"}
    assert (await desk.row()).heard_at == desk.clock()
    items = [filed.item for filed in await desk.store.items(NOW - HOUR)]
    assert [item.backlog for item in items] == [True, False]


@pytest.mark.parametrize(
    ("method", "secret"), [("", ""), ("sha256", "not ours"), ("md5", ""), ("sha1", "not ours")]
)
async def test_what_is_not_rightly_signed_is_dropped_in_silence(
    desk: Desk, method: str, secret: str
) -> None:
    await desk.subscribes()
    assert await desk.hub.pushes(rss(report(9)), method, secret) == 202
    await desk.subscriber.quiet()
    assert await desk.titles() == {"Ferry 1 leaves late"}


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_every_method_of_the_standard_is_understood(desk: Desk, method: str) -> None:
    await desk.subscribes()
    await desk.hub.pushes(rss(report(2)), method)
    await desk.subscriber.quiet()
    assert "Ferry 2 leaves late" in await desk.titles()


@pytest.mark.parametrize(
    "other",
    [{"topic": "https://other.example/"}, {"mode": "unsubscribe"}, {"mode": "rule the world"}],
)
async def test_a_challenge_that_nobody_asked_for_is_not_answered(
    desk: Desk, other: dict[str, str]
) -> None:
    await desk.looks()
    await desk.subscriber.ask_round()
    assert (await desk.hub.verifies(**other))[0] == 404
    assert (await desk.row()).state == "asked"


async def test_a_challenge_is_answered_once(desk: Desk) -> None:
    await desk.subscribes()
    assert (await desk.hub.verifies(lease_s=9))[0] == 404
    assert (await desk.row()).live(desk.clock() + HOUR)


async def test_a_callback_that_was_never_ours(desk: Desk) -> None:
    await desk.subscribes()
    wrong = desk.hub.requests[-1]["hub.callback"][:-4] + "0000"
    assert await desk.hub.pushes(rss(report(9)), callback=wrong) == 410
    desk.hub.requests[-1]["hub.callback"] = wrong
    assert (await desk.hub.verifies())[0] == 404


async def test_a_lease_is_renewed_at_four_fifths(desk: Desk) -> None:
    await desk.subscribes(lease_s=1000)
    desk.clock.passes(seconds=799)
    await desk.subscriber.ask_round()
    assert len(desk.hub.requests) == 1
    desk.clock.passes(seconds=1)
    await desk.subscriber.ask_round()
    first, again = desk.hub.requests
    assert first == again
    assert (await desk.hub.verifies(1000))[0] == 200
    assert (await desk.row()).ends == desk.clock() + timedelta(seconds=1000)


async def test_a_dead_hub_gives_the_feed_its_pace_back(desk: Desk) -> None:
    await desk.subscribes(lease_s=7200)
    desk.hub.dies()
    desk.clock.passes(hours=1.7)
    await desk.subscriber.ask_round()
    assert (await desk.row()).failures == 1
    assert await desk.looks() == HOUR  # until the lease ends
    desk.clock.passes(hours=1)
    desk.publishes(report(1), report(2, date="Wed, 04 Mar 2026 20:40:00 GMT"))
    assert await desk.looks() < HOUR / 2


async def test_a_silent_hub_is_found_out_and_forgiven(desk: Desk) -> None:
    await desk.subscribes()
    desk.publishes(report(2, date="Wed, 04 Mar 2026 17:50:00 GMT"), report(1))
    assert await desk.looks() < HOUR
    assert (await desk.row()).state == "silent"
    await desk.hub.pushes(rss(report(3)))
    await desk.subscriber.quiet()
    assert (await desk.row()).state == "live"


async def test_a_hub_that_denies_is_asked_again_in_a_day(desk: Desk) -> None:
    await desk.looks()
    await desk.subscriber.ask_round()
    assert (await desk.hub.denies("closed"))[0] == 200
    row = await desk.row()
    assert (row.state, row.due, "closed" in row.why) == ("refused", NOW + 24 * HOUR, True)
    assert await desk.looks() < HOUR


async def test_a_dead_hub_of_many_feeds_is_asked_once_a_round(desk: Desk) -> None:
    desk.hub.dies(503)
    for n in range(5):
        desk.subscriber.looked(f"feed {n}", Hub(desk.hub.url, f"{TOPIC}/{n}"), ())
    await desk.subscriber.ask_round()
    assert len(desk.hub.requests) == 1


async def test_a_feed_that_leaves_its_hub(desk: Desk) -> None:
    await desk.subscribes()
    desk.publishes(report(1), hub=False)
    await desk.looks()
    assert await desk.rows() == {}
    assert await desk.hub.pushes(rss(report(9))) == 410


async def test_a_push_that_is_too_large_or_no_feed(desk: Desk) -> None:
    await desk.subscribes()
    assert await desk.hub.pushes("x" * 10_100_000) == 413
    assert await desk.hub.pushes("<html><body>no</body></html>") == 202
    await desk.subscriber.quiet()
    assert await desk.titles() == {"Ferry 1 leaves late"}


async def test_subscriptions_survive_a_restart(tmp_path: Path) -> None:
    port = free_port()
    async with Host() as host, FakeHub() as hub:
        async with at_work(tmp_path, host, hub, port) as desk:
            desk.publishes(report(1))
            await desk.subscribes()
        async with at_work(tmp_path, host, hub, port) as desk:
            await desk.subscriber.ask_round()
            assert len(hub.requests) == 1
            await hub.pushes(rss(report(2)))
            await desk.subscriber.quiet()
            assert "Ferry 2 leaves late" in await desk.titles()


async def test_a_port_that_is_taken_says_so(desk: Desk) -> None:
    with pytest.raises(ConfigError, match="choose another `port`"):
        async with desk.subscriber.serving():
            pass


async def test_the_subscription_of_a_source_that_was_taken_out_ends(desk: Desk) -> None:
    await desk.subscribes()
    nobody = Intake(desk.store, Wire(), {}, desk.clock, lambda: None)
    await desk.subscriber.open(nobody)
    assert await desk.rows() == {}
    assert await desk.hub.pushes(rss(report(9))) == 410


async def test_the_link_header_comes_first(desk: Desk) -> None:
    links = f'<{desk.hub.url}>; rel="hub", <https://header.example/feed>; rel="self alternate"'
    desk.host.publishes(rss(report(), channel=ATOM.format("hub", "https://x.example/")), Link=links)
    await desk.looks()
    row = await desk.row()
    assert (row.hub, row.topic) == (desk.hub.url, "https://header.example/feed")


@given(lease=st.text(max_size=20) | st.integers().map(str))
def test_a_lease_is_never_absurd(lease: str) -> None:
    row = push.wished(None, Hub("https://hub.example", TOPIC), "harbour", "ab" * 32, NOW)
    live = push.verified(row, lease, NOW)
    assert live.ends is not None
    assert timedelta(minutes=1) <= live.ends - NOW <= timedelta(days=30)
    assert NOW < live.due < live.ends


@given(failures=st.integers(0, 10_000), seed=st.integers())
def test_a_hub_that_fails_is_asked_at_least_once_a_day(failures: int, seed: int) -> None:
    row = PushRow(
        "harbour", "https://hub.example", TOPIC, "a", "b", "asked", NOW, failures=failures
    )
    due = push.failed(row, "no", NOW, random.Random(seed)).due
    assert timedelta(minutes=5) <= due - NOW <= timedelta(days=1)
