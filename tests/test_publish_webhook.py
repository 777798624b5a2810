"""The webhook channel: what is sent, and what each way of answering means."""

import asyncio
import hashlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import ValidationError

from fakes_publish import Receiver, prepared
from publish import ChannelDown, OutcomeUnknown, Post, Receipt, Refused
from publish._calls import ANSWER_BYTES
from publish.webhook import Plugin, Settings

AT = datetime(2026, 3, 4, 17, 42, tzinfo=UTC)
CLIP = bytes(range(256)) * 4096  # 1 MiB: more than one buffer of any kind


@pytest.fixture
def post(tmp_path: Path) -> Post:
    for name, body in {"c.mp4": CLIP, "c.srt": b"1", "c.vtt": b"WEBVTT", "c.jpg": b"jpg"}.items():
        (tmp_path / name).write_bytes(body)
    (tmp_path / "sources.json").write_text("{}")
    return Post(
        key="story-7:hook",
        clip=tmp_path / "c.mp4",
        sha256=hashlib.sha256(CLIP).hexdigest(),
        seconds=33.6,
        title="Лодка hits a bridge",
        text="Sixty-three people are safe.",
        tags=("bridge", "harbour"),
        lang="en",
        made_by_ai=True,
        at=AT,
        cover=tmp_path / "c.jpg",
        captions=(tmp_path / "c.srt", tmp_path / "c.vtt"),
        sources=tmp_path / "sources.json",
        credits=("Photo: Bo Lens / CC BY 4.0",),
        alt="Upright video: a barge under a bridge.",
    )


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def a_hook(there: Receiver, http: aiohttp.ClientSession, **settings: Any) -> Plugin:
    return Plugin("hook", Settings(url=there.url, **settings), http)


async def test_everything_arrives_whole(post: Post, http: aiohttp.ClientSession) -> None:
    async with Receiver(token="s3cret") as there:
        receipt = await a_hook(there, http, token="s3cret").commit(post, {})
    assert receipt == Receipt("hook", "post-1", "https://clips.example/1", AT)
    [request] = there.requests
    assert request["headers"]["Idempotency-Key"] == post.key
    assert "Content-Length" in request["headers"]
    sent = [(part["name"], part["filename"], part["kind"]) for part in request["parts"]]
    assert sent == [
        ("post", None, "application/json"),
        ("clip", "clip.mp4", "video/mp4"),
        ("cover", "cover.jpg", "image/jpeg"),
        ("sources", "sources.json", "application/json"),
        ("captions", "captions.srt", "application/x-subrip"),
        ("captions", "captions.vtt", "text/vtt"),
    ]
    assert there.posts[0]["sha256"] == post.sha256
    assert there.posts[0]["words"] == {
        "key": post.key,
        "title": post.title,
        "text": post.text,
        "credits": ["Photo: Bo Lens / CC BY 4.0"],
        "tags": ["bridge", "harbour"],
        "lang": "en",
        "seconds": 33.6,
        "sha256": post.sha256,
        "made_by_ai": True,
        "at": "2026-03-04T17:42:00+00:00",
        "alt": "Upright video: a barge under a bridge.",
    }


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, Refused),
        (307, Refused),
        (400, Refused),
        (401, Refused),
        (413, Refused),
        (422, Refused),
        (408, ChannelDown),
        (425, ChannelDown),
        (429, ChannelDown),
        (409, OutcomeUnknown),
        (500, OutcomeUnknown),
        (502, OutcomeUnknown),
        (503, OutcomeUnknown),
        (504, OutcomeUnknown),
    ],
)
async def test_what_a_status_means(
    post: Post, http: aiohttp.ClientSession, status: int, error: type[Exception]
) -> None:
    async with Receiver() as there:
        there.refuses(status, "we keep no films here", Location="http://127.0.0.1:9/")
        with pytest.raises(error) as raised:
            await a_hook(there, http).commit(post, {})
    if status != 409:
        assert f"hook answered {status} we keep no films here" in str(raised.value)
    assert len(there.requests) == 1


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Retry_After": "17"}, 17.0),
        (
            {
                "Retry_After": "Wed, 04 Mar 2026 18:00:00 GMT",
                "Date": "Wed, 04 Mar 2026 17:58:30 GMT",
            },
            90.0,
        ),
        (
            {
                "Retry_After": "Wed, 04 Mar 2026 17:00:00 -0000",
                "Date": "Wed, 04 Mar 2026 18:00:00 GMT",
            },
            0.0,
        ),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "-5"}, None),
        ({}, None),
    ],
)
async def test_how_long_we_are_asked_to_wait(
    post: Post, http: aiohttp.ClientSession, headers: dict[str, str], wait_s: float | None
) -> None:
    async with Receiver() as there:
        there.refuses(429, **headers)
        with pytest.raises(ChannelDown) as raised:
            await a_hook(there, http).commit(post, {})
    assert raised.value.retry_after_s == wait_s


