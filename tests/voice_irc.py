"""How IRC speaks: nothing can be pressed there, so a command is typed; accounts vouch."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from itertools import count
from typing import Any, Self

import aiohttp

import fakes_irc
from bot.chat.irc import Plugin, Settings
from voices_of_chats import Way


class Voice:
    ways: frozenset[Way] = frozenset({"asked", "bot", "elsewhere"})

    async def __aenter__(self) -> Self:
        self._stack, self._ids = AsyncExitStack(), count()
        self._ircd = await self._stack.enter_async_context(fakes_irc.serving())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def chat(self, _http: aiohttp.ClientSession, _clock: Callable[[], datetime]) -> Plugin:
        settings = Settings(host="127.0.0.1", port=self._ircd.port, tls=False, channel="#desk")
        return Plugin("irc", settings, None, sleep=_at_once)

    async def up(self) -> None:
        await self._ircd.until(lambda: any(line.startswith("JOIN") for line in self._ircd.got))

    def user(self, who: str) -> str:
        return f"irc:{who}"

    async def says(self, who: str, text: str, at: datetime, way: Way = "asked") -> Any:
        tags = {"account": who, "time": at.isoformat(), "msgid": f"m{next(self._ids)}"}
        tags |= {"bot": ""} if way == "bot" else {}
        room = "#other" if way == "elsewhere" else "#desk"
        said = (who, f"wirereel: {text}", room, tags)
        await self.repeats(said)
        return said

    async def repeats(self, said: Any) -> None:
        who, text, room, tags = said
        self._ircd.says(who, text, room, **tags)

    async def answers(self, word: str) -> None:
        await self._ircd.until(lambda: any(word in line for line in self._ircd.said()))


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)
