"""A feed's own rhythm, and when to look next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources._rhythm import NONE, Rhythm, heard, next_look_s

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)  # a Wednesday
HOUR = timedelta(hours=1)
dates = st.lists(
    st.none() | st.floats(-1e5, 1e8).map(lambda s: NOW - timedelta(seconds=s)), max_size=60
)


def every(gap: timedelta, count: int = 30, until: datetime = NOW) -> Rhythm:
    return heard(NONE, [until - n * gap for n in range(count)], NOW)


def office_hours(until: datetime) -> Rhythm:
    """Four weeks of a newsroom that reports every quarter of an hour from 6 to 22, and sleeps."""
    rhythm, told = NONE, list[datetime]()
    for n in range(4 * 7 * 24 * 4):
        when = until - timedelta(weeks=4) + n * HOUR / 4
        if 6 <= when.hour < 22:
            told.append(when)
            rhythm = heard(rhythm, told[-20:], when)
    return rhythm


@settings(deadline=None)  # a busy machine is no fault
@given(published=dates, every_s=st.floats(60, 10_000), slowest_s=st.floats(60, 50_000))
def test_a_wait_keeps_its_bounds(
    published: list[datetime | None], every_s: float, slowest_s: float
) -> None:
    wait_s = next_look_s(heard(NONE, published, NOW), every_s, slowest_s, NOW)
    assert every_s <= wait_s <= max(every_s, min(slowest_s, 72 * every_s))


@settings(deadline=None)  # a busy machine is no fault
@given(published=dates)
def test_a_rhythm_survives_its_state(published: list[datetime | None]) -> None:
    rhythm = heard(NONE, published, NOW)
    assert Rhythm.of(rhythm.state()) == rhythm


def test_a_busy_feed_is_read_more_often_than_a_quiet_one() -> None:
    waits = [next_look_s(every(h * HOUR), 60, 1e9, NOW) for h in (0.02, 0.2, 1, 5)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (60, 720)


def test_about_one_look_in_four_finds_something() -> None:
    wait_s = next_look_s(every(HOUR), 300, 21_600, NOW)
    assert 3600 / 4 * 0.8 <= wait_s <= 3600 / 4 * 1.2


@pytest.mark.parametrize(
    ("silent_days", "wait_s"), [(0.1, 3600), (2, 3600), (6, 10_800), (12, 21_600), (400, 21_600)]
)
def test_a_silence_is_waited_out_for_a_48th_of_it(silent_days: float, wait_s: float) -> None:
    dead = every(timedelta(days=30), until=NOW - timedelta(days=silent_days))
    assert next_look_s(dead, 300, 21_600, NOW) == pytest.approx(wait_s, rel=0.01)
    assert next_look_s(dead, 300, 300, NOW) == 300


def test_a_newsroom_asleep_is_asked_less_and_found_when_it_wakes() -> None:
    day = NOW.replace(hour=0) + timedelta(days=1)
    waits = {
        hour: next_look_s(office_hours(day + hour * HOUR), 300, 21_600, day + hour * HOUR)
        for hour in (1, 5.5, 12)
    }
    assert waits[12] == 300
    assert waits[1] > 4 * waits[12]
    assert 5.5 * HOUR + timedelta(seconds=waits[5.5]) < 6.3 * HOUR


def test_the_first_look_at_a_feed_tells_its_night_from_its_day() -> None:
    night = {(NOW - n * HOUR).hour for n in range(13, 19)}
    dates = [NOW - n * HOUR / 2 for n in range(60) if (NOW - n * HOUR / 2).hour not in night]
    rhythm = heard(NONE, dates, NOW)
    known = {(NOW - n * HOUR).hour: rhythm.week[66 - n] for n in range(1, 20)}
    assert {hour for hour, digit in known.items() if digit == "0"} == night
    assert set(known.values()) == {"0", "9"}
    assert rhythm.week.count("-") > 130


def test_an_hour_is_learnt_from_once() -> None:
    dates = [NOW - n * HOUR for n in range(10)]
    once = heard(NONE, dates, NOW)
    assert heard(once, dates, NOW + timedelta(minutes=30)).week == once.week


def test_old_habits_fade() -> None:
    rhythm = NONE
    for n in range(12 * 168):
        now = NOW + n * HOUR
        told = [NOW + k * HOUR for k in range(max(0, n - 30), n + 1) if (k < 336) == (k % 24 < 12)]
        rhythm = heard(rhythm, told, now)
    early = [rhythm.week[(18 + 48 + k) % 168] for k in range(12)]
    late = [rhythm.week[(18 + 48 + k) % 168] for k in range(12, 24)]
    assert max(map(int, early)) <= 1
    assert min(map(int, late)) >= 8


def test_dates_in_the_future_teach_nothing() -> None:
    assert heard(NONE, [NOW + 5.5 * HOUR], NOW) == NONE


def test_a_feed_without_dates_is_read_at_the_shortest_wait() -> None:
    assert next_look_s(heard(NONE, [None], NOW), 300, 21_600, NOW) == 300
    assert next_look_s(every(timedelta(days=9)), 5, 21_600, NOW) == 5
