"""WordPress: an article with the clip on top, by its REST API and an application password.

The clip, its cover and captions go into the media library, the article is laid down as a draft;
to publish it is the one call that readers notice. The article's slug is made from the post's key
and looked for first: WordPress would quietly call a second one "slug-2".
"""

import html
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, SecretStr

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
from publish._calls import Answer, same_clip
from publish._slug import slug
from publish._wordpress import Site, gone
from publish._wordpress_article import article

__all__ = ["Plugin", "Settings"]


class Settings(BaseModel):
    """The table of a WordPress channel.

    `url` is the site's address. `password` is an application password of `user`, who must be an
    author at least. `categories` are ids. `most_mb` is what the site takes of one file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://[^?#]+$")
    user: str
    password: SecretStr
    categories: tuple[int, ...] = ()
    most_mb: int = Field(64, ge=1)
    clean: bool = False


class Plugin:
    """A WordPress site as a channel."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        film = Film(most_bytes=settings.most_mb * 1_000_000)
        limits = Limits(Room(300), Room(50_000))
        self.caps = Caps("lookup", limits, film, settings.clean, "edit", deletes=True, settle_s=5.0)
        self._settings = settings
        self._site = Site(name, settings.url, settings.user, settings.password, http)

    def check(self, post: Post) -> tuple[str, ...]:
        """Say what an article lacks."""
        return () if post.title.strip() else ("the title is empty: an article needs one",)

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Fill the media library, then lay down a draft."""
        await same_clip(post)
        for part, path in _files(post).items():
            if not await self._site.has("media", state.get(part, "")):
                name = f"{slug(post.key)}-{part}"
                number, url = await self._site.upload(name, path)
                state = {**state, part: number, f"{part}_url": url}
                yield state
        if not await self._site.has("posts", state.get("post", "")):
            state = {**state, "post": await self._draft(post, state)}
            yield state

    async def commit(self, post: Post, state: State) -> Receipt:
        """Publish the draft."""
        url = f"{self._site.api}/posts/{state['post']}"
        public = {"status": "publish"}
        answer = await self._site.once("POST", url, json=public, allow=(404, 410))
        if answer.status in (404, 410):
            raise ChannelDown(f"{self.name}: the draft is gone, another will be made")
        receipt = self._receipt(post, answer, state["post"])
        if receipt is None:
            raise OutcomeUnknown(f"{self.name} does not say that the article is out: {answer}")
        return receipt

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Look how the article stands."""
        if "post" not in state:
            return None
        try:
            answer = await self._site.look(f"posts/{state['post']}")
        except Refused as error:
            raise ChannelDown(f"{self.name} cannot be asked: {error}") from error
        if gone(answer) or answer.word("status") in ("draft", "pending", "trash"):
            return None
        receipt = self._receipt(post, answer, state["post"])
        if receipt is None:
            raise ChannelDown(f"{self.name}: no yes and no no: {answer}", answer.wait_s)
        return receipt

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Give the article its new words; the clip in it stays."""
        if not await self._site.has("posts", receipt.id):
            raise Refused(f"{self.name}: the article is not there any more: {receipt.url}")
        words = {"title": html.escape(post.title), "content": article(post, state)}
        answer = await self._site.ask("POST", f"{self._site.api}/posts/{receipt.id}", json=words)
        if answer.word("id") != receipt.id:
            raise ChannelDown(f"{self.name} does not say that it was changed: {answer}")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: an article is changed itself."""
        raise Refused(f"{self.name} takes no answers: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take the article away for good, not into the bin, then its media."""
        await self._site.remove(f"posts/{receipt.id}")
        for part in ("clip", "cover", "captions"):
            if part in state:
                await self._site.remove(f"media/{state[part]}")

    async def stats(self, receipt: Receipt) -> Stats:
        """Tell nothing: WordPress counts no views."""
        return {}

    async def _draft(self, post: Post, state: State) -> str:
        """Lay the draft down, or find the one of a try before. Raises Refused if it is no draft."""
        known = await self._site.first("posts", slug(post.key))
        words = {
            "slug": slug(post.key),
            "status": "draft",
            "title": html.escape(post.title),
            "content": article(post, state),
            "categories": list(self._settings.categories),
            "featured_media": int(state.get("cover", 0)),
        }
        if known.get("status", "draft") != "draft":
            raise Refused(f"{self.name} has an article {slug(post.key)} already: look there")
        where = f"posts/{known['id']}" if known else "posts"
        answer = await self._site.ask("POST", f"{self._site.api}/{where}", json=words)
        if not (number := answer.word("id")).isdecimal():
            raise ChannelDown(f"{self.name} does not say which draft it made: {answer}")
        return number

    def _receipt(self, post: Post, answer: Answer, number: str) -> Receipt | None:
        """Believe only an article of this very id that says it is out."""
        if answer.word("id") != number or answer.word("status") != "publish":
            return None
        return Receipt(self.name, number, answer.word("link") or self._settings.url, post.at)


def _files(post: Post) -> dict[str, Path]:
    vtt = next((path for path in post.captions if path.suffix == ".vtt"), None)
    files = {"clip": post.clip, "cover": post.cover, "captions": vtt}
    return {part: path for part, path in files.items() if path}
