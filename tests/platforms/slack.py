"""A fake of Slack's Web API with one channel."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from platforms import Can, Made
from platforms._server import Server
from publish.slack import Plugin, Settings

TOKEN = "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy"
TICKET = "CwABAAAAXAoAAVnX"
CHANNEL = "C0NF841BK"
START = datetime(2026, 11, 23, 17, 43, tzinfo=UTC).timestamp()


class Fake(Server):
    """Says its noes in a 200; a file is shared under another id than its message."""

    can: frozenset[Can] = frozenset({"moderation", "expiry"})
    lying_error = '{"ok": false, "error": "internal_error"}'
    lying_type = '{"ok": "true", "file_id": 7, "files": {"id": 1}, "messages": "none"}'

    def __init__(self, *, private: bool = False) -> None:
        super().__init__()
        self.kind = "private" if private else "public"
        self.files: dict[str, dict[str, Any]] = {}
        self.messages: list[dict[str, Any]] = []
        self.secrets = (TOKEN, TICKET)

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        given = {"token": TOKEN, "channel": CHANNEL, "api": f"{self.url}/api"}
        return Plugin("slack", Settings.model_validate(given), http)

    def authorised(self, request: web.Request) -> bool:
        if request.path.startswith("/upload/"):
            return "Authorization" not in request.headers
        return request.headers.get("Authorization") == f"Bearer {TOKEN}" and not self.locked_out

    def locked(self) -> web.Response:
        return _no("token_revoked")

    def forgets_uploads(self) -> None:
        self.files = {id_: file for id_, file in self.files.items() if file["shares"]}

    def chatters(self, count: int) -> None:
        """People talk in the channel."""
        for _ in range(count):
            self.messages.append({"type": "message", "ts": self._ts(), "text": "hello"})

    def routes(self, router: web.UrlDispatcher) -> None:
        for method, call in {
            "files.getUploadURLExternal": self._url_for,
            "files.completeUploadExternal": self._complete,
            "files.info": self._info,
            "files.delete": self._delete_file,
            "conversations.history": self._history,
            "chat.update": self._update,
            "chat.delete": self._delete,
        }.items():
            router.add_post(f"/api/{method}", call)
        router.add_post("/upload/{ticket}/{file}", self._take)

    def _ts(self) -> str:
        return f"{START + self.number():.6f}"

    async def _url_for(self, request: web.Request) -> web.Response:
        told = await request.post()  # this method reads forms only
        assert int(str(told["length"])) > 0
        assert told["alt_txt"]
        id_ = f"F{self.number():09}"
        self.files[id_] = {"id": id_, "name": told["filename"], "sha256": "", "shares": {}}
        url = f"{self.url}/upload/{TICKET}/{id_}"
        return web.json_response({"ok": True, "upload_url": url, "file_id": id_})

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.uploads += 1
        self.files[request.match_info["file"]]["sha256"] = hashlib.sha256(body).hexdigest()
        return web.Response(text=f"OK - {len(body)}")

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        told = await request.json()
        assert told["channel_id"] == CHANNEL
        return await self.committing(request, lambda: self._share(told))

    def _share(self, told: dict[str, Any]) -> web.Response:
        [given] = told["files"]
        file = self.files.get(given["id"])
        if self.moderated:
            return _no("restricted_action")
        if file is None or not file["sha256"]:
            return _no("file_not_found")
        ts = self._ts()
        shown = {"id": file["id"], "name": file["name"], "title": given["title"]}
        shown["permalink"] = f"https://desk.slack.example/files/U1/{file['id']}/clip.mp4"
        file["shares"] = {self.kind: {CHANNEL: [{"ts": ts}]}}
        message = {"type": "message", "ts": ts, "text": told["initial_comment"], "files": [shown]}
        self.messages.append(message)
        self.posts.append(Made(ts, told["initial_comment"], file["sha256"]))
        return web.json_response({"ok": True, "files": [{**shown, "shares": {}}]})

    async def _info(self, request: web.Request) -> web.Response:
        file = self.files.get(str((await request.post())["file"]))
        return web.json_response({"ok": True, "file": file}) if file else _no("file_not_found")

    async def _history(self, request: web.Request) -> web.Response:
        told = await request.json()
        start = int(told.get("cursor", 0))
        newest = [m for m in reversed(self.messages) if float(m["ts"]) > float(told["oldest"])]
        end = start + told["limit"]
        cursor = str(end) if end < len(newest) else ""
        more = {"response_metadata": {"next_cursor": cursor}}
        return web.json_response({"ok": True, "messages": newest[start:end], **more})

    async def _update(self, request: web.Request) -> web.Response:
        told = await request.json()
        made = self.post(told["ts"])
        if made is None:
            return _no("message_not_found")
        made.text = told["text"]
        return web.json_response({"ok": True, "ts": made.id, "text": made.text})

    async def _delete(self, request: web.Request) -> web.Response:
        made = self.post((await request.json())["ts"])
        if made is None:
            return _no("message_not_found")
        self.posts.remove(made)
        self.messages = [message for message in self.messages if message["ts"] != made.id]
        return web.json_response({"ok": True, "ts": made.id})

    async def _delete_file(self, request: web.Request) -> web.Response:
        if self.files.pop((await request.json())["file"], None) is None:
            return _no("file_deleted")
        return web.json_response({"ok": True})


def _no(error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error})
