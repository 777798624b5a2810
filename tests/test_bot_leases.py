"""Logins that end: what editors are told of them, and when."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.config import build
from bot.posting.leases import Lease, Leases, news_of, said, stage
from bot.store import Store
from bot.terminal.check import findings
from fakes import NOON
from offices import opened
from publish import ChannelDown, LoggedOut
from publish._grant import Token
from publish._tokens import Account, Grant, Tokens

DAY = timedelta(days=1)


def a_lease(days: float | None, why: str = "") -> Lease:
    return Lease("clips", None if days is None else NOON + days * DAY, why)


@pytest.mark.parametrize(
    ("lease", "here", "words"),
    [
        (a_lease(None), "", "logged in"),
        (a_lease(60), "", "logged in until 2026-05-"),
        (a_lease(7.01), "", "logged in until"),
        (a_lease(7), "week", "ends in 7 days: `wirereel login clips`"),
        (a_lease(1.5), "week", "ends in 36 h"),
        (a_lease(1), "day", "ends in 24 h"),
        (a_lease(0.1), "day", "ends in 2 h"),
        (a_lease(0), "over", "is over: `wirereel login clips`"),
        (a_lease(-3), "over", "is over"),
        (a_lease(60, "it was revoked: say so"), "over", "it was revoked: say so"),
    ],
)
def test_how_near_the_end_is(lease: Lease, here: str, words: str) -> None:
    assert stage(lease, NOON) == here
    if "until" not in words:
        assert words in said(lease, NOON)


@pytest.mark.parametrize(
    ("days", "told", "news"),
    [
        (60, "", False), (6, "", True), (6, "week", False), (0.5, "week", True),
        (0.5, "", True), (0.5, "day", False), (-1, "day", True), (-1, "over", False),
        (60, "over", False), (6, "day", False), (6, "what?", True),
    ],
)  # fmt: skip
def test_each_stage_is_told_once(days: float, told: str, news: bool) -> None:
    assert bool(news_of(a_lease(days), told, NOON)) is news


class Channel:
    """A channel with a login, and verbs for what becomes of it."""

    def __init__(self) -> None:
        self.name = "clips"
        self.ends: datetime | None = None
        self.error: ChannelDown | None = None

    async def lease(self, now: datetime) -> datetime | None:
        if self.error:
            raise self.error
        return self.ends


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(tmp_path)
    yield store
    await store.close()


def looking(channel: Channel, store: Store, clock: Clock) -> Leases:
    """Look as after a start of the bot."""
    return Leases({"clips": channel, "out": object()}, store, clock)  # type: ignore[dict-item]


async def test_a_login_from_its_start_to_the_next_one(store: Store) -> None:
    channel, clock = Channel(), Clock()
    channel.ends = NOON + 10 * DAY
    heard = []
    for hours in range(0, 24 * 12, 6):
        clock.now = NOON + timedelta(hours=hours)
        if hours == 24 * 11:  # a person logs in again
            channel.ends = clock.now + 60 * DAY
        heard += await looking(channel, store, clock).look()
    assert [line.partition(": ")[2][:20] for line in heard] == [
        "the login ends in 7 ",
        "the login ends in 24",
        "the login is over: `",
    ]
    clock.now = channel.ends - 2 * DAY
    assert await looking(channel, store, clock).look()  # the new one is told of anew


async def test_a_revoked_login_is_told_once_and_stands_in_status(store: Store) -> None:
    channel, clock = Channel(), Clock()
    channel.error = LoggedOut("clips gives no token (invalid_grant): say `wirereel login clips`")
    leases = looking(channel, store, clock)
    assert await leases.look() == [f"clips: {channel.error}"]
    assert await leases.look() == []
    assert leases.lines() == [f"clips: {channel.error}"]
    channel.error = None
    assert await leases.look() == []
    assert leases.lines() == []


async def test_a_platform_that_is_down_changes_nothing(store: Store) -> None:
    channel, clock = Channel(), Clock()
    channel.ends = NOON + 3 * DAY
    leases = looking(channel, store, clock)
    await leases.look()
    channel.error = ChannelDown("clips cannot be reached")
    assert await leases.look() == []
    assert len(leases.lines()) == 1


async def test_the_desk_tells_it_in_every_chat_and_in_status(tmp_path: Path) -> None:
    channel = Channel()
    channel.error = LoggedOut("clips gives no token: say `wirereel login clips`")
    async with opened(tmp_path) as office:
        office.channels["clips"] = channel  # type: ignore[assignment]
        for _ in range(2):
            await office.desk.look_at_logins()
            await office.delivers()
        assert [told.text for told in office.chat.told] == [f"clips: {channel.error}"]
        assert "say `wirereel login clips`" in await office.hears("status")


def test_check_tells_of_logins(tmp_path: Path) -> None:
    table = {"kind": "youtube", "name": "clips", "client_id": "app"}
    config = build({"publish": [table]}, tmp_path)

    def found() -> tuple[str, str]:
        finding = next(f for f in findings(config) if f.what == "login clips")
        return finding.state, finding.said

    assert found() == ("bad", "nobody is logged in: `wirereel login clips`")
    account = Account(client_id="app", tokens=tmp_path / "var" / "tokens")
    tokens = Tokens("clips", Grant("http://a", "http://a", ()), account, None)  # type: ignore[arg-type]
    tokens.keep(Token("access", NOON))
    assert found() == ("ok", "logged in")
    tokens.keep(Token("access", NOON, NOON))
    assert found() == ("bad", "the login is over: `wirereel login clips`")
    tokens.path.chmod(0o644)
    assert found()[0] == "bad"
    assert "chmod 600" in found()[1]
    tokens.path.write_text("{")
    assert "is broken" in found()[1]
