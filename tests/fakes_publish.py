"""A webhook receiver to post to, with a memory that outlives its crashes and faults on command.

In a test: `async with Receiver() as there`. As a process of its
own, for tests that kill: `python tests/fakes_publish.py --port 8123 --log posts.jsonl`; each post
that takes effect is one fsynced line of the log.
"""

import argparse
import asyncio
import hashlib
import json
import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from aiohttp import BodyPartReader, web

from publish import Post, Publisher, State

Fault = Callable[[web.Request], Any]


async def prepared(channel: Publisher, post: Post, state: State) -> State:
    """Go through every step of `prepare`; answers the last state."""
    async for after in channel.prepare(post, state):
        state = after
    return state


class Receiver:
    """Takes multipart posts at `url`; `posts` is what took effect, `requests` every call."""

    def __init__(
        self,
        *,
        honours_keys: bool = False,
        can_be_listed: bool = False,
        token: str = "",
        port: int = 0,
        log: Path | None = None,
    ) -> None:
        self.posts: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self._honours_keys = honours_keys
        self._can_be_listed = can_be_listed
        self._token = token
        self._port = port
        self._log = log
        self._before: deque[Fault] = deque()
        self._after: deque[Fault] = deque()
        self._closing = asyncio.Event()
        self._took = asyncio.Event()
        if log and log.exists():
            self.posts = [json.loads(line) for line in log.read_text().splitlines()]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/post"

    @property
    def lookup_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/find"

    def drops_before_commit(self, times: int = 1) -> None:
        self._before.extend([_drop] * times)

    def drop_after_commit(self, times: int = 1) -> None:
        self._after.extend([_drop] * times)

    def error_500_after_commit(self, times: int = 1) -> None:
        self._after.extend([_says(500, "the disk is on fire")] * times)

    def slow(self, times: int = 1) -> None:
        """Takes the post in, then says nothing until the receiver is closed."""
        self._after.extend([self._never] * times)

    def refuses(self, status: int, text: str = "", times: int = 1, **headers: str) -> None:
        self._before.extend([_says(status, text, **headers)] * times)

    def answers(self, text: str | bytes, status: int = 200, kind: str = "text/plain") -> None:
        """Takes the post in and says this."""
        self._after.append(_says(status, text, kind))

    def breaks_off_its_yes(self) -> None:
        self._after.append(_half_a_yes)

    async def takes_a_post(self) -> None:
        """Wait until a post took effect."""
        await self._took.wait()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 30)
        app.router.add_post("/post", self._take)
        app.router.add_get("/find", self._find)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        key = request.headers.get("Idempotency-Key", "")
        parts = await _parts(request)
        self.requests.append({"key": key, "headers": dict(request.headers), "parts": parts})
        if self._before:
            return await self._before.popleft()(request)
        if self._token and request.headers.get("Authorization") != f"Bearer {self._token}":
            return web.Response(status=401, text="who are you?")
        known = next((post for post in self.posts if post["key"] == key), None)
        if known is None or not self._honours_keys:
            known = self._commit(key, parts)
        if self._after:
            return await self._after.popleft()(request)
        return web.json_response({"id": known["id"], "url": known["url"]}, status=201)

    def _commit(self, key: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
        clip = next(part for part in parts if part["name"] == "clip")
        words = json.loads(next(part["text"] for part in parts if part["name"] == "post"))
        n = len(self.posts) + 1
        post = {
            "key": key,
            "id": f"post-{n}",
            "url": f"https://clips.example/{n}",
            "sha256": clip["sha256"],
            "words": words,
        }
        self.posts.append(post)
        self._took.set()
        if self._log:
            with self._log.open("a") as log:
                log.write(json.dumps(post) + "\n")
                log.flush()
                os.fsync(log.fileno())
        return post

    async def _find(self, request: web.Request) -> web.StreamResponse:
        if self._before:
            return await self._before.popleft()(request)
        if not self._can_be_listed:
            return web.Response(status=403, text="this desk shows nothing")
        found = next((p for p in self.posts if p["key"] == request.query.get("key")), None)
        if found is None:
            return web.json_response({"found": False}, status=404)
        return web.json_response({"found": True, "id": found["id"], "url": found["url"]})

    async def _never(self, request: web.Request) -> web.StreamResponse:
        await self._closing.wait()
        return web.Response(status=503)


async def _parts(request: web.Request) -> list[dict[str, Any]]:
    """Read every part as it streams in, keeping its hash and its first bytes."""
    parts = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        digest, start, size = hashlib.sha256(), b"", 0
        while chunk := await part.read_chunk(1 << 16):
            digest.update(chunk)
            start, size = start or chunk, size + len(chunk)
        parts.append(
            {
                "name": part.name,
                "filename": part.filename,
                "kind": part.headers.get("Content-Type", ""),
                "sha256": digest.hexdigest(),
                "size": size,
                "text": start.decode(errors="replace"),
            }
        )
    return parts


async def _drop(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _half_a_yes(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "1000"})
    await answer.prepare(request)
    await answer.write(b'{"id": "hal')
    return await _drop(request)


def _says(status: int, text: str | bytes, kind: str = "text/plain", **headers: str) -> Fault:
    async def answer(request: web.Request) -> web.StreamResponse:
        body = text.encode() if isinstance(text, str) else text
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, body=body, content_type=kind, headers=named)

    return answer


async def _serve(args: argparse.Namespace) -> None:
    async with Receiver(
        honours_keys=args.honours_keys, can_be_listed=args.listed, port=args.port, log=args.log
    ) as receiver:
        for fault in args.fault:
            getattr(receiver, fault)(times=args.times)
        print(receiver.url, flush=True)  # noqa: T201
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--honours-keys", action="store_true")
    parser.add_argument("--listed", action="store_true", help="answer look-ups at /find?key=")
    faults = ["drops_before_commit", "drop_after_commit", "error_500_after_commit", "slow"]
    parser.add_argument("--fault", action="append", default=[], choices=faults)
    parser.add_argument("--times", type=int, default=1, help="how often each fault strikes")
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
