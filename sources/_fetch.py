"""One polite, bounded look at an address or a file: what came, from where, and nothing else.

The session is given (guarded, with its own time limits); this adds the cap on the body as it is
after decompression, the limit on redirects, and turns foreign errors into ours.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp

from sources import SourceBroken, SourceDown, SourceError, SourceGone
from sources._clean import plain
from sources._pace import retry_after_s

__all__ = ["Answer", "fetch", "load", "naming", "stream"]

REDIRECTS = 5
CHUNK = 64 * 1024
FOR_GOOD = {301, 308}

Refusal = Callable[[aiohttp.ClientResponse, datetime], None]

_SECRETS = re.compile(r"(?<=//)[^/@]*@|\?.*")  # a login or a query may hold a key


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said. `url` is where it came from in the end; header names ignore case.

    `moved` is the same address if every step of the way there was said to be for good, else "".
    The body is there only with a 200. `links` are the addresses of its Link header by their `rel`.
    """

    status: int
    url: str
    moved: str
    headers: Mapping[str, str]
    charset: str
    body: bytes
    links: Mapping[str, str] = field(default_factory=dict)


async def fetch(
    http: aiohttp.ClientSession,
    url: str,
    cap: int,
    now: datetime,
    headers: Mapping[str, str] | None = None,
    refused: Refusal | None = None,
    *,
    follow: bool = True,
    cut: bool = False,
) -> Answer:
    """GET an address; the body may have `cap` bytes. Raises SourceDown or SourceBroken.

    `refused` raises for the statuses that are no answer; by default all but 200 and 304. Redirects
    are followed, or answered as they are. A body that is too long is refused, or `cut`.
    """
    with naming(url), _translating():
        async with http.get(
            url, headers=headers, allow_redirects=follow, max_redirects=REDIRECTS
        ) as response:
            (refused or _refuse)(response, now)
            steps = {hop.status for hop in response.history}
            return Answer(
                status=response.status,
                url=str(response.url),
                moved=str(response.url) if steps and steps <= FOR_GOOD else "",
                headers=response.headers,
                charset=response.charset or "",
                body=await _body(response, cap, cut) if response.status == 200 else b"",
                links=_links(response),
            )


@asynccontextmanager
async def stream(
    http: aiohttp.ClientSession,
    url: str,
    now: datetime,
    headers: Mapping[str, str],
    refused: Refusal,
) -> AsyncIterator[aiohttp.StreamReader]:
    """GET an address and read it while it comes, for as long as one likes; no time limit is set.

    Leaving hangs up. Raises SourceDown or SourceBroken, also while it is read.
    """
    endless = aiohttp.ClientTimeout(total=None)
    with naming(url), _translating():
        async with http.get(
            url, headers=headers, max_redirects=REDIRECTS, timeout=endless
        ) as response:
            refused(response, now)
            yield response.content


@contextmanager
def naming(where: str) -> Iterator[None]:
    """Put what was read before the words of an error of ours."""
    where = _SECRETS.sub("", where)
    try:
        yield
    except SourceBroken as error:
        raise type(error)(f"{where}: {error}") from error
    except SourceDown as error:
        raise SourceDown(f"{where}: {error}", error.retry_after_s) from error


@contextmanager
def _translating() -> Iterator[None]:
    """Turn every error of the HTTP client into one of ours."""
    try:
        yield
    except SourceError:
        raise
    except aiohttp.TooManyRedirects as error:
        raise SourceBroken(f"more than {REDIRECTS} redirects") from error
    except (ValueError, aiohttp.NonHttpUrlClientError) as error:
        raise SourceBroken("it is, or leads to, no http(s) address") from error
    except TimeoutError as error:
        raise SourceDown("no answer in time") from error
    except (aiohttp.ClientError, OSError) as error:
        if isinstance(error.__cause__, SourceDown):  # the session's own word, wrapped on its way
            raise error.__cause__ from None
        said = getattr(error, "message", "") or str(error) or type(error).__name__
        # Only the first line: what follows it are the host's own bytes, no words for a log.
        raise SourceDown(plain(said.partition("\n")[0], 200)) from error


def _refuse(response: aiohttp.ClientResponse, now: datetime) -> None:
    """Raise for every status but "here it is" and "nothing new"."""
    if response.status == 410:
        raise SourceGone("gone for good (410)")
    if response.status not in (200, 304):
        wait_s = retry_after_s(response.headers, now)
        reason = plain(response.reason or "", 60)
        raise SourceDown(f"answered {response.status} {reason}".strip(), wait_s)


def _links(response: aiohttp.ClientResponse) -> dict[str, str]:
    """Read the Link header (RFC 8288); a `rel` may hold several words. Nonsense says nothing."""
    found: dict[str, str] = {}
    try:
        links = response.links
    except ValueError:
        return found
    for rels, link in links.items():
        for rel in rels.lower().split():
            found.setdefault(rel, str(link["url"]))
    return found


async def _body(response: aiohttp.ClientResponse, cap: int, cut: bool) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > cap and not cut:
            raise SourceBroken(f"more than {cap / 1e6:g} MB")
        if len(body) > cap:
            break
    return bytes(body[:cap])


def load(path: Path, cap: int) -> bytes:
    """Read a file of at most `cap` bytes. Raises SourceBroken."""
    try:
        with path.open("rb") as file:
            body = file.read(cap + 1)
    except OSError as error:
        raise SourceBroken(f"{path}: {error.strerror or error}") from error
    if len(body) > cap:
        raise SourceBroken(f"{path}: more than {cap / 1e6:g} MB")
    return body
