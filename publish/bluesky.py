"""Bluesky: a post with the clip, on bsky.social or a server of your own.

The name of the post is made from its key and written down before anything is sent: the same post
again is the same record to the server, so a lost answer costs nothing. Bluesky shows no edits;
corrections are answers below the post. Limits as of November 2026: 300 graphemes, alt text 1000,
3 minutes, 100 MB on every version (newer ones take 300), subtitles 20 kB.
"""

from collections.abc import AsyncGenerator
from pathlib import Path
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
from publish._atproto import Session, VideoHost, blob_of, moment_of
from publish._atproto_records import POST, film, later_key, page_of, record_key, words
from publish._calls import Answer, looking, same_clip
from publish._files import size_of

__all__ = ["Plugin", "Settings"]

VIDEO_HOST = "https://video.bsky.app"
MOST_SUBTITLES = 20_000  # bytes (app.bsky.embed.video#caption)


class Settings(BaseModel):
    """The table of a Bluesky channel.

    `video` is who makes the clip ready before the post is out: "auto" is Bluesky's own host for
    accounts that live there and nobody elsewhere; "" is nobody; else the address of such a host.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    handle: str
    app_password: SecretStr
    service: HttpUrl = HttpUrl("https://bsky.social")
    video: HttpUrl | Literal["auto", ""] = "auto"


class Plugin:
    """A Bluesky account as a channel."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        limits = Limits(title=None, text=Room(300, "graphemes"), alt=Room(1000, "graphemes"))
        takes = Film(most_s=180.0, most_bytes=100_000_000)
        self.caps = Caps("native", limits, takes, corrects="reply", deletes=True)
        login = settings.handle, settings.app_password.get_secret_value()
        self._session = Session(name, str(settings.service), login, http)
        self._video = settings.video
        self._http = http

    def check(self, post: Post) -> tuple[str, ...]:
        """Find nothing beyond the limits."""
        return ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Name the post, then upload the clip and its subtitles."""
        await same_clip(post)
        if "rkey" not in state:
            rkey = record_key(post.key, post.at)
            state = {"rkey": rkey, "at": moment_of(await self._get(rkey))}
            yield state
        host = None if "video" in state else await self._host()
        while "video" not in state:
            if host and "job" not in state:
                state = {**state, "job": await host.take(post.clip, post.sha256)}
            elif video := await (host.made(state["job"]) if host else self._clip(post)):
                state = {**state, "video": video}
            else:
                yield {"rkey": state["rkey"], "at": state["at"]}
                raise ChannelDown(f"{self.name} has forgotten the upload: it is made anew", 0.0)
            yield state
        if (vtt := _subtitles(post)) and "subtitles" not in state:
            yield {**state, "subtitles": await self._blob(vtt, "text/vtt")}

    async def commit(self, post: Post, state: State) -> Receipt:
        """Write the record; the very same again changes nothing."""
        answer = await self._put(state["rkey"], film(post, state))
        if answer.status == 400 and "blob" in str(answer).lower():  # unused ones are kept for hours
            state = {**state, **await self._blobs(post)}
            answer = await self._put(state["rkey"], film(post, state))
        return self._receipt(post, answer, state["rkey"])

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Ask for the record by its name."""
        with looking(self.name):
            answer = await self._get(state.get("rkey") or record_key(post.key, post.at))
        if answer.status == 400 and answer.word("error") == "RecordNotFound":
            return None
        uri = answer.word("uri")
        if answer.status != 200 or not uri.startswith(f"at://{self._session.did}/{POST}/"):
            raise ChannelDown(f"{self.name}: no yes and no no: {answer}", answer.wait_s)
        return Receipt(self.name, uri, page_of(uri), post.at)

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Refuse: nobody would see an edit."""
        raise Refused(f"{self.name} shows no edits, answer below it: {receipt.url}")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Answer below a post; again it is the same record, never a second one."""
        parent = receipt.id.rpartition("/")[2]
        found = await self._get(parent)
        cid = found.word("cid")
        if found.status == 400:
            raise Refused(f"{self.name}: {receipt.url} is gone, there is nothing to answer")
        if not cid or found.word("uri") != receipt.id:
            raise ChannelDown(f"{self.name}: {receipt.url} cannot be read: {found}")
        above = {"uri": receipt.id, "cid": cid}
        rkey = later_key(parent, post.key)
        at = moment_of(found)
        record = words(post, at) | {"reply": {"root": above, "parent": above}}
        return self._receipt(post, await self._put(rkey, record), rkey)

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take the record away; one that is gone is well to the server too."""
        did, collection, rkey = receipt.id.split("/")[2:]
        body = {"repo": did, "collection": collection, "rkey": rkey}
        answer = await self._session.ask("POST", "com.atproto.repo.deleteRecord", json=body)
        if answer.status == 400:
            raise Refused(f"{self.name} answered {answer}")

    async def stats(self, receipt: Receipt) -> Stats:
        """Ask for likes, reposts with quotes, and answers; a bare server knows none."""
        query = {"uris": receipt.id}
        call, none = "app.bsky.feed.getPosts", (404, 501)
        answer = await self._session.ask("GET", call, params=query, allow=none)
        posts = answer.told().get("posts")
        told = posts[0] if isinstance(posts, list) and posts else {}
        if not isinstance(told, dict) or not told:
            return {}
        likes, replies = _count(told, "likeCount"), _count(told, "replyCount")
        shares = _count(told, "repostCount") + _count(told, "quoteCount")
        return {"likes": likes, "shares": shares, "comments": replies}

    async def _host(self) -> VideoHost | None:
        """Find who makes the clip ready; None for nobody."""
        url = str(self._video)
        if self._video == "auto":
            url = VIDEO_HOST if await self._session.hosted() else ""
        return VideoHost(self.name, url, self._session, self._http) if url else None

    async def _clip(self, post: Post) -> str:
        return await self._blob(post.clip, "video/mp4")

    async def _blob(self, path: Path, kind: str) -> str:
        answer = await self._session.upload(path, kind)
        if answer.status == 400:
            raise Refused(f"{self.name} answered {answer}")
        return blob_of(answer.told(), self.name)

    async def _blobs(self, post: Post) -> State:
        """Upload all anew; the same bytes are the same blobs."""
        found = {"video": await self._clip(post)}
        if vtt := _subtitles(post):
            found["subtitles"] = await self._blob(vtt, "text/vtt")
        return found

    async def _put(self, rkey: str, record: dict[str, Any]) -> Answer:
        did = await self._session.who()
        body = {"repo": did, "collection": POST, "rkey": rkey, "record": record}
        return await self._session.once("com.atproto.repo.putRecord", body)

    async def _get(self, rkey: str) -> Answer:
        query = {"repo": await self._session.who(), "collection": POST, "rkey": rkey}
        return await self._session.ask("GET", "com.atproto.repo.getRecord", params=query)

    def _receipt(self, post: Post, answer: Answer, rkey: str) -> Receipt:
        """Believe a yes that names our own record, and no other."""
        if answer.status == 400:
            raise Refused(f"{self.name} answered {answer}")
        uri = f"at://{self._session.did}/{POST}/{rkey}"
        if answer.word("uri") != uri:
            raise OutcomeUnknown(f"{self.name} said yes, but not to this post: {answer}")
        return Receipt(self.name, uri, page_of(uri), post.at)


def _subtitles(post: Post) -> Path | None:
    vtt = next((path for path in post.captions if path.suffix == ".vtt"), None)
    return vtt if vtt and size_of(vtt) <= MOST_SUBTITLES else None


def _count(told: dict[str, Any], name: str) -> int:
    value = told.get(name)
    return value if isinstance(value, int) else 0
