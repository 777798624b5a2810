"""One search service on the net: asked politely, its answers kept, left alone when it says so."""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from yarl import URL

from sources import SourceBroken, SourceDown
from sources._fetch import fetch
from sources._pace import retry_after_s
from sources.pictures import FinderBroken, FinderDown, Found

__all__ = ["DAY_S", "Api", "broken"]

HOUR_S, DAY_S = 3600.0, 86_400.0
TIMEOUT_S = 8.0  # for one whole answer
CAP = 2_000_000  # bytes of one answer
ANSWERS = 512  # kept
PAUSE_S = 60.0  # after a 429 that names no time
REFUSED = {400: "it takes no such question", 401: "the key is refused", 403: "we are refused"}

Reader = Callable[[Mapping[str, Any]], tuple[Found, ...]]


class Api:
    """Asks one address with a query and reads the JSON that it answers.

    The same question within `keep_s` seconds is answered from memory: a clip that is made anew
    after an edit shows the same pictures. After a 429 nobody is asked until its time is over.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        headers: Mapping[str, str] | None = None,
        keep_s: float = HOUR_S,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._url = URL(url)
        self._headers = {"Accept": "application/json", **(headers or {})}
        self._keep_s = keep_s
        self._now_s = now_s
        self._answers: OrderedDict[str, tuple[float, tuple[Found, ...]]] = OrderedDict()
        self._rests_until = 0.0

    async def ask(self, query: Mapping[str, str | int], read: Reader) -> tuple[Found, ...]:
        """GET the answer to a query. Raises FinderDown or FinderBroken."""
        url = str(self._url.update_query(query))
        kept = self._answers.get(url)
        if kept and self._now_s() - kept[0] < self._keep_s:
            return kept[1]
        rest_s = self._rests_until - self._now_s()
        if rest_s > 0:
            raise FinderDown(f"{self._url.host} asked for a pause", rest_s)
        found = await self._asked(url, read)
        self._answers[url] = (self._now_s(), found)
        while len(self._answers) > ANSWERS:
            self._answers.popitem(last=False)
        return found

    async def _asked(self, url: str, read: Reader) -> tuple[Found, ...]:
        now = datetime.now(UTC)
        try:
            with _translating():
                async with asyncio.timeout(TIMEOUT_S):
                    answer = await fetch(self._http, url, CAP, now, self._headers, refuse)
            return read(_object(answer.body, str(self._url.host)))
        except FinderDown as error:
            if error.retry_after_s:
                self._rests_until = self._now_s() + error.retry_after_s
            raise


def refuse(response: aiohttp.ClientResponse, now: datetime) -> None:
    """Raise for every status but 200. A refused key will not be taken the next time either."""
    status = response.status
    if status in REFUSED:
        raise SourceBroken(f"answered {status}: {REFUSED[status]}")
    if status == 429:
        wait_s = retry_after_s(response.headers, now) or _reset_s(response.headers)
        raise SourceDown("answered 429: too many questions", wait_s)
    if status != 200:
        raise SourceDown(f"answered {status}", retry_after_s(response.headers, now))


def broken(said: str) -> FinderBroken:
    """Say that an answer is not in the documented form."""
    return FinderBroken(f"the answer is not what is documented: {said}")


def _reset_s(headers: Mapping[str, str]) -> float:
    """Read X-RateLimit-Reset, in seconds from now; a minute where it says no such thing."""
    said = headers.get("X-RateLimit-Reset", "").strip()
    return min(float(said), HOUR_S) if said.isascii() and said.isdigit() else PAUSE_S


def _object(body: bytes, host: str) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FinderBroken(f"{host}: what came is no JSON") from error
    if not isinstance(found, dict):
        raise broken(f"{host}: no JSON object")
    return found


@contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except SourceBroken as error:
        raise FinderBroken(str(error)) from error
    except SourceDown as error:
        raise FinderDown(str(error), error.retry_after_s) from error
    except TimeoutError as error:
        raise FinderDown(f"no answer within {TIMEOUT_S:g} s") from error
