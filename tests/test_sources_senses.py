"""Each sense against a host on loopback: what it asks, what it hears, its manners, its faults."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from pydantic import ValidationError

from bot.web import session
from fakes_senses import CHANNEL, DATA, LISTS, NOW, is_valid
from fakes_sources import Host
from sources import Reading, Signal, SourceBroken, SourceDown
from sources.gdelt import question
from sources.reddit import Settings as Reddit
from sources.youtube import Plugin, Settings

every_sense = pytest.mark.parametrize("kind", sorted(LISTS))
DAY = timedelta(days=1)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with Host() as host:
        yield host


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with session(allow=["127.0.0.1"], contact="desk@harbour.example") as http:
        yield http


async def heard(kind: str, host: Host, http: aiohttp.ClientSession) -> tuple[Signal, ...]:
    sense = LISTS[kind]
    host.publishes(sense.recorded, sense.path)
    reading = await sense.plugin(host, http).read(NOW, {})
    assert reading.items == ()
    assert reading.signals is not None
    assert all(is_valid(signal, kind) for signal in reading.signals)
    return reading.signals


def told(signals: tuple[Signal, ...]) -> list[tuple[str, float, str]]:
    return [(signal.title, round(signal.strength, 2), signal.told) for signal in signals]


# -- what each asks and hears ------------------------------------------------------------------


async def test_hackernews_hears_the_front_page(host: Host, http: aiohttp.ClientSession) -> None:
    signals = await heard("hackernews", host, http)
    assert told(signals) == [
        ("Harbour radar runs on a spreadsheet", 1.0, "412 points in 2 hours"),
        ("Ask HN: Who else commutes by boat?", 0.5, "20 points in 30 minutes"),
        ("A tide clock in 40 lines", 0.18, "61 points in 13 hours"),
    ]
    assert signals[0].links == ("https://harbour.example/radar",)
    assert signals[0].url == "https://news.ycombinator.com/item?id=9000001"
    assert signals[1].links == ()
    assert host.visits[0].query == {"tags": "front_page", "hitsPerPage": "50"}


async def test_mastodon_counts_people_against_the_days_before(
    host: Host, http: aiohttp.ClientSession
) -> None:
    signals = await heard("mastodon", host, http)
    assert told(signals) == [
        ("Lantern Bridge closed after inspection", 1.0, "38 people in a day"),
        ("Why tides are late on Tuesdays", 0.5, "30 people in a day, usually 30"),
    ]
    assert signals[0].links == ("https://harbour.example/bridge-closed",)
    assert [signal.lang for signal in signals] == ["en", ""]


async def test_mastodon_parts_hashtags_into_words(host: Host, http: aiohttp.ClientSession) -> None:
    history = [{"day": "1772582400", "accounts": "9", "uses": "9"}]
    tag = {"name": "LanternBridge", "url": "https://social.example/tags/l", "history": history}
    host.publishes(json.dumps([tag]), "/api/v1/trends/tags")
    reading = await LISTS["mastodon"].plugin(host, http, trends="tags").read(NOW, {})
    assert told(reading.signals or ()) == [
        ("Lantern Bridge", 0.98, "#LanternBridge: 9 people in a day")
    ]


async def test_bluesky_hears_trends_and_no_suggestions(
    host: Host, http: aiohttp.ClientSession
) -> None:
    signals = await heard("bluesky", host, http)
    assert told(signals) == [
        ("Lantern Bridge Closure", 1.0, "rank 1 of 4"),
        ("Ada Quill", 0.75, "rank 2 of 4"),
        ("Harbour Cup", 0.5, "rank 3 of 4"),
        ("Tide Tables", 0.25, "rank 4 of 4"),
    ]
    assert signals[0].url == "https://bsky.app/profile/trending.example/feed/9001"


async def test_googletrends_links_a_search_to_its_reports(
    host: Host, http: aiohttp.ClientSession
) -> None:
    signals = await heard("googletrends", host, http)
    assert told(signals) == [
        ("lantern bridge", 1.0, "20,000+ searches"),
        ("harbour cup final", 0.0, "200+ searches"),
        ("ada quill", 0.5, "2,000+ searches"),
    ]
    assert signals[0].links == (
        "https://harbour.example/bridge-closed",
        "https://coast.example/bridge",
    )
    assert host.visits[0].query == {"geo": "GB"}


async def test_reddit_links_a_post_to_what_it_posts(
    host: Host, http: aiohttp.ClientSession
) -> None:
    signals = await heard("reddit", host, http)
    assert told(signals) == [
        ("Lantern Bridge closed after inspection", 1.0, "rank 1 of 2, in r/news"),
        ("Fog thread & live ferries", 0.5, "rank 2 of 2, in r/worldnews"),
    ]
    assert signals[0].links == ("https://harbour.example/bridge-closed?a=1&b=2",)
    assert signals[0].url == "https://www.reddit.example/r/news/comments/q1/bridge/"
    assert signals[1].links == ()


async def test_gdelt_counts_the_sites_with_one_headline(
    host: Host, http: aiohttp.ClientSession
) -> None:
    (signal,) = await heard("gdelt", host, http)
    assert told((signal,)) == [
        ("Lantern Bridge closed, traffic halted", 0.5, "on 3 sites in 60 minutes")
    ]
    assert signal.links == (
        "https://harbour.example/bridge",
        "https://coast.example/news/bridge",
        "https://isle.example/a/77",
    )
    asked = host.visits[0].query
    assert (asked["query"], asked["mode"], asked["timespan"]) == ("bridge", "artlist", "60min")


@pytest.mark.parametrize(
    ("topics", "narrow", "asked"),
    [
        (["flood"], "", "flood"),
        (["bridge collapse"], "sourcelang:english", '"bridge collapse" sourcelang:english'),
        (["flood", "D-Wave", "ice storm"], "", '(flood OR "D-Wave" OR "ice storm")'),
    ],
)
def test_gdelt_is_asked_once_for_all_topics(topics: list[str], narrow: str, asked: str) -> None:
    assert question(topics, narrow) == asked


async def test_gdelt_finds_nothing_on_a_quiet_day(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes("{}", "/doc")
    assert (await LISTS["gdelt"].plugin(host, http).read(NOW, {})).signals == ()


async def test_gdelt_says_what_it_does_not_take(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes("Your query was too short or too long.\n", "/doc")
    with pytest.raises(SourceBroken, match="begins with 'Your query was too short"):
        await LISTS["gdelt"].plugin(host, http).read(NOW, {})


async def test_newsnow_keeps_the_order_of_the_hot_list(
    host: Host, http: aiohttp.ClientSession
) -> None:
    signals = await heard("newsnow", host, http)
    assert told(signals)[:2] == [
        ("灯笼桥关闭", 1.0, "rank 1 of 4 on weibo"),
        ("海港杯决赛", 0.75, "rank 2 of 4 on weibo"),
    ]
    assert signals[0].url.startswith("https://s.weibo.example/weibo?q=")
    assert signals[0].lang == "zh"
    assert host.visits[0].query == {"id": "weibo"}


# -- the most read pages: two days are compared -------------------------------------------------


async def test_wikipedia_top_hears_what_rose_from_one_day_to_the_next(
    host: Host, http: aiohttp.ClientSession
) -> None:
    sense = LISTS["wikipedia_top"]
    before = {"Main_Page": 5000000, "Special:Search": 890000, "Ada_Quill": 30000, "Tide": 20000}
    host.publishes(_most_read(before), "/top/en.wikipedia/all-access/2026/03/02")
    host.publishes(sense.recorded, sense.path)
    plugin = sense.plugin(host, http)
    first = await plugin.read(NOW - DAY, {})
    second = await plugin.read(NOW, first.state)
    again = await plugin.read(NOW + timedelta(hours=2), second.state)
    assert (first.signals, len(first.notes), second.notes) == ((), 1, ())
    assert told(second.signals or ()) == [
        ("Lantern Bridge", 1.0, "412,345 reads on 3 March, few the day before"),
        ("Ada Quill", 0.74, "90,000 reads on 3 March, 30,000 the day before"),
        ("Harbour Cup", 0.74, "61,000 reads on 3 March, few the day before"),
    ]
    assert second.signals
    assert second.signals[0].url == "https://en.wikipedia.org/wiki/Lantern_Bridge_(Quellmouth)"
    assert told(again.signals or ()) == told(second.signals)
    assert len(host.visits) == 2  # a day that is known is not asked for again


async def test_wikipedia_top_compares_with_no_other_day_than_the_one_before(
    host: Host, http: aiohttp.ClientSession
) -> None:
    sense = LISTS["wikipedia_top"]
    host.publishes(_most_read({"Tide": 20000}), "/top/en.wikipedia/all-access/2026/03/01")
    host.publishes(sense.recorded, sense.path)
    plugin = sense.plugin(host, http)
    long_ago = await plugin.read(NOW - 2 * DAY, {})
    assert (await plugin.read(NOW, long_ago.state)).signals == ()


def _most_read(views: dict[str, int]) -> str:
    articles = [{"article": a, "views": n, "rank": r} for r, (a, n) in enumerate(views.items(), 1)]
    return json.dumps({"items": [{"project": "en.wikipedia", "articles": articles}]})


# -- a channel is an outlet ---------------------------------------------------------------------


async def channel(host: Host, http: aiohttp.ClientSession, **settings: Any) -> Reading:
    host.publishes((DATA / "youtube.xml").read_bytes(), ETag='"1"')
    given = {"channel": CHANNEL, "url": host.url(), **settings}
    return await Plugin("post", Settings(**given), http).read(NOW, {})


async def test_a_channel_gives_items_of_its_owner(host: Host, http: aiohttp.ClientSession) -> None:
    reading = await channel(host, http)
    film, goals = reading.items
    assert reading.signals is None
    assert (film.outlet, film.title) == (
        "The Harbour Post (YouTube)",
        "Lantern Bridge closed: what we know",
    )
    assert film.summary.startswith("The council closed the bridge at noon.")
    assert film.url == "https://www.youtube.com/watch?v=Qq1aaaaaaaa"
    assert goals.url == "https://www.youtube.com/shorts/Qq2aaaaaaaa"
    assert film.backlog
    assert [media.licence for media in film.media] == [""]  # nobody granted one
    assert host.visits[0].query == {"channel_id": CHANNEL}


async def test_a_channel_is_one_voice_with_its_owner(
    host: Host, http: aiohttp.ClientSession
) -> None:
    reading = await channel(host, http, outlet="Harbour Post", lang="en", backlog=False)
    assert {item.outlet for item in reading.items} == {"Harbour Post (YouTube)"}
    assert {item.lang for item in reading.items} == {"en"}
    assert not any(item.backlog for item in reading.items)


async def test_an_unchanged_channel_gives_nothing(host: Host, http: aiohttp.ClientSession) -> None:
    first = await channel(host, http)
    given = {"channel": CHANNEL, "url": host.url()}
    second = await Plugin("post", Settings(**given), http).read(NOW, first.state)
    assert second.items == ()
    assert host.visits[1].headers["If-None-Match"] == '"1"'


@pytest.mark.parametrize(
    ("status", "error"), [(404, SourceBroken), (429, SourceDown), (500, SourceDown)]
)
async def test_a_channel_that_does_not_answer_is_an_error(
    status: int, error: type[Exception], host: Host, http: aiohttp.ClientSession
) -> None:
    host.answers(status)
    given = {"channel": CHANNEL, "url": host.url()}
    with pytest.raises(error, match=f"answered {status}"):
        await Plugin("post", Settings(**given), http).read(NOW, {})


async def test_a_consent_page_is_no_channel(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes("<!doctype html><html><body>Before you continue</body></html>")
    given = {"channel": CHANNEL, "url": host.url()}
    with pytest.raises(SourceBroken, match="a web page, not a feed"):
        await Plugin("post", Settings(**given), http).read(NOW, {})


# -- manners ------------------------------------------------------------------------------------


@every_sense
async def test_none_needs_a_key_and_all_wait(
    kind: str, host: Host, http: aiohttp.ClientSession
) -> None:
    sense = LISTS[kind]
    host.publishes(sense.recorded, sense.path)
    reading = await sense.plugin(host, http).read(NOW, {})
    assert reading.wait_s >= 60
    assert "Authorization" not in host.visits[0].headers
    assert "desk@harbour.example" in host.visits[0].headers["User-Agent"]


@pytest.mark.parametrize("kind", sorted(LISTS.keys() - {"wikipedia_top"}))
async def test_an_unchanged_answer_is_said_again(
    kind: str, host: Host, http: aiohttp.ClientSession
) -> None:
    sense, modified = LISTS[kind], "Wed, 04 Mar 2026 17:00:00 GMT"
    host.publishes(sense.recorded, sense.path, ETag='W/"a b"', Last_Modified=modified)
    later = NOW + timedelta(hours=1)
    first = await sense.plugin(host, http).read(NOW, {})
    second = await sense.plugin(host, http).read(later, first.state)  # another start of the daemon
    third = await sense.plugin(host, http).read(later, second.state)
    assert first.signals
    assert second.signals == tuple(replace(signal, seen=later) for signal in first.signals)
    assert third == second
    for visit in host.visits[1:]:
        assert visit.headers["If-None-Match"] == 'W/"a b"'
        assert visit.headers["If-Modified-Since"] == modified


async def test_the_validators_of_another_address_are_not_used(
    host: Host, http: aiohttp.ClientSession
) -> None:
    sense = LISTS["hackernews"]
    host.publishes(sense.recorded, sense.path, ETag='"1"')
    first = await sense.plugin(host, http).read(NOW, {})
    await sense.plugin(host, http, most=10).read(NOW, first.state)
    assert "If-None-Match" not in host.visits[1].headers


async def test_a_host_may_ask_for_a_longer_wait(host: Host, http: aiohttp.ClientSession) -> None:
    sense = LISTS["bluesky"]
    host.publishes(sense.recorded, sense.path, Cache_Control="max-age=1800")
    assert (await sense.plugin(host, http).read(NOW, {})).wait_s == 1800


@every_sense
def test_no_sense_is_more_eager_than_its_host_likes(kind: str) -> None:
    with pytest.raises(ValidationError, match="every_s"):
        LISTS[kind].plugin(Host(), None, every_s=20)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["googletrends", "newsnow", "reddit"])
def test_what_has_terms_is_off_until_somebody_read_them(kind: str) -> None:
    with pytest.raises(ValidationError, match='say terms = "read" if you may use it'):
        LISTS[kind].plugin(Host(), None, terms="")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["news/../x", "a b", "", "x" * 30, "news?limit=1"])
def test_a_subreddit_is_a_name_and_nothing_else(name: str) -> None:
    with pytest.raises(ValidationError):
        Reddit(subreddits=(name,), terms="read")


# -- faults -------------------------------------------------------------------------------------


@every_sense
async def test_too_many_requests_says_when_to_come_again(
    kind: str, host: Host, http: aiohttp.ClientSession
) -> None:
    host.answers(429, LISTS[kind].path, Retry_After="77")
    with pytest.raises(SourceDown) as caught:
        await LISTS[kind].plugin(host, http).read(NOW, {})
    assert caught.value.retry_after_s == 77


@every_sense
@pytest.mark.parametrize(
    ("status", "error"),
    [(500, SourceDown), (503, SourceDown), (403, SourceBroken), (404, SourceBroken)],
)
async def test_what_is_no_answer_is_an_error_with_the_place(
    kind: str, status: int, error: type[Exception], host: Host, http: aiohttp.ClientSession
) -> None:
    host.answers(status, LISTS[kind].path)
    with pytest.raises(error, match=f"{re.escape(LISTS[kind].path)}: answered {status}"):
        await LISTS[kind].plugin(host, http).read(NOW, {})


@every_sense
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!doctype html><html><title>Sign in</title>", "a web page, not the answer"),
        (b"", "begins with ''"),
        (b'{"hits": [', "not"),
        (b"[" * 100_000, "not"),
        (b"3", "not"),
        (b"<rss><item>", "not"),
        (b"<opml><body/></opml>", "not"),
    ],
)
async def test_what_is_something_else_is_said_so(
    kind: str, body: bytes, words: str, host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes(body, LISTS[kind].path)
    with pytest.raises(SourceBroken, match=words):
        await LISTS[kind].plugin(host, http).read(NOW, {})


@every_sense
async def test_a_body_of_20_mb_is_refused(
    kind: str, host: Host, http: aiohttp.ClientSession
) -> None:
    host.bombs(20_000_000, LISTS[kind].path)
    with pytest.raises(SourceBroken, match="more than 2 MB"):
        await LISTS[kind].plugin(host, http).read(NOW, {})
