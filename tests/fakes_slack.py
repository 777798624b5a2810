"""Slack on loopback: its API, Socket Mode, people who write and press, and faults on command."""

import json
from datetime import datetime
from typing import Any

from aiohttp import web

from fakes_rooms import Room

TOKEN, APP_TOKEN = "xoxb-of-a-test", "xapp-of-a-test"
ROOM = "C0DESK"
ME = {"ok": True, "user_id": "U0BOT", "bot_id": "B0BOT", "team_id": "T0"}


class FakeSlack(Room):
    """`acked` are the envelopes that were acknowledged, `files` the films that came up."""

    def __init__(self) -> None:
        super().__init__()
        self.acked: list[str] = []
        self.files: dict[str, bytes] = {}

    @property
    def api(self) -> str:
        return f"http://{self.host}/api"

    def texts(self) -> list[str]:
        return [told(message) for message in self.shown.values()]

    # -- what people do ------------------------------------------------------------------------

    async def writes(
        self, user: str, text: str, at: datetime, channel: str = ROOM, **more: Any
    ) -> dict[str, Any]:
        """Somebody writes; answers the event."""
        event = {
            "type": "message",
            "channel": channel,
            "channel_type": "im" if channel.startswith("D") else "channel",
            "user": user,
            "text": text,
            "ts": self._stamp(at),
            **more,
        }
        return await self.happens(event)

    async def edits(self, user: str, text: str, at: datetime, **more: Any) -> dict[str, Any]:
        stamp = self._stamp(at)
        said = {"user": user, "text": text, "ts": stamp, "edited": {"user": user, "ts": stamp}}
        return await self.happens(
            {
                "type": "message",
                "subtype": "message_changed",
                "channel": ROOM,
                "channel_type": "channel",
                "message": {**said, **more},
            }
        )

    async def happens(self, event: dict[str, Any]) -> dict[str, Any]:
        await self.envelope("events_api", {"event": event, "event_id": f"Ev{self.number()}"})
        return event

    async def pushes(self, user: str, command: str, at: datetime, channel: str = ROOM) -> None:
        payload = {
            "type": "block_actions",
            "user": {"id": user, "team_id": "T0"},
            "channel": {"id": channel},
            "message": {"ts": "5.000000"},
            "actions": [{"value": command, "action_ts": self._stamp(at)}],
        }
        await self.envelope("interactive", payload)

    async def slashes(self, user: str, text: str, channel: str = ROOM) -> None:
        trigger = f"{self.number()}.1.x"
        payload = {"command": "/reel", "text": text, "user_id": user, "channel_id": channel}
        await self.envelope("slash_commands", {**payload, "trigger_id": trigger})

    async def envelope(self, kind: str, payload: Any) -> None:
        number = f"env-{self.number()}"
        await self.tells({"type": kind, "envelope_id": number, "payload": payload})

    def _stamp(self, at: datetime) -> str:
        return f"{int(at.timestamp())}.{self.number():06}"

    # -- the server ----------------------------------------------------------------------------

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 30)
        app.router.add_post("/api/{method}", self._serve)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/socket", self._socket)
        return app

    async def _serve(self, request: web.Request) -> web.Response:
        method, fields = request.match_info["method"], dict(await request.post())
        if fault := self.fault(method, fields):
            return fault
        right = APP_TOKEN if method == "apps.connections.open" else TOKEN
        if request.headers.get("Authorization") != f"Bearer {right}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        answer = getattr(self, "_" + method.replace(".", "_"))(fields)
        self.moves()
        return web.json_response({"ok": True, **answer} if "ok" not in answer else answer)

    def _auth_test(self, _: Any) -> dict[str, Any]:
        return ME

    def _apps_connections_open(self, _: Any) -> dict[str, Any]:
        return {"url": f"ws://{self.host}/socket?ticket=secret-ticket"}

    def _chat_postMessage(self, fields: dict[str, Any]) -> dict[str, Any]:
        assert len(fields["text"]) <= 40_000
        stamp = f"{self.number()}.000000"
        self.shown[stamp] = fields
        return {"ts": stamp, "channel": fields["channel"]}

    def _chat_update(self, fields: dict[str, Any]) -> dict[str, Any]:
        if fields["ts"] not in self.shown:
            return {"ok": False, "error": "message_not_found"}
        self.shown[fields["ts"]] |= fields
        return {"ts": fields["ts"]}

    def _files_getUploadURLExternal(self, fields: dict[str, Any]) -> dict[str, Any]:
        assert int(fields["length"]) > 0
        return {"upload_url": f"http://{self.host}/upload/F1", "file_id": "F1"}

    def _files_completeUploadExternal(self, fields: dict[str, Any]) -> dict[str, Any]:
        assert json.loads(fields["files"])[0]["id"] in self.files
        return {"files": [{"id": "F1"}]}

    async def _upload(self, request: web.Request) -> web.Response:
        self.files[request.match_info["file"]] = await request.read()
        return web.Response(text="OK")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.sockets.append(socket)
        self.moves()
        async for frame in socket:
            self.acked.append(json.loads(frame.data)["envelope_id"])
            self.moves()
        return self.ended(socket)


def told(message: dict[str, Any]) -> str:
    """What a person reads of a message."""
    block = json.loads(message["blocks"])[0]
    return "".join(part["text"] for part in block["elements"][0]["elements"])


def buttons(message: dict[str, Any]) -> list[str]:
    """The commands under a message."""
    blocks = [b for b in json.loads(message["blocks"]) if b["type"] == "actions"]
    return [element["value"] for block in blocks for element in block["elements"]]
