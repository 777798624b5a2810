"""A feed's own rhythm: how often it brings something, at which hours, and when to look next.

The next look is when a quarter of an entry is to be expected: about one look in four then finds
something new, which is what keeps a quick feed quick and a slow one in peace. Expected is

    sum over the hours until then of   rate * habit(hour of the week)

* rate: (n + 1) / (the time since the oldest of the newest n <= 30 entries + 4 shortest waits).
  That is the mean of a Gamma prior of one entry in four shortest waits, after n entries: a new
  feed is looked at often until it shows its pace.
* habit: how often something came in this hour of the week, in recent weeks, against all hours. What
  is not known yet counts like the others. A newsroom asleep is asked less; because the hours are
  summed up, a wait that begins at night ends soon after they wake.

It never is less than the shortest wait, and never more than twelve of these (an hour, as it comes)
for a feed that lives. One that is silent waits up to a 48th of its silence, and at most 72 of the
shortest (six hours): silent for two days it is asked each hour, for twelve days four times a day.
So the first entry after a silence is found within 2 % of that silence, and what breaks is in the
feeds that live. Who runs a feed that is silent until it matters (warnings) sets `slowest_s`.

Pure.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sources._pace import WEEK_H, hour_of_week

__all__ = ["NONE", "Rhythm", "heard", "next_look_s"]

OWN_WIRE_S = 60.0  # nobody polls a stranger this fast: below it, the operator knows best
HOUR = timedelta(hours=1)
NEWEST = 30  # entries that make the rate
EXPECTED = 0.25  # entries
SLOW, DEAD = 12, 72  # longest waits, in shortest ones
SILENCE = 48  # parts of a silence
TIMES = ("since", "newest", "taught")
AHEAD = timedelta(minutes=10)  # dates later than this are wrong
UNKNOWN = "-"
DOUBT = 0.15  # no hour is believed to be quite silent: at night a sixth of the day's pace


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of a feed's pace: of its newest `count` entries the oldest and the newest.

    `week` has a digit for each hour of the week, 0 (nothing ever came) to 9 (always something), or
    "-" (not known). `taught` is the last hour that it learnt from.
    """

    count: int = 0
    since: datetime | None = None
    newest: datetime | None = None
    week: str = UNKNOWN * WEEK_H
    taught: datetime | None = None

    @classmethod
    def of(cls, state: Mapping[str, str]) -> "Rhythm":
        """Take it from a source's state."""
        if not state.get("taught"):
            return NONE
        since, newest, taught = (datetime.fromisoformat(state[key]) for key in TIMES)
        return cls(int(state["count"]), since, newest, state["week"], taught)

    def state(self) -> dict[str, str]:
        """Write it for a source's state; nothing where nothing is known."""
        times = (self.since, self.newest, self.taught)
        told = {key: at.isoformat() for key, at in zip(TIMES, times, strict=True) if at}
        return {"count": str(self.count), "week": self.week, **told} if told else {}


NONE = Rhythm()


def heard(before: Rhythm, published: Iterable[datetime | None], now: datetime) -> Rhythm:
    """Learn from the dates of a feed's entries."""
    dates = sorted((p for p in published if p and p <= now + AHEAD), reverse=True)
    if not dates:
        return before
    newest = dates[:NEWEST]
    known = max(newest[-1], before.taught or newest[-1], now - timedelta(hours=WEEK_H))
    week = _learnt(before.week, {_hour(date) for date in dates}, _hour(known), _hour(now))
    top = max(newest[0], before.newest) if before.newest else newest[0]
    return Rhythm(len(newest), newest[-1], top, week, max(_hour(now) - HOUR, _hour(known)))


def next_look_s(rhythm: Rhythm, every_s: float, slowest_s: float, now: datetime) -> float:
    """Choose how long to leave a feed alone; without dates, and for one's own, it is `every_s`."""
    if rhythm.since is None or rhythm.newest is None or every_s < OWN_WIRE_S:
        return every_s
    silence_s = (now - rhythm.newest).total_seconds()
    longest_s = min(max(SLOW * every_s, silence_s / SILENCE), DEAD * every_s)
    longest_s = max(every_s, min(longest_s, slowest_s))
    span_s = max(0.0, (now - rhythm.since).total_seconds()) + 4 * every_s
    return max(every_s, _until(rhythm.week, (rhythm.count + 1) / span_s, longest_s, now))


def _until(week: str, rate: float, longest_s: float, now: datetime) -> float:
    """Sum up what is expected, hour by hour, until it is enough."""
    known = [int(digit) / 9 for digit in week if digit != UNKNOWN]
    usual = sum(known) / len(known) if known else 1.0
    waited_s, expected = 0.0, 0.0
    while waited_s < longest_s:
        then = now + timedelta(seconds=waited_s)
        here = rate * _habit(week[hour_of_week(then)], usual)
        left_s = (_hour(then) + HOUR - then).total_seconds()
        if expected + here * left_s >= EXPECTED:
            return min(longest_s, waited_s + (EXPECTED - expected) / here)
        waited_s, expected = waited_s + left_s, expected + here * left_s
    return longest_s


def _habit(digit: str, usual: float) -> float:
    often = usual if digit == UNKNOWN else int(digit) / 9
    return (often + DOUBT) / (usual + DOUBT)


def _learnt(week: str, active: Collection[datetime], after: datetime, now: datetime) -> str:
    """Move each hour that passed a fourth of the way to what it was; the first time, all of it."""
    digits = list(week)
    hour = after + HOUR
    while hour < now:
        at, was = hour_of_week(hour), 9 if hour in active else 0
        digits[at] = str(was if digits[at] == UNKNOWN else _nearer(int(digits[at]), was))
        hour += HOUR
    return "".join(digits)


def _nearer(digit: int, was: int) -> int:
    way = was - digit
    step = max(1, abs(way) // 4) if way else 0
    return digit + (step if way > 0 else -step)


def _hour(when: datetime) -> datetime:
    return when.replace(minute=0, second=0, microsecond=0)
