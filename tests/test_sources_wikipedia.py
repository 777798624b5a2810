"""The stream of changes against a host on loopback: what is heard, and where it goes on."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.web import session
from fakes_senses import NOW, is_valid
from fakes_sources import Host
from sources import Reading, SourceBroken, SourceDown
from sources._events import LONGEST, Cutter
from sources.wikipedia import KEPT, Plugin, Settings, change_of

EVENTS = {"Content_Type": "text/event-stream; charset=utf-8"}
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with Host() as host:
        yield host


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with session(allow=["127.0.0.1"], contact="desk@harbour.example") as http:
        yield http


def change(user: str, /, age_s: float = 30, title: str = "Lantern Bridge", **over: Any) -> str:
    """Write one event as the stream does; `age_s` is how long before NOW it was."""
    at = int(NOW.timestamp() - age_s)
    wiki = over.get("server_name", "en.wikipedia.org")
    told = {
        "$schema": "/mediawiki/recentchange/1.0.0",
        "meta": {
            "uri": f"https://{wiki}/wiki/{title}",
            "id": f"id-{user}-{at}",
            "domain": wiki,
            "stream": "mediawiki.recentchange",
            "topic": "eqiad.mediawiki.recentchange",
            "partition": 0,
            "offset": at,
        },
        "id": 1,
        "type": "edit",
        "namespace": 0,
        "title": title,
        "title_url": f"https://{wiki}/wiki/{title}",
        "comment": "new report",
        "timestamp": at,
        "user": user,
        "bot": False,
        "minor": False,
        "length": {"old": 100, "new": 180},
        "revision": {"old": 1, "new": 2},
        "server_url": f"https://{wiki}",
        "server_name": wiki,
        "wiki": "enwiki",
        "parsedcomment": "new report",
    } | over
    name = json.dumps([{"topic": "eqiad.mediawiki.recentchange", "partition": 0, "offset": at}])
    return f"event: message\nid: {name}\ndata: {json.dumps(told)}\n\n"


def by(*users: str, **over: Any) -> str:
    return "".join(change(user, **over) for user in users)


HELLO = ":ok\n\n"
FIVE = by("anna", "ben", "cleo", "dan", "eve")
PRESENT = change("zoe", age_s=-1, title="Somewhere else")


async def listened(
    host: Host, http: aiohttp.ClientSession, later: timedelta = timedelta(), **state: str
) -> Reading:
    plugin = Plugin("wiki", Settings(url=host.url()), http)
    return await plugin.read(NOW + later, state)


def told(reading: Reading) -> list[tuple[str, float, str]]:
    assert reading.signals is not None
    assert all(is_valid(replace(signal, seen=NOW), "wikipedia") for signal in reading.signals)
    return [(signal.title, round(signal.strength, 2), signal.told) for signal in reading.signals]


async def test_what_five_people_edit_is_heard(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes(HELLO + FIVE + by("anna", "ben", title="Tide"), **EVENTS)
    reading = await listened(host, http)
    assert told(reading) == [("Lantern Bridge", 0.5, "5 people edited it in 10 minutes")]
    assert reading.signals
    assert reading.signals[0].url == "https://en.wikipedia.org/wiki/Lantern_Bridge"
    assert reading.signals[0].lang == "en"
    assert host.visits[0].headers["Accept"] == "text/event-stream"
    assert "desk@harbour.example" in host.visits[0].headers["User-Agent"]


@pytest.mark.parametrize(
    "events",
    [
        by("anna", "anna", "anna", "anna", "anna"),
        by("a", "b", "c", "d", "e", bot=True),
        by("a", "b", "c", "d", "e", minor=True),
        by("a", "b", "c", "d", "e", namespace=1),
        by("a", "b", "c", "d", "e", type="log"),
        by("a", "b", "c", "d", "e", server_name="de.wikipedia.org"),
        by("a", "b", "c", "d", age_s=30) + by("e", age_s=601),
        by("a", "b", "c", "d") + change("e", title="Lantern bridge"),
    ],
    ids=["one person", "bots", "minor", "talk", "logs", "another wiki", "too long ago", "others"],
)
async def test_what_is_no_crowd_is_not_heard(
    events: str, host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes(events, **EVENTS)
    assert told(await listened(host, http)) == []


async def test_a_look_ends_when_it_has_caught_up(host: Host, http: aiohttp.ClientSession) -> None:
    host.talks(HELLO + FIVE + PRESENT)  # the host would go on for ever
    assert len(told(await listened(host, http))) == 1


async def test_a_look_ends_when_its_time_is_over(host: Host, http: aiohttp.ClientSession) -> None:
    host.talks(HELLO + FIVE)
    plugin = Plugin("wiki", Settings(url=host.url(), listen_s=1), http)
    assert len(told(await plugin.read(NOW, {}))) == 1


async def test_the_next_look_goes_on_behind_the_last_event(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes(HELLO + by("anna", "ben", "cleo") + PRESENT, **EVENTS)
    first = await listened(host, http)
    host.publishes(HELLO + by("dan", "eve", "ben", age_s=-50), **EVENTS)
    second = await listened(host, http, MINUTE, **first.state)
    assert told(first) == []
    assert told(second) == [("Lantern Bridge", 0.5, "5 people edited it in 10 minutes")]
    assert "Last-Event-ID" not in host.visits[0].headers
    last = json.loads(host.visits[1].headers["Last-Event-ID"])
    assert last[0]["offset"] == NOW.timestamp() + 1
    assert "anna" not in str(second.state)  # nobody's name is kept


async def test_after_a_long_pause_it_begins_anew(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes(HELLO + FIVE, **EVENTS)
    first = await listened(host, http)
    host.publishes(HELLO + change("zoe", age_s=-1200), **EVENTS)
    second = await listened(host, http, 20 * MINUTE, **first.state)
    assert told(second) == []
    assert "Last-Event-ID" not in host.visits[1].headers


async def test_memory_is_bounded(host: Host, http: aiohttp.ClientSession) -> None:
    crowd = "".join(change(f"user {n}", title=f"Page {n}") for n in range(KEPT + 50))
    host.publishes(crowd, **EVENTS)
    reading = await listened(host, http)
    assert len(json.loads(reading.state["changes"])) == KEPT


async def test_a_stream_that_breaks_off_keeps_what_was_heard(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes(HELLO + FIVE + FIVE[:200], **EVENTS)
    assert len(told(await listened(host, http))) == 1


async def test_silence_is_an_error(host: Host, http: aiohttp.ClientSession) -> None:
    host.talks(HELLO)
    plugin = Plugin("wiki", Settings(url=host.url(), listen_s=0.1), http)
    with pytest.raises(SourceDown, match=r"no event within 0\.1 s"):
        await plugin.read(NOW, {})


async def test_a_page_is_no_stream(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes("<html>Sign in</html>", Content_Type="text/html")
    with pytest.raises(SourceBroken, match="no stream of events but text/html"):
        await listened(host, http)


async def test_too_many_listeners_are_told_when_to_come_again(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.answers(429, Retry_After="90")
    with pytest.raises(SourceDown, match="answered 429") as caught:
        await listened(host, http)
    assert caught.value.retry_after_s == 90


async def test_a_host_that_hangs_up_is_down(host: Host, http: aiohttp.ClientSession) -> None:
    host.hangs_up()
    with pytest.raises(SourceDown):
        await listened(host, http)


async def test_an_endless_event_is_refused(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes("data: " + "x" * 2_000_000, **EVENTS)
    with pytest.raises(SourceBroken, match="an event of more than 256 kB"):
        await listened(host, http)


@pytest.mark.parametrize(
    "over",
    [
        {"timestamp": 10**11}, {"timestamp": "soon"}, {"timestamp": None}, {"title": ["x"]},
        {"user": {}}, {"bot": "no"}, {"namespace": "0"}, {"server_name": 7},
        {"title": "\u202e\x00"},
    ],
)  # fmt: skip
async def test_an_event_of_wrong_types_is_passed_over(
    over: dict[str, Any], host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes(by("a", "b", "c", "d", "e", **over) + PRESENT, **EVENTS)
    assert told(await listened(host, http)) == []


async def test_an_id_that_fits_no_header_is_not_kept(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes(FIVE + PRESENT.replace("id: ", "id: \u202e\x01"), **EVENTS)
    last = (await listened(host, http)).state["last"]
    assert last.isascii()
    assert json.loads(last)[0]["offset"] == NOW.timestamp() - 30


@pytest.mark.parametrize(
    "wrong", [{"wikis": ["en.wikipedia.org/x"]}, {"wikis": []}, {"people": 1}, {"every_s": 1}]
)
def test_settings_have_bounds(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


# -- cutting ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    parts=st.lists(st.binary(max_size=30), max_size=8),
    ends=st.sampled_from([b"\n", b"\r\n"]),
    cuts=st.lists(st.integers(0, 500)),
)
def test_events_are_the_same_however_they_were_chopped(
    parts: list[bytes], ends: bytes, cuts: list[int]
) -> None:
    lines = [part.replace(b"\n", b"").replace(b"\r", b"") for part in parts]
    whole = b"".join(
        b"id: %d%sdata: x%s%s%s" % (n, ends, x, ends, ends) for n, x in enumerate(lines)
    )
    edges = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    cutter = Cutter()
    found = [event for a, b in pairwise(edges) for event in cutter.cut(whole[a:b])]
    assert found == [(str(n), b"x" + line) for n, line in enumerate(lines)]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=50), max_size=5))
def test_whatever_comes_is_cut(chunks: list[bytes]) -> None:
    cutter = Cutter()
    for chunk in chunks:
        for _, data in cutter.cut(chunk):
            at, _ = change_of(data)
            assert at >= 0


def test_several_lines_of_data_are_one_event() -> None:
    assert Cutter().cut(b": hi\ndata: a\ndata:b\nevent: x\n\n") == [("", b"a\nb")]


def test_an_event_has_a_longest_length() -> None:
    with pytest.raises(SourceBroken):
        Cutter().cut(b"x" * (LONGEST + 1))
