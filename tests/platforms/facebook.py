"""A fake of the Reels API of a Facebook page: a page's token, videos with three phases."""

import hashlib
from typing import Any

import aiohttp
from aiohttp import web

from platforms import AT, Can, Made
from platforms._meta import Meta, gone
from publish.facebook import GRANT, Plugin, Settings

API = "/v24.0"
PAGE = "token-of-the-page"


class Fake(Meta):
    """One page, whose token is another than the user's."""

    grant = GRANT
    can: frozenset[Can] = frozenset({"busy", "moderation", "expiry"})
    user = "104000000000001"

    def __init__(self) -> None:
        super().__init__()
        self.videos: dict[str, dict[str, Any]] = {}

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        given = {**self.account(http, "facebook"), "page": self.user}
        return Plugin("facebook", Settings.model_validate(given), http, lambda: AT)

    def forgets_uploads(self) -> None:
        self.videos = {k: v for k, v in self.videos.items() if self.post(k)}

    def forget(self, number: str) -> None:
        del self.videos[number]

    def authorised(self, request: web.Request) -> bool:
        if request.path == f"{API}/{self.user}":
            return super().authorised(request)
        return request.headers.get("Authorization", "").endswith(f" {PAGE}-{self.tokens}")

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get(f"{API}/{self.user}", self._page)
        router.add_post(f"{API}/{self.user}/video_reels", self._reels)
        router.add_post(f"/video-upload{API}/{{id}}", self._upload)
        router.add_get(f"{API}/{{id}}", self._get)
        router.add_post(f"{API}/{{id}}", self._change)
        router.add_delete(f"{API}/{{id}}", self.delete)

    async def _page(self, request: web.Request) -> web.Response:
        return web.json_response({"access_token": f"{PAGE}-{self.tokens}", "id": self.user})

    async def _reels(self, request: web.Request) -> web.StreamResponse:
        told = {name: str(value) for name, value in (await request.post()).items()}
        if told["upload_phase"] == "start":
            number = f"221{self.number()}"
            self.videos[number] = {"sha256": "", "out": False}
            where = f"https://rupload.facebook.com/video-upload/v24.0/{number}"
            return web.json_response({"video_id": number, "upload_url": where})
        assert (told["upload_phase"], told["video_state"]) == ("finish", "PUBLISHED")
        return await self.committing(request, lambda: self._finish(told))

    def _finish(self, told: dict[str, str]) -> web.Response:
        if (video := self.videos.get(told["video_id"])) is None:
            return gone(told["video_id"])
        if not video["out"]:
            video["out"] = True
            self.posts.append(Made(told["video_id"], told["description"], video["sha256"]))
        return web.json_response({"success": True})

    async def _upload(self, request: web.Request) -> web.Response:
        body = await request.read()
        assert (request.headers["offset"], request.headers["file_size"]) == ("0", str(len(body)))
        if (video := self.videos.get(request.match_info["id"])) is None:
            debug = {"retriable": True, "type": "ProcessingFailedError", "message": "no session"}
            return web.json_response({"debug_info": debug}, status=400)
        video["sha256"] = hashlib.sha256(body).hexdigest()
        self.uploads += 1
        return web.json_response({"success": True})

    async def _get(self, request: web.Request) -> web.Response:
        number, fields = request.match_info["id"], request.query["fields"]
        if (video := self.videos.get(number)) is None:
            return gone(number)
        if fields != "status":
            told = {"likes": {"summary": {"total_count": 4}}, "views": 70, "id": number}
            return web.json_response(told)
        sent, out = "complete" if video["sha256"] else "not_started", "not_started"
        if video["sha256"] and self.busy:
            self.busy -= 1
            sent = "in_progress"
        if video["out"]:
            out = "complete"
        status: dict[str, Any] = {
            "video_status": "ready" if video["out"] else "upload_complete",
            "uploading_phase": {"status": sent},
            "processing_phase": {"status": out},
            "publishing_phase": {"status": out},
        }
        if self.moderated:
            error = {"message": "It goes against our Community Standards"}
            status["processing_phase"] = {"status": "error", "error": error}
        return web.json_response({"status": status, "id": number})

    async def _change(self, request: web.Request) -> web.Response:
        if (post := self.post(request.match_info["id"])) is None:
            return gone(request.match_info["id"])
        post.text = str((await request.post())["description"])
        return web.json_response({"success": True})
