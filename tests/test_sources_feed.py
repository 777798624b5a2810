"""The feed source against a host on loopback: manners, faults, and what comes out."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import aiohttp
import pytest
from pydantic import ValidationError

from bot.web import session
from fakes_sources import Host, report, rss
from sources import SourceBroken, SourceDown
from sources.feed import Plugin, Settings

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with Host() as host:
        yield host


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with session(allow=["127.0.0.1"]) as http:
        yield http


def feed(host: Host, http: aiohttp.ClientSession, path: str = "/feed", **settings: Any) -> Plugin:
    return Plugin("harbour", Settings(url=host.url(path), **settings), http)


async def test_a_feed_becomes_items(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes(rss(report(1), report(2)))
    reading = await feed(host, http).read(NOW, {})
    first = reading.items[0]
    assert [item.title for item in reading.items] == ["Ferry 1 leaves late", "Ferry 2 leaves late"]
    assert (first.source, first.outlet, first.lang) == ("harbour", "The Harbour Post", "en")
    assert first.url == "https://harbour.example/ferry/1"
    assert first.published == NOW - timedelta(hours=1)
    assert first.seen == NOW
    assert first.summary == "Fog kept ferry 1 in port."
    assert reading.notes == ()


async def test_the_operator_knows_better_than_the_feed(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes(rss(report()))
    reading = await feed(host, http, outlet="Harbour", lang="nl").read(NOW, {})
    assert (reading.items[0].outlet, reading.items[0].lang) == ("Harbour", "nl")


async def test_only_the_first_look_is_backlog(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes(rss(report(1)))
    first = await feed(host, http).read(NOW, {})
    host.publishes(rss(report(2), report(1)))
    second = await feed(host, http).read(NOW, first.state)
    assert [item.backlog for item in first.items] == [True]
    assert [item.backlog for item in second.items] == [False, False]
    assert second.items[1].id == first.items[0].id


async def test_a_demo_can_do_without_backlog(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes(rss(report(1)))
    reading = await feed(host, http, backlog=False).read(NOW, {})
    assert not reading.items[0].backlog


@pytest.mark.parametrize(
    ("theirs", "ours", "value"),
    [
        ("ETag", "If-None-Match", 'W/"a  b-\\"c\\""'),
        ("Last-Modified", "If-Modified-Since", "Wed,  4 mar 2026 17:00 GMT"),
    ],
)
async def test_validators_go_back_byte_for_byte(
    host: Host, http: aiohttp.ClientSession, theirs: str, ours: str, value: str
) -> None:
    host.publishes(rss(report()), **{theirs: value})
    plugin = feed(host, http)
    first = await plugin.read(NOW, {})
    second = await plugin.read(NOW, first.state)
    third = await plugin.read(NOW, second.state)
    assert ours not in host.visits[0].headers
    assert [visit.headers[ours] for visit in host.visits[1:]] == [value, value]
    assert (len(first.items), second.items, third.items) == (1, (), ())


async def test_no_unconditional_look_after_the_first_success(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes(rss(report()), ETag='"1"', Last_Modified="Wed, 04 Mar 2026 17:00:00 GMT")
    plugin = feed(host, http)
    state: dict[str, str] = {}
    for n in range(20):
        state = dict((await plugin.read(NOW + n * DAY, state)).state)
    assert all("If-None-Match" in visit.headers for visit in host.visits[1:])


async def test_validators_are_kept_only_with_a_feed_that_was_read(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes("<html><body>Please log in</body></html>", ETag='"login"')
    with pytest.raises(SourceBroken, match=r"/feed: a web page, not a feed"):
        await feed(host, http).read(NOW, {})


async def test_a_page_that_names_its_feed_is_the_way_out(
    host: Host, http: aiohttp.ClientSession
) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/news.xml">'
    host.publishes(f"<!DOCTYPE html><html><head>{link}</head></html>", path="/")
    with pytest.raises(SourceBroken, match=rf"it announces this feed: {host.url('/news.xml')}"):
        await feed(host, http, "/").read(NOW, {})


async def test_another_address_in_the_config_begins_anew(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes(rss(report()), ETag='"1"')
    host.publishes(rss(report()), path="/other")
    first = await feed(host, http).read(NOW, {})
    second = await feed(host, http, "/other").read(NOW, first.state)
    assert "If-None-Match" not in host.visits[1].headers
    assert second.items[0].backlog


@pytest.mark.parametrize(
    ("status", "retry_after", "wait_s"),
    [
        (429, "120", 120.0),
        (503, "Wed, 04 Mar 2026 18:10:00 GMT", 600.0),
        (503, "Wed, 04 Mar 2026 17:00:00 GMT", 0.0),
        (429, "999999999", 86_400.0),
        (429, "soon", None),
        (500, "", None),
        (404, "", None),
    ],
)
async def test_a_host_that_is_down_says_for_how_long(
    host: Host,
    http: aiohttp.ClientSession,
    status: int,
    retry_after: str,
    wait_s: float | None,
) -> None:
    host.answers(status, Retry_After=retry_after)
    with pytest.raises(SourceDown, match=f"answered {status}") as caught:
        await feed(host, http).read(NOW, {})
    assert caught.value.retry_after_s == wait_s


async def test_gone_is_gone(host: Host, http: aiohttp.ClientSession) -> None:
    host.answers(410)
    with pytest.raises(SourceBroken, match="gone for good"):
        await feed(host, http).read(NOW, {})


async def test_a_permanent_move_is_believed_after_a_day(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.moves("/new")
    host.publishes(rss(report()), path="/new")
    plugin = feed(host, http)
    state: dict[str, str] = {}
    for hours in (0, 6, 12, 25, 26):
        state = dict((await plugin.read(NOW + timedelta(hours=hours), state)).state)
    asked = [visit.path for visit in host.visits]
    assert asked == ["/feed", "/new"] * 4 + ["/new"]


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_passing_redirect_is_never_remembered(
    host: Host, http: aiohttp.ClientSession, status: int
) -> None:
    host.moves("/new", status=status)
    host.publishes(rss(report()), path="/new")
    plugin = feed(host, http)
    state: dict[str, str] = {}
    for days in range(6):
        state = dict((await plugin.read(NOW + days * DAY, state)).state)
    assert {visit.path for visit in host.visits[-2:]} == {"/feed", "/new"}


async def test_a_move_that_changes_its_mind_is_counted_anew(
    host: Host, http: aiohttp.ClientSession
) -> None:
    plugin = feed(host, http)
    state: dict[str, str] = {}
    for path in ("/a", "/b"):
        host.publishes(rss(report()), path=path)
    for days in range(6):
        host.moves("/a" if days % 2 else "/b")
        state = dict((await plugin.read(NOW + days * DAY, state)).state)
    assert "url" not in state


@pytest.mark.parametrize("to", ["/feed", "ftp://harbour.example/feed", "file:///etc/passwd", "//["])
async def test_redirects_that_lead_nowhere(
    host: Host, http: aiohttp.ClientSession, to: str
) -> None:
    host.moves(to)
    with pytest.raises(SourceBroken, match=r"more than 5 redirects|no http"):
        await feed(host, http).read(NOW, {})


@pytest.mark.parametrize(
    "to", ["http://10.0.0.1/feed", "http://[::ffff:192.168.0.1]/", "http://2130706433/"]
)
async def test_a_redirect_into_a_private_net_is_refused(
    host: Host, http: aiohttp.ClientSession, to: str
) -> None:
    host.moves(to)
    with pytest.raises((SourceDown, SourceBroken), match=r"not a public address|no http"):
        await feed(host, http).read(NOW, {})


async def test_a_bomb_is_put_down_early(host: Host, http: aiohttp.ClientSession) -> None:
    host.bombs(50_000_000)
    with pytest.raises(SourceBroken, match="more than 10 MB"):
        await feed(host, http).read(NOW, {})


async def test_a_drip_runs_out_of_time(host: Host) -> None:
    host.drips(rss())
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.2)) as hasty:
        with pytest.raises(SourceDown, match="no answer in time"):
            await feed(host, hasty).read(NOW, {})


async def test_a_broken_answer_is_a_host_that_is_down(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.hangs_up()
    with pytest.raises(SourceDown, match="/feed: "):
        await feed(host, http).read(NOW, {})


async def test_half_a_gzip_gives_no_items_from_thin_air(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.breaks_off(rss(*(report(n) for n in range(200))))
    try:
        reading = await feed(host, http).read(NOW, {})
    except (SourceDown, SourceBroken):
        return
    assert len(reading.items) < 200


async def test_nobody_at_home(http: aiohttp.ClientSession) -> None:
    async with Host() as gone:
        plugin = feed(gone, http)
    with pytest.raises(SourceDown):
        await plugin.read(NOW, {})


@pytest.mark.parametrize(
    "url", ["http://[", f"http://{'a' * 70}.example/", "http://harbour.example:99999/"]
)
async def test_an_address_that_is_none(http: aiohttp.ClientSession, url: str) -> None:
    with pytest.raises(SourceBroken, match="no http"):
        await Plugin("harbour", Settings(url=url), http).read(NOW, {})


async def test_what_an_address_keeps_secret_is_not_told(
    host: Host, http: aiohttp.ClientSession
) -> None:
    url = host.url("/feed?key=sesame").replace("//", "//desk:sesame@")
    with pytest.raises(SourceDown, match="/feed: answered 404") as caught:
        await Plugin("harbour", Settings(url=url), http).read(NOW, {})
    assert "sesame" not in str(caught.value)


async def test_cancelling_a_look_cancels_it(host: Host, http: aiohttp.ClientSession) -> None:
    host.drips(rss())
    look = asyncio.create_task(feed(host, http).read(NOW, {}))
    await host.visited()
    look.cancel()
    with pytest.raises(asyncio.CancelledError):
        await look


async def test_the_charset_of_the_header_comes_first(
    host: Host, http: aiohttp.ClientSession
) -> None:
    body = rss("<title>Café über Öl</title>").replace(' encoding="utf-8"', "")
    host.publishes(body.encode("iso-8859-1"), Content_Type="text/xml; charset=iso-8859-1")
    assert (await feed(host, http).read(NOW, {})).items[0].title == "Café über Öl"


async def test_a_wrong_charset_is_mended(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes(rss("<title>Café über Öl</title>"), Content_Type="text/xml; charset=iso-8859-1")
    assert (await feed(host, http).read(NOW, {})).items[0].title == "Café über Öl"


@pytest.mark.parametrize("rights", ["none", "licensed", "own"])
async def test_a_picture_is_shown_only_with_a_right_to_it(
    host: Host, http: aiohttp.ClientSession, rights: str
) -> None:
    host.publishes(rss(report(1, '<media:content url="/a.jpg" medium="image" width="900"/>')))
    (item,) = (await feed(host, http, image_rights=rights).read(NOW, {})).items
    assert item.media[0].url == host.url("/a.jpg")
    assert item.media[0].licence == ("" if rights == "none" else rights)


async def test_how_long_to_wait(host: Host, http: aiohttp.ClientSession) -> None:
    async def wait_s(every_s: float = 300, channel: str = "", **headers: str) -> float:
        date = (NOW - timedelta(minutes=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        host.publishes(rss(report(date=date), channel=channel), **headers)
        return (await feed(host, http, every_s=every_s).read(NOW, {})).wait_s

    assert await wait_s() == 300
    assert await wait_s(every_s=1) == 1
    assert await wait_s(channel="<ttl>30</ttl>") == 1800
    assert await wait_s(Cache_Control="public, max-age=900") == 900
    assert await wait_s(Cache_Control="max-age=99999999") == 86_400
    assert await wait_s(Retry_After="4000") == 4000


async def test_an_unchanged_feed_is_looked_at_ever_less_often(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes(rss(report()), ETag='"1"')
    plugin = feed(host, http)
    reading = await plugin.read(NOW, {})
    waits = []
    for hours in range(0, 48, 4):
        reading = await plugin.read(NOW + timedelta(hours=hours), reading.state)
        waits.append(reading.wait_s)
    assert all(a <= b for a, b in pairwise(waits))
    assert waits[-1] == 3600


@pytest.mark.parametrize(
    "table",
    [
        {"url": "ftp://harbour.example"},
        {"url": "/etc/passwd"},
        {"url": "http://a.example", "every_s": 0},
        {},
    ],
)
def test_settings_that_cannot_be(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**table)
