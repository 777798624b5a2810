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
    Limits,
    OutcomeUnknown,
    Post,
    Receipt,
    Refused,
    State,
    Stats,
)
from publish._article import LINK, article
from publish._bucket import kind_of
from publish._calls import Answer, Calls, same_clip
from publish._files import UPLOAD_S, opened
from publish._slug import slug

__all__ = ["Plugin", "Settings"]


class Settings(BaseModel):
    """The table of a WordPress channel.

    `url` is the site's address. `password` is an application password of `user`, who must be an
    author at least. `categories` are ids. `clean` asks for the clip without the brand's logo.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://[^?#]+$")
    user: str
    password: SecretStr
    categories: tuple[int, ...] = ()
    clean: bool = False


class Plugin:
    """A WordPress site as a channel."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        can = {"clean": settings.clean, "deletes": True}
        self.caps = Caps("lookup", Limits(), corrects="edit", settle_s=5.0, **can)
        self._settings = settings
        self._api = settings.url.rstrip("/") + "/wp-json/wp/v2"
        login = aiohttp.BasicAuth(settings.user, settings.password.get_secret_value())
        self._calls = Calls(name, http, {"Authorization": login.encode()})

    def check(self, post: Post) -> tuple[str, ...]:
        """Say what an article lacks."""
        return () if post.title.strip() else ("the title is empty: an article needs one",)

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Fill the media library, then lay down a draft."""
        await same_clip(post)
        for part, path in _files(post).items():
            if not await self._is_there("media", state.get(part, "")):
                state = {**state, **await self._media(post, part, path)}
                yield state
        if not await self._is_there("posts", state.get("post", "")):
            state = {**state, "post": await self._draft(post, state)}
            yield state

    async def commit(self, post: Post, state: State) -> Receipt:
        """Publish the draft."""
        url = f"{self._api}/posts/{state['post']}"
        answer = await self._calls.once("POST", url, json={"status": "publish"}, allow=(404, 410))
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
        answer = await self._look(f"posts/{state['post']}")
        if _gone(answer) or answer.word("status") in ("draft", "pending", "trash"):
            return None
        receipt = self._receipt(post, answer, state["post"])
        if receipt is None:
            raise ChannelDown(f"{self.name}: no yes and no no: {answer}", answer.wait_s)
        return receipt

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Give the article its new words; the clip in it stays."""
        if not await self._is_there("posts", receipt.id):
            raise Refused(f"{self.name}: the article is not there any more: {receipt.url}")
        words = {"title": html.escape(post.title), "content": article(post, state)}
        answer = await self._calls.ask("POST", f"{self._api}/posts/{receipt.id}", json=words)
        if answer.word("id") != receipt.id:
            raise ChannelDown(f"{self.name} does not say that it was changed: {answer}")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: an article is changed itself."""
        raise Refused(f"{self.name} takes no answers: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take the article away for good, not into the bin, then its media."""
        await self._remove(f"posts/{receipt.id}")
        for part in ("clip", "cover", "captions"):
            if part in state:
                await self._remove(f"media/{state[part]}")

    async def stats(self, receipt: Receipt) -> Stats:
        """Tell nothing: WordPress counts no views."""
        return {}

    async def _media(self, post: Post, part: str, path: Path) -> dict[str, str]:
        """Put a file into the library, if a try before did not: its id and its address."""
        name = f"{slug(post.key)}-{part}"
        known = await self._first("media", name)
        if not known:
            named = f'attachment; filename="{name}{path.suffix}"'
            headers = {"Content-Disposition": named, "Content-Type": kind_of(path)}
            with opened(path) as file:
                url = f"{self._api}/media"
                sent = self._calls.ask("POST", url, data=file, headers=headers, timeout_s=UPLOAD_S)
                known = (await sent).told()
        number, url = known.get("id"), known.get("source_url")
        if not isinstance(number, int) or not isinstance(url, str) or not LINK.fullmatch(url):
            raise ChannelDown(f"{self.name} does not say where {path.name} is")
        return {part: str(number), f"{part}_url": url}

    async def _draft(self, post: Post, state: State) -> str:
        """Lay the draft down, or find the one of a try before. Raises Refused if it is no draft."""
        known = await self._first("posts", slug(post.key))
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
        answer = await self._calls.ask("POST", f"{self._api}/{where}", json=words)
        if not (number := answer.word("id")).isdecimal():
            raise ChannelDown(f"{self.name} does not say which draft it made: {answer}")
        return number

    async def _first(self, what: str, name: str) -> dict[str, object]:
        """Find a thing of our own by its slug; {} where there is none."""
        status = "any" if what == "posts" else "inherit"
        query = {"slug": name, "status": status, "context": "edit"}
        found = (await self._calls.ask("GET", f"{self._api}/{what}", params=query)).value()
        if not isinstance(found, list):
            raise ChannelDown(f"{self.name}: no WordPress answers at {self._api}")
        return next((f for f in found if isinstance(f, dict) and f.get("slug") == name), {})

    async def _is_there(self, what: str, number: str) -> bool:
        if not number:
            return False
        answer = await self._look(f"{what}/{number}")
        return not _gone(answer) and answer.word("status") != "trash"

    async def _look(self, what: str) -> Answer:
        url = f"{self._api}/{what}?context=edit"
        answer = await self._calls.ask("GET", url, allow=(404, 410))
        if not _gone(answer) and not answer.word("id"):
            raise ChannelDown(f"{self.name}: no WordPress answers at {self._api}: {answer}")
        return answer

    async def _remove(self, what: str) -> None:
        url = f"{self._api}/{what}?force=true"
        answer = await self._calls.ask("DELETE", url, allow=(404, 410))
        if not _gone(answer) and answer.told().get("deleted") is not True:
            raise ChannelDown(f"{self.name} does not say that {what} is gone: {answer}")

    def _receipt(self, post: Post, answer: Answer, number: str) -> Receipt | None:
        """Believe only an article of this very id that says it is out."""
        if answer.word("id") != number or answer.word("status") != "publish":
            return None
        return Receipt(self.name, number, answer.word("link") or self._settings.url, post.at)


def _files(post: Post) -> dict[str, Path]:
    vtt = next((path for path in post.captions if path.suffix == ".vtt"), None)
    files = {"clip": post.clip, "cover": post.cover, "captions": vtt}
    return {part: path for part, path in files.items() if path}


def _gone(answer: Answer) -> bool:
    """Tell a thing that is not there from a site that is not there."""
    return answer.status in (404, 410) and answer.word("code").startswith("rest_")
