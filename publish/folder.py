"""A folder of clips with a podcast feed; works everywhere and needs no key.

Each post has a folder of its own, named from its key and never from its title. The feed is
written last and in one step: its entry is the moment of publication. An entry that falls out of
the feed (`keep`) leaves its files where they are.
"""

import asyncio
import fcntl
import hashlib
import os
import shutil
import time
import xml.etree.ElementTree as ET
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from publish import (
    Caps,
    ChannelDown,
    Limits,
    Post,
    PublishError,
    Receipt,
    Refused,
    State,
    Stats,
    _podcast,
)
from publish._slug import slug

__all__ = ["Plugin", "Settings"]

LOCK_WAIT_S = 10.0
CLIP = "clip.mp4"


class Settings(BaseModel):
    """The table of a folder channel.

    `base_url` is the address under which a web server shows `path`: podcast apps need it. Left
    empty, the feed points at the files of this machine. `link` is the site the feed belongs to.
    `clean` asks for the clip without the brand's logo.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    title: str = "Wirereel"
    link: str = Field("http://localhost/", pattern=r"^https?://.")
    base_url: str = Field("", pattern=r"^(https?://.+)?$")
    language: str = "en"
    keep: int = Field(200, ge=1)
    clean: bool = False


class Plugin:
    """The folder as a channel. The same key again is harmless."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        limits = Limits(apart=frozenset({"ai", "credits", "tags"}))
        clean = settings.clean
        self.caps = Caps("native", limits, clean=clean, corrects="edit", deletes=True)
        self._settings = settings
        self._root = settings.path.expanduser().absolute()
        self._feed = self._root / "feed.xml"
        self._base = settings.base_url.rstrip("/") or self._root.as_uri()

    def check(self, post: Post) -> tuple[str, ...]:
        """Say what a feed entry lacks."""
        return () if _podcast.plain(post.title) else ("the title is empty: an entry needs one",)

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Lay the files down, where no feed points at them yet."""
        await asyncio.to_thread(self._prepare, post)
        yield state

    async def commit(self, post: Post, state: State) -> Receipt:
        """Put the entry into the feed, and first the files that are not there yet."""
        await asyncio.to_thread(self._commit, post)
        return self._receipt(post)

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Look for the entry and for the very clip that it stands for."""
        return self._receipt(post) if await asyncio.to_thread(self._find, post) else None

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Write the entry anew under the key it has; the clip stays."""
        await asyncio.to_thread(self._edit, post, receipt)

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: nobody can answer in a feed."""
        raise Refused(f"{self.name} takes no answers: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take the entry out of the feed, then the files away."""
        await asyncio.to_thread(self._delete, receipt)

    async def stats(self, receipt: Receipt) -> Stats:
        """Tell nothing: a folder does not know who looks."""
        return {}

    def _edit(self, post: Post, receipt: Receipt) -> None:
        post = replace(post, key=receipt.id)
        with self._disk(), self._alone():
            entries = self._entries()
            if not _named(post, entries):
                raise Refused(f"{self.name}: {receipt.id} is not in the feed any more")
            self._announce(post, entries)

    def _delete(self, receipt: Receipt) -> None:
        with self._disk(), self._alone():
            entries = self._entries()
            left = [e for e in entries if _podcast.key_of(e) != _podcast.plain(receipt.id)]
            if len(left) < len(entries):
                self._write(left)
            shutil.rmtree(self._root / slug(receipt.id), ignore_errors=True)

    def _prepare(self, post: Post) -> None:
        with self._disk(), self._alone():
            if not self._is_out(post, self._entries()):
                self._lay_down(post)

    def _commit(self, post: Post) -> None:
        with self._disk(), self._alone():
            entries = self._entries()
            if not self._is_out(post, entries):
                self._lay_down(post)
                self._announce(post, entries)

    def _find(self, post: Post) -> bool:
        with self._disk():
            return _named(post, self._entries()) and _sha256(self._clip(post)) == post.sha256

    def _is_out(self, post: Post, entries: list[ET.Element]) -> bool:
        """Tell whether this very post is out. Raises Refused where its key has another clip."""
        there = _sha256(self._clip(post)) if _named(post, entries) else ""
        if there not in ("", post.sha256):
            raise Refused(f"{self.name}: {post.key} is out with another clip (sha256 {there:.12})")
        return there == post.sha256

    def _lay_down(self, post: Post) -> None:
        clip = self._clip(post)
        clip.parent.mkdir(exist_ok=True)
        if _sha256(clip) != post.sha256:
            if _sha256(post.clip) != post.sha256:
                raise Refused(f"{post.clip} is gone or not the clip that was approved: render it")
            _copy(post.clip, clip)
        for name, source in _beside(post).items():
            _copy(source, clip.with_name(name))

    def _announce(self, post: Post, entries: list[ET.Element]) -> None:
        new = _podcast.entry(
            post, self._address(post), list(_beside(post)), self._clip(post).stat().st_size
        )
        key = _podcast.key_of(new)
        if any(_podcast.key_of(e) == key for e in entries):  # an edit keeps its place
            self._write([new if _podcast.key_of(e) == key else e for e in entries])
        else:
            self._write([new, *entries])

    def _write(self, entries: list[ET.Element]) -> None:
        ours = self._settings
        feed = _podcast.document(
            ours.title,
            ours.link,
            ours.language,
            f"{self._base}/{self._feed.name}",
            entries[: ours.keep],
        )
        with _aside(self._feed) as file:
            file.write(feed)

    def _entries(self) -> list[ET.Element]:
        try:
            return _podcast.entries(self._feed.read_bytes())
        except FileNotFoundError:
            return []
        except ET.ParseError as error:
            way_out = "mend it, or move it away to start a new one"
            raise ChannelDown(f"{self._feed} is damaged ({error}): {way_out}") from error

    def _clip(self, post: Post) -> Path:
        return self._root / slug(post.key) / CLIP

    def _address(self, post: Post) -> str:
        return f"{self._base}/{slug(post.key)}"

    def _receipt(self, post: Post) -> Receipt:
        return Receipt(self.name, post.key, f"{self._address(post)}/{CLIP}", post.at)

    @contextmanager
    def _disk(self) -> Iterator[None]:
        """Turn what the disk refuses into ChannelDown."""
        try:
            yield
        except PublishError:  # ChannelDown is an OSError itself
            raise
        except OSError as error:
            way_out = "free space, or see who may write there"
            raise ChannelDown(
                f"{self.name}: cannot use {self._root} ({error}): {way_out}"
            ) from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep every other writer out, of this process or another."""
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / ".lock").open("w") as lock:
            end = time.monotonic() + LOCK_WAIT_S
            while not _taken(lock.fileno()):
                if time.monotonic() > end:
                    raise ChannelDown(f"{self.name}: another process holds {lock.name}", 30.0)
                time.sleep(0.02)
            yield


def _named(post: Post, entries: list[ET.Element]) -> bool:
    return _podcast.plain(post.key) in map(_podcast.key_of, entries)


def _beside(post: Post) -> dict[str, Path]:
    """Name what lies beside the clip. Captions share its stem, so that players find them."""
    files = {f"clip{path.suffix}": path for path in post.captions}
    if post.cover:
        files[f"cover{post.cover.suffix}"] = post.cover
    if post.sources:
        files["sources.json"] = post.sources
    return files


def _sha256(path: Path) -> str:
    """Hash a file (hex); "" where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _copy(source: Path, target: Path) -> None:
    try:
        reader = source.open("rb")
    except OSError as error:
        raise Refused(
            f"{source} cannot be read ({error.strerror}): render the clip again"
        ) from error
    with reader, _aside(target) as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)


@contextmanager
def _aside(target: Path) -> Iterator[BinaryIO]:
    """Write beside `target`, then put it in place in one step: a crash leaves old or new, whole."""
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    _sync(target.parent)


def _sync(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
