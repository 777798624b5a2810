"""When a post goes: windows, slots, days, zones, clocks that are changed; and what editors type."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import Command, Mistake, When, parse
from bot.config import ConfigError, build
from bot.terms.timetable import Timetable, Wish, due, moment, read_timetable, resolve, say

BERLIN, NEW_YORK, UTC_ZONE = (
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("America/New_York"),
    ZoneInfo("UTC"),
)
ZONES = sorted(available_timezones())
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def at(text: str, zone: ZoneInfo = UTC_ZONE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def table(house: str = "UTC", /, **keys: object) -> Timetable:
    return read_timetable(keys, house)


# -- the table of a channel ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "now", "goes", "why"),
    [
        ({}, "2026-11-24T12:00", "2026-11-24T12:00", ""),
        ({"window": "06:00-23:00"}, "2026-11-24T12:00", "2026-11-24T12:00", ""),
        ({"window": "06:00-23:00"}, "2026-11-24T06:00", "2026-11-24T06:00", ""),
        ({"window": "06:00-23:00"}, "2026-11-24T23:00", "2026-11-25T06:00", "from 06:00 to 23:00"),
        ({"window": "06:00-23:00"}, "2026-11-24T05:59", "2026-11-24T06:00", "from 06:00 to 23:00"),
        ({"quiet": "23:00-06:00"}, "2026-11-24T01:00", "2026-11-24T06:00", "from 06:00 to 23:00"),
        ({"window": "22:00-02:00"}, "2026-11-24T23:30", "2026-11-24T23:30", ""),
        ({"window": "22:00-02:00"}, "2026-11-24T01:59", "2026-11-24T01:59", ""),
        ({"window": "22:00-02:00"}, "2026-11-24T02:00", "2026-11-24T22:00", "from 22:00 to 02:00"),
        ({"window": "06:00-24:00"}, "2026-11-24T23:59", "2026-11-24T23:59", ""),
        ({"slots": ["18:00", "08:00"]}, "2026-11-24T12:00", "2026-11-24T18:00", "its next slot"),
        ({"slots": ["08:00", "18:00"]}, "2026-11-24T18:00", "2026-11-24T18:00", "its next slot"),
        ({"slots": ["08:00", "18:00"]}, "2026-11-24T18:01", "2026-11-25T08:00", "its next slot"),
        ({"slots": ["12:00"]}, "2028-02-28T13:00", "2028-02-29T12:00", "its next slot"),
    ],
)
def test_the_usual_place_of_a_post(keys: dict[str, object], now: str, goes: str, why: str) -> None:
    found = due(at(now), Wish(), table(**keys))
    assert found.at == at(goes)
    assert why in found.why
    assert bool(found.why) == bool(why)


@pytest.mark.parametrize(
    ("keys", "wish", "goes", "why"),
    [
        ({"window": "06:00-10:00"}, Wish("now"), "2026-11-24T12:00", "whatever its hours"),
        ({"slots": ["18:00"]}, Wish("now"), "2026-11-24T12:00", "whatever its hours"),
        ({"slots": ["18:00"]}, Wish("slot"), "2026-11-24T18:00", "its next slot"),
        ({"slots": ["18:00"]}, Wish("at", at("2026-11-24T15:00")), "2026-11-24T15:00", "you said"),
        (
            {"window": "06:00-14:00"},
            Wish("at", at("2026-11-24T15:00")),
            "2026-11-25T06:00",
            "from 06:00 to 14:00 only",
        ),
        ({}, Wish("at", at("2026-11-24T11:00")), "2026-11-24T12:00", "you said"),  # over meanwhile
    ],
)
def test_a_wish_against_the_table(keys: dict[str, object], wish: Wish, goes: str, why: str) -> None:
    found = due(NOON, wish, table(**keys))
    assert (found.at, found.urgent) == (at(goes), wish.sort == "now")
    assert why in found.why


TODAY = tuple(at(f"2026-11-24T{hour:02d}:00") for hour in (8, 18))


@pytest.mark.parametrize(
    ("keys", "wish", "goes"),
    [
        ({"per_day": 3}, Wish(), "2026-11-24T12:00"),
        ({"per_day": 2}, Wish(), "2026-11-25T00:00"),
        ({"per_day": 2}, Wish("now"), "2026-11-25T00:00"),
        ({"per_day": 2, "window": "06:00-23:00"}, Wish("now"), "2026-11-25T06:00"),
        ({"per_day": 2}, Wish("at", at("2026-11-24T20:00")), "2026-11-25T00:00"),
        ({"per_day": 2}, Wish("at", at("2026-11-26T20:00")), "2026-11-26T20:00"),
        ({"per_day": 2, "slots": ["08:00", "20:00"]}, Wish(), "2026-11-25T08:00"),
        ({"slots": ["08:00", "18:00"]}, Wish(), "2026-11-25T08:00"),  # one slot takes one post
        ({"slots": ["08:00", "18:00", "20:00"]}, Wish("slot"), "2026-11-24T20:00"),
        ({"per_day": 2, "window": "18:00-02:00"}, Wish(), "2026-11-25T00:00"),
    ],
)
def test_what_is_taken_already(keys: dict[str, object], wish: Wish, goes: str) -> None:
    found = due(NOON, wish, table(**keys), TODAY)
    assert found.at == at(goes)
    assert not found.urgent
    if "per_day" in keys and found.at.day == 25:
        assert found.why == "its 2 posts of the day are taken"


def test_a_day_is_the_channels_own() -> None:
    late = (at("2026-11-24T23:30", NEW_YORK), at("2026-11-24T22:00", NEW_YORK))
    there = table("America/New_York", per_day=2)
    assert due(at("2026-11-24T23:45", NEW_YORK), Wish(), there, late).at == at(
        "2026-11-25T00:00", NEW_YORK
    )
    assert due(at("2026-11-25T00:10", NEW_YORK), Wish(), there, late).why == ""


def test_nothing_goes_before_an_embargo_ends_and_then_by_the_table() -> None:
    ends = at("2026-11-24T18:30")
    hours = table(window="06:00-18:00")
    assert due(NOON, Wish("now"), hours, earliest=ends).at == ends
    assert due(NOON, Wish(), hours, earliest=ends).at == at("2026-11-25T06:00")
    asked = Wish("at", at("2026-11-24T15:00"))
    assert due(NOON, asked, table(), earliest=ends).at == ends
    assert due(NOON, Wish(), table(slots=["18:00", "19:00"]), earliest=ends).at == at(
        "2026-11-24T19:00"
    )


# -- clocks that are changed -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "clock", "zone", "goes"),
    [
        ("2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T01:00"),  # put forward: 02 to 03
        ("2026-03-29", "03:00", "Europe/Berlin", "2026-03-29T01:00"),
        ("2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30"),  # twice: the first
        ("2026-03-08", "02:15", "America/New_York", "2026-03-08T07:00"),
        ("2026-04-05", "01:45", "Australia/Lord_Howe", "2026-04-04T14:45"),  # half an hour back
        ("2026-10-04", "02:10", "Australia/Lord_Howe", "2026-10-03T15:30"),  # half an hour on
        ("2011-12-30", "12:00", "Pacific/Apia", "2011-12-30T10:00"),  # a day that was left out
        ("2028-02-29", "12:00", "Asia/Kathmandu", "2028-02-29T06:15"),
    ],
)
def test_a_local_time_on_a_day_of_change(day: str, clock: str, zone: str, goes: str) -> None:
    found = moment(datetime.fromisoformat(day).date(), time.fromisoformat(clock), ZoneInfo(zone))
    assert found == at(goes)


def test_a_slot_in_the_gap_goes_right_behind_it_and_one_that_comes_twice_goes_once() -> None:
    night = table("Europe/Berlin", slots=["02:30"])
    spring = due(at("2026-03-28T12:00"), Wish(), night)
    assert spring.at == at("2026-03-29T01:00")
    autumn = due(at("2026-10-24T12:00"), Wish(), night)
    assert autumn.at == at("2026-10-25T00:30")
    assert due(at("2026-10-25T00:31"), Wish(), night).at == at("2026-10-26T01:30")


def test_a_window_that_lies_in_the_gap_opens_the_next_day() -> None:
    hours = table("Europe/Berlin", window="02:10-02:50")
    assert due(at("2026-03-29T00:30"), Wish(), hours).at == at("2026-03-30T00:10")


MOMENTS = st.integers(1_704_067_200, 1_893_456_000).map(lambda s: datetime.fromtimestamp(s, UTC))
CLOCKS = st.times().map(lambda t: t.replace(second=0, microsecond=0))
SPANS = st.one_of(st.none(), st.tuples(CLOCKS, CLOCKS).filter(lambda pair: pair[0] != pair[1]))


@st.composite
def tables(draw: st.DrawFn) -> Timetable:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    window = draw(SPANS)
    slots = draw(st.lists(CLOCKS, max_size=4, unique=True))
    plain = Timetable(window, (), draw(st.integers(0, 3)), zone)
    inside = [c for c in slots if Timetable(window).opens(datetime.combine(NOON, c, UTC))]
    return Timetable(window, tuple(sorted(inside)), plain.per_day, zone)


@settings(max_examples=150, deadline=None)
@given(MOMENTS, tables(), st.lists(st.integers(0, 72), max_size=6))
def test_every_place_is_allowed_and_never_early(
    now: datetime, hours: Timetable, ahead: list[int]
) -> None:
    taken = [now + timedelta(hours=n) for n in ahead]
    try:
        found = due(now, Wish(), hours, taken)
    except ValueError:  # a window of minutes that lies in a gap, and nowhere else
        pytest.fail("there is always a day with room within two months")
    assert found.at >= now
    assert hours.opens(found.at)
    assert hours.room(found.at, taken)
    if hours.slots:
        assert found.at not in taken
        days = (hours.day(found.at) + timedelta(days=n) for n in (-1, 0))
        assert found.at in {moment(day, c, hours.zone) for day in days for c in hours.slots}
    if found.at > now:
        assert found.why
    asked = due(now, Wish("now"), hours, taken)
    assert asked.at == now or not hours.room(now, taken)


@settings(max_examples=150, deadline=None)
@given(MOMENTS, CLOCKS, st.sampled_from(ZONES))
def test_a_local_time_is_met_or_follows_a_gap(now: datetime, clock: time, name: str) -> None:
    zone = ZoneInfo(name)
    found = moment(now.date(), clock, zone)
    local = found.astimezone(zone)
    if local.replace(tzinfo=None) == datetime.combine(now.date(), clock):
        assert local.fold == 0
    else:  # the second before is on the other side of the gap, and before the wished time
        before = (found - timedelta(seconds=1)).astimezone(zone)
        assert before.replace(tzinfo=None) < datetime.combine(now.date(), clock)
        assert local.replace(tzinfo=None) > datetime.combine(now.date(), clock)


# -- what the file says ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"window": "6 to 9"}, "window: '6 to 9' is no span such as \"06:00-23:00\""),
        ({"window": 6}, "window: 6 is no span"),
        ({"window": "06:00-06:00"}, "begins where it ends"),
        ({"window": "06:00-25:00"}, "window: '25:00' is on no clock"),
        ({"window": "06:00-23:00", "quiet": "23:00-06:00"}, "quiet: `window` says when"),
        ({"slots": "08:00"}, "slots: '08:00' is no list"),
        ({"slots": ["8"]}, "slots: '8' is no time"),
        ({"slots": ["05:00"], "window": "06:00-23:00"}, "slots: 05:00 is outside the hours"),
        ({"per_day": -1}, "per_day: -1 is no number"),
        ({"per_day": True}, "per_day: True is no number"),
        ({"per_day": "ten"}, "per_day: 'ten' is no number"),
        ({"zone": "Mars/Base"}, "zone: 'Mars/Base' is no name of the tz database"),
        ({"zone": 7}, "zone: 7 is no name"),
    ],
)
def test_a_wrong_table_is_named(keys: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=r"^(window|quiet|slots|per_day|zone): ") as error:
        table(**keys)
    assert said in str(error.value)


def test_the_file_says_when_a_channel_may_be_posted_to() -> None:
    own = {"kind": "folder", "path": "out", "window": "06:00-23:00", "slots": ["08:00"]}
    house = {"rules": {"zone": "Europe/Berlin"}}
    config = build(house | {"publish": [own]}, Path("/nowhere"))
    hours = Timetable((time(6), time(23)), (time(8),), 0, BERLIN)
    assert config.timetables == {"folder": hours}
    with pytest.raises(ConfigError, match=r"publish\[0\]\.per_day: -1 is no number"):
        build(house | {"publish": [own | {"per_day": -1}]}, Path("/nowhere"))


def test_a_channel_has_its_own_zone_or_the_houses() -> None:
    assert table("Europe/Berlin").zone == BERLIN
    assert table("Europe/Berlin", zone="America/New_York").zone == NEW_YORK
    assert table("").zone == UTC_ZONE
    assert table().bare
    assert not table(per_day=1).bare


# -- what an editor types --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "when", "channels"),
    [
        ("now", When("now"), ()),
        ("at now", When("now"), ()),
        ("at 18:00", When("at", time(18)), ()),
        ("18:00", When("at", time(18)), ()),
        ("@18:00", When("at", time(18)), ()),
        ("at 18", When("at", time(18)), ()),
        ("at 18.30", When("at", time(18, 30)), ()),
        ("at 18h30", When("at", time(18, 30)), ()),
        ("AT 6pm", When("at", time(18)), ()),
        ("at 6 p.m.", When("at", time(18)), ()),
        ("at 12am", When("at", time(0)), ()),
        ("at 18 uhr", When("at", time(18)), ()),
        ("at noon", When("at", time(12)), ()),
        ("at 18:00 UTC", When("at", time(18), utc=True), ()),
        ("at tomorrow 9:00", When("at", time(9), "tomorrow"), ()),
        ("tomorrow at 9", When("at", time(9), "tomorrow"), ()),
        ("at 9:00 tomorrow", When("at", time(9), "tomorrow"), ()),
        ("on friday at 9:00", When("at", time(9), "fri"), ()),
        ("at 2026-11-24 09:00", When("at", time(9), "2026-11-24"), ()),
        ("at 2026-11-24T09:00", When("at", time(9), "2026-11-24"), ()),
        ("at 2026-11-24T09:00Z", When("at", time(9), "2026-11-24", utc=True), ()),
        ("in 30 min", When("in", minutes=30), ()),
        ("in 30min", When("in", minutes=30), ()),
        ("in 2 hours", When("in", minutes=120), ()),
        ("in 1h30", When("in", minutes=90), ()),
        ("in an hour", When("in", minutes=60), ()),
        ("at next slot", When("slot"), ()),
        ("next-slot", When("slot"), ()),
        ("bluesky at 18:00", When("at", time(18)), ("bluesky",)),
        ("at 18:00 bluesky, Hook", When("at", time(18)), ("bluesky", "Hook")),
        ("bluesky in 30 min hook", When("in", minutes=30), ("bluesky", "hook")),
        ("square", When(), ("square",)),
        ("", When(), ()),
    ],
)
def test_a_time_in_a_command(words: str, when: When, channels: tuple[str, ...]) -> None:
    meant = parse(f"approve 7 3fa9c1 {words}")
    assert meant == Command("approve", draft=7, rev="3fa9c1", when=when, channels=channels)
    if when.sort:
        assert parse(f"schedule 7 {words}") == Command(
            "schedule", draft=7, when=when, channels=channels
        )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("at", "at what time?"),
        ("at tomorrow", "at what time tomorrow?"),
        ("at 25:00", "there is no 25:00 on a clock"),
        ("at 18:61", "there is no 18:61 on a clock"),
        ("at 13pm", "there is no 13pm on a clock"),
        ("at 1800x", "'1800x' is no time"),
        ("at 2026-13-01 09:00", "there is no day 2026-13-01"),
        ("at 9:00 at 10:00", "more than one time"),
        ("now at 18:00", "more than one time"),
        ("in 30 min tomorrow", "more than one time"),
        ("at today tomorrow 9:00", "more than one day"),
        ("in", "in how long?"),
        ("in a while", "in how long?"),
        ("privacy=", "what should privacy be?"),
    ],
)
def test_a_time_that_is_none_is_answered_with_those_there_are(words: str, said: str) -> None:
    answer = parse(f"approve 7 3fa9c1 {words}")
    assert isinstance(answer, Mistake)
    assert said in answer.text
    assert "approve DRAFT REV" in answer.text


def test_schedule_needs_a_time_and_alone_it_lists() -> None:
    assert parse("schedule") == Command("schedule")
    answer = parse("schedule 7 square")
    assert isinstance(answer, Mistake)
    assert "when? There are: now, at 18:00" in answer.text


@pytest.mark.parametrize(
    "words",
    ["privacy=public tiktok.comments=no", "privacy = public, tiktok.comments =no"],
)
def test_choices_in_an_approval(words: str) -> None:
    answer = parse(f"approve 7 3fa9c1 tiktok at 18:00 {words}")
    assert isinstance(answer, Command)
    assert (answer.channels, answer.when) == (("tiktok",), When("at", time(18)))
    assert answer.choices == (("privacy", "public"), ("tiktok.comments", "no"))


@pytest.mark.parametrize(
    ("when", "goes"),
    [
        (When("at", time(18)), "2026-11-24T18:00"),
        (When("at", time(9)), "2026-11-25T09:00"),  # over today
        (When("at", time(9), "tomorrow"), "2026-11-25T09:00"),
        (When("at", time(9), "tue"), "2026-12-01T09:00"),  # today is a Tuesday
        (When("at", time(14), "tue"), "2026-11-24T14:00"),
        (When("at", time(9), "fri"), "2026-11-27T09:00"),
        (When("at", time(9), "2026-11-30"), "2026-11-30T09:00"),
    ],
)
def test_the_clock_of_the_house_says_which_moment(when: When, goes: str) -> None:
    assert resolve(when, at("2026-11-24T13:00", BERLIN), BERLIN) == Wish("at", at(goes, BERLIN))


def test_a_span_and_another_clock() -> None:
    assert resolve(When("in", minutes=90), NOON, BERLIN).at == NOON + timedelta(minutes=90)
    assert resolve(When("at", time(18), utc=True), NOON, BERLIN).at == at("2026-11-24T18:00")
    assert resolve(When("slot"), NOON, BERLIN) == Wish("slot")


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (When("at", time(9), "today"), "09:00 is over"),
        (When("at", time(9), "2026-11-20"), "Fri 20 November 09:00 is over"),
        (When("at", time(9), "2027-11-24"), "2027-11-24 is more than 60 days away"),
        (When("in", minutes=1440 * 9999), "more than 60 days away"),
    ],
)
def test_a_moment_that_makes_no_sense_is_refused(when: When, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        resolve(when, NOON, BERLIN)


@pytest.mark.parametrize(
    ("moment_", "zone", "said"),
    [
        ("2026-11-24T18:00", BERLIN, "19:00"),
        ("2026-11-24T18:00", UTC_ZONE, "18:00 UTC"),
        ("2026-11-25T18:00", BERLIN, "tomorrow 19:00"),
        ("2026-11-24T23:30", BERLIN, "tomorrow 00:30"),
        ("2026-11-27T18:00", BERLIN, "Fri 27 November 19:00"),
        ("2027-01-02T18:00", BERLIN, "Sat 2 January 2027 19:00"),
        ("2026-11-23T18:00", BERLIN, "yesterday 19:00"),
    ],
)
def test_a_moment_is_said_by_the_clock_of_the_house(
    moment_: str, zone: ZoneInfo, said: str
) -> None:
    assert say(at(moment_), NOON, zone) == said
