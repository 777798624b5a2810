"""A fake of LinkedIn: videos in parts with marks, and the posts of one page."""

import hashlib
from typing import Any

import aiohttp
from aiohttp import web

from platforms import Can, Made
from platforms._login import Login
from publish.linkedin import GRANT, Plugin, Settings

PAGE = "urn:li:organization:5583111"
PART = 30_000


class Fake(Login):
    """One page. Every call of its API must say which version is spoken."""

    grant = GRANT
    open_to_all = ("/dms/",)
    can: frozenset[Can] = frozenset({"busy", "moderation", "expiry"})
    lying_type = '{"value": {"video": 7, "uploadInstructions": [3]}, "elements": 7, "id": 9}'

    def __init__(self) -> None:
        super().__init__()
        self.videos: dict[str, dict[str, Any]] = {}

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        settings = Settings.model_validate(self.account("linkedin", author=PAGE))
        return Plugin("linkedin", settings, http)

    def forgets_uploads(self) -> None:
        self.videos.clear()

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/rest/videos", self._act)
        router.add_get("/rest/videos/{urn}", self._video)
        router.add_put("/dms/{urn}/{first}", self._take)
        router.add_post("/rest/posts", self._create)
        router.add_get("/rest/posts", self._listed)
        router.add_post("/rest/posts/{urn}", self._update)
        router.add_delete("/rest/posts/{urn}", self._delete)
        router.add_get("/rest/socialMetadata/{urn}", self._social)

    def authorised(self, request: web.Request) -> bool:
        if request.path.startswith("/rest/"):
            assert request.headers["LinkedIn-Version"] == "202610"
            assert request.headers["X-Restli-Protocol-Version"] == "2.0.0"
        return super().authorised(request)

    def locked(self) -> web.Response:
        told = {"status": 401, "code": "REVOKED_ACCESS_TOKEN", "message": "The token was revoked"}
        return web.json_response(told, status=401)

    async def _act(self, request: web.Request) -> web.Response:
        told = await request.json()
        if request.query["action"] == "initializeUpload":
            return self._begin(told["initializeUploadRequest"])
        asked = told["finalizeUploadRequest"]
        video = self.videos[asked["video"]]
        assert asked["uploadToken"] == ""
        assert asked["uploadedPartIds"] == [f'"etag-{n}"' for n in sorted(video["parts"])]
        body = b"".join(video["parts"][n] for n in sorted(video["parts"]))
        assert len(body) == video["size"]
        self.uploads += 1
        video |= {"status": "AVAILABLE", "sha256": hashlib.sha256(body).hexdigest()}
        return web.Response()

    def _begin(self, asked: dict[str, Any]) -> web.Response:
        assert asked["owner"] == PAGE
        urn, size = f"urn:li:video:C5F10AQ{self.number()}", asked["fileSizeBytes"]
        self.videos[urn] = {"size": size, "parts": {}, "status": "WAITING_UPLOAD"}
        told = [
            {
                "uploadUrl": f"{self.url}/dms/{urn.replace(':', '%3A')}/{first}?v=beta&t=a%2Fb",
                "firstByte": first,
                "lastByte": min(first + PART, size) - 1,
            }
            for first in range(0, size, PART)
        ]
        value = {"video": urn, "uploadInstructions": told, "uploadToken": ""}
        return web.json_response({"value": value})

    async def _take(self, request: web.Request) -> web.Response:
        assert "Authorization" not in request.headers
        assert "t=a%2Fb" in request.raw_path
        first, body = int(request.match_info["first"]), await request.read()
        if request.match_info["urn"] not in self.videos:
            return web.Response(status=404)
        self.videos[request.match_info["urn"]]["parts"][first] = body
        return web.Response(headers={"ETag": f'"etag-{first}"'})

    async def _video(self, request: web.Request) -> web.Response:
        urn = request.match_info["urn"]
        if urn not in self.videos:
            return web.json_response({"message": "not found"}, status=404)
        status = self.videos[urn]["status"]
        if status == "AVAILABLE" and self.busy:
            self.busy -= 1
            status = "PROCESSING"
        return web.json_response({"id": urn, "owner": PAGE, "status": status})

    async def _create(self, request: web.Request) -> web.StreamResponse:
        told = await request.json()
        if self.moderated:
            return web.json_response({"message": "Content is a duplicate"}, status=422)
        video = self.videos.get(told["content"]["media"]["id"])
        assert told["author"] == PAGE
        assert video
        assert video["status"] == "AVAILABLE"
        return await self.committing(request, lambda: self._publish(told, video))

    def _publish(self, told: dict[str, Any], video: dict[str, Any]) -> web.Response:
        made = Made(f"urn:li:share:70{self.number()}", told["commentary"], video["sha256"])
        made.more = told
        self.posts.append(made)
        return web.Response(status=201, headers={"x-restli-id": made.id})

    async def _listed(self, request: web.Request) -> web.Response:
        assert request.headers["X-RestLi-Method"] == "FINDER"
        assert (request.query["q"], request.query["author"]) == ("author", PAGE)
        found = [{"id": made.id, **made.more} for made in self.posts]
        return web.json_response({"paging": {"start": 0}, "elements": found})

    async def _update(self, request: web.Request) -> web.Response:
        assert request.headers["X-RestLi-Method"] == "PARTIAL_UPDATE"
        made = self.post(request.match_info["urn"])
        if made is None:
            return web.json_response({"message": "not found"}, status=404)
        made.text = (await request.json())["patch"]["$set"]["commentary"]
        return web.Response(status=204)

    async def _delete(self, request: web.Request) -> web.Response:
        assert request.headers["X-RestLi-Method"] == "DELETE"
        self.posts = [made for made in self.posts if made.id != request.match_info["urn"]]
        return web.Response(status=204)

    async def _social(self, request: web.Request) -> web.Response:
        likes = {"reactionType": "LIKE", "count": 3}
        told = {"reactionSummaries": {"LIKE": likes}, "commentSummary": {"count": 2}}
        return web.json_response(told)
