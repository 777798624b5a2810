"""One HTTP call to a channel, and what each way of answering or of silence means.

Two sorts of call, told apart by what a lost answer means: `ask` may be made again (uploads,
look-ups, edits), `once` makes a post public and may not. Nothing secret of an address or a header
gets into a message.
"""

import asyncio
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from publish import ChannelDown, OutcomeUnknown, Post, Refused

__all__ = ["Answer", "Calls", "looking", "same_clip", "sane"]

ANSWER_BYTES = 512 * 1024  # an answer is read no further
CONNECT_S = 10.0
SECRET = 12  # characters; what is shorter keeps nobody out
NOT_NOW = (408, 425, 429)
"""The 4xx by which a server says that it took nothing in (RFC 9110, RFC 8470, RFC 6585)."""
RESETS = ("RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset")


class _Unsent(aiohttp.ClientError):
    """Not all of a request was sent."""


NEVER_SENT = (
    _Unsent,
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the body as far as it is read, and how long we are asked to wait.

    A server may echo what it was sent: `veiled` is what must not be told of it.
    """

    status: int
    body: bytes
    wait_s: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    veiled: tuple[str, ...] = field(default=(), repr=False)

    def value(self) -> Any:
        """Read the body as JSON; None where it is anything else."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def told(self) -> dict[str, Any]:
        """Read the body as a JSON object; {} where it is anything else."""
        value = self.value()
        return value if isinstance(value, dict) else {}

    def word(self, *path: str) -> str:
        """Find a sane word or a whole number in the JSON body by its path; else ""."""
        value: Any = self.told()
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        whole = isinstance(value, int) and not isinstance(value, bool)
        return sane(str(value) if whole else value)

    def __str__(self) -> str:
        words = " ".join(self.body[:1000].decode(errors="replace").split())
        for secret in self.veiled:
            words = words.replace(secret, "***")
        return f"{self.status} {''.join(filter(str.isprintable, words))[:200]}".strip()


class Calls:
    """Speaks to the API of one channel. `headers` go with every call, a token for example.

    `way_in` says what a person has to do where our key is not accepted any more (401). With it
    that is ChannelDown: nothing is wrong with the post, and with a new key it will go out.
    """

    def __init__(
        self,
        name: str,
        http: aiohttp.ClientSession,
        headers: Mapping[str, str] | None = None,
        way_in: str = "",
    ) -> None:
        self._name = name
        self._http = http
        self._way_in = way_in
        self.headers: dict[str, str] = {"Accept": "application/json", **(headers or {})}

    async def ask(
        self,
        method: str,
        url: str | URL,
        *,
        allow: Collection[int] = (),
        timeout_s: float = 60.0,
        **more: Any,
    ) -> Answer:
        """Make a call that may be made again; `more` goes to aiohttp. Answers any 2xx.

        A status in `allow` is answered too. Raises ChannelDown or Refused.
        """
        try:
            answer = await self._call(method, url, timeout_s, more)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ChannelDown(f"{self._name} cannot be reached: {_bare(error)}") from error
        if answer.status in allow or 200 <= answer.status < 300:
            return answer
        said = f"{self._name} answered {answer}"
        self._see_key(answer, said)
        if answer.status in NOT_NOW or answer.status >= 500:
            raise ChannelDown(said, answer.wait_s)
        raise Refused(said)

    async def once(
        self,
        method: str,
        url: str | URL,
        *,
        allow: Collection[int] = (),
        timeout_s: float = 120.0,
        **more: Any,
    ) -> Answer:
        """Make the call that cannot be taken back; answers as `ask`.

        What is neither surely done nor surely not raises OutcomeUnknown; else as `ask`.
        """
        try:
            answer = await self._call(
                method, url, timeout_s, {**more, "middlewares": (_unrepeated,)}
            )
        except NEVER_SENT as error:
            raise ChannelDown(f"{self._name} cannot be reached: {_bare(error)}") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise OutcomeUnknown(f"{self._name}: the answer was lost ({_bare(error)})") from error
        said = f"{self._name} answered {answer}"
        match answer.status:
            case status if status in allow or 200 <= status < 300:
                return answer
            case 401:
                self._see_key(answer, said)
                raise Refused(said)
            case status if status in NOT_NOW:
                raise ChannelDown(said, answer.wait_s)
            case status if 300 <= status < 400:
                raise Refused(f"{said}: redirects are not followed, set the address it leads to")
            case status if 400 <= status < 500:
                raise Refused(said)
        raise OutcomeUnknown(said)

    def _see_key(self, answer: Answer, said: str) -> None:
        if answer.status == 401 and self._way_in:
            raise ChannelDown(f"{said}: {self._way_in}", answer.wait_s)

    async def _call(
        self, method: str, url: str | URL, timeout_s: float, more: dict[str, Any]
    ) -> Answer:
        headers = {**self.headers, **(more.get("headers") or {})}
        more = {name: value for name, value in more.items() if name != "headers"}
        timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=min(timeout_s, CONNECT_S))
        async with self._http.request(
            method, url, headers=headers, timeout=timeout, allow_redirects=False, **more
        ) as response:
            body = await _start_of(response)
            veiled = tuple(_secrets(response.url, headers))
            return Answer(response.status, body, _wait_s(response), response.headers, veiled)


