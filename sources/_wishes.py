"""What a feed asks of its readers: at which hours not to come, how often, and where to subscribe.

Pure. RSS 2.0 (skipHours, skipDays: GMT), the RSS 1.0 module "syndication", and `atom:link`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sources._clean import address
from sources._loose import dicts, string
from sources._pace import DAY_S

__all__ = ["links", "period_s", "quiet_hours"]

HEAD = 64 * 1024  # bytes: what a channel says of itself stands before its entries
PERIODS = {"hourly": 3600.0, "daily": DAY_S, "weekly": 7 * DAY_S}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>")
_DAY = re.compile(rb"<day>\s*([A-Za-z]{6,9})\s*</day>")


def quiet_hours(body: bytes) -> tuple[int, ...]:
    """Read the hours of the week, 0 to 167 from Monday, in which an RSS feed is not to be read."""
    head = body[:HEAD]
    hours = {int(hour) % 24 for hour in _HOUR.findall(_inside(head, b"skipHours"))}
    named = {day.decode().lower() for day in _DAY.findall(_inside(head, b"skipDays"))}
    return tuple(sorted(set(_skipped(hours, named))))


def period_s(period: str, frequency: str) -> float:
    """Read sy:updatePeriod and sy:updateFrequency, a day at most; 0 where nothing is said."""
    times = int(frequency) if frequency.isdecimal() and len(frequency) < 5 else 1
    return min(PERIODS.get(period.strip().lower(), 0.0) / max(1, times), DAY_S)


def links(feed: Mapping[str, Any], rel: str, base: str) -> str:
    """Find the first link of a feed with a `rel`; "" if there is none."""
    found = (string(link, "href") for link in dicts(feed, "links") if string(link, "rel") == rel)
    return address(next(found, ""), base)


def _inside(head: bytes, tag: bytes) -> bytes:
    _, _, rest = head.partition(b"<" + tag + b">")
    return rest.partition(b"</" + tag + b">")[0]


def _skipped(hours: set[int], days: set[str]) -> Iterator[int]:
    for number, day in enumerate(DAYS):
        skipped = range(24) if day in days else hours
        yield from (24 * number + hour for hour in skipped)
