"""How Mattermost speaks: a press is a reaction, to a message that has this command."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

import aiohttp
from pydantic import SecretStr

from bot.chat import Outgoing
from bot.chat.mattermost import Plugin, Settings
from fakes_mattermost import ROOM, TOKEN, FakeMattermost
from voices_of_chats import Way


class Voice(FakeMattermost):
    ways: frozenset[Way] = frozenset(get_args(Way)) - {"pressed elsewhere"}  # none of ours is there
    _plugin: Plugin

    def chat(self, http: aiohttp.ClientSession, clock: Callable[[], datetime]) -> Plugin:
        settings = Settings(url=f"http://{self.host}", token=SecretStr(TOKEN), channel=ROOM)
        self._plugin = Plugin("mattermost", settings, http)
        return self._plugin

    async def up(self) -> None:
        await self.has(lambda there: there.sockets)

    def user(self, who: str) -> str:
        return f"mattermost:{_id(who)}"

    async def says(self, who: str, text: str, at: datetime, way: Way = "asked") -> Any:
        if way == "pressed":
            await self._plugin.send(Outgoing("An offer", buttons=(("do", text),)))
            return await self.reacts(_id(who), list(self.shown)[-1], "one", at)
        how: dict[str, Any] = {
            "bot": {"props": {"from_bot": "true"}},
            "forwarded": {"props": {"previewed_post": "p1"}},
            "edited": {"event": "post_edited"},
        }.get(way, {})
        channel = "elsewhere" if way == "elsewhere" else ROOM
        return await self.writes(_id(who), f"@reelbot {text}", at, channel, **how)

    async def repeats(self, said: Any) -> None:
        await self.tells(said)

    async def answers(self, word: str) -> None:
        await self.has(lambda there: any(word in text for text in there.texts()))


def _id(who: str) -> str:
    return who + "0" * (26 - len(who))
