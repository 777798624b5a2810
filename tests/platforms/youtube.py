"""A fake of the YouTube Data API: resumable uploads, and videos with their parts."""

import hashlib
import re
from typing import Any

import aiohttp
from aiohttp import web

from platforms import Can, Made
from platforms._login import Login
from platforms._server import dropped
from publish.youtube import GRANT, Plugin, Settings


class Fake(Login):
    """One channel. A video is in `posts` while everybody may see it."""

    grant = GRANT
    can: frozenset[Can] = frozenset({"busy", "moderation", "expiry", "quota"})
    lying_type = '{"id": 7, "status": ["x"], "items": [{"id": 7, "status": 3}]}'

    def __init__(self) -> None:
        super().__init__()
        self.videos: dict[str, dict[str, Any]] = {}
        self.sessions: dict[str, dict[str, Any]] = {}
        self.unaudited = False
        self.quota = ""
        self._breaks_at: int | None = None

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        settings = Settings.model_validate(self.account("youtube"))
        return Plugin("youtube", settings, http)

    def breaks_off(self, at: int) -> None:
        """The next upload breaks after so many bytes."""
        self._breaks_at = at

    def has_no_quota(self, reason: str) -> None:
        """Whatever is uploaded is beyond what may be done today."""
        self.quota = reason

    def forgets_uploads(self) -> None:
        self.sessions.clear()
        self.videos = {k: v for k, v in self.videos.items() if self.post(k)}

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/upload/youtube/v3/videos", self._insert)
        router.add_put("/upload/youtube/v3/videos", self._take)
        router.add_get("/youtube/v3/videos", self._list)
        router.add_put("/youtube/v3/videos", self._update)
        router.add_delete("/youtube/v3/videos", self._delete)

    def locked(self) -> web.Response:
        return _error(401, "authError")

    async def _insert(self, request: web.Request) -> web.Response:
        assert dict(request.query) == {"uploadType": "resumable", "part": "snippet,status"}
        told = await request.json()
        assert told["status"]["privacyStatus"] == "private"
        assert len(told["snippet"]["title"]) <= 100
        if self.quota or self.spent:
            return _error(403, self.quota or "quotaExceeded")
        size = int(request.headers["X-Upload-Content-Length"])
        name = f"upload/{self.number()}+x"
        self.sessions[name] = {"told": told, "size": size, "body": b"", "video": ""}
        where = f"{self.url}{request.path}?uploadType=resumable&upload_id={name}"
        return web.Response(headers={"Location": where.replace("+", "%2B")})

    async def _take(self, request: web.Request) -> web.StreamResponse:
        session = self.sessions.get(request.query["upload_id"])
        if session is None:
            return _error(404, "notFound")
        asked = re.fullmatch(r"bytes (?:\*|(\d+)-(\d+))/(\d+)", request.headers["Content-Range"])
        assert asked
        assert int(asked[3]) == session["size"]
        if asked[1]:
            if int(asked[1]) != len(session["body"]):
                return _error(400, "invalidContentRange")
            sent = await request.read()
            if self._breaks_at is not None:
                session["body"] += sent[: self._breaks_at]
                self._breaks_at = None
                return await dropped(request)
            session["body"] += sent
        if len(session["body"]) < session["size"]:
            done = {"Range": f"bytes=0-{len(session['body']) - 1}"} if session["body"] else {}
            return web.Response(status=308, headers=done)
        if not session["video"]:
            session["video"] = f"vid{self.number():08d}"
            self.uploads += 1
            sha256 = hashlib.sha256(session["body"]).hexdigest()
            self.videos[session["video"]] = {**session["told"], "sha256": sha256}
        return web.json_response({"kind": "youtube#video", "id": session["video"]}, status=201)

    async def _list(self, request: web.Request) -> web.Response:
        video = self.videos.get(request.query["id"])
        if video is None:
            return web.json_response({"kind": "youtube#videoListResponse", "items": []})
        upload = "rejected" if self.moderated else "uploaded" if self.busy else "processed"
        self.busy = max(0, self.busy - 1)
        status = {**video["status"], "uploadStatus": upload}
        if self.moderated:
            status["rejectionReason"] = "termsOfUse"
        counts = {"viewCount": "120", "likeCount": "7", "commentCount": "2"}
        item = {"id": request.query["id"], "status": status, "statistics": counts}
        return web.json_response({"kind": "youtube#videoListResponse", "items": [item]})

    async def _update(self, request: web.Request) -> web.StreamResponse:
        told = await request.json()
        if told["id"] not in self.videos:
            return _error(404, "videoNotFound")
        if request.query["part"] == "status":
            return await self.committing(request, lambda: self._publish(told))
        self.videos[told["id"]]["snippet"] = told["snippet"]
        if made := self.post(told["id"]):
            made.text = _words(told)
        return web.json_response({"id": told["id"], "snippet": told["snippet"]})

    def _publish(self, told: dict[str, Any]) -> web.Response:
        video = self.videos[told["id"]]
        video["status"] = dict(told["status"])
        if self.unaudited:
            video["status"]["privacyStatus"] = "private"
        elif told["status"]["privacyStatus"] == "public" and not self.post(told["id"]):
            made = Made(told["id"], _words(video), video["sha256"], more=video)
            self.posts.append(made)
        return web.json_response({"id": told["id"], "status": video["status"]})

    async def _delete(self, request: web.Request) -> web.Response:
        if self.videos.pop(request.query["id"], None) is None:
            return _error(404, "videoNotFound")
        self.posts = [made for made in self.posts if made.id != request.query["id"]]
        return web.Response(status=204)


def _words(video: dict[str, Any]) -> str:
    return f"{video['snippet']['title']}\n{video['snippet']['description']}"


def _error(status: int, reason: str) -> web.Response:
    told = {"code": status, "errors": [{"domain": "youtube", "reason": reason}]}
    return web.json_response({"error": told}, status=status)
