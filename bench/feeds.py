"""A day of five thousand feeds: manners, stalls and memory of the wire, judged by its hosts.

Repeat: python bench/feeds.py                            (a quarter of an hour, in a minute or two)
        python bench/feeds.py --hours 24 --wall-s 90000  (a whole day: over an hour)

Two thousand virtual hosts on loopback, in a process of their own, serve the feeds and count: most
answers are "unchanged", a fifth has news; some are 429 and 503 with Retry-After in seconds or as a
date, some 500, moved, gone, 404, drips that never end, and feeds of 9 to 15 MB. The bot's side is
the real one: rounds, agenda, intake, store, session with its manners, feed plug-in and darkroom.
Only time is simulated: it stands still while a request or an answer is on its way and while more
than two dozen looks wait for our own CPU, and leaps ahead when nothing is to be done. The stories
have a bench of their own (bench/trends.py); here each item is one. Linux only: its loopback has
many addresses.
"""

import argparse
import asyncio
import contextlib
import heapq
import itertools
import json
import logging
import multiprocessing
import random
import resource
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.hosts import Hosts
from bot.intake import Intake
from bot.manners import polite
from bot.rounds import Rounds
from bot.store import Store
from bot.trends import Joined
from bot.web import session
from sources import feed

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
FRESH_S = 1500.0  # a feed has something new every 25 minutes: one look in five
BUSY = 24  # looks that may wait for our own CPU before time stands still
STEP_S = 1.0  # how far time goes at once while answers are awaited
NOW, ARRIVED, ANSWERED, REPLIED, OVER = range(5)  # what both processes see


# -- the hosts ---------------------------------------------------------------------------------


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


# -- our side ----------------------------------------------------------------------------------


class Time:
    """Simulated time with an alarm (bot.alarm.Alarm), and the rule by which it passes."""

    def __init__(self, shared: Any, ends: float) -> None:
        self._shared = shared
        self._ends = ends
        self.sent = 0
        self.heard = 0
        self.looks = 0
        self._moments: list[tuple[float, int, Callable[[], None]]] = []
        self._ring: tuple[float, Callable[[], None]] | None = None
        self._number = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self) -> datetime:
        return BEGIN + timedelta(seconds=self._shared[NOW])

    def at(self, second: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._moments, (second, next(self._number), do))

    def every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        def again() -> None:
            task = asyncio.ensure_future(do())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            self.at(self._shared[NOW] + seconds, again)

        self.at(self._shared[NOW] + seconds, again)

    def ring(self, at: datetime | None, call: Callable[[], None]) -> None:
        self._ring = ((at - BEGIN).total_seconds(), call) if at else None

    def stop(self) -> None:
        self._ring = None

    def look(self, more: int) -> None:
        self.looks += more

    async def sleep(self, seconds: float) -> None:
        waker = asyncio.Event()
        self.at(self._shared[NOW] + seconds, waker.set)
        await waker.wait()

    async def pass_until(self, end_s: float) -> None:
        """Let time pass by the rule, as long as there is time for it."""
        while self._shared[NOW] < end_s and time.perf_counter() < self._ends:
            for _ in range(4):  # whatever was woken has its say first
                await asyncio.sleep(0)
            away = self._shared[ARRIVED] - self._shared[ANSWERED]
            on_its_way = self.sent > self._shared[ARRIVED] or self.heard < self._shared[REPLIED]
            idle = self._ring is None and not self.looks  # not yet: nobody said what comes next
            if on_its_way or idle or self.looks - away > BUSY:
                await asyncio.sleep(0.001)
                continue
            self._go(end_s)
            if self.looks:
                await asyncio.sleep(0.001)

    def _go(self, end_s: float) -> None:
        here = self._shared[NOW]
        coming = [self._moments[0][0]] if self._moments else []
        coming += [self._ring[0]] if self._ring else []
        there = max(here, min([end_s, *coming, *([here + STEP_S] if self.looks else [])]))
        self._shared[NOW] = there
        while self._moments and self._moments[0][0] <= there:
            heapq.heappop(self._moments)[2]()
        if self._ring and self._ring[0] <= there:
            call, self._ring = self._ring[1], None
            call()


class Lone:
    """A wire on which every item is a story of its own."""

    def __init__(self) -> None:
        self._number = 0

    def add(self, item: object, *, meaning: object = None) -> Joined:
        self._number += 1
        return Joined(self._number, "alone", True)

    def merge(self, gone: int, kept: int) -> None: ...

    def hear(self, source: str, signals: object) -> None: ...

    def stories(self, now: datetime) -> tuple[()]:
        return ()


KINDS = ("busy", "shaky", "moved", "gone", "missing", "drip", "big")
SHARES = (0.03, 0.01, 0.01, 0.003, 0.003, 0.002, 0.001)


def slots(count: int, hosts: int, port: int) -> dict[str, str]:
    """Name the feeds and their addresses: ten hosts carry a tenth of them all."""
    found = {}
    for n in range(count):
        lot = chance("kind", n)
        kind = "plain"
        for name, share in zip(KINDS, SHARES, strict=True):
            lot -= share
            if lot < 0:
                kind = name
                break
        host = n % 10 if n % 10 == 0 else int(chance("host", n) * hosts)
        found[f"feed {n}"] = f"http://{address(host)}:{port}/{kind}/{n}"
    return found


