"""Mattermost: a bot in the desk's channel and in direct messages, by its API and websocket."""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.chat import Incoming, Newsroom, Outgoing
from bot.chat._board import Board
from bot.chat._markup import mattermost
from bot.chat._mattermost import SIGNS, said_of, time_of, words
from bot.chat._pen import Sheet, Shut, Sizes, Sleep
from publish import Refused
from publish._calls import Answer, Calls

__all__ = ["Plugin", "Settings"]

LONGEST = 16_383  # characters of a post
ROOM_FOR_SIGNS = 3000
TOLD = (400, 401, 403, 404, 413, 501)  # with a JSON body that says why
HEARTBEAT_S = 30.0

log = logging.getLogger(__name__)


class Settings(BaseModel):
    """`channel` is the id of the desk's channel. A person is "mattermost:<id>" in [editors]."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://")
    token: SecretStr
    channel: str = Field(pattern=r"^[a-z0-9]{26}$")
    film_mb: float = Field(50, gt=0, le=1000)


class Plugin:
    """Listens on the websocket. Buttons would need a server of ours: reactions stand for them."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        http: aiohttp.ClientSession,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.name = name
        room, film = LONGEST - ROOM_FOR_SIGNS, int(settings.film_mb * (1 << 20))
        self.sizes = Sizes(room, room, film, 1000, lambda text: len(mattermost(text)))
        self._settings, self._http = settings, http
        self._root = f"{settings.url.rstrip('/')}/api/v4"
        bearer = {"Authorization": f"Bearer {settings.token.get_secret_value()}"}
        self._calls = Calls(name, http, bearer)
        self._board = Board(name, self, sleep)
        self._me: Mapping[str, Any] = {}

    async def run(self, newsroom: Newsroom) -> None:
        """Listen until cancelled."""
        await self._board.run(newsroom, partial(self._listen, newsroom))

    async def send(self, message: Outgoing) -> None:
        """Show a message in the desk's channel."""
        await self._board.show(message)

    async def _listen(self, newsroom: Newsroom) -> None:
        self._me = _sure(await self._ask("GET", "/users/me"))
        opening = {
            "seq": 1,
            "action": "authentication_challenge",
            "data": {"token": self._settings.token.get_secret_value()},
        }
        try:
            async with self._http.ws_connect(
                "ws" + self._root.removeprefix("http") + "/websocket",
                heartbeat=HEARTBEAT_S,
            ) as socket:
                await socket.send_json(opening)
                async with asyncio.TaskGroup() as hearing:  # a slow command holds nobody up
                    async for frame in socket:
                        if frame.type is aiohttp.WSMsgType.TEXT:
                            hearing.create_task(self._take(newsroom, frame.data))
        except aiohttp.ClientError as error:
            raise ConnectionError(f"the websocket broke: {type(error).__name__}") from error

    async def _take(self, newsroom: Newsroom, frame: str) -> None:
        try:
            told = json.loads(frame)
            match told.get("event"):
                case "posted" | "post_edited":
                    if found := said_of(told, self._me, self._settings.channel):
                        await self._board.hear(found[0], f"{found[1]}/{found[2]}")
                case "reaction_added":
                    await self._react(newsroom, json.loads(told["data"]["reaction"]))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            log.warning("%s: an event of no known form (%r) is passed over", self.name, error)
        except ConnectionError as error:
            log.warning("%s: a reaction is not heard: %s", self.name, error)

    async def _react(self, newsroom: Newsroom, sign: Mapping[str, Any]) -> None:
        """Hear a reaction to a message of ours that has signs."""
        user, post, name = sign["user_id"], sign["post_id"], sign["emoji_name"]
        under = json.loads(await newsroom.recall(self.name, f"post:{post}") or "{}")
        if user == self._me["id"] or name not in under.get("commands", {}):
            return
        who = _sure(await self._ask("GET", f"/users/{user}"))
        message = Incoming(
            f"mattermost:{user}",
            f"mattermost:{post}:{user}:{name}:{sign['create_at']}",
            under["commands"][name],
            time_of(sign["create_at"]),
            "reacted",
            bot=bool(who.get("is_bot")),
        )
        await self._board.hear(message, under["thread"])

    # -- writing -------------------------------------------------------------------------------

    async def put(self, sheet: Sheet) -> str:
        """Send a message with its film; its name is its number."""
        channel, _, root = (sheet.thread or self._settings.channel).partition("/")
        body: dict[str, Any] = {"channel_id": channel, "root_id": root, "message": _fitting(sheet)}
        if sheet.film:
            body["file_ids"] = [await self._upload(sheet, channel)]
        if sheet.key and self._me:  # the server knows it for half a minute
            body["pending_post_id"] = f"{self._me['id']}:{self.name}:{sheet.key}"
        post = _sure(await self._ask("POST", "/posts", json=body))["id"]
        await self._sign(post, f"{channel}/{root or post}", sheet)
        return f"{channel}/{post}"

    async def _upload(self, sheet: Sheet, channel: str) -> str:
        assert sheet.film
        form = aiohttp.FormData({"channel_id": channel})
        with sheet.film.open("rb") as file:
            form.add_field("files", file, filename="clip.mp4", content_type="video/mp4")
            answer = await self._ask("POST", "/files", data=form, timeout_s=300)
        infos = answer.told().get("file_infos")
        return str(infos[0]["id"]) if infos else str(_sure(answer)["id"])

    async def change(self, ref: str, sheet: Sheet) -> bool:
        """Edit a message; its film stays."""
        channel, _, post = ref.partition("/")
        answer = await self._ask("PUT", f"/posts/{post}/patch", json={"message": _fitting(sheet)})
        if answer.status == 404:
            return False
        root = _sure(answer).get("root_id") or post
        await self._sign(post, f"{channel}/{root}", sheet)
        return True

    async def _sign(self, post: str, thread: str, sheet: Sheet) -> None:
        """Put our own signs under a message, to be pressed, and take away those of before."""
        newsroom, key = self._board.newsroom, f"post:{post}"
        assert newsroom
        before = json.loads(await newsroom.recall(self.name, key) or "{}").get("commands", {})
        after = {sign: told[1] for sign, told in zip(SIGNS, sheet.buttons, strict=False)}
        kept = json.dumps({"thread": thread, "commands": after}) if after else ""
        if after or before:
            await newsroom.keep(self.name, key, kept)
        me = self._me.get("id", "me")
        with suppress(ConnectionError, ValueError):  # the commands stand in the text, too
            for sign in sorted(after.keys() - before.keys(), key=SIGNS.index):
                body = {"user_id": me, "post_id": post, "emoji_name": sign}
                await self._ask("POST", "/reactions", json=body)
            for sign in before.keys() - after.keys():
                await self._ask("DELETE", f"/users/{me}/posts/{post}/reactions/{sign}")

    async def begin(self, title: str) -> str:
        """Open nothing: a thread begins with a message."""
        return ""

    async def follow(self, ref: str, title: str) -> str:
        """Name the thread of a message: as the message."""
        return ref

    async def _ask(self, method: str, path: str, **more: Any) -> Answer:
        return await self._calls.ask(method, self._root + path, allow=TOLD, **more)


def _fitting(sheet: Sheet) -> str:
    written = words(sheet)
    return written if len(written) <= LONGEST else mattermost(sheet.text)


def _sure(answer: Answer) -> dict[str, Any]:
    """Take what was done; say what a refusal means, and the way out."""
    told, said = answer.told(), f"{answer.word('message') or answer} ({answer.status})"
    if answer.status == 401:
        raise Shut(f"{said}: `token` is wrong or revoked; Integrations, Bot Accounts makes one")
    if answer.status in (403, 404):
        raise Shut(f"{said}: see that `channel` is right, and that the bot is a member there")
    if answer.status >= 400:
        raise Refused(said)
    if not isinstance(told.get("id"), str):
        raise ConnectionError(f"no answer of Mattermost: {answer}")
    return told
