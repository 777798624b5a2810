"""The pictures of a story that may be shown: fetched, checked, kept under their own hash.

Only media that carry a licence are ever fetched. What is not a picture is passed over.
"""

import asyncio
import hashlib
import logging
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import aiohttp

from bot.story import Picture
from bot.web import bare, download
from sources import Item, Media

__all__ = ["gather"]

log = logging.getLogger(__name__)

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 40_000_000
SMALLEST = 480  # pixels on the shorter side: less looks poor on a phone
MOST = 6  # pictures for one clip
MOST_TRIED = 24  # fetched to choose from: a big story brings hundreds


async def gather(
    http: aiohttp.ClientSession, items: Iterable[Item], folder: Path
) -> tuple[Picture, ...]:
    """Fetch the licensed pictures of these items, largest first. Never raises for a bad one."""
    granted = {
        media.url: (item, media)
        for item in items
        for media in item.media
        if media.kind == "image" and media.licence
    }
    tried = islice(granted.values(), MOST_TRIED)
    found = await asyncio.gather(*(_fetch(http, i, m, folder) for i, m in tried))
    unique = {picture.path: picture for picture in found if picture}
    return tuple(sorted(unique.values(), key=lambda p: (-p.width * p.height, p.path))[:MOST])


async def _fetch(
    http: aiohttp.ClientSession, item: Item, media: Media, folder: Path
) -> Picture | None:
    where = bare(media.url)
    path = folder / (hashlib.sha256(media.url.encode()).hexdigest()[:32] + ".picture")
    try:
        if path.exists():
            path.touch()  # it is in use: tidying leaves it for another week
        else:
            folder.mkdir(parents=True, exist_ok=True)
            await download(http, media.url, path, MOST_BYTES)
        width, height = await asyncio.to_thread(_measure, path)
    except (OSError, ValueError) as error:
        why = str(error).removeprefix(f"{where}: ")
        log.warning("picture passed over: %s: %s", where, why)
        return None
    if min(width, height) < SMALLEST:
        least = f"{SMALLEST} on the shorter side is the least"
        log.warning("picture passed over: %s: %dx%d; %s", where, width, height, least)
        return None
    alt = media.alt or item.title
    return Picture(str(path), width, height, media.credit, media.licence, alt, item.id)


def _measure(path: Path) -> tuple[int, int]:
    """Read the size from the header alone. Raises ValueError for anything but a sane picture."""
    from PIL import Image

    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as image:
            width, height = image.size
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        path.unlink(missing_ok=True)
        raise ValueError("not a JPEG, PNG or WebP picture") from error
    if width * height > MOST_PIXELS:
        raise ValueError(f"{width}x{height} pixels are more than {MOST_PIXELS}")
    return width, height