@pytest.mark.parametrize(
    "fault", ["drops_before_commit", "drop_after_commit", "error_500_after_commit", "slow"]
)
async def test_a_lost_answer_is_unknown_and_the_look_up_settles_it(
    post: Post, http: aiohttp.ClientSession, fault: str
) -> None:
    async with Receiver(can_be_listed=True) as there:
        getattr(there, fault)()
        hook = a_hook(there, http, lookup_url=there.lookup_url, timeout_s=0.3)
        with pytest.raises(OutcomeUnknown):
            await hook.commit(post, {})
        found = await hook.find(post, {})
        assert (found is not None) == (len(there.posts) == 1) == (fault != "drops_before_commit")
        if found:
            assert found == Receipt("hook", "post-1", "https://clips.example/1", AT)


async def test_a_receiver_that_honours_keys_takes_a_post_once(
    post: Post, http: aiohttp.ClientSession
) -> None:
    async with Receiver(honours_keys=True) as there:
        there.drop_after_commit(times=2)
        hook = a_hook(there, http, replay="native")
        for _ in range(2):
            with pytest.raises(OutcomeUnknown):
                await hook.commit(post, {})
        receipt = await hook.commit(post, {})
    assert receipt.id == "post-1"
    assert len(there.posts) == 1


async def test_a_port_where_nobody_listens_is_down(post: Post, http: aiohttp.ClientSession) -> None:
    async with Receiver() as there:
        gone = there
    with pytest.raises(ChannelDown, match="cannot be reached"):
        await a_hook(gone, http).commit(post, {})


class Nobody(aiohttp.abc.AbstractResolver):
    """A resolver that knows no name, as a guard that blocks them all."""

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> Any:
        raise OSError(None, f"{host} is not a public address")

    async def close(self) -> None:
        pass


async def test_a_name_that_is_unknown_or_blocked_is_down(post: Post) -> None:
    connector = aiohttp.TCPConnector(resolver=Nobody())
    async with aiohttp.ClientSession(connector=connector) as http:
        hook = Plugin("hook", Settings(url="http://clips.example/post"), http)
        with pytest.raises(ChannelDown, match="cannot be reached"):
            await hook.commit(post, {})


@pytest.mark.parametrize(
    "answer",
    [
        b"<!doctype html><title>Thanks</title>",
        b"x" * 5_000_000,
        b"",
        b"[1]",
        b"[" * 50_000,
        b'{"id": 7, "url": "javascript:alert(1)"}',
        b'{"id": "", "url": "http://a/\\u202e"}',
        json.dumps({"id": "x" * 501, "url": "http://" + "x" * 500}).encode(),
    ],
)
async def test_an_odd_yes_is_a_yes(post: Post, http: aiohttp.ClientSession, answer: bytes) -> None:
    async with Receiver() as there:
        there.answers(answer)
        receipt = await a_hook(there, http).commit(post, {})
    assert receipt == Receipt("hook", post.key, there.url.removesuffix("/post"), AT)


async def test_a_yes_whose_body_breaks_off_is_a_yes(
    post: Post, http: aiohttp.ClientSession
) -> None:
    async with Receiver() as there:
        there.breaks_off_its_yes()
        receipt = await a_hook(there, http).commit(post, {})
    assert receipt.id == post.key


async def test_an_answer_that_is_no_http_tells_no_secrets(
    post: Post, http: aiohttp.ClientSession
) -> None:
    async def babbles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 2x0 what\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(babbles, "127.0.0.1", 0) as there:
        url = f"http://127.0.0.1:{there.sockets[0].getsockname()[1]}/post?key=sesame"
        hook = Plugin("hook", Settings(url=url, lookup_url=url, token="open-sesame"), http)
        with pytest.raises(OutcomeUnknown, match="ClientResponseError") as lost:
            await hook.commit(post, {})
        with pytest.raises(ChannelDown, match="ClientResponseError") as down:
            await hook.find(post, {})
    assert "sesame" not in f"{lost.value} {down.value}"


async def test_a_refusal_is_told_short_and_plain(post: Post, http: aiohttp.ClientSession) -> None:
    async with Receiver() as there:
        there.refuses(400, "no\n\u202e\x1b[31m " + "words " * ANSWER_BYTES)
        with pytest.raises(Refused) as raised:
            await a_hook(there, http).commit(post, {})
    assert len(str(raised.value)) < 300
    assert str(raised.value).isprintable()


async def test_a_conflict_is_settled_by_the_look_up(
    post: Post, http: aiohttp.ClientSession
) -> None:
    async with Receiver(can_be_listed=True) as there:
        hook = a_hook(there, http, lookup_url=there.lookup_url)
        first = await hook.commit(post, {})
        there.refuses(409)
        assert await hook.commit(post, {}) == first
        there.refuses(409)
        with pytest.raises(OutcomeUnknown, match="does not know the key yet"):
            await hook.commit(replace(post, key="another"), {})
        there.refuses(409)
        there.refuses(503)
        with pytest.raises(OutcomeUnknown, match="answered 409; hook answered 503"):
            await hook.commit(post, {})


