"""Large files over HTTP: with progress, taken up where they were broken off, and verified."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from bot.web import bare
from render.voices import Part

__all__ = ["Refused", "ask", "fetch"]

CHUNK = 256 * 1024
TIMES = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=30)  # of no fixed length
LIMIT = 4 * 10**9  # bytes of a file whose size nobody published

Told = Callable[[int], None]
"""Called with the bytes that are there so far."""


class Refused(ValueError):
    """A host will not give it; `status` is what it answered."""

    def __init__(self, url: str, status: int) -> None:
        super().__init__(f"{bare(url)}: answered {status}")
        self.status = status


async def ask(http: aiohttp.ClientSession, url: str) -> Any:
    """Read a JSON document. Raises ConnectionError, or ValueError where it will never come."""
    try:
        async with http.get(url) as response:
            _accept(response, url, (200,))
            text = await response.text()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ConnectionError(_unreachable(url, error)) from error
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"{bare(url)}: answered no list of files") from error


async def fetch(http: aiohttp.ClientSession, part: Part, folder: Path, told: Told) -> Path:
    """Fetch one file into a folder; what is there and whole is not fetched again.

    Broken off, it leaves what it has beside it, and goes on from there the next time. Raises
    ConnectionError, ValueError where what came is not what was published, and OSError.
    """
    path = folder / Path(part.name).name
    if path.is_file() and _whole(path, part):
        told(path.stat().st_size)
        return path
    folder.mkdir(parents=True, exist_ok=True)
    torn = path.with_name(f"{path.name}.part")
    try:
        await _append(http, part, torn, told)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ConnectionError(f"{_unreachable(part.url, error)}; what has come is kept") from error
    if not _whole(torn, part):
        size = torn.stat().st_size
        torn.unlink()
        raise ValueError(f"{path.name}: what came ({size} bytes) is not what was published")
    torn.replace(path)
    return path


async def _append(http: aiohttp.ClientSession, part: Part, torn: Path, told: Told) -> None:
    """Ask for what is missing; a server that cannot do that sends all of it."""
    have = torn.stat().st_size if torn.is_file() else 0
    if part.size and have >= part.size:
        return
    asked = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    async with http.get(part.url, headers=asked, timeout=TIMES) as response:
        _accept(response, part.url, (200, 206))
        goes_on = response.status == 206
        size = have if goes_on else 0
        with torn.open("ab" if goes_on else "wb") as file:
            async for chunk in response.content.iter_chunked(CHUNK):
                size += len(chunk)
                if size > (part.size or LIMIT):
                    break  # it is not the file: the check says so
                file.write(chunk)
                told(size)
            file.flush()
            os.fsync(file.fileno())


def _whole(path: Path, part: Part) -> bool:
    """Compare a file with what was published of it."""
    if part.size and path.stat().st_size != part.size:
        return False
    with path.open("rb") as file:
        return not part.sha256 or hashlib.file_digest(file, "sha256").hexdigest() == part.sha256


def _accept(response: aiohttp.ClientResponse, url: str, statuses: tuple[int, ...]) -> None:
    if response.status == 429 or response.status >= 500:
        raise ConnectionError(f"{bare(url)}: answered {response.status}; try again later")
    if response.status not in statuses:
        raise Refused(url, response.status)


def _unreachable(url: str, error: Exception) -> str:
    why = str(error) or type(error).__name__
    return f"{bare(url)} cannot be reached: {why}"
