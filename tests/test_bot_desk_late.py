"""What is decided late, at once, or while something is broken."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.posting.ledger import Ledger
from bot.store import StoreBroken
from fakes import NOON, FakeChannel, item
from offices import BREAKING, Office, opened
from publish import Post, State


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as made:
        yield made


async def settles_late(desk: Desk) -> None:
    """Do everything twice, as when a look was begun before a move and is acted on after it."""
    while intents := await desk.decide():
        for intent in intents * 2:
            await desk.do(intent)


@pytest.mark.parametrize("lost", [False, True])
async def test_a_look_that_comes_late_does_nothing_again(office: Office, lost: bool) -> None:
    await office.breaks()
    await settles_late(office.desk)
    await office.delivers()
    assert (office.line.written, office.line.shot, len(office.chat.told)) == (1, 1, 2)
    draft = await office.desk.store.draft(1)
    assert draft is not None
    if lost:
        office.channel.loses_the_answer()
    await office.hears(f"approve 1 {draft.tag}")
    await settles_late(office.desk)
    office.clock.passes(minutes=5)
    await settles_late(office.desk)
    assert len(office.channel.posted) == 1


async def test_an_edit_before_a_post_that_was_decided_on_is_kept(office: Office) -> None:
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    late = await office.desk.decide()
    await office.hears("edit 1 line 1: The harbour bridge is closed after a ferry collision.")
    for intent in late:
        await office.desk.do(intent)
    assert (await office.state(), office.channel.posted) == ("written", [])


async def test_a_camera_that_falls_over_parks_only_the_words_it_was_given(office: Office) -> None:
    async def edits_and_breaks() -> None:
        await office.hears("edit 1 line 1: The harbour bridge is closed after a ferry collision.")
        raise RuntimeError("the camera fell over")

    office.line.meanwhile = edits_and_breaks
    await office.breaks()
    await office.settles()
    assert await office.state() == "offered"


async def test_a_chat_with_a_bug_parks_no_draft(office: Office) -> None:
    office.chat.breaks(OSError("the terminal is gone"))
    await office.offers()


async def test_a_disk_that_is_full_does_not_set_the_desk_spinning(office: Office) -> None:
    await office.breaks()
    await office.desk.store._db._db.execute("PRAGMA query_only=1")
    intents = await office.desk.decide()
    office.desk.woken.clear()
    await office.desk.do(intents[0])
    assert not office.desk.woken.is_set()
    assert "cannot write down" in await office.hears("pause")
    await office.desk.store._db._db.execute("PRAGMA query_only=0")
    await office.settles()
    assert await office.state() == "offered"


async def test_a_story_that_was_told_long_ago_keeps_no_other_from_being_told(
    office: Office,
) -> None:
    await office.offers()
    await office.hears("reject 1 told elsewhere")
    for n in range(5, 5 + 4 * 10):  # the story goes on for ten days
        office.clock.passes(hours=6)
        title, outlet = BREAKING[n % 5]
        office.source.coming = [item(n, title, outlet, office.clock())]
        await office.intake.poll("wire")
    assert office.desk.story(1) is not None
    await office.desk.decide()
    assert office.desk.covered == {1: 1}


async def test_a_draft_that_every_channel_refused_can_be_made_again(office: Office) -> None:
    rev = await office.offers()
    office.channel.refuses()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert await office.state() == "parked"
    await office.hears("retry 1")
    await office.settles()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert (await office.state(), len(office.channel.posted)) == ("posted", 1)


async def test_a_channel_that_is_set_up_no_more_is_said(office: Office) -> None:
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    office.channels.clear()
    await office.settles()
    assert "square refused draft 1: no channel of this name is set up" in office.chat.told[-1].text


async def test_a_channel_that_asks_for_ages_is_asked_again_within_a_day(office: Office) -> None:
    rev = await office.offers()
    office.channel.goes_down(retry_after_s=1e20)
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert await office.post() == "ready"
    office.clock.passes(hours=25)
    await office.settles()
    assert "its news is 25 hours old" in office.chat.told[-1].text
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert len(office.channel.posted) == 1


async def test_a_channel_that_cannot_prepare_is_left_alone_longer_each_time(
    office: Office,
) -> None:
    rev = await office.offers()
    office.channel.cannot_prepare(times=3)
    await office.hears(f"approve 1 {rev}")
    waits = []
    for _ in range(3):
        await office.settles()
        posting = (await office.desk.store.postings(1))[0]
        assert posting.retry_at is not None
        waits.append((posting.retry_at - office.clock()).total_seconds())
        office.clock.at = posting.retry_at
    assert waits == [15, 30, 60]


async def test_the_same_message_twice_at_once_is_carried_out_once(office: Office) -> None:
    await office.breaks()
    one, other = await asyncio.gather(
        office.hears("make 1", event="e1"), office.hears("make 1", event="e1")
    )
    assert one == other
    assert len(await office.desk.store.drafts(NOON)) == 1


async def test_news_that_could_not_be_written_down_is_written_later(office: Office) -> None:
    office.source.coming = [item(0, BREAKING[0][0], "The Ansel Post", office.clock())]
    await office.desk.store._db._db.execute("PRAGMA query_only=1")
    with pytest.raises(StoreBroken):
        await office.intake.poll("wire")
    await office.desk.store._db._db.execute("PRAGMA query_only=0")
    await office.intake.poll("wire")
    assert len(await office.desk.store.items(NOON - timedelta(days=1))) == 1


async def test_what_a_source_shows_for_days_stays_known_and_the_rest_is_forgotten(
    office: Office,
) -> None:
    old, gone = item(0, at=office.clock()), item(1, "Rain in Oster Vale", at=office.clock())
    office.source.coming = [old, gone]
    await office.intake.poll("wire")
    office.clock.passes(days=3)
    new = item(2, "Night train to the coast returns", at=office.clock())
    for _ in range(2):
        office.source.coming = [old, new]
        await office.intake.poll("wire")
        await office.intake.tidy()
    assert [filed.item.id for filed in await office.desk.store.items(NOON)] == ["i2"]
    assert set(office.intake._titles) == {"i0", "i2"}


async def test_a_channel_that_never_answers_holds_no_lane(office: Office) -> None:
    class Hangs(FakeChannel):
        async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
            await asyncio.Event().wait()
            yield state

    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    store, draft = office.desk.store, await office.desk.store.draft(1)
    assert draft is not None
    ledger = Ledger(store, {"square": Hangs()}, office.clock, patience_s=0.01)
    await ledger.publish(draft, (await store.postings(1))[0])
    posting = (await store.postings(1))[0]
    assert (posting.state, posting.why) == ("preparing", "square did not answer in time")


async def test_a_source_is_due_within_a_day_after_the_clock_was_set_back(office: Office) -> None:
    office.clock.passes(days=900)
    await office.intake.poll("wire")
    office.clock.passes(days=-900)
    assert (await office.intake.due())["wire"] <= office.clock() + timedelta(days=1)
