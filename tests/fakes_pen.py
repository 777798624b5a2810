"""Fakes of the pen: invented stories, and a loopback server that speaks Chat Completions."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.story import Picture, Story
from sources import Item

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday


def item(
    outlet: str, title: str, summary: str = "", *, text: str = "", minute: int = 0, lang: str = "en"
) -> Item:
    at = NOON + timedelta(minutes=minute)
    slug = f"{outlet}-{minute}".replace(" ", "-").lower()
    url = f"https://{slug}.example/1"
    return Item(slug, "wire", outlet, url, title, summary, at, at, lang=lang, text=text)


def story(*items: Item, title: str = "") -> Story:
    return Story(7, title or items[0].title, items)


def bridge() -> Story:
    """A story of four outlets, with figures, a quotation, a denial and an older state of things."""
    return story(
        item(
            "Harbour Post",
            "Bridge closed after barge strikes pier in Port Ellery",
            "A barge struck a pier of the Ellery Bridge in Port Ellery early on Wednesday. There"
            " was no immediate word on injuries.",
        ),
        item(
            "Coast Radio",
            "Barge hits Ellery Bridge, 62 people taken off stranded tram",
            "Firefighters took 62 people off a tram that was stranded on the Ellery Bridge, the"
            " city said. Nobody was hurt, according to the fire brigade.",
            minute=9,
        ),
        item(
            "The Ledger",
            "Ellery Bridge closed for at least three weeks, says mayor",
            "Mayor Ines Calder said the bridge will stay closed for at least three weeks, which"
            " will force 40,000 commuters a day to take a detour. “We will not open it before every"
            " bolt is checked,” Mayor Ines Calder said.",
            minute=21,
        ),
        item(
            "Northern Wire",
            "Ellery Bridge shut for weeks after barge collision",
            "The Ellery Bridge in Port Ellery was closed on Wednesday after a barge collided with"
            " one of its piers. Repairs could cost 3.5 million euros, engineers estimate.",
            minute=34,
        ),
    )


def photo(name: str, alt: str = "", width: int = 1600, height: int = 1200) -> Picture:
    return Picture(f"/photos/{name}.jpg", width, height, f"Photo: {name} / CC BY", "CC BY 4.0", alt)


Reply = Mapping[str, Any]


class Model:
    """A chat model on loopback. It answers what it was told to, in order; the last goes on."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        self.url = ""
        self._replies: list[tuple[int, Reply | str, Mapping[str, str]]] = []

    def answers(self, content: str | Mapping[str, Any], *, finish: str = "stop") -> None:
        text = content if isinstance(content, str) else json.dumps(content)
        self._say({"role": "assistant", "content": text}, finish)

    def refuses(self, why: str) -> None:
        self._say({"role": "assistant", "content": None, "refusal": why}, "stop")

    def fails(self, status: int, message: str = "no", **headers: str) -> None:
        body = {"error": {"message": message, "type": "fault", "code": None}}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._replies.append((status, body, named))

    def rambles(self) -> None:
        self._replies.append((200, "<html>hello</html>", {}))

    def hangs(self) -> None:
        self._replies.append((0, {}, {}))

    def drops(self) -> None:
        self._replies.append((-1, {}, {}))

    def _say(self, message: Reply, finish: str) -> None:
        choice = {"index": 0, "message": message, "finish_reason": finish}
        body = {"id": "c1", "object": "chat.completion", "created": 1, "model": "fake"}
        self._replies.append((200, {**body, "choices": [choice]}, {}))

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.headers.append(dict(request.headers))
        status, body, headers = self._replies[min(len(self.asked), len(self._replies)) - 1]
        if status == -1:
            assert request.transport
            request.transport.abort()
        if status < 1:
            await asyncio.Event().wait()
        if isinstance(body, str):
            return web.Response(text=body, content_type="text/html")
        return web.json_response(body, status=status, headers=dict(headers))


@asynccontextmanager
async def model() -> AsyncIterator[Model]:
    """Run a model on a free loopback port."""
    fake = Model()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", fake._chat)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    fake.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield fake
    finally:
        await runner.cleanup()
