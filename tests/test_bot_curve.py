"""The small chart of a story: what it counts, how it is drawn and how it is said."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curve import BARS, STEPS, curve_of, spark, told
from bot.story import Story
from fakes_trends import at, ferry, report


def a_story(*minutes: float) -> Story:
    """A story that another outlet tells at each of these minutes."""
    return Story(
        1, "Ferry", tuple(report(f"Outlet {n}", "Ferry", m) for n, m in enumerate(minutes))
    )


def test_it_runs_from_the_first_report_until_now() -> None:
    curve = curve_of(a_story(0, 30, 240), at(240))
    assert (curve.since, curve.until) == (at(0), at(240))
    assert curve.outlets == (1, 1, *[2] * 21, 3)
    assert spark(curve) == "▂▂" + "▃" * 21 + "▄"


def test_a_young_story_stands_at_the_end_of_an_hour() -> None:
    curve = curve_of(a_story(50, 55), at(60))
    assert curve.since == at(0)
    assert curve.outlets == (*[0] * 19, 1, 1, 2, 2, 2)
    assert spark(curve) == "▁" * 19 + "▂▂▃▃▃"


def test_an_outlet_counts_once_and_a_later_report_not_yet() -> None:
    story = Story(1, "Ferry", (*ferry(2), *ferry(2, start=30), report("Late", "Ferry", 90)))
    assert curve_of(story, at(60)).outlets[-1] == 2


def test_a_crowd_is_drawn_in_shares_of_itself() -> None:
    drawn = spark(curve_of(a_story(*range(0, 120, 6)), at(120)))
    assert (drawn[0], drawn[-1]) == ("▂", "█")


@given(st.lists(st.floats(0, 3000), min_size=1, max_size=40), st.floats(0, 3000))
def test_a_curve_only_rises_and_ends_with_what_is_known(minutes: list[float], now: float) -> None:
    story = a_story(*minutes)
    curve = curve_of(story, at(now))
    drawn = spark(curve)
    assert len(curve.outlets) == len(drawn) == STEPS
    assert list(curve.outlets) == sorted(curve.outlets)
    assert list(drawn) == sorted(drawn, key=BARS.index)
    assert curve.outlets[-1] == sum(item.seen <= at(now) for item in story.items)
    assert curve.until - curve.since >= timedelta(hours=1)
    assert told(curve)


@pytest.mark.parametrize(
    ("minutes", "now", "words"),
    [
        ((), 0, "No report yet"),
        ((0,), 90, "1 outlet, 90 minutes ago"),
        ((0, 0, 0), 5, "3 outlets at once, half of them at once, the last new one 5 minutes ago"),
        (
            (0, 1, 40, 300),
            420,
            "4 outlets in 5 hours, half of them in a minute, the last new one 2 hours ago",
        ),
    ],
)
def test_it_can_be_said(minutes: tuple[float, ...], now: float, words: str) -> None:
    assert told(curve_of(a_story(*minutes), at(now))) == words