async def test_a_receiver_that_cannot_be_asked(post: Post, http: aiohttp.ClientSession) -> None:
    async with Receiver() as there:
        with pytest.raises(OutcomeUnknown, match="set lookup_url"):
            await a_hook(there, http).find(post, {})
        blind = a_hook(there, http, lookup_url=there.lookup_url)
        with pytest.raises(ChannelDown, match="shows nothing"):
            await blind.find(post, {})
    with pytest.raises(ChannelDown, match="hook cannot be reached"):
        await blind.find(post, {})


@pytest.mark.parametrize("told", ["{}", "[]", "yes", '{"found": "true"}', '{"found": 1}'])
async def test_a_look_up_that_says_neither_is_not_believed(
    post: Post, http: aiohttp.ClientSession, told: str
) -> None:
    async with Receiver() as there:
        there.refuses(200, told)
        hook = a_hook(there, http, lookup_url=there.lookup_url)
        with pytest.raises(ChannelDown, match="no yes and no no"):
            await hook.find(post, {})


async def test_a_look_up_keeps_its_own_query(post: Post, http: aiohttp.ClientSession) -> None:
    async with Receiver(can_be_listed=True) as there:
        there.refuses(200, '{"found": false}')
        hook = a_hook(there, http, lookup_url=there.lookup_url + "?desk=a%26b&key=old")
        odd = replace(post, key="a&b=c d#é")
        assert await hook.find(odd, {}) is None
        await hook.commit(odd, {})
        assert (await hook.find(odd, {})) == Receipt(
            "hook", "post-1", "https://clips.example/1", AT
        )


async def test_only_the_approved_clip_is_sent(post: Post, http: aiohttp.ClientSession) -> None:
    async with Receiver() as there:
        hook = a_hook(there, http)
        assert hook.check(post) == ()
        assert await prepared(hook, post, {"kept": "yes"}) == {"kept": "yes"}
        post.clip.write_bytes(b"changed after the approval")
        with pytest.raises(Refused, match="approved"):
            await prepared(hook, post, {})
        post.captions[0].unlink()
        with pytest.raises(Refused, match=r"c\.srt"):
            await hook.commit(post, {})
    assert there.requests == []


async def test_cancelling_goes_through(post: Post, http: aiohttp.ClientSession) -> None:
    async with Receiver() as there:
        there.slow()
        sending = asyncio.create_task(a_hook(there, http).commit(post, {}))
        await there.takes_a_post()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


@pytest.mark.parametrize(
    ("settings", "replay"),
    [
        ({}, "none"),
        ({"replay": "native"}, "native"),
        ({"lookup_url": "http://a.example/find"}, "lookup"),
        ({"lookup_url": "http://a.example/find", "replay": "native"}, "lookup"),
    ],
)
async def test_what_may_be_done_after_a_lost_answer(
    http: aiohttp.ClientSession, settings: dict[str, Any], replay: str
) -> None:
    assert Plugin("hook", Settings(url="http://a.example/", **settings), http).caps.replay == replay


@pytest.mark.parametrize(
    "wrong",
    [{"url": "ftp://a"}, {"url": "http://["}, {"lookup_url": "x"}, {"timeout_s": 0}, {"tokn": ""}],
)
def test_wrong_settings_are_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"url": "http://a.example/", **wrong})


def test_the_token_is_never_shown() -> None:
    assert "s3cret" not in repr(Settings(url="http://a.example/", token="s3cret"))


async def test_the_receiver_as_a_process_of_its_own(
    post: Post, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    fake, log = Path(__file__).with_name("fakes_publish.py"), tmp_path / "posts.jsonl"
    args = [fake, "--log", log, "--listed", "--fault", "drop_after_commit"]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, *args, stdout=pipe)
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().strip()
        settings = Settings(url=url, lookup_url=url.replace("/post", "/find"))
        hook = Plugin("hook", settings, http)
        with pytest.raises(OutcomeUnknown):
            await hook.commit(post, {})
        assert await hook.find(post, {}) is not None
    finally:
        process.kill()
        await process.wait()
    [line] = log.read_text().splitlines()
    assert json.loads(line)["key"] == post.key


@pytest.mark.parametrize("clean", [False, True])
async def test_a_hook_says_whether_it_takes_a_logo(
    http: aiohttp.ClientSession, clean: bool
) -> None:
    hook = Plugin(
        "hook", Settings.model_validate({"url": "http://a.example/", "clean": clean}), http
    )
    assert hook.caps.clean == clean


@pytest.mark.parametrize(("settings", "settle_s"), [({}, 30.0), ({"settle_s": 2}, 2.0)])
async def test_how_long_its_listing_may_lag(
    http: aiohttp.ClientSession, settings: dict[str, Any], settle_s: float
) -> None:
    hook = Plugin("hook", Settings(url="http://a.example/", **settings), http)
    assert hook.caps.settle_s == settle_s
