"""The bucket as a channel, at moto: a server that is not ours checks what we sign and put."""

import hashlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from fakes_publish import prepared
from platforms import a_post
from publish import ChannelDown, Post, Refused
from publish._bucket import Bucket
from publish.s3 import Plugin, Settings

pytest.importorskip("moto.server", reason="moto comes with the extra `real`")
pytestmark = pytest.mark.real

FREE_ACTIONS = 4  # what is done before moto begins to look at signatures


@pytest.fixture(scope="module")
def moto() -> Iterator[dict[str, str]]:
    """A server with a bucket and a user; every signature is checked. Answers where and who."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    args = ["-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    env = {**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": str(FREE_ACTIONS)}
    process = subprocess.Popen([sys.executable, *args], stderr=subprocess.PIPE, text=True, env=env)
    try:
        assert process.stderr is not None
        if not any("Running on" in line for line in process.stderr):
            pytest.fail("moto did not start")
        yield {"endpoint_url": f"http://127.0.0.1:{port}", **_user(f"http://127.0.0.1:{port}")}
    finally:
        process.kill()
        process.communicate()


def _user(url: str) -> dict[str, str]:
    """Make a bucket, and a user who may do the four things that docs/plugins.md names."""
    from botocore.session import get_session

    own = {"region_name": "us-east-1", "endpoint_url": url}
    any_keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
    session = get_session()
    session.create_client("s3", **own, **any_keys).create_bucket(Bucket="clips")
    iam = session.create_client("iam", **own, **any_keys)
    iam.create_user(UserName="desk")
    may = ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListBucket"]
    allowed = {"Effect": "Allow", "Action": may, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName="desk", PolicyName="desk", PolicyDocument=policy)
    key = iam.create_access_key(UserName="desk")["AccessKey"]
    return {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return a_post(tmp_path, tmp_path.name)


def a_bucket(moto: dict[str, str], http: aiohttp.ClientSession, **more: Any) -> Plugin:
    given = {"bucket": "clips", "prefix": "news", "path_style": True, **moto}
    return Plugin("s3", Settings.model_validate({**given, **more}), http)


def a_client(moto: dict[str, str]) -> Any:
    """Another client of S3, which is not ours."""
    from botocore.config import Config
    from botocore.session import get_session

    return get_session().create_client(
        "s3",
        region_name="us-east-1",
        endpoint_url=moto["endpoint_url"],
        aws_access_key_id=moto["access_key"],
        aws_secret_access_key=moto["secret_key"],
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )


async def test_a_post_goes_out_is_changed_and_comes_down(
    moto: dict[str, str], http: aiohttp.ClientSession, post: Post
) -> None:
    channel = a_bucket(moto, http)
    state = await prepared(channel, post, {})
    assert await channel.find(post, state) is None
    receipt = await channel.commit(post, state)
    assert await channel.commit(post, state) == receipt  # the second put is refused there
    assert await channel.find(post, state) == receipt
    bucket, other = Bucket("s3", channel._settings, http), a_client(moto)
    clip = other.get_object(Bucket="clips", Key=f"news/{receipt.id}/clip.mp4")["Body"].read()
    assert hashlib.sha256(clip).hexdigest() == post.sha256
    await channel.edit(replace(post, text="Sixty-four people are safe."), receipt, state)
    assert (await bucket.get(f"{receipt.id}/post.json"))["text"] == "Sixty-four people are safe."
    for _ in range(2):
        await channel.delete(receipt, state)
    assert await channel.find(post, state) is None
    assert "Contents" not in other.list_objects_v2(Bucket="clips", Prefix=f"news/{receipt.id}")


async def test_a_lent_address_is_the_one_that_botocore_lends(
    moto: dict[str, str], http: aiohttp.ClientSession
) -> None:
    """moto checks no signature that stands in an address."""
    settings = a_bucket(moto, http)._settings
    named = {"Bucket": "clips", "Key": "news/a/clip.mp4"}
    for _ in range(3):  # unless a second begins in between
        ours = URL(Bucket("s3", settings, http).lent("a/clip.mp4", 60), encoded=True)
        theirs = URL(
            a_client(moto).generate_presigned_url("get_object", Params=named, ExpiresIn=60),
            encoded=True,
        )
        if ours.query["X-Amz-Date"] == theirs.query["X-Amz-Date"]:
            break
    assert (ours.path, dict(ours.query)) == (theirs.path, dict(theirs.query))


async def test_a_clip_of_the_same_key_stays(
    moto: dict[str, str], http: aiohttp.ClientSession, post: Post
) -> None:
    channel = a_bucket(moto, http)
    await channel.commit(post, await prepared(channel, post, {}))
    post.clip.write_bytes(b"another clip")
    other = replace(post, sha256=hashlib.sha256(b"another clip").hexdigest())
    with pytest.raises(Refused, match="another clip"):
        await prepared(channel, other, {})
    with pytest.raises(Refused, match="another clip"):
        await channel.commit(other, {})


async def test_a_large_clip_is_streamed(
    moto: dict[str, str], http: aiohttp.ClientSession, post: Post
) -> None:
    clip = bytes(range(256)) * 4 * 1024 * 24  # 24 MiB
    post.clip.write_bytes(clip)
    large = replace(post, sha256=hashlib.sha256(clip).hexdigest())
    channel = a_bucket(moto, http)
    receipt = await channel.commit(large, await prepared(channel, large, {}))
    there = await Bucket("s3", channel._settings, http).head(f"{receipt.id}/clip.mp4")
    assert there == large.sha256


async def test_a_wrong_secret_is_told(
    moto: dict[str, str], http: aiohttp.ClientSession, post: Post
) -> None:
    channel = a_bucket(moto, http, secret_key="not the secret")
    with pytest.raises(ChannelDown, match="secret_key"):
        await prepared(channel, post, {})
