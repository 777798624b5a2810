"""The whole line through the page: a real daemon, a real Chromium, an editor who approves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
import pytest_asyncio

from bot.demo.wire import SampleWire
from chromium import ARGS, CHROMIUM
from newsrooms import TOKEN, newsroom, running
from replay import Replay

playwright = pytest.importorskip("playwright.async_api", reason="needs the extra `real`")
RECORDED = Path(__file__).parents[3] / "shared" / "data" / "stream_a" / "items_dense.jsonl"
PATIENCE = 180_000  # ms: a clip is made meanwhile

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs {CHROMIUM} (apt: chromium)"),
]


@pytest_asyncio.fixture
async def page() -> AsyncIterator[Any]:
    async with playwright.async_playwright() as engine:
        browser = await engine.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE)
        yield page
        await browser.close()


def wire(kind: str) -> AbstractAsyncContextManager[Any]:
    """The sample wire, or a recorded night told in a quarter of a minute."""
    if kind == "sample":
        return SampleWire(lambda: datetime.now(UTC), 200)
    if not RECORDED.exists():
        pytest.skip("the recorded streams are not beside this checkout")
    return Replay(RECORDED, 15)


@pytest.mark.parametrize("kind", ["sample", "recorded"])
async def test_an_editor_sees_the_clip_and_approves_it(
    kind: str, page: Any, tmp_path: Path
) -> None:
    see = playwright.expect
    async with wire(kind) as feeds:
        file = newsroom(tmp_path, feeds.feeds, open_drafts=1, drafts_per_hour=1)
        async with running(file) as (remote, _):
            await page.goto(f"{remote.url}/?token={TOKEN}")
            approve = page.get_by_role("button", name="Approve").first
            await approve.wait_for()
            await see(page.locator("#draft .beat").first).to_be_visible()
            await page.wait_for_function("document.querySelector('#draft video').readyState >= 1")
            length = await page.evaluate("document.querySelector('#draft video').duration")
            assert 5 < length < 60
            await page.screenshot(path=tmp_path / "offered.png")
            await approve.click()
            chip = page.locator("#draft header .chip")
            await see(chip).to_have_text("posted", timeout=PATIENCE)
            await page.screenshot(path=tmp_path / "posted.png")
            stories = (await asyncio.to_thread(remote.get, "/api/stories"))["stories"]
    hot = [story for story in stories if story["heat"]["phase"] in ("emerging", "trending")]
    assert len(hot) >= (3 if kind == "recorded" else 1)
    assert all(len(story["outlets"]) >= 3 for story in hot)
    entries = feedparser.parse((tmp_path / "out" / "feed.xml").read_bytes()).entries
    assert len(entries) == 1
    assert next((tmp_path / "out").rglob("*.mp4")).stat().st_size > 100_000
