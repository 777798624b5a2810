"""TikTok: uploaded piece by piece, posted by TikTok itself as soon as the last piece is in.

So the last piece is the one call that counts: what was begun and not ended is never seen. Privacy,
comments, duets and stitches are chosen by a person for each post, with nothing preset; no logo may
be on the clip. Read in November 2026: developers.tiktok.com, "Direct Post", "Media Transfer Guide",
"Get Post Status", "Content Sharing Guidelines".
"""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import aiohttp
from yarl import URL

from publish import (
    Caps,
    ChannelDown,
    Choice,
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
from publish._calls import Answer, Calls, same_clip
from publish._files import UPLOAD_S, size_of
from publish._pieces import Piece, streamed
from publish._tiktok import PRIVACY, Status, plan, see, see_creator, status_of, words
from publish._tokens import Account, Clock, Grant, Signed, Tokens, utc

__all__ = ["GRANT", "Plugin", "Settings"]

GRANT = Grant(
    "https://www.tiktok.com/v2/auth/authorize/",
    "https://open.tiktokapis.com/v2/oauth/token/",
    ("user.info.basic", "video.publish"),
    pkce="hex",
    client="client_key",
    comma=True,
)
LIMITS = Limits(None, Room(2200, "utf-16"), alt=None, links=0, apart=frozenset({"ai"}))
FILM = Film(3.0, 600.0, 4_000_000_000)
CHOICES = (
    Choice("privacy", "Who may see it on TikTok?", tuple(PRIVACY)),
    Choice("comment", "May people comment on it?", ("yes", "no")),
    Choice("duet", "May people make a duet with it?", ("yes", "no")),
    Choice("stitch", "May people stitch it?", ("yes", "no")),
)
OPEN_FOR = timedelta(minutes=55)  # an upload address lives for an hour
BUSY_S = 20.0
OVER = (400, 403, 404, 410, 416)  # an address that is no more, or has all it wanted


class Settings(Account):
    """The table of a TikTok channel: `client_id` is what TikTok calls the client key."""


class Plugin:
    """An account on TikTok. A post is named by its publish_id: it is all that TikTok promises."""

    def __init__(
        self, name: str, settings: Settings, http: aiohttp.ClientSession, clock: Clock = utc
    ) -> None:
        self.name = name
        self.caps = Caps("lookup", LIMITS, FILM, clean=True, choices=CHOICES)
        self._tokens = Tokens(name, GRANT, settings, http)
        self.lease = self._tokens.lease
        self._calls = Signed(name, http, self._tokens, clock=clock)
        self._there = Calls(name, http)  # an upload address is its own key
        self._clock = clock
        self._home = str(settings.api or "https://open.tiktokapis.com/")
        self._api = f"{self._home}v2/post/publish"

    def check(self, post: Post) -> tuple[str, ...]:
        """Find nothing: what a person has to choose is asked when it is approved."""
        return ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Open the upload and send all but the last piece, going on where the last try ended."""
        await same_clip(post)
        total = size_of(post.clip)
        if "publish" in state:
            status = await self._status(state["publish"])
            if status.state == "FAILED":
                raise Refused(f"{self.name} does not post it: {status.reason}")
            if status.begun(total) and self._clock() > datetime.fromisoformat(state["until"]):
                state = {}  # its last piece never came, and now never will
        if "publish" not in state:
            creator = await self._creator(post)
            state = {"creator": creator, **await self._begin(post, total), "sent": "0"}
            yield state
        for number, piece in list(enumerate(plan(total)[1]))[int(state["sent"]) : -1]:
            await self._put_early(post, state["address"], piece, total)
            state = {**state, "sent": str(number + 1)}
            yield state

    async def commit(self, post: Post, state: State) -> Receipt:
        """Send the last piece, and hear what TikTok makes of it."""
        total = size_of(post.clip)
        last = plan(total)[1][-1]
        await self._tokens.fresh(self._clock())  # else nobody could hear what became of it
        sent = await self._there.once(
            *("PUT", URL(state["address"], encoded=True)),
            headers=_head(last, total),
            data=streamed(post.clip, last)(),
            timeout_s=UPLOAD_S,
            allow=OVER,
        )
        try:
            receipt = self._known(post, state, await self._status(state["publish"]))
        except ChannelDown as error:  # a refusal is TikTok's own: nothing will be out
            raise OutcomeUnknown(f"{self.name} has the clip: {error}") from error
        if receipt is None and sent.status in OVER:  # prepared again, it is begun anew in time
            raise ChannelDown(f"{self.name} did not take the last piece: {sent}")
        if receipt is None:
            raise OutcomeUnknown(f"{self.name} said {sent.status} and has not all of the clip")
        return receipt

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Ask what became of it; what TikTok refuses is told when it is prepared again."""
        if "publish" not in state:
            return None
        status = await self._status(state["publish"])
        return None if status.state == "FAILED" else self._known(post, state, status)

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Refuse: TikTok has no call for it."""
        raise Refused(f"{self.name} cannot be changed from here, do it there: {receipt.url}")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: TikTok has no call for it."""
        raise Refused(f"{self.name} cannot be answered from here, do it there: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Refuse: TikTok has no call for it."""
        raise Refused(f"{self.name} cannot be taken down from here, do it there: {receipt.url}")

    async def stats(self, receipt: Receipt) -> Stats:
        """Tell nothing: that is another permission, with another audit."""
        return {}

    def _known(self, post: Post, state: State, status: Status) -> Receipt | None:
        """Read a status: out, surely not, or nobody can tell yet. Raises ChannelDown, Refused."""
        if status.state == "FAILED":
            raise Refused(f"{self.name} does not post it: {status.reason}")
        if status.begun(size_of(post.clip)):
            return None
        if status.state != "PUBLISH_COMPLETE":
            raise ChannelDown(f"{self.name} is still at work on it ({status.state})", BUSY_S)
        url = f"https://www.tiktok.com/@{state['creator']}"
        if status.video:  # told after the moderation, and only of public posts
            url = f"{url}/video/{status.video}"
        return Receipt(self.name, state["publish"], url, post.at)

    async def _creator(self, post: Post) -> str:
        """Ask what this account may do now; answers its name."""
        answer = await self._ask("creator_info/query/", {})
        return see_creator(answer, post, self.name)

    async def _begin(self, post: Post, total: int) -> State:
        """Open an upload. One that is lost on the way here was never sent a byte."""
        size, pieces = plan(total)
        file = {"video_size": total, "chunk_size": size, "total_chunk_count": len(pieces)}
        source = {"source": "FILE_UPLOAD", **file}
        answer = await self._ask("video/init/", {"post_info": words(post), "source_info": source})
        publish, address = answer.word("data", "publish_id"), answer.word("data", "upload_url")
        if not publish or not address.startswith(("https://", self._home)):
            raise ChannelDown(f"{self.name} opened no upload: {answer}")
        until = self._clock() + OPEN_FOR
        return {"publish": publish, "address": address, "until": until.isoformat()}

    async def _put_early(self, post: Post, address: str, piece: Piece, total: int) -> None:
        body = streamed(post.clip, piece)()
        head, url = _head(piece, total), URL(address, encoded=True)
        await self._there.ask("PUT", url, headers=head, data=body, timeout_s=UPLOAD_S)

    async def _status(self, publish: str) -> Status:
        try:
            answer = await self._ask("status/fetch/", {"publish_id": publish})
        except Refused as error:
            raise ChannelDown(f"{self.name} cannot be asked: {error}") from error
        return status_of(answer, self.name)

    async def _ask(self, path: str, body: dict[str, object]) -> Answer:
        url = f"{self._api}/{path}"
        answer = await self._calls.ask("POST", url, json=body, allow=(400, 403, 404))
        see(answer, self.name)
        return answer


def _head(piece: Piece, total: int) -> dict[str, str]:
    size = {"Content-Length": str(piece.size), "Content-Range": piece.of(total)}
    return {"Content-Type": "video/mp4", **size}
