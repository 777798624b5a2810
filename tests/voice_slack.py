"""How Slack speaks."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

import aiohttp
from pydantic import SecretStr

from bot.chat.slack import Plugin, Settings
from fakes_slack import APP_TOKEN, ROOM, TOKEN, FakeSlack
from voices_of_chats import Way


class Voice(FakeSlack):
    ways: frozenset[Way] = frozenset(get_args(Way))

    def chat(self, http: aiohttp.ClientSession, clock: Callable[[], datetime]) -> Plugin:
        token, app_token = SecretStr(TOKEN), SecretStr(APP_TOKEN)
        settings = Settings(token=token, app_token=app_token, channel=ROOM, api=self.api)
        return Plugin("slack", settings, http, clock)

    async def up(self) -> None:
        await self.has(lambda there: there.sockets)

    def user(self, who: str) -> str:
        return f"slack:U{who.upper()}"

    async def says(self, who: str, text: str, at: datetime, way: Way = "asked") -> Any:
        user, channel = f"U{who.upper()}", "C0OTHER" if "elsewhere" in way else ROOM
        if "pressed" in way:
            return await self.pushes(user, text, at, channel)
        named = f"<@U0BOT> {text}"
        if way == "edited":
            return await self.edits(user, named, at)
        how = {
            "bot": {"bot_id": "B1"},
            "forwarded": {"attachments": [{"is_share": True}]},
        }.get(way, {})
        return await self.writes(user, named, at, channel, **how)

    async def repeats(self, said: Any) -> None:
        await self.happens(said)

    async def answers(self, word: str) -> None:
        await self.has(lambda there: any(word in text for text in there.texts()))
