"""How Telegram speaks."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

import aiohttp
from pydantic import SecretStr

from bot.chat.telegram import Plugin, Settings
from fakes_telegram import ROOM, TOKEN, FakeTelegram
from voices_of_chats import PEOPLE, Way


class Voice(FakeTelegram):
    ways: frozenset[Way] = frozenset(get_args(Way))

    def chat(self, http: aiohttp.ClientSession, clock: Callable[[], datetime]) -> Plugin:
        settings = Settings(token=SecretStr(TOKEN), chat=ROOM, api=self.url)
        return Plugin("telegram", settings, http, clock)

    async def up(self) -> None:
        await self.has(lambda there: there.called("getUpdates"))

    def user(self, who: str) -> str:
        return f"telegram:{_number(who)}"

    async def says(self, who: str, text: str, at: datetime, way: Way = "asked") -> Any:
        chat = -999 if "elsewhere" in way else ROOM
        if "pressed" in way:
            return self.update(self.pushes(_number(who), text, 5, chat))
        how: dict[str, Any] = {
            "bot": {"bot": True},
            "forwarded": {"forward_origin": {"type": "user"}},
            "edited": {"kind": "edited_message"},
        }.get(way, {})
        number = self.writes(_number(who), f"@reelbot {text}", at, chat, **how)
        return self.update(number)

    async def repeats(self, said: Any) -> None:
        self.again(said)

    async def answers(self, word: str) -> None:
        await self.has(lambda there: any(word in text for text in there.texts()))


def _number(who: str) -> int:
    return 11 + PEOPLE.index(who)
