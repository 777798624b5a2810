"""A bucket of S3, Cloudflare R2, MinIO, Garage and their like, for a site or an app of yours.

Each post has a folder named from its key: the clip, its cover, captions and sources, and
`post.json`, which names them with title, text and tags. The files are laid down first; `post.json`
is written last, in one step and only once (`If-None-Match: *`), and is the moment of publication.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import Field

from publish import (
    Caps,
    ChannelDown,
    Film,
    Limits,
    OutcomeUnknown,
    Post,
    Receipt,
    Refused,
    Room,
    State,
    Stats,
)
from publish._bucket import Bucket, Place
from publish._calls import same_clip
from publish._files import beside, opened
from publish._slug import slug

__all__ = ["Plugin", "Settings"]

MANIFEST = "post.json"
CLIP = "clip.mp4"


class Settings(Place):
    """The table of a bucket channel.

    `public_base_url` is the address under which people reach the bucket's root, a CDN for example;
    left empty, receipts name the bucket's own address. `clean` asks for the clip without the logo.
    """

    bucket: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    public_base_url: str = Field("", pattern=r"^(https?://.+)?$")
    clean: bool = False


class Plugin:
    """The bucket as a channel. The same key again is harmless: the second put is refused there."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        limits = Limits(Room(1000), Room(100_000), apart=frozenset({"ai", "credits", "tags"}))
        film = Film(most_bytes=5_000_000_000)  # of one put
        self.caps = Caps(
            "native", limits, film, clean=settings.clean, corrects="edit", deletes=True
        )
        self._settings = settings
        self._bucket = Bucket(name, settings, http)

    def check(self, post: Post) -> tuple[str, ...]:
        """Find nothing: a bucket takes any words."""
        return ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Lay the files down, the clip first; nothing names them yet."""
        await same_clip(post)
        folder = slug(post.key)
        state = {"folder": folder, "files": " ".join(_files(post))}
        yield state  # before the first put: what is laid down can always be taken away
        for name, path in _files(post).items():
            sha256 = post.sha256 if name == CLIP else await asyncio.to_thread(_sha256, path)
            await self._lay_down(f"{folder}/{name}", path, sha256, name == CLIP)

    async def commit(self, post: Post, state: State) -> Receipt:
        """Write `post.json`, once. Where it is already, it must be of this very clip."""
        name = f"{slug(post.key)}/{MANIFEST}"
        if not await self._bucket.put_once(name, self._manifest(post), post.sha256):
            await self._expect(post, name)
        return self._receipt(post)

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Look whether `post.json` is there."""
        try:
            there = await self._there(f"{slug(post.key)}/{MANIFEST}")
        except Refused as error:
            told = f"{self.name} does not tell what is there (grant s3:ListBucket): {error}"
            raise OutcomeUnknown(told) from error
        if there is None:
            return None
        if there != post.sha256:
            raise OutcomeUnknown(f"{self.name}: {slug(post.key)} has another clip")
        return self._receipt(post)

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Write `post.json` anew; the files stay."""
        name = f"{receipt.id}/{MANIFEST}"
        now = await self._bucket.get(name)
        if not now:
            raise Refused(f"{self.name}: {name} is not there any more")
        await self._bucket.put_small(name, {**now, **_words(post)}, str(now.get("sha256", "")))

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: a bucket takes no answers."""
        raise Refused(f"{self.name} takes no answers: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take `post.json` away, then the files."""
        name = f"{receipt.id}/{MANIFEST}"
        files = state.get("files", "").split() or list(await self._named(name))
        for file in (MANIFEST, *files):
            await self._bucket.delete(f"{receipt.id}/{file}")

    async def stats(self, receipt: Receipt) -> Stats:
        """Tell nothing: a bucket does not know who looks."""
        return {}

    async def _lay_down(self, name: str, path: Path, sha256: str, clip: bool) -> None:
        """Put one file where it is not yet. A clip that is there must be this one."""
        with suppress(Refused):  # who may not list is told 403 of what is not there
            if await self._bucket.head(name) == sha256:
                return
        new = await self._bucket.put(name, path, sha256, only_new=clip)
        if not new and await self._bucket.head(name) != sha256:
            raise Refused(f"{self.name}: {name} is there already with another clip")

    async def _expect(self, post: Post, name: str) -> None:
        try:
            there = await self._there(name)
        except (ChannelDown, Refused) as error:
            raise OutcomeUnknown(f"{self.name}: {name} is there, of which clip?") from error
        if there != post.sha256:
            raise Refused(f"{self.name}: {name} is there already, of another clip")

    async def _there(self, name: str) -> str | None:
        """Ask for the clip's hash that stands in a `post.json`; None where there is none."""
        there = await self._bucket.head(name)
        if there == "":  # a server that keeps no metadata
            there = str((await self._bucket.get(name)).get("sha256", ""))
        return there

    async def _named(self, name: str) -> tuple[str, ...]:
        files = (await self._bucket.get(name)).get("files")
        urls = files.values() if isinstance(files, dict) else ()
        return tuple(str(url).rpartition("/")[2] for url in urls)

    def _manifest(self, post: Post) -> Mapping[str, Any]:
        folder = slug(post.key)
        return {
            "version": 1,
            "key": post.key,
            "at": post.at.isoformat(),
            **_words(post),
            "lang": post.lang,
            "made_by_ai": post.made_by_ai,
            "seconds": post.seconds,
            "sha256": post.sha256,
            "files": {name: self._address(f"{folder}/{name}") for name in _files(post)},
        }

    def _address(self, name: str) -> str:
        base, prefix = self._settings.public_base_url, self._settings.prefix.strip("/")
        if not base:
            return self._bucket.address(name)
        return "/".join(part for part in (base.rstrip("/"), prefix, name) if part)

    def _receipt(self, post: Post) -> Receipt:
        folder = slug(post.key)
        return Receipt(self.name, folder, self._address(f"{folder}/{CLIP}"), post.at)


def _words(post: Post) -> dict[str, Any]:
    texts = {"title": post.title, "text": post.text, "alt": post.alt}
    return {**texts, "tags": post.tags, "credits": post.credits}


def _files(post: Post) -> dict[str, Path]:
    """Name what is laid down. Captions share the clip's stem, so that players find them."""
    return {CLIP: post.clip, **beside(post)}


def _sha256(path: Path) -> str:
    """Hash a small file (hex). Raises Refused."""
    with opened(path) as file:
        return hashlib.sha256(file.read()).hexdigest()
