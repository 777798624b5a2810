"""Manners on the wire: every request of a source waits for its turn at its host's door.

It sits inside the session that sources are given, so it also sees each step of a redirect, and
whatever a plug-in asks besides. It hears Retry-After for the whole host.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import aiohttp

from bot.watch.hosts import Hosts
from sources import SourceDown, retry_after_s

__all__ = ["polite"]

PATIENCE_S = 10.0  # in a line that a redirect led to; what takes longer is for another time


def polite(
    hosts: Hosts,
    clock: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> aiohttp.ClientMiddlewareType:
    """Make the middleware. It raises SourceDown where a host is to be left alone for now."""

    async def manners(
        request: aiohttp.ClientRequest, ask: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        host, now = request.url.host or "", clock()
        _refuse_held(hosts, host, now)
        wait_s = (hosts.turn(host, now, timedelta(seconds=PATIENCE_S)) - now).total_seconds()
        if wait_s > PATIENCE_S:
            raise SourceDown(f"{host} has a line of {wait_s:.0f} s at its door", wait_s)
        if wait_s > 0:
            await sleep(wait_s)
            _refuse_held(hosts, host, clock())  # somebody before us in the line was told to go
        response = await ask(request)
        _hear(hosts, host, response, clock())
        return response

    return manners


def _refuse_held(hosts: Hosts, host: str, now: datetime) -> None:
    """Do not ask a host that asked to be left alone."""
    if until := hosts.held_until(host, now):
        wait_s = (until - now).total_seconds()
        raise SourceDown(f"{host} asked to be left alone until {until:%H:%M:%S}", wait_s)


def _hear(hosts: Hosts, host: str, response: aiohttp.ClientResponse, now: datetime) -> None:
    """Hold a host that is busy for as long as it says."""
    if response.status in (429, 503):
        wait_s = retry_after_s(response.headers, now)
        hosts.hold(host, now + timedelta(seconds=wait_s or 0.0))
