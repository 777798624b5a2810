"""How each source is, and what to do about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.store import PushRow, SourceRow
from bot.watch.health import Health, Watched, healths

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(name: str = "harbour", **more: Any) -> SourceRow:
    known = {"state": {}, "due": NOON + HOUR, "read_at": NOON - HOUR, "wait_s": 300.0} | more
    return SourceRow(name, **known)


def judge(known: SourceRow | None, until: datetime = NOON) -> Health:
    watched = [Watched("harbour", "feed", "https://harbour.example/feed", "harbour.example")]
    rows = {"harbour": known} if known else {}
    return healths(watched, rows, {}, {"harbour.example": until}, {}, NOON)[0]


@pytest.mark.parametrize(
    ("known", "mind"),
    [
        (None, "new"),
        (row(), "ok"),
        (row(wait_s=3600.0), "slow"),
        (row(failures=2, error="no answer in time"), "down"),
        (row(failures=2, error="gone for good (410)", off=True), "off"),
    ],
)
def test_minds(known: SourceRow | None, mind: str) -> None:
    assert judge(known).mind == mind


def test_a_host_that_wants_rest_is_no_failure_of_its_feeds() -> None:
    health = judge(row(due=NOON), until=NOON + 2 * HOUR)
    assert (health.mind, health.due) == ("held", NOON + 2 * HOUR)
    assert judge(row(), until=NOON - HOUR).mind == "ok"


def test_the_worst_first() -> None:
    names = ("a", "b", "c", "d")
    rows = {
        "a": row("a"),
        "b": row("b", failures=1, error="x"),
        "c": row("c", failures=7, error="x"),
        "d": row("d", failures=1, error="410", off=True),
    }
    found = healths([Watched(n, "feed") for n in names], rows, {"a": 12}, {}, {}, NOON)
    assert [health.name for health in found] == ["d", "c", "b", "a"]
    assert found[-1].a_day == 12


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("https://a.example/: gone for good (410)", 'feeds retry "harbour"'),
        ("https://a.example/: a web page, not a feed", "in a browser"),
        ("a web page, not a feed; it announces this feed: https://a.example/f", "into `url`"),
        ("answered 404 Not Found", "feeds try"),
        ("10.0.0.1 is not a public address; ...", "[network] allow"),
        ("no answer in time", "asked again"),
    ],
)
def test_every_error_has_a_way_out(error: str, advice: str) -> None:
    assert advice in judge(row(failures=1, error=error)).advice


@pytest.mark.parametrize(
    ("state", "ends", "told"),
    [
        ("live", NOON + HOUR, "live"),
        ("live", NOON - HOUR, "expired"),
        ("asked", None, "asked"),
        ("refused", None, "refused"),
    ],
)
def test_a_subscription(state: str, ends: datetime | None, told: str) -> None:
    push = PushRow("harbour", "https://hub.example", "t", "p", "s", state, NOON, ends)
    found = healths([Watched("harbour", "feed")], {}, {}, {}, {"harbour": push}, NOON)
    assert found[0].push == told
    assert "'s'" not in repr(push)
