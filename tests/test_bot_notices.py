"""What the editors are told: kept until each chat has it, and closed when it is decided."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Incoming, Outgoing
from bot.courier import Courier
from bot.draft import Brief, Draft, Posting
from bot.marked import Marked, bold, code, joined, link
from bot.notices import Notices
from bot.rules import Rulebook, Rules
from bot.store import Happened, Notice, Stale, Store, StoreBroken
from bot.story import Beat
from bot.views import isolated
from bot.words import decided_text, held_text, offer_text, posts_text, preview_text
from fakes import NOON, FakeChat, item, script
from offices import EDITORS, Office, opened

TWO = Rulebook(Rules(two_editors="always"), approvers=frozenset({"web:anna", "web:bea"}))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as made:
        yield made


def in_slot(office: Office, slot: str) -> list[Outgoing]:
    return [message for message in office.chat.told if message.slot == slot]


async def test_an_offer_is_closed_with_who_decided_and_when(office: Office) -> None:
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    first, last = in_slot(office, "offer 1")
    assert (first.film, first.story, first.draft) == ("video", 1, 1)
    assert [command for _, command in first.buttons] == [f"approve 1 {rev}", "show 1"]
    assert last.text == "Draft 1: Harbour bridge closed\napproved by web:anna at 12:10 UTC"
    assert (last.buttons, last.film, last.story) == ((), "", 1)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("reject 1 old news", "rejected by web:anna at 12:10 UTC: old news"),
        ("edit 1 headline: Bridge shut", "withdrawn by web:anna at 12:10 UTC: edited by web:anna"),
        ("edit 1 shorter", "withdrawn by web:anna at 12:10 UTC: edited by web:anna (shorter)"),
    ],
)
async def test_whatever_ends_an_offer_closes_it(office: Office, said: str, told: str) -> None:
    await office.offers()
    await office.hears(said)
    await office.delivers()
    closed = in_slot(office, "offer 1")[-1]
    assert told in closed.text
    assert closed.buttons == ()


async def test_an_offer_that_nobody_decided_is_closed(office: Office) -> None:
    await office.offers()
    office.clock.passes(minutes=7 * 60)
    await office.settles()
    assert "dropped at 19:10 UTC" in in_slot(office, "offer 1")[-1].text


async def test_a_draft_that_was_edited_is_offered_in_a_new_place(office: Office) -> None:
    await office.offers()
    await office.hears("edit 1 line 1: The harbour bridge is shut.")
    await office.settles()
    (again,) = in_slot(office, "offer 1 2")
    assert again.film == "video"
    assert len(in_slot(office, "offer 1")) == 2


async def test_one_yes_of_two_is_told_and_leaves_the_offer_open(tmp_path: Path) -> None:
    async with opened(tmp_path, TWO) as office:
        rev = await office.offers()
        await office.hears(f"approve 1 {rev}")
        await office.delivers()
        half = in_slot(office, "offer 1")[-1]
        assert "approved by web:anna" in half.text
        assert (half.film, len(half.buttons)) == ("", 2)
        await office.hears(f"approve 1 {rev}", "web:bea")
        await office.settles()
        assert "approved by web:anna, web:bea" in in_slot(office, "offer 1")[-1].text


async def test_what_all_channels_answer_is_one_message(office: Office) -> None:
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    (told,) = in_slot(office, "posts 1")
    head, line = told.text.splitlines()
    assert head == "Draft 1: Harbour bridge closed"
    assert line.startswith("It is out on square: https://square.example/")
    marked = {m.kind: told.text[m.start : m.end] for m in told.marks}
    assert marked["bold"] == "Harbour bridge closed"
    assert marked["link"].startswith("https://")


async def test_what_a_person_must_tell_is_asked_and_closed(office: Office) -> None:
    rev = await office.offers()
    office.channel.replay = "none"
    office.channel.loses_the_answer()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    office.clock.passes(minutes=5)
    await office.settles()
    asked = next(m for m in office.chat.told if m.slot.startswith("asked"))
    assert [command for _, command in asked.buttons] == [
        "resolve 1 square done",
        "resolve 1 square again",
    ]
    await office.hears("resolve 1 square done")
    await office.settles()
    _, closed = in_slot(office, asked.slot)
    assert "it is there, says web:anna at" in closed.text
    assert closed.buttons == ()


@pytest.mark.parametrize("channel", ["square", "square: east"])
async def test_of_two_questions_the_one_that_was_answered_is_closed(
    office: Office, channel: str
) -> None:
    await office.offers()
    draft, tell = await office.draft(), Notices(("room",)).tell
    both = tuple(Posting(1, name, name, "asked", tries=1) for name in (channel, "tower"))
    times = {"post asked": 2}
    text = f"{channel}: the answer was lost"
    asked = tell(Happened("post asked", draft, "desk", text, NOON, "approved", times, (), both))
    open_one = next(m for m in asked if m.buttons)
    answered = (replace(both[0], state="done"), both[1])
    text = f"{channel}: an editor saw it"
    told = tell(
        Happened("post done", draft, "web:anna", text, NOON, "approved", times, (), answered)
    )
    assert (told[0].slot, told[0].buttons) == (open_one.slot, ())
    assert "it is there, says web:anna" in told[0].text


async def test_two_who_press_at_once_hear_who_was_faster(office: Office) -> None:
    rev = await office.offers()
    answers = await asyncio.gather(
        office.hears(f"approve 1 {rev}", "web:anna"), office.hears("reject 1 old", "web:bea")
    )
    assert sum("draft 1 was" in answer or "no longer" in answer for answer in answers) == 1
    assert not any("no longer" in answer for answer in answers)


# -- the outbox ------------------------------------------------------------------------------------


async def test_a_chat_that_is_down_gets_it_later_with_the_same_key(office: Office) -> None:
    office.chat.breaks(ConnectionError("the room is dark"))
    await office.breaks()
    await office.settles()
    assert await office.state() == "offered"
    assert "chat room is down: 2 messages wait" in await office.hears("status")
    waits = [await office.delivers() for _ in range(12)]
    assert waits[0] is not None
    assert waits == sorted(w or 0 for w in waits)
    assert waits[-1] == 300.0
    office.chat.trouble = None
    assert await office.delivers() is None
    preview, offer = office.chat.told
    assert (preview.film, offer.film) == ("preview", "video")
    assert preview.key != offer.key
    assert "chat room" not in await office.hears("status")


async def test_an_offer_that_is_decided_meanwhile_is_not_shown_late(office: Office) -> None:
    office.chat.breaks(ConnectionError("the room is dark"))
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    office.chat.trouble = None
    await office.delivers()
    (told,) = in_slot(office, "offer 1")
    assert told.buttons == ()
    assert [m.slot for m in office.chat.told] == ["", "offer 1", "posts 1"]


async def test_one_yes_of_two_keeps_the_film_of_an_offer_that_was_never_shown(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, TWO) as office:
        office.chat.breaks(ConnectionError("the room is dark"))
        await office.hears(f"approve 1 {await office.offers()}")
        office.chat.trouble = None
        await office.delivers()
        (told,) = in_slot(office, "offer 1")
        assert (told.film, len(told.buttons)) == ("video", 2)


async def test_what_is_a_day_old_is_told_no_more(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.chat.breaks(ConnectionError("the room is dark"))
    await office.desk.say("the feed of the port is gone")
    office.clock.passes(minutes=25 * 60)
    office.chat.trouble = None
    await office.desk.say("and back")
    await office.delivers()
    assert [m.text for m in office.chat.told] == ["and back"]
    assert "is not told: the feed of the port is gone" in caplog.text


async def test_a_message_that_a_chat_refuses_holds_up_no_other(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.desk.say("too long for a room")
    office.chat.breaks(ValueError("it is too long"))
    assert await office.delivers() is None
    assert "room takes no such message: it is too long" in caplog.text


async def test_a_bug_of_a_chat_costs_three_tries(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.desk.say("hello")
    office.chat.breaks(KeyError("id"))
    assert [await office.delivers() is None for _ in range(3)] == [False, False, True]
    assert "KeyError" in caplog.text


async def test_after_a_restart_what_was_not_told_is_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as office:
        office.chat.breaks(ConnectionError("the room is dark"))
        await office.offers()
        waiting = await office.desk.store.next_notice("room")
    async with opened(tmp_path) as office:
        await office.delivers()
        assert [m.film for m in office.chat.told] == ["preview", "video"]
        assert waiting
        assert office.chat.told[0] == waiting.message
        await office.settles()
        assert len(office.chat.told) == 2


class FullStore:
    """A store on a disk that is full: it can be read."""

    def __init__(self, store: Store) -> None:
        self.next_notice = store.next_notice

    async def end_notice(self, notice: Notice) -> None:
        raise StoreBroken("cannot write down 'notice sent': the disk is full")


async def test_what_cannot_be_written_down_as_sent_is_not_sent_again(office: Office) -> None:
    await office.desk.say("hello")
    full: Any = FullStore(office.desk.store)
    courier = Courier(full, [office.chat], office.clock)
    for _ in range(3):
        with pytest.raises(StoreBroken, match="full"):
            await courier.deliver(office.chat)
    assert len(office.chat.told) == 1


async def test_a_transition_that_is_rolled_back_is_not_told(office: Office) -> None:
    await office.offers()
    draft = await office.draft()
    await office.hears("reject 1 old news")
    with pytest.raises(Stale):
        await office.desk.store.move(draft, "approved", office.clock())
    await office.delivers()
    assert [m.text for m in in_slot(office, "offer 1")][1:] == [
        "Draft 1: Harbour bridge closed\nrejected by web:anna at 12:10 UTC: old news"
    ]


async def test_a_bug_in_the_words_costs_no_transition(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.offers()
    happened = Happened("offered", replace(await office.draft(), script=None), "desk", "", NOON)
    (told,) = Notices(("room",)).tell(happened)
    assert "`show 1`, and see the log" in told.text
    assert "AssertionError" in caplog.text


class HangingChat(FakeChat):
    """A chat that takes a message and never answers."""

    async def send(self, message: Outgoing) -> None:
        await asyncio.Event().wait()


class ListeningChat(FakeChat):
    """A chat where somebody waits for the last word of the day."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.hears_good_night = asyncio.Event()

    async def send(self, message: Outgoing) -> None:
        await super().send(message)
        if message.text == "good night":
            self.hears_good_night.set()


