"""A fake of the Threads API: containers that are filled from an address, answers, insights."""

import hashlib

import aiohttp
from aiohttp import web

from platforms import AT, Can
from platforms._meta import Container, gone
from publish.threads import GRANT, Plugin, Settings

API = "/v1.0"
SHELF = "https://shelf.example/clips"


class Fake(Container):
    """One account, and a folder that the web sees."""

    grant = GRANT
    renews = True
    can: frozenset[Can] = frozenset({"busy", "moderation", "expiry", "quota"})
    stage, why, text = "status", "error_message", "text"

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        given = {"public_path": self.folder / "shelf", "public_url": SHELF, "user": self.user}
        settings = Settings.model_validate({**self.account(http, "threads"), **given})
        return Plugin("threads", settings, http, lambda: AT)

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/refresh_access_token", self._refresh)
        router.add_get(f"{API}/{self.user}/threads_publishing_limit", self.allowance)
        router.add_post(f"{API}/{self.user}/threads", self._threads)
        router.add_get(f"{API}/{self.user}/threads", self.listed)
        router.add_post(f"{API}/{self.user}/threads_publish", self.publish)
        router.add_get(f"{API}/{{id}}/insights", self._insights)
        router.add_get(f"{API}/{{id}}", self._get)
        router.add_delete(f"{API}/{{id}}", self.delete)

    async def _refresh(self, request: web.Request) -> web.Response:
        assert request.query["grant_type"] == "th_refresh_token"
        if self.locked_out:
            return self.locked()
        self.token_expires()
        return web.json_response({"access_token": self._token, "expires_in": 5_184_000})

    async def _threads(self, request: web.Request) -> web.Response:
        told = {name: str(value) for name, value in (await request.post()).items()}
        if told["media_type"] == "TEXT":
            return web.json_response({"id": self.contain(told, stage="FINISHED")})
        assert told["media_type"] == "VIDEO"
        assert told["video_url"].startswith(f"{SHELF}/")
        clip = self.folder / "shelf" / told["video_url"].rpartition("/")[2]
        self.uploads += 1
        number = self.contain(told, sha256=hashlib.sha256(clip.read_bytes()).hexdigest())
        return web.json_response({"id": number})

    async def _get(self, request: web.Request) -> web.Response:
        number, fields = request.match_info["id"], request.query["fields"]
        return self.stand(number) if fields == "status,error_message" else self.address(number)

    async def _insights(self, request: web.Request) -> web.Response:
        if self.post(request.match_info["id"]) is None:
            return gone(request.match_info["id"])
        return self.insights(*request.query["metric"].split(","))

    def permalink(self, number: str) -> str:
        return f"https://www.threads.com/@desk/post/{number}"
