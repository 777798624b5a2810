"""The sample wire: what it serves, when, and what its pictures are made of."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import aiohttp
import feedparser
import numpy as np
import pytest
from PIL import Image

from bot.demo import pictures, press
from bot.demo.wire import SampleWire
from bot.draft import Brief, Draft
from bot.ground import ground
from bot.rules import Rulebook
from bot.rules.delicate import delicate
from bot.rules.embargo import embargo_of
from bot.rules.news import fresh, news_of
from bot.rules.outlets import barred
from bot.trends import Wire
from bot.writers.extractive import Plugin as Extractive
from bot.writers.extractive import Settings as ExtractiveSettings
from sources import Item
from sources.feed import Plugin, Settings

START = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def goes_to(self, seconds: float) -> None:
        self.time = START + timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def wire(clock: Clock) -> AsyncIterator[SampleWire]:
    async with SampleWire(clock, pace=60) as wire:
        yield wire


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


def test_one_editor_is_enough_for_the_evening() -> None:
    """The demo has one at its console: however late it drafts, no rule may stand in the way."""
    wire, drafts = Wire(), list[Draft]()
    for n, report in enumerate(press.playbill().reports):
        at = START + timedelta(minutes=n)
        text = {"title": report.title, "summary": report.summary, "text": report.text}
        wire.add(Item(report.id, report.outlet, report.outlet, "", published=at, seen=at, **text))
        for story in wire.stories(at, 3)[:1]:
            script = asyncio.run(Extractive(ExtractiveSettings()).write(story, Brief(), print))
            assert delicate(script, story.items) == (), script
            assert ground(script, story.items).problems == (), script
            assert embargo_of(story.items) is None
            assert barred(story.items, Rulebook()) == ""
            made = Draft(1, story.id, "approved", "", story.items, Brief(), "wire", at)
            drafts.append(replace(made, script=script))
    assert len(drafts) > 10
    for draft in drafts:
        later = fresh(draft, wire.items(draft.story))
        assert [news.told for item in later for news in news_of(draft, item)] == []


async def on_the_air(wire: SampleWire, http: aiohttp.ClientSession) -> list[Item]:
    """Read every outlet with the source that the bot reads them with."""
    items: list[Item] = []
    for name, url in wire.feeds:
        feed = Plugin(name, Settings(url=url, image_rights="own"), http)
        items += (await feed.read(wire.ends, {})).items
    return items


async def test_reports_come_out_as_time_passes(
    wire: SampleWire, http: aiohttp.ClientSession, clock: Clock
) -> None:
    counts = []
    for seconds in (0, 5, 12, 60):
        clock.goes_to(seconds)
        counts.append(len(await on_the_air(wire, http)))
    reports = press.playbill().reports
    assert counts == [sum(r.at <= seconds * 60 for r in reports) for seconds in (0, 5, 12, 60)]
    assert counts == sorted(set(counts))
    assert counts[-1] == len(reports)
    assert wire.ends <= clock.time


async def test_every_report_arrives_in_plain_words_and_on_its_date(
    wire: SampleWire, http: aiohttp.ClientSession, clock: Clock
) -> None:
    clock.goes_to(60)
    items = {(item.outlet, item.summary): item for item in await on_the_air(wire, http)}
    outlets = {outlet.slug: outlet.name for outlet in press.playbill().outlets}
    for report in press.playbill().reports:
        if report.id == "odd-1":
            continue
        item = items[outlets[report.outlet], report.summary]
        seconds = report.at if report.at < 0 else report.at // 60
        assert item.title == report.title
        assert item.published == START + timedelta(seconds=seconds)
        assert item.lang == "en"
        assert item.url == f"https://{report.outlet}.example/{report.id}"
        assert all(part in item.text for part in report.text.strip().split("\n\n"))
        licences = [(m.licence, m.credit, m.alt) for m in item.media]
        drawn = report.picture
        assert licences == ([("own", drawn.credit, drawn.alt)] if drawn else [])


async def test_the_odd_title_arrives_without_markup(
    wire: SampleWire, http: aiohttp.ClientSession, clock: Clock
) -> None:
    clock.goes_to(60)
    [odd] = [item for item in await on_the_air(wire, http) if "Slack Water" in item.title]
    assert "<b>" not in odd.title
    assert "alert" not in odd.summary
    assert "\u202e" not in odd.title


@pytest.mark.parametrize("form", ["rss", "atom"])
async def test_a_strangers_parser_finds_nothing_to_mend(
    wire: SampleWire, http: aiohttp.ClientSession, clock: Clock, form: str
) -> None:
    clock.goes_to(60)
    slugs = [outlet.slug for outlet in press.playbill().outlets if outlet.form == form]
    for slug in slugs:
        async with http.get(f"{wire.url}/{slug}/feed") as answer:
            feed = feedparser.parse(io.BytesIO(await answer.read()))
        assert not feed.bozo
        dates = [entry.published_parsed for entry in feed.entries]
        assert dates == sorted(dates, reverse=True)


async def test_an_unchanged_feed_is_not_sent_again(
    wire: SampleWire, http: aiohttp.ClientSession, clock: Clock
) -> None:
    url = f"{wire.url}/northlight/feed"
    async with http.get(url) as answer:
        etag = answer.headers["ETag"]
    async with http.get(url, headers={"If-None-Match": etag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    clock.goes_to(10)
    async with http.get(url, headers={"If-None-Match": etag}) as answer:
        assert answer.status == 200


async def test_pictures_are_served(wire: SampleWire, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{wire.url}/pictures/lighthouse.jpg") as answer:
        image = Image.open(io.BytesIO(await answer.read()))
    assert (image.format, image.size) == ("JPEG", (1600, 1067))
    for path in ("pictures/nothing.jpg", "nobody/feed"):
        async with http.get(f"{wire.url}/{path}") as answer:
            assert answer.status == 404


def test_the_script_is_what_it_says() -> None:
    playbill = press.playbill()
    ids = [report.id for report in playbill.reports]
    assert len(set(ids)) == len(ids)
    assert all("(sample)" in outlet.name for outlet in playbill.outlets)
    assert {report.outlet for report in playbill.reports} == {o.slug for o in playbill.outlets}
    assert set(playbill.illustrations) == set(pictures.SCENES)
    told = {r.outlet for r in playbill.reports if r.id.startswith("bridge")}
    assert len(told) == 5
    assert len({r.outlet for r in playbill.reports if r.id.startswith("lens")}) == 3
    for report in playbill.reports:
        if report.text:
            assert "  " not in report.text
            assert unescape(report.text) == report.text


@pytest.mark.parametrize("name", list(pictures.SCENES))
def test_a_picture_has_depth_and_is_drawn_the_same_again(name: str) -> None:
    image = pictures.draw(name)
    grey = np.asarray(image.convert("L"), np.float32)
    dark, light = np.percentile(grey, (2, 98))
    assert light - dark > 60  # out of 255: not a dull grey plate
    assert grey.mean(axis=1).std() > 8  # top, middle and foot differ
    assert len(image.convert("P").getcolors() or ()) > 60
    if name == "lighthouse":  # one stands for all: the same chance, the same brushes
        again, other = pictures.draw(name), pictures.draw(name, seed=8)
        assert digest(again) == digest(image) != digest(other)


def digest(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes()).hexdigest()
