"""Logins that end: how long each channel can work, and when the editors are told of it.

A login that a person must renew is told seven days and one day before its end, and when it is over;
each once, also through restarts. A new login makes all of it forgotten.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.store import Store
from publish import ChannelDown, Leased, LoggedOut, Publisher

__all__ = ["Lease", "Leases", "news_of", "said", "stage"]

log = logging.getLogger(__name__)

Stage = Literal["", "week", "day", "over"]
ORDER: tuple[Stage, ...] = ("", "week", "day", "over")
MEMORY = "logins"  # whose recollections these are; no chat is called so: it has no kind


@dataclass(frozen=True, slots=True)
class Lease:
    """Until when a channel works, None without end; `why` is there where only a login helps."""

    channel: str
    ends: datetime | None = None
    why: str = ""


def stage(lease: Lease, now: datetime) -> Stage:
    """Tell how near the end is."""
    if lease.why or (lease.ends and lease.ends <= now):
        return "over"
    if lease.ends is None or lease.ends - now > timedelta(days=7):
        return ""
    return "week" if lease.ends - now > timedelta(days=1) else "day"


def said(lease: Lease, now: datetime) -> str:
    """Say how it is, with the way out where one is needed."""
    way_out = f"`wirereel login {lease.channel}`"
    match stage(lease, now):
        case "over":
            return lease.why or f"the login is over: {way_out}"
        case "week" | "day":
            assert lease.ends
            left = lease.ends - now
            about = f"{left.days} days" if left.days > 1 else f"{left / timedelta(hours=1):.0f} h"
            return f"the login ends in {about}: {way_out} renews it"
    return f"logged in until {lease.ends:%Y-%m-%d}" if lease.ends else "logged in"


def news_of(lease: Lease, told: str, now: datetime) -> str:
    """Decide what the editors are told, who were `told` of an earlier stage; "" for nothing."""
    known = ORDER.index(told) if told in ORDER else 0
    return f"{lease.channel}: {said(lease, now)}" if ORDER.index(stage(lease, now)) > known else ""


class Leases:
    """Looks after the logins of the channels that have one."""

    def __init__(
        self, channels: Mapping[str, Publisher], store: Store, clock: Callable[[], datetime]
    ) -> None:
        self._channels = channels
        self._store = store
        self._now = clock
        self._known: dict[str, Lease] = {}

    async def look(self) -> Sequence[str]:
        """Renew what is due; answers what the editors are to be told now."""
        news = []
        for channel in self._channels.values():
            if not isinstance(channel, Leased):
                continue
            try:
                lease = Lease(channel.name, await channel.lease(self._now()))
            except LoggedOut as error:
                lease = Lease(channel.name, why=str(error))
            except ChannelDown as error:
                log.warning("%s: its login cannot be looked at: %s", channel.name, error)
                continue
            self._known[channel.name] = lease
            if told := await self._news(lease):
                news.append(told)
        return news

    def lines(self) -> Sequence[str]:
        """Say which logins need a person, as of the last look."""
        now = self._now()
        near = [lease for lease in self._known.values() if stage(lease, now)]
        return [f"{lease.channel}: {said(lease, now)}" for lease in near]

    async def _news(self, lease: Lease) -> str:
        told, now = await self._store.recollect(MEMORY, lease.channel), self._now()
        if told != (here := stage(lease, now)):
            await self._store.keep_in_mind(MEMORY, lease.channel, here, now)
        return news_of(lease, told, now)
