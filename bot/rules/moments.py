"""A moment in the words of an embargo -> the time it means, in UTC. Pure.

"18:00 GMT on Tuesday 24 November", "00.01 Uhr", "18h30", "6pm ET", "midnight". Where a text leaves
a choice the later moment is taken, for whoever waits too long breaks no word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from bot.prose.tongues import fold, tongue

__all__ = ["moment"]

HOME = {"de": "Europe/Berlin", "it": "Europe/Rome"}
"""Languages whose readers share one clock; elsewhere a time without a zone cannot be read."""
_FIXED = {
    "utc": 0, "gmt": 0, "z": 0, "bst": 1, "ist": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2,
    "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "brt": -3, "hkt": 8, "sgt": 8, "jst": 9, "aest": 10, "aedt": 11,
    "nzst": 12, "nzdt": 13,
}  # fmt: skip
"""Hours ahead of UTC. Of two that share a name the later in the day: "IST" is read as Ireland's."""
_WORDS = {"z", "ist", "est"}  # also words: zones only right behind a time
_COAST = {"et": "America/New_York", "eastern": "America/New_York", "ct": "America/Chicago",
          "pt": "America/Los_Angeles", "pacific": "America/Los_Angeles"}  # fmt: skip
_PLACES = {
    "new york": "America/New_York", "london": "Europe/London", "uk": "Europe/London",
    "berlin": "Europe/Berlin", "paris": "Europe/Paris", "madrid": "Europe/Madrid",
    "rom": "Europe/Rome", "roma": "Europe/Rome", "rome": "Europe/Rome", "lisboa": "Europe/Lisbon",
    "lisbon": "Europe/Lisbon", "brasilia": "America/Sao_Paulo", "wien": "Europe/Vienna",
    "brussels": "Europe/Brussels", "bruxelles": "Europe/Brussels", "zurich": "Europe/Zurich",
    "mexico": "America/Mexico_City", "buenos aires": "America/Argentina/Buenos_Aires",
    "tokyo": "Asia/Tokyo", "sydney": "Australia/Sydney", "delhi": "Asia/Kolkata",
}  # fmt: skip
_BEHIND = r"(?:(?<=\d)|(?<=\d )|(?<=m )|(?<=m\. )|(?<=hours )|(?<=hrs )|(?<=noon )|(?<=night ))"
_ZONE = re.compile(
    r"\b(?P<fixed>"
    + "|".join(sorted(_FIXED.keys() - _WORDS))
    + r")\b(?P<shift>\s?[+-]\s?\d{1,2}(?::?\d\d)?)?"
    rf"|{_BEHIND}(?:(?P<near>{'|'.join(sorted(_WORDS))})|(?P<coast>{'|'.join(_COAST)}))\b"
    rf"|\b(?:heure de |hora de |ora di |horario de |\()?(?P<place>{'|'.join(_PLACES)})(?=\)|$"
    rf"| time|zeit)"
    rf"|\b(?:heure de|hora de|ora di|horario de) (?P<said>{'|'.join(_PLACES)})\b"
)
_CLOCK = re.compile(
    r"(?<![\d./:-])(?:(?P<h>[01]?\d|2[0-4])(?:[:.h](?P<m>[0-5]\d))(?!\d|[./-]\d)"
    r"|(?P<four>(?:[01]\d|2[0-3])[0-5]\d)(?=\s?(?:hours|hrs|h\b|gmt|utc|bst|c?est?t?\b|et\b|uk\b))"
    r"|(?P<bare>[01]?\d|2[0-4])(?=\s?(?:[ap]\.?m\b|uhr|h\b|heures|horas|gmt|utc)))"
    r"(?:\s?(?P<half>[ap])\.?m\b)?"
)
_AFTER_AT = re.compile(r"\b(?:ore|alle|las|as|kl) (?P<bare>[01]?\d|2[0-4])(?![\d.:h/])")
_WORDED = re.compile(
    r"\b(?P<noon>noon|midday|mittags?|midi|mediodia|meio-dia|mezzogiorno)\b"
    r"|\b(?P<night>midnight|mitternacht|minuit|medianoche|meia-noite|mezzanotte)\b"
)
_ISO = re.compile(r"(?<!\d)(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?:t|\b)")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})[/.](\d{1,2})(?:[/.](20\d\d|\d\d)|\.)(?!\d)")
_TODAY = {
    "today": 0, "tonight": 0, "tomorrow": 1, "heute": 0, "morgen": 1, "aujourd'hui": 0, "demain": 1,
    "hoy": 0, "manana": 1, "hoje": 0, "amanha": 1, "oggi": 0, "domani": 1,
}  # fmt: skip
_RESENT = timedelta(hours=12)  # a notice that is sent on so long after its time is a leftover


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time of the day; `night` is midnight, which ends a day."""

    at: time
    night: bool = False


def moment(words: str, code: str, told: datetime, zone: str) -> datetime | None:
    """Read the moment that some words name, or None where they name none that is sure.

    `code` is their language, `told` when they were sent, aware, and `zone` the name of the time
    zone that is meant where none is said, "" if nobody knows.
    """
    flat = fold(words)
    clock, days = _clock(flat), tuple(_days(flat, code))
    here = _zone(flat) or _home(code, zone)
    if here is None or (clock is None and not days):
        return None
    sent = told.astimezone(here)
    if not days and clock:
        return _next(clock, sent, here)
    named = [d for found in days if (d := _placed(found, sent.date()))]
    return max((_at(d, clock, here) for d in named), default=None)


def _home(code: str, zone: str) -> tzinfo | None:
    name = zone or HOME.get(code, "")
    return ZoneInfo(name) if name else None


def _next(clock: _Clock, sent: datetime, here: tzinfo) -> datetime:
    """Take today's time, or tomorrow's where today's is long over."""
    today = _at(sent.date(), clock, here)
    if today < sent.astimezone(UTC) - _RESENT:
        return _at(sent.date() + timedelta(days=1), clock, here)
    return today


