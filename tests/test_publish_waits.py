"""What all channels stand on: how long to wait, what a key that is refused means, no addresses."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest

from fakes_publish import Receiver
from publish import ChannelDown, OutcomeUnknown, Refused
from publish._calls import Calls

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
THEN = NOW + timedelta(seconds=90)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def a_form() -> aiohttp.MultipartWriter:
    form = aiohttp.MultipartWriter("form-data")
    form.append("{}").set_content_disposition("form-data", name="post")
    return form


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"RateLimit_Reset": str(int(THEN.timestamp()))}, 90.0),
        ({"x_rate_limit_reset": str(int(THEN.timestamp()))}, 90.0),
        ({"X_RateLimit_Reset": THEN.isoformat().replace("+00:00", ".000000Z")}, 90.0),
        ({"X_RateLimit_Reset": NOW.isoformat(), "Retry_After": "7"}, 7.0),
        ({"X_RateLimit_Reset": "2026-11-23 18:00"}, None),
        ({"RateLimit_Reset": "9" * 30}, None),
        ({"RateLimit_Reset": "soon"}, None),
    ],
)
async def test_a_count_that_begins_anew_is_waited_for(
    http: aiohttp.ClientSession, headers: dict[str, str], wait_s: float | None
) -> None:
    async with Receiver() as there:
        there.refuses(429, Date=format_datetime(NOW, usegmt=True), **headers)
        with pytest.raises(ChannelDown) as raised:
            await Calls("c", http).once("POST", there.url, data=a_form())
    assert raised.value.retry_after_s == wait_s


@pytest.mark.parametrize(("way_in", "error"), [("", Refused), ("set a new key", ChannelDown)])
@pytest.mark.parametrize("call", ["ask", "once"])
async def test_a_key_that_is_refused_costs_no_post_where_a_person_can_mend_it(
    http: aiohttp.ClientSession, call: str, way_in: str, error: type[Exception]
) -> None:
    async with Receiver(token="another") as there:
        there.refuses(401, "who are you?")
        calls = Calls("c", http, way_in=way_in)
        with pytest.raises(error, match=way_in or "who are you"):
            await getattr(calls, call)("POST", there.url, data=a_form())


class BrokenLine:
    """A session on which every call ends in one error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def request(self, *_: object, **__: object) -> Any:
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ClientOSError(None, "Can not write request body for http://h/bot1:s3cret/send"),
        aiohttp.ConnectionTimeoutError("Connection timeout to host http://h/bot1:s3cret/send"),
        aiohttp.ServerDisconnectedError("http://h/bot1:s3cret/send"),
        aiohttp.InvalidURL("http://h/bot1:s3cret/send"),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_no_address_gets_into_a_message(error: Exception) -> None:
    """Telegram has its token in the path, and errors of the line name the address."""
    calls: Any = Calls("c", BrokenLine(error))  # type: ignore[arg-type]
    for call in (calls.ask, calls.once):
        with pytest.raises((ChannelDown, OutcomeUnknown), match=type(error).__name__) as raised:
            await call("POST", "http://h/bot1:s3cret/send")
        assert "s3cret" not in str(raised.value)
