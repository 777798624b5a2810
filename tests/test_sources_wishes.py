"""What a feed asks of its readers, and what it says of hubs."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.web import ours, session
from fakes_sources import Host, report, rss
from sources import Hub, SourceGone
from sources._parse import parse
from sources._wishes import period_s, quiet_hours
from sources.feed import Plugin, Settings

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)  # a Wednesday
SYNDICATION = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with Host() as host:
        yield host


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with session(allow=["127.0.0.1"]) as http:
        yield http


@pytest.mark.parametrize(
    ("channel", "hours"),
    [
        ("", set[int]()),
        ("<skipHours><hour>0</hour><hour> 23 </hour></skipHours>", {0, 23, 24, 47}),
        ("<skipHours><hour>24</hour></skipHours>", {0, 24}),  # as RSS 0.92 counts
        ("<skipDays><day>Monday</day></skipDays>", set(range(24))),
        ("<skipHours><hour>99</hour><hour>x</hour></skipHours>", {99 % 24, 24 + 99 % 24}),
        ("<skipDays><day>Someday</day></skipDays>", set[int]()),
    ],
)
def test_quiet_hours(channel: str, hours: set[int]) -> None:
    found = quiet_hours(rss(report(), channel=channel).encode())
    assert {hour for hour in found if hour < 48} == hours


@pytest.mark.parametrize(
    ("period", "frequency", "seconds"),
    [
        ("hourly", "1", 3600),
        ("hourly", "4", 900),
        (" Daily ", "", 86_400),
        ("weekly", "1", 86_400),
        ("always", "2", 0),
        ("hourly", "0", 3600),
        ("hourly", "-3", 3600),
        ("", "", 0),
    ],
)
def test_periods(period: str, frequency: str, seconds: float) -> None:
    assert period_s(period, frequency) == seconds


async def wait_s(host: Host, http: aiohttp.ClientSession, channel: str, date: str = "") -> float:
    entry = report(date=date or "")
    host.publishes(rss(entry, channel=channel))
    return (await Plugin("harbour", Settings(url=host.url()), http).read(NOW, {})).wait_s


async def test_a_period_counts_only_without_dates(host: Host, http: aiohttp.ClientSession) -> None:
    period = f"<sy:updatePeriod {SYNDICATION}>hourly</sy:updatePeriod>"
    fresh = (NOW - timedelta(minutes=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert await wait_s(host, http, period, fresh) == 300
    assert await wait_s(host, http, period) == 3600


async def test_nobody_comes_in_a_quiet_hour(host: Host, http: aiohttp.ClientSession) -> None:
    quiet = "<skipHours><hour>18</hour><hour>19</hour></skipHours>"
    assert await wait_s(host, http, quiet) == 2 * 3600


async def test_an_unchanged_feed_keeps_its_wishes(host: Host, http: aiohttp.ClientSession) -> None:
    plugin = Plugin("harbour", Settings(url=host.url()), http)
    link = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{}" href="{}"/>'
    hub = link.format("hub", "https://hub.example/") + link.format("self", "/feed")
    channel = f"<ttl>90</ttl><skipHours><hour>20</hour></skipHours>{hub}"
    host.publishes(rss(report(), channel=channel), ETag='"1"')
    first = await plugin.read(NOW, {})
    again = await plugin.read(NOW, first.state)
    assert first.hub == again.hub == Hub("https://hub.example/", host.url())
    assert first.wait_s == again.wait_s == 5400
    assert again.items == ()


@pytest.mark.parametrize("link", ["<http://[>; rel=hub", "<", ";;;", "<x>; rel", '<//>; rel="hub"'])
async def test_a_link_header_of_nonsense_is_no_harm(
    host: Host, http: aiohttp.ClientSession, link: str
) -> None:
    host.publishes(rss(report()), Link=link)
    reading = await Plugin("harbour", Settings(url=host.url()), http).read(NOW, {})
    assert (len(reading.items), reading.hub) == (1, None)


async def test_a_warning_feed_stays_quick(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes(rss(report(date="Wed, 04 Mar 2020 17:00:00 GMT")))
    settings = Settings(url=host.url(), slowest_s=300)
    assert (await Plugin("quakes", settings, http).read(NOW, {})).wait_s == 300
    assert (await Plugin("blog", Settings(url=host.url()), http).read(NOW, {})).wait_s == 21_600


async def test_gone_is_a_kind_of_its_own(host: Host, http: aiohttp.ClientSession) -> None:
    host.answers(410)
    with pytest.raises(SourceGone):
        await Plugin("harbour", Settings(url=host.url()), http).read(NOW, {})


def test_a_json_feed_names_its_hub() -> None:
    hubs = [{"type": "rssCloud", "url": "https://x.example"}, {"type": "WebSub", "url": "/hub"}]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour",
        "feed_url": "https://harbour.example/feed.json",
        "hubs": hubs,
        "items": [],
    }
    document = parse(json.dumps(feed).encode(), "https://harbour.example/feed.json")
    assert document.hub == "https://harbour.example/hub"
    assert document.topic == "https://harbour.example/feed.json"


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("10.2.0.1", False),
        ("::1", True),
        ("harbour.example", False),
        ("", False),
    ],
)
def test_what_belongs_to_the_house(host: str, is_ours: bool) -> None:
    assert ours(["127.0.0.1:8080", "10.1.0.0/16", "[::1]:80"])(host) == is_ours
