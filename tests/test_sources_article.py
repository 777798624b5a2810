"""Articles: what of a page or a text is its title, its words, its picture. Files of any kind."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.web import session
from fakes_sources import Host, report, rss
from sources import Item, SourceBroken, SourceDown
from sources._files import read_file, read_url
from sources.article import Plugin, Settings
from test_sources_jsonl import line

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)

PAGE = """<!DOCTYPE html><html lang="en-GB"><head>
<meta charset="utf-8"><title>Lock gate mended | Quay Notes</title>
<meta property="og:title" content="Lock gate mended"><meta property="og:site_name" content="Quay Notes">
<meta property="og:image" content="/gate.jpg"><meta property="og:image" content="/second.jpg">
<meta property="article:published_time" content="2026-03-04T17:00:00Z">
<link rel="canonical" href="https://quay.example/7?utm_source=x">
<style>p { color: red }</style></head>
<body><nav><p>Home</p><nav>More</nav><p>Sport</p></nav>
<article><header><h1>Lock gate mended at last</h1></header>
<![if IE]><p>Divers mended the <b>gate</b> on Tuesday.<br>It had leaked since May.</p><![endif]>
<figure><img src="x.jpg"><figcaption>A diver.</figcaption></figure>
<script>document.write("<p>Buy now</p>")</script>
<h2>What next</h2><p>Boats pass again from Friday.</p><aside><p>Read also</p></aside>
</article><p>Subscribe!</p><footer><p>© Quay</p></footer></body></html>"""  # noqa: E501


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with session(allow=["127.0.0.1"]) as http:
        yield http


def read(tmp_path: Path, name: str, body: str | bytes) -> Item:
    path = tmp_path / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    (item,) = read_file(path, NOW)
    return item


def test_a_page_is_what_it_marks_as_its_article(tmp_path: Path) -> None:
    item = read(tmp_path, "gate.html", PAGE)
    assert (item.title, item.outlet, item.lang) == ("Lock gate mended", "Quay Notes", "en-GB")
    assert item.url == "https://quay.example/7"
    assert item.text == (
        "Divers mended the gate on Tuesday.\nIt had leaked since May.\n"
        "What next\nBoats pass again from Friday."
    )
    assert item.summary.startswith("Divers mended the gate on Tuesday. It had leaked since May.")
    assert item.published == NOW.replace(hour=17)
    assert (item.media[0].licence, item.backlog, item.text.count("Buy")) == ("", False, 0)
    assert item.media[0].url == "https://quay.example/gate.jpg"


@pytest.mark.parametrize(
    ("body", "title", "text"),
    [
        ("<html><title>T</title><body>Only <i>loose</i> words.", "T", "Only loose words."),
        ("<html><h1>H</h1><p>A.</p><div>b</div><p>C.</p>", "H", "A.\nC."),
        ("<html><title>T</title><nav><p>never closed", None, "text"),
        ("<html><body><p>No name at all.</p>", None, "title"),
        ("<html><title>T</title><main><p>&lt;b&gt;x&amp;y</p></main>", "T", "x&y"),
        ("<html><title>T</title><p>a" + "<p>" * 5000, "T", "a"),
        ("<html><title>T</title><![CDAT<p>a</p><![", "T", "a"),
    ],
)
def test_pages_of_all_sorts(tmp_path: Path, body: str, title: str | None, text: str) -> None:
    if title is None:
        with pytest.raises(SourceBroken, match=f"no article: it has no {text}"):
            read(tmp_path, "a.html", body)
    else:
        item = read(tmp_path, "a.html", body)
        assert (item.title, item.text) == (title, text)


@pytest.mark.parametrize(
    "body",
    [
        '<html><meta charset="windows-1252"><title>Tür</title><p>Öl</p>'.encode("cp1252"),
        "<html><title>Tür</title><p>Öl</p>".encode(),
        "\ufeff<html><title>Tür</title><p>Öl</p>".encode(),
        "<html><meta charset='nonsense'><title>Tür</title><p>Öl</p>".encode(),
    ],
)
def test_pages_in_every_charset(tmp_path: Path, body: bytes) -> None:
    item = read(tmp_path, "a.html", body)
    assert (item.title, item.text) == ("Tür", "Öl")


@pytest.mark.parametrize(
    ("body", "title", "text"),
    [
        ("Fog\n\nFerries wait.\nWe too.\n\nTwo cats.", "Fog", "Ferries wait. We too.\nTwo cats."),
        ("Fog on the bay\nFerries wait.\nTwo cats.", "Fog on the bay", "Ferries wait.\nTwo cats."),
        ("# A *fog*\nWe [wait](http://x.example).\n\n- 1\n- 2\n", "A fog", "We wait.\n1\n2"),
        ("Fog\n===\n\n> Ferries `wait`.\n\n```\ncode\n```\n", "Fog", "Ferries wait."),
        ("Fog came. Ferries wait.", "Fog came.", "Fog came. Ferries wait."),
        ("霧が出た。船は待つ。", "霧が出た。", "霧が出た。船は待つ。"),
    ],
)  # fmt: skip
def test_texts(tmp_path: Path, body: str, title: str, text: str) -> None:
    item = read(tmp_path, "fog.md", body)
    assert (item.title, item.text, item.outlet, item.source) == (title, text, "fog", "fog")
    assert (item.url, item.seen, item.published) == ("", NOW, None)


def test_a_long_report_has_a_short_summary(tmp_path: Path) -> None:
    body = "Fog\n\n" + "Ferries wait for the fog to lift. " * 1000
    item = read(tmp_path, "fog.txt", body)
    assert item.summary == ("Ferries wait for the fog to lift. " * 9).strip()
    assert len(item.text) == 20_000


def test_the_content_tells_what_a_file_is(tmp_path: Path) -> None:
    assert read(tmp_path, "a.txt", rss(report())).outlet == "The Harbour Post"
    assert read(tmp_path, "b.txt", line("id7")).id == "id7"
    assert read(tmp_path, "c", PAGE).outlet == "Quay Notes"
    jsonfeed = '{"version": "https://jsonfeed.org/version/1", "items": [{"title": "t"}]}'
    assert read(tmp_path, "d.json", jsonfeed).title == "t"


@pytest.mark.parametrize(
    ("name", "body", "complaint"),
    [
        ("a.xml", b"<html>Sorry</html>", "a.xml: a web page, not a feed"),
        ("b.txt", b"", "b.txt: no article"),
        ("c.mp4", b"\0\0\0 ftypisom", "c.mp4: neither text nor"),
        ("d.jsonl", b"hello", "d.jsonl: no line of it is an item: line 1"),
        ("e.rss", b"hello", "e.rss: not a feed"),
    ],
)
def test_files_that_hold_nothing(tmp_path: Path, name: str, body: bytes, complaint: str) -> None:
    with pytest.raises(SourceBroken, match=complaint):
        read(tmp_path, name, body)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceBroken, match="directory"):
        read_file(tmp_path, NOW)


async def test_an_article_on_the_web_is_read_when_it_changed(http: aiohttp.ClientSession) -> None:
    async with Host() as host:
        host.publishes(PAGE, "/7")
        plugin = Plugin("gate", Settings(url=host.url("/7")), http)
        first = await plugin.read(NOW, {})
        second = await plugin.read(NOW, first.state)
        host.publishes(PAGE.replace("Friday", "Monday"), "/7")
        third = await plugin.read(NOW, second.state)
    assert [len(reading.items) for reading in (first, second, third)] == [1, 0, 1]
    assert first.items[0].id == third.items[0].id
    assert first.items[0].media[0].url == host.url("/gate.jpg")


async def test_an_article_in_a_file_is_a_source_too(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    path = tmp_path / "fog.txt"
    path.write_text("Fog\n\nFerries wait.")
    settings = Settings(url=str(path), outlet="Harbour office", lang="en")
    (item,) = (await Plugin("office", settings, http).read(NOW, {})).items
    assert (item.source, item.outlet, item.lang) == ("office", "Harbour office", "en")


async def test_an_address_is_a_feed_or_else_an_article(http: aiohttp.ClientSession) -> None:
    async with Host() as host:
        host.publishes(rss(report(1), report(2)), "/feed")
        host.publishes(PAGE, "/7")
        from_feed = await read_url(host.url("/feed"), NOW, http)
        from_page = await read_url(host.url("/7"), NOW, http)
        with pytest.raises(SourceDown, match="answered 404"):
            await read_url(host.url("/none"), NOW, http)
    assert [item.backlog for item in from_feed] == [False, False]
    assert [item.title for item in from_page] == ["Lock gate mended"]
    with pytest.raises(SourceBroken, match="no http"):
        await read_url("harbour news", NOW, http)
