"""PeerTube as a channel: pieces, dress, and what an instance does to a video."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from fakes_publish import prepared
from platforms import CLIP, a_post
from platforms.peertube import Fake
from publish import ChannelDown, Post, Refused
from publish._peertube import PIECE
from publish.peertube import Plugin, Settings


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def there() -> AsyncIterator[Fake]:
    async with Fake() as server:
        yield server


@pytest.fixture
def post(tmp_path: Path) -> Post:
    tags = ("bridge", "a", "boat", "x" * 31, "river", "rescue", "Лодка", "seven")
    return a_post(tmp_path, "peertube", tags=tags, lang="en-GB")


async def test_a_long_clip_goes_in_pieces(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    clip = bytes(PIECE + 1000)
    post.clip.write_bytes(clip)
    long = replace(post, sha256=hashlib.sha256(clip).hexdigest())
    channel = there.channel(http)
    await channel.commit(long, await prepared(channel, long, {}))
    size = PIECE + 1000
    assert there.pieces == [
        f"bytes */{size}",
        f"bytes 0-{PIECE - 1}/{size}",
        f"bytes {PIECE}-{size - 1}/{size}",
    ]
    assert there.posts[0].sha256 == long.sha256


async def test_an_upload_goes_on_where_it_broke(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    steps = channel.prepare(post, {})
    state = dict(await anext(steps))
    await steps.aclose()
    there.sessions[state["upload"]][1].extend(CLIP[:1000])
    await channel.commit(post, await prepared(channel, post, state))
    assert there.pieces == [f"bytes */{len(CLIP)}", f"bytes 1000-{len(CLIP) - 1}/{len(CLIP)}"]
    assert there.posts[0].sha256 == post.sha256


async def test_a_video_is_dressed_before_it_is_public(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    state = await prepared(there.channel(http), post, {})
    [video] = there.videos.values()
    assert video["privacy"]["id"] == 3
    assert video["name"] == post.title
    assert video["tags"] == ["bridge", "boat", "river", "rescue", "Лодка"]
    sha = hashlib.sha256(b"WEBVTT\n").hexdigest()
    assert video["dress"]["captionfile"] == ("captionfile.vtt", "text/vtt", sha)
    assert video["dress"]["thumbnailfile"][:2] == ("thumbnailfile.jpg", "image/jpeg")
    receipt = await there.channel(http).commit(post, state)
    assert receipt.url == f"https://peertube.example/videos/watch/{video['uuid']}"


@pytest.mark.parametrize(
    ("change", "told"),
    [({"blacklisted": True}, "moderator"), ({"state": {"id": 7}}, "transcode")],
)
async def test_what_will_never_play_is_refused(
    http: aiohttp.ClientSession, post: Post, change: dict[str, object], told: str
) -> None:
    class Strict(Fake):
        async def _get(self, request: aiohttp.web.Request) -> aiohttp.web.Response:
            video = self.videos[request.match_info["uuid"]]
            return aiohttp.web.json_response({**video, "state": {"id": 1}, **change})

    async with Strict() as there:
        with pytest.raises(Refused, match=told):
            await prepared(there.channel(http), post, {})
        assert there.posts == []


async def test_an_unknown_channel_is_named(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    given = there.channel(http)._settings.model_dump() | {"channel": "weather"}
    channel = Plugin("peertube", Settings.model_validate(given), http)
    with pytest.raises(ChannelDown, match="no channel weather"):
        await prepared(channel, post, {})


async def test_short_words_are_told_early(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    short = replace(post, title="Hi", text="")
    assert there.channel(http).check(short) == (
        "the title needs 3 characters at least",
        "the text needs 3 characters at least",
    )
