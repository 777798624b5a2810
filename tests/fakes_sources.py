"""An outlet's host on loopback that does what real ones do to their readers, and feeds to serve.

All outlets, names and events are invented.
"""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

import brotli
from aiohttp import web

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Visit:
    """One request that the host got."""

    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Host:
    """Answers every path by what it was told last. `visits` is every request, in order."""

    visits: list[Visit] = field(default_factory=list)
    _replies: dict[str, Reply] = field(default_factory=dict)
    _port: int = 0
    _visited: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str = "/feed") -> str:
        return f"http://127.0.0.1:{self._port}{path}"

    async def visited(self) -> None:
        """Wait for the first request."""
        await self._visited.wait()

    def publishes(self, body: str | bytes, path: str = "/feed", **headers: str) -> None:
        """Answer 200, and 304 to who already holds this ETag or Last-Modified."""
        raw = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def reply(request: web.Request) -> web.Response:
            etag, modified = named.get("ETag"), named.get("Last-Modified")
            known = etag is not None and request.headers.get("If-None-Match") == etag
            known |= modified is not None and request.headers.get("If-Modified-Since") == modified
            return web.Response(status=304 if known else 200, body=raw, headers=named)

        self._replies[path] = reply

    def answers(self, status: int, path: str = "/feed", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def reply(request: web.Request) -> web.Response:
            return web.Response(status=status, headers=named)

        self._replies[path] = reply

    def moves(self, to: str, path: str = "/feed", status: int = 301) -> None:
        self.answers(status, path, Location=to)

    def drips(self, body: str, path: str = "/feed") -> None:
        """Send one byte and then nothing for as long as anybody listens."""

        async def reply(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            await response.write(body[:1].encode())
            await asyncio.Event().wait()
            return response

        self._replies[path] = reply

    def talks(self, body: str, path: str = "/feed") -> None:
        """Send some events, and then nothing for as long as anybody listens."""

        async def reply(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(request)
            await response.write(body.encode())
            await asyncio.Event().wait()
            return response

        self._replies[path] = reply

    def bombs(self, size: int, path: str = "/feed", encoding: str = "gzip") -> None:
        """Send so many bytes as a small packed body: gzip, deflate or br."""
        packers = {
            "gzip": gzip.compress,
            "deflate": zlib.compress,
            "br": partial(brotli.compress, quality=4),
        }
        self._packs(packers[encoding](b" " * size), path, encoding)

    def breaks_off(self, body: str, path: str = "/feed") -> None:
        """Send the first half of a gzip body as if it were all of it."""
        packed = gzip.compress(body.encode())
        self._packs(packed[: len(packed) // 2], path)

    def hangs_up(self, path: str = "/feed") -> None:
        async def reply(request: web.Request) -> web.Response:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()

        self._replies[path] = reply

    def _packs(self, packed: bytes, path: str, encoding: str = "gzip") -> None:
        async def reply(request: web.Request) -> web.Response:
            return web.Response(body=packed, headers={"Content-Encoding": encoding})

        self._replies[path] = reply

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.visits.append(Visit(request.path, dict(request.headers), dict(request.query)))
        self._visited.set()
        reply = self._replies.get(request.path)
        return await reply(request) if reply else web.Response(status=404)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self._runner.cleanup()


@asynccontextmanager
async def raw(answer: bytes) -> AsyncIterator[str]:
    """Serve these very bytes, head and all, to every request, then hang up; answers the address."""

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(reply, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"


def rss(*items: str, channel: str = "", title: str = "The Harbour Post") -> str:
    """Write an RSS 2.0 feed around items, which are the insides of <item>."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{title}</title><language>en</language>{channel}{inside}</channel></rss>"
    )


def report(n: int = 1, more: str = "", date: str = "Wed, 04 Mar 2026 17:00:00 GMT") -> str:
    """Write the inside of one item."""
    return (
        f"<title>Ferry {n} leaves late</title><link>https://harbour.example/ferry/{n}</link>"
        f"<guid>ferry-{n}</guid><description>Fog kept ferry {n} in port.</description>"
        f"<pubDate>{date}</pubDate>{more}"
    )


def attribute_bomb(attributes: int) -> str:
    """Write a small valid feed that holds a parser for a time that grows with the square."""
    return rss("<title>x</title><link " + " ".join(f'a{n}="1"' for n in range(attributes)) + "/>")
