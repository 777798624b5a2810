"""Facebook: a reel of a page, by the API with Facebook Login.

The clip is sent to a video that nobody sees; to finish it as PUBLISHED is the one call that counts,
and Facebook works on it for some minutes after that. There is no field for AI: the note stands in
the text. Read in November 2026: developers.facebook.com, "Reels Publishing API".
"""

from collections.abc import AsyncGenerator
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
from publish._calls import same_clip, sane
from publish._graph import Gone, Page, inner, meta_grant
from publish._tokens import Account, Clock, Tokens, utc

__all__ = ["GRANT", "Plugin", "Settings"]

GRANT = meta_grant("pages_read_engagement", "pages_manage_posts", "pages_manage_engagement")
LIMITS = Limits(Room(255), Room(2200), None, tags=30)
FILM = Film(3.0, 90.0, 1_000_000_000, (0.56, 0.57))
PHASES = ("uploading_phase", "processing_phase", "publishing_phase")
AGAIN_S = 30.0


class Settings(Account):
    """The table of a Facebook channel.

    `page` is the number of the page (not its name). `version` is the Graph API's.
    """

    page: str = Field(pattern=r"^\d+$")
    version: str = Field("v24.0", pattern=r"^v\d+\.\d+$")
    clean: bool = False


class Plugin:
    """A Facebook page as a channel."""

    def __init__(
        self, name: str, settings: Settings, http: aiohttp.ClientSession, clock: Clock = utc
    ) -> None:
        self.name = name
        self.caps = Caps(
            "lookup", LIMITS, FILM, settings.clean, "edit", deletes=True, settle_s=60.0
        )
        tokens = Tokens(name, GRANT, settings, http)
        self.lease = tokens.lease
        api = str(settings.api or "https://graph.facebook.com").rstrip("/")
        base = f"{api}/{settings.version}"
        self._graph = Page(name, base, tokens, http, clock, settings.page)
        self._reels = f"{settings.page}/video_reels"
        upload = str(settings.api or "https://rupload.facebook.com").rstrip("/")
        self._upload = f"{upload}/video-upload/{settings.version}"

    def check(self, post: Post) -> tuple[str, ...]:
        """Find nothing beyond the caps."""
        return ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Open a video, a new one where the old is forgotten, and send the clip."""
        await same_clip(post)
        status = await self._status(state)
        if not status:
            told = await self._graph.ask("POST", self._reels, data={"upload_phase": "start"})
            if not (video := sane(told.get("video_id"))).isdecimal():
                raise ChannelDown(f"{self.name} does not say which video it opened")
            state = {"video": video}
            yield state
        if "sent" not in state:
            await self._graph.upload(f"{self._upload}/{state['video']}", post.clip)
            state = {**state, "sent": "yes"}
            yield state
            status = await self._status(state)
        self._see_sent(status)

    async def commit(self, post: Post, state: State) -> Receipt:
        """Finish the video as published."""
        told = {
            "upload_phase": "finish",
            "video_id": state["video"],
            "video_state": "PUBLISHED",
            "title": post.title,
            "description": post.text,
        }
        answer = await self._graph.once(self._reels, data=told)
        if answer.told().get("success") is not True:
            raise OutcomeUnknown(f"{self.name} does not say that it was published: {answer}")
        return self._receipt(post, state)

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Ask how far the video is."""
        try:
            status = await self._status(state)
        except Refused as error:
            raise OutcomeUnknown(f"{self.name} cannot be asked: {error}") from error
        if not status or _phase(status, PHASES[2]) == "error":
            return None
        if _phase(status, PHASES[2]) == "complete":
            return self._receipt(post, state)
        if _phase(status, PHASES[2]) == _phase(status, PHASES[1]) == "not_started":
            return None
        raise ChannelDown(f"{self.name} still works on the reel", AGAIN_S)

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Give the reel its new words."""
        told = {"description": post.text, "title": post.title}
        answer = await self._graph.ask("POST", receipt.id, data=told)
        if answer.get("success") is not True:
            raise ChannelDown(f"{self.name} does not say that it was changed")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: a reel's own words are changed."""
        raise Refused(f"{self.name} is corrected in the reel's own words: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take the reel down."""
        await self._graph.remove(receipt.id)

    async def stats(self, receipt: Receipt) -> Stats:
        """Ask how the reel does."""
        fields = "views,likes.limit(0).summary(true),comments.limit(0).summary(true)"
        told = await self._graph.ask("GET", receipt.id, params={"fields": fields})
        found = {"views": told.get("views")}
        for name in ("likes", "comments"):
            found[name] = inner(told, name, "summary", "total_count")
        return {name: n for name, n in found.items() if type(n) is int}

    async def _status(self, state: State) -> dict[str, Any]:
        """Ask how far a video is; {} where there is none."""
        if "video" not in state:
            return {}
        try:
            told = await self._graph.ask("GET", state["video"], params={"fields": "status"})
        except Gone:
            return {}
        status = told.get("status")
        if not isinstance(status, dict) or not _phase(status, PHASES[0]):
            raise ChannelDown(f"{self.name}: no yes and no no: {str(told)[:200]}", AGAIN_S)
        return status

    def _see_sent(self, status: dict[str, Any]) -> None:
        """See that the clip is there, whole and not yet published. Raises ChannelDown, Refused."""
        for phase in PHASES:
            if _phase(status, phase) == "error":
                why = sane(inner(status, phase, "error", "message"))
                raise Refused(f"{self.name} does not take the clip ({phase}): {why}")
        if _phase(status, PHASES[2]) == "complete":
            raise Refused(f"{self.name} says that it is out already: look there")
        if _phase(status, PHASES[0]) != "complete":
            raise ChannelDown(f"{self.name} still takes the clip in", AGAIN_S)

    def _receipt(self, post: Post, state: State) -> Receipt:
        url = f"https://www.facebook.com/reel/{state['video']}"
        return Receipt(self.name, state["video"], url, post.at)


def _phase(status: dict[str, Any], phase: str) -> str:
    return sane(inner(status, phase, "status"))
