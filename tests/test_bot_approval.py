"""Approval at the desk: who counts, for which channels, with which choices, and when it goes out.

The clock stands at noon, UTC, on a Monday; a story takes ten minutes to break.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.daemon import Daemon, now
from bot.draft import Brief, Draft, Embargo, Weighed
from bot.rules import Rulebook, Rules
from bot.rules.staleness import behind, lapsed
from bot.store import Stale
from bot.terms.assent import Place, Yes, places
from bot.terms.choices import chosen, example, missing
from bot.terms.timetable import Timetable, Wish, read_timetable
from fakes import NOON, Clock, FakeChannel, item, script
from offices import BREAKING, Office, opened
from publish import Choice, Post, Receipt, State

BOTH = frozenset({"web:anna", "web:bea"})
CHARGED = script("Mayor Ada Quill was charged with fraud.")
ASKS = (
    Choice("privacy", "Who may see it?", ("public", "friends")),
    Choice("comments", "May people comment?", ("yes", "no")),
)
HOURS = {"slots": ["08:00", "12:30", "18:00"], "window": "06:00-23:00", "per_day": 2}


def times(**keys: Any) -> dict[str, Timetable]:
    return {"square": read_timetable(keys)}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as made:
        yield made


def house(
    folder: Path, tables: dict[str, Timetable], *more: FakeChannel, **rules: Any
) -> AbstractAsyncContextManager[Office]:
    return opened(folder, Rulebook(Rules(**rules), approvers=BOTH), tables, *more)


def goes_to(office: Office, hour: int, minute: int = 0, days: int = 0) -> None:
    """Move the clock to a time of the day, UTC."""
    office.clock.at = NOON.replace(hour=hour, minute=minute) + timedelta(days=days)


# -- when it goes ----------------------------------------------------------------------------------


async def test_at_a_time_it_goes_then_and_not_before(office: Office) -> None:
    rev = await office.offers()
    said = await office.hears(f"approve 1 {rev} at 18:00")
    assert said == f"approved 1 {rev}; posting to square at 18:00 UTC (as you said)"
    await office.settles()
    assert office.desk.next_at == NOON.replace(hour=18)
    goes_to(office, 17, 59)
    await office.settles()
    assert office.channel.posted == []
    assert "square: waits for 18:00 UTC" in await office.hears("show 1")
    listed = await office.hears("schedule", "web:vi")
    assert listed == f"18:00 UTC  square: draft 1 {rev}, Harbour bridge closed\nby the clock of UTC"
    goes_to(office, 18)
    await office.settles()
    assert len(office.channel.posted) == 1
    assert office.desk.next_at is None
    assert "nothing waits for its time" in await office.hears("schedule")


async def test_a_channel_with_slots_takes_one_post_each(tmp_path: Path) -> None:
    async with house(tmp_path, times(**HOURS), zone="Europe/Berlin") as office:
        rev = await office.offers()
        for number in (2, 3):
            await office.hears("make 1", "web:ed")
            await office.settles()
            assert (await office.draft(number)).state == "offered"
        said = await office.hears(f"approve 1 {rev}")
        assert "square at 13:30 (its next slot)" in said
        tag = (await office.draft(2)).tag
        assert "square at 19:00 (its next slot)" in await office.hears(f"approve 2 {tag}")
        tag = (await office.draft(3)).tag
        third = await office.hears(f"approve 3 {tag} now")
        assert "square tomorrow 09:00 (its 2 posts of the day are taken)" in third


async def test_now_passes_the_hours_of_a_channel_also_where_it_comes_late(tmp_path: Path) -> None:
    async with house(tmp_path, times(window="06:00-12:05")) as office:
        rev = await office.offers()
        office.channel.goes_down(times=1)
        said = await office.hears(f"approve 1 {rev} now")
        assert "posting to square now (as you said, whatever its hours)" in said
        await office.settles()
        office.clock.passes(minutes=1)
        await office.settles()
        assert len(office.channel.posted) == 1


async def test_what_is_late_waits_for_the_hours_of_its_channel(tmp_path: Path) -> None:
    async with house(
        tmp_path, times(window="06:00-12:15"), approval_hours=24, stale_hours=48
    ) as office:
        rev = await office.offers()
        office.channel.goes_down(times=1, retry_after_s=600)
        assert "square at 12:11 UTC" in await office.hears(f"approve 1 {rev} in 1 min")
        goes_to(office, 12, 12)
        await office.settles()
        goes_to(office, 12, 30)
        await office.settles()
        assert office.channel.posted == []
        assert office.desk.next_at == NOON.replace(hour=6) + timedelta(days=1)
        goes_to(office, 6, days=1)
        await office.settles()
        assert len(office.channel.posted) == 1


async def test_a_day_has_no_more_posts_than_its_channel_takes_even_when_they_are_late(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, times(per_day=1), approval_hours=24, stale_hours=48) as office:
        rev = await office.offers()
        await office.hears("make 1", "web:ed")
        await office.settles()
        await office.hears("pause")
        await office.hears(f"approve 1 {rev}")
        later = await office.hears(f"approve 2 {(await office.draft(2)).tag}")
        assert "square tomorrow 00:00 UTC (its post of the day is taken)" in later
        goes_to(office, 9, days=1)  # the first slipped into the day of the second
        await office.hears("resume")
        await office.settles()
        assert len(office.channel.posted) == 1
        goes_to(office, 0, 0, days=2)
        await office.settles()
        assert len(office.channel.posted) == 2


async def test_what_waits_is_moved(office: Office) -> None:
    rev = await office.offers()
    assert f"approve 1 {rev} TIME" in await office.hears("schedule 1 at 18:00")
    await office.hears(f"approve 1 {rev} at 18:00")
    said = await office.hears("schedule 1 tomorrow 9:00")
    assert said == "draft 1: square tomorrow 09:00 UTC (as you said)"
    goes_to(office, 18)
    await office.settles()
    assert office.channel.posted == []
    assert "has no slots" in await office.hears("schedule 1 next slot")
    assert "is over" in await office.hears("schedule 1 today 9:00")
    assert "unknown channel 'moon'" in await office.hears("schedule 1 now moon")
    assert "needs the role approver" in await office.hears("schedule 1 now", "web:ed")
    assert "square now (as you said" in await office.hears("schedule 1 now", "web:bea")
    await office.settles()
    assert len(office.channel.posted) == 1
    assert "only approved ones" in await office.hears("schedule 1 at 20:00")
    kinds = [(e.kind, e.who) for e in await office.desk.store.events(1)]
    assert kinds.count(("schedule", "web:anna")) == 1
    assert ("schedule", "web:bea") in kinds


async def test_a_post_that_is_moved_in_the_last_moment_is_not_sent(office: Office) -> None:
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    store = office.desk.store
    for state in ("preparing", "ready"):
        await store.post((await store.postings(1))[0], state, NOON)  # type: ignore[arg-type]
    ready = (await store.postings(1))[0]
    await office.hears("schedule 1 at 18:00")
    with pytest.raises(Stale, match="may not be sent now"):
        await store.begin_send(ready, NOON.replace(hour=17, minute=59, second=59))
    assert (await store.begin_send(ready, NOON.replace(hour=18))).state == "committing"


async def test_a_scheduled_post_survives_a_restart_and_a_clock_set_back(tmp_path: Path) -> None:
    async with house(tmp_path, {}) as office:
        rev = await office.offers()
        await office.hears(f"approve 1 {rev} at 18:00")
    async with house(tmp_path, {}) as office:
        goes_to(office, 18)
        await office.settles()
        assert len(office.channel.posted) == 1
        office.clock.passes(hours=-1)
        await office.settles()
        assert len(office.channel.posted) == 1
        assert await office.state() == "posted"


async def test_a_clock_set_back_lets_a_post_wait_for_its_time(office: Office) -> None:
    rev = await office.offers()
    await office.hears(f"approve 1 {rev} at 14:00")
    office.clock.passes(hours=-1)
    await office.settles()
    goes_to(office, 13, 59)
    await office.settles()
    assert office.channel.posted == []
    goes_to(office, 14)
    await office.settles()
    assert len(office.channel.posted) == 1


async def test_an_edit_ends_a_scheduled_post(office: Office) -> None:
    rev = await office.offers()
    await office.hears(f"approve 1 {rev} at 18:00")
    await office.hears("edit 1 line 1: The harbour bridge is shut.", "web:ed")
    goes_to(office, 18)
    await office.settles()
    assert (await office.state(), office.channel.posted) == ("offered", [])
    assert await office.desk.store.postings(1) == []


async def test_an_embargo_and_the_hours_of_a_channel_both_count(tmp_path: Path) -> None:
    async with house(tmp_path, times(window="06:00-18:00")) as office:
        for n, (title, outlet) in enumerate(BREAKING):
            office.clock.passes(minutes=2)
            told = "EMBARGOED until 18:30 GMT. " * (outlet == "Coast Radio") + title
            await office.tells(n, title, outlet, summary=f"{told}, officials said.")
        await office.settles()
        rev = (await office.draft()).tag
        said = await office.hears(f"approve 1 {rev}")
        assert "square tomorrow 06:00 UTC (it is posted to from 06:00 to 18:00 only)" in said
        assert "embargo of Coast Radio" in said
        lifted = await office.hears("override 1 embargo she sat down")
        assert lifted.endswith("; square keeps its time, `schedule 1 now` moves it")
        assert "square now" in await office.hears("schedule 1 now")
        await office.settles()
        assert len(office.channel.posted) == 1


class Running(Clock):
    """A clock that goes, as the daemon's does."""

    def __call__(self) -> datetime:
        return now()


