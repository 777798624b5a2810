"""How Discord speaks."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

import aiohttp
from pydantic import SecretStr

from bot.chat.discord import Plugin, Settings
from fakes_discord import ELSEWHERE, ME, ROOM, TOKEN, FakeDiscord
from voices_of_chats import PEOPLE, Way


class Voice(FakeDiscord):
    ways: frozenset[Way] = frozenset(get_args(Way))

    def chat(self, http: aiohttp.ClientSession, clock: Callable[[], datetime]) -> Plugin:
        token = SecretStr(TOKEN)
        settings = Settings(token=token, channel=ROOM, api=self.api, gateway=self.gateway)
        return Plugin("discord", settings, http)

    async def up(self) -> None:
        await self.has(lambda there: there.sockets)

    def user(self, who: str) -> str:
        return f"discord:{_number(who)}"

    async def says(self, who: str, text: str, at: datetime, way: Way = "asked") -> Any:
        user, channel = _number(who), ELSEWHERE if "elsewhere" in way else ROOM
        if "pressed" in way:
            return await self.pushes(user, text, at, channel)
        how: dict[str, Any] = {
            "bot": {"author": {**ME, "id": str(user)}},
            "forwarded": {"flags": 1 << 14},
            "edited": {"kind": "MESSAGE_UPDATE", "edited_timestamp": at.isoformat()},
        }.get(way, {})
        return await self.writes(user, f"<@77> {text}", at, channel, **how)

    async def repeats(self, said: Any) -> None:
        await self.dispatch("MESSAGE_CREATE", said)

    async def answers(self, word: str) -> None:
        await self.has(lambda there: any(word in text for text in there.texts()))


def _number(who: str) -> int:
    return 11 + PEOPLE.index(who)
