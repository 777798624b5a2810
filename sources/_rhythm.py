"""A feed's own rhythm: how often it brings something, at which hours, and when to look next.

The next look is when a quarter of an entry is to be expected: about one look in four then finds
something new, which is what keeps a quick feed quick and a slow one in peace. Expected is

    sum over the hours until then of   rate * habit(hour of the week)

* rate: (n + 1) / (the time since the oldest of the newest n <= 30 entries + 4 shortest waits).
  That is the mean of a Gamma prior of one entry in four shortest waits, after n entries: a new
  feed is looked at often until it shows its pace.
* habit: in how many weeks something came in this hour, against all hours, each with one week
  more, so that it counts for little until some weeks have told it. A newsroom asleep is asked
  less; because the hours are summed up, a wait that begins at night ends soon after they wake.

It never is less than the shortest wait, and never more than twelve of these (an hour, as it comes)
for a feed that lives. One that is silent waits up to a 48th of its silence, and at most 72 of the
shortest (six hours): silent for two days it is asked each hour, for twelve days four times a day.
So the first entry after a silence is found within 2 % of that silence, and what breaks is in the
feeds that live. Who runs a feed that is silent until it matters (warnings) sets `slowest_s`.

Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sources._pace import WEEK_H, hour_of_week

__all__ = ["NONE", "Rhythm", "heard", "next_look_s"]

OWN_WIRE_S = 60.0  # nobody polls a stranger this fast: below it, the operator knows best
NEWEST = 30  # entries that make the rate
EXPECTED = 0.25  # entries
SLOW, DEAD = 12, 72  # longest waits, in shortest ones
SILENCE = 48  # parts of a silence
AHEAD = timedelta(minutes=10)  # dates later than this are wrong
NEVER = "0" * WEEK_H


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of a feed's pace. `week` has one digit for each hour of the week."""

    count: int = 0
    since: datetime | None = None
    newest: datetime | None = None
    week: str = NEVER

    @classmethod
    def of(cls, state: Mapping[str, str]) -> "Rhythm":
        """Take it from a source's state."""
        if not state.get("newest"):
            return NONE
        since, newest = (datetime.fromisoformat(state[key]) for key in ("since", "newest"))
        return cls(int(state["count"]), since, newest, state["week"])

    def state(self) -> dict[str, str]:
        """Write it for a source's state; nothing where nothing is known."""
        if not (self.since and self.newest):
            return {}
        since, newest = self.since.isoformat(), self.newest.isoformat()
        return {"count": str(self.count), "since": since, "newest": newest, "week": self.week}


NONE = Rhythm()


def heard(before: Rhythm, published: Iterable[datetime | None], now: datetime) -> Rhythm:
    """Learn from the dates of a feed's entries."""
    dates = sorted((p for p in published if p and p <= now + AHEAD), reverse=True)
    if not dates:
        return before
    last, newest = before.newest, dates[:NEWEST]
    hours = {_hour(d) for d in dates if last is None or _hour(d) > _hour(last)}
    top = max(newest[0], last) if last else newest[0]
    return Rhythm(len(newest), newest[-1], top, _learnt(before.week, hours))


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
    counts = [int(digit) + 1 for digit in week]
    usual = sum(counts) / WEEK_H
    waited_s, expected = 0.0, 0.0
    while waited_s < longest_s:
        then = now + timedelta(seconds=waited_s)
        here = rate * counts[hour_of_week(then)] / usual
        left_s = (_hour(then) + timedelta(hours=1) - then).total_seconds()
        if expected + here * left_s >= EXPECTED:
            return min(longest_s, waited_s + (EXPECTED - expected) / here)
        waited_s, expected = waited_s + left_s, expected + here * left_s
    return longest_s


def _learnt(week: str, hours: Iterable[datetime]) -> str:
    """Add hours in which something came; what is full halves them all, so old habits fade."""
    counts = [int(digit) for digit in week]
    for hour in hours:
        at = hour_of_week(hour)
        if counts[at] == 9:
            counts = [count // 2 for count in counts]
        counts[at] += 1
    return "".join(map(str, counts))


def _hour(when: datetime) -> datetime:
    return when.replace(minute=0, second=0, microsecond=0)