async def test_a_chat_that_hangs_delays_no_other(office: Office) -> None:
    store, hanging, other = office.desk.store, HangingChat("pit"), ListeningChat("room")
    store.herald = Notices(("pit", "room"))
    courier = Courier(store, [hanging, other], office.clock, lambda: 1.0, 0.01)
    delivering = asyncio.create_task(courier.run())
    await office.desk.say("one")
    await office.desk.say("good night")
    await other.hears_good_night.wait()
    assert await courier.deliver(hanging) is not None
    delivering.cancel()
    with suppress(asyncio.CancelledError):
        await delivering
    assert [m.text for m in other.told] == ["one", "good night"]
    await store.keep_chats(["room"])
    assert await store.next_notice("pit") is None


async def test_a_chat_gets_the_film_or_the_preview_whichever_it_takes(office: Office) -> None:
    await office.offers()
    video, preview = [await office.newsroom.clip(1, name) for name in ("video", "preview")]
    assert video
    assert preview
    video.write_bytes(b"x" * 100)
    preview.write_bytes(b"x" * 10)
    assert await office.newsroom.fitted(1, "video", 100) == video
    assert await office.newsroom.fitted(1, "video", 99) == preview
    assert await office.newsroom.fitted(2, "video", 100) is None


# -- what is heard ---------------------------------------------------------------------------------


