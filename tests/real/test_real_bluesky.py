"""The Bluesky channel against a real server: a real post of a real clip, once, whatever happens."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from servers import pds

import fakes_desk
from fakes_publish import prepared
from platforms import a_post
from platforms._server import dropped
from publish import ChannelDown, OutcomeUnknown, Post, Refused
from publish._atproto_records import POST
from publish.bluesky import Plugin, Settings

pytestmark = [
    pytest.mark.real,
    pytest.mark.asyncio(loop_scope="module"),  # one server for all
    pytest.mark.skipif(
        not (pds.FOLDER / "installed").exists(), reason="needs a PDS: python tests/real/servers"
    ),
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def account(
    tmp_path_factory: pytest.TempPathFactory, http: aiohttp.ClientSession
) -> AsyncIterator[pds.Account]:
    async with pds.running(tmp_path_factory.mktemp("pds")) as service:
        yield await pds.an_account(service, http)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    fakes_desk.film(folder)
    return folder


@pytest.fixture
def post(films: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Post:
    clip = films / "video.mp4"
    return a_post(
        tmp_path,
        key=f"7:bluesky:{request.node.name}",
        clip=clip,
        sha256=hashlib.sha256(clip.read_bytes()).hexdigest(),
        captions=(films / "srt.srt", films / "vtt.vtt"),
        text="Лодка: 63 people are safe 🛟 https://wire.example/boat #harbour",
        width=270,
        height=480,
    )


def a_channel(account: pds.Account, http: aiohttp.ClientSession, **more: str) -> Plugin:
    login = {"handle": account.handle, "app_password": account.password}
    given = {"service": account.service, **login, **more}
    return Plugin("bluesky", Settings.model_validate(given), http)


async def listed(account: pds.Account, http: aiohttp.ClientSession) -> list[dict[str, Any]]:
    query = {"repo": account.did, "collection": POST, "limit": "100"}
    url = f"{account.service}/xrpc/com.atproto.repo.listRecords"
    async with http.get(url, params=query) as answer:
        return list((await answer.json())["records"])


async def blob(account: pds.Account, http: aiohttp.ClientSession, cid: str) -> bytes:
    url = f"{account.service}/xrpc/com.atproto.sync.getBlob"
    async with http.get(url, params={"did": account.did, "cid": cid}) as answer:
        assert answer.status == 200
        return await answer.read()


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def a_bad_line(to: str, http: aiohttp.ClientSession, call: str) -> AsyncIterator[str]:
    """A line to the server on which the answer to every call of one kind is lost."""

    async def pass_on(request: web.Request) -> web.StreamResponse:
        headers = {
            name: value
            for name, value in request.headers.items()
            if name in ("Authorization", "Content-Type")
        }
        body = await request.read()
        url = f"{to}{request.path_qs}"
        async with http.request(request.method, url, data=body, headers=headers) as answer:
            if request.path.endswith(call):
                return await dropped(request)
            kind = answer.content_type
            return web.Response(status=answer.status, body=await answer.read(), content_type=kind)

    app = web.Application(client_max_size=1 << 26)
    app.router.add_route("*", "/{rest:.*}", pass_on)
    async with serving(app) as url:
        yield url


async def test_a_clip_goes_out_whole_is_corrected_and_comes_down(
    account: pds.Account, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = a_channel(account, http)
    state = await prepared(channel, post, {})
    assert await channel.find(post, state) is None
    receipt = await channel.commit(post, state)
    [record] = [r for r in await listed(account, http) if r["uri"] == receipt.id]
    value = record["value"]
    assert value["text"] == post.text
    assert value["labels"]["values"] == [{"val": "ai-generated"}]
    embed = value["embed"]
    assert embed["alt"] == post.alt
    assert embed["aspectRatio"] == {"width": 270, "height": 480}
    clip = await blob(account, http, embed["video"]["ref"]["$link"])
    assert hashlib.sha256(clip).hexdigest() == post.sha256
    [subtitles] = embed["captions"]
    assert await blob(account, http, subtitles["file"]["ref"]["$link"]) == (
        post.captions[1].read_bytes()
    )
    raw = post.text.encode()
    marked = [raw[f["index"]["byteStart"] : f["index"]["byteEnd"]] for f in value["facets"]]
    assert marked == [b"https://wire.example/boat", b"#harbour"]

    word = replace(post, key=f"{post.key}:1", text="Correction: 64 people.")
    below = await channel.reply(word, receipt)
    assert await a_channel(account, http).reply(word, receipt) == below
    answers = [r for r in await listed(account, http) if "reply" in r["value"]]
    assert [r["value"]["reply"]["parent"]["uri"] for r in answers] == [receipt.id]

    for out in (below, receipt, receipt):  # what is gone is well
        await channel.delete(out, state)
    assert await channel.find(post, state) is None
    assert not [r for r in await listed(account, http) if r["uri"] in (receipt.id, below.id)]
    with pytest.raises(Refused, match="gone"):
        await channel.reply(word, receipt)


async def test_a_kill_between_the_call_and_its_answer_makes_no_second_post(
    account: pds.Account, http: aiohttp.ClientSession, post: Post
) -> None:
    before = len(await listed(account, http))
    async with a_bad_line(account.service, http, "putRecord") as line:
        bad = a_channel(account, http, service=line)
        state = await prepared(bad, post, {})
        for _ in range(3):
            with pytest.raises(OutcomeUnknown):
                await bad.commit(post, state)
    again = a_channel(account, http)
    found = await again.find(post, state)
    assert found
    assert await again.commit(post, state) == found
    assert len(await listed(account, http)) == before + 1
    await again.delete(found, state)


async def test_uploads_that_are_gone_are_made_again(
    account: pds.Account, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = a_channel(account, http)
    state = await prepared(channel, post, {})
    never = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
    lost = {**state, "video": state["video"].replace(_link(state["video"]), never)}
    receipt = await channel.commit(post, lost)
    [record] = [r for r in await listed(account, http) if r["uri"] == receipt.id]
    clip = await blob(account, http, record["value"]["embed"]["video"]["ref"]["$link"])
    assert hashlib.sha256(clip).hexdigest() == post.sha256
    await channel.delete(receipt, state)


@asynccontextmanager
async def a_video_host(service: str, http: aiohttp.ClientSession) -> AsyncIterator[str]:
    """A host that makes clips ready: it brings them to the account's server, if it is let in."""
    jobs: dict[str, Any] = {}

    async def take(request: web.Request) -> web.Response:
        headers = {"Authorization": request.headers["Authorization"], "Content-Type": "video/mp4"}
        url = f"{service}/xrpc/com.atproto.repo.uploadBlob"
        async with http.post(url, data=await request.read(), headers=headers) as answer:
            told = await answer.json()
            assert answer.status == 200, told
        jobs["job-1"] = {"jobId": "job-1", "state": "JOB_STATE_COMPLETED", "blob": told["blob"]}
        return web.json_response({"jobId": "job-1", "state": "JOB_STATE_CREATED"})

    async def tell(request: web.Request) -> web.Response:
        return web.json_response({"jobStatus": jobs[request.query["jobId"]]})

    app = web.Application(client_max_size=1 << 26)
    app.router.add_post("/xrpc/app.bsky.video.uploadVideo", take)
    app.router.add_get("/xrpc/app.bsky.video.getJobStatus", tell)
    async with serving(app) as url:
        yield url


