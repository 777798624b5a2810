"""How long a host asks to be left alone: what HTTP says (RFC 9110, 9111) and what a feed says.

Pure. What a feed's own rhythm makes worth while is told in `_rhythm`.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

__all__ = ["DAY_S", "WEEK_H", "awake_s", "fresh_s", "hour_of_week", "retry_after_s"]

DAY_S = 86_400.0
WEEK_H = 168


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read Retry-After, in seconds or as a date; None where there is none or it is nonsense."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said), DAY_S)
    when = _date(said)
    return min(max(0.0, (when - now).total_seconds()), DAY_S) if when else None


def fresh_s(headers: Mapping[str, str], now: datetime) -> float:
    """Read how much longer the answer stays fresh, a day at most.

    Cache-Control's max-age, less the Age that the answer has already; without it Expires, which
    counts from the answer's own Date, so that a host's wrong clock is no harm. "0" is no date.
    """
    for part in headers.get("Cache-Control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age":
            return min(max(0.0, _seconds(value) - _seconds(headers.get("Age", ""))), DAY_S)
    expires = _date(headers.get("Expires", "").strip())
    if expires is None:
        return 0.0
    since = _date(headers.get("Date", "").strip()) or now
    return min(max(0.0, (expires - since).total_seconds()), DAY_S)


def hour_of_week(when: datetime) -> int:
    """Number the hours of the week: 0 is the first of Monday, 167 the last of Sunday, UTC."""
    return when.weekday() * 24 + when.hour


def awake_s(wait_s: float, quiet: Collection[int], now: datetime) -> float:
    """Lengthen a wait until it does not end in an hour of the week that a feed asks to skip."""
    if len(set(quiet)) >= WEEK_H:  # never at all: nobody means that
        return wait_s
    then = now + timedelta(seconds=wait_s)
    while hour_of_week(then) in quiet:
        then = then.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return (then - now).total_seconds()


def _seconds(said: str) -> float:
    said = said.strip().strip('"')
    return min(float(said), DAY_S) if said.isascii() and said.isdigit() else 0.0


def _date(said: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(said)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
