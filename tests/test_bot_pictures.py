"""The pictures of a story, over real loopback HTTP."""

import logging
import os
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import web
from PIL import Image

from bot.pictures import MOST, MOST_TRIED, gather
from bot.web import session
from fakes import item
from sources import Item, Media


class Archive:
    """Serves one picture under every name that begins with "good"; counts who asks."""

    def __init__(self) -> None:
        self.asked, self.url = 0, ""
        file = BytesIO()
        Image.new("RGB", (640, 800)).save(file, "PNG")
        self._picture = file.getvalue()

    async def show(self, request: web.Request) -> web.Response:
        self.asked += 1
        good = request.match_info["name"].startswith("good")
        return web.Response(body=self._picture if good else b"no picture at all")

    def item(self, *names: str) -> Item:
        """An item with licensed pictures."""
        media = tuple(
            Media(url=f"{self.url}/{n}", kind="image", credit="A. Lens", licence="own")
            for n in names
        )
        return item(1, media=media)


@pytest.fixture
async def archive() -> AsyncIterator[Archive]:
    archive, app = Archive(), web.Application()
    app.router.add_get("/{name}", archive.show)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    archive.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield archive
    await runner.cleanup()


async def test_a_picture_is_fetched_once_and_stays_as_long_as_it_is_used(
    archive: Archive, tmp_path: Path
) -> None:
    async with session(allow=["127.0.0.1"]) as http:
        first = await gather(http, [archive.item("good")], tmp_path)
        os.utime(first[0].path, (0, 0))
        again = await gather(http, [archive.item("good")], tmp_path)
    assert (again, archive.asked) == (first, 1)
    assert Path(first[0].path).stat().st_mtime > 0


async def test_a_story_with_hundreds_of_pictures_takes_a_few(
    archive: Archive, tmp_path: Path
) -> None:
    story = archive.item(*(f"good{n}" for n in range(200)))
    async with session(allow=["127.0.0.1"]) as http:
        assert len(await gather(http, [story], tmp_path)) == MOST
    assert archive.asked == MOST_TRIED


async def test_no_key_of_an_address_gets_into_the_log(
    archive: Archive, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with session(allow=["127.0.0.1"]) as http:
            assert await gather(http, [archive.item("bad?key=sesame")], tmp_path) == ()
    assert "not a JPEG, PNG or WebP picture" in caplog.text
    assert "sesame" not in caplog.text