def _at(day: date, clock: _Clock | None, here: tzinfo) -> datetime:
    """Make a moment of a day and a time; without a time it is the day's end."""
    if clock is None or clock.night:
        day, clock = day + timedelta(days=1), _Clock(time(0))
    both = (datetime.combine(day, clock.at, here).replace(fold=f).astimezone(UTC) for f in (0, 1))
    return max(both)  # an hour that comes twice, or never, when clocks are changed


def _zone(flat: str) -> tzinfo | None:
    for match in _ZONE.finditer(flat):
        if name := match["place"] or match["said"]:
            return ZoneInfo(_PLACES[name])
        if match["coast"]:
            return ZoneInfo(_COAST[match["coast"]])
        hours = timedelta(hours=_FIXED[match["fixed"] or match["near"]])
        if shift := re.sub(r"[\s:]", "", match["shift"] or ""):
            sign = -1 if shift[0] == "-" else 1
            far = shift[1:] if len(shift) > 3 else f"{shift[1:]}00"
            hours += sign * timedelta(hours=int(far[:-2]), minutes=int(far[-2:]))
        if abs(hours) < timedelta(days=1):
            return timezone(hours)
    return None


def _clock(flat: str) -> _Clock | None:
    """Find the first time of the day."""
    if worded := _WORDED.search(flat):
        return _Clock(time(12)) if worded["noon"] else _Clock(time(0), night=True)
    match = _CLOCK.search(flat)
    if match is None:
        after = _AFTER_AT.search(flat)
        return _of(int(after["bare"]), 0, "") if after else None
    if four := match["four"]:
        return _of(int(four[:2]), int(four[2:]), "")
    return _of(int(match["h"] or match["bare"]), int(match["m"] or 0), match["half"] or "")


def _of(hour: int, minute: int, half: str) -> _Clock | None:
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour == 24:
        return _Clock(time(0), night=True)
    return _Clock(time(hour, minute))


_Day = tuple[int | None, int, int] | int
"""Year (None: not said), month and day; or a weekday, 0 is Monday; or 10 + days from today."""


def _days(flat: str, code: str) -> Iterator[_Day]:
    """List the days that a text may mean: two where 4/5 is read in two ways."""
    if iso := _ISO.search(flat):
        yield int(iso["y"]), int(iso["m"]), int(iso["d"])
        return
    if match := _SLASHED.search(flat):
        one, two, year = int(match[1]), int(match[2]), _year(match[3])
        yield year, two, one
        if "/" in match[0] and code == "en":
            yield year, one, two
        return
    for known in (code, "en"):
        if named := _named(flat, known):
            yield named
            return
    for word, shift in _TODAY.items():
        if re.search(rf"\b{word}\b", flat):
            yield 10 + shift
            return
    for known in (code, "en"):
        for number, weekday in enumerate(tongue(known).weekdays):
            if re.search(rf"\b{weekday.removesuffix('-feira')}\b", flat):
                yield number
                return


def _year(written: str | None) -> int | None:
    return None if not written else int(written) if len(written) == 4 else 2000 + int(written)


def _named(flat: str, code: str) -> _Day | None:
    """Find "24 November 2026", "November 24", "24 de noviembre"."""
    for number, month in enumerate(tongue(code).months, 1):
        name = rf"(?:{month}|{month[:3]}\.?)"
        behind = re.search(
            rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)? (?:de "
            rf"|of )?{name}\b(?:,? (?:de )?(20\d\d))?",
            flat,
        )
        before = re.search(rf"\b{name} (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (20\d\d))?", flat)
        if match := behind or before:
            return _year(match[2]), number, int(match[1])
    return None


def _placed(found: _Day, sent: date) -> date | None:
    """Put a day into the calendar, the first on or after the one on which it was told."""
    if isinstance(found, int):
        if found >= 10:
            return sent + timedelta(days=found - 10)
        return sent + timedelta(days=(found - sent.weekday()) % 7)
    year, month, day = found
    try:
        if year:
            return date(year, month, day)
        this = date(sent.year, month, day)
        long_over = this < sent - timedelta(days=180)
        return date(sent.year + 1, month, day) if long_over else this
    except ValueError:
        return None
