"""The whole desk with fakes around it: from items to receipts."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.trends import Wire
from bot.watch.intake import Intake
from fakes import NOON, item
from offices import BREAKING, Office, opened
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
