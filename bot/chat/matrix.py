"""Matrix: a room on any homeserver, also an encrypted one; reactions are the buttons.

What is about one story stands in one thread. Needs the extra `matrix`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from bot.chat import Newsroom, Outgoing
from bot.chat._back import keep_up
from bot.chat._matrix_room import Room
from bot.chat._nio import Account, Homeserver

__all__ = ["Plugin", "Settings"]


class Settings(BaseModel):
    """`user` is "@bot:server"; `room` an id ("!...") or an address ("#desk:server").

    One of `access_token` and `password`. `store` is a folder for the keys of encrypted rooms.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    homeserver: str = Field(pattern=r"^https?://[^/]+/?$")
    user: str = Field(pattern=r"^@[^:\s]+:\S+$")
    room: str = Field(pattern=r"^[!#]\S+$")
    access_token: SecretStr | None = None
    password: SecretStr | None = None
    store: Path | None = None

    @model_validator(mode="after")
    def _one_secret(self) -> "Settings":
        if (self.access_token is None) == (self.password is None):
            raise ValueError("needs either `access_token` or `password`")
        return self


class Plugin:
    """A device of one account in one room, kept connected."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        http: aiohttp.ClientSession,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self._http, self._sleep = http, sleep
        token, password = settings.access_token, settings.password
        self._account = Account(
            homeserver=settings.homeserver,
            user=settings.user,
            token=token.get_secret_value() if token else "",
            password=password.get_secret_value() if password else "",
            room=settings.room,
            store=settings.store,
        )
        self._room: Room | None = None

    async def run(self, newsroom: Newsroom) -> None:
        """Listen until cancelled."""
        await keep_up(self.name, lambda: self._stay(newsroom), sleep=self._sleep)

    async def send(self, message: Outgoing) -> None:
        """Show a message, its film and its signs; the same again changes nothing."""
        if self._room is None:
            raise ConnectionError(f"{self.name} is not connected")
        await self._room.show(message)

    async def _stay(self, newsroom: Newsroom) -> None:
        server = Homeserver(self._account, self._http)
        room = Room(self.name, server, newsroom)
        try:
            await room.enter()
            async with aclosing(server.news(await room.recall("since"))) as news:
                async for events, token in news:
                    self._room = room
                    for event in events:
                        await room.hear(event)
                    await room.keep("since", token)  # only now: what was not heard comes again
        finally:
            self._room = None
            server.close()
