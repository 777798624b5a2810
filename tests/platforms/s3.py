"""A fake of S3, for the faults; whether our signatures hold is asked of moto (`make test-real`)."""

import hashlib
from typing import Any

import aiohttp
from aiohttp import web

from platforms import Can, Made
from platforms._server import Server
from publish.s3 import Plugin, Settings

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI-secret"


class Fake(Server):
    """One bucket, with path-style addresses."""

    can: frozenset[Can] = frozenset({"expiry"})
    lying_error = "<Error><Code>InternalError</Code></Error>"

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.secrets = (SECRET,)

    def channel(self, http: aiohttp.ClientSession, **more: Any) -> Plugin:
        given = {
            "bucket": "clips",
            "prefix": "news",
            "endpoint_url": self.url,
            "path_style": True,
            "public_base_url": "https://cdn.example",
            "access_key": KEY,
            "secret_key": SECRET,
        }
        return Plugin("s3", Settings.model_validate({**given, **more}), http)

    def forgets_uploads(self) -> None:
        if not self.posts:
            self.objects.clear()

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("PUT", "/clips/{name:.+}", self._put)
        router.add_route("DELETE", "/clips/{name:.+}", self._delete)
        router.add_get("/clips/{name:.+}", self._get)

    def authorised(self, request: web.Request) -> bool:
        signed = request.headers.get("Authorization", "")
        return not self.locked_out and signed.startswith(f"AWS4-HMAC-SHA256 Credential={KEY}/")

    def locked(self) -> web.Response:
        return _wrong(403, "InvalidAccessKeyId")

    async def _put(self, request: web.Request) -> web.StreamResponse:
        body, name = await request.read(), request.match_info["name"]
        if hashlib.sha256(body).hexdigest() != request.headers["x-amz-content-sha256"]:
            return _wrong(400, "XAmzContentSHA256Mismatch")
        if name.endswith("/post.json"):
            return await self.committing(request, lambda: self._keep(request, name, body))
        self.uploads += name.endswith(".mp4")
        return self._keep(request, name, body)

    def _keep(self, request: web.Request, name: str, body: bytes) -> web.Response:
        if name in self.objects and request.headers.get("If-None-Match") == "*":
            return _wrong(412, "PreconditionFailed")
        meta = {k: v for k, v in request.headers.items() if k.lower().startswith("x-amz-meta-")}
        self.objects[name] = (body, {**meta, "Content-Type": request.content_type})
        if name.endswith("/post.json"):
            sha = request.headers["x-amz-meta-sha256"]
            made = Made(name.removesuffix("/post.json"), body.decode(), sha)
            self.posts = [*(post for post in self.posts if post.id != made.id), made]
        return web.Response(headers={"ETag": '"5d41402abc4b2a76b9719d911017c592"'})

    async def _get(self, request: web.Request) -> web.Response:
        if (name := request.match_info["name"]) not in self.objects:
            return _wrong(404, "NoSuchKey")
        body, headers = self.objects[name]
        return web.Response(body=body, headers=headers)

    async def _delete(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.objects.pop(name, None)
        self.posts = [post for post in self.posts if f"{post.id}/post.json" in self.objects]
        return web.Response(status=204)


def _wrong(status: int, code: str) -> web.Response:
    body = f'<?xml version="1.0"?>\n<Error><Code>{code}</Code><Message>no</Message></Error>'
    return web.Response(status=status, text=body, content_type="application/xml")
