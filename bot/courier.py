"""Brings the messages of the outbox to each chat: in order, at least once, one task a chat.

A chat that is down, or hangs, keeps its own messages waiting and nobody else's. A message is sent
again with the same key, so that a chat that knows keys shows it once.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.chat import Chat
from bot.chat._back import pause_s
from bot.store import Notice, Store, StoreBroken

__all__ = ["Courier"]

log = logging.getLogger(__name__)

LONGEST_CALL_S = 300.0  # a film goes up within it
TOO_OLD = timedelta(hours=24)  # of a message: it says what is long over
BUGS = 3  # tries of a message that a chat falls over
STORE_WAIT_S = 15.0


class Courier:
    """Delivers to `chats` until it is cancelled. `chance` is 0 to 1, new at each call."""

    def __init__(
        self,
        store: Store,
        chats: Sequence[Chat],
        clock: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
        patience_s: float = LONGEST_CALL_S,
    ) -> None:
        self._store, self._chats, self._clock = store, chats, clock
        self._chance, self._patience_s = chance, patience_s
        self._had: dict[str, int] = {}  # the last message that each chat took in this life

    async def run(self) -> None:
        """Deliver whatever comes, to every chat at its own pace."""
        async with asyncio.TaskGroup() as group:
            for chat in self._chats:
                group.create_task(self._serve(chat))

    async def _serve(self, chat: Chat) -> None:
        while True:
            seen = self._store.queued
            try:
                wait = await self.deliver(chat)
            except StoreBroken as error:  # a full disk: what was sent is remembered in `_had`
                log.error("%s: %s", chat.name, error)
                wait = STORE_WAIT_S
            if wait is None:
                await self._store.queued_after(seen)
            else:
                await asyncio.sleep(wait)

    async def deliver(self, chat: Chat) -> float | None:
        """Send what waits for a chat, in order, as long as it takes it.

        Answers how long to wait until the next try, seconds; None where nothing waits.
        """
        while notice := await self._store.next_notice(chat.name):
            if notice.n != self._had.get(chat.name):
                wait = await self._send(chat, notice)
                if wait is not None:
                    await self._store.put_notice_off(notice)
                    return wait
                self._had[chat.name] = notice.n
            await self._store.end_notice(notice)
        return None

    async def _send(self, chat: Chat, notice: Notice) -> float | None:
        """Send one message; answers how long to wait before it is sent again, None if never."""
        first = notice.message.text.partition("\n")[0][:80]
        if self._clock() - notice.at > TOO_OLD:
            log.warning("%s was down for too long and is not told: %s", chat.name, first)
            return None
        try:
            async with asyncio.timeout(self._patience_s):
                await chat.send(notice.message)
        except ValueError as error:
            log.warning("%s takes no such message: %s: %s", chat.name, error, first)
        except (ConnectionError, TimeoutError) as error:
            wait = pause_s(notice.tries + 1, self._chance(), getattr(error, "retry_after_s", None))
            said = str(error) or "no answer in time"
            log.warning("%s: %s; its messages wait %.0f s", chat.name, said, wait)
            return wait
        except Exception:  # a bug of one chat is no fault of the draft, nor of the next message
            log.exception("%s falls over a message: %s", chat.name, first)
            if notice.tries + 1 < BUGS:
                return pause_s(notice.tries + 1, self._chance())
        return None
