"""Bluesky's own ways: names of records, marks by bytes, subtitles, no video host."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes_publish import prepared
from platforms import AT, a_post
from platforms.bluesky import Fake
from publish import Post, Refused
from publish._atproto_records import facets, film, later_key, record_key, words

TID = re.compile(r"[234567a-j][2-7a-z]{12}")
SECONDS = st.integers(1_700_000_000, 4_000_000_000)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return a_post(tmp_path)


@settings(max_examples=50)
@given(st.text(max_size=40), SECONDS)
def test_a_name_is_a_tid_that_sorts_by_time(key: str, second: int) -> None:
    at = datetime.fromtimestamp(second, UTC)
    name = record_key(key, at)
    assert TID.fullmatch(name)
    assert name == record_key(key, at.replace(microsecond=7))
    assert name < record_key(key, at + timedelta(seconds=1))
    answer = later_key(name, f"{key}:1")
    assert TID.fullmatch(answer)
    assert answer > name
    assert answer == later_key(name, f"{key}:1")


def test_posts_of_one_second_have_names_of_their_own() -> None:
    keys = [f"{n}:bluesky:3f9a12" for n in range(2000)]
    assert len({record_key(key, AT) for key in keys}) == 2000
    assert len({later_key("3m6fz4k2abc2d", key) for key in keys}) == 2000


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("plain", []),
        ("Лодка https://wire.example/a?b=1 #мост", ["https://wire.example/a?b=1", "#мост"]),
        ("🛟 see https://wire.example/boat. Then", ["https://wire.example/boat"]),
        ("https://wire.example/#part #real", ["https://wire.example/#part", "#real"]),
        ("#1 is no tag, @desk.test is nobody", []),
        ("#" + "x" * 64, []),
    ],
)
def test_what_can_be_pressed_is_marked_by_bytes(text: str, marked: list[str]) -> None:
    raw = text.encode()
    found = facets(text)
    spans = [(f["index"]["byteStart"], f["index"]["byteEnd"]) for f in found]
    assert [raw[start:end].decode() for start, end in spans] == marked
    for facet, word in zip(found, marked, strict=True):
        [feature] = facet["features"]
        assert feature.get("uri", f"#{feature.get('tag')}") == word


def test_a_record_is_the_same_bytes_for_the_same_post(post: Post) -> None:
    now = "2026-11-23T18:00:00.000Z"
    state = {"at": now, "video": '{"$type": "blob"}', "subtitles": '{"$type": "blob"}'}
    assert film(post, state) == film(post, state)
    assert words(post, now)["createdAt"] == now
    assert film(post, state)["labels"]["values"] == [{"val": "ai-generated"}]
    plain = replace(post, made_by_ai=False, alt="", lang="", width=0, height=0)
    assert film(plain, {"at": now, "video": "{}"}).keys() == {
        "$type",
        "text",
        "facets",
        "createdAt",
        "embed",
    }
    assert film(plain, {"at": now, "video": "{}"})["embed"].keys() == {"$type", "video"}


async def test_a_server_without_a_video_host_takes_the_clip_itself(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with Fake(video_host=False) as there:
        channel = there.channel(http)
        state = await prepared(channel, post, {})
        assert state.keys() == {"rkey", "at", "video", "subtitles"}
        await channel.commit(post, state)
        [made] = there.posts
        assert made.more["embed"]["captions"][0]["lang"] == "en"
        assert there.uploads == 1


async def test_subtitles_that_are_too_long_stay_at_home(
    http: aiohttp.ClientSession, post: Post
) -> None:
    post.captions[1].write_bytes(b"x" * 20_001)
    async with Fake() as there:
        assert "subtitles" not in await prepared(there.channel(http), post, {})


async def test_the_very_same_again_is_no_new_commit(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with Fake() as there:
        state = await prepared(there.channel(http), post, {})
        receipts = {(await there.channel(http).commit(post, state)).id for _ in range(3)}
        assert (len(receipts), there.commits) == (1, 1)
        assert next(iter(receipts)).startswith("at://did:plc:")


async def test_a_post_is_dated_when_it_goes_out_not_when_it_was_approved(
    http: aiohttp.ClientSession, post: Post
) -> None:
    """Feeds sort by it: a clip that was scheduled for the evening would come up hours down."""
    async with Fake() as there:
        channel = there.channel(http)
        long_ago = replace(post, at=datetime(2025, 1, 1, tzinfo=UTC))
        state = await prepared(channel, long_ago, {})
        receipt = await channel.commit(long_ago, state)
        made = datetime.fromisoformat(there.posts[0].more["createdAt"])
        assert abs(datetime.now(UTC) - made) < timedelta(minutes=5)
        below = await channel.reply(replace(long_ago, key="7:1"), receipt)
        answer = there.post(below.id)
        assert answer
        assert datetime.fromisoformat(answer.more["createdAt"]) >= made


async def test_one_log_in_serves_many_posts(http: aiohttp.ClientSession, post: Post) -> None:
    async with Fake() as there:
        channel = there.channel(http)
        for n in range(3):
            one = replace(post, key=f"{n}:bluesky:3f9a12")
            await channel.commit(one, await prepared(channel, one, {}))
        assert there.logins == 1
        there.token_expires()
        await channel.commit(post, await prepared(channel, post, {}))
        assert there.logins == 2


async def test_a_clip_that_was_uploaded_by_hand_is_taken_as_it_is(
    http: aiohttp.ClientSession, post: Post
) -> None:
    """The video host answers 409 for a clip that it has, and names the job."""
    async with Fake() as there:
        for _ in range(2):
            state: Any = await prepared(there.channel(http), post, {})
        assert there.uploads == 1
        await there.channel(http).commit(post, state)
        assert len(there.posts) == 1


async def test_nobody_answers_below_a_post_that_is_gone(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with Fake() as there:
        channel = there.channel(http)
        receipt = await channel.commit(post, await prepared(channel, post, {}))
        await channel.delete(receipt, {})
        with pytest.raises(Refused, match="gone"):
            await channel.reply(replace(post, key="7:1"), receipt)
        assert await channel.stats(receipt) == {"likes": 5, "shares": 3, "comments": 4}
