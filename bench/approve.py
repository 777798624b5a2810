"""From an editor's yes to the first call at a channel, with 1,000 drafts in the store.

Repeat: python bench/approve.py [--drafts 1000] [--times 20]

The newsroom is the real daemon; its channel is a server that answers at once, so that what is
measured is ours: `answer_ms` until the editor reads an answer, `first_call_ms` until the channel
is called. One draft in ten is still open, the others were posted within two days. `commands_ms`
are other commands at the same desk.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.reaper.life import ANNA, PaperLine, title
from bot.chat import Incoming
from bot.config import build
from bot.daemon import Daemon, started
from bot.draft import Brief
from sources import Item

COMMANDS = ("drafts", "status", "show 3", "topics", "correct 3 square: No.", "takedown 3")


class Square:
    """A channel and a model that answer at once; `called` tells when each post came in."""

    def __init__(self) -> None:
        self.called: asyncio.Queue[float] = asyncio.Queue()

    async def post(self, request: web.Request) -> web.Response:
        """Note when it came, then read it."""
        self.called.put_nowait(time.perf_counter())
        await request.read()
        return web.json_response({"id": "p1", "url": "https://clips.example/1"})

    async def note(self, request: web.Request) -> web.Response:
        """Say what was said."""
        return web.Response(text=await request.text())


@asynccontextmanager
async def served(square: Square) -> AsyncIterator[str]:
    """Open the channel; answers its address."""
    app = web.Application(client_max_size=1 << 26)
    app.router.add_post("/post", square.post)
    app.router.add_post("/note/{what}", square.note)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def filled(daemon: Daemon, count: int) -> list[tuple[int, str]]:
    """Make one draft in earnest and copy it; answers the open ones with their revisions."""
    store, now = daemon.desk.store, datetime.now(UTC)
    item = Item(
        "i1", "wire", "The Quay", "https://quay.example/1", title(1), "Shut.", now, now, "en"
    )
    await store.new_draft(1, title(1), (item,), Brief(), ANNA, "asked for", now)
    daemon.desk.wake()
    version = 0
    while (draft := await store.draft(1)) is None or draft.state != "offered":
        version = await daemon.desk.version_after(version)
    columns = ("story", "title", "items", "brief", "why", "script", "grounding", "board", "clip")
    same = ",".join((*columns, "texts", "weighed", "offered_at", "rev"))
    async with store._db.write("copies") as db:
        for n in range(2, count + 1):
            state = "offered" if n % 10 == 0 else "posted"
            made = now - timedelta(minutes=2880 * (1 - n / count))
            values = (state, ANNA, made.isoformat(), made.isoformat())
            await db.execute(
                f"INSERT INTO draft(state, asked_by, made_at, decided_at, {same}) "
                f"SELECT ?,?,?,?,{same} FROM draft WHERE id=1",
                values,
            )
            if state == "posted":
                await db.execute(
                    "INSERT INTO posting(draft, channel, key, state, url, remote_id) "
                    "VALUES(?,'square',?,'done','https://clips.example/0','p0')",
                    (n, f"key-{n}"),
                )
    open_ones = await store.drafts(now + timedelta(days=1))
    return [(d.id, d.tag) for d in open_ones if d.state == "offered"]


async def measured(drafts: int, times: int) -> dict[str, Any]:
    """Approve one draft after the other, each when the last is out."""
    square, answers, calls = Square(), [], []
    with tempfile.TemporaryDirectory() as name:
        async with served(square) as address:
            table = {
                "desk": {"state": "state"},
                "editors": {ANNA: "approver"},
                "network": {"allow": ["127.0.0.1"]},
                "publish": [{"kind": "webhook", "name": "square", "url": f"{address}/post"}],
                "chat": [],
            }
            shots = Path(name) / "shots"
            shots.mkdir()
            config = build(table, Path(name))
            async with started(config, line=lambda _, http: PaperLine(http, address, shots)) as d:
                stop = asyncio.Event()
                running = asyncio.create_task(d.run(stop))
                for number, rev in (await filled(d, drafts))[1 : times + 1]:
                    begin = time.perf_counter()
                    answer = await said(d, f"approve {number} {rev}")
                    assert answer.startswith("approved"), answer
                    answers.append(time.perf_counter() - begin)
                    calls.append(await square.called.get() - begin)
                    await asyncio.sleep(0.05)
                others = {words: await timed(d, words) for words in COMMANDS}
                stop.set()
                await running
    return {
        "bench": "approve",
        "drafts": drafts,
        "times": times,
        "answer_ms": told(answers),
        "first_call_ms": told(calls),
        "commands_ms": {words: round(s * 1000) for words, s in others.items()},
        "bars_ms": {"answer": 300, "first_call": 1000},
    }


async def said(daemon: Daemon, words: str) -> str:
    """Say something as an editor."""
    event = f"{words} {time.perf_counter()}"
    return await daemon.newsroom.hear(Incoming(ANNA, event, words, datetime.now(UTC)))


async def timed(daemon: Daemon, words: str) -> float:
    """Say something, and measure until the answer, seconds."""
    begin = time.perf_counter()
    await said(daemon, words)
    return time.perf_counter() - begin


def told(seconds: list[float]) -> dict[str, int]:
    """Tell the middle and the worst, in milliseconds."""
    return {"median": round(statistics.median(seconds) * 1000), "most": round(max(seconds) * 1000)}


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drafts", type=int, default=1000)
    parser.add_argument("--times", type=int, default=20)
    args = parser.parse_args()
    print(json.dumps(asyncio.run(measured(args.drafts, args.times))))


if __name__ == "__main__":
    main()
