"""Slack: an app in the desk's channel and in direct messages, over Socket Mode."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.chat import Newsroom, Outgoing
from bot.chat._board import Board
from bot.chat._pen import Sheet, Shut, Sizes, Sleep
from bot.chat._slack import Found, command_of, press_of, said_of, words
from bot.plugins import ConfigError
from publish import ChannelDown, Refused
from publish._calls import Answer, Calls

__all__ = ["Plugin", "Settings"]

LOOK_S = 60.0  # a socket may die without a word: so often it is asked
CONNECT_S = 30.0
REMEMBERED = 500  # events: one message may come as two of them, and each more than once
GONE = {"message_not_found", "cant_update_message", "edit_window_closed"}
DOWN = {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
MEND = {
    **dict.fromkeys(
        ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"),
        "`token` (xoxb-) or `app_token` (xapp-) is wrong or revoked; the app's pages show them",
    ),
    "not_allowed_token_type": "`token` begins with xoxb-, `app_token` with xapp-",
    "missing_scope": "add the scope to the app and install it again",
    **dict.fromkeys(
        ("channel_not_found", "not_in_channel", "is_archived"),
        "see that `channel` is right, and /invite the app there",
    ),
}

log = logging.getLogger(__name__)
quiet = logging.getLogger(f"{__name__}.library")
quiet.setLevel(logging.CRITICAL)  # it would log addresses that hold a ticket; we tell by ourselves


class Settings(BaseModel):
    """`channel` is the id of the desk's channel. Person U123 is "slack:U123" in [editors]."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr
    app_token: SecretStr
    channel: str = Field(pattern=r"^[CG][A-Z0-9]{2,}$")
    api: str = Field("https://slack.com/api", pattern=r"^https?://")
    film_mb: float = Field(200, gt=0, le=1000)


class Plugin:
    """Listens by slack_sdk's socket; writes by plain calls."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        http: aiohttp.ClientSession,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        if find_spec("slack_sdk") is None:
            raise ConfigError(f"chat {name!r} needs a package: pip install 'wirereel[slack]'")
        self.name = name
        self.sizes = Sizes(3000, 0, int(settings.film_mb * 1_000_000), 2000)
        self._settings, self._http, self._clock, self._sleep = settings, http, clock, sleep
        self._calls = Calls(name, http)
        self._board = Board(name, self, sleep)
        self._recent: deque[str] = deque(maxlen=REMEMBERED)
        self._me: Mapping[str, Any] = {}

    async def run(self, newsroom: Newsroom) -> None:
        """Listen until cancelled."""
        await self._board.run(newsroom, self._listen)

    async def send(self, message: Outgoing) -> None:
        """Show a message in the desk's channel."""
        await self._board.show(message)

    async def _listen(self) -> None:
        from slack_sdk.socket_mode.aiohttp import SocketModeClient
        from slack_sdk.web.async_client import AsyncWebClient

        self._me = await self._ask("auth.test")
        app_token = self._settings.app_token.get_secret_value()
        opened = await self._ask("apps.connections.open", app_token)  # our words if that is wrong
        web = AsyncWebClient(base_url=f"{self._settings.api.rstrip('/')}/", session=self._http)
        client = SocketModeClient(app_token, quiet, web)
        client.wss_uri = opened["url"]
        client.socket_mode_request_listeners.append(self._take)
        try:
            async with asyncio.timeout(CONNECT_S):
                await client.connect()  # type: ignore[no-untyped-call]
            while True:
                await self._sleep(LOOK_S)
                await self._ask("auth.test")
                if not await client.is_connected():
                    raise ConnectionError("the socket fell silent")
        finally:
            await client.close()  # type: ignore[no-untyped-call]

    async def _take(self, client: Any, request: Any) -> None:
        """Acknowledge at once, or Slack sends it again after three seconds; then hear it."""
        await client.send_socket_mode_response({"envelope_id": request.envelope_id})
        try:
            found = self._found(request.type, request.payload)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            log.warning("%s: an event of no known form (%r) is passed over", self.name, error)
            return
        if found and found[0].event not in self._recent:
            self._recent.append(found[0].event)
            await self._board.hear(*found)

    def _found(self, kind: str, payload: Mapping[str, Any]) -> Found | None:
        room = self._settings.channel
        match kind:
            case "events_api":
                return said_of(payload, self._me, room)
            case "interactive":
                return press_of(payload, self._me, room)
            case "slash_commands":
                return command_of(payload, self._me, room, self._clock())
        return None

    # -- writing -------------------------------------------------------------------------------

    async def put(self, sheet: Sheet) -> str:
        """Send a message; its name is its channel's and its time stamp."""
        channel, _, thread = (sheet.thread or self._settings.channel).partition("/")
        if sheet.film:
            return await self._upload(sheet, channel, thread)
        place = {"thread_ts": thread} if thread else {}
        if thread and sheet.buttons:  # what waits for somebody is seen outside its thread, too
            place["reply_broadcast"] = "true"
        plain = {"unfurl_links": "false", "unfurl_media": "false", "channel": channel}
        sent = await self._ask("chat.postMessage", **plain, **place, **words(sheet))
        return f"{channel}/{sent['ts']}"

    async def _upload(self, sheet: Sheet, channel: str, thread: str) -> str:
        assert sheet.film
        size = str(sheet.film.stat().st_size)
        to = await self._ask("files.getUploadURLExternal", filename="clip.mp4", length=size)
        with sheet.film.open("rb") as file:
            await self._calls.ask("POST", to["upload_url"], data=file, timeout_s=300)
        files = json.dumps([{"id": to["file_id"], "title": "clip"}])
        place = {"channel_id": channel} | ({"thread_ts": thread} if thread else {})
        await self._ask("files.completeUploadExternal", files=files, **place)
        return f"file/{to['file_id']}"

    async def change(self, ref: str, sheet: Sheet) -> bool:
        """Edit a message."""
        channel, _, stamp = ref.partition("/")
        try:
            await self._ask("chat.update", channel=channel, ts=stamp, **words(sheet))
        except Refused as error:
            if not any(word in str(error) for word in GONE):
                raise
            return False
        return True

    async def begin(self, title: str) -> str:
        """Open nothing: a thread begins with a message."""
        return ""

    async def follow(self, ref: str, title: str) -> str:
        """Name the thread of a message: as the message."""
        return ref

    async def _ask(self, method: str, token: str = "", /, **fields: str) -> dict[str, Any]:
        secret = token or self._settings.token.get_secret_value()
        url = f"{self._settings.api.rstrip('/')}/{method}"
        headers = {"Authorization": f"Bearer {secret}"}
        answer = await self._calls.ask("POST", url, data=fields, headers=headers)
        told = answer.told()
        if told.get("ok") is True:
            return told
        raise _trouble(method, answer)


def _trouble(method: str, answer: Answer) -> Exception:
    """Say what an answer that is no yes means, and the way out."""
    error = answer.word("error")
    said = f"{method} answered {error or answer}"
    if error in MEND:
        needed = answer.word("needed")
        return Shut(f"{said}{f' ({needed})' if needed else ''}: {MEND[error]}")
    return Refused(said) if error and error not in DOWN else ChannelDown(said, answer.wait_s)
