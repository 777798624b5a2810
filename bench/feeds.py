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
import json
import logging
import multiprocessing
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from town.clock import BEGIN, OVER, Time
from town.hosts import address, chance, serve

from bot.store import Store
from bot.trends import Joined
from bot.watch.hosts import Hosts
from bot.watch.intake import Intake
from bot.watch.manners import polite
from bot.watch.rounds import Rounds
from bot.web import session
from sources import feed


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
