"""Mattermost on loopback: its API and websocket, people who write and react, faults on command."""

import json
from datetime import datetime
from typing import Any

from aiohttp import web

from fakes_rooms import Room

TOKEN = "token-of-a-test"
ROOM = "deskroom" + "0" * 18
ME = {"id": "reelbot" + "0" * 19, "username": "reelbot", "is_bot": True}


class FakeMattermost(Room):
    """`signs` are the reactions of the bot, as (post, sign); `bots` are users that are none."""

    def __init__(self) -> None:
        super().__init__()
        self.signs: set[tuple[str, str]] = set()
        self.bots: set[str] = set()
        self.files: list[bytes] = []
        self._said: set[str] = set()

    def texts(self) -> list[str]:
        return [post["message"] for post in self.shown.values()]

    # -- what people do ------------------------------------------------------------------------

    async def writes(
        self, user: str, text: str, at: datetime, channel: str = ROOM, **more: Any
    ) -> dict[str, Any]:
        """Somebody writes; answers the frame."""
        kind, direct = more.pop("event", "posted"), more.pop("direct", False)
        post = {
            "id": f"post{self.number()}",
            "user_id": user,
            "channel_id": channel,
            "create_at": _ms(at),
            "update_at": _ms(at),
            "root_id": "",
            "message": text,
            "type": "",
            "props": {},
            **more,
        }
        self._said.add(post["id"])
        data = {"post": json.dumps(post), "channel_type": "D" if direct else "O"}
        frame = {"event": kind, "data": data, "broadcast": {}, "seq": 1}
        await self.tells(frame)
        return frame

    async def reacts(self, user: str, post: str, sign: str, at: datetime) -> None:
        reaction = {"user_id": user, "post_id": post, "emoji_name": sign, "create_at": _ms(at)}
        data = {"reaction": json.dumps(reaction)}
        await self.tells({"event": "reaction_added", "data": data, "broadcast": {}})

    # -- the server ----------------------------------------------------------------------------

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 30)
        app.router.add_get("/api/v4/websocket", self._socket)
        app.router.add_route("*", "/api/v4/{path:.*}", self._serve)
        return app

    async def _serve(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        fields: dict[str, Any] = {}
        if request.content_type == "application/json" and request.can_read_body:
            fields = await request.json()
        elif request.content_type == "multipart/form-data":
            fields = dict(await request.post())
        if fault := self.fault(f"{request.method} {path}", fields):
            return fault
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _no(401, "Invalid or expired session, please login again.")
        answer = self._answer(request.method, path.split("/"), fields)
        self.moves()
        return answer

    def _answer(self, method: str, path: list[str], fields: dict[str, Any]) -> web.Response:
        match [method, *path]:
            case ["GET", "users", "me"]:
                return web.json_response(ME)
            case ["GET", "users", user]:
                return web.json_response({"id": user, "is_bot": user in self.bots})
            case ["POST", "posts"]:
                return self._post(fields)
            case ["PUT", "posts", post, "patch"] if post in self.shown:
                self.shown[post] |= fields
                return web.json_response(self.shown[post])
            case ["POST", "files"]:
                self.files.append(fields["files"].file.read())
                return web.json_response({"file_infos": [{"id": f"file{len(self.files)}"}]})
            case ["POST", "reactions"]:
                self.signs.add((fields["post_id"], fields["emoji_name"]))
                return web.json_response(fields, status=201)
            case ["DELETE", "users", _, "posts", post, "reactions", sign]:
                self.signs.discard((post, sign))
                return web.json_response({"status": "OK"})
        return _no(404, "Unable to find the post.")

    def _post(self, fields: dict[str, Any]) -> web.Response:
        assert len(fields["message"]) <= 16_383
        if (root := fields["root_id"]) and root not in self.shown and root not in self._said:
            return _no(400, "Invalid RootId parameter.")
        pending = fields.get("pending_post_id")
        for post in self.shown.values():
            if pending and post.get("pending_post_id") == pending:
                return web.json_response(post, status=201)
        post = {"id": f"post{self.number()}", **fields}
        self.shown[post["id"]] = post
        return web.json_response(post, status=201)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        challenge = await socket.receive_json()
        assert challenge["action"] == "authentication_challenge"
        if challenge["data"]["token"] != TOKEN:
            await socket.close()
            return socket
        await socket.send_json({"status": "OK", "seq_reply": 1})
        await socket.send_json({"event": "hello", "data": {"server_version": "10.5"}})
        self.sockets.append(socket)
        self.moves()
        async for _ in socket:
            pass
        return self.ended(socket)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _no(status: int, message: str) -> web.Response:
    return web.json_response(
        {"id": "api.x", "message": message, "status_code": status}, status=status
    )
