"""What strangers send instead of a feed, over the wire and into the parser: bombs, lies, oddities.

Each is read within limits or refused in our words; the loop runs on.
"""

import asyncio
import json
import resource
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.web import session
from fakes_sources import Host, raw, report, rss
from sources import Item, SourceBroken, SourceDown
from sources._darkroom import Darkroom
from sources._document import Byline, Document, items
from sources._parse import parse
from sources.feed import Plugin, Settings

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
OK = b"HTTP/1.1 200 OK\r\n"
SECRET = "root:x:0:0"


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with session(allow=["127.0.0.1"]) as http:
        yield http


async def look(http: aiohttp.ClientSession, url: str) -> tuple[Item, ...]:
    return (await Plugin("harbour", Settings(url=url), http).read(NOW, {})).items


# Over the wire


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_a_packed_bomb_is_never_unpacked(http: aiohttp.ClientSession, encoding: str) -> None:
    async with Host() as host:
        host.bombs(100_000_000, "/feed", encoding)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(SourceBroken, match="more than 10 MB"):
            await look(http, host.url())
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (after - before) / 1024 < 50  # MiB; the body would take 95


FEED = rss(report()).encode()


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (OK + b"Content-Length: %d\r\n\r\n" % len(FEED) + FEED, 1),
        (OK + b"\r\n" + FEED, 1),  # as long as it lasts
        (OK + b"Content-Length: 999999999\r\n\r\n" + FEED, None),
        (OK + b"Content-Length: -5\r\n\r\n" + FEED, None),
        (OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + FEED, None),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFF\r\n" + FEED, None),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n" + FEED, None),
        (OK + b"Content-Encoding: gzip\r\n\r\n" + FEED, None),
        (OK + b"Content-Encoding: br\r\n\r\n" + FEED, None),
        (OK + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n" + FEED, None),
        (OK + b"X: a\r\n" * 100_000 + b"\r\n" + FEED, None),
        (OK + b"Content-Type: text/xml; charset=\xff\xfe\r\n\r\n" + FEED, 1),
        (OK + b"Content-Type: text/xml; charset=no-such\r\n\r\n" + FEED, 1),
        (b"HTTP/1.1 500 \x1b[31mgone\x1b[0m\r\n\r\n", None),
        (b"ICY 200 OK\r\n\r\n" + FEED, None),
        (b"\x16\x03\x01\x02" + bytes(200), None),
        (b"", None),
    ],
)  # fmt: skip
async def test_heads_that_lie(
    http: aiohttp.ClientSession, answer: bytes, found: int | None
) -> None:
    async with raw(answer) as url:
        if found is None:
            with pytest.raises((SourceDown, SourceBroken)) as caught:
                await look(http, url)
            assert str(caught.value).isprintable()
            assert len(str(caught.value)) < 300
            assert "Ferry" not in str(caught.value)
        else:
            assert len(await look(http, url)) == found


# Into the parser


def titled(title: str, doctype: str = "") -> bytes:
    return rss(f"<title>{title}</title>").replace("<rss", doctype + "<rss", 1).encode()


