"""An address from an editor, over real loopback HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.store import Store
from bot.tips import Tips
from bot.trends import Wire
from bot.web import session
from fakes import NOON, item
from sources import SourceBroken, SourceDown

ARTICLE = """<html lang="en"><title>Ferry hits the harbour bridge in Port Ansel</title>
<p>A ferry hit the harbour bridge in Port Ansel on Monday, officials said.</p>
<p>The bridge was closed and nobody was hurt, the harbour office said.</p></html>"""


@pytest.fixture
async def host() -> AsyncIterator[str]:
    async def article(_: web.Request) -> web.Response:
        return web.Response(text=ARTICLE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/story", article)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(tmp_path)
    yield store
    await store.close()


async def test_an_article_joins_the_story_that_is_on_the_wire(host: str, store: Store) -> None:
    wire = Wire()
    title = "Port Ansel harbour bridge closed after ferry hits it"
    wire.add(item(1, title, "Coast Radio", summary="A ferry hit the harbour bridge on Monday."))
    async with session(allow=["127.0.0.1"]) as http:
        story = await Tips(store, wire, http, lambda: NOON).follow(f"{host}/story")
    assert story.id == 1
    assert len(story.items) == 2
    assert [filed.story for filed in await store.items(NOON)] == [1]


async def test_what_cannot_be_read_is_said(host: str, store: Store) -> None:
    async with session(allow=["127.0.0.1"]) as http:
        tips = Tips(store, Wire(), http, lambda: NOON)
        with pytest.raises((SourceDown, SourceBroken)):
            await tips.follow(f"{host}/nothing")
    async with session() as http:  # a private address is never reached for an editor either
        with pytest.raises((SourceDown, SourceBroken)):
            await Tips(store, Wire(), http, lambda: NOON).follow(f"{host}/story")
