"""The agenda: what is due when, and who is next at each host's door.

Pure: time is an argument. A look costs O(log n), whether there are five sources or five thousand.
"""

import heapq
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.watch.hosts import Hosts

__all__ = ["Agenda", "spread"]

AT_ONCE = 64  # looks, over all hosts: as many connections as the session makes
STARTS = 25  # looks a second when many are due at once


class Agenda:
    """Names of sources, each at most once, with the time when it is due and the host it asks.

    A source that is due joins the line at its host's door. `ready` lets in whom the host's manners
    allow; `done` comes out again, and `put` says when it is due next.
    """

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._due: list[tuple[datetime, int, str, str]] = []
        self._lines: dict[str, deque[str]] = {}
        self._doors: list[tuple[datetime, int, str]] = []  # where somebody stands in line
        self._lined: set[str] = set()
        self._inside: dict[str, str] = {}
        self._turn: dict[str, int] = {}  # which entry of a name counts: an older one is void
        self._count = 0

    def put(self, name: str, host: str, due: datetime) -> None:
        """Say when a source is due; it takes the place of what was said before."""
        self._count += 1
        self._turn[name] = self._count
        heapq.heappush(self._due, (due, self._count, name, host))

    def ready(self, now: datetime) -> list[str]:
        """Let in who is due and may be: these are to be looked at now, and then to be `done`."""
        self._line_up(now)
        let_in = []
        while self._doors and self._doors[0][0] <= now and len(self._inside) < AT_ONCE:
            _, _, host = heapq.heappop(self._doors)
            free = self._hosts.free_at(host, now)
            if free is not None and free <= now:
                let_in.append(self._let_in(host, now))
                free = self._hosts.free_at(host, now)
            if free is not None and self._lines[host]:
                self._knock(host, free)
            if not self._lines[host]:
                del self._lines[host]
        return let_in

    def done(self, name: str, now: datetime) -> None:
        """Come out of a host."""
        host = self._inside.pop(name)
        full = self._hosts.free_at(host, now) is None
        self._hosts.leave(host)
        if full and host in self._lines:
            self._knock(host, now)

    def next_at(self) -> datetime | None:
        """When `ready` should be asked next; None: when somebody is done, or put on the agenda."""
        if len(self._inside) >= AT_ONCE:
            return None
        return min((heap[0][0] for heap in (self._due, self._doors) if heap), default=None)

    def _line_up(self, now: datetime) -> None:
        while self._due and self._due[0][0] <= now:
            due, number, name, host = heapq.heappop(self._due)
            if self._turn.get(name) != number or name in self._lined:
                continue
            if name in self._inside:  # asked for again while it is looked at
                self.put(name, host, now + timedelta(seconds=1))
                continue
            del self._turn[name]
            line = self._lines.setdefault(host, deque())
            line.append(name)
            self._lined.add(name)
            if len(line) == 1 and self._hosts.free_at(host, now) is not None:
                self._knock(host, due)

    def _let_in(self, host: str, now: datetime) -> str:
        name = self._lines[host].popleft()
        self._lined.discard(name)
        self._hosts.enter(host, now)
        self._inside[name] = host
        return name

    def _knock(self, host: str, at: datetime) -> None:
        self._count += 1
        heapq.heappush(self._doors, (at, self._count, host))


def spread(due: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    """Take what is overdue one after the other, the longest overdue first, 25 a second.

    After a start everything is: five thousand feeds in one moment would be a burst at our end, at
    the hosts that carry many of them, and again five minutes later.
    """
    late = sorted((at, name) for name, at in due.items() if at <= now)
    turns = {name: now + timedelta(seconds=n / STARTS) for n, (_, name) in enumerate(late)}
    return {**due, **turns}
