"""A WebSub hub on loopback: it verifies, tells its subscribers, and can be wicked."""

import hashlib
import hmac
import io
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web


@dataclass
class FakeHub:
    """Keeps every request to subscribe; what it does with them is told by its verbs."""

    requests: list[dict[str, str]] = field(default_factory=list)
    status: int = 202
    _port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/hub"

    def dies(self, status: int = 500) -> None:
        self.status = status

    async def verifies(self, lease_s: int = 1000, **other: str) -> tuple[int, str]:
        """Send the challenge for the last request; answers status and body."""
        asked = self.requests[-1]
        query = {
            "hub.mode": "subscribe",
            "hub.topic": asked["hub.topic"],
            "hub.challenge": "say this",
            "hub.lease_seconds": str(lease_s),
        } | {f"hub.{key}": value for key, value in other.items()}
        return await self._ask("GET", asked["hub.callback"], params=query)

    async def denies(self, reason: str) -> tuple[int, str]:
        return await self.verifies(mode="denied", reason=reason)

    async def pushes(
        self, body: str, method: str = "sha256", secret: str = "", callback: str = ""
    ) -> int:
        """Push to the last subscriber, signed; a `method` of "" signs nothing."""
        asked, raw = self.requests[-1], body.encode()
        headers = {"Content-Type": "application/rss+xml"}
        if method:
            known = getattr(hashlib, method, hashlib.md5)
            key = (secret or asked["hub.secret"]).encode()
            headers["X-Hub-Signature"] = f"{method}={hmac.new(key, raw, known).hexdigest()}"
        url = callback or asked["hub.callback"]
        return (await self._ask("POST", url, data=io.BytesIO(raw), headers=headers))[0]

    async def _ask(self, verb: str, url: str, **more: Any) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as http,
            http.request(verb, url, **more) as answer,
        ):
            return answer.status, await answer.text()

    async def _heard(self, request: web.Request) -> web.Response:
        self.requests.append({key: str(value) for key, value in (await request.post()).items()})
        return web.Response(status=self.status)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/hub", self._heard)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self._runner.cleanup()
