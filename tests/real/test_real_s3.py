"""The bucket as a channel, at moto: a server that is not ours checks what we sign and put."""

import hashlib
import socket
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from fakes_publish import prepared
from platforms import a_post
from publish import Post, Refused
from publish._bucket import Bucket
from publish.s3 import Plugin, Settings

pytest.importorskip("moto.server", reason="moto comes with the extra `real`")
pytestmark = pytest.mark.real

KEYS = {"access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI"}


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    args = ["-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen([sys.executable, *args], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if "Running on" in line:
                break
        else:
            pytest.fail("moto did not start")
        url = f"http://127.0.0.1:{port}"
        bucket = urllib.request.Request(f"{url}/clips", method="PUT")
        urllib.request.urlopen(bucket, timeout=10).close()
        yield url
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return a_post(tmp_path, tmp_path.name)


def a_bucket(moto: str, http: aiohttp.ClientSession, **more: Any) -> Plugin:
    given = {"bucket": "clips", "prefix": "news", "endpoint_url": moto, "path_style": True, **KEYS}
    return Plugin("s3", Settings.model_validate({**given, **more}), http)


async def body(http: aiohttp.ClientSession, url: str) -> tuple[int, bytes]:
    async with http.get(url) as answer:
        return answer.status, await answer.read()


async def test_a_post_goes_out_is_changed_and_comes_down(
    moto: str, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = a_bucket(moto, http)
    state = await prepared(channel, post, {})
    assert await channel.find(post, state) is None
    receipt = await channel.commit(post, state)
    assert await channel.commit(post, state) == receipt  # the second put is refused there
    assert await channel.find(post, state) == receipt
    bucket = Bucket("s3", channel._settings, http)
    status, clip = await body(http, bucket.lent(f"{receipt.id}/clip.mp4", 60))
    assert (status, hashlib.sha256(clip).hexdigest()) == (200, post.sha256)
    await channel.edit(replace(post, text="Sixty-four people are safe."), receipt, state)
    assert (await bucket.get(f"{receipt.id}/post.json"))["text"] == "Sixty-four people are safe."
    for _ in range(2):
        await channel.delete(receipt, state)
    assert await channel.find(post, state) is None
    assert (await body(http, bucket.lent(f"{receipt.id}/clip.mp4", 60)))[0] == 404


async def test_a_clip_of_the_same_key_stays(
    moto: str, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = a_bucket(moto, http)
    await channel.commit(post, await prepared(channel, post, {}))
    post.clip.write_bytes(b"another clip")
    other = replace(post, sha256=hashlib.sha256(b"another clip").hexdigest())
    with pytest.raises(Refused, match="another clip"):
        await prepared(channel, other, {})
    with pytest.raises(Refused, match="another clip"):
        await channel.commit(other, {})


async def test_a_large_clip_is_streamed(moto: str, http: aiohttp.ClientSession, post: Post) -> None:
    clip = bytes(range(256)) * 4 * 1024 * 24  # 24 MiB
    post.clip.write_bytes(clip)
    large = replace(post, sha256=hashlib.sha256(clip).hexdigest())
    channel = a_bucket(moto, http)
    receipt = await channel.commit(large, await prepared(channel, large, {}))
    there = await Bucket("s3", channel._settings, http).head(f"{receipt.id}/clip.mp4")
    assert there == large.sha256
