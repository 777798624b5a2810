"""The world of bench/kill.py, a process of its own: channels, a model, a camera, and their log.

It is the judge. It is never killed and never restarted, and every line of its log is fsynced. A
channel fails 5 % of the posts with 500 before it took them in, 4 % with 502 after, hangs up on 4 %
after, and takes up to 130 ms. `keyed` takes a key once, `listed` can be asked, `blind` is neither.

Usage: python bench/reaper/world.py LOG SEED; prints its port.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

BEFORE, AFTER, DROP = 0.05, 0.04, 0.04
SLOWEST_S = 0.13
MODEL_S = 0.05


class World:
    """Everything outside the bot. `log` has one line for whatever took effect."""

    def __init__(self, log: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        self._log = log.open("a")
        self._known: dict[tuple[str, str], str] = {}  # room and key -> id
        self._open = 0

    def app(self) -> web.Application:
        """Lay out the addresses."""
        app = web.Application(client_max_size=1 << 26)
        app.router.add_post("/post/{room}", self._post)
        app.router.add_get("/find/{room}", self._find)
        app.router.add_post("/note/{what}", self._note)
        app.router.add_get("/open", self._told)
        return app

    def _write(self, **line: Any) -> None:
        self._log.write(json.dumps({**line, "at": time.time()}) + "\n")
        self._log.flush()
        os.fsync(self._log.fileno())

    async def _told(self, _request: web.Request) -> web.Response:
        """Say how many calls are under way right now."""
        return web.json_response(self._open)

    async def _note(self, request: web.Request) -> web.Response:
        """Keep that a model was asked or a shot was filmed, before and after it is."""
        what, words = request.match_info["what"], await request.text()
        self._open += 1
        try:
            self._write(what=f"{what} begun", words=words)
            await asyncio.sleep(MODEL_S if what == "script" else 0)
            if request.transport is None or request.transport.is_closing():
                return web.Response(status=400)  # who asked was killed meanwhile
            self._write(what=f"{what} given", words=words)
            return web.Response(text=words)
        finally:
            self._open -= 1

    async def _post(self, request: web.Request) -> web.Response:
        room, came = request.match_info["room"], time.time()
        self._open += 1
        try:
            key = request.headers.get("Idempotency-Key", "")
            try:
                title = await _title(request)
            except ConnectionError:  # who posts was killed before it was through
                return web.Response(status=400)
            chance = self._chance.random()
            late = self._chance.uniform(0, SLOWEST_S)
            await asyncio.sleep(late / 2)
            if chance < BEFORE:
                return web.Response(status=500, text="the disk is full")
            number = self._take_in(room, key, title, came)
            await asyncio.sleep(late / 2)
            if chance < BEFORE + AFTER:
                return web.Response(status=502, text="bad gateway")
            if chance < BEFORE + AFTER + DROP and request.transport:
                request.transport.abort()
            return web.json_response({"id": number, "url": f"https://clips.example/{number}"})
        finally:
            self._open -= 1

    def _take_in(self, room: str, key: str, title: str, came: float) -> str:
        if "keyed" in room and (room, key) in self._known:
            return self._known[room, key]
        number = f"p{len(self._known) + 1}"
        self._known[room, key] = number
        self._write(what="post", room=room, key=key, title=title, came=came)
        return number

    async def _find(self, request: web.Request) -> web.Response:
        found = self._known.get((request.match_info["room"], request.query.get("key", "")))
        if found is None:
            return web.json_response({"found": False}, status=404)
        return web.json_response({"found": True, "id": found})


async def _title(request: web.Request) -> str:
    """Read a post to its end, as a receiver does, and take its title."""
    title = ""
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        content = await part.read()
        if part.name == "post":
            title = json.loads(content)["title"]
    return title


async def main(log: Path, seed: int) -> None:
    """Serve until the process is ended."""
    runner = web.AppRunner(World(log, seed).app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    print(site._server.sockets[0].getsockname()[1], flush=True)  # type: ignore[attr-defined]
    await asyncio.Event().wait()


def counted(log: Path, prefix: str) -> Counter[tuple[str, str]]:
    """Count the posts that took effect, by channel and title; rooms begin with `prefix`."""
    lines = (json.loads(line) for line in log.read_text().splitlines())
    posts = (line for line in lines if line["what"] == "post")
    return Counter((p["room"], p["title"]) for p in posts if p["room"].startswith(prefix))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
