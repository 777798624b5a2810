"""The days of a line against those of its sources, each read from its own report's time. Pure.

"Wednesday" in a script is "today" in a report of that Wednesday. Outlets tell no time zone: a
report's "today" may be the day before or after the one in UTC, where its hour allows it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from bot.ground.amounts import amounts_of
from bot.ground.claim import Claim
from bot.ground.hints import hints
from bot.ground.library import Library, Near, Sentence
from bot.ground.slots import Slot, fit, slot, token_at, tokens
from bot.prose.figures import dates
from bot.prose.tongues import Tongue, fold

__all__ = ["When", "carries", "dated", "moments", "spans"]

OUSTED = 3  # by so much another day must stand better in a day's place
DAY = timedelta(days=1)
# Hours UTC: from the one on it is tomorrow in Sydney, until the other yesterday in Los Angeles.
EAST, WEST = 14, 8
WEEK = 7  # days: a weekday means one so near
OLD = timedelta(hours=36)  # a "today" so much older than the newest report is not today

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class When:
    """One mention of a time: `kind` is weekday, date, month, year, day, or a span from now.

    `value` is the weekday, the (month, day), the year, or how many days or spans from now.
    """

    text: str
    kind: str
    value: int | tuple[int, int]
    place: Slot


@lru_cache(maxsize=4096)
def moments(text: str, speech: Tongue) -> tuple[When, ...]:
    """Find the days, months and years of a sentence, and its "today" and "last week"."""
    read = tokens(text, speech)
    found = [
        _when(text[d.start : d.end], *_kind(d.key), text, d.start, speech)
        for d in dates(text, speech)
    ]
    shifts = dict(speech.today)
    for n, token in enumerate(read):
        if token.bare in shifts:
            found.append(When(token.word, "day", shifts[token.bare], slot(read, n, n + 1)))
    flat = fold(text)
    found += [
        _when(phrase, unit, shift, flat, match.start(), speech)
        for phrase, unit, shift in hints(speech.code).spans
        for match in re.finditer(rf"\b{re.escape(phrase)}\b", flat)
    ]
    return tuple(found)


def _kind(key: int | tuple[int, int]) -> tuple[str, int | tuple[int, int]]:
    if isinstance(key, tuple):
        return ("date", key) if key[1] else ("months", key[0])
    return ("weekday", key) if key < WEEK else ("years", key)


def _when(
    told: str, kind: str, value: int | tuple[int, int], text: str, start: int, speech: Tongue
) -> When:
    read, first = tokens(text, speech), token_at(text, start)
    size = len(tokens(told, speech))
    return When(told, kind, value, slot(read, first, first + size))


def spans(when: When, at: datetime) -> tuple[Span, ...]:
    """Resolve a mention into the stretches of days that it may mean, seen from `at`."""
    today = at.date()
    value = when.value
    if isinstance(value, tuple):
        return tuple(_one(day) for day in _dates(value, today))
    if when.kind == "day":
        return tuple(_one(day + value * DAY) for day in _todays(at))
    if when.kind == "weekday":
        back = (today.weekday() - value) % WEEK
        return tuple(_one(today + (n - back) * DAY) for n in (-WEEK, 0, WEEK))
    if when.kind == "years":
        return ((date(value, 1, 1), date(value, 12, 31)),)
    if when.kind == "months":
        return tuple(_month(today.year + n, value) for n in (-1, 0, 1))
    return (_relative(when.kind, value, today),)


def _one(day: date) -> Span:
    return day, day


def _todays(at: datetime) -> tuple[date, ...]:
    """Name the days that it may be where a report was written."""
    today = at.date()
    east = (today + DAY,) if at.hour >= EAST else ()
    west = (today - DAY,) if at.hour < WEST else ()
    return (today, *east, *west)


def _dates(value: tuple[int, int], today: date) -> list[date]:
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(date(year, *value))
        except ValueError:  # the 29th of February, the 31st of June
            continue
    return found


def _month(year: int, month: int) -> Span:
    first = date(year, month, 1)
    return first, (first + 31 * DAY).replace(day=1) - DAY


def _relative(kind: str, shift: int, today: date) -> Span:
    if kind == "week":
        monday = today + (shift * WEEK - today.weekday()) * DAY
        return monday, monday + 6 * DAY
    if kind == "month":
        count = today.year * 12 + today.month - 1 + shift
        return _month(count // 12, count % 12 + 1)
    return date(today.year + shift, 1, 1), date(today.year + shift, 12, 31)


def dated(line: str, near: Sequence[Near], library: Library) -> list[Claim]:
    """Check every day of a line."""
    mine = moments(line, library.speech)
    return [_checked(when, mine, near, library) for when in mine]


def _checked(when: When, line: Sequence[When], near: Sequence[Near], library: Library) -> Claim:
    held: list[Sentence] = []
    against: list[Sentence] = []
    own = strongest = 0
    for n in near:
        theirs = moments(n.sentence.text, n.sentence.speech)
        if when.kind == "years" and _counts(when, n.sentence):
            held.append(n.sentence)
            continue
        carrying = [t for t in theirs if carries(t, when, n.sentence, library)]
        rivals = [t for t in theirs if t not in carrying and _alike(t, when)]
        best = max((fit(t.place, when.place) for t in carrying), default=-1)
        rival = max((fit(t.place, when.place) for t in rivals), default=-1)
        strongest = max(strongest, rival)
        if carrying and rival <= best + 1:
            held.append(n.sentence)
            own = max(own, best)
        elif rivals:
            others = [w for w in line if w != when]
            if carrying or not all(
                any(carries(t, w, n.sentence, library) for w in others) for t in rivals
            ):
                against.append(n.sentence)
    if against and strongest >= own + OUSTED:
        held = []
    if not held and not against:
        held = _beside(when, near, library)
    return Claim(when.text, "date", tuple(held), tuple(against))


def _counts(when: When, s: Sentence) -> bool:
    """Tell whether a source counts by what looks like a year: 2000 doses are 2,000."""
    return any(amount.value == when.value for amount in amounts_of(s.text, s.speech))


def carries(theirs: When, mine: When, s: Sentence, library: Library) -> bool:
    """Tell whether a source's day lies in what the line names.

    A line's "today" is that of the newest report; its other days are read from the source's time.
    """
    if theirs.kind == mine.kind and theirs.value == mine.value:
        now = library.now or s.at
        return mine.kind != "day" or now - s.at <= OLD
    if "years" in (theirs.kind, mine.kind) and theirs.kind != mine.kind:
        return False
    at = library.now or s.at if mine.kind == "day" else s.at
    wanted = spans(mine, at)
    given = [d for d in spans(theirs, s.at) if mine.kind != "weekday" or _is_close(d, s.at)]
    if mine.kind == "day":
        given = [d for d in given if theirs.kind != "weekday" or _is_close(d, at)]
    return any(a <= c and d <= b for a, b in wanted for c, d in given)


def _is_close(span: Span, at: datetime) -> bool:
    return abs(span[0] - at.date()) <= WEEK * DAY and span[0] == span[1]


def _alike(theirs: When, mine: When) -> bool:
    """Tell whether two mentions are of one size, so that one can stand in the other's place."""
    fine = {"day", "weekday", "date"}
    return theirs.kind == mine.kind or {theirs.kind, mine.kind} <= fine


def _beside(when: When, near: Sequence[Near], library: Library) -> list[Sentence]:
    """Look for a day in the other sentences of the reports that carry the line."""
    own = dict.fromkeys(n.sentence.item for n in near) or range(len(library.items))
    return [
        s
        for item in own
        for s in library.of(item)
        if any(carries(t, when, s, library) for t in moments(s.text, s.speech))
    ]
