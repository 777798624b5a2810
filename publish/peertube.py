"""PeerTube: a video on an instance, by its REST API and the account's password.

The clip is uploaded in pieces as a private video, is transcoded and dressed (cover, captions), and
becomes public by one call: only then do followers and other instances hear of it.
"""

from collections.abc import AsyncGenerator
from typing import Any

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
from publish._calls import same_clip, sane
from publish._peertube import Peer, gone

__all__ = ["Plugin", "Settings"]

PUBLIC, PRIVATE = 1, 3  # VideoPrivacy
READY, FAILED = 1, (7, 8)  # VideoState: published; transcoding or moving failed
AGAIN_S = 15.0


class Settings(BaseModel):
    """The table of a PeerTube channel.

    `url` is the instance. `channel` is the name of one of the account's channels, as it stands in
    its address. `category` is a number of the instance's list (11: news and politics). `most_mb` is
    what the account may upload.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(pattern=r"^https?://[^/?#]+/?$")
    username: str
    password: SecretStr
    channel: str = Field(pattern=r"^[A-Za-z0-9._-]+$")
    category: int = 11
    most_mb: int = Field(8000, ge=1)
    clean: bool = False


class Plugin:
    """A channel on a PeerTube instance."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        limits = Limits(Room(120), Room(10_000), None, tags=5, apart=frozenset({"tags"}))
        film = Film(most_bytes=settings.most_mb * 1_000_000)
        self.caps = Caps("lookup", limits, film, settings.clean, "edit", deletes=True)
        self._settings = settings
        self._site = settings.url.rstrip("/")
        self._api = Peer(name, self._site, settings.username, settings.password, http)

    def check(self, post: Post) -> tuple[str, ...]:
        """Say what is too short."""
        texts = ("title", post.title), ("text", post.text)
        return tuple(f"the {n} needs 3 characters at least" for n, t in texts if len(t.strip()) < 3)

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Upload it as a private video, wait until it is transcoded, dress it."""
        await same_clip(post)
        video: dict[str, Any] = {}
        if "uuid" in state and not (video := await self._api.video(state["uuid"])):
            state = {}  # somebody took it away there
        async for after in self._uploaded(post, state):
            state = after
            yield state
        if "dressed" not in state:
            await self._dress(post, state["uuid"])
            state, video = {**state, "dressed": "yes"}, {}
            yield state
        if "url" not in state:
            yield {**state, "url": self._playable(video or await self._api.video(state["uuid"]))}

    async def commit(self, post: Post, state: State) -> Receipt:
        """Make the video public."""
        url = f"/videos/{state['uuid']}"
        answer = await self._api.once("PUT", url, json={"privacy": PUBLIC}, allow=(404,))
        if answer.status == 404:
            raise ChannelDown(f"{self.name}: the video is gone, it will be uploaded again")
        if answer.status != 204:
            raise OutcomeUnknown(f"{self.name} does not say that the video is public: {answer}")
        return self._receipt(post, state)

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Look whether the video is public."""
        if "uuid" not in state:
            return None
        try:
            video = await self._api.video(state["uuid"])
        except Refused as error:
            raise ChannelDown(f"{self.name} cannot be asked: {error}") from error
        privacy = video.get("privacy")
        if not video or (isinstance(privacy, dict) and privacy.get("id") == PRIVATE):
            return None
        return self._receipt(post, state)

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Give the video its new words."""
        words = {"name": post.title, "description": post.text, "tags": _tags(post)}
        await self._done("PUT", f"/videos/{receipt.id}", json=words)

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: a video's own words are changed."""
        raise Refused(f"{self.name} is corrected in the video's own words: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take the video down, here and, as far as they obey, on other instances."""
        await self._done("DELETE", f"/videos/{receipt.id}", missing=True)

    async def stats(self, receipt: Receipt) -> Stats:
        """Ask for views, likes and comments."""
        video = await self._api.video(receipt.id)
        found = {name: video.get(name) for name in ("views", "likes", "comments")}
        return {name: n for name, n in found.items() if type(n) is int}

    async def _uploaded(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Upload the clip, from where a try before came to, or anew where that is forgotten."""
        for last in (False, True):
            if "uuid" in state:
                return
            if "upload" not in state:
                state = {"upload": await self._api.begin(post.clip, await self._told(post))}
                yield state
            uuid = await self._api.upload(post.clip, state["upload"])
            if not uuid and last:
                raise ChannelDown(f"{self.name} forgets its uploads")
            state = {**state, "uuid": uuid} if uuid else {}
            yield state

    async def _told(self, post: Post) -> dict[str, Any]:
        return {
            "filename": "clip.mp4",
            "channelId": await self._api.channel(self._settings.channel),
            "name": post.title,
            "description": post.text,
            "privacy": PRIVATE,
            "category": self._settings.category,
            "language": post.lang.partition("-")[0],
            "tags": _tags(post),
            "waitTranscoding": True,
        }

    async def _dress(self, post: Post, uuid: str) -> None:
        """Add what may fail by itself and be done again: the cover and the captions."""
        if post.cover:
            await self._api.send(f"/videos/{uuid}", "thumbnailfile", post.cover)
        lang = post.lang.partition("-")[0]
        for vtt in (path for path in post.captions if path.suffix == ".vtt"):
            await self._api.send(f"/videos/{uuid}/captions/{lang}", "captionfile", vtt)

    def _playable(self, video: dict[str, Any]) -> str:
        """See that it can be played; answers its address. Raises ChannelDown or Refused."""
        state = video.get("state")
        number = state.get("id") if isinstance(state, dict) else None
        if number in FAILED:
            raise Refused(f"{self.name} cannot transcode the clip (state {number})")
        if video.get("blacklisted") is True:
            raise Refused(f"{self.name}: a moderator blocks the video")
        if number != READY:
            raise ChannelDown(f"{self.name} still works on the video", AGAIN_S)
        return sane(video.get("url")) or self._site

    async def _done(self, method: str, url: str, *, missing: bool = False, **more: Any) -> None:
        """Change something; PeerTube says 204. With `missing` one that is gone is well."""
        answer = await self._api.ask(method, url, allow=(404,) if missing else (), **more)
        if answer.status != 204 and not gone(answer):
            raise ChannelDown(f"{self.name} does not say that it was done: {answer}")

    def _receipt(self, post: Post, state: State) -> Receipt:
        return Receipt(self.name, state["uuid"], state.get("url", self._site), post.at)


def _tags(post: Post) -> list[str]:
    """Take the hashtags that PeerTube takes: five, of 2 to 30 characters."""
    return [tag for tag in post.tags if 2 <= len(tag) <= 30][:5]
