"""How long to leave a feed alone: what it asks for, and what its own pace makes worth while.

Pure. The rules are facts of HTTP (RFC 9110, 9111) and of what feed hosts put up with.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["DAY_S", "fresh_s", "oldest", "pace_s", "retry_after_s"]

DAY_S = 86_400.0
OWN_WIRE_S = 60.0  # nobody polls a stranger this fast: below it, the operator knows best
SLOWEST = 12  # times the shortest wait: by default an hour
WINDOW = 30  # newest entries that make the pace


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read Retry-After, in seconds or as a date; None where there is none or it is nonsense."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said), DAY_S)
    try:
        when = parsedate_to_datetime(said)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max(0.0, (when - now).total_seconds()), DAY_S)


def fresh_s(headers: Mapping[str, str]) -> float:
    """Read how long the answer stays fresh (Cache-Control: max-age), a day at most."""
    for part in headers.get("Cache-Control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.isascii() and value.isdigit():
            return min(float(value), DAY_S)
    return 0.0


def oldest(published: Iterable[datetime | None]) -> tuple[int, datetime | None]:
    """Sum up a feed's pace: how many of its newest entries are dated, and the oldest of those."""
    newest = sorted((p for p in published if p), reverse=True)[:WINDOW]
    return len(newest), min(newest, default=None)


def pace_s(count: int, since: datetime | None, every_s: float, now: datetime) -> float:
    """Choose the wait at which about one look in four finds something new.

    `count` entries came since `since`. Without dates, and for a wire of one's own, it is `every_s`;
    it never is less, and never more than an hour at the usual `every_s` of five minutes.
    """
    if since is None or every_s < OWN_WIRE_S:
        return every_s
    # One entry more in a span of four waits: a new feed is looked at often until it shows its pace.
    span_s = max(0.0, (now - since).total_seconds()) + 4 * every_s
    return min(max(every_s, span_s / (4 * (count + 1))), SLOWEST * every_s)
