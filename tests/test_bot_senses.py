"""What a sense heard reaches the editors, also after a restart, and counts as nobody's report."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot import byhand, config
from bot.store import Store
from bot.story import Story
from bot.trends import Interests, Wire
from bot.views import story_view
from bot.watch.intake import Intake
from bot.web import session
from bot.words import story_line
from fakes import NOON, Clock, FakeSource, item
from fakes_senses import LISTS
from fakes_sources import Host, rss

TITLES = (
    ("Lantern Bridge closed after inspection", "The Harbour Post"),
    ("Cracks close Lantern Bridge after inspection", "Coast Daily"),
)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with Host() as host:
        yield host


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with session(allow=["127.0.0.1"]) as http:
        yield http


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(tmp_path)
    yield store
    await store.close()


async def told(store: Store, host: Host, http: aiohttp.ClientSession, clock: Clock) -> Story:
    """Start, look once at a feed and at a sense, and answer the hottest story."""
    feed, wire = FakeSource("feed"), Wire()
    feed.coming = [
        item(n, title, outlet, clock(), summary="The council met at noon.")
        for n, (title, outlet) in enumerate(TITLES)
    ]
    sources = {"feed": feed, "trends": LISTS["mastodon"].plugin(host, http)}
    intake = Intake(store, wire, sources, clock, lambda: None)
    await intake.open()
    for name in sources:
        await intake.poll(name)
    return wire.stories(clock())[0]


async def test_a_story_says_which_senses_heard_of_it(
    store: Store, host: Host, http: aiohttp.ClientSession
) -> None:
    sense = LISTS["mastodon"]
    host.publishes(sense.recorded, sense.path)
    story = await told(store, host, http, Clock())
    assert "heard on Mastodon (38 people in a day)" in story_line(story, None, NOON)
    assert (
        "heard on Mastodon (38 people in a day)" in story_view(story, None, NOON)["heat"]["reason"]
    )
    assert story.outlets == ("The Harbour Post", "Coast Daily")


async def test_what_did_not_change_is_still_heard_after_a_restart(
    store: Store, host: Host, http: aiohttp.ClientSession
) -> None:
    sense, clock = LISTS["mastodon"], Clock()
    host.publishes(sense.recorded, sense.path, ETag='"1"')
    await told(store, host, http, clock)
    clock.passes(minutes=30)
    story = await told(store, host, http, clock)
    assert host.visits[-1].headers["If-None-Match"] == '"1"'
    assert "heard on Mastodon" in story_line(story, None, NOON)


async def test_what_a_sense_heard_opens_no_story(
    store: Store, host: Host, http: aiohttp.ClientSession
) -> None:
    sense, wire, clock = LISTS["mastodon"], Wire(), Clock()
    host.publishes(sense.recorded, sense.path)
    plugin = sense.plugin(host, http)
    intake = Intake(store, wire, {"trends": plugin}, clock, lambda: None)
    due = await intake.poll("trends")
    assert wire.stories(clock()) == ()
    assert due - clock() == timedelta(minutes=10)


async def test_senses_are_heard_by_hand_too(
    tmp_path: Path, host: Host, http: aiohttp.ClientSession
) -> None:
    sense = LISTS["mastodon"]
    host.publishes(sense.recorded, sense.path)
    host.publishes(rss(f"<title>{TITLES[0][0]}</title><guid>1</guid>"), "/feed")
    (tmp_path / "config.toml").write_text(
        "[network]\nallow = ['127.0.0.1']\n"
        f"[[sources]]\nkind = 'feed'\nname = 'The Harbour Post'\nurl = '{host.url('/feed')}'\n"
        f"[[sources]]\nkind = 'mastodon'\ninstance = '{host.url('')}'\n"
    )
    house = config.read(tmp_path / "config.toml")
    gathered = await byhand.gather(byhand.sort_inputs(()), house, http, NOON)
    wire, then = byhand.tell(gathered, Interests())
    assert "heard on Mastodon (38 people in a day)" in wire.stories(then)[0].heat.reason
