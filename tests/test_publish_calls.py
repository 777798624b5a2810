"""What each way of answering, and of silence, means for a call that may be repeated or not."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from publish import ChannelDown, OutcomeUnknown, PublishError, Refused
from publish._calls import ANSWER_BYTES, Answer, Calls, sane

Answers = Callable[[web.Request], Awaitable[web.StreamResponse]]
TOKEN = "s3cret-token-of-the-desk"


class Square:
    """A server that answers as it is told, on every address and method."""

    def __init__(self) -> None:
        self.heard: list[web.Request] = []
        self.answer: Answers = self.says(200, "{}")

    @staticmethod
    def says(status: int, body: str | bytes, **headers: str) -> Answers:
        async def answer(_: web.Request) -> web.StreamResponse:
            content = body.encode() if isinstance(body, str) else body
            return web.Response(status=status, body=content, headers=headers)

        return answer

    async def hear(self, request: web.Request) -> web.StreamResponse:
        self.heard.append(request)
        await request.read()
        return await self.answer(request)


@pytest.fixture
async def square() -> AsyncIterator[tuple[Square, str, Calls]]:
    there = Square()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", there.hear)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as http:
        calls = Calls("square", http, {"Authorization": f"Bearer {TOKEN}"})
        yield there, f"http://127.0.0.1:{port}", calls
    await runner.cleanup()


async def hangs_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def breaks_off(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Length": "1000"})
    await answer.prepare(request)
    await answer.write(b'{"id": "hal')
    return await hangs_up(request)


async def says_nothing(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(3600)
    return web.Response()


STATUSES: list[tuple[int, type[PublishError] | None, type[PublishError] | None]] = [
    (200, None, None),
    (201, None, None),
    (202, None, None),
    (204, None, None),
    (301, Refused, Refused),
    (302, Refused, Refused),
    (307, Refused, Refused),
    (400, Refused, Refused),
    (401, Refused, Refused),
    (403, Refused, Refused),
    (404, Refused, Refused),
    (408, ChannelDown, ChannelDown),
    (409, Refused, Refused),
    (413, Refused, Refused),
    (422, Refused, Refused),
    (425, ChannelDown, ChannelDown),
    (429, ChannelDown, ChannelDown),
    (500, ChannelDown, OutcomeUnknown),
    (502, ChannelDown, OutcomeUnknown),
    (503, ChannelDown, OutcomeUnknown),
    (504, ChannelDown, OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "asked", "once"), STATUSES)
async def test_every_status_means_one_thing(
    square: tuple[Square, str, Calls],
    status: int,
    asked: type[PublishError] | None,
    once: type[PublishError] | None,
) -> None:
    there, url, calls = square
    there.answer = there.says(status, "" if status == 204 else "words", Location="/elsewhere")
    for call, wanted in ((calls.ask, asked), (calls.once, once)):
        if wanted is None:
            assert (await call("POST", url)).status == status
        else:
            with pytest.raises(wanted, match=f"square answered {status}") as told:
                await call("POST", url)
            assert type(told.value) is wanted
        assert (await call("POST", url, allow=(status,))).status == status
    assert {request.path for request in there.heard} == {"/"}  # a redirect is never followed


FAULTS: list[tuple[Answers, type[PublishError], type[PublishError]]] = [
    (hangs_up, ChannelDown, OutcomeUnknown),
    (says_nothing, ChannelDown, OutcomeUnknown),
]


@pytest.mark.parametrize(("fault", "asked", "once"), FAULTS)
async def test_a_silence_is_no_answer(
    square: tuple[Square, str, Calls],
    fault: Answers,
    asked: type[PublishError],
    once: type[PublishError],
) -> None:
    there, url, calls = square
    there.answer = fault
    with pytest.raises(asked):
        await calls.ask("GET", url, timeout_s=0.2)
    with pytest.raises(once, match="the answer was lost"):
        await calls.once("POST", url, timeout_s=0.2)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/{}", "http://nowhere.invalid/{}"])
async def test_what_was_never_sent_may_go_again(
    square: tuple[Square, str, Calls], address: str
) -> None:
    for call in (square[2].ask, square[2].once):
        with pytest.raises(ChannelDown, match="square cannot be reached") as told:
            await call("POST", address.format(TOKEN))
        assert TOKEN not in str(told.value)


async def test_an_address_that_is_none_names_no_secret(square: tuple[Square, str, Calls]) -> None:
    with pytest.raises(ChannelDown, match="no address that could be called") as told:
        await square[2].once("POST", f"ftp://desk:{TOKEN}@127.0.0.1/")
    assert TOKEN not in str(told.value)


async def test_a_yes_that_broke_off_is_a_yes(square: tuple[Square, str, Calls]) -> None:
    there, url, calls = square
    there.answer = breaks_off
    answer = await calls.once("POST", url)
    assert (answer.status, answer.told(), answer.word("id")) == (200, {}, "")


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Welcome</body></html>",
        "",
        "[1, 2]",
        '"words"',
        "null",
        '{"id": ',
        "[" * 100_000,
        "9" * 5000,
        b"\xff\xfe\x00",
    ],
)
async def test_a_body_that_is_no_object_tells_nothing(body: str | bytes) -> None:
    content = body.encode() if isinstance(body, str) else body
    answer = Answer(200, content)
    assert (answer.told(), answer.word("id"), answer.word("error", "message")) == ({}, "", "")
    assert len(str(answer)) < 210
    assert str(answer).isprintable()


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"id": "p1"}, "p1"),
        ({"id": 17}, "17"),
        ({"id": 0}, "0"),
        ({"id": True}, ""),
        ({"id": False}, ""),
        ({"id": 1.5}, ""),
        ({"id": None}, ""),
        ({"id": ["p1"]}, ""),
        ({"id": {"id": "p1"}}, ""),
        ({"id": "p" * 501}, ""),
        ({"id": "p\n1"}, ""),
        ({"id": "p\u202e1"}, ""),
        ({"data": {"id": "p1"}}, ""),
        ({}, ""),
    ],
)
def test_an_id_is_a_sane_word_or_none(told: dict[str, Any], word: str) -> None:
    assert Answer(200, json.dumps(told).encode()).word("id") == word


def test_a_word_is_found_by_its_path_only() -> None:
    answer = Answer(200, b'{"error": {"message": "no more today"}, "data": ["x"]}')
    assert answer.word("error", "message") == "no more today"
    assert answer.word("data", "0") == answer.word("error", "message", "more") == ""
    assert sane("words") == "words"
    assert sane(b"words") == sane(7) == ""


async def test_five_megabytes_are_read_no_further(square: tuple[Square, str, Calls]) -> None:
    there, url, calls = square
    there.answer = there.says(200, b'{"id": "' + b"x" * 5_000_000 + b'"}')
    answer = await calls.once("POST", url)
    assert (len(answer.body), answer.word("id")) == (ANSWER_BYTES, "")
    there.answer = there.says(400, b"y" * 5_000_000)
    with pytest.raises(Refused) as told:
        await calls.ask("GET", url)
    assert len(str(told.value)) < 250


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Retry-After": "17"}, 17.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({}, None),
        (
            {
                "Date": "Wed, 04 Mar 2026 17:42:00 GMT",
                "Retry-After": "Wed, 04 Mar 2026 17:44:00 GMT",
            },
            120.0,
        ),
        (
            {
                "Date": "Wed, 04 Mar 2026 17:42:00 GMT",
                "Retry-After": "Wed, 04 Mar 2026 17:40:00 GMT",
            },
            0.0,
        ),
    ],
)
async def test_how_long_a_server_asks_to_be_left_alone(
    square: tuple[Square, str, Calls], headers: dict[str, str], wait_s: float | None
) -> None:
    there, url, calls = square
    there.answer = there.says(429, "slow down", **headers)
    for call in (calls.ask, calls.once):
        with pytest.raises(ChannelDown) as told:
            await call("POST", url)
        assert told.value.retry_after_s == wait_s


async def test_a_server_that_echoes_a_secret_does_not_tell_it_on(
    square: tuple[Square, str, Calls],
) -> None:
    there, url, calls = square

    async def echoes(request: web.Request) -> web.StreamResponse:
        return web.Response(status=401, text=f"{request.url} {dict(request.headers)}")

    there.answer = echoes
    key, bot = "k3y-of-one-call-only", "1234:bot-token-in-a-path"
    address = f"{url}/{bot}/send?access_token={TOKEN}x"
    for call in (calls.ask, calls.once):
        with pytest.raises(Refused) as told:
            await call("POST", address, headers={"X-Key": key})
        assert not any(secret in str(told.value) for secret in (TOKEN, key, bot)), told.value
    assert there.heard[0].headers["X-Key"] == key
    assert there.heard[0].headers["Authorization"] == f"Bearer {TOKEN}"


async def test_a_body_is_sent_and_headers_of_one_call_stay_with_it(
    square: tuple[Square, str, Calls], tmp_path: Path
) -> None:
    there, url, calls = square
    await calls.ask("PUT", url, json={"a": 1}, headers={"X-Part": "1"})
    await calls.ask("GET", url)
    first, second = there.heard
    assert (await first.json(), first.headers["X-Part"]) == ({"a": 1}, "1")
    assert "X-Part" not in second.headers
    assert second.headers["Accept"] == "application/json"