def entities(inside: str) -> str:
    return f"<!DOCTYPE rss [{inside}]>"


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
BOMBS: dict[str, Callable[[], bytes]] = {
    "laughs": lambda: titled("x &l9;", entities(f'<!ENTITY l0 "ha">{LAUGHS}')),
    "quadratic": lambda: titled("&q;" * 20_000, entities(f'<!ENTITY q "{"A" * 20_000}">')),
    "file": lambda: titled("x &f;", entities('<!ENTITY f SYSTEM "file:///etc/passwd">')),
    "parameter": lambda: titled("x", entities('<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;')),
    "dtd": lambda: titled("x", '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "deep": lambda: rss("<title>x</title>" + "<a>" * 20_000).encode(),
    "deep markup": lambda: rss(
        f"<title>x</title><description>{'&lt;b&gt;' * 20_000}</description>"
    ).encode(),
    "long": lambda: titled("A" * 1_000_000),
    "numbers": lambda: titled("&#" + "9" * 100_000 + ";x"),
    "names": lambda: titled("x").replace(b"<item>", b"<item><" + b"a" * 1_000_000 + b"/>"),
    "spaces": lambda: b" " * 5_000_000 + titled("x"),
}


@pytest.fixture(scope="module")
def darkroom() -> Iterator[Darkroom]:
    room = Darkroom()
    yield room
    asyncio.run(room.close())


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_of_every_kind_are_read_in_bounds_or_refused(darkroom: Darkroom, name: str) -> None:
    body, document = BOMBS[name](), Document("", "", 0.0, ())
    with suppress(SourceBroken):
        document = darkroom.develop_now(parse, body)
    assert darkroom.develop_now(len, "abc") == 3
    for entry in document.entries:
        assert len(entry.title) <= 300
        assert len(entry.summary) <= 1000
        assert SECRET not in entry.title + entry.summary + entry.text


@pytest.mark.parametrize("body", ["/etc/passwd", "file:///etc/passwd", "../../etc/passwd"])
def test_a_body_that_names_a_file_is_only_words(darkroom: Darkroom, body: str) -> None:
    with pytest.raises(SourceBroken, match="not a feed: it begins with"):
        darkroom.develop_now(parse, body.encode())


async def test_a_body_that_is_an_address_asks_nobody(
    darkroom: Darkroom, http: aiohttp.ClientSession
) -> None:
    async with Host() as host:
        host.publishes(rss(report()), "/inner")
        host.publishes(host.url("/inner"))
        with pytest.raises(SourceBroken, match="not a feed"):
            await look(http, host.url())
        assert [visit.path for visit in host.visits] == ["/feed"]


def json_feed(**over: Any) -> bytes:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Quay", "items": [], **over}
    return json.dumps(feed).encode()


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        (json_feed(title=5, language=[], items=[{"title": "t"}]), ["t"]),
        (json_feed(items={"a": 1}), []),
        (json_feed(items=None), []),
        (json_feed(items=[[], 5, None, "x", {"title": "t"}]), ["t"]),
        (json_feed(items=[{"title": ["a"], "content_text": "Fog.", "url": 5}]), ["Fog."]),
        (json_feed(items=[{"id": 10**4000, "title": "t"}]), ["t"]),
        (json_feed(items=[{"id": {"a": [1]}, "title": "t", "image": {}}]), ["t"]),
        (json_feed(items=[{"title": "t", "date_published": "9999-12-31T23:59:59-23:59"}]), ["t"]),
        (json_feed(items=[{"title": "t", "date_published": 1e308}]), ["t"]),
        (json_feed(items=[{"title": "a\ud800b", "url": "http://x.example/\udfff"}]), ["ab"]),
        (json_feed(items=[{"title": "t", "id": n} for n in range(3)]), ["t"] * 3),
        (json_feed(items=[{"title": str(n)} for n in range(100_000)]), [*map(str, range(1000))]),
        (json_feed(version=[]), None),
        (json_feed(items=[]).replace(b"[]", b"[" * 100_000), None),
        (json_feed(items=[]).replace(b"[]", b"9" * 100_000), None),
        (json_feed(items=[]).replace(b"[]", b"[{"), None),
        (json_feed(items=[{"title": "Tür"}]).decode("unicode-escape").encode("cp1252"), None),
    ],
)  # fmt: skip
def test_json_of_the_wrong_kind(body: bytes, titles: list[str] | None) -> None:
    if titles is None:
        with pytest.raises(SourceBroken, match="JSON"):
            parse(body)
    else:
        found, _ = items(parse(body), Byline("quay"), NOW, backlog=False)
        assert [item.title for item in found] == titles


@pytest.mark.parametrize(
    ("claimed", "real"),
    [
        ("utf-8", "cp1252"),
        ("windows-1252", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-8", "utf-16-be"),
        ("utf-16", "utf-8"),
        ("UTF-16LE", "utf-8"),
        ("ut\u00fff", "cp1252"),
        ("no-such-charset", "utf-8"),
    ],
)
def test_a_charset_that_is_not_the_one_it_claims(claimed: str, real: str) -> None:
    body = rss("<title>Tür “auf”</title>").replace("utf-8", claimed).encode(real)
    (entry,) = parse(body).entries
    assert entry.title == "Tür “auf”"


def test_guids_that_change_with_every_look_make_no_new_reports() -> None:
    def found(guid: int) -> tuple[Item, ...]:
        body = rss(report().replace("ferry-1", f"ferry-1-{guid}"))
        return items(parse(body.encode()), Byline("harbour"), NOW, backlog=False)[0]

    assert found(1)[0].id == found(2)[0].id
