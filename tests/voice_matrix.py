"""How Matrix speaks: a press is a reaction under the message that has this command."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from itertools import count
from typing import Any, Self, get_args

import aiohttp
from pydantic import SecretStr

import fakes_homeserver
from bot.chat import Outgoing
from bot.chat._matrix import signs
from bot.chat.matrix import Plugin, Settings
from fakes_homeserver import BOT, ROOM
from voices_of_chats import Way


class Voice:
    ways: frozenset[Way] = frozenset(get_args(Way)) - {"pressed elsewhere"}  # none of ours is there
    _plugin: Plugin

    async def __aenter__(self) -> Self:
        self._stack, self._keys = AsyncExitStack(), count()
        self._server = await self._stack.enter_async_context(fakes_homeserver.serving())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def chat(self, http: aiohttp.ClientSession, clock: Callable[[], datetime]) -> Plugin:
        token = SecretStr("bot-token")
        chosen = {"homeserver": self._server.url, "user": BOT, "room": ROOM, "access_token": token}
        self._plugin = Plugin("matrix", Settings.model_validate(chosen), http)
        return self._plugin

    async def up(self) -> None:
        asked = self._server.asked
        await self._server.until(lambda: sum("sync" in path for path in asked) >= 2)

    def user(self, who: str) -> str:
        return f"matrix:{_id(who)}"

    async def says(self, who: str, text: str, at: datetime, way: Way = "asked") -> Any:
        self._server.at = lambda: at
        if way == "pressed":
            buttons = (("do", text),)
            key = f"offer-{next(self._keys)}"
            await self._plugin.send(Outgoing("An offer", buttons=buttons, key=key))
            offer = self._server.last()["event_id"]
            self._server.reacts(offer, next(iter(signs(buttons))), _id(who))
        elif way == "elsewhere":
            self._server.elsewhere(text, _id(who))
        else:
            how: dict[str, Any] = {
                "bot": {"msgtype": "m.notice"},
                "forwarded": {"m.forwarded": {}},
                "edited": {"m.new_content": {"msgtype": "m.text", "body": f"wirereel: {text}"}},
            }.get(way, {})
            self._server.says(f"wirereel: {text}", _id(who), **how)
        return self._server.events[-1]

    async def repeats(self, said: Any) -> None:
        again = {key: said[key] for key in ("event_id", "origin_server_ts")}
        self._server.happens(said["sender"], said["type"], said["content"], **again)

    async def answers(self, word: str) -> None:
        await self._server.until(lambda: any(word in text for text in self._server.texts()))


def _id(who: str) -> str:
    return f"@{who}:example.org"
