"""Two thousand virtual hosts in a process of their own: they answer by a script and judge."""

import asyncio
import contextlib
import heapq
import itertools
import random
import resource
from collections import Counter
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from .clock import ANSWERED, ARRIVED, BEGIN, NOW, OVER, REPLIED

FRESH_S = 1500.0  # a feed has something new every 25 minutes: one look in five


class Street:
    """All hosts, which answer by a script and judge their visitor."""

    def __init__(self, shared: Any) -> None:
        self._shared = shared
        self.counts: Counter[str] = Counter()
        self.spacing = 1e9
        self._inside: Counter[str] = Counter()
        self._last: dict[str, float] = {}
        self._held: dict[str, tuple[float, float]] = {}  # since when, until when
        self._given: set[tuple[str, str]] = set()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = itertools.count()

    @property
    def now(self) -> float:
        return float(self._shared[NOW])

    async def answer(self, request: web.Request) -> web.StreamResponse:
        host, now = request.host.split(":")[0], self.now
        self._judge(host, request, now)
        self._inside[host] += 1
        self.counts["parallel"] = max(self.counts["parallel"], self._inside[host])
        self._shared[ARRIVED] += 1
        try:
            await self.sleep(0.05 + 0.5 * chance(host, request.path, now))
            reply = await self._reply(request, host)
            self._shared[REPLIED] += 1
            return reply
        finally:
            self._inside[host] -= 1
            self._shared[ANSWERED] += 1

    def _judge(self, host: str, request: web.Request, now: float) -> None:
        self.counts["requests"] += 1
        if host in self._last:
            self.spacing = min(self.spacing, now - self._last[host])
        self._last[host] = now
        since, until = self._held.get(host, (0.0, 0.0))
        if since < now < until:  # time stood still until our answer was heard
            self.counts["early"] += 1
        conditional = "If-None-Match" in request.headers
        if (host, request.path) in self._given and not conditional:
            self.counts["unconditional"] += 1

    async def _reply(self, request: web.Request, host: str) -> web.StreamResponse:
        kind, number = request.match_info["kind"], int(request.match_info["number"])
        whim = chance(host, request.path, self.now // 300)
        if kind == "busy" and whim < 0.1:
            return self._busy(host, whim)
        if kind == "shaky" and whim < 0.3:
            self.counts["500"] += 1
            return web.Response(status=500)
        if kind == "moved":
            self.counts["301"] += 1
            there = f"http://{address(number % 10)}:{request.url.port}/plain/{number}"
            return web.Response(status=301, headers={"Location": there})
        if kind in ("gone", "missing"):
            self.counts[kind] += 1
            return web.Response(status=410 if kind == "gone" else 404)
        if kind == "drip":
            return await self._drip(request)
        return self._feed(request, host, kind, number)

    def _busy(self, host: str, whim: float) -> web.Response:
        wait_s = 60 + int(whim * 10_000)
        until = BEGIN + timedelta(seconds=int(self.now) + wait_s)
        self._held[host] = self.now, (until - BEGIN).total_seconds()
        exact = self._held[host][1] - self.now
        said = format_datetime(until, usegmt=True) if whim < 0.05 else str(int(exact) + 1)
        self.counts["429 and 503"] += 1
        return web.Response(status=429 if whim < 0.07 else 503, headers={"Retry-After": said})

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        self.counts["drips"] += 1
        response = web.StreamResponse()
        await response.prepare(request)
        self._shared[REPLIED] += 1
        with contextlib.suppress(ConnectionError):
            while True:
                await response.write(b" ")
                await asyncio.sleep(0.2)
        return response

    def _feed(self, request: web.Request, host: str, kind: str, number: int) -> web.Response:
        version = int((self.now + 977 * number) // FRESH_S) + 10
        etag = f'W/"{version}"'
        if request.headers.get("If-None-Match") == etag:
            self.counts["304"] += 1
            return web.Response(status=304, headers={"ETag": etag})
        self.counts["200"] += 1
        self._given.add((host, request.path))
        body = written(
            number, version, 15_000_000 - 500_000 * (number % 12) if kind == "big" else 0
        )
        return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": etag})

    async def sleep(self, seconds: float) -> None:
        """Sleep in simulated time."""
        waker = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._number), waker))
        await waker

    async def tick(self) -> None:
        """Wake who slept long enough, until it is over."""
        while not self._shared[OVER]:
            while self._sleepers and self._sleepers[0][0] <= self.now:
                waker = heapq.heappop(self._sleepers)[2]
                if not waker.done():
                    waker.set_result(None)
            await asyncio.sleep(0.001)


def chance(*of: object) -> float:
    """A number in 0..1 that follows from what it is for."""
    return random.Random(repr(of)).random()


def address(number: int) -> str:
    return f"127.{1 + number // 250 % 200}.{number % 250}.1"


def written(number: int, version: int, size: int) -> bytes:
    """Write the feed of a number: two new items with each version, six in all."""
    items = []
    for n in range(2 * version - 6, 2 * version):
        date = BEGIN + timedelta(seconds=(n // 2 - 10) * FRESH_S - 977 * number)
        items.append(
            f"<item><title>Report {n} of outlet {number}</title><guid>{number}-{n}</guid>"
            f"<link>https://outlet{number}.example/{n}</link>"
            f"<pubDate>{format_datetime(date)}</pubDate>"
            f"<description>{'What was said of it at length. ' * 8}</description></item>"
        )
    if size:
        text = "A very long report. " * 2500
        items += [
            f"<item><title>Long {n}</title><guid>{number}-{version}-l{n}</guid>"
            f"<description>{text}</description></item>"
            for n in range(size // len(text))
        ]
    inside = "".join(items)
    return f'<rss version="2.0"><channel><title>{number}</title>{inside}</channel></rss>'.encode()


def serve(shared: Any, hosts: int, pipe: Any) -> None:
    """The process of the hosts."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(65_536, hard_limit()),) * 2)
    asyncio.run(_serve(shared, hosts, pipe))


def hard_limit() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


async def _serve(shared: Any, hosts: int, pipe: Any) -> None:
    street = Street(shared)
    app = web.Application()
    app.router.add_get("/{kind}/{number}", street.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    first = web.TCPSite(runner, address(0), 0)
    await first.start()
    port = runner.addresses[0][1]
    for number in range(1, hosts + 1):
        await web.TCPSite(runner, address(number), port).start()
    pipe.send(port)
    await street.tick()
    pipe.send({**street.counts, "spacing": street.spacing})
    await runner.cleanup()
