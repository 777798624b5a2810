"""What may happen between the steps of one post: expiry, a revoked token, a pause, a takedown."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.store import Stale
from fakes import FakeChannel
from offices import Office, opened
from publish import Post, Receipt, Refused, State


@dataclass
class Stepwise(FakeChannel):
    """A channel in two steps, whose upload may expire, and on which things happen meanwhile."""

    uploads: int = 0
    expired: bool = False
    revoked: bool = False
    between: Callable[[], Awaitable[object]] | None = None
    during: Callable[[], Awaitable[object]] | None = None
    seen: list[State] = field(default_factory=list)

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        self.seen.append(dict(state))
        if state and self.expired:
            self.expired, state = False, {}
            yield state
        if "upload" not in state:
            self.uploads += 1
            yield {"upload": f"u{self.uploads}"}
        if self.between:
            happens, self.between = self.between, None
            await happens()

    async def commit(self, post: Post, state: State) -> Receipt:
        if self.revoked:
            raise Refused("the token was revoked: log in again")
        if self.during:
            happens, self.during = self.during, None
            await happens()
        return await FakeChannel.commit(self, post, state)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as made:
        yield made


async def stepwise(office: Office) -> Stepwise:
    """Draft 1 is offered, for one channel in steps."""
    channel = Stepwise("square", deletes=True)
    office.channels["square"] = channel
    await office.offers()
    return channel


async def approved(office: Office) -> None:
    await office.hears(f"approve 1 {(await office.draft()).tag}")
    await office.settles()


async def test_an_upload_that_expired_is_begun_anew(office: Office) -> None:
    channel = await stepwise(office)
    channel.goes_down()
    await approved(office)
    assert (await office.desk.store.postings(1))[0].steps == {"upload": "u1"}
    channel.expired = True
    office.clock.passes(minutes=1)
    await office.settles()
    assert (channel.uploads, channel.seen[-1]) == (2, {"upload": "u1"})
    assert (await office.desk.store.postings(1))[0].steps == {"upload": "u2"}
    assert len(channel.posted) == 1


async def test_an_upload_that_holds_is_made_once(office: Office) -> None:
    channel = await stepwise(office)
    channel.goes_down(times=3)
    await approved(office)
    for _ in range(4):
        office.clock.passes(minutes=5)
        await office.settles()
    assert (channel.uploads, len(channel.posted)) == (1, 1)


async def test_a_token_revoked_before_the_call_has_a_way_out(office: Office) -> None:
    channel = await stepwise(office)
    channel.revoked = True
    await approved(office)
    said = [m.text for m in office.chat.told]
    assert any("the token was revoked" in t and "retry 1 square" in t for t in said), said
    assert await office.state() == "parked"
    assert "needs the role approver" in await office.hears("retry 1 square", "web:ed")
    channel.revoked = False
    assert "queued again" in await office.hears("retry 1 square")
    await office.settles()
    assert (len(channel.posted), channel.uploads) == (1, 2)
    assert await office.state() == "posted"


async def test_a_draft_that_was_made_anew_is_not_queued_again(office: Office) -> None:
    channel = await stepwise(office)
    channel.revoked = True
    await approved(office)
    await office.hears("retry 1")
    await office.settles()
    assert "never meant for square" in await office.hears("retry 1 square")


async def test_a_pause_between_the_steps_stops_the_call(office: Office) -> None:
    channel = await stepwise(office)
    channel.between = lambda: office.hears("pause square")
    await approved(office)
    assert channel.posted == []
    assert (await office.desk.store.postings(1))[0].state == "ready"
    await office.hears("resume")
    await office.settles()
    assert (len(channel.posted), channel.uploads) == (1, 1)


async def test_a_takedown_between_the_steps_stops_the_call(office: Office) -> None:
    channel = await stepwise(office)
    channel.between = lambda: office.hears("takedown 1 confirm")
    await approved(office)
    assert (channel.posted, await office.state()) == ([], "rejected")
    shown = await office.hears("show 1")
    assert "takedown on square: taken down (withdrawn before it was out)" in shown


async def test_a_takedown_during_the_call_waits_for_its_outcome(office: Office) -> None:
    channel = await stepwise(office)
    channel.during = lambda: office.hears("takedown 1 confirm")
    await approved(office)
    assert channel.deleted == channel.posted
    assert len(channel.posted) == 1
    assert await office.state() == "posted"
    assert office.last() == "Draft 1 is gone from square"


async def test_nothing_begins_to_be_sent_after_a_takedown(office: Office) -> None:
    await stepwise(office)
    store = office.desk.store
    await office.hears("pause")
    await office.hears(f"approve 1 {(await office.draft()).tag}")
    (waiting,) = await store.postings(1)
    await store.take_down(await office.draft(), {"square": ""}, "web:anna", office.clock())
    with pytest.raises(Stale):
        await store.post(waiting, "preparing", office.clock())
    (refused,) = await store.postings(1)
    with pytest.raises(Stale, match="was taken down on square"):
        await store.requeue(await office.draft(), refused, "web:anna", office.clock())
    with pytest.raises(Stale, match="taken down on square already"):
        await store.correct(await office.draft(), "No.", {"square": ""}, "a", office.clock())


async def test_two_editors_at_once_take_it_down_once(office: Office) -> None:
    channel = await stepwise(office)
    await approved(office)
    draft, now, store = await office.draft(), office.clock(), office.desk.store
    await store.take_down(draft, {"square": ""}, "web:anna", now)
    with pytest.raises(Stale, match="already"):
        await store.take_down(draft, {"square": ""}, "web:bea", now)
    await office.settles()
    assert len(channel.deleted) == 1