async def test_a_video_host_is_let_in_for_the_clip(
    account: pds.Account, http: aiohttp.ClientSession, post: Post
) -> None:
    async with a_video_host(account.service, http) as video:
        channel = a_channel(account, http, video=video)
        state = await prepared(channel, post, {})
    assert state["job"] == "job-1"
    receipt = await channel.commit(post, state)
    [record] = [r for r in await listed(account, http) if r["uri"] == receipt.id]
    clip = await blob(account, http, record["value"]["embed"]["video"]["ref"]["$link"])
    assert hashlib.sha256(clip).hexdigest() == post.sha256
    await channel.delete(receipt, state)


async def test_a_wrong_password_waits_for_a_person(
    account: pds.Account, http: aiohttp.ClientSession, post: Post
) -> None:
    wrong = replace(account, password="not-the-password")
    with pytest.raises(ChannelDown, match="app password") as raised:
        await prepared(a_channel(wrong, http), post, {})
    assert "not-the-password" not in str(raised.value)


async def test_a_bare_server_tells_no_figures(
    account: pds.Account, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = a_channel(account, http)
    receipt = await channel.commit(post, await prepared(channel, post, {}))
    assert await channel.stats(receipt) == {}
    await channel.delete(receipt, {})


def _link(blob: str) -> str:
    return blob.partition('"$link": "')[2].partition('"')[0]
