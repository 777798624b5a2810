"""The doorstep of each host: who may be asked when. All sources of a host share its manners.

At most two are inside at once, requests begin at least a second apart, and a host that asked to be
left alone (Retry-After with 429 or 503) is left alone by everybody. What the operator allowed by
its address is of the house: there requests need not be apart.

It knows no clock and no network: every call says what time it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["AT_ONCE", "SPACING", "Hosts"]

AT_ONCE = 2
SPACING = timedelta(seconds=1)
IDLE = timedelta(hours=1)  # then a doorstep is forgotten: redirects may lead to any number of them
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Door:
    inside: int = 0
    let_in: datetime = EVER  # when the last one was let in ...
    asked: datetime = EVER  # ... and when the last request began, or will


class Hosts:
    """Every host's door. `ours` tells which hosts belong to the house."""

    def __init__(self, ours: Callable[[str], bool] = lambda _: False) -> None:
        self._ours = ours
        self._doors: dict[str, _Door] = {}
        self._held: dict[str, datetime] = {}

    def free_at(self, host: str, now: datetime) -> datetime | None:
        """When the next one may go in, `now` or later; None: when somebody comes out."""
        door = self._doors.get(host) or _Door()
        if door.inside >= AT_ONCE:
            return None
        return max(now, self._held.get(host, now), door.let_in + self._spacing(host))

    def enter(self, host: str, now: datetime) -> None:
        """Go in; whoever does comes out by `leave`."""
        door = self._door(host)
        door.inside, door.let_in = door.inside + 1, now

    def leave(self, host: str) -> None:
        """Come out."""
        self._door(host).inside -= 1

    def turn(self, host: str, now: datetime, patience: timedelta) -> datetime:
        """Say when one request may begin, also a step of a redirect; it counts as begun then.

        A turn that is farther away than `patience` is not taken.
        """
        door = self._door(host)
        turn = max(now, door.asked + self._spacing(host))
        if turn - now <= patience:
            door.asked = turn
        return turn

    def hold(self, host: str, until: datetime) -> None:
        """Leave a host alone; a shorter wish does not end a longer one."""
        self._held[host] = max(until, self._held.get(host, until))

    def held_until(self, host: str, now: datetime) -> datetime | None:
        """Until when a host is to be left alone; None if it is not."""
        until = self._held.get(host)
        return until if until and until > now else None

    def held(self, now: datetime) -> Mapping[str, datetime]:
        """Name the hosts that are to be left alone, and until when."""
        self._held = {host: until for host, until in self._held.items() if until > now}
        return dict(self._held)

    def tidy(self, now: datetime) -> None:
        """Forget the doorsteps where nobody was for an hour."""
        self._doors = {h: d for h, d in self._doors.items() if d.inside or _last(d) > now - IDLE}

    def _door(self, host: str) -> _Door:
        return self._doors.setdefault(host, _Door())

    def _spacing(self, host: str) -> timedelta:
        return timedelta() if self._ours(host) else SPACING


def _last(door: _Door) -> datetime:
    return max(door.let_in, door.asked)
