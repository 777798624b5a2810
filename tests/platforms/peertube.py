"""A fake of a PeerTube instance: uploads in pieces, transcoding, privacy."""

import hashlib
from typing import Any

import aiohttp
from aiohttp import web

from platforms import Can, Made
from platforms._server import Server, parts
from publish.peertube import Plugin, Settings

PASSWORD = "correct horse battery"
UUID = "9c9de5e8-0a1e-484a-b099-{:012d}"


class Fake(Server):
    """An instance with the account desk and its channel wire."""

    renews = True
    can: frozenset[Can] = frozenset({"busy", "moderation", "expiry", "quota"})
    lying_type = '{"uuid": {"a": 1}, "video": 7, "id": "x", "access_token": 5, "client_id": []}'

    def __init__(self) -> None:
        super().__init__()
        self.sessions: dict[str, tuple[dict[str, Any], bytearray, int]] = {}
        self.videos: dict[str, dict[str, Any]] = {}
        self.pieces: list[str] = []
        self._token = "none-yet"
        self.secrets = (PASSWORD, "token-of-desk", "client-secret")

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        given = {"url": self.url, "username": "desk", "password": PASSWORD, "channel": "wire"}
        return Plugin("peertube", Settings.model_validate(given), http)

    def token_expires(self) -> None:
        self._token = "run-out"

    def login_ends(self) -> None:
        super().login_ends()
        self._token = "run-out"

    def forgets_uploads(self) -> None:
        self.sessions.clear()
        self.videos = {u: v for u, v in self.videos.items() if v["privacy"]["id"] == 1}

    def routes(self, router: web.UrlDispatcher) -> None:
        api = "/api/v1"
        router.add_get(f"{api}/oauth-clients/local", self._client)
        router.add_post(f"{api}/users/token", self._enter)
        router.add_get(f"{api}/video-channels/wire", self._channel)
        router.add_post(f"{api}/videos/upload-resumable", self._begin)
        router.add_put(f"{api}/videos/upload-resumable", self._piece)
        router.add_get(f"{api}/videos/{{uuid}}", self._get)
        router.add_put(f"{api}/videos/{{uuid}}", self._change)
        router.add_put(f"{api}/videos/{{uuid}}/captions/en", self._captions)
        router.add_delete(f"{api}/videos/{{uuid}}", self._delete)

    def authorised(self, request: web.Request) -> bool:
        if request.path.endswith(("/oauth-clients/local", "/users/token")):
            return True
        return request.headers.get("Authorization") == f"Bearer {self._token}"

    def locked(self) -> web.Response:
        return _wrong(401, "invalid_token", "Invalid token: access token is invalid")

    async def _client(self, request: web.Request) -> web.Response:
        return web.json_response({"client_id": "client-1", "client_secret": "client-secret"})

    async def _enter(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        assert form["client_id"] == "client-1"
        assert form["grant_type"] == "password"
        if self.locked_out or (form["username"], form["password"]) != ("desk", PASSWORD):
            return _wrong(400, "invalid_grant", "Invalid grant: user credentials are invalid")
        self._token = f"token-of-desk-{self.number()}"
        return web.json_response({"access_token": self._token, "expires_in": 86400})

    async def _channel(self, request: web.Request) -> web.Response:
        return web.json_response({"id": 7, "name": "wire"})

    async def _begin(self, request: web.Request) -> web.Response:
        told = await request.json()
        assert request.headers["X-Upload-Content-Type"] == "video/mp4"
        assert (told["channelId"], told["privacy"], told["language"]) == (7, 3, "en")
        if self.moderated:
            return _wrong(403, "", "Video upload is not accepted")
        if self.spent:
            return _wrong(413, "quota_reached", "The user video quota is exceeded with this video")
        upload = f"up-{self.number()}"
        size = int(request.headers["X-Upload-Content-Length"])
        self.sessions[upload] = (told, bytearray(), size)
        where = f"//peertube.example/api/v1/videos/upload-resumable?upload_id={upload}"
        return web.Response(status=201, headers={"Location": where})

    async def _piece(self, request: web.Request) -> web.Response:
        body, where = await request.read(), request.headers["Content-Range"]
        if (session := self.sessions.get(request.query["upload_id"])) is None:
            return _wrong(404, "", "upload not found")
        told, there, size = session
        self.pieces.append(where)
        if where != f"bytes */{size}":
            assert where == f"bytes {len(there)}-{len(there) + len(body) - 1}/{size}"
            there += body
        if len(there) < size:
            headers = {"Range": f"bytes=0-{len(there) - 1}"} if there else {}
            return web.Response(status=308, headers=headers)
        return web.json_response({"video": self._made_of(told, bytes(there))})

    def _made_of(self, told: dict[str, Any], body: bytes) -> dict[str, Any]:
        self.uploads += 1
        number = self.number()
        uuid = UUID.format(number)
        self.videos[uuid] = {
            "id": number,
            "uuid": uuid,
            "shortUUID": f"short{number}",
            "url": f"https://peertube.example/videos/watch/{uuid}",
            "name": told["name"],
            "description": told["description"],
            "tags": told["tags"],
            "privacy": {"id": told["privacy"], "label": "Private"},
            "state": {"id": 2, "label": "To transcode"},
            "views": 12,
            "likes": 3,
            "dislikes": 1,
            "comments": 2,
            "sha256": hashlib.sha256(body).hexdigest(),
            "dress": {},
        }
        return {"id": number, "uuid": uuid, "shortUUID": f"short{number}"}

    async def _get(self, request: web.Request) -> web.Response:
        if (video := self.videos.get(request.match_info["uuid"])) is None:
            return _wrong(404, "", "Video not found")
        if self.busy and video["dress"]:
            self.busy -= 1
        else:
            video["state"] = {"id": 1, "label": "Published"}
        return web.json_response(video)

    async def _change(self, request: web.Request) -> web.StreamResponse:
        if (video := self.videos.get(request.match_info["uuid"])) is None:
            return _wrong(404, "", "Video not found")
        if request.content_type == "multipart/form-data":
            video["dress"].update(await parts(request))
            return web.Response(status=204)
        told = await request.json()

        def change() -> web.Response:
            video.update({key: value for key, value in told.items() if key != "privacy"})
            if "privacy" in told:
                video["privacy"] = {"id": told["privacy"]}
            self._show(video)
            return web.Response(status=204)

        return await self.committing(request, change) if "privacy" in told else change()

    def _show(self, video: dict[str, Any]) -> None:
        self.posts = [post for post in self.posts if post.id != video["uuid"]]
        if video["privacy"]["id"] == 1:
            made = Made(video["uuid"], video["description"], video["sha256"], more=video)
            self.posts.append(made)

    async def _captions(self, request: web.Request) -> web.Response:
        self.videos[request.match_info["uuid"]]["dress"].update(await parts(request))
        return web.Response(status=204)

    async def _delete(self, request: web.Request) -> web.Response:
        if self.videos.pop(request.match_info["uuid"], None) is None:
            return _wrong(404, "", "Video not found")
        self.posts = [post for post in self.posts if post.id in self.videos]
        return web.Response(status=204)


def _wrong(status: int, code: str, detail: str) -> web.Response:
    told = {"type": "about:blank", "status": status, "detail": detail, "code": code}
    return web.json_response(told, status=status, content_type="application/problem+json")
