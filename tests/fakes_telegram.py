"""Telegram's Bot API on loopback: people who write and press, and faults on command."""

import asyncio
import json
from collections import deque
from datetime import datetime
from typing import Any, Self

from aiohttp import web

TOKEN = "4242:fake-token-of-a-test"
BOT = {"id": 4242, "is_bot": True, "first_name": "Reel", "username": "reelbot"}
ROOM = -100123
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}


class FakeTelegram:
    """`shown` is what stands in chats, by number; `calls` every call as (method, fields)."""

    def __init__(self) -> None:
        self.shown: dict[int, dict[str, Any]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._updates: list[dict[str, Any]] = []
        self._faults: dict[str, deque[tuple[int, dict[str, Any] | str]]] = {}
        self._news = asyncio.Event()
        self._moved = asyncio.Event()
        self._closing = False
        self._lost: list[dict[str, Any]] = []
        self._last = 1000
        self._messages = 0

    # -- what people do ------------------------------------------------------------------------

    def writes(self, who: int, text: str, at: datetime, chat: int = ROOM, **more: Any) -> int:
        """Somebody writes; answers the number of the update."""
        kind = more.pop("kind", "message")
        return self._add({kind: self._message(who, text, at, chat, **more)})

    def pushes(self, who: int, data: str, number: int, chat: int = ROOM, **more: Any) -> int:
        sender = {"id": who, "is_bot": False, **more}
        under = {"message_id": number, "chat": _chat(chat), "date": 0, "from": BOT}
        return self._add(
            {"callback_query": {"id": "q1", "from": sender, "message": under, "data": data}}
        )

    def again(self, update: dict[str, Any]) -> None:
        """The very same update comes again, as after an answer that was lost."""
        self._lost.append(update)
        self._wake()

    def update(self, number: int) -> dict[str, Any]:
        return next(u for u in self._updates if u["update_id"] == number)

    # -- faults --------------------------------------------------------------------------------

    def refuses(self, method: str, code: int, description: str, **parameters: Any) -> None:
        told = {"ok": False, "error_code": code, "description": description}
        self._fault(method, code, {**told, **({"parameters": parameters} if parameters else {})})

    def answers(self, method: str, status: int, text: str) -> None:
        self._fault(method, status, text)

    def _fault(self, method: str, status: int, body: dict[str, Any] | str) -> None:
        self._faults.setdefault(method, deque()).append((status, body))

    # -- what a test waits for -----------------------------------------------------------------

    async def has(self, test: Any) -> None:
        """Wait until something is true of this fake."""
        while not test(self):
            self._moved.clear()
            await asyncio.wait_for(self._moved.wait(), 5)

    def texts(self) -> list[str]:
        return [str(m.get("text") or m.get("caption") or "") for m in self.shown.values()]

    def called(self, method: str) -> list[dict[str, Any]]:
        return [fields for name, fields in self.calls if name == method]

    # -- the server ----------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 30)
        app.router.add_post("/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        self._wake()
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        fields = await _fields(request)
        self.calls.append((method, fields))
        self._moved.set()
        if request.match_info["token"] != TOKEN:
            return _no(401, "Unauthorized")
        if faults := self._faults.get(method):
            status, body = faults.popleft()
            if isinstance(body, str):
                return web.Response(status=status, text=body, content_type="text/html")
            return web.json_response(body, status=status)
        return await getattr(self, f"_{method}")(fields)

    async def _getMe(self, _: Any) -> web.Response:
        return _yes(BOT)

    async def _getUpdates(self, fields: dict[str, Any]) -> web.Response:
        def due() -> list[dict[str, Any]]:
            return [u for u in self._updates if u["update_id"] >= fields["offset"]]

        while not (due() or self._lost or self._closing):
            self._news.clear()
            await self._news.wait()
        lost, self._lost = self._lost, []
        return _yes((lost + due())[: fields["limit"]])

    async def _sendMessage(self, fields: dict[str, Any]) -> web.Response:
        if not 0 < len(fields["text"].encode("utf-16-le")) // 2 <= 4096:
            return _no(400, "Bad Request: message is too long")
        return self._show(fields)

    async def _sendVideo(self, fields: dict[str, Any]) -> web.Response:
        if len(fields["caption"].encode("utf-16-le")) // 2 > 1024:
            return _no(400, "Bad Request: message caption is too long")
        return self._show(fields)

    def _show(self, fields: dict[str, Any]) -> web.Response:
        for row in fields["reply_markup"]["inline_keyboard"]:
            if any(len(button["callback_data"].encode()) > 64 for button in row):
                return _no(400, "Bad Request: BUTTON_DATA_INVALID")
        self._messages += 1
        self.shown[self._messages] = fields
        self._moved.set()
        return _yes({"message_id": self._messages, "chat": _chat(fields["chat_id"]), "date": 0})

    async def _editMessageText(self, fields: dict[str, Any]) -> web.Response:
        return self._edit(fields, "text")

    async def _editMessageCaption(self, fields: dict[str, Any]) -> web.Response:
        return self._edit(fields, "caption")

    def _edit(self, fields: dict[str, Any], what: str) -> web.Response:
        number = fields["message_id"]
        if number not in self.shown or ("video" in self.shown[number]) != (what == "caption"):
            return _no(400, "Bad Request: message to edit not found")
        if {**self.shown[number], **fields} == self.shown[number]:
            return _no(400, "Bad Request: message is not modified")
        self.shown[number] |= fields
        self._moved.set()
        return _yes(True)

    async def _answerCallbackQuery(self, _: Any) -> web.Response:
        return _yes(True)

    async def _createForumTopic(self, fields: dict[str, Any]) -> web.Response:
        assert 1 <= len(fields["name"]) <= 128
        return _yes({"message_thread_id": 77, "name": fields["name"]})

    def _message(self, who: int, text: str, at: datetime, chat: int, **more: Any) -> dict[str, Any]:
        self._messages += 1
        sender = {"id": who, "is_bot": False, "first_name": "A person"}
        if more.pop("bot", False):
            sender["is_bot"] = True
        return {
            "message_id": self._messages,
            "from": sender,
            "chat": _chat(chat),
            "date": int(at.timestamp()),
            "text": text,
            **more,
        }

    def _add(self, update: dict[str, Any]) -> int:
        self._last += 1
        self._updates.append({"update_id": self._last, **update})
        self._wake()
        return self._last

    def _wake(self) -> None:
        self._news.set()


def _chat(number: int) -> dict[str, Any]:
    return {"id": number, "type": "private" if number > 0 else "supergroup"}


def _yes(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _no(code: int, description: str) -> web.Response:
    told = {"ok": False, "error_code": code, "description": description}
    return web.json_response(told, status=code)


async def _fields(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    fields: dict[str, Any] = {}
    for name, value in (await request.post()).items():
        fields[name] = value.file.read() if isinstance(value, web.FileField) else _value(value)
    return fields


def _value(value: Any) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
