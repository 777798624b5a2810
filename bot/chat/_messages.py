"""What the desk said lately, for the pages of the web desk: they come late, and they wait."""

import asyncio
from collections import deque
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.chat import Outgoing

__all__ = ["Messages"]


class Messages:
    """The last hundred, numbered in order; a number is a time in ms, so it outlives a restart.

    A message with the slot of an earlier one takes its place.
    """

    def __init__(self) -> None:
        self.last = 0
        self._kept: deque[dict[str, Any]] = deque(maxlen=100)
        self._news = asyncio.Event()

    def add(self, message: Outgoing, now: float) -> None:
        """Keep a message, with the moment it was said, and wake who waits for one."""
        self.last = max(self.last + 1, int(now * 1000))
        at = datetime.fromtimestamp(now, UTC).isoformat()
        if message.slot:
            others = (m for m in self._kept if m["slot"] != message.slot)
            self._kept = deque(others, maxlen=self._kept.maxlen)
        self._kept.append({"number": self.last, "at": at, **asdict(message)})
        self.wake()

    def after(self, number: int) -> list[dict[str, Any]]:
        """List the messages after this one, JSON-ready."""
        return [message for message in self._kept if message["number"] > number]

    async def beyond(self, number: int) -> None:
        """Wait for a message after this one, or to be woken."""
        if self.last <= number:
            await self._news.wait()

    def wake(self) -> None:
        """Let everybody go who waits."""
        self._news.set()
        self._news = asyncio.Event()
