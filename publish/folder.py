"""A folder of clips with a podcast feed; works everywhere and needs no key.

Each post has a folder of its own, named from its key and never from its title. The feed is
written last and in one step: its entry is the moment of publication. An entry that falls out of
the feed (`keep`) leaves its files where they are.
"""

import asyncio
import shutil
import xml.etree.ElementTree as ET
from collections.abc import AsyncGenerator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from publish import (
    Caps,
    ChannelDown,
    Limits,
    Post,
    Receipt,
    Refused,
    State,
    Stats,
    _podcast,
)
from publish._disk import alone, aside, copy, digest, usable
from publish._files import beside
from publish._slug import slug

__all__ = ["Plugin", "Settings"]

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
        with self._disk():
            entries = self._entries()
            if not _podcast.holds(entries, post.key):
                raise Refused(f"{self.name}: {receipt.id} is not in the feed any more")
            self._announce(post, entries)

    def _delete(self, receipt: Receipt) -> None:
        with self._disk():
            entries = self._entries()
            if _podcast.holds(entries, receipt.id):
                self._write(_podcast.without(receipt.id, entries))
            shutil.rmtree(self._root / slug(receipt.id), ignore_errors=True)

    def _prepare(self, post: Post) -> None:
        with self._disk():
            if not self._is_out(post, self._entries()):
                self._lay_down(post)

    def _commit(self, post: Post) -> None:
        with self._disk():
            entries = self._entries()
            if not self._is_out(post, entries):
                self._lay_down(post)
                self._announce(post, entries)

    def _find(self, post: Post) -> bool:
        with self._disk(writes=False):
            return (
                _podcast.holds(self._entries(), post.key)
                and digest(self._clip(post)) == post.sha256
            )

    def _is_out(self, post: Post, entries: list[ET.Element]) -> bool:
        """Tell whether this very post is out. Raises Refused where its key has another clip."""
        there = digest(self._clip(post)) if _podcast.holds(entries, post.key) else ""
        if there not in ("", post.sha256):
            raise Refused(f"{self.name}: {post.key} is out with another clip (sha256 {there:.12})")
        return there == post.sha256

    def _lay_down(self, post: Post) -> None:
        clip = self._clip(post)
        clip.parent.mkdir(exist_ok=True)
        if digest(clip) != post.sha256:
            if digest(post.clip) != post.sha256:
                raise Refused(f"{post.clip} is gone or not the clip that was approved: render it")
            copy(post.clip, clip)
        for name, source in beside(post).items():
            copy(source, clip.with_name(name))

    def _announce(self, post: Post, entries: list[ET.Element]) -> None:
        new = _podcast.entry(
            post, self._address(post), list(beside(post)), self._clip(post).stat().st_size
        )
        self._write(_podcast.placed(new, entries))

    def _write(self, entries: list[ET.Element]) -> None:
        ours = self._settings
        feed = _podcast.document(
            ours.title,
            ours.link,
            ours.language,
            f"{self._base}/{self._feed.name}",
            entries[: ours.keep],
        )
        with aside(self._feed) as file:
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
    def _disk(self, *, writes: bool = True) -> Iterator[None]:
        """Use the folder, as its only writer where it is written to. Raises ChannelDown."""
        with usable(self.name, self._root), ExitStack() as stack:
            if writes:
                stack.enter_context(alone(self.name, self._root))
            yield