class Bell(FakeChannel):
    """A channel that says when something was posted."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.rings, self.rang_at = asyncio.Event(), NOON

    async def commit(self, post: Post, state: State) -> Receipt:
        self.rang_at = now()
        self.rings.set()
        return await super().commit(post, state)


async def test_the_daemon_wakes_when_a_post_is_due(tmp_path: Path) -> None:
    bell = Bell("bell")
    async with opened(tmp_path, Rulebook(), {}, bell, clock=Running()) as office:
        await office.breaks()
        await office.settles()
        daemon = Daemon(  # type: ignore[arg-type]
            None, office.desk, office.intake, None, office.newsroom, (), office.courier
        )
        at = now() + timedelta(seconds=0.3)
        draft, plan = await office.draft(), {"bell": Place(at)}
        await office.desk.store.approve(
            draft, "web:anna", Yes(("bell",)), now(), plan=lambda *_: plan
        )
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:  # no heartbeat here: only the due time wakes it
            group.create_task(daemon._work(stop))
            await asyncio.wait_for(bell.rings.wait(), 5)
            stop.set()
        assert timedelta() <= bell.rang_at - at < timedelta(seconds=3)  # on a busy machine


# -- the second look -------------------------------------------------------------------------------


async def test_a_post_of_tomorrow_is_not_stale_for_having_waited(office: Office) -> None:
    rev = await office.offers()
    await office.hears(f"approve 1 {rev} tomorrow 9:00")
    goes_to(office, 9, days=1)
    await office.settles()
    assert len(office.channel.posted) == 1


async def test_news_for_a_post_of_tomorrow_is_told_at_once_and_its_time_stays(
    office: Office,
) -> None:
    said = "14 people were hurt when the ferry hit the harbour bridge."
    office.line.writes(replace(script(said), beats=script(said).beats))
    rev = await office.offers()
    await office.hears(f"approve 1 {rev} tomorrow 9:00")
    office.clock.passes(hours=3)
    told = "17 people were hurt when the ferry hit the harbour bridge in Port Ansel."
    await office.tells(30, "Port Ansel ferry hits harbour bridge", "Radio 30", summary=told)
    await office.settles()
    assert "Draft 1 is not posted: Radio 30 now says" in office.last()
    assert "not before somebody approves it again" in await office.hears("schedule")
    assert "goes on" in await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert office.channel.posted == []
    goes_to(office, 9, days=1)
    await office.settles()
    assert len(office.channel.posted) == 1


async def test_an_approval_that_could_not_be_acted_on_must_be_given_again(office: Office) -> None:
    rev = await office.offers()
    await office.hears("pause")
    await office.hears(f"approve 1 {rev} at 14:00")
    goes_to(office, 20, 30)
    await office.hears("resume")
    await office.settles()
    assert "it was to go 6 hours ago: its approval is over" in office.last()
    assert f"`approve 1 {rev}` again" in office.last()
    said = await office.hears(f"approve 1 {rev} at 22:00", "web:bea")
    assert "again; it goes on: square at 22:00 UTC (as you said)" in said
    await office.settles()
    assert office.channel.posted == []
    goes_to(office, 22)
    await office.settles()
    assert len(office.channel.posted) == 1


RULES = Rules(stale_hours=12, approval_hours=6)
DECIDED = Draft(
    7, 1, "approved", "t", (item(0),), Brief(), "wire", NOON, decided_at=NOON, offered_at=NOON
)


@pytest.mark.parametrize(
    ("due", "now", "newest", "old"),
    [
        (None, 11, 0, ""),
        (None, 13, 0, "13 hours"),
        (21, 21, 0, ""),  # wished so
        (21, 21, -10, ""),  # 10 hours old when it was decided, as it is now
        (21, 21, -13, "13 hours"),  # too old when it was decided, and nobody saw that
        (21, 33.5, 0, "12 hours"),  # as late as that
        (21, 32, 0, ""),
        (21, 21, 5, ""),  # a report came in meanwhile
        (21, 34, 21.5, "12 hours"),
        (-3, 13, 0, "13 hours"),  # a time that was over counts nothing
    ],
)
def test_how_old_news_is_when_a_post_waited(
    due: float | None, now: float, newest: float, old: str
) -> None:
    def hours(n: float) -> Any:
        return NOON + timedelta(hours=n)

    draft = replace(DECIDED, offered_at=hours(min(newest, 0)))
    found = behind(draft, hours(newest), hours(now), RULES, None if due is None else hours(due))
    assert bool(found) == bool(old)
    assert old in found


@pytest.mark.parametrize(
    ("change", "due", "now", "over"),
    [
        ({}, None, 6, False),
        ({}, None, 6.1, True),
        ({}, 21, 27, False),
        ({}, 21, 27.1, True),
        ({"embargo": Embargo(NOON + timedelta(hours=9), "Wire", "w")}, None, 14, False),
        ({"embargo": Embargo(NOON + timedelta(hours=9), "Wire", "w")}, None, 15.1, True),
        ({"embargo": Embargo(NOON + timedelta(hours=9), "W", "w", "web:a")}, None, 14, True),
        ({"weighed": Weighed((), NOON + timedelta(hours=5))}, None, 10, False),  # seen again
    ],
)
def test_how_long_an_approval_holds(
    change: dict[str, Any], due: float | None, now: float, over: bool
) -> None:
    at = None if due is None else NOON + timedelta(hours=due)
    found = lapsed(replace(DECIDED, **change), NOON + timedelta(hours=now), RULES, at)
    assert bool(found) == over


# -- what is chosen --------------------------------------------------------------------------------


async def test_what_a_channel_asks_is_asked_with_an_example_that_works(tmp_path: Path) -> None:
    clock_app = FakeChannel("tiktok", choices=ASKS)
    async with house(tmp_path, {}, clock_app) as office:
        rev = await office.offers()
        assert "tiktok asks: Who may see it? privacy=public|friends" in office.last()
        said = await office.hears(f"approve 1 {rev}")
        assert "tiktok asks: May people comment? comments=yes|no" in said
        example = said.rpartition("such as: ")[2]
        assert example == f"approve 1 {rev} privacy=public comments=yes"
        assert "did you mean privacy=public" in await office.hears(f"approve 1 {rev} privacy=pulic")
        assert "asks for 'colour'" in await office.hears(f"approve 1 {rev} colour=red")
        assert "asks: May people" in await office.hears(f"approve 1 {rev} privacy=friends")
        assert await office.state() == "offered"
        assert "posting to square, tiktok" in await office.hears(example)
        assert "tiktok: waits privacy=public comments=yes" in await office.hears("show 1")
        await office.settles()
        assert clock_app.posts[0].choices == {"privacy": "public", "comments": "yes"}
        assert office.channel.posts[0].choices == {}


async def test_nothing_is_posted_to_a_channel_that_asks_without_a_choice(tmp_path: Path) -> None:
    clock_app = FakeChannel("tiktok")
    async with house(tmp_path, {}, clock_app) as office:
        rev = await office.offers()
        await office.hears(f"approve 1 {rev}")
        clock_app.choices = ASKS  # set up anew, with an account that asks
        await office.settles()
        (posting,) = await office.desk.store.postings(1, "tiktok")
        assert (posting.state, clock_app.posted) == ("refused", [])
        assert "tiktok asks for privacy, comments" in posting.why


async def test_without_the_channel_that_asks_nothing_is_chosen(tmp_path: Path) -> None:
    async with house(tmp_path, {}, FakeChannel("tiktok", choices=ASKS)) as office:
        rev = await office.offers()
        assert "none of square asks" in await office.hears(f"approve 1 {rev} square privacy=public")
        assert "posting to square" in await office.hears(f"approve 1 {rev} square")


async def test_the_answer_says_when_each_channel_goes(tmp_path: Path) -> None:
    async with house(tmp_path, times(slots=["18:00"]), FakeChannel("hook")) as office:
        rev = await office.offers()
        said = await office.hears(f"approve 1 {rev}")
        assert said.endswith("posting to hook now, square at 18:00 UTC (its next slot)")
        await office.settles()
        assert (office.channels["hook"].posted != [], office.channel.posted) == (True, [])


async def test_the_channels_that_were_shown_are_those_that_are_approved(office: Office) -> None:
    rev = await office.offers()
    assert "Goes to square." in office.last()
    office.channels["moon"] = FakeChannel("moon")
    office.desk.channels = ("square", "moon")
    office.desk.groups = replace(office.desk.groups, channels={"square": "", "moon": ""})
    assert "was made and shown without moon" in await office.hears(f"approve 1 {rev} moon")
    assert await office.hears(f"approve 1 {rev}") == f"approved 1 {rev}; posting to square"


# -- two people ------------------------------------------------------------------------------------

FOUR = frozenset({"web:anna", "web:bea", "chat:cem", "chat:dag"})


async def test_neither_who_asked_nor_who_edited_last_is_one_of_two(tmp_path: Path) -> None:
    async with opened(tmp_path, Rulebook(approvers=FOUR)) as office:
        office.newsroom = replace(office.newsroom, editors=dict.fromkeys(FOUR, "approver"))
        office.line.writes(CHARGED)
        await office.breaks()
        await office.hears("make 1", "chat:cem")
        await office.settles()
        rev = (await office.draft(1)).tag
        mine = await office.hears(f"approve 1 {rev}", "chat:cem")
        assert "you asked for it: draft 1 needs two others" in mine
        assert "chat:dag, web:anna, web:bea may" in mine
        assert "one more" in await office.hears(f"approve 1 {rev}", "chat:dag")
        await office.hears("edit 1 headline: Mayor Ada Quill charged", "web:bea")
        await office.settles()
        await office.hears("override 1 the court says so", "web:anna")
        await office.settles()
        rev = (await office.draft(1)).tag
        assert "you edited it last" in await office.hears(f"approve 1 {rev}", "web:bea")
        assert "one more" in await office.hears(f"approve 1 {rev}", "chat:dag")
        assert "posting to square" in await office.hears(f"approve 1 {rev}", "web:anna")


async def test_too_few_others_is_said_with_the_way_out(office: Office) -> None:
    office.line.writes(CHARGED)
    await office.breaks()
    await office.hears("make 1", "web:anna")
    await office.settles()
    said = await office.hears(f"approve 1 {(await office.draft()).tag}", "web:bea")
    assert "two editors who neither asked for it nor edited it last" in said
    assert "that is only web:bea: add another approver" in said


async def test_who_left_between_two_approvals_does_not_count(tmp_path: Path) -> None:
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        office.line.writes(CHARGED)
        rev = await office.offers()
        assert "one more" in await office.hears(f"approve 1 {rev}", "web:bea")
    left = frozenset({"web:anna", "chat:cem"})
    async with opened(tmp_path, Rulebook(approvers=left)) as office:
        office.clock.passes(minutes=20)
        assert "one more" in await office.hears(f"approve 1 {rev}")
        assert await office.state() == "offered"


async def test_two_who_press_at_once_approve_once_and_the_other_hears_who(office: Office) -> None:
    rev = await office.offers()
    answers = await asyncio.gather(
        office.hears(f"approve 1 {rev}"), office.hears(f"approve 1 {rev}", "web:bea")
    )
    won = [said for said in answers if said.startswith("approved 1")]
    lost = [said for said in answers if "was approved by web:" in said]
    assert len(won) == len(lost) == 1
    assert lost[0].endswith("at 12:10 UTC")
    await office.settles()
    assert len(office.channel.posted) == 1


async def test_where_two_wish_for_different_times_the_later_counts(office: Office) -> None:
    office.line.writes(CHARGED)
    rev = await office.offers()
    await office.hears(f"approve 1 {rev} at 18:00")
    said = await office.hears(f"approve 1 {rev} now", "web:bea")
    assert "square at 18:00 UTC (as web:anna asked, the later of the two)" in said


async def test_who_says_it_again_changes_the_wish(office: Office) -> None:
    office.line.writes(CHARGED)
    rev = await office.offers()
    await office.hears(f"approve 1 {rev} at 18:00")
    assert "approved draft 1 already" in await office.hears(f"approve 1 {rev} at 18:00")
    assert "noted" in await office.hears(f"approve 1 {rev} at 16:00")
    said = await office.hears(f"approve 1 {rev}", "web:bea")
    assert "square at 16:00 UTC (as you said)" in said


async def test_two_must_choose_the_same(tmp_path: Path) -> None:
    async with house(tmp_path, {}, FakeChannel("tiktok", choices=ASKS)) as office:
        office.line.writes(CHARGED)
        rev = await office.offers()
        both = "privacy=public comments=no"
        assert "noted" in await office.hears(f"approve 1 {rev} {both}")
        differs = await office.hears(f"approve 1 {rev} privacy=friends", "web:bea")
        assert "web:anna chose privacy=public on tiktok, web:bea privacy=friends" in differs
        assert await office.state() == "offered"
        assert "posting to square, tiktok" in await office.hears(f"approve 1 {rev}", "web:bea")


CAPS = {
    "tiktok": FakeChannel("tiktok", choices=ASKS).caps,
    "tube": FakeChannel("tube", choices=ASKS[:1]).caps,
    "square": FakeChannel().caps,
}


@pytest.mark.parametrize(
    ("said", "found", "open_ones"),
    [
        ((), {}, ("tiktok", "tube")),
        (
            (("privacy", "friends"),),
            {"tiktok": {"privacy": "friends"}, "tube": {"privacy": "friends"}},
            ("tiktok",),
        ),
        (  # what names its channel counts, wherever it stands
            (("TikTok.Privacy", "PUBLIC"), ("privacy", "friends"), ("comments", "no")),
            {
                "tiktok": {"privacy": "public", "comments": "no"},
                "tube": {"privacy": "friends"},
            },
            (),
        ),
    ],
)
def test_what_was_chosen_for_which_channel(
    said: tuple[tuple[str, str], ...], found: dict[str, dict[str, str]], open_ones: tuple[str, ...]
) -> None:
    assert chosen(said, tuple(CAPS), CAPS) == found
    assert missing(found, tuple(CAPS), CAPS) == open_ones


def test_an_example_names_the_channels_where_several_ask() -> None:
    assert example(("tube", "square"), CAPS) == "privacy=public"
    both = "tiktok.privacy=public tiktok.comments=yes tube.privacy=public"
    assert example(tuple(CAPS), CAPS) == both


@pytest.mark.parametrize(
    ("wishes", "hour", "why"),
    [
        ((Wish(), Wish()), None, ""),
        ((Wish("at", NOON + timedelta(hours=6)), Wish()), 18, "as you said"),
        ((Wish("now"), Wish("at", NOON + timedelta(hours=6))), 18, "as b asked"),
        ((Wish("now"), Wish("now")), 12, "whatever its hours"),
    ],
)
def test_the_place_of_two_wishes(wishes: tuple[Wish, Wish], hour: int | None, why: str) -> None:
    given = {who: Yes(("square",), wish) for who, wish in zip("ab", wishes, strict=True)}
    place = places(given, ("square",), {}, {}, NOON)["square"]
    assert (place.at.hour if place.at else None) == hour
    assert why in place.why
