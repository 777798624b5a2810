"""Embargoes: which words are one, and until when they hold."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.draft import Embargo
from bot.rules.embargo import embargo_of, renewed, told, waits
from bot.rules.moments import moment
from fakes import item

TOLD_AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday


def until(words: str, at: datetime = TOLD_AT, zone: str = "") -> datetime | str | None:
    found = embargo_of([item(0, words, at=at)], zone)
    return found.until if found else "none"


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


READ = [
    ("EMBARGOED until 18:00 GMT Tuesday 24 November: Rates rise", utc(24, 18)),
    ("Embargoed until 6pm ET", utc(23, 23)),
    ("Embargoed until 6 p.m. EST Wednesday", utc(25, 23)),
    ("EMBARGO: 0001 GMT Friday", utc(27, 0, 1)),
    ("Strictly embargoed to 00:01 hours on 26 November 2026 (London time)", utc(26, 0, 1)),
    ("Not for publication before 10am BST on 25 November", utc(25, 9)),
    ("Under embargo until midnight Tuesday GMT", utc(25, 0)),
    ("Hold for release until noon EST tomorrow", utc(24, 17)),
    ("Embargoed until 2026-11-24T18:00Z", utc(24, 18)),
    ("Embargoed until 18:00 UTC+2 on Tuesday", utc(24, 16)),
    ("Embargoed until 04/12/2026 10:00 UTC", utc(4, 10, month=12)),
    ("Sperrfrist: 24. November 2026, 18.00 Uhr", utc(24, 17)),
    ("Sperrfrist bis Dienstag 18 Uhr. Der Rat tagt.", utc(24, 17)),
    ("Sous embargo jusqu'au mardi 24 novembre à 18h00, heure de Paris", utc(24, 17)),
    ("Embargo jusqu'à 18h GMT", utc(23, 18)),
    ("Embargado hasta las 18:00 GMT del martes", utc(24, 18)),
    ("Sob embargo até às 18h de terça-feira (Brasília)", utc(24, 21)),
    ("EMBARGO fino alle ore 18 di martedì 24 novembre", utc(24, 17)),
    ("Non pubblicare prima delle 18.30 di domani", utc(24, 17, 30)),
]
UNREADABLE = [
    "EMBARGOED until the minister sits down",
    "EMBARGOED until 18:00",  # in which zone?
    "[EMBARGOED] Rates rise",
    "Embargoed until 00:01 Tuesday: Art museum in the West",
    "Sous embargo jusqu'à mardi 18h",
    "Sperrfrist beachten",
]
NONE = [
    "EU extends arms embargo until 31 December 2027",
    "The trade embargo ends on Friday",
    "Country under embargo until 2027, says minister",
    "US embargo until 2030 says report",
    "Cuba embargo: 60 years on",
    "Embargo: What the ban on Cuba means",
    "L'embargo jusqu'au 31 mai sur les armes",
    "Der Platz ist gesperrt bis Dienstag",
    "Eintritt frei ab 18 Uhr",
    "Prolongan el embargo hasta mayo",
]


@pytest.mark.parametrize(("words", "end"), READ)
def test_a_notice_is_read(words: str, end: datetime) -> None:
    assert until(words) == end


@pytest.mark.parametrize("words", UNREADABLE)
def test_a_notice_that_cannot_be_read_holds(words: str) -> None:
    assert until(words) is None


@pytest.mark.parametrize("words", NONE)
def test_an_embargo_on_goods_is_none(words: str) -> None:
    assert until(words) == "none"


def test_the_house_may_say_which_zone_is_meant() -> None:
    assert until("EMBARGOED until 18:00", zone="America/New_York") == utc(23, 23)
    assert until("EMBARGOED until 18:00 GMT", zone="America/New_York") == utc(23, 18)


def test_a_leftover_notice_is_over_and_an_early_one_is_for_tomorrow() -> None:
    assert until("EMBARGOED until 18:00 GMT", at=utc(23, 18, 5)) == utc(23, 18)
    assert until("EMBARGOED until 00:01 GMT", at=utc(23, 21)) == utc(24, 0, 1)


def test_a_day_without_an_hour_holds_to_its_end() -> None:
    assert until("Embargoed until 24 November (London time)") == utc(25, 0)


def test_a_date_that_can_be_read_in_two_ways_is_the_later() -> None:
    assert until("Embargoed until 02/03/2027 10:00 UTC") == datetime(2027, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("Sperrfrist: 25. Oktober 2026, 02.30 Uhr", utc(25, 1, 30, 10)),  # twice: the later
        ("Sperrfrist: 29. März 2026, 02.30 Uhr", utc(29, 1, 30, 3)),  # never
        ("Sperrfrist: 30. März 2026, 18.00 Uhr", utc(30, 16, 0, 3)),  # summer time
    ],
)
def test_clocks_that_are_changed(words: str, end: datetime) -> None:
    assert until(words, at=datetime(2026, 3, 20, tzinfo=UTC)) == end


def test_a_notice_stands_at_the_head_of_any_text() -> None:
    report = item(0, "Rates rise", at=TOLD_AT, summary="(Embargoed until 18:00 GMT) The bank said.")
    found = embargo_of([item(1, at=TOLD_AT), report])
    assert found is not None
    assert (found.outlet, found.words) == ("Outlet 0", "Embargoed until 18:00 GMT")


def test_of_several_the_last_to_end_holds_and_the_unreadable_above_all() -> None:
    notices = ["Embargoed until 18:00 GMT", "Embargoed until 19:00 GMT", "Embargoed until he sits"]
    items = [item(n, words, at=TOLD_AT) for n, words in enumerate(notices)]
    two = embargo_of(items[:2])
    assert two is not None
    assert two.until == utc(23, 19)
    three = embargo_of(items)
    assert three is not None
    assert three.until is None


def test_what_waits_and_what_is_said() -> None:
    held = Embargo(utc(23, 18), "The Post", "Embargoed until 18:00 GMT")
    assert waits(held, utc(23, 17))
    assert not waits(held, utc(23, 18))
    assert not waits(None, TOLD_AT)
    assert told(None, TOLD_AT, 7) == told(held, utc(23, 18), 7) == ""
    assert "embargoed until 23 November 18:00 UTC (The Post" in told(held, TOLD_AT, 7)
    assert "`override 7 embargo REASON`" in told(held, TOLD_AT, 7)
    assert "`--override`" in told(held, TOLD_AT, 0)
    lifted = Embargo(None, "The Post", "Embargoed", "web:anna", "by phone")
    assert not waits(lifted, TOLD_AT)
    assert told(lifted, TOLD_AT, 7) == "embargo of The Post lifted by web:anna: by phone"


def test_what_was_lifted_stays_lifted_when_the_story_is_read_again() -> None:
    lifted = Embargo(None, "The Post", "Embargoed", "web:anna", "by phone")
    again, other = Embargo(None, "The Post", "Embargoed"), Embargo(None, "The Quay", "Embargoed")
    assert renewed(lifted, again) == lifted
    assert renewed(lifted, other) == renewed(None, other) == other
    assert renewed(lifted, None) is None


ZONES = ("Europe/London", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe")


@given(st.integers(0, 2 * 365 * 24 * 60), st.sampled_from(ZONES), st.integers(0, 20))
def test_a_full_date_is_read_back_in_every_zone(minute: int, zone: str, days: int) -> None:
    local = (TOLD_AT + timedelta(minutes=minute)).replace(tzinfo=ZoneInfo(zone))
    sent = local.astimezone(UTC) - timedelta(days=days)
    words = f"Embargoed until {local:%H:%M} on {local:%A %d %B %Y}"
    both = [local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    assert moment(words, "en", sent, zone) == max(both)


@given(st.text(max_size=200))
def test_any_text_can_be_asked(text: str) -> None:
    found = embargo_of([item(0, f"EMBARGOED until {text}", at=TOLD_AT)], "Europe/Berlin")
    assert found is None or found.until is None or found.until.tzinfo is UTC
