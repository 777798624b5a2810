"""A fake of TikTok: uploads in chunks, which TikTok posts by itself when the last one is in."""

import hashlib
import re
from typing import Any

import aiohttp
from aiohttp import web

from platforms import Can, Made
from platforms._login import Login
from publish.tiktok import GRANT, Plugin, Settings

API = "/v2/post/publish"


class Fake(Login):
    """One creator. What was begun is in `begun`, by its publish_id."""

    grant = GRANT
    open_to_all = ("/upload/",)
    can: frozenset[Can] = frozenset({"moderation", "quota"})
    lying_error = '{"data": {}, "error": {"code": "internal_error", "message": "oh"}}'
    lying_type = '{"data": {"publish_id": 7, "status": {"a": 1}}, "error": {"code": "ok"}}'

    def __init__(self) -> None:
        super().__init__()
        self.secrets = (*self.secrets, "upload-token")
        self.begun: dict[str, dict[str, Any]] = {}
        self.levels = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
        self.no_duet = False
        self.most_s = 600
        self.error = ""

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        return Plugin("tiktok", Settings.model_validate(self.account("tiktok")), http)

    def says(self, error: str) -> None:
        """Every `init` is turned down with this code."""
        self.error = error

    def works_on_it(self, times: int) -> None:
        """So many looks find it at work, with all bytes there."""
        self.busy = times

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post(f"{API}/creator_info/query/", self._creator)
        router.add_post(f"{API}/video/init/", self._init)
        router.add_post(f"{API}/status/fetch/", self._status)
        router.add_put("/upload/", self._take)

    def locked(self) -> web.Response:
        return _said({}, "access_token_invalid", 401)

    async def _creator(self, request: web.Request) -> web.Response:
        told = {
            "creator_username": "desk",
            "creator_nickname": "The desk",
            "privacy_level_options": self.levels,
            "comment_disabled": False,
            "duet_disabled": self.no_duet,
            "stitch_disabled": False,
            "max_video_post_duration_sec": self.most_s,
        }
        return _said(told)

    async def _init(self, request: web.Request) -> web.Response:
        told = await request.json()
        if self.error or self.spent:
            return _said({}, self.error or "spam_risk_too_many_posts", 403)
        source = told["source_info"]
        size, chunk, count = (
            source[key] for key in ("video_size", "chunk_size", "total_chunk_count")
        )
        assert count == max(1, size // chunk)
        assert chunk == size if count == 1 else 5_000_000 <= chunk <= 64_000_000
        publish = f"v_pub_file~v2.{self.number()}"
        assert told["post_info"]["privacy_level"] in self.levels
        self.begun[publish] = {"info": told["post_info"], "size": size, "body": b""}
        where = f"{self.url}/upload/?upload_id={publish}&upload_token=upload-token%2Fx"
        return _said({"publish_id": publish, "upload_url": where})

    async def _take(self, request: web.Request) -> web.StreamResponse:
        assert "upload-token%2Fx" in request.raw_path
        begun = self.begun[request.query["upload_id"]]
        asked = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", request.headers["Content-Range"])
        assert asked
        first, last, total = map(int, asked.groups())
        assert total == begun["size"]
        if first != len(begun["body"]):
            await request.read()
            return web.Response(status=416)
        if last + 1 == total:
            body = begun["body"] + await request.read()
            return await self.committing(request, lambda: self._publish(request, body))
        begun["body"] += await request.read()
        return web.Response(status=206)

    def _publish(self, request: web.Request, body: bytes) -> web.Response:
        publish = request.query["upload_id"]
        begun = self.begun[publish]
        begun["body"] = body
        assert len(body) == begun["size"]
        self.uploads += 1
        if not self.moderated:
            sha256 = hashlib.sha256(body).hexdigest()
            self.posts.append(Made(publish, begun["info"]["title"], sha256, more=begun["info"]))
        return web.Response(status=201)

    async def _status(self, request: web.Request) -> web.Response:
        begun = self.begun[(await request.json())["publish_id"]]
        told: dict[str, Any] = {"uploaded_bytes": len(begun["body"])}
        if len(begun["body"]) < begun["size"] or self.busy:
            self.busy = max(0, self.busy - 1)
            return _said({**told, "status": "PROCESSING_UPLOAD"})
        if self.moderated:
            return _said({**told, "status": "FAILED", "fail_reason": "spam_risk"})
        return _said({**told, "status": "PUBLISH_COMPLETE", "publicaly_available_post_id": []})


def _said(data: dict[str, Any], code: str = "ok", status: int = 200) -> web.Response:
    error = {"code": code, "message": "", "log_id": "202611232017"}
    return web.json_response({"data": data, "error": error}, status=status)
