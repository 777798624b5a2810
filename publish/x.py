"""X: uploaded in pieces, made ready there, posted by one call that X cannot tell from a second.

Whether a post is out is looked up in the own timeline, by the id of its clip: texts come back
changed, ids do not. Read in November 2026: docs.x.com/x-api, "Create Posts", "Media upload".
"""

from collections.abc import AsyncGenerator
from datetime import UTC
from io import BytesIO
from typing import Any

import aiohttp

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
from publish._calls import Answer, same_clip, sane
from publish._files import size_of
from publish._pieces import Piece, parted, streamed
from publish._tokens import Account, Clock, Grant, Signed, Tokens, utc
from publish._x import listed, numbers, processing, reason, shows, wait_s

__all__ = ["GRANT", "Plugin", "Settings"]

GRANT = Grant(
    "https://x.com/i/oauth2/authorize",
    "https://api.x.com/2/oauth2/token",
    ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
    basic=True,
    port=8765,  # X takes only the very address that was registered
)
LIMITS = Limits(None, Room(280, "weighted", 23), alt=None, apart=frozenset({"ai"}))
FILM = Film(0.5, 1200.0, 8_000_000_000, (1 / 3, 3.0))
PIECE = 4 * 1024 * 1024  # 5 MB at most
PAGES = 5  # of 100 posts of our own that are looked through


class Settings(Account):
    """The table of a channel on X: nothing but the app that was registered."""


class Plugin:
    """An account on X."""

    def __init__(
        self, name: str, settings: Settings, http: aiohttp.ClientSession, clock: Clock = utc
    ) -> None:
        self.name = name
        self.caps = Caps("lookup", LIMITS, FILM, corrects="reply", deletes=True)
        tokens = Tokens(name, GRANT, settings, http)
        self.lease = tokens.lease
        self._calls = Signed(name, http, tokens, clock=clock)
        self._api = str(settings.api or "https://api.x.com/").rstrip("/") + "/2"

    def check(self, post: Post) -> tuple[str, ...]:
        """Find nothing beyond the caps."""
        return ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Upload piece by piece, going on where the last try ended; then wait until it plays."""
        await same_clip(post)
        if "user" not in state:
            state = {"user": await self._id("GET", "users/me")}
            yield state
        known = await self._status(state["media"]) if "media" in state else None
        if known is None:
            state = {"user": state["user"]}  # X keeps an upload for a day
        whole = "whole" in state
        total = size_of(post.clip)
        if "media" not in state:
            told = {"media_category": "tweet_video", "media_type": "video/mp4"}
            asked = {**told, "total_bytes": total}
            media = await self._id("POST", "media/upload/initialize", json=asked)
            state = {**state, "media": media, "sent": "0"}
            yield state
        upload = f"media/upload/{state['media']}"
        pieces = parted(total, PIECE)
        for number in range(int(state["sent"]), len(pieces)):
            await self._append(f"{upload}/append", number, post, pieces[number])
            state = {**state, "sent": str(number + 1)}
            yield state
        if not whole:
            await self._ask("POST", f"{upload}/finalize", allow=(400,))  # it may be done already
            state = {**state, "whole": "1"}
            yield state
            known = await self._status(state["media"])
        self._see_ready(known or {"state": "failed"})

    async def commit(self, post: Post, state: State) -> Receipt:
        """Post it."""
        said = {"text": post.text, "made_with_ai": post.made_by_ai}
        return await self._post(post, {**said, "media": {"media_ids": [state["media"]]}})

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Look for its clip in the own timeline; X gives a clip to one post of ours only."""
        if "media" not in state:
            raise OutcomeUnknown(f"{self.name} cannot find a post without a clip: look there")
        since = post.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = {"max_results": "100", "tweet.fields": "attachments", "start_time": since}
        for _ in range(PAGES):
            answer = await self._look(f"users/{state['user']}/tweets", asked)
            for tweet in listed(answer, self.name):
                if shows(tweet, state["media"]):
                    return self._receipt(post, sane(tweet.get("id")))
            if not (token := answer.word("meta", "next_token")):
                return None
            asked["pagination_token"] = token
        raise OutcomeUnknown(f"{self.name} has too many posts to look through: look there")

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Refuse: nothing is changed here once it is out."""
        raise Refused(f"{self.name} changes no post, answer below it: {receipt.url}")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Answer below a post."""
        below = {"in_reply_to_tweet_id": receipt.id}
        return await self._post(post, {"text": post.text, "reply": below})

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take it down; one that is gone is well."""
        answer = await self._ask("DELETE", f"tweets/{receipt.id}", allow=(404,))
        data = answer.told().get("data")
        if answer.status != 404 and not (isinstance(data, dict) and data.get("deleted") is True):
            raise ChannelDown(f"{self.name} said yes and took nothing down: {answer}")

    async def stats(self, receipt: Receipt) -> Stats:
        """Ask for views, likes, shares and answers."""
        asked = {"tweet.fields": "public_metrics"}
        return numbers(await self._look(f"tweets/{receipt.id}", asked))

    async def _post(self, post: Post, body: dict[str, Any]) -> Receipt:
        answer = await self._calls.once("POST", f"{self._api}/tweets", json=body)
        if not (number := answer.word("data", "id")).isdecimal():
            raise OutcomeUnknown(f"{self.name} said yes and named no post: {answer}")
        return self._receipt(post, number)

    async def _append(self, path: str, number: int, post: Post, piece: Piece) -> None:
        sent = b"".join([some async for some in streamed(post.clip, piece)()])

        def body() -> aiohttp.FormData:
            form = aiohttp.FormData()
            form.add_field("segment_index", str(number))
            form.add_field("media", BytesIO(sent), filename="clip.mp4")
            return form

        await self._ask("POST", path, body=body, timeout_s=300.0)

    async def _status(self, media: str) -> dict[str, Any] | None:
        """Ask how far X is with a clip; None where it is forgotten."""
        asked = {"command": "STATUS", "media_id": media}
        answer = await self._look("media/upload", asked, allow=(400, 404))
        return processing(answer, media, self.name)

    def _see_ready(self, info: dict[str, Any]) -> None:
        if info.get("state") == "succeeded":
            return
        if info.get("state") == "failed":
            raise Refused(f"{self.name} cannot use the clip: {reason(info)}")
        raise ChannelDown(f"{self.name} is still at work on the clip", wait_s(info))

    async def _id(self, method: str, path: str, **more: Any) -> str:
        answer = await self._ask(method, path, **more)
        if not (number := answer.word("data", "id")).isdecimal():
            raise ChannelDown(f"{self.name} said yes and named nothing: {answer}")
        return number

    async def _ask(
        self, method: str, path: str, allow: tuple[int, ...] = (), **more: Any
    ) -> Answer:
        url = f"{self._api}/{path}"
        return await self._calls.ask(method, url, allow=allow, **more)

    async def _look(self, path: str, asked: dict[str, str], allow: tuple[int, ...] = ()) -> Answer:
        url = f"{self._api}/{path}"
        return await self._calls.look(url, allow=allow, params=asked)

    def _receipt(self, post: Post, number: str) -> Receipt:
        return Receipt(self.name, number, f"https://x.com/i/status/{number}", post.at)
