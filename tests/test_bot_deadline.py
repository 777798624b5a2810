"""By when a clip is wished: what is left for its render, and what came of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import seconds_of
from bot.commands._spans import take_span
from bot.deadline import LEAST_S, Deadline, deadline_of, kept
from fakes import NOON
from offices import Office, opened


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as made:
        yield made


@dataclass(frozen=True)
class Happened:
    kind: str
    who: str
    at: datetime


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("60s", 60), ("60", 60), ("2m", 120), ("2 min", 120), ("1m30s", 90), ("1m 30", 90),
        ("90 seconds", 90), ("0.5m", None), ("12.5s", 12.5), ("60 minutes", 3600), ("61m", None),
        ("0", None), ("-5", None), ("soon", None), ("", None), ("60x", None), ("1e3", None),
    ],
)  # fmt: skip
def test_spans_of_time_are_read(said: str, seconds: float | None) -> None:
    if seconds is None:
        with pytest.raises(ValueError, match=r"is no span of time|is not between 1 s and an hour"):
            seconds_of(said)
    else:
        assert seconds_of(said) == seconds


@pytest.mark.parametrize(
    ("text", "left", "seconds"),
    [
        (" the bridge in 60s", " the bridge", 60.0),
        (" the bridge ready in 2 min ", " the bridge", 120.0),
        (" the fire in 1989", " the fire in 1989", 0.0),
        (" the bridge in Mersea", " the bridge in Mersea", 0.0),
        (" in 60s", "", 60.0),
    ],
)
def test_a_wish_is_taken_off_the_end_of_a_topic(text: str, left: str, seconds: float) -> None:
    assert take_span(text) == (left, seconds)


@given(st.floats(1, 3600), st.floats(0, 10_000))
def test_a_render_is_never_given_more_than_is_left_nor_nothing(wish: float, gone: float) -> None:
    left = Deadline(wish, 100.0).left_s(100.0 + gone)
    assert LEAST_S <= left <= max(wish, LEAST_S)
    assert left == pytest.approx(max(LEAST_S, wish - gone), abs=1e-6)


def test_without_a_wish_a_render_takes_what_it_needs() -> None:
    nobody = Deadline(0.0, 100.0)
    assert nobody.left_s(500.0) == 0.0
    assert nobody.report(1.0, 2.0) == {}


@pytest.mark.parametrize(
    ("ordered", "house", "wished", "since"),
    [
        (60, 0, 60, 0),  # an order: from when a person asked
        (60, 90, 60, 0),
        (0, 90, 90, 20),  # the house: from when the script was there
        (0, 0, 0, 20),
    ],
)
def test_the_clock_begins_with_the_order_or_with_the_script(
    ordered: float, house: float, wished: float, since: float
) -> None:
    events = [
        Happened("wanted", "web:anna", after(0)),
        Happened("written", "desk", after(20)),
        Happened("preview", "desk", after(30)),
    ]
    found = deadline_of(ordered, house, events, after(40))
    assert (found.wished_s, found.since) == (wished, after(since).timestamp())


def test_an_edit_begins_it_anew() -> None:
    events = [
        Happened("wanted", "web:anna", after(0)),
        Happened("written", "desk", after(20)),
        Happened("offered", "desk", after(60)),
        Happened("written", "web:bea", after(600)),
    ]
    assert deadline_of(60, 0, events, after(601)).since == after(600).timestamp()
    assert deadline_of(60, 0, (), after(601)).since == after(601).timestamp()


@pytest.mark.parametrize(
    ("before", "render", "said"),
    [
        (12.0, 31.2, "ready in 43 s"),
        (12.0, 48.0, "ready in 60 s"),
        (12.0, 52.4, "4 s later than wished: 12 s before its render, 52 s for it"),
        (0.0, 60.2, "1 s later than wished: 0 s before its render, 60 s for it"),
    ],
)
def test_what_came_of_it_is_told(before: float, render: float, said: str) -> None:
    ready = Deadline(60.0, 0.0).report(before, before + render)
    assert kept({"ready": ready}) == said
    assert kept({"ready": {}}) == kept({}) == ""


def test_a_late_clip_names_what_took_longest() -> None:
    clip = {"ready": Deadline(60.0, 0.0).report(12.0, 64.0)}
    clip["timings"] = {"voice": 1.0, "draw": 20.2, "generate": 29.7, "check": 2.0}
    assert kept(clip) == (
        "4 s later than wished: 12 s before its render, 52 s for it (generate 30 s, draw 20 s)"
    )


async def test_an_order_gets_what_its_script_left_of_the_time(office: Office) -> None:
    async def takes_a_while() -> None:
        office.clock.passes(seconds=31)

    office.line.meanwhile = takes_a_while
    await office.breaks()
    story = office.desk.hottest(1)[0].id
    reply = await office.hears(f"make {story} in 60s")
    assert "ready in 60 s if it can be" in reply
    office.clock.passes(seconds=12)
    await office.settles()
    assert office.line.left[0] == 48.0
    draft = await office.draft()
    assert draft.brief.ready_in == 60.0
    assert draft.clip["ready"] == {"wished_s": 60.0, "before_s": 12.0, "render_s": 31.0}
    assert "Ready in 43 s." in office.last()
    assert "Ready in 43 s." in await office.hears("show 1")


async def test_an_edit_is_given_the_whole_time_again(office: Office) -> None:
    await office.breaks()
    story = office.desk.hottest(1)[0].id
    await office.hears(f"make {story} --ready-in 60s")
    await office.settles()
    office.clock.passes(minutes=30)
    await office.hears("edit 1 line 1: The bridge is shut.")
    await office.settles()
    assert office.line.left == [60.0, 60.0]


async def test_without_a_wish_nothing_is_told_of_time(office: Office) -> None:
    await office.offers()
    assert office.line.left == [0.0]
    assert "eady in" not in office.last()


async def test_the_house_wishes_from_the_script_on(tmp_path: Path) -> None:
    async with opened(tmp_path, ready_in=90.0) as office:
        await office.breaks()
        (intent,) = await office.desk.decide()
        await office.desk.do(intent)  # the draft
        office.clock.passes(minutes=5)  # the writer was down
        await office.settles()
        assert office.line.left == [90.0]
        assert "Ready in 0 s." in office.last()
