"""The time in a command -> a `When`: "at 18:00", "tomorrow 9:00", "in 30 min", "next slot", "now".

A day of its own ("on friday", "2026-11-24") may stand before or behind the time, and what is no
time is left over: the names of channels may stand on either side.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

__all__ = ["TIMES", "When", "take_time"]

TIMES = "now, at 18:00, at tomorrow 9:00, at 2026-11-24 09:00, in 30 min, at next slot"
"""Every form once, for answers."""

_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d\d))?(?::\d\d)?\s?(?:([ap])\.?m\.?|h|uhr)?(z)?")
_SPAN = re.compile(r"(\d{1,4})\s?(m|min|mins|minutes?|h|hrs?|hours?|d|days?)")
_MIXED = re.compile(r"(\d{1,2})h(\d\d?)(?:m|min)?")
_BEHIND = {"am", "pm", "a.m.", "p.m.", "uhr", "h", "o'clock"}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MINUTES = {"m": 1, "h": 60, "d": 1440}


@dataclass(frozen=True, slots=True)
class When:
    """A time as it was said, on no clock yet.

    `day` is "", "today", "tomorrow", the first three letters of a weekday, or an ISO date; `utc`
    says that the clock is not the house's. `minutes` are those of "in".
    """

    sort: Literal["", "now", "slot", "at", "in"] = ""
    clock: time = time(0)
    day: str = ""
    minutes: int = 0
    utc: bool = False


def take_time(words: Sequence[str]) -> tuple[When, list[str]] | str:
    """Take the time out of some words: what it is, and the words that are left.

    Answers what is missing or wrong where it is no time. Words without one give an empty `When`.
    """
    taker = _Taker([word.strip(",;").lower().lstrip("@") for word in words])
    left = taker.take(words)
    if isinstance(left, str):
        return left
    when = taker.when()
    return when if isinstance(when, str) else (when, left)


class _Taker:
    """Goes through some words once."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._sorts: list[Literal["now", "slot", "at", "in"]] = []
        self._clock: time | None = None
        self._day = ""
        self._minutes = 0
        self._utc = False
        self._asked = False  # an "at" that waits for its time

    def take(self, written: Sequence[str]) -> list[str] | str:
        """Read every word; answers those that are about no time, or what is wrong."""
        left, n = [], 0
        while n < len(self._words):
            used = self._read(n)
            if isinstance(used, str):
                return used
            if not used:
                left.append(written[n].strip(",;"))
            n += used or 1
        return [word for word in left if word]

    def when(self) -> When | str:
        """Put it together."""
        if len(self._sorts) > 1:
            return "that is more than one time"
        sort = self._sorts[0] if self._sorts else ""
        if not sort and (self._day or self._asked):
            return f"at what time{' ' + self._day if self._day else ''}? There are: {TIMES}"
        if sort in ("now", "slot", "in") and self._day not in ("", "today"):
            return "that is more than one time"
        if sort != "at":
            return When(sort, minutes=self._minutes)
        return When("at", self._clock or time(0), self._day, 0, self._utc)

    def _read(self, n: int) -> int | str:
        """Read what begins at a word: how many words it has, 0 where it is about no time."""
        word = self._words[n]
        behind = self._words[n + 1] if n + 1 < len(self._words) else ""
        if word in ("at", "on", ""):
            self._asked = self._asked or bool(word)
            return 1
        if word == "now":
            self._sorts.append("now")
            return 1
        if word in ("slot", "next-slot", "nextslot") or (word == "next" and "slot" in behind):
            self._sorts.append("slot")
            return 1 + (word == "next")
        if word == "in":
            return self._span(n + 1)
        if self._sorts[-1:] == ["at"] and word in ("utc", "gmt"):
            self._utc = True
            return 1
        return self._named_day(word) or self._time(word, behind)

    def _span(self, n: int) -> int | str:
        rest = self._words[n : n + 2]
        one = rest[0] if rest else ""
        both = " ".join(rest)
        if mixed := _MIXED.fullmatch(one):
            minutes, used = int(mixed[1]) * 60 + int(mixed[2]), 2
        elif one in ("a", "an", "one") and len(rest) == 2 and _MINUTES.get(rest[1][:1]):
            minutes, used = _MINUTES[rest[1][0]], 3
        elif match := _SPAN.fullmatch(one) or _SPAN.fullmatch(both):
            minutes, used = int(match[1]) * _MINUTES[match[2][0]], 2 + (match[0] != one)
        else:
            return "in how long? Such as: in 30 min, in 2 hours"
        self._sorts.append("in")
        self._minutes = minutes
        return used

    def _named_day(self, word: str) -> int | str:
        if word in ("today", "tonight", "tomorrow"):
            return self._set_day(word.replace("tonight", "today"))
        if len(word) >= 3 and (day := next((d for d in _DAYS if d.startswith(word)), "")):
            return self._set_day(day[:3])
        match = re.fullmatch(r"(\d{4}-\d\d?-\d\d?)(?:t(.*))?", word)
        if not match:
            return 0
        try:
            year, month, day_of = map(int, match[1].split("-"))
            used = self._set_day(date(year, month, day_of).isoformat())
        except ValueError:
            return f"there is no day {match[1]}"
        if match[2]:
            self._asked = True
            used = self._time(match[2], "") or f"{match[2]!r} is no time"
        return used

    def _set_day(self, day: str) -> int | str:
        if self._day:
            return "that is more than one day"
        self._day = day
        return 1

    def _time(self, word: str, behind: str) -> int | str:
        """Read a time of the day; a bare number is one only behind "at" or before "pm"."""
        if word in ("noon", "midday", "midnight"):
            return self._set_clock(0 if word == "midnight" else 12, 0)
        both = behind in _BEHIND
        match = _CLOCK.fullmatch(word + (behind.replace("o'clock", "") if both else ""))
        bare = word.isdecimal() and not both
        if not match or (bare and not (self._asked or self._day)):
            waited = self._asked and not self._sorts and not self._day and word[:1].isdecimal()
            return f"{word[:40]!r} is no time. There are: {TIMES}" if waited else 0
        hour, minute = int(match[1]), int(match[2] or 0)
        if match[3]:
            if not 1 <= hour <= 12:
                return f"there is no {word[:40]} on a clock"
            hour = hour % 12 + 12 * (match[3] == "p")
        self._utc = self._utc or bool(match[4])
        used = self._set_clock(hour, minute)
        return used if isinstance(used, str) else used + both

    def _set_clock(self, hour: int, minute: int) -> int | str:
        if hour > 23 or minute > 59:
            return f"there is no {hour}:{minute:02d} on a clock"
        self._sorts.append("at")
        self._clock = time(hour, minute)
        return 1
