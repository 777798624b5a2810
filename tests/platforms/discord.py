"""A fake of Discord's API with one channel that a bot may post to."""

import json
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from platforms import Can, Made
from platforms._server import Server, parts
from publish.discord import EPOCH_MS, Plugin, Settings

TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"
HOOK_TOKEN = "3d89bb7572e0fb30d8128367b3b1b44fecd1726de135cbe28a41f8b2f777c372ba2939e72279b94526"
CHANNEL, GUILD = "319674150115610528", "290926798626357999"
HOOK = f"/api/webhooks/223704706495545344/{HOOK_TOKEN}"
FIRST = (int(datetime(2026, 11, 23, 17, 43, tzinfo=UTC).timestamp() * 1000) - EPOCH_MS) << 22


class Fake(Server):
    """Minds a nonce while it remembers it; lists 100 messages at most, oldest pages first."""

    can: frozenset[Can] = frozenset({"moderation"})
    lying_error = '{"code": 0, "message": "500: Internal Server Error"}'
    lying_type = '{"id": 7, "guild_id": [], "channel_id": {}, "attachments": {}}'

    def __init__(self) -> None:
        super().__init__()
        self.messages: dict[int, dict[str, Any]] = {}
        self.nonces: dict[str, int] = {}
        self.secrets = (TOKEN, HOOK_TOKEN)

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        given = {"token": TOKEN, "channel": CHANNEL, "api": f"{self.url}/api/v10"}
        return Plugin("discord", Settings.model_validate(given), http)

    def authorised(self, request: web.Request) -> bool:
        hook = request.path.startswith(HOOK)
        return not self.locked_out and (
            hook or request.headers.get("Authorization") == f"Bot {TOKEN}"
        )

    def locked(self) -> web.Response:
        return _wrong(401, 0, "401: Unauthorized")

    def forgets_nonces(self) -> None:
        """Some minutes are over."""
        self.nonces.clear()

    def routes(self, router: web.UrlDispatcher) -> None:
        bot = f"/api/v10/channels/{CHANNEL}"
        router.add_get(bot, self._place)
        router.add_get(HOOK, self._place)
        router.add_get(f"{bot}/messages", self._list)
        router.add_post(f"{bot}/messages", self._post)
        router.add_post(HOOK, self._post)
        for place in (bot, HOOK):
            router.add_patch(f"{place}/messages/{{id}}", self._patch)
            router.add_delete(f"{place}/messages/{{id}}", self._delete)

    async def _place(self, request: web.Request) -> web.Response:
        if request.path == HOOK:
            told = {"id": "223704706495545344", "channel_id": CHANNEL, "token": HOOK_TOKEN}
            return web.json_response({**told, "guild_id": GUILD})
        return web.json_response({"id": CHANNEL, "guild_id": GUILD, "type": 0})

    async def _post(self, request: web.Request) -> web.StreamResponse:
        form = await parts(request)
        told, file = json.loads(form["payload_json"]), form["files[0]"]
        assert told["allowed_mentions"] == {"parse": []}
        assert told["attachments"][0]["filename"] == file[0]
        if request.path == HOOK:
            assert request.query["wait"] == "true"
        else:
            assert told["enforce_nonce"]
            assert 0 < len(told["nonce"]) <= 25
        return await self.committing(request, lambda: self._make(told, file))

    def _make(self, told: dict[str, Any], file: tuple[str, str, str]) -> web.Response:
        nonce = told.get("nonce", "")
        if nonce in self.nonces:
            return web.json_response(self.messages[self.nonces[nonce]])
        if self.moderated:
            return _wrong(400, 200000, "Message was blocked by automatic moderation")
        if len(told["content"]) > 2000:
            return _wrong(400, 50035, "Invalid Form Body")
        self.uploads += 1
        id_ = FIRST + (self.number() << 22)
        attached = {"id": "1", "filename": file[0], "description": "seen"}
        self.messages[id_] = {
            "id": str(id_),
            "channel_id": CHANNEL,
            "content": told["content"],
            "attachments": [attached],
        }
        if nonce:
            self.nonces[nonce] = id_
        self.posts.append(Made(str(id_), told["content"], file[2]))
        return web.json_response(self.messages[id_])

    def chatters(self, count: int) -> None:
        """People talk in the channel."""
        for _ in range(count):
            id_ = FIRST + (self.number() << 22)
            self.messages[id_] = {"id": str(id_), "channel_id": CHANNEL, "attachments": []}

    async def _list(self, request: web.Request) -> web.Response:
        after, limit = int(request.query["after"]), int(request.query["limit"])
        page = sorted(id_ for id_ in self.messages if id_ > after)[: min(limit, 100)]
        return web.json_response([self.messages[id_] for id_ in reversed(page)])

    async def _patch(self, request: web.Request) -> web.Response:
        made, told = self.post(request.match_info["id"]), await request.json()
        if made is None:
            return _wrong(404, 10008, "Unknown Message")
        assert told["allowed_mentions"] == {"parse": []}
        made.text = told["content"]
        return web.json_response(self.messages[int(made.id)])

    async def _delete(self, request: web.Request) -> web.Response:
        made = self.post(request.match_info["id"])
        if made is None:
            return _wrong(404, 10008, "Unknown Message")
        self.posts.remove(made)
        del self.messages[int(made.id)]
        self.nonces = {nonce: id_ for nonce, id_ in self.nonces.items() if id_ != int(made.id)}
        return web.Response(status=204)


def _wrong(status: int, code: int, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message}, status=status)
