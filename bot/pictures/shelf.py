"""The files of pictures: fetched once, looked at, kept while they are used."""

import asyncio
import hashlib
from pathlib import Path

import aiohttp

from bot.pictures.prints import NoPicture, Print, take
from bot.web import bare, download

__all__ = ["MOST_BYTES", "Refused", "held", "own"]

MOST_BYTES = 15 * 1024 * 1024


class Refused(ValueError):
    """A picture that cannot be shown; the message says why, without its address."""


async def held(
    http: aiohttp.ClientSession, url: str, folder: Path, smallest: int
) -> tuple[Path, Print]:
    """Fetch a picture, or take it where it lies already. Raises Refused."""
    path = folder / (hashlib.sha256(url.encode()).hexdigest()[:32] + ".picture")
    try:
        if path.exists():
            path.touch()  # it is in use: tidying leaves it for another week
        else:
            folder.mkdir(parents=True, exist_ok=True)
            await download(http, url, path, MOST_BYTES)
        look = await asyncio.to_thread(take, path)
    except NoPicture as error:
        path.unlink(missing_ok=True)
        raise Refused(str(error)) from error
    except (OSError, ValueError) as error:
        raise Refused(str(error).removeprefix(f"{bare(url)}: ")) from error
    return path, _large(look, smallest)


async def own(path: Path, smallest: int) -> tuple[Path, Print]:
    """Look at a file of the user's own, and leave it as it is. Raises Refused."""
    try:
        return path, _large(await asyncio.to_thread(take, path), smallest)
    except NoPicture as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(error.strerror or str(error)) from error


def _large(look: Print, smallest: int) -> Print:
    width, height = look.size
    if min(width, height) < smallest:
        raise Refused(f"{width}x{height}; {smallest} on the shorter side is the least")
    return look
