"""How long a feed is left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources._pace import fresh_s, oldest, pace_s, retry_after_s

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("0", 0.0),
        (" 30 ", 30.0),
        ("Wed, 04 Mar 2026 18:01:00 GMT", 60.0),
        ("Wed, 04 Mar 2026 19:01:00 +0100", 60.0),
        ("Wed, 04 Mar 2026 18:01:00", 60.0),
        ("-5", None),
        ("1e9", None),
        ("²", None),
        ("", None),
    ],
)
def test_retry_after(said: str, wait_s: float | None) -> None:
    assert retry_after_s({"Retry-After": said}, NOW) == wait_s


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("max-age=60", 60),
        ("private, Max-Age=60", 60),
        ("no-cache", 0),
        ("max-age=x", 0),
        ("s-maxage=60", 0),
        ("", 0),
    ],
)
def test_freshness(said: str, wait_s: float) -> None:
    assert fresh_s({"Cache-Control": said}) == wait_s


@given(
    count=st.integers(0, 30),
    age_s=st.floats(0, 1e8),
    every_s=st.floats(60, 10_000),
)
def test_a_pace_keeps_its_bounds(count: int, age_s: float, every_s: float) -> None:
    wait_s = pace_s(count, NOW - timedelta(seconds=age_s), every_s, NOW)
    assert every_s <= wait_s <= 12 * every_s


def test_a_busy_feed_is_read_more_often_than_a_quiet_one() -> None:
    waits = [pace_s(30, NOW - timedelta(hours=hours), 60, NOW) for hours in (1, 6, 24, 240)]
    assert waits == sorted(waits)
    assert waits[0] == 60
    assert waits[-1] == 720


def test_the_pace_is_that_of_the_newest_entries() -> None:
    dates = [NOW - timedelta(hours=n) for n in range(100)]
    assert oldest([None, *dates]) == (30, NOW - timedelta(hours=29))
    assert oldest([None]) == (0, None)
