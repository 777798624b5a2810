"""The sample wire: invented outlets on loopback, whose reports come out one after the other.

`python -m bot.demo.wire` serves it until Ctrl-C. What is reported stands in wire.toml.
"""

import asyncio
import hashlib
import io
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Self

from aiohttp import web

from bot.demo.press import KINDS, Dated, Outlet, Report, feed, playbill

__all__ = ["SampleWire"]


class SampleWire:
    """Serves the sample outlets; its time starts with `async with`.

    `clock` says what time it is, aware. `pace` is how many seconds of the script pass in one of
    the clock's: 60 tells its 23 minutes in 23 seconds. A report is dated by when it comes out.
    """

    def __init__(self, clock: Callable[[], datetime], pace: float = 1.0, port: int = 0) -> None:
        self._clock, self._pace, self._port = clock, pace, port
        self._start = clock()
        self._playbill = playbill()
        self._drawings: dict[str, asyncio.Task[bytes]] = {}

    @property
    def url(self) -> str:
        """Where the wire is served."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def feeds(self) -> list[tuple[str, str]]:
        """Each outlet with the address of its feed."""
        return [(o.name, f"{self.url}/{o.slug}/feed") for o in self._playbill.outlets]

    @property
    def ends(self) -> datetime:
        """When the last report comes out."""
        return self._when(self._playbill.reports[-1])

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{outlet}/feed", self._feed)
        app.router.add_get("/pictures/{name}.jpg", self._picture)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self._start = self._clock()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        for drawing in self._drawings.values():
            drawing.cancel()

    async def _feed(self, request: web.Request) -> web.Response:
        outlet = self._outlet(request.match_info["outlet"])
        body = feed(outlet, self._released(outlet), self.url)
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        kind = KINDS[outlet.form]
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)

    async def _picture(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._playbill.illustrations:
            raise web.HTTPNotFound(text=f"no picture {name!r}")
        if name not in self._drawings:
            self._drawings[name] = asyncio.create_task(asyncio.to_thread(jpeg, name))
        return web.Response(
            body=await asyncio.shield(self._drawings[name]), content_type="image/jpeg"
        )

    def _outlet(self, slug: str) -> Outlet:
        for outlet in self._playbill.outlets:
            if outlet.slug == slug:
                return outlet
        raise web.HTTPNotFound(text=f"no outlet {slug!r}")

    def _released(self, outlet: Outlet) -> Dated:
        ours = [(r, self._when(r)) for r in self._playbill.reports if r.outlet == outlet.slug]
        now = self._clock()
        return [(report, when) for report, when in reversed(ours) if when <= now]

    def _when(self, report: Report) -> datetime:
        wait_s = report.at if report.at < 0 else report.at / self._pace
        return self._start + timedelta(seconds=wait_s)


def jpeg(name: str) -> bytes:
    """Draw a picture of the wire as a JPEG file."""
    from bot.demo import pictures  # brings numpy and Pillow

    file = io.BytesIO()
    pictures.draw(name).save(file, "JPEG", quality=90)
    return file.getvalue()


async def _serve() -> None:
    async with SampleWire(lambda: datetime.now(UTC)) as wire:
        for outlet, url in wire.feeds:
            print(f"{outlet:32} {url}")  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve())
