"""A stream of server-sent events, listened to for a bounded time.

`Cutter` is pure: it knows the format (WHATWG HTML, 9.2) and nothing of what the events hold.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

import aiohttp

from sources import SourceBroken
from sources._fetch import stream
from sources._look import refuse

__all__ = ["Cutter", "Event", "listen"]

Event = tuple[str, bytes]  # its id, "" if it has none, and its data

LONGEST = 256 * 1024  # bytes of one event
CAP = 64_000_000  # bytes of one listening


class Cutter:
    """Cuts bytes into events, however they were chopped on the way."""

    def __init__(self) -> None:
        self._rest = b""

    def cut(self, chunk: bytes) -> list[Event]:
        """Take the next bytes, answer the events that ended. Raises SourceBroken."""
        held = (self._rest + chunk).replace(b"\r\n", b"\n")
        *whole, self._rest = held.split(b"\n\n")
        if len(self._rest) > LONGEST:
            raise SourceBroken(f"an event of more than {LONGEST // 1024} kB")
        return [event for block in whole if (event := _event(block))[1]]


def _event(block: bytes) -> Event:
    said: dict[bytes, list[bytes]] = {b"id": [], b"data": []}
    for line in block.split(b"\n"):
        name, _, value = line.partition(b":")
        if name in said:
            said[name].append(value.removeprefix(b" "))
    last = said[b"id"][-1] if said[b"id"] else b""
    return last.decode("ascii", "replace"), b"\n".join(said[b"data"])


async def listen(
    http: aiohttp.ClientSession,
    url: str,
    headers: Mapping[str, str],
    now: datetime,
    seconds: float,
    enough: Callable[[Event], bool],
) -> None:
    """Hand each event to `enough` until it says so, the time is up, or the stream ends.

    Raises SourceDown or SourceBroken; what was handed over before stays true.
    """
    asked = {"Accept": "text/event-stream", **headers}
    cutter, size = Cutter(), 0
    with suppress(TimeoutError):  # of our own clock; those of the net are SourceDown
        async with asyncio.timeout(seconds), stream(http, url, now, asked, _refuse) as content:
            async for chunk in content.iter_any():
                size += len(chunk)
                if any(enough(event) for event in cutter.cut(chunk)) or size > CAP:
                    return


def _refuse(response: aiohttp.ClientResponse, now: datetime) -> None:
    refuse(response, now)
    if response.content_type != "text/event-stream":
        raise SourceBroken(f"no stream of events but {response.content_type}")
