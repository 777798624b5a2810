"""YouTube: uploaded as private, made public by one call that may be made again.

A vertical clip of three minutes at most becomes a Short. The upload can be resumed, and what it
leaves behind after a crash nobody sees: only the call that makes a video public counts. Read in
November 2026: developers.google.com/youtube/v3, "Resumable uploads", "Quota costs".
"""

import re
from collections.abc import AsyncGenerator
from typing import Any, Literal, get_args

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
from publish._calls import Answer, same_clip
from publish._files import size_of
from publish._resumable import resumed
from publish._tokens import Account, Clock, Grant, Signed, Tokens, utc
from publish._youtube import counts, part_of, see, see_ready, snippet, status

__all__ = ["GRANT", "Plugin", "Settings"]

GRANT = Grant(
    "https://accounts.google.com/o/oauth2/v2/auth",
    "https://oauth2.googleapis.com/token",
    ("https://www.googleapis.com/auth/youtube",),  # upload alone could not make a video public
    device_url="https://oauth2.googleapis.com/device/code",
    extra={"access_type": "offline", "prompt": "consent"},  # else there is no refresh token
)
LIMITS = Limits(Room(100), Room(5000, "bytes"), alt=None, apart=frozenset({"ai", "tags"}))
FILM = Film(most_s=43_200, most_bytes=256_000_000_000)
SESSION = re.compile(r"https://[\w-]+\.googleapis\.com/")
PROBLEMS = (400, 403, 404, 409)


Privacy = Literal["public", "unlisted", "private"]


class Settings(Account):
    """The table of a YouTube channel.

    `privacy` is what a video becomes when it is posted. `category` is YouTube's number of it, 25
    is News & Politics.
    """

    privacy: Privacy = "public"
    category: str = Field("25", pattern=r"^\d{1,3}$")


class Plugin:
    """A channel on YouTube."""

    def __init__(
        self, name: str, settings: Settings, http: aiohttp.ClientSession, clock: Clock = utc
    ) -> None:
        self.name = name
        self.caps = Caps("lookup", LIMITS, FILM, corrects="edit", deletes=True)
        self._settings = settings
        tokens = Tokens(name, GRANT, settings, http)
        self.lease = tokens.lease
        self._calls = Signed(name, http, tokens, clock=clock)
        self._clock = clock
        self._api = str(settings.api or "https://www.googleapis.com/").rstrip("/")
        self._videos = f"{self._api}/youtube/v3/videos"

    def check(self, post: Post) -> tuple[str, ...]:
        """Want a title: YouTube takes no video without."""
        return () if post.title.strip() else ("YouTube wants a title",)

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Upload it as private, going on where the last try ended; then wait until it plays."""
        await same_clip(post)
        known = await self._look(state["video"], "status") if "video" in state else None
        if "video" in state and known is None:
            state = {}  # somebody took it down there
        while "video" not in state:
            if fresh := "session" not in state:
                state = {"session": await self._begin(post)}
                yield state
            if video := await self._upload(post, state["session"]):
                state = {**state, "video": video}
                yield state
            elif fresh:
                raise ChannelDown(f"{self.name} forgot an upload that it just opened")
            else:
                state = {}
        see_ready(known or await self._look(state["video"], "status") or {}, self.name)

    async def commit(self, post: Post, state: State) -> Receipt:
        """Make it public. YouTube keeps what an unaudited project uploads private all the same."""
        body = {"id": state["video"], "status": status(post, self._settings.privacy)}
        answer = await self._calls.once(
            *("PUT", self._videos), params={"part": "status"}, json=body, allow=PROBLEMS
        )
        self._see(answer)
        became = answer.word("status", "privacyStatus")
        if answer.word("id") != state["video"] or not became:
            raise OutcomeUnknown(f"{self.name} said yes, but not to this video: {answer}")
        if became != self._settings.privacy:
            way_out = (
                "the project of client_id needs the audit of the YouTube API (docs/plugins.md)"
            )
            raise Refused(f"{self.name} keeps {_url(state['video'])} {became}: {way_out}")
        return self._receipt(post, state["video"])

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Look whether it is what it was to become."""
        if "video" not in state:
            return None
        told = await self._look(state["video"], "status")
        if told is not None and told.get("privacyStatus") not in get_args(Privacy):
            raise ChannelDown(f"{self.name}: nobody knows who may see {_url(state['video'])}")
        if told is None or told["privacyStatus"] != self._settings.privacy:
            return None
        return self._receipt(post, state["video"])

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Give it the new words."""
        body = {"id": receipt.id, "snippet": snippet(post, self._settings.category)}
        answer = await self._calls.ask(
            *("PUT", self._videos), params={"part": "snippet"}, json=body, allow=PROBLEMS
        )
        self._see(answer)

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: a video's own words are changed."""
        raise Refused(f"{self.name} changes the words of a video, it answers none: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take it down; one that is gone is well."""
        answer = await self._calls.ask(
            "DELETE", self._videos, params={"id": receipt.id}, allow=PROBLEMS
        )
        if answer.status != 404:
            self._see(answer)

    async def stats(self, receipt: Receipt) -> Stats:
        """Ask for views, likes and comments."""
        return counts(await self._look(receipt.id, "statistics") or {})

    async def _begin(self, post: Post) -> str:
        """Open an upload; answers its address, under which it can be resumed for a week."""
        answer = await self._calls.ask(
            *("POST", f"{self._api}/upload/youtube/v3/videos"),
            params={"uploadType": "resumable", "part": "snippet,status"},
            json={
                "snippet": snippet(post, self._settings.category),
                "status": status(post, "private"),
            },
            headers={
                "X-Upload-Content-Type": "video/mp4",
                "X-Upload-Content-Length": str(size_of(post.clip)),
            },
            allow=PROBLEMS,
        )
        self._see(answer)
        session = answer.headers.get("Location", "")
        if not (SESSION.match(session) or session.startswith(f"{self._api}/")):
            raise ChannelDown(f"{self.name} opened no upload: {answer}")
        return session

    async def _upload(self, post: Post, session: str) -> str:
        """Send what is missing; answers the id of the video, "" where the upload is forgotten."""
        answer = await resumed(self._calls, self.name, session, post.clip, PROBLEMS)
        if answer is None:
            return ""
        self._see(answer)
        if not answer.word("id"):
            raise ChannelDown(f"{self.name} has the clip and names no video: {answer}")
        return answer.word("id")

    async def _look(self, video: str, part: str) -> dict[str, Any] | None:
        """Read a part of a video; None where there is no such video. Raises ChannelDown."""
        query = {"part": part, "id": video}
        answer = await self._calls.look(self._videos, params=query)
        return part_of(answer, video, part, self.name)

    def _see(self, answer: Answer) -> None:
        see(answer, self.name, self._clock())

    def _receipt(self, post: Post, video: str) -> Receipt:
        return Receipt(self.name, video, _url(video), post.at)


def _url(video: str) -> str:
    return f"https://youtu.be/{video}"
