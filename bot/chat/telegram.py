"""Telegram: a bot in the desk's group and in private chats, by the Bot API."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.chat import Newsroom, Outgoing
from bot.chat._board import Board
from bot.chat._markup import entities
from bot.chat._pen import Sheet, Shut, Sizes, Sleep
from bot.chat._pieces import units16
from bot.chat._telegram import heard
from publish import ChannelDown, Refused
from publish._calls import Answer, Calls

__all__ = ["Plugin", "Settings"]

POLL_S = 25  # seconds that Telegram holds a question open; below what proxies cut
AT_ONCE = 5  # updates in one answer: it is read no further than half a megabyte
KINDS = ("message", "edited_message", "callback_query")
TOLD = (400, 401, 403, 404, 409, 413, 429)  # with a JSON body that says why
LONG_AGO = timedelta(hours=1)

log = logging.getLogger(__name__)


class Settings(BaseModel):
    """`chat` is the id of the desk's group, below 0. Person 123 is "telegram:123" in [editors]."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr
    chat: int
    topics: bool = False
    api: str = Field("https://api.telegram.org", pattern=r"^https?://")
    film_mb: float = Field(50, gt=0, le=2000)


class Plugin:
    """Asks for news in a long poll. What was handled is kept, so nothing is heard twice."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        http: aiohttp.ClientSession,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.name = name
        self.sizes = Sizes(4096, 1024, int(settings.film_mb * 1_000_000), 64, units16)
        self._settings, self._clock = settings, clock
        self._calls = Calls(name, http)
        self._root = f"{settings.api.rstrip('/')}/bot{settings.token.get_secret_value()}"
        self._board = Board(name, self, sleep)

    async def run(self, newsroom: Newsroom) -> None:
        """Listen until cancelled."""
        await self._board.run(newsroom, partial(self._listen, newsroom))

    async def send(self, message: Outgoing) -> None:
        """Show a message in the desk's group."""
        await self._board.show(message)

    async def _listen(self, newsroom: Newsroom) -> None:
        me = await self._ask("getMe")
        key = f"offset:{me['id']}"
        offset = int(await newsroom.recall(self.name, key) or 0)
        log.info("%s: listening as @%s", self.name, me.get("username"))
        while True:
            asked = {
                "offset": offset,
                "timeout": POLL_S,
                "limit": AT_ONCE,
                "allowed_updates": KINDS,
            }
            for update in await self._ask("getUpdates", timeout_s=POLL_S + 15, json=asked):
                await self._take(update, me)
                offset = max(offset, int(update["update_id"]) + 1)
                await newsroom.keep(self.name, key, str(offset))

    async def _take(self, update: Mapping[str, Any], me: Mapping[str, Any]) -> None:
        try:
            found = heard(update, me, self._settings.chat, self._clock())
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            log.warning("%s: an update of no known form (%r) is passed over", self.name, error)
            return
        if "callback_query" in update and found:  # the clock on the button ends
            press = {"callback_query_id": update["callback_query"]["id"]}
            try:
                await self._ask("answerCallbackQuery", json=press)
            except ValueError:  # "query is too old": it was pressed long before we were here
                found = heard(update, me, self._settings.chat, self._clock() - LONG_AGO)
        if found:
            await self._board.hear(*found)

    # -- writing -------------------------------------------------------------------------------

    async def put(self, sheet: Sheet) -> str:
        """Send a message; its name is its number."""
        chat, topic, reply = (sheet.thread or f"{self._settings.chat} 0 0").split()
        place = {"message_thread_id": int(topic)} if topic != "0" else {}
        answer = {"message_id": int(reply), "allow_sending_without_reply": True}
        where = {"chat_id": int(chat)} | ({"reply_parameters": answer} if reply != "0" else {})
        try:
            sent = await self._send(where | place, sheet)
        except Refused as error:
            if not place or "thread not found" not in str(error):
                raise
            sent = await self._send(where, sheet)  # somebody deleted the topic
        return str(sent["message_id"])

    async def _send(self, where: Mapping[str, Any], sheet: Sheet) -> Any:
        if sheet.film is None:
            return await self._ask("sendMessage", json={**where, **_words(sheet)})
        form = aiohttp.FormData()
        fields = {**where, **_words(sheet, "caption"), "supports_streaming": True}
        for name, value in fields.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        with sheet.film.open("rb") as file:
            form.add_field("video", file, filename="clip.mp4", content_type="video/mp4")
            return await self._ask("sendVideo", timeout_s=300, data=form)

    async def change(self, ref: str, sheet: Sheet) -> bool:
        """Edit a message, or what stands below its film."""
        which = {"chat_id": self._settings.chat, "message_id": int(ref)}
        what = "caption" if sheet.captioned else "text"
        try:
            await self._ask(f"editMessage{what.title()}", json=which | _words(sheet, what))
        except Refused as error:
            told = str(error).lower()
            gone = any(word in told for word in ("to edit not found", "be edited", "id_invalid"))
            if not gone and "not modified" not in told:
                raise
            return not gone
        return True

    async def begin(self, title: str) -> str:
        """Open a topic, where the group has topics."""
        if not self._settings.topics:
            return ""
        asked = {"chat_id": self._settings.chat, "name": title}
        topic = await self._ask("createForumTopic", json=asked)
        return f"{self._settings.chat} {topic['message_thread_id']} 0"

    async def follow(self, ref: str, title: str) -> str:
        """Let what comes later answer the first message."""
        return f"{self._settings.chat} 0 {ref}"

    async def _ask(self, method: str, timeout_s: float = 30, **more: Any) -> Any:
        """Call a method. The token is in the address: no error may hold that."""
        url = f"{self._root}/{method}"
        answer = await self._calls.ask("POST", url, allow=TOLD, timeout_s=timeout_s, **more)
        told = answer.told()
        if told.get("ok") is True and "result" in told:
            return told["result"]
        raise _trouble(method, answer)


def _trouble(method: str, answer: Answer) -> Exception:
    """Say what an answer that is no yes means, and the way out."""
    said = f"{method} answered {answer.word('description') or answer}"
    asked: Mapping[str, Any] = answer.told().get("parameters") or {}
    code = answer.told().get("error_code", answer.status)
    if moved := asked.get("migrate_to_chat_id"):
        return Shut(f"{said}; set `chat` = {moved}")
    if code in (401, 404):
        return Shut(f"{said}: `token` is wrong or revoked; @BotFather tells the right one")
    if code == 403 or "chat not found" in said:
        return Shut(f"{said}: add the bot to the group, and set `chat` to the group's id")
    if code == 409:
        return ChannelDown(f"{said}: only one program may read a bot's messages; stop the other")
    if code == 429:
        return ChannelDown(said, float(asked.get("retry_after", 5)))
    return Refused(said) if code in (400, 413) else ChannelDown(said)


def _words(sheet: Sheet, what: str = "text") -> dict[str, Any]:
    """Lay out text, marks and buttons; no address in a text is looked at by Telegram."""
    marked = "entities" if what == "text" else "caption_entities"
    rows = [[{"text": label, "callback_data": command}] for label, command in sheet.buttons]
    plain = {"link_preview_options": {"is_disabled": True}} if what == "text" else {}
    return {
        what: sheet.text,
        marked: entities(sheet.text, sheet.marks),
        "reply_markup": {"inline_keyboard": rows},
        **plain,
    }
