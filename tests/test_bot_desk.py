"""The whole desk with fakes around it: from items to receipts."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.line import RenderFailed
from bot.posting.ledger import Ledger
from bot.store import StoreBroken
from bot.story import Finding, fingerprint
from bot.trends import Wire
from bot.watch.intake import Intake
from fakes import NOON, FakeChannel, item
from offices import BREAKING, Office, opened
from publish import Limits, Post, Room, State
from sources import SourceDown


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as made:
        yield made


async def test_from_the_wire_to_a_receipt(office: Office) -> None:
    rev = await office.offers()
    assert f"approve 1 {rev}" in office.chat.told[-1].text
    assert "square" in await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert await office.state() == "posted"
    assert len(office.channel.posted) == 1
    assert "is out on square: https://square.example/" in office.chat.told[-1].text


async def test_one_story_is_drafted_once(office: Office) -> None:
    await office.offers()
    await office.breaks()
    await office.settles()
    assert office.line.written == 1


async def test_a_story_that_one_outlet_tells_is_left_alone(office: Office) -> None:
    for n in range(6):
        title = f"Ferry hits the harbour bridge in Port Ansel, part {n}"
        office.source.coming = [item(n, title, "The Ansel Post", office.clock())]
        await office.intake.poll("wire")
    assert await office.desk.tick() == []


@pytest.mark.parametrize(
    ("user", "words", "answer"),
    [
        ("web:stranger", "approve 1 {rev}", "not among the [editors]"),
        ("web:vi", "approve 1 {rev}", "needs the role approver"),
        ("web:ed", "approve 1 {rev}", "needs the role approver"),
        ("web:anna", "approve 1", "say which clip you saw: approve 1 "),
        ("web:anna", "approve 1 000000", "is not the clip of draft 1 any more"),
        ("web:anna", "approve 9 {rev}", "there is no draft 9"),
        ("web:anna", "approve 1 {rev} moon", "unknown channel 'moon'; there are square"),
        ("web:vi", "make bridge", "needs the role editor"),
    ],
)
async def test_what_may_not_be_approved(office: Office, user: str, words: str, answer: str) -> None:
    rev = await office.offers()
    assert answer in await office.hears(words.format(rev=rev), user)
    await office.settles()
    assert office.channel.posted == []


async def test_the_same_message_twice_is_heard_once(office: Office) -> None:
    rev = await office.offers()
    first = await office.hears(f"approve 1 {rev}", event="e1")
    assert await office.hears(f"approve 1 {rev}", event="e1") == first
    again = await office.hears(f"approve 1 {rev}", event="e2")
    assert "was approved by web:anna" in again


async def test_an_edit_voids_what_was_shown(office: Office) -> None:
    rev = await office.offers()
    await office.hears("edit 1 line 1: The harbour bridge is closed after a ferry collision.")
    assert "nothing to approve yet" in await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert "not the clip of draft 1 any more" in await office.hears(f"approve 1 {rev}")
    draft = await office.desk.store.draft(1)
    assert draft is not None
    assert draft.tag != rev
    assert office.line.shot == 2


async def test_a_clip_of_words_that_were_edited_meanwhile_is_not_taken(office: Office) -> None:
    async def edits() -> None:
        await office.hears("edit 1 line 1: The harbour bridge is closed after a ferry collision.")

    office.line.meanwhile = edits
    await office.breaks()
    await office.settles()
    draft = await office.desk.store.draft(1)
    assert draft is not None
    assert draft.script is not None
    assert (draft.state, office.line.shot) == ("offered", 2)
    shown = Path(draft.clip["path"]).read_text()
    assert (
        shown
        == draft.script.beats[0].line
        == "The harbour bridge is closed after a ferry collision."
    )


async def test_a_rejected_draft_is_done_with(office: Office) -> None:
    rev = await office.offers()
    assert "old news" in await office.hears("reject 1 old news")
    decided = "draft 1 was rejected by web:anna at 12:10 UTC: old news"
    assert await office.hears(f"approve 1 {rev}") == decided
    assert await office.hears("reject 1 again", "web:bea") == decided
    await office.settles()
    assert (await office.state(), office.channel.posted) == ("rejected", [])


async def test_pause_holds_an_approved_clip_until_resume(office: Office) -> None:
    rev = await office.offers()
    await office.hears("pause")
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert office.channel.posted == []
    assert "PAUSED" in await office.hears("status")
    await office.hears("resume")
    await office.settles()
    assert len(office.channel.posted) == 1


async def test_a_channel_that_is_down_is_tried_again_later(office: Office) -> None:
    rev = await office.offers()
    office.channel.goes_down(times=2)
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert office.channel.posted == []
    for _ in range(2):
        office.clock.passes(minutes=5)
        await office.settles()
    assert (await office.state(), len(office.channel.posted)) == ("posted", 1)


async def test_a_refusal_is_final_and_told(office: Office) -> None:
    rev = await office.offers()
    office.channel.refuses()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert office.channel.posted == []
    assert "refused draft 1: too loud" in office.chat.told[-1].text


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("replay", ["native", "lookup", "none"])
async def test_a_lost_answer_is_never_posted_twice(
    office: Office, replay: str, arrived: bool
) -> None:
    rev = await office.offers()
    office.channel.replay = replay
    if arrived:
        office.channel.loses_the_answer()
    else:
        office.channel.loses_the_call()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    office.clock.passes(minutes=5)
    await office.settles()
    if replay == "none":
        assert await office.post() == "asked"
        assert "resolve 1 square done" in office.chat.told[-1].text
        await office.hears(f"resolve 1 square {'done' if arrived else 'again'}")
        await office.settles()
    assert (await office.state(), len(office.channel.posted)) == ("posted", 1)


async def test_a_clip_that_was_changed_after_the_approval_is_not_posted(office: Office) -> None:
    rev = await office.offers()
    draft = await office.desk.store.draft(1)
    assert draft is not None
    Path(draft.clip["path"]).write_bytes(b"another clip")
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert office.channel.posted == []
    assert "not the one that was approved" in office.chat.told[-1].text


async def test_a_writer_that_is_down_is_asked_again_then_a_person_is(office: Office) -> None:
    office.line.is_down(times=9)
    await office.breaks()
    for _ in range(6):
        await office.settles()
        office.clock.passes(hours=1)
    assert await office.state() == "parked"
    office.line.is_down(times=0)
    await office.hears("retry 1")
    await office.settles()
    assert await office.state() == "offered"


async def test_pages_are_read_once_for_a_draft_and_kept_with_it(office: Office) -> None:
    office.line.pages = "The ferry Maren struck the bridge."
    office.line.is_down(times=2)
    await office.breaks()
    assert office.line.fetched == 0  # news on the wire alone is no reason to ask for its page
    for _ in range(3):
        await office.settles()
        office.clock.passes(hours=1)
    draft = await office.desk.store.draft(1)
    assert draft is not None
    assert draft.state == "offered"
    assert {item.text for item in draft.items} == set(office.line.told) == {office.line.pages}
    await office.hears("edit 1 tone: hope")
    await office.settles()
    assert office.line.fetched == len(draft.items)


async def test_a_bug_parks_one_draft_and_says_why(office: Office) -> None:
    office.line.broken = True
    await office.breaks()
    await office.settles()
    assert await office.state() == "parked"
    assert "the camera fell over" in office.chat.told[-1].text


async def test_an_offer_that_nobody_decides_on_is_dropped(office: Office) -> None:
    await office.offers()
    office.clock.passes(hours=7)
    await office.settles()
    assert await office.state() == "dropped"


async def test_make_starts_a_draft_by_number_or_by_words(office: Office) -> None:
    office.source.brings(item(0, BREAKING[0][0], "The Ansel Post", office.clock()))
    await office.intake.poll("wire")
    assert "draft 1" in await office.hears("make ferry bridge")
    assert "draft 2" in await office.hears("make 1")
    assert "no story about" in await office.hears("make moon landing")
    await office.settles()
    assert await office.state() == "offered"


async def test_make_takes_a_format_and_only_lengths_that_it_has(office: Office) -> None:
    office.source.brings(item(0, BREAKING[0][0], "The Ansel Post", office.clock()))
    await office.intake.poll("wire")
    told = await office.hears("make ferry bridge --format flash --seconds 40")
    assert "40 seconds are not between 10 and 15, as flash takes" in told
    assert "unknown format 'drama'" in await office.hears("make ferry bridge --format drama")
    assert "13 seconds are not between 30 and 45" in await office.hears("make bridge --seconds 13")
    assert "draft 1" in await office.hears("make ferry bridge --format flash --seconds 12")
    draft = await office.desk.store.draft(1)
    assert draft is not None
    assert (draft.brief.format, draft.brief.seconds) == ("flash", 12.0)


async def test_make_takes_an_address(office: Office) -> None:
    assert "cannot read that: nobody answers" in await office.hears("make http://down.example/a")
    assert "draft 1: Bridge in Port Ansel" in await office.hears("make https://post.example/a")


async def test_the_words_of_the_desk(office: Office) -> None:
    assert "no stories yet" in await office.hears("topics", "web:vi")
    assert "no open drafts" in await office.hears("drafts")
    rev = await office.offers()
    assert "Port Ansel" in await office.hears("topics")
    assert f"1. [offered] Harbour bridge closed {rev}" in await office.hears("drafts")
    shown = await office.hears("show 1")
    assert "The harbour bridge is closed." in shown
    assert 'Outlet 0: "The harbour bridge was closed."' in shown
    views = await office.newsroom.drafts()
    assert views[0]["rev"] == rev
    assert office.newsroom.stories()[0]["draft"] == 1
    assert (await office.newsroom.clip(1, "video")) is not None
    assert (await office.newsroom.clip(1, "../../etc/passwd")) is None


async def test_a_source_that_is_down_waits_longer_each_time(office: Office) -> None:
    waits = []
    for _ in range(3):
        office.source.fails_with(SourceDown("nobody answers"))
        waits.append((await office.intake.poll("wire") - office.clock()).total_seconds())
    assert all(60 <= wait <= most for wait, most in zip(waits, (120, 180, 300), strict=True))
    office.source.fails_with(SourceDown("slow down", retry_after_s=7200))
    assert (await office.intake.poll("wire") - office.clock()).total_seconds() == 7200
    assert "slow down" in await office.hears("status")


async def test_an_editor_has_a_source_looked_at_again(office: Office) -> None:
    office.source.fails_with(SourceDown("nobody answers"))
    await office.intake.poll("wire")
    assert "nobody answers" in await office.hears("status")
    assert await office.hears("retry wire") == "wire is looked at again"
    assert (await office.intake.due())["wire"] == office.clock()
    assert "0 failing" in await office.hears("status")
    assert "no source 'nobody'" in await office.hears("retry nobody")


async def test_the_same_stories_after_a_restart(office: Office, tmp_path: Path) -> None:
    await office.breaks()
    before = [(s.id, [i.id for i in s.items]) for s in office.desk.hot()]
    wire = Wire(first_id=await office.desk.store.last_story() + 1)
    again = Intake(office.desk.store, wire, {}, office.clock, lambda: None)
    await again.open()
    after = [(s.id, [i.id for i in s.items]) for s in wire.stories(office.clock())]
    assert after == before


async def two_stories(office: Office) -> int:
    """Five outlets tell of the ferry, and one of what the wire takes for something else."""
    await office.breaks()
    title, outlet = "Senate in Velden votes on heating aid", "Velden Times"
    office.source.coming = [item(20, title, outlet, office.clock(), summary="A vote at noon.")]
    await office.intake.poll("wire")
    lone = office.desk.hot()[-1].id
    assert sorted((s.id, len(s.outlets)) for s in office.desk.hot()) == [(1, 5), (lone, 1)]
    return lone


async def restarted(office: Office) -> Wire:
    wire = Wire(first_id=await office.desk.store.last_story() + 1)
    await Intake(office.desk.store, wire, {}, office.clock, lambda: None).open()
    return wire


async def test_an_editor_makes_two_stories_one(office: Office) -> None:
    lone = await two_stories(office)
    said = await office.hears(f"merge {lone} 1", "web:ed")
    assert said.startswith(f"{lone} is part of story 1 (6 outlets: ")
    assert [(s.id, len(s.outlets)) for s in office.desk.hot()] == [(1, 6)]
    again = await office.hears(f"merge 1 {lone}")
    assert again.startswith(f"1 and {lone} are one story already: story 1 (6 outlets: ")
    event = (await office.desk.store.events())[-1]
    assert (event.kind, event.who, event.text) == ("merge", "web:ed", f"story {lone} into 1")


async def test_a_merge_survives_a_restart(office: Office) -> None:
    lone = await two_stories(office)
    await office.hears(f"merge 1 {lone}")
    before = office.desk.hot()
    wire = await restarted(office)
    assert wire.stories(office.clock()) == tuple(before)
    assert wire.resolve(lone) == 1
    fresh = item(21, "Ombudsman of Korsby resigns", "Korsby Post", office.clock(), summary="Why.")
    assert wire.add(fresh).story > lone


async def test_a_draft_follows_its_story_into_another(office: Office) -> None:
    lone = await two_stories(office)
    await office.hears(f"make {lone}")
    await office.desk.decide()
    said = await office.hears(f"merge 1 {lone}")
    assert said.endswith(" now; draft 1 tells it")
    await office.settles()
    assert office.line.written == 1  # the wire asks for no second one
    assert office.newsroom.stories()[0]["draft"] == 1


@pytest.mark.parametrize(
    ("user", "words", "answer"),
    [
        ("web:ed", "merge 1 99", "there is no story 99 (any more); `topics` lists"),
        ("web:ed", "merge 1 1", "1 and 1 are one story already"),
        ("web:vi", "merge 1 {lone}", "`merge` needs the role editor"),
    ],
)
async def test_what_may_not_be_merged(office: Office, user: str, words: str, answer: str) -> None:
    lone = await two_stories(office)
    assert answer in await office.hears(words.format(lone=lone), user)
    assert len(office.desk.hot()) == 2
    assert await office.desk.store.merges() == {}


async def test_a_merge_that_cannot_be_written_down_is_none(office: Office) -> None:
    lone = await two_stories(office)
    await office.desk.store._db._db.execute("PRAGMA query_only=1")
    assert "cannot write down" in await office.hears(f"merge 1 {lone}")
    assert len(office.desk.hot()) == 2
    await office.desk.store._db._db.execute("PRAGMA query_only=0")
    await office.hears(f"merge 1 {lone}")
    assert len(office.desk.hot()) == 1


@pytest.mark.parametrize("late", [False, True])
async def test_an_editor_and_the_wire_merge_at_once(office: Office, late: bool) -> None:
    """The editor puts the last into the middle one, the wire the last into the first."""
    middle = await two_stories(office)
    title, at = "Chess champion loses", office.clock()
    office.source.coming = [item(22, title, "Korsby Post", at, summary="A long evening.")]
    await office.intake.poll("wire")
    last = max(story.id for story in office.desk.hot())
    assert 1 < middle < last
    store, now = office.desk.store, office.clock()
    editor = asyncio.create_task(office.desk.merge(middle, last, "web:ed"))
    await asyncio.sleep(0)
    office.desk._parts.wire.merge(last, 1)
    if not late:
        await store.merge(last, 1, "wire", now)
    await editor
    if late:
        await store.merge(last, 1, "wire", now)
    assert [story.id for story in office.desk.hot()] == [1]
    assert [story.id for story in (await restarted(office)).stories(now)] == [1]


async def test_a_re_titled_item_stays_one_item(office: Office) -> None:
    first = item(0, BREAKING[0][0], "The Ansel Post", office.clock())
    office.source.coming = [first]
    await office.intake.poll("wire")
    office.source.coming = [replace(first, title="Ferry hits bridge, two hurt")]
    await office.intake.poll("wire")
    assert len(office.desk.hot()) == 1
    assert len(await office.desk.store.items(NOON - timedelta(days=1))) == 1


async def test_a_report_that_is_rewritten_is_read_again(office: Office) -> None:
    first = item(0, BREAKING[0][0], "The Ansel Post", office.clock())
    for summary in (first.summary, "Two were hurt.", "Two were hurt."):
        office.source.coming = [replace(first, summary=summary)]
        await office.intake.poll("wire")
    (story,) = office.desk.hot()
    assert [i.summary for i in story.items] == ["Two were hurt."]
    assert len(await office.desk.store.items(NOON - timedelta(days=1))) == 1


# -- what is decided late, at once, or while something is broken -----------------------------------


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


# -- the small clip that comes first, the gate, and the clip without a logo ------------------------


async def test_the_editors_are_told_of_the_preview_and_then_of_the_clip(office: Office) -> None:
    seen: list[tuple[str, bool, bool]] = []

    async def looks() -> None:
        office.desk.progress[1] = ("draw", 0.5)
        answer = await office.hears("approve 1 000000")
        video = await office.newsroom.clip(1, "video")
        small = await office.newsroom.clip(1, "preview")
        seen.append((answer, video is None, small is not None))

    office.line.meanwhile = looks
    rev = await office.offers()
    ((answer, no_clip, small),) = seen
    assert "the full clip of draft 1 is being rendered, 50%" in answer
    assert (no_clip, small) == (True, True)
    first, second = (message.text for message in office.chat.told)
    assert first.splitlines() == [
        "Preview of draft 1 is ready; the full clip follows.",
        "Harbour bridge closed",
        "1. The harbour bridge is closed.",
    ]
    assert f"approve 1 {rev}" in second
    assert (await office.newsroom.drafts())[0]["preview"].startswith("00001-")


async def test_a_preview_is_told_once_for_each_script(office: Office) -> None:
    async def dies() -> None:
        raise RuntimeError("the encoder fell over")

    office.line.meanwhile = dies
    await office.breaks()
    await office.settles()
    await office.hears("retry 1")
    await office.settles()
    assert await office.state() == "offered"
    previews = [m for m in office.chat.told if m.text.startswith("Preview")]
    assert (office.line.shot, len(previews)) == (2, 1)
    await office.hears("edit 1 line 1: The harbour bridge is closed after a ferry collision.")
    assert await office.newsroom.clip(1, "preview") is None
    await office.settles()
    assert "1. The harbour bridge is closed after a ferry collision." in office.chat.told[-2].text


async def test_a_clip_that_falls_short_is_not_offered_and_the_editors_hear_why(
    office: Office,
) -> None:
    office.line.falls_short("loudness", "text on text")
    await office.breaks()
    await office.settles()
    assert await office.state() == "parked"
    why = "loudness is too much (bar: little); text on text is too much (bar: little)"
    assert why in office.chat.told[-1].text
    assert f"Check failed: {why.partition(';')[0]}" in await office.hears("show 1")
    draft = await office.desk.store.draft(1)
    assert draft is not None
    assert "draft 1 is parked: the clip does not" in await office.hears(f"approve 1 {draft.tag}")
    office.line.falls_short()
    await office.hears("retry 1")
    await office.settles()
    assert await office.state() == "offered"


async def test_a_doubt_is_told_with_the_offer(office: Office) -> None:
    office.line.falls_short("fit for TikTok", hard=False)
    await office.offers()
    assert "Check: fit for TikTok is too much (bar: little)" in office.chat.told[-1].text


async def test_a_clip_that_cannot_be_made_is_told(office: Office) -> None:
    async def fails() -> None:
        raise RenderFailed("cannot write clip.mp4: No space left on device")

    office.line.meanwhile = fails
    await office.breaks()
    await office.settles()
    assert "Draft 1 is parked: no clip: cannot write" in office.chat.told[-1].text


@pytest.mark.parametrize("logo", ["", "logo.png"])
@pytest.mark.parametrize("clean", [False, True])
async def test_a_channel_that_allows_no_logo_gets_the_clip_without(
    office: Office, logo: str, clean: bool
) -> None:
    office.line.logo, office.channel.clean = logo, clean
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    wanted = b"no logo " if logo and clean else b""
    assert office.channel.clips == [wanted + b"The harbour bridge is closed."]
    seen = await office.newsroom.clip(1, "clean")
    assert (seen is not None) == bool(wanted)


async def test_both_clips_are_what_was_approved(office: Office) -> None:
    office.line.logo, office.channel.clean = "logo.png", True
    rev = await office.offers()
    draft = await office.desk.store.draft(1)
    assert draft is not None
    assert draft.script is not None
    main = {k: v for k, v in draft.clip.items() if k != "clean"}
    assert draft.rev != fingerprint(draft.script, main, office.desk.channels, draft.texts)
    Path(draft.clip["clean"]["path"]).write_bytes(b"another clip")
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert office.channel.posted == []
    assert "not the one that was approved" in office.chat.told[-1].text


async def test_a_clip_with_a_logo_is_never_given_to_a_channel_that_allows_none(
    office: Office,
) -> None:
    office.line.logo = "logo.png"
    rev = await office.offers()
    office.channel.clean = True  # it is set between the offer and the approval
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert office.channel.posted == []
    assert "square allows no logo" in office.chat.told[-1].text
    await office.hears("retry 1")
    await office.settles()
    draft = await office.desk.store.draft(1)
    assert draft is not None
    await office.hears(f"approve 1 {draft.tag}")
    await office.settles()
    assert office.channel.clips == [b"no logo The harbour bridge is closed."]


async def test_what_a_judge_says_keeps_a_draft_back_until_somebody_allows_it(
    office: Office,
) -> None:
    line = "The harbour bridge is closed."
    office.line.alarms = (Finding(0, line, "line", "contradicted", "It is open.", "Coast Radio"),)
    office.line.doubts = ("the judge doubts that a source says line 1",)
    await office.breaks()
    await office.settles()
    assert await office.state() == "parked"
    assert f'line 1, line "{line}" is contradicted' in office.chat.told[-1].text
    await office.hears("override 1 I stood there")
    await office.settles()
    told = office.chat.told[-1].text
    assert "1 of 1 claims are NOT in the sources." in told
    assert "Note: the judge doubts that a source says line 1" in told
    await office.hears("edit 1 headline: Bridge shut")  # which is checked anew, by the judge too
    await office.settles()
    assert f"CONTRADICTED: line {line!r}" in await office.hears("show 1")


X = Limits(None, Room(280, "weighted", 23), None, apart=frozenset({"ai"}))


async def test_each_channel_gets_its_own_texts(office: Office) -> None:
    rev = await office.offers()
    shown = await office.hears("show 1")
    assert "Title: Harbour bridge closed" in shown
    assert "Caption: The harbour bridge is closed." in shown
    assert "     Coast Radio https://example.org/1" in shown
    assert "Alt: Upright video with captions: Harbour bridge closed." in shown
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    [post] = office.channel.posts
    assert post.title == "Harbour bridge closed"
    assert "Script and voice made with AI" in post.text
    assert post.alt == "Upright video with captions: Harbour bridge closed."


async def test_an_editor_changes_the_words_of_one_channel(office: Office) -> None:
    rev = await office.offers()
    answer = await office.hears("edit 1 caption@SQUARE: Take the ferry.")
    assert answer == "the caption of draft 1 on square is changed; it is offered anew"
    await office.settles()
    assert "is not the clip of draft 1 any more" in await office.hears(f"approve 1 {rev}")
    await office.hears("edit 1 tone: hope")  # all is made anew, what was written for it stays
    await office.settles()
    draft = await office.desk.store.draft(1)
    assert draft is not None
    assert draft.texts["square"].own == {"caption": "Take the ferry."}
    await office.hears(f"approve 1 {draft.tag}")
    await office.settles()
    assert office.channel.posts[0].text.startswith("Take the ferry.\n\nSources:")


async def test_no_words_give_a_text_back_to_the_desk(office: Office) -> None:
    first = await office.offers()
    await office.hears("edit 1 title@square: Shut")
    await office.settles()
    await office.hears("edit 1 title@square:")
    await office.settles()
    draft = await office.desk.store.draft(1)
    assert draft is not None
    assert draft.tag == first


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("title@square: Shut", "square has no title: its caption is all that it shows"),
        ("alt@square: A bridge", "square has no alt text"),
        ("caption@town: Shut", "unknown channel 'town'; there are square"),
        (f"caption@square: {'long ' * 60}", "characters, 280 at most, and sources, credits and"),
    ],
)
async def test_words_that_a_channel_cannot_take_are_refused(
    office: Office, edit: str, said: str
) -> None:
    office.channel.limits = X
    await office.offers()
    assert said in await office.hears(f"edit 1 {edit}")
    assert await office.state() == "offered"


async def test_what_an_editor_writes_for_one_channel_is_checked(office: Office) -> None:
    await office.offers()
    await office.hears("edit 1 title@square: 4711 boats on the bridge")
    await office.settles()
    assert "NOT FOUND: number '4711'" in await office.hears("show 1")
    await office.hears("edit 1 title@square: Boats on the bridge")
    await office.settles()
    assert "4711" not in await office.hears("show 1")


async def test_what_a_channel_would_refuse_is_told_with_the_offer(office: Office) -> None:
    office.channel.limits = Limits(text=Room(40))
    rev = await office.offers()
    told = "square would refuse it: the text has"
    assert told in office.chat.told[-1].text
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert office.channel.posted == []
    assert "characters, 40 at most" in office.chat.told[-1].text