def _secrets(url: URL, headers: Mapping[str, str]) -> list[str]:
    """List what may be secret of a call, longest first: long words of its address and headers."""
    sent = [*url.parts, *url.query.values(), url.password or ""]
    sent += [*url.raw_parts, *url.raw_query_string.replace("=", "&").split("&")]  # as it was sent
    sent += [word for name, said in headers.items() if name != "Accept" for word in said.split()]
    return sorted((word for word in sent if len(word) >= SECRET), key=len, reverse=True)


@contextmanager
def looking(name: str) -> Iterator[None]:
    """Look whether a post is out: who will not tell may do so later. Raises ChannelDown."""
    try:
        yield
    except Refused as error:
        raise ChannelDown(f"{name} does not tell whether it is out: {error}") from error


async def _unrepeated(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending a PUT or DELETE once more by itself after a broken line.

    A body that could not be written to its end was taken by nobody.
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise  # never sent, and never repeated
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        if isinstance(error.__cause__, aiohttp.ClientConnectionResetError):
            raise _Unsent("the line was closed before it was all sent") from error
        raise aiohttp.ClientError(type(error).__name__) from error


async def same_clip(post: Post) -> None:
    """See that the clip on the disk is still the one that was approved. Raises Refused."""
    if await asyncio.to_thread(_sha256, post.clip) != post.sha256:
        raise Refused(f"{post.clip} is gone or not the clip that was approved: render it again")


def sane(value: object) -> str:
    """Take a foreign word if it is one: printable, not empty, of a length one can show; else ""."""
    return value if isinstance(value, str) and value.isprintable() and len(value) <= 500 else ""


async def _start_of(response: aiohttp.ClientResponse) -> bytes:
    """Read what is of use of a body. Its loss changes nothing: the status was heard."""
    body = b""
    try:
        while len(body) < ANSWER_BYTES and (more := await response.content.read(ANSWER_BYTES)):
            body += more
    except (aiohttp.ClientError, TimeoutError, OSError):
        pass
    return body[:ANSWER_BYTES]


def _wait_s(response: aiohttp.ClientResponse) -> float | None:
    """Read Retry-After, seconds or a date; a date is held against the server's own clock.

    Some say instead when their count begins anew: Bluesky and X in seconds of the epoch, Mastodon
    as an ISO date.
    """
    value = response.headers.get("Retry-After", "")
    if value.isdecimal():
        return float(value)
    until, now = _date(value), _date(response.headers.get("Date", ""))
    if response.status == 429 and not value:
        named = (response.headers.get(name, "") for name in RESETS)
        until = next(filter(None, map(_moment, named)), None)
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _moment(text: str) -> datetime | None:
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(int(text), UTC)
        date = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return date if date.tzinfo else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _bare(error: Exception) -> str:
    """Name an error. Most hold the address that was called, and that may hold a token."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{type(error).__name__}: {error.os_error.strerror or error.os_error}"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"{type(error).__name__}: it was no HTTP"
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return f"{type(error).__name__}: no address that could be called"
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return f"{type(error).__name__}: no connection in time"
    return type(error).__name__ if "://" in repr(error) else repr(error)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
