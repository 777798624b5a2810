"""A public place for a clip, for a platform that fetches it by itself: a bucket, or a web folder.

A clip lies there only until it is fetched. In a bucket it stays private: the address is signed,
for that one file and a day.
"""

import asyncio
from pathlib import Path

import aiohttp
from pydantic import Field

from publish import ChannelDown, Post, Refused
from publish._bucket import Bucket, Place
from publish._disk import copy
from publish._slug import slug

__all__ = ["Shelf", "ShelfTable"]

LENT_S = 86_400


class ShelfTable(Place):
    """Where a clip can be fetched: a `bucket`, or `public_path`, a folder that a web server shows
    as `public_url`."""

    public_path: Path | None = None
    public_url: str = Field("", pattern=r"^(https?://.+)?$")


class Shelf:
    """One clip for each post, under a name that is made from its key."""

    def __init__(self, name: str, table: ShelfTable, http: aiohttp.ClientSession) -> None:
        self._name = name
        self._table = table
        self._bucket = Bucket(name, table, http) if table.bucket else None

    async def lay(self, post: Post) -> str:
        """Lay the clip down; answers its address. Raises ChannelDown or Refused."""
        name = f"{slug(post.key)}.mp4"
        if self._bucket:
            await self._bucket.put(name, post.clip, post.sha256, only_new=False)
            return self._bucket.lent(name, LENT_S)
        if self._table.public_path is None:
            raise Refused(f"{self._name} has no public place: set `bucket` or `public_path`")
        try:
            await asyncio.to_thread(_laid, post.clip, self._table.public_path / name)
        except OSError as error:
            where = self._table.public_path
            raise ChannelDown(f"{self._name}: {where} cannot be written: {error}") from error
        return f"{self._table.public_url.rstrip('/')}/{name}"

    async def clear(self, post: Post) -> None:
        """Take the clip away again; one that is gone is well. Raises ChannelDown or Refused."""
        name = f"{slug(post.key)}.mp4"
        if self._bucket:
            await self._bucket.delete(name)
        elif self._table.public_path:
            try:
                (self._table.public_path / name).unlink(missing_ok=True)
            except OSError as error:
                raise ChannelDown(f"{self._name}: {name} cannot be removed: {error}") from error


def _laid(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    copy(source, target)
