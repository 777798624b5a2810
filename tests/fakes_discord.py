"""Discord on loopback: its API and gateway, people who write and press, and faults on command."""

import json
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from fakes_rooms import Room

TOKEN = "MTIz.of-a.test"
GUILD, ROOM, THREAD, ELSEWHERE, DIRECT = 500, 600, 601, 602, 603
ME = {"id": "77", "username": "reelbot", "discriminator": "0", "avatar": None, "bot": True}
EPOCH_MS = 1_420_070_400_000


class FakeDiscord(Room):
    """`identified` are the tokens that came in over the gateway."""

    def __init__(self) -> None:
        super().__init__()
        self.identified: list[dict[str, Any]] = []
        self.close_code = 0
        self._seq = 0

    @property
    def api(self) -> str:
        return f"http://{self.host}/api/v10"

    @property
    def gateway(self) -> str:
        return f"ws://{self.host}/gateway"

    def texts(self) -> list[str]:
        return [message["content"] for message in self.shown.values()]

    # -- what people do ------------------------------------------------------------------------

    async def writes(
        self, user: int, text: str, at: datetime, channel: int = ROOM, **more: Any
    ) -> dict[str, Any]:
        """Somebody writes; answers the message."""
        kind = more.pop("kind", "MESSAGE_CREATE")
        message = self._message(user, text, at, channel) | more
        await self.dispatch(kind, message)
        return message

    async def pushes(self, user: int, command: str, at: datetime, channel: int = ROOM) -> None:
        """Somebody presses a button; where it is ours, this ends when that was acknowledged."""
        before = len(self.acked())
        person = _user(user)
        where = {
            "member": {
                "user": person,
                "roles": [],
                "joined_at": None,
                "deaf": False,
                "mute": False,
                "flags": 0,
                "permissions": "0",
            },
            "guild_id": str(GUILD),
        }
        await self.dispatch(
            "INTERACTION_CREATE",
            {
                "id": self._snowflake(at),
                "type": 3,
                "token": "interaction-token",
                "version": 1,
                "application_id": "77",
                "attachment_size_limit": 1,
                "channel": {"id": str(channel), "type": 0, "name": "x", "position": 0},
                "channel_id": str(channel),
                "data": {"custom_id": command, "component_type": 2},
                "message": self._message(77, "An offer", at, channel),
                **where,
            },
        )  # fmt: skip
        if channel == ROOM:
            await self.has(lambda room: len(room.acked()) > before)

    def acked(self) -> list[dict[str, Any]]:
        """What was said to presses at once."""
        return [fields for call, fields in self.calls if call.endswith("/callback")]

    async def dispatch(self, kind: str, data: dict[str, Any]) -> None:
        self._seq += 1
        await self.tells({"op": 0, "t": kind, "s": self._seq, "d": data})

    def _message(self, user: int, text: str, at: datetime, channel: int) -> dict[str, Any]:
        place = {} if channel == DIRECT else {"guild_id": str(GUILD)}
        return {
            "id": self._snowflake(at),
            "channel_id": str(channel),
            "author": _user(user),
            "content": text,
            "timestamp": at.isoformat(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
            "type": 0,
            "flags": 0,
            "components": [],
            **place,
        }

    def _snowflake(self, at: datetime) -> str:
        ms = (at - datetime(1970, 1, 1, tzinfo=at.tzinfo)) // timedelta(milliseconds=1)
        return str(((ms - EPOCH_MS) << 22) + self.number())

    # -- the server ----------------------------------------------------------------------------

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 30)
        app.router.add_get("/gateway", self._socket)
        app.router.add_route("*", "/api/v10/{path:.*}", self._serve)
        return app

    async def _serve(self, request: web.Request) -> web.Response:
        path, fields = request.match_info["path"], await _fields(request)
        if fault := self.fault(f"{request.method} {path}", fields):
            return fault
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return _no(401, 0, "401: Unauthorized")
        answer = self._answer(request.method, path.split("/"), fields)
        self.moves()
        return answer

    def _answer(self, method: str, path: list[str], fields: dict[str, Any]) -> web.Response:
        match [method, *path]:
            case ["GET", "users", "@me"]:
                return _json(ME)
            case ["GET", "oauth2", "applications", "@me"]:
                return _json(APPLICATION)
            case ["POST", "interactions", *_]:
                return web.Response(status=204)
            case ["POST", "channels", channel, "messages"]:
                return self._post(channel, fields)
            case ["PATCH", "channels", _, "messages", number]:
                if number not in self.shown:
                    return _no(404, 10008, "Unknown Message")
                self.shown[number] |= fields
                return _json({"id": number})
            case ["POST", "channels", _, "messages", number, "threads"]:
                assert 1 <= len(fields["name"]) <= 100
                return _json({"id": number}, status=201)
        return _no(404, 0, f"404: {method} {path}")

    def _post(self, channel: str, fields: dict[str, Any]) -> web.Response:
        assert 1 <= len(fields["content"]) <= 2000 or "film" in fields
        nonce = fields.get("nonce")
        assert nonce is None or len(nonce) <= 25
        for number, message in self.shown.items():
            if nonce and message.get("nonce") == nonce:
                return _json({"id": number})
        number = str(self.number())
        self.shown[number] = {**fields, "channel": channel}
        return _json({"id": number})

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(
            {"op": 10, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None}
        )
        async for frame in socket:
            told = json.loads(frame.data)
            if told["op"] == 2:
                await self._let_in(socket, told["d"])
            if told["op"] == 1:
                await socket.send_json({"op": 11})
            if told["op"] == 6:
                self._seq += 1
                await socket.send_json({"op": 0, "t": "RESUMED", "s": self._seq, "d": {}})
                self.sockets.append(socket)
                self.moves()
        return self.ended(socket)

    async def _let_in(self, socket: web.WebSocketResponse, identity: dict[str, Any]) -> None:
        self.identified.append(identity)
        if self.close_code:
            await socket.close(code=self.close_code)
            return
        self._seq = 2
        ready = {
            "v": 10,
            "user": ME,
            "guilds": [{"id": str(GUILD), "unavailable": True}],
            "session_id": "s1",
            "resume_gateway_url": self.gateway,
            "application": {"id": "77", "flags": 0},
        }
        await socket.send_json({"op": 0, "t": "READY", "s": 1, "d": ready})
        await socket.send_json({"op": 0, "t": "GUILD_CREATE", "s": 2, "d": _guild()})
        self.sockets.append(socket)
        self.moves()


