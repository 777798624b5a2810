"""When a channel may be posted to, and the moment at which a post goes there. Pure.

A channel has a window of the day, slots, a number of posts a day, and a time zone of its own; each
may be missing. All moments come and go in UTC. A local time that does not exist, because clocks are
put forward, is the first moment behind the gap; one that comes twice is the first of the two.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.commands import When

__all__ = ["KEYS", "Due", "Timetable", "Wish", "due", "read_timetable", "resolve", "say"]

KEYS = ("window", "quiet", "slots", "per_day", "zone")
"""What a [[publish]] table may say of a channel's time."""
FARTHEST = timedelta(days=60)
"""Nobody schedules news for later, and a slip of the year is noticed."""
_DAY = timedelta(days=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Timetable:
    """A channel's own times, in its zone. An empty one takes a post at any moment.

    `window` is from when up to when it may be posted to, over midnight too. Each of the `slots`
    takes one post. `per_day` counts posts of one local day, 0 is without end.
    """

    window: tuple[time, time] | None = None
    slots: tuple[time, ...] = ()
    per_day: int = 0
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    @property
    def bare(self) -> bool:
        """Whether it asks for nothing."""
        return self.window is None and not self.slots and not self.per_day

    def opens(self, at: datetime) -> bool:
        """Whether a moment is inside the window."""
        return self.window is None or _inside(self.window, at.astimezone(self.zone).time())

    def day(self, at: datetime) -> date:
        """The local day of a moment."""
        return at.astimezone(self.zone).date()

    def room(self, at: datetime, taken: Collection[datetime]) -> bool:
        """Whether the day of a moment takes one more post, when these moments have one each."""
        day = self.day(at)
        return not self.per_day or sum(self.day(t) == day for t in taken) < self.per_day


@dataclass(frozen=True, slots=True)
class Wish:
    """When somebody wants a post out: "" leaves it to the channel, `at` is the moment of "at"."""

    sort: Literal["", "now", "slot", "at"] = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When a post goes, in UTC, and why then, as an editor reads it ("" needs no reason).

    One that is `urgent` passes the window once more if it is late.
    """

    at: datetime
    why: str = ""
    urgent: bool = False


def due(
    now: datetime,
    wish: Wish,
    table: Timetable,
    taken: Collection[datetime] = (),
    *,
    earliest: datetime | None = None,
) -> Due:
    """Find the moment at which a post goes.

    `taken` are the moments of the channel's other posts, out or waiting. `earliest` is the end of
    an embargo. "now" passes window and slots, a wished time passes slots; nothing passes the number
    of posts a day.
    """
    start = max(now, wish.at or now, earliest or now)
    if wish.sort == "now":
        if table.room(start, taken):
            return Due(start, "as you said, whatever its hours", True)
        return replace(due(start, Wish(), table, taken), why=_full(table))
    if table.slots and wish.sort != "at":
        return _in_slot(start, table, taken)
    return _in_window(start, wish, table, taken)


def _in_slot(start: datetime, table: Timetable, taken: Collection[datetime]) -> Due:
    """Take the next slot that is free, on a day with room."""
    skipped = False
    for at in _moments(start, table, table.slots):
        if at in taken or not table.opens(at):
            continue
        if table.room(at, taken):
            return Due(at, _full(table) if skipped else "its next slot")
        skipped = True
    raise ValueError("no slot is free within two months")


def _in_window(start: datetime, wish: Wish, table: Timetable, taken: Collection[datetime]) -> Due:
    """Take the first moment inside the window, on a day with room."""
    why = "as you said" if wish.sort == "at" else ""
    if table.opens(start) and table.room(start, taken):
        return Due(start, why)
    shut = table.room(start, taken)
    why = f"it is posted to {_span(table)} only" if shut else _full(table)
    opening = table.window[0] if table.window else time(0)
    for at in _moments(start, table, {opening, time(0)}):
        if table.opens(at) and table.room(at, taken):
            return Due(at, why)
    raise ValueError("no day has room within two months")


def _moments(start: datetime, table: Timetable, clocks: Collection[time]) -> Iterator[datetime]:
    """Go through the moments of some local times from a moment on, for two months."""
    first = table.day(start)
    for n in range(FARTHEST.days + 2):
        day = first + n * _DAY
        yield from (at for at in sorted(moment(day, c, table.zone) for c in clocks) if at >= start)


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Make a moment of a local day and time."""
    local = datetime.combine(day, clock, zone)
    at = local.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return at
    before = local.replace(fold=1).astimezone(UTC)  # read with the offset behind the gap
    return _change(before, at, zone)


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """Find the second at which the offset of a zone changes, between two moments."""
    new = high.astimezone(zone).utcoffset()
    seconds = int((high - low).total_seconds())
    first, last = 0, seconds  # the offset is the old one at `first`, the new one at `last`
    while last - first > 1:
        middle = (first + last) // 2
        if (low + timedelta(seconds=middle)).astimezone(zone).utcoffset() == new:
            last = middle
        else:
            first = middle
    return low + timedelta(seconds=last)


def _inside(window: tuple[time, time], clock: time) -> bool:
    first, last = window
    if first < last:
        return first <= clock < last
    return clock >= first or clock < last


def _span(table: Timetable) -> str:
    assert table.window
    first, last = table.window
    return f"from {first:%H:%M} to {last:%H:%M}"


def _full(table: Timetable) -> str:
    posts = "post of the day is" if table.per_day == 1 else f"{table.per_day} posts of the day are"
    return f"its {posts} taken"


# -- what an editor said -----------------------------------------------------------------------


def resolve(when: When, now: datetime, zone: ZoneInfo) -> Wish:
    """Say which moment an editor means, by the clock of the house.

    Raises ValueError for one that is over, and one that is too far away.
    """
    if when.sort in ("", "now", "slot"):
        return Wish(when.sort)
    at = now + timedelta(minutes=when.minutes) if when.sort == "in" else _meant(when, now, zone)
    if at < now:
        raise ValueError(f"{say(at, now, zone)} is over: say a later time, or `now`")
    if at - now > FARTHEST:
        raise ValueError(f"{at:%Y-%m-%d} is more than {FARTHEST.days} days away: say it then")
    return Wish("at", at)


def _meant(when: When, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment of a clock time; without a day it is the next that comes."""
    here = ZoneInfo("UTC") if when.utc else zone
    today = now.astimezone(here).date()
    if when.day in _WEEKDAYS:
        ahead = (_WEEKDAYS.index(when.day) - today.weekday()) % 7
        at = moment(today + ahead * _DAY, when.clock, here)
        return at if at >= now else moment(today + (ahead + 7) * _DAY, when.clock, here)
    if when.day in ("", "today", "tomorrow"):
        at = moment(today + (when.day == "tomorrow") * _DAY, when.clock, here)
        return moment(today + _DAY, when.clock, here) if at < now and not when.day else at
    return moment(date.fromisoformat(when.day), when.clock, here)


def say(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Say a moment by the clock of a house: "18:00", "tomorrow 09:00", "Tue 24 November 09:00"."""
    local, day = at.astimezone(zone), now.astimezone(zone).date()
    named = {day: "", day + _DAY: "tomorrow ", day - _DAY: "yesterday "}
    clock = f"{local:%H:%M}" + (" UTC" if zone.key == "UTC" else "")
    if local.date() in named:
        return named[local.date()] + clock
    year = f" {local.year}" if local.year != day.year else ""
    return f"{local:%a} {local.day} {local:%B}{year} {clock}"


# -- what the file says ------------------------------------------------------------------------


def read_timetable(table: Mapping[str, Any], zone: str = "") -> Timetable:
    """Read the times of a [[publish]] table; `zone` is the house's.

    Raises ValueError whose message begins with the key that is wrong.
    """
    if "window" in table and "quiet" in table:
        raise ValueError("quiet: `window` says when it may be posted to, `quiet` when not: one")
    window = _span_of("window", table["window"]) if "window" in table else None
    if "quiet" in table:
        last, first = _span_of("quiet", table["quiet"])
        window = (first, last)
    slots = tuple(sorted({_clock("slots", c) for c in _list(table.get("slots", []))}))
    if shut := [c for c in slots if window and not _inside(window, c)]:
        raise ValueError(f"slots: {shut[0]:%H:%M} is outside the hours of this channel")
    per_day = table.get("per_day", 0)
    if not isinstance(per_day, int) or isinstance(per_day, bool) or not 0 <= per_day <= 1000:
        raise ValueError(f"per_day: {per_day!r} is no number from 0 (without end) to 1000")
    return Timetable(window, slots, per_day, _zone(table.get("zone", ""), zone))


def _list(written: Any) -> list[Any]:
    if not isinstance(written, list):
        raise ValueError(f'slots: {written!r} is no list such as ["08:00", "18:00"]')
    return written


def _span_of(key: str, written: Any) -> tuple[time, time]:
    parts = [part.strip() for part in written.split("-")] if isinstance(written, str) else []
    if len(parts) != 2:
        raise ValueError(f'{key}: {written!r} is no span such as "06:00-23:00"')
    first, last = _clock(key, parts[0]), _clock(key, parts[1])
    if first == last:
        raise ValueError(f"{key}: {written!r} begins where it ends")
    return first, last


def _clock(key: str, written: Any) -> time:
    if isinstance(written, time):
        return written
    hour, _, minute = str(written).partition(":")
    if written == "24:00":
        return time(0)
    if not (hour.isdecimal() and minute.isdecimal() and len(minute) == 2 and len(hour) <= 2):
        raise ValueError(f'{key}: {written!r} is no time such as "18:00"')
    if int(hour) > 23 or int(minute) > 59:
        raise ValueError(f"{key}: {written!r} is on no clock")
    return time(int(hour), int(minute))


def _zone(written: Any, house: str) -> ZoneInfo:
    try:
        return ZoneInfo(written or house or "UTC")
    except (ValueError, OSError, KeyError, TypeError) as error:
        raise ValueError(f"zone: {written!r} is no name of the tz database") from error