async def test_what_is_not_meant_for_the_desk_is_met_with_silence(office: Office) -> None:
    message = Incoming("web:anna", "t1", "make sure you call me", office.clock(), addressed=False)
    assert await office.newsroom.hear(message) == ""
    assert await office.newsroom.hear(replace(message, user="web:eve", text="status")) == ""
    assert "not among the [editors]" in await office.hears("status", "web:eve")


async def test_an_edited_command_is_answered_once_and_never_acts(office: Office) -> None:
    rev = await office.offers()
    edited = Incoming("web:anna", "t2", f"approve 1 {rev}", office.clock(), edited=True)
    assert "what is edited is not carried out" in await office.newsroom.hear(edited)
    assert await office.newsroom.hear(edited) == ""
    assert await office.state() == "offered"


async def test_what_was_carried_out_is_answered_the_same_however_late_it_comes_again(
    office: Office,
) -> None:
    await office.breaks()
    said = Incoming("web:anna", "t3", "pause", office.clock())
    answer = await office.newsroom.hear(said)
    office.clock.passes(minutes=30)
    assert await office.newsroom.hear(said) == answer
    late = replace(said, event="t4", text="resume")
    assert "that was said 30 minutes ago; say it again: resume" in await office.newsroom.hear(late)
    assert await office.newsroom.hear(late) == ""
    assert "PAUSED" in await office.hears("status")