class Watch:
    """How late the loop comes round, and how large the process is, after the warm-up."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self.sizes: list[float] = []

    async def beat(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            self.late_ms.append((time.perf_counter() - before - 0.005) * 1000)

    def weigh(self) -> None:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.sizes.append(pages * resource.getpagesize() / 1e6)


async def live(
    shared: Any, port: int, count: int, hosts: int, hours: float, wall_s: float
) -> dict[str, Any]:
    """Run our side for so many simulated hours."""
    clock, watch = Time(shared, time.perf_counter() + wall_s), Watch()
    doors, addresses = Hosts(), slots(count, hosts, port)

    async def counting(request: Any, ask: Any) -> Any:
        clock.sent += 1
        try:
            response = await ask(request)
        except aiohttp.ClientConnectorError:  # it will never arrive
            clock.sent -= 1
            raise
        clock.heard += 1
        return response

    manners = (polite(doors, clock, clock.sleep), counting)
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(Path(folder))
        async with session(allow=["127.0.0.0/8"], middlewares=manners) as http:
            http._timeout = aiohttp.ClientTimeout(total=5.0)  # in real time
            sources = {n: feed.Plugin(n, settings(url), http) for n, url in addresses.items()}
            intake = Counted(
                store, Lone(), sources, clock, lambda: None,  # type: ignore[arg-type]
                hosts=doors, chance=random.Random(1), addresses=addresses,
            )  # fmt: skip
            intake.looks = clock.look
            await intake.open()
            rounds = Rounds(intake, lambda: None, clock, random.Random(2), lambda: clock)
            told = await _measured(clock, watch, rounds.run(intake.tidy), hours)
        rows = await store.sources()
        await store.close()
    await feed.close()
    read = sum(row.read_at is not None for row in rows.values())
    return told | {"feeds_read": read, "off": sum(row.off for row in rows.values())}


async def _measured(
    clock: Time, watch: Watch, run: Coroutine[Any, Any, None], hours: float
) -> dict[str, Any]:
    going, beating = asyncio.ensure_future(run), asyncio.ensure_future(watch.beat())
    warm_s = min(900.0, hours * 1800)
    begin = time.perf_counter()
    await clock.pass_until(warm_s)
    for minute in range(int(warm_s / 60), int(hours * 60) + 1):
        await clock.pass_until(minute * 60.0)
        watch.weigh()
    watch.weigh()
    wall_s = time.perf_counter() - begin
    for task in (going, beating):
        task.cancel()
    await asyncio.gather(going, beating, return_exceptions=True)
    late = watch.late_ms
    cuts = statistics.quantiles(late, n=1000)
    return {
        "simulated_h": round((clock() - BEGIN) / timedelta(hours=1), 2),
        "wall_s": round(wall_s, 1),
        "loop_stall_p50_ms": round(statistics.median(late), 2),
        "loop_stall_p99_ms": round(cuts[989], 1),
        "loop_stall_p999_ms": round(cuts[998], 1),
        "loop_stall_max_ms": round(max(late), 1),
        "memory_mb": round(watch.sizes[-1], 1),
        "memory_growth_mb": round(max(watch.sizes) - watch.sizes[0], 1),
    }


def settings(url: str) -> feed.Settings:
    return feed.Settings(url=url, cap_mb=16.0)


class Counted(Intake):
    """An intake whose looks are counted: time needs to know how many are under way."""

    looks: Callable[[int], None]

    async def poll(self, name: str) -> datetime | None:
        self.looks(1)
        try:
            return await super().poll(name)
        finally:
            self.looks(-1)


def main() -> None:
    """Run both sides and print what the hosts say of us."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hours", type=float, default=0.25)
    parser.add_argument("--wall-s", type=float, default=110.0, help="ends earlier, wherever it is")
    parser.add_argument("--feeds", type=int, default=5000)
    parser.add_argument("--hosts", type=int, default=2000)
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    spawn = multiprocessing.get_context("spawn")
    shared = spawn.Array("d", 5, lock=False)
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=serve, args=(shared, chosen.hosts, theirs), daemon=True)
    process.start()
    told = asyncio.run(
        live(shared, ours.recv(), chosen.feeds, chosen.hosts, chosen.hours, chosen.wall_s)
    )
    shared[OVER] = 1
    judged = ours.recv()
    process.join()
    print(json.dumps({"bench": "feeds", "feeds": chosen.feeds, **verdict(judged, told)}))


def verdict(judged: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Put the hosts' judgement first."""
    requests = judged.pop("requests", 0)
    return {
        "unconditional_gets_after_success": judged.pop("unconditional", 0),
        "requests_before_retry_after": judged.pop("early", 0),
        "max_parallel_per_host": judged.pop("parallel", 0),
        "min_spacing_s": round(judged.pop("spacing"), 3),
        **told,
        "requests": requests,
        "requests_per_s": round(requests / told["wall_s"], 1),
        "answers": judged,
    }


if __name__ == "__main__":
    main()
