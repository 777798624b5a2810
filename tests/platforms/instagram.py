"""A fake of the Instagram API with Facebook Login: containers, resumable uploads, comments."""

import hashlib

import aiohttp
from aiohttp import web

from platforms import AT, Can, Made
from platforms._meta import Container, gone, wrong
from publish.instagram import GRANT, Plugin, Settings

API = "/v24.0"


class Fake(Container):
    """One professional account."""

    grant = GRANT
    can: frozenset[Can] = frozenset({"busy", "moderation", "expiry", "quota"})

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        given = {**self.account(http, "instagram"), "user": self.user}
        return Plugin("instagram", Settings.model_validate(given), http, lambda: AT)

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get(f"{API}/{self.user}/content_publishing_limit", self.allowance)
        router.add_post(f"{API}/{self.user}/media", self._media)
        router.add_get(f"{API}/{self.user}/media", self.listed)
        router.add_post(f"{API}/{self.user}/media_publish", self.publish)
        router.add_post(f"/ig-api-upload{API}/{{id}}", self._upload)
        router.add_post(f"{API}/{{id}}/comments", self._comment)
        router.add_get(f"{API}/{{id}}/insights", self._insights)
        router.add_get(f"{API}/{{id}}", self._get)
        router.add_delete(f"{API}/{{id}}", self.delete)

    async def _media(self, request: web.Request) -> web.Response:
        told = {name: str(value) for name, value in (await request.post()).items()}
        assert (told["media_type"], told["upload_type"]) == ("REELS", "resumable")
        assert told["is_ai_generated"] == "true"
        number = self.contain(told)
        where = f"https://rupload.facebook.com/ig-api-upload/v24.0/{number}"
        return web.json_response({"id": number, "uri": where})

    async def _upload(self, request: web.Request) -> web.Response:
        body = await request.read()
        assert request.headers["Authorization"].startswith("OAuth ")
        assert (request.headers["offset"], request.headers["file_size"]) == ("0", str(len(body)))
        told = self.containers[request.match_info["id"]]
        told["sha256"] = hashlib.sha256(body).hexdigest()
        self.uploads += 1
        return web.json_response({"success": True, "message": "Upload successful."})

    async def _get(self, request: web.Request) -> web.Response:
        number, fields = request.match_info["id"], request.query["fields"]
        return self.stand(number) if fields == "status_code,status" else self.address(number)

    async def _comment(self, request: web.Request) -> web.StreamResponse:
        told, below = await request.post(), request.match_info["id"]
        if self.post(below) is None:
            return gone(below)

        def comment() -> web.Response:
            number = f"179111{self.number()}"
            self.posts.append(Made(number, str(told["message"]), below=below))
            return web.json_response({"id": number})

        return await self.committing(request, comment)

    async def _insights(self, request: web.Request) -> web.Response:
        if self.post(request.match_info["id"]) is None:
            return wrong(100, "Unsupported get request", 33)
        return self.insights(*request.query["metric"].split(","))