async def test_an_approval_counts_however_late_it_comes(office: Office) -> None:
    rev = await office.offers()
    said = Incoming("web:anna", "t5", f"approve 1 {rev}", office.clock())
    office.clock.passes(minutes=30)
    assert "approved" in await office.newsroom.hear(said)


VERBS = ("make 1", "edit 1 shorter", "reject 1 x", "pause", "retry 1", "merge 1 2", "status")
NEVER = ({"bot": True}, {"forwarded": True}, {"edited": True}, {"user": "web:eve"})


@pytest.mark.parametrize("over", [*NEVER, {"at": NOON - timedelta(hours=2)}])
async def test_nobody_gets_anything_done_who_may_not(
    office: Office, over: dict[str, object]
) -> None:
    rev = await office.offers()
    before = await office.desk.store.events()
    for n, text in enumerate(
        (*VERBS, "approve 1", *([] if "at" in over else [f"approve 1 {rev}"]))
    ):
        message = Incoming("web:anna", f"n{n}", text, office.clock())
        await office.newsroom.hear(replace(message, **over))  # type: ignore[arg-type]
    after = [e for e in await office.desk.store.events() if e.kind != "refused"]
    assert after == before
    assert set(EDITORS) == {"web:anna", "web:bea", "web:ed", "web:vi"}


# -- words with marks ------------------------------------------------------------------------------

parts = st.one_of(
    st.text(max_size=12),
    st.builds(bold, st.text(max_size=12)),
    st.builds(code, st.text(max_size=12)),
    st.builds(link, st.text(max_size=12), st.text(max_size=6)),
    st.builds(link, st.just("https://square.example/1"), st.text(max_size=6)),
)


@given(st.lists(parts, max_size=8))
def test_marks_never_leave_the_text_and_stay_on_their_words(pieces: list[Marked | str]) -> None:
    whole = joined(pieces)
    assert whole.text == "\n".join(p if isinstance(p, str) else p.text for p in pieces)
    assert all(0 <= m.start < m.end <= len(whole.text) for m in whole.marks)
    meant = [p.text for p in pieces if isinstance(p, Marked) and p.marks]
    assert [whole.text[m.start : m.end] for m in whole.marks] == meant


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://", "file:///etc", "https://a b", "http://[", "x", ""]
)
def test_only_an_address_of_the_web_is_a_link(url: str) -> None:
    assert link(url, "here").marks == ()


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_foreign_text_never_becomes_a_mark(headline: str, why: str) -> None:
    words = replace(script(), headline=headline, beats=(Beat(why),))
    draft = Draft(
        *(7, 1, "offered", headline, (item(1),), Brief(), "wire", NOON),  # type: ignore[arg-type]
        script=words,
        clip={"seconds": 30.0},
        rev="3fa9c1" * 10,
    )
    posting = Posting(7, "square", "k", "refused", why=why)
    texts = (
        preview_text(draft),
        offer_text(draft, (why,)),
        decided_text(draft, "rejected", "web:anna", why, NOON),
        held_text(draft, why),
        posts_text(draft, (posting, replace(posting, state="done", url=why)), NOON),
    )
    for text in texts:
        assert all(0 <= m.start < m.end <= len(text.text) for m in text.marks)
        marked = [(m.kind, text.text[m.start : m.end]) for m in text.marks]
        ours = ("approve 7 3fa9c1", "reject 7 REASON", "show 7")
        assert all(said in ours for kind, said in marked if kind == "code")
        assert [said for kind, said in marked if kind == "bold"] in ([], [isolated(headline)])
