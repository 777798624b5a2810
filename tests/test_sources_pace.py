"""How long a host asks to be left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources._pace import awake_s, fresh_s, hour_of_week, retry_after_s

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)  # a Wednesday


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
        ('max-age="60"', 60),
        ("no-cache", 0),
        ("max-age=x", 0),
        ("s-maxage=60", 0),
        ("max-age=99999999", 86_400),
        ("", 0),
    ],
)
def test_freshness(said: str, wait_s: float) -> None:
    assert fresh_s({"Cache-Control": said}, NOW) == wait_s


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Expires": "Wed, 04 Mar 2026 18:10:00 GMT"}, 600),
        ({"Expires": "Wed, 04 Mar 2026 17:10:00 GMT"}, 0),
        ({"Expires": "0"}, 0),
        ({"Expires": "-1"}, 0),
        # The host's clock is an hour fast: what counts is what lies between its own times.
        (
            {
                "Expires": "Wed, 04 Mar 2026 19:10:00 GMT",
                "Date": "Wed, 04 Mar 2026 19:00:00 GMT",
            },
            600,
        ),
        ({"Expires": "Wed, 04 Mar 2026 18:10:00 GMT", "Cache-Control": "max-age=60"}, 60),
        ({"Cache-Control": "max-age=60", "Age": "45"}, 15),
        ({"Cache-Control": "max-age=60", "Age": "450"}, 0),
    ],
)
def test_freshness_by_date_and_age(headers: dict[str, str], wait_s: float) -> None:
    assert fresh_s(headers, NOW) == wait_s


@given(wait_s=st.floats(0, 1e6), quiet=st.sets(st.integers(0, 167)))
def test_nobody_is_asked_in_a_quiet_hour(wait_s: float, quiet: set[int]) -> None:
    then = NOW + timedelta(seconds=awake_s(wait_s, quiet, NOW))
    assert then - NOW >= timedelta(seconds=wait_s)
    assert hour_of_week(then) not in quiet or len(quiet) == 168


def test_a_wait_that_ends_in_a_quiet_hour_ends_with_it() -> None:
    evening = {48 + hour for hour in (19, 20)}
    assert awake_s(1800, evening, NOW) == 1800
    assert awake_s(3700, evening, NOW) == 3 * 3600
