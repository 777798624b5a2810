"""A story's rise as a small chart: how many outlets had told it, moment by moment. Pure.

It counts everyone who reports, also who prints another's text; how many of them are independent
says the reason beside it.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.story import Story

__all__ = ["STEPS", "Curve", "curve_of", "spark", "told"]

STEPS = 24
LEAST = timedelta(hours=1)  # a shorter story stands at the end of an hour
BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Curve:
    """`outlets` are how many had reported by the end of each of STEPS equal steps.

    `firsts` are the moments at which they did, in order.
    """

    since: datetime
    until: datetime
    outlets: tuple[int, ...]
    firsts: tuple[datetime, ...]


def curve_of(story: Story, now: datetime) -> Curve:
    """Draw a story from its first report, or from an hour ago if that is longer, to `now`."""
    first: dict[str, datetime] = {}
    for item in story.items:
        first[item.outlet] = min(item.seen, first.get(item.outlet, item.seen))
    firsts = tuple(sorted(seen for seen in first.values() if seen <= now))
    since = min((*firsts[:1], now - LEAST))
    step = (now - since) / STEPS
    ends = (*(since + n * step for n in range(1, STEPS)), now)
    return Curve(since, now, tuple(bisect_right(firsts, end) for end in ends), firsts)


def spark(curve: Curve) -> str:
    """Draw it in one line: one step of height for each of up to seven outlets, shares beyond."""
    top = len(BARS) - 1
    most = max(top, *curve.outlets)
    heights = (0 if not n else max(1, round(n * top / most)) for n in curve.outlets)
    return "".join(BARS[height] for height in heights)


def told(curve: Curve) -> str:
    """Say it, for who cannot see it: "9 outlets in 5 hours, half of them in 20 minutes, ..."."""
    firsts = curve.firsts
    if len(firsts) < 2:
        return "No report yet" if not firsts else f"1 outlet, {_span(curve.until - firsts[0])} ago"
    half = firsts[(len(firsts) - 1) // 2] - firsts[0]
    rise = f"{len(firsts)} outlets {_within(firsts[-1] - firsts[0])}"
    quiet = f"the last new one {_span(curve.until - firsts[-1])} ago"
    return f"{rise}, half of them {_within(half)}, {quiet}"


def _within(time: timedelta) -> str:
    return "at once" if time < timedelta(minutes=1) else f"in {_span(time)}"


def _span(time: timedelta) -> str:
    minutes = round(time / timedelta(minutes=1))
    if minutes < 2:
        return "a minute"
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{round(minutes / 60)} hours"
