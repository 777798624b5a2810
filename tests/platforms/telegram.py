"""A fake of Telegram's Bot API with one channel."""

import aiohttp
from aiohttp import web

from platforms import Can, Made
from platforms._server import Server, parts, says
from publish.telegram import Plugin, Settings

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


class Fake(Server):
    """Everything stands at /bot<token>/<method>; what is posted cannot be listed."""

    can: frozenset[Can] = frozenset({"moderation"})
    lying_error = '{"ok": false, "error_code": 500, "description": "Internal Server Error"}'
    lying_type = '{"ok": true, "result": {"message_id": "7", "chat": 5, "video": []}}'

    def __init__(self, *, channel: str = "@wirereel_news") -> None:
        super().__init__()
        self.place = channel
        self.forms: list[dict[str, object]] = []
        self.secrets = (TOKEN, TOKEN.partition(":")[2])

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        given = {"token": TOKEN, "channel": self.place, "api": self.url}
        return Plugin("telegram", Settings.model_validate(given), http)

    def authorised(self, request: web.Request) -> bool:
        return request.path.startswith(f"/bot{TOKEN}/") and not self.locked_out

    def locked(self) -> web.Response:
        return _wrong(401, "Unauthorized")

    def knows_no_such_bot(self) -> None:
        """What a token is answered that has not the form of one."""
        self._next.append(says(404, '{"ok": false, "error_code": 404, "description": "Not Found"}'))

    def limits_rate(self, seconds: int) -> None:
        wait = f'"parameters": {{"retry_after": {seconds}}}'
        told = f'{{"ok": false, "error_code": 429, "description": "Too Many Requests", {wait}}}'
        self._next.append(says(429, told, "application/json"))

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/bot{token}/sendVideo", self._send)
        router.add_post("/bot{token}/editMessageCaption", self._edit)
        router.add_post("/bot{token}/deleteMessage", self._delete)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        form = await parts(request)
        self.forms.append(form)
        assert form["chat_id"] == self.place
        assert form["supports_streaming"] == "true"
        assert (form["width"], form["height"], form["duration"]) == ("1080", "1920", "34")
        assert (form["cover"], form["still"][0]) == ("attach://still", "c.jpg")
        return await self.committing(request, lambda: self._make(form["caption"], form["video"]))

    def _make(self, caption: str, video: tuple[str, str, str]) -> web.Response:
        if self.moderated:
            return _wrong(403, "Forbidden: the channel is not accessible")
        if len(caption.encode("utf-16-le")) > 2048:
            return _wrong(400, "Bad Request: message caption is too long")
        self.uploads += 1
        number = self.number()
        self.posts.append(Made(str(number), caption, video[2]))
        chat: dict[str, object] = {"id": -1001234567890, "type": "channel"}
        if self.place.startswith("@"):
            chat["username"] = self.place[1:]
        result = {"message_id": number, "chat": chat, "video": {"file_id": "BAAD"}}
        return web.json_response({"ok": True, "result": {**result, "caption": caption}})

    async def _edit(self, request: web.Request) -> web.Response:
        told = await request.json()
        made = self.post(str(told["message_id"]))
        if made is None:
            return _wrong(400, "Bad Request: message to edit not found")
        if made.text == told["caption"]:
            return _wrong(400, "Bad Request: message is not modified: same content")
        made.text = told["caption"]
        return web.json_response({"ok": True, "result": {"message_id": told["message_id"]}})

    async def _delete(self, request: web.Request) -> web.Response:
        made = self.post(str((await request.json())["message_id"]))
        if made is None:
            return _wrong(400, "Bad Request: message to delete not found")
        self.posts.remove(made)
        return web.json_response({"ok": True, "result": True})


def _wrong(status: int, description: str) -> web.Response:
    told = {"ok": False, "error_code": status, "description": description}
    return web.json_response(told, status=status)
