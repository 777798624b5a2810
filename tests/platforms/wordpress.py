"""A fake of WordPress: media and articles by the REST API, slugs that are made different."""

import base64
import hashlib
import re
from typing import Any

import aiohttp
from aiohttp import web

from platforms import Can, Made
from platforms._server import Server
from publish.wordpress import Plugin, Settings

PASSWORD = "abcd EFGH 1234 ijkl MNOP 5678"
LOGIN = "Basic " + base64.b64encode(f"desk:{PASSWORD}".encode()).decode()
SITE = "https://news.example"


class Fake(Server):
    """A site with one author. A draft's slug is free until it is published, as in WordPress."""

    can: frozenset[Can] = frozenset({"expiry"})
    lying_error = '{"code": "internal_server_error", "message": "critical error", "data": null}'
    lying_type = '{"id": {"a": 1}, "status": ["publish"], "link": 7, "deleted": "yes"}'

    def __init__(self) -> None:
        super().__init__()
        self.things: dict[str, dict[int, dict[str, Any]]] = {"media": {}, "posts": {}}
        self.secrets = (PASSWORD, LOGIN)

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        given = {"url": self.url, "user": "desk", "password": PASSWORD, "categories": [4]}
        return Plugin("wordpress", Settings.model_validate(given), http)

    def forgets_uploads(self) -> None:
        if not self.posts:
            self.things = {"media": {}, "posts": {}}

    def routes(self, router: web.UrlDispatcher) -> None:
        api = "/wp-json/wp/v2/{what:media|posts}"
        router.add_get(api, self._list)
        router.add_post("/wp-json/wp/v2/media", self._upload)
        router.add_post("/wp-json/wp/v2/posts", self._draft)
        router.add_get(api + r"/{id:\d+}", self._get)
        router.add_post(r"/wp-json/wp/v2/posts/{id:\d+}", self._change)
        router.add_delete(api + r"/{id:\d+}", self._delete)

    def authorised(self, request: web.Request) -> bool:
        return not self.locked_out and request.headers.get("Authorization") == LOGIN

    def locked(self) -> web.Response:
        return _wrong(401, "incorrect_password", "The application password is incorrect.")

    async def _list(self, request: web.Request) -> web.Response:
        slug, status = request.query["slug"], request.query["status"]
        assert request.query["context"] == "edit"
        found = [t for t in self.things[request.match_info["what"]].values() if t["slug"] == slug]
        return web.json_response([t for t in found if status in ("any", t["status"])])

    async def _upload(self, request: web.Request) -> web.Response:
        [name] = re.findall(r'filename="([^"]+)"', request.headers["Content-Disposition"])
        body = await request.read()
        self.uploads += request.content_type == "video/mp4"
        number = 100 + self.number()
        thing = {
            "id": number,
            "slug": self._free("media", name.rpartition(".")[0]),
            "status": "inherit",
            "mime_type": request.content_type,
            "source_url": f"{SITE}/wp-content/uploads/2026/11/{name}",
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        self.things["media"][number] = thing
        return web.json_response(thing, status=201)

    def _free(self, what: str, slug: str) -> str:
        taken = {t["slug"] for t in self.things[what].values() if t["status"] != "draft"}
        tries = (slug if n == 1 else f"{slug}-{n}" for n in range(1, 9))
        return next(name for name in tries if name not in taken)

    async def _draft(self, request: web.Request) -> web.Response:
        told = await request.json()
        assert told["status"] == "draft"
        number = 100 + self.number()
        content = {"raw": told["content"]}
        self.things["posts"][number] = {**told, "id": number, "content": content}
        return web.json_response(self.things["posts"][number], status=201)

    async def _change(self, request: web.Request) -> web.StreamResponse:
        told, thing = await request.json(), self._thing(request, "posts")
        if thing is None:
            return _wrong(404, "rest_post_invalid_id", "Invalid post ID.")

        def change() -> web.Response:
            thing.update({k: v for k, v in told.items() if k != "content"})
            if "content" in told:
                thing["content"] = {"raw": told["content"]}
            if thing["status"] == "publish":
                self._show(thing)
            return web.json_response(thing)

        if told.get("status") == "publish":
            return await self.committing(request, change)
        return change()

    def _show(self, thing: dict[str, Any]) -> None:
        thing["link"] = f"{SITE}/{thing['slug']}/"
        content = thing["content"]["raw"]
        [clip] = re.findall(r'<!-- wp:video \{"id": (\d+)\}', content)
        sha = self.things["media"][int(clip)]["sha256"]
        self.posts = [post for post in self.posts if post.id != str(thing["id"])]
        self.posts.append(Made(str(thing["id"]), content, sha, more=thing))

    def _thing(self, request: web.Request, what: str) -> dict[str, Any] | None:
        return self.things[what].get(int(request.match_info["id"]))

    async def _get(self, request: web.Request) -> web.Response:
        thing = self._thing(request, request.match_info["what"])
        if thing is None:
            return _wrong(404, "rest_post_invalid_id", "Invalid post ID.")
        return web.json_response(thing)

    async def _delete(self, request: web.Request) -> web.Response:
        assert request.query["force"] == "true"
        what, number = request.match_info["what"], int(request.match_info["id"])
        thing = self.things[what].pop(number, None)
        if thing is None:
            return _wrong(404, "rest_post_invalid_id", "Invalid post ID.")
        self.posts = [post for post in self.posts if post.id != str(number)]
        return web.json_response({"deleted": True, "previous": thing})


def _wrong(status: int, code: str, message: str) -> web.Response:
    told = {"code": code, "message": message, "data": {"status": status}}
    return web.json_response(told, status=status)
