"""Discord: a bot in the desk's channel, its threads and direct messages."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from yarl import URL

from bot.chat import Incoming, Newsroom, Outgoing
from bot.chat._board import Board
from bot.chat._discord import LONGEST, heard, private, words
from bot.chat._markup import discord
from bot.chat._pen import Sheet, Shut, Sizes, Sleep
from bot.plugins import ConfigError
from publish import Refused
from publish._calls import Answer, Calls

__all__ = ["Plugin", "Settings"]

LATER = 6  # a press is taken in: what it did is told in a message of its own
TOLD = (400, 401, 403, 404, 413)  # with a JSON body that says why
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, THREAD_IS_THERE = 10003, 10008, 160004
THREAD_MINUTES = 4320  # of silence, until Discord folds a thread away


class Settings(BaseModel):
    """`channel` is the id of the desk's channel. Person 123 is "discord:123" in [editors].

    `api` and `gateway` hold for every Discord of this process: the library knows one of each.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr
    channel: int
    film_mb: float = Field(10, gt=0, le=100)
    api: str = Field("https://discord.com/api/v10", pattern=r"^https?://")
    gateway: str = Field("wss://gateway.discord.gg/", pattern=r"^wss?://")


class Plugin:
    """Listens by discord.py, which resumes; writes by plain calls, which never retry unseen."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        http: aiohttp.ClientSession,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        if find_spec("discord") is None:
            raise ConfigError(f"chat {name!r} needs a package: pip install 'wirereel[discord]'")
        self.name = name
        film = int(settings.film_mb * (1 << 20))
        self.sizes = Sizes(LONGEST, LONGEST, film, 100, lambda text: len(discord(text)))
        self._settings = settings
        headers = {
            "Authorization": f"Bot {settings.token.get_secret_value()}",
            "User-Agent": f"DiscordBot (wirereel, {version('wirereel')})",
        }
        self._calls = Calls(name, http, headers)
        self._board = Board(name, self, sleep)

    async def run(self, newsroom: Newsroom) -> None:
        """Listen until cancelled."""
        await self._board.run(newsroom, self._listen)

    async def send(self, message: Outgoing) -> None:
        """Show a message in the desk's channel."""
        await self._board.show(message)

    async def _listen(self) -> None:
        _sure(await self._ask("GET", "/users/@me"))  # first: the library takes half a second
        library: Any = await asyncio.to_thread(import_module, "discord")
        library.http.Route.BASE = self._settings.api.rstrip("/")
        library.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(self._settings.gateway)
        library.VoiceClient.warn_nacl = library.VoiceClient.warn_dave = False  # nobody speaks here
        intents = library.Intents(
            guilds=True, guild_messages=True, dm_messages=True, message_content=True
        )
        client = library.Client(intents=intents, max_messages=None)
        for ear in (self.on_message, self.on_raw_message_edit, self.on_interaction):
            client.event(ear)
        self._client: Any = client
        try:
            await client.start(self._settings.token.get_secret_value())
        except library.PrivilegedIntentsRequired as error:
            way_out = "switch on Message Content Intent for the bot in the Developer Portal"
            raise Shut(f"it may not read messages: {way_out}") from error
        except (library.DiscordException, aiohttp.ClientError) as error:
            raise ConnectionError(f"{type(error).__name__}: {error}"[:300]) from error
        finally:
            await client.close()

    # -- what people say (the names are the library's) -----------------------------------------

    async def on_message(self, said: Any) -> None:
        """Hear what somebody wrote."""
        if said.author.id != self._me and self._ours(said.channel):
            await self._board.hear(heard(said, self._me), f"{said.channel.id}/{said.id}")

    async def on_raw_message_edit(self, change: Any) -> None:
        """Hear that somebody changed his words; an embed that appears is no change."""
        if change.message.edited_at is not None:
            await self.on_message(change.message)

    async def on_interaction(self, press: Any) -> None:
        """Hear a button."""
        command = (press.data or {}).get("custom_id")
        if not command or not self._ours(press.channel):
            return
        reply = f"/interactions/{press.id}/{press.token}/callback"
        with suppress(ConnectionError):  # it only stops a spinner
            await self._ask("POST", reply, json={"type": LATER})
        user, event = f"discord:{press.user.id}", f"discord:{press.id}"
        message = Incoming(user, event, command, press.created_at, "pressed", bot=press.user.bot)
        await self._board.hear(message, f"{press.channel.id}/{press.message.id}")

    @property
    def _me(self) -> int:
        return int(self._client.user.id)

    def _ours(self, channel: Any) -> bool:
        here = (getattr(channel, "id", None), getattr(channel, "parent_id", None))
        return self._settings.channel in here or private(channel)

    # -- writing -------------------------------------------------------------------------------

    async def put(self, sheet: Sheet) -> str:
        """Send a message; its name is its channel's and its own number."""
        channel, _, reply = (sheet.thread or str(self._settings.channel)).partition("/")
        body = words(sheet)
        if reply:
            body["message_reference"] = {"message_id": reply, "fail_if_not_exists": False}
        if sheet.key:  # Discord knows it for some minutes
            nonce = hashlib.sha256(f"{self.name} {sheet.key}".encode()).hexdigest()[:25]
            body |= {"nonce": nonce, "enforce_nonce": True}
        answer = await self._send(channel, body, sheet)
        if answer.told().get("code") == UNKNOWN_CHANNEL and channel != str(self._settings.channel):
            channel = str(self._settings.channel)  # somebody deleted the thread
            answer = await self._send(channel, body, sheet)
        return f"{channel}/{_sure(answer)['id']}"

    async def _send(self, channel: str, body: Mapping[str, Any], sheet: Sheet) -> Answer:
        path = f"/channels/{channel}/messages"
        if sheet.film is None:
            return await self._ask("POST", path, json=body)
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", json.dumps(body), content_type="application/json")
        with sheet.film.open("rb") as file:
            form.add_field("files[0]", file, filename="clip.mp4", content_type="video/mp4")
            return await self._ask("POST", path, data=form, timeout_s=300)

    async def change(self, ref: str, sheet: Sheet) -> bool:
        """Edit a message; its film stays."""
        channel, _, number = ref.partition("/")
        path = f"/channels/{channel}/messages/{number}"
        answer = await self._ask("PATCH", path, json=words(sheet))
        if answer.told().get("code") in (UNKNOWN_MESSAGE, UNKNOWN_CHANNEL):
            return False
        return bool(_sure(answer))

    async def begin(self, title: str) -> str:
        """Open nothing: a thread begins with a message."""
        return ""

    async def follow(self, ref: str, title: str) -> str:
        """Open a thread under a message; it has the message's number."""
        channel, _, number = ref.partition("/")
        path = f"/channels/{channel}/messages/{number}/threads"
        body = {"name": title, "auto_archive_duration": THREAD_MINUTES}
        answer = await self._ask("POST", path, json=body)
        return number if answer.told().get("code") == THREAD_IS_THERE else str(_sure(answer)["id"])

    async def _ask(self, method: str, path: str, **more: Any) -> Answer:
        url = self._settings.api.rstrip("/") + path
        return await self._calls.ask(method, url, allow=TOLD, **more)


def _sure(answer: Answer) -> dict[str, Any]:
    """Take what was done; say what a refusal means, and the way out."""
    told = answer.told()
    said = f"{told.get('message', answer)} ({told.get('code', answer.status)})"
    if answer.status == 401:
        raise Shut(f"{said}: `token` is wrong or revoked; the Developer Portal makes one")
    if answer.status == 403 or told.get("code") == UNKNOWN_CHANNEL:
        raise Shut(f"{said}: see that `channel` is right, and what the bot may do there")
    if answer.status >= 400:
        raise Refused(said)
    if not str(told.get("id", "")).isdecimal():
        raise ConnectionError(f"no answer of Discord: {answer}")
    return told