APPLICATION = {
    "id": "77", "name": "Reel", "icon": None, "description": "", "bot_public": False,
    "bot_require_code_grant": False, "verify_key": "", "flags": 0, "hook": True,
    "owner": {"id": "1", "username": "o", "discriminator": "0", "avatar": None}, "team": None,
}  # fmt: skip


def _guild() -> dict[str, Any]:
    def channel(number: int) -> dict[str, Any]:
        return {"id": str(number), "type": 0, "name": f"c{number}", "position": 0,
                "permission_overwrites": [], "guild_id": str(GUILD)}  # fmt: skip

    thread = {
        "id": str(THREAD), "type": 11, "guild_id": str(GUILD), "parent_id": str(ROOM), "name": "t",
        "owner_id": "77", "message_count": 1, "member_count": 1, "rate_limit_per_user": 0,
        "thread_metadata": {"archived": False, "auto_archive_duration": 60, "locked": False,
                            "archive_timestamp": "2026-11-23T12:00:00+00:00"},
    }  # fmt: skip
    return {
        "id": str(GUILD), "name": "House", "member_count": 3, "roles": [], "emojis": [],
        "channels": [channel(ROOM), channel(ELSEWHERE)], "threads": [thread], "members": [],
        "features": [], "presences": [], "voice_states": [], "large": False, "unavailable": False,
    }  # fmt: skip


def _user(number: int) -> dict[str, Any]:
    return {"id": str(number), "username": f"u{number}", "discriminator": "0", "avatar": None}


def _json(told: Any, status: int = 200) -> web.Response:
    """As Discord says it, without a charset: the library looks for exactly that."""
    kind = {"Content-Type": "application/json"}
    return web.Response(body=json.dumps(told).encode(), status=status, headers=kind)


def _no(status: int, code: int, message: str) -> web.Response:
    return _json({"code": code, "message": message}, status=status)


async def _fields(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json" and request.can_read_body:
        return dict(await request.json())
    if request.content_type == "multipart/form-data":
        parts = await request.post()
        film = parts["files[0]"]
        assert isinstance(film, web.FileField)
        payload = parts["payload_json"]
        assert isinstance(payload, bytearray)  # it comes with a content type of its own
        return {**json.loads(payload), "film": film.file.read()}
    return {}
