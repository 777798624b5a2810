"""Mastodon: a status with the clip, on any instance.

A status is sent with an Idempotency-Key, which instances keep for an hour; so a lost answer is
looked up in the account's own statuses by the id of the uploaded clip, which is kept for good.
Limits as of November 2026: what an instance says of itself (`/api/v2/instance`) counts where it is
less than 500 characters, a link counting 23, and 99 MiB. docs.joinmastodon.org.
"""

from collections.abc import AsyncGenerator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any, Literal

import aiohttp
from pydantic import BaseModel, ConfigDict, HttpUrl, SecretStr

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
from publish._calls import Answer, Calls, looking, same_clip, sane
from publish._files import UPLOAD_S, name_of, opened

__all__ = ["Plugin", "Settings"]

BUSY_S = 5.0
PAGE, PAGES = 40, 10  # statuses in a page, pages of a look-up
SKEW = timedelta(hours=1)  # between its clock and ours
WAY_IN = "make a new access token there (Preferences, Development) and set it"


class Settings(BaseModel):
    """The table of a Mastodon channel. The token needs write:media, write:statuses and read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instance: HttpUrl
    token: SecretStr
    visibility: Literal["public", "unlisted", "private"] = "public"


class Plugin:
    """A Mastodon account as a channel."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        limits = Limits(title=None, text=Room(500, "graphemes", link=23), alt=Room(1500))
        film = Film(most_bytes=103_809_024)
        self.caps = Caps("lookup", limits, film, corrects="edit", deletes=True)
        self._visibility = settings.visibility
        self._root = str(settings.instance).rstrip("/")
        token = {"Authorization": f"Bearer {settings.token.get_secret_value()}"}
        self._calls = Calls(name, http, token, WAY_IN)

    def check(self, post: Post) -> tuple[str, ...]:
        """Find nothing beyond the limits."""
        return ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Upload the clip, then see that the instance is done with it."""
        await same_clip(post)
        if "media" not in state:
            await self._fits(post)
            state = {"media": await self._upload(post)}
            yield state
        answer = await self._calls.ask(
            "GET", f"{self._root}/api/v1/media/{state['media']}", allow=(404, 422)
        )
        if answer.status == 404:
            yield {}
            raise ChannelDown(f"{self.name} has forgotten the upload: it is made anew", 0.0)
        if answer.status == 422:
            raise Refused(f"{self.name} cannot use the clip: {answer}")
        if answer.status == 206 or answer.word("id") != state["media"]:
            raise ChannelDown(f"{self.name} is still at work on the clip: {answer}", BUSY_S)

    async def commit(self, post: Post, state: State) -> Receipt:
        """Send the status; within an hour the same again is the same status."""
        body = self._body(post, state["media"]) | {"visibility": self._visibility}
        answer = await self._calls.once(
            *("POST", f"{self._root}/api/v1/statuses"),
            json=body,
            headers={"Idempotency-Key": post.key},
            allow=(422,),
        )
        if answer.status == 422:
            said = f"{self.name} answered {answer}"
            if any(word in said for word in ("processing", "not found")):  # its files
                raise ChannelDown(said, BUSY_S)
            raise Refused(said)
        if receipt := self._receipt(post, answer.told(), state["media"]):
            return receipt
        raise OutcomeUnknown(f"{self.name} said yes, but not to this post: {answer}")

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Look through the account's own statuses, back to before the post was approved."""
        if "media" not in state:
            return None
        with looking(self.name):
            me = (await self._ask("GET", "accounts/verify_credentials")).word("id")
        query = {"exclude_reblogs": "true", "limit": str(PAGE)}
        for _ in range(PAGES):
            with looking(self.name):
                answer = await self._ask("GET", f"accounts/{me or '-'}/statuses", params=query)
            page = answer.value()
            times = [_when(status) for status in page] if isinstance(page, list) else [None]
            if not all(times):
                raise ChannelDown(f"{self.name}: no list of statuses: {answer}")
            found = (self._receipt(post, status, state["media"]) for status in page)
            if receipt := next(filter(None, found), None):
                return receipt
            if not page or any(when < post.at - SKEW for when in times if when):
                return None
            query["max_id"] = sane(page[-1].get("id"))
        raise OutcomeUnknown(f"{self.name}: more than {PAGE * PAGES} statuses since, look there")

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Give the status other words; its clip stays."""
        body = self._body(post, state["media"])
        answer = await self._ask("PUT", f"statuses/{receipt.id}", json=body, allow=(404,))
        if answer.status == 404:
            raise Refused(f"{self.name}: {receipt.url} is gone")
        if answer.word("id") != receipt.id:
            raise ChannelDown(f"{self.name}: no word whether it was changed: {answer}")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: a status is edited, which everyone who shared it is told."""
        raise Refused(f"{self.name} is corrected by an edit: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take the status down."""
        await self._ask("DELETE", f"statuses/{receipt.id}", allow=(404,))

    async def stats(self, receipt: Receipt) -> Stats:
        """Ask for favourites, boosts and answers, as far as this instance has heard of them."""
        told = (await self._ask("GET", f"statuses/{receipt.id}", allow=(404,))).told()
        names = {"likes": "favourites", "shares": "reblogs", "comments": "replies"}
        counts = {name: told.get(f"{field}_count") for name, field in names.items()}
        return {name: count for name, count in counts.items() if isinstance(count, int)}

    async def _ask(self, method: str, path: str, **more: Any) -> Answer:
        return await self._calls.ask(method, f"{self._root}/api/v1/{path}", **more)

    async def _fits(self, post: Post) -> None:
        """See that this instance takes as much as most do. Raises Refused."""
        answer = await self._calls.ask("GET", f"{self._root}/api/v2/instance", allow=(404,))
        most = answer.word("configuration", "statuses", "max_characters")
        limits = Limits(title=None, text=Room(int(most or 500), "graphemes", link=23))
        size = answer.word("configuration", "media_attachments", "video_size_limit")
        film = Film(most_bytes=int(size) if size else None)
        long = limits.faults("", post.text)
        if faults := (*long, *film.faults(post.seconds, post.size, post.width, post.height)):
            raise Refused(f"{self.name} takes less than most: {'; '.join(faults)}")

    async def _upload(self, post: Post) -> str:
        with ExitStack() as files:
            form = aiohttp.FormData({"description": post.alt})
            clip = files.enter_context(opened(post.clip))
            form.add_field("file", clip, filename=name_of(post), content_type="video/mp4")
            if post.cover:
                cover = files.enter_context(opened(post.cover))
                form.add_field("thumbnail", cover, filename=post.cover.name)
            url = f"{self._root}/api/v2/media"
            answer = await self._calls.ask("POST", url, data=form, timeout_s=UPLOAD_S)
        if media := answer.word("id"):
            return media
        raise ChannelDown(f"{self.name} took the clip and named no id for it: {answer}")

    def _body(self, post: Post, media: str) -> dict[str, Any]:
        body = {"status": post.text, "media_ids": [media]}
        return body | ({"language": post.lang} if post.lang else {})

    def _receipt(self, post: Post, told: dict[str, Any], media: str) -> Receipt | None:
        """Believe a status that has our clip; None for every other."""
        files = told.get("media_attachments")
        ours = isinstance(files, list) and {"id": media}.items() <= _first(files).items()
        id_, url = sane(told.get("id")), sane(told.get("url"))
        return Receipt(self.name, id_, url, post.at) if ours and id_ and url else None


def _first(files: list[Any]) -> dict[str, Any]:
    return files[0] if files and isinstance(files[0], dict) else {}


def _when(status: Any) -> datetime | None:
    """Read when a status was made; None where it is no status."""
    try:
        made = datetime.fromisoformat(status["created_at"])
    except (TypeError, KeyError, ValueError):
        return None
    return made if made.tzinfo else None
