"""The bucket as a channel: what lies in it, and whom it believes."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from pydantic import ValidationError

from fakes_publish import prepared
from platforms import AT, a_post
from platforms.s3 import SECRET, Fake
from publish import ChannelDown, OutcomeUnknown, Post, Receipt, Refused
from publish._bucket import Bucket, Place
from publish.s3 import Plugin, Settings

FOLDER = "7-s3-3f9a12-d0ad798c98"
GIVEN = {"bucket": "clips", "access_key": "AKIDEXAMPLE", "secret_key": SECRET}


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
    (tmp_path / "sources.json").write_text("{}")
    more = {"sources": tmp_path / "sources.json", "tags": ("bridge",)}
    return a_post(tmp_path, "s3", **more)


async def sent(there: Fake, http: aiohttp.ClientSession, post: Post) -> Receipt:
    channel = there.channel(http)
    return await channel.commit(post, await prepared(channel, post, {}))


async def test_the_manifest_comes_last_and_names_all(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    laid = {"clip.mp4", "clip.srt", "clip.vtt", "cover.jpg", "sources.json"}
    assert set(there.objects) == {f"news/{FOLDER}/{name}" for name in laid}
    receipt = await channel.commit(post, state)
    url = f"https://cdn.example/news/{FOLDER}"
    assert receipt == Receipt("s3", FOLDER, f"{url}/clip.mp4", AT)
    told = json.loads(there.objects[f"news/{FOLDER}/post.json"][0])
    assert told.pop("files") == {name: f"{url}/{name}" for name in laid}
    assert told == {
        "version": 1,
        "key": post.key,
        "at": "2026-11-23T17:42:05+00:00",
        "title": post.title,
        "text": post.text,
        "alt": post.alt,
        "tags": ["bridge"],
        "credits": [],
        "lang": "en",
        "made_by_ai": True,
        "seconds": 33.6,
        "sha256": post.sha256,
    }
    assert there.objects[f"news/{FOLDER}/clip.vtt"][1]["Content-Type"] == "text/vtt"


async def test_a_key_belongs_to_one_clip(
    there: Fake, http: aiohttp.ClientSession, post: Post, tmp_path: Path
) -> None:
    await sent(there, http, post)
    (tmp_path / "other").mkdir()
    other = a_post(tmp_path / "other", "s3", sha256=post.sha256)
    other.clip.write_bytes(b"another clip")
    other = replace(other, sha256=hashlib.sha256(b"another clip").hexdigest())
    channel = there.channel(http)
    with pytest.raises(Refused, match="another clip"):
        await prepared(channel, other, {})
    with pytest.raises(Refused, match="another clip"):
        await channel.commit(other, {})
    with pytest.raises(OutcomeUnknown, match="another clip"):
        await channel.find(other, {})


async def test_an_edit_changes_words_and_nothing_else(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    receipt = await sent(there, http, post)
    name = f"news/{FOLDER}/post.json"
    before = json.loads(there.objects[name][0])
    word = replace(post, key="7:s3:x:1", title="New", text="Sixty-four.", sha256="0" * 64)
    await there.channel(http).edit(word, receipt, {})
    assert json.loads(there.objects[name][0]) == {**before, "title": "New", "text": "Sixty-four."}
    assert there.objects[name][1]["x-amz-meta-sha256"] == post.sha256
    await there.channel(http).delete(receipt, {})
    with pytest.raises(Refused, match="not there any more"):
        await there.channel(http).edit(word, receipt, {})


@pytest.mark.parametrize("known", [True, False])
async def test_a_takedown_leaves_nothing(
    there: Fake, http: aiohttp.ClientSession, post: Post, known: bool
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    receipt = await channel.commit(post, state)
    await channel.delete(receipt, state if known else {})
    assert there.objects == {}


async def test_who_may_not_list_asks_a_person(http: aiohttp.ClientSession, post: Post) -> None:
    class Shy(Fake):
        async def _get(self, request: aiohttp.web.Request) -> aiohttp.web.Response:
            return aiohttp.web.Response(status=403)

    async with Shy() as there:
        with pytest.raises(OutcomeUnknown, match="ListBucket"):
            await there.channel(http).find(post, {})
        receipt = await sent(there, http, post)  # to put is enough to post
        assert receipt.id == FOLDER


@pytest.mark.parametrize(
    ("more", "address"),
    [
        ({}, "https://clips.s3.us-east-1.amazonaws.com/a/b.mp4"),
        ({"region": "eu-west-3"}, "https://clips.s3.eu-west-3.amazonaws.com/a/b.mp4"),
        ({"prefix": "/x/"}, "https://clips.s3.us-east-1.amazonaws.com/x/a/b.mp4"),
        (
            {"endpoint_url": "http://minio.example:9000", "path_style": True},
            "http://minio.example:9000/clips/a/b.mp4",
        ),
        ({"endpoint_url": "https://s3.example/"}, "https://clips.s3.example/a/b.mp4"),
    ],
)
async def test_where_an_object_is(
    http: aiohttp.ClientSession, more: dict[str, object], address: str
) -> None:
    bucket = Bucket("s3", Place.model_validate({**GIVEN, **more}), http)
    assert bucket.address("a/b.mp4") == address
    lent = bucket.lent("a/b.mp4", 600)
    assert lent.startswith(f"{address}?")
    assert "X-Amz-Expires=600" in lent
    assert SECRET not in lent


@pytest.mark.parametrize(
    "wrong",
    [
        {"bucket": ""},
        {"bucket": "../etc"},
        {"secret_key": ""},
        {"prefix": "a b"},
        {"endpoint_url": "s3.example"},
    ],
)
def test_a_table_that_cannot_work_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({**GIVEN, **wrong})


async def test_a_put_that_is_not_told_is_not_believed(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    """200 with an error inside, as S3 does at times."""
    channel = there.channel(http)
    assert isinstance(channel, Plugin)
    path = f"{FOLDER}/cover.jpg"
    there.lies("error")
    assert post.cover
    with pytest.raises(ChannelDown, match="does not say"):
        await channel._bucket.put(path, post.cover, "0" * 64, only_new=False)
