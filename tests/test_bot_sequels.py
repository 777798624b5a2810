"""Corrections and takedowns, from an editor's word to the channel and back."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.draft import Posting, Purpose
from fakes import FakeChannel
from offices import Office, opened
from publish import Limits, Room

WORDS = "Nineteen people were hurt, not fourteen."


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as made:
        yield made


async def is_out(office: Office, **more: Any) -> None:
    """Draft 1 is posted on channels of every sort."""
    office.channels["square"].corrects, office.channels["square"].deletes = "edit", True
    office.joins(FakeChannel("tower", corrects="reply", deletes=True, **more))
    office.joins(FakeChannel("clips"))
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert await office.state() == "posted"


async def sequel(office: Office, channel: str, purpose: Purpose = "correction") -> Posting:
    return (await office.desk.store.postings(1, channel, purpose))[-1]


async def test_each_channel_is_corrected_in_its_own_way(office: Office) -> None:
    await is_out(office)
    answer = await office.hears(f"correct 1 {WORDS}")
    assert "square: goes before what the post says" in answer
    assert "tower: goes below the post" in answer
    assert "cannot be corrected by API: clips, here is the link: https://square.example/" in answer
    assert "resolve 1 clips done" in answer
    await office.settles()
    (edit,) = office.channels["square"].edits
    assert edit.text.startswith(f"Correction: {WORDS}\n\n")
    assert "Source" in edit.text
    (reply,) = office.channels["tower"].replies
    assert reply.text == f"Correction: {WORDS}"
    assert (reply.title, reply.key) == ("", f"{(await sequel(office, 'tower')).key}")
    told = [message.text for message in office.chat.told]
    assert any("Correction 1 of draft 1 is out on tower" in text for text in told)
    assert "clips: counted as corrected" in await office.hears("resolve 1 clips done")
    shown = await office.hears("show 1")
    assert "correction 1 on square: corrected https://square.example/" in shown
    assert "(7 views)" in shown


async def test_a_second_correction_keeps_the_first(office: Office) -> None:
    await is_out(office)
    await office.hears(f"correct 1 square {WORDS}")
    assert "corrected with these words already" in await office.hears(f"correct 1 square {WORDS}")
    await office.hears("correct 1 square: The bridge is open.")
    await office.settles()
    _, second = office.channels["square"].edits
    assert second.text.startswith(f"Correction: The bridge is open.\nCorrection: {WORDS}\n\n")
    assert office.channels["tower"].replies == []


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("correct 1", "say what is right"),
        ("correct 1 square", "say what is right"),
        ("correct 9 no", "there is no draft 9"),
        (f"correct 1 {'long ' * 200}", "square would not take it: "),
        ("takedown 9", "there is no draft 9"),
        ("takedown 1 moon", "unknown channel 'moon'"),
        ("resolve 1 square done", "nothing is open"),
        ("retry 1 square", "did not refuse draft 1: it is done"),
    ],
)
async def test_what_cannot_be_done_is_said(office: Office, words: str, answer: str) -> None:
    office.channel.limits = Limits(text=Room(600))
    await is_out(office)
    assert answer in await office.hears(words)
    await office.settles()
    assert office.channel.edits == []


@pytest.mark.parametrize("words", ["correct 1 No.", "takedown 1 confirm", "retry 1 square"])
async def test_only_approvers_touch_what_is_out(office: Office, words: str) -> None:
    await is_out(office)
    assert "needs the role approver" in await office.hears(words, "web:ed")


async def test_a_draft_that_is_out_nowhere(office: Office) -> None:
    await office.offers()
    assert "is out nowhere" in await office.hears("correct 1 No.")
    assert "is out nowhere" in await office.hears("takedown 1 confirm")


async def test_a_takedown_is_asked_back_then_done_everywhere(office: Office) -> None:
    await is_out(office)
    await office.hears(f"correct 1 tower {WORDS}")
    await office.settles()
    first = await office.hears("takedown 1")
    assert "square: would be deleted: https://square.example/" in first
    assert first.endswith("To do it, say: takedown 1 confirm")
    await office.settles()
    assert office.channel.deleted == []
    answer = await office.hears("takedown 1 confirm")
    assert "cannot be deleted by API: clips, here is the link: https://" in answer
    await office.settles()
    assert office.channel.deleted == [office.channel.posted[0]]
    tower = office.channels["tower"]
    assert tower.deleted == [tower.posted[0], tower.replies[0].key]
    assert "Draft 1 is gone from tower" in [m.text for m in office.chat.told]
    assert "out nowhere" in await office.hears("takedown 1 confirm")
    assert "out nowhere" in await office.hears("correct 1 No.")
    assert "counted as taken down" in await office.hears("resolve 1 clips done")
    assert "takedown on clips: taken down" in await office.hears("show 1")


async def test_a_takedown_of_one_channel_leaves_the_others(office: Office) -> None:
    await is_out(office)
    assert "takedown 1 tower confirm" in await office.hears("takedown 1 Tower")
    await office.hears("takedown 1 tower confirm")
    await office.hears(f"correct 1 {WORDS}")
    await office.settles()
    assert (len(office.channels["tower"].deleted), office.channel.deleted) == (1, [])
    assert (office.channels["tower"].replies, len(office.channel.edits)) == ([], 1)


async def test_pause_stops_corrections_and_no_takedown(office: Office) -> None:
    await is_out(office)
    await office.hears("pause")
    await office.hears(f"correct 1 square {WORDS}")
    await office.settles()
    assert office.channel.edits == []
    await office.hears("takedown 1 confirm")
    await office.settles()
    assert (office.channel.edits, len(office.channel.deleted)) == ([], 1)
    await office.hears("resume")
    await office.settles()
    assert office.channel.edits == []
    assert (await sequel(office, "square")).state == "refused"


async def test_what_waits_is_withdrawn_and_never_posted(office: Office) -> None:
    rev = await office.offers()
    await office.hears("pause")
    await office.hears(f"approve 1 {rev}")
    assert "is not out yet, and would not be posted" in await office.hears("takedown 1")
    assert "was not out yet, and is not posted" in await office.hears("takedown 1 confirm")
    await office.hears("resume")
    await office.settles()
    assert (await office.state(), office.channel.posted) == ("rejected", [])
    assert "is rejected" in await office.hears("retry 1 square")


@pytest.mark.parametrize("happened", [True, False])
async def test_a_lost_answer_is_looked_up_before_it_is_taken_down(
    office: Office, happened: bool
) -> None:
    office.channel.replay, office.channel.deletes = "lookup", True
    lose = office.channel.loses_the_answer if happened else office.channel.loses_the_call
    lose()
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert "would be deleted if it is out" in await office.hears("takedown 1")
    await office.hears("takedown 1 confirm")
    await office.settles()
    assert office.channel.deleted == []
    office.clock.passes(minutes=5)
    await office.hears("pause")
    await office.settles()
    assert office.channel.deleted == office.channel.posted
    assert len(office.channel.posted) == happened
    assert await office.state() == ("posted" if happened else "rejected")


@pytest.mark.parametrize("first", ["takedown", "question"])
async def test_what_nobody_can_tell_is_one_question(office: Office, first: str) -> None:
    office.channel.deletes = True
    office.channel.loses_the_answer()
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    if first == "takedown":
        await office.desk.do((await office.desk.decide())[0])
    else:
        await office.settles()
        office.clock.passes(minutes=1)
        await office.settles()
        assert "resolve 1 square done, or: resolve 1 square again" in office.last()
    await office.hears("takedown 1 confirm")
    await office.settles()
    assert "nobody knows what is out on square" in office.last()
    assert "counted as taken down" in await office.hears("resolve 1 square done")
    await office.settles()
    assert await office.state() == "posted"
    assert [p.state for p in await office.desk.store.postings(1, purpose=None)] == ["done", "done"]


@pytest.mark.parametrize("trouble", ["down", "lost"])
async def test_an_edit_or_a_deletion_is_made_again(office: Office, trouble: str) -> None:
    await is_out(office)
    for words in (f"correct 1 square {WORDS}", "takedown 1 square confirm"):
        office.channel.trouble.append(trouble)
        await office.hears(words)
        await office.settles()
        office.clock.passes(minutes=2)
        await office.settles()
    assert (len(office.channel.edits), len(office.channel.deleted)) == (1, 1)


async def test_what_a_channel_refuses_is_a_persons_work(office: Office) -> None:
    await is_out(office)
    office.channel.trouble.append("refuse")
    await office.hears("takedown 1 square confirm")
    await office.settles()
    assert "The takedown of draft 1 needs a person: too loud" in office.last()
    assert ("it is done", "resolve 1 square done") in office.chat.told[-1].buttons
    assert "is tried again" in await office.hears("retry 1 square")
    await office.settles()
    assert office.last() == "Draft 1 is gone from square"


@pytest.mark.parametrize(("replay", "replies"), [("native", 1), ("none", 0)])
async def test_an_answer_below_is_never_sent_twice(
    office: Office, replay: Any, replies: int
) -> None:
    await is_out(office, replay=replay)
    tower = office.channels["tower"]
    tower.loses_the_answer()
    await office.hears(f"correct 1 tower {WORDS}")
    await office.settles()
    office.clock.passes(minutes=2)
    await office.settles()
    assert len(tower.replies) == replies
    assert (await sequel(office, "tower")).state == ("done" if replies else "asked")
    if not replies:
        assert "resolve 1 tower again" in office.last()
        assert "will be corrected" in await office.hears("resolve 1 tower again")
        await office.settles()
        assert len(tower.replies) == 1


async def test_a_correction_waits_for_the_outcome_of_the_post(office: Office) -> None:
    office.channel.corrects = "edit"
    office.channel.loses_the_answer()
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    await office.hears(f"correct 1 {WORDS}")
    office.clock.passes(minutes=1)
    await office.settles()
    assert office.channel.edits == []
    assert "counted as posted" in await office.hears("resolve 1 square done")
    await office.settles()
    assert (len(office.channel.edits), await office.state()) == (1, "posted")


async def test_a_refused_post_is_queued_again(office: Office) -> None:
    office.joins(FakeChannel("tower"))
    office.channel.refuses()
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert await office.state() == "posted"
    assert any("retry 1 square" in message.text for message in office.chat.told)
    assert "queued again" in await office.hears("retry 1 square")
    await office.settles()
    assert (len(office.channel.posted), len(office.channels["tower"].posted)) == (1, 1)
    assert await office.state() == "posted"
