"""LinkedIn: uploaded in the parts it asks for, posted by one call it cannot tell from a second.

Of an organisation's page it can be looked up whether a post is out, by the id of its clip; who may
read a person's posts is chosen by LinkedIn, so after a lost answer an editor is asked. Read in
November 2026: learn.microsoft.com/linkedin, "Posts API", "Videos API", "Social Metadata API".
"""

import json
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import quote

import aiohttp
from pydantic import Field
from yarl import URL

from publish import (
    Caps,
    ChannelDown,
    Film,
    Limits,
    OutcomeUnknown,
    Post,
    Receipt,
    Refused,
    Replay,
    Room,
    State,
    Stats,
)
from publish._calls import Answer, Calls, same_clip
from publish._files import UPLOAD_S, size_of
from publish._linkedin import PUBLIC, ended, parts_of, same_film, sums, wanted
from publish._linkedin_text import little
from publish._pieces import Piece, streamed
from publish._tokens import Account, Clock, Grant, Signed, Tokens, utc

__all__ = ["GRANT", "Plugin", "Settings"]

GRANT = Grant(
    "https://www.linkedin.com/oauth/v2/authorization",
    "https://www.linkedin.com/oauth/v2/accessToken",
    ("w_organization_social", "r_organization_social"),
    pkce="",  # LinkedIn's proof key is for apps without a secret, which it has to allow one by one
    port=8765,  # it takes only the very address that was registered
)
LIMITS = Limits(Room(200), Room(3000), alt=None, apart=frozenset())
FILM = Film(3.0, 1800.0, 500_000_000)


class Settings(Account):
    """The table of a LinkedIn channel.

    `author` is who posts, as LinkedIn names it. `version` is the month of its API that is spoken;
    LinkedIn ends each about a year later. A person needs `scopes = ["w_member_social"]`.
    """

    author: str = Field(pattern=r"^urn:li:(organization|person):[\w-]+$")
    version: str = Field("202610", pattern=r"^20\d{4}$")


class Plugin:
    """A page, or a person, on LinkedIn. It has no field for AI: the note stays in the text."""

    def __init__(
        self, name: str, settings: Settings, http: aiohttp.ClientSession, clock: Clock = utc
    ) -> None:
        self.name = name
        self._listed = settings.author.startswith("urn:li:organization:")
        replay: Replay = "lookup" if self._listed else "none"
        self.caps = Caps(replay, LIMITS, FILM, corrects="edit", deletes=True)
        self._author = settings.author
        tokens = Tokens(name, GRANT, settings, http)
        self.lease = tokens.lease
        spoken = {"LinkedIn-Version": settings.version, "X-Restli-Protocol-Version": "2.0.0"}
        self._calls = Signed(name, http, tokens, spoken, clock)
        self._there = Calls(name, http)  # the address of a part is its own key
        self._home = str(settings.api or "https://api.linkedin.com/")
        self._api = f"{self._home}rest"

    def check(self, post: Post) -> tuple[str, ...]:
        """See that the text fits in with its signs escaped."""
        length = len(little(post.text))
        return (f"the text has {length} characters as LinkedIn counts",) if length > 3000 else ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Upload the parts, going on where the last try ended; then wait until it plays."""
        await same_clip(post)
        known = await self._status(state["video"]) if "video" in state else ""
        if not known:  # not begun, or LinkedIn has forgotten it
            state = await self._begin(size_of(post.clip))
            yield state
        parts = parts_of(state["parts"])
        marks = json.loads(state["marks"])
        for address, piece in parts[len(marks) :]:
            marks.append(await self._put(post, address, piece))
            state = {**state, "marks": json.dumps(marks)}
            yield state
        if "whole" not in state:
            await self._end(state, marks)
            state = {**state, "whole": "1"}
            yield state
            known = await self._status(state["video"])
        ended(known, self.name)

    async def commit(self, post: Post, state: State) -> Receipt:
        """Post it; the id is in a header, there is no body."""
        film = {"id": state["video"], **({"title": post.title} if post.title else {})}
        body = {**PUBLIC, "author": self._author, "commentary": little(post.text)}
        body["content"] = {"media": film}
        answer = await self._calls.once("POST", f"{self._api}/posts", json=body)
        urn = answer.headers.get("x-restli-id", "")
        if not urn.startswith("urn:li:"):
            raise OutcomeUnknown(f"{self.name} said yes and named no post: {answer}")
        return self._receipt(post, urn)

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Look for its clip among the newest posts of the page."""
        if not self._listed or "video" not in state:
            raise OutcomeUnknown(f"{self.name} cannot be asked: look there")
        asked = {"q": "author", "author": self._author, "count": "100", "sortBy": "CREATED"}
        answer = await self._calls.look(
            f"{self._api}/posts", params=asked, headers={"X-RestLi-Method": "FINDER"}
        )
        urn = same_film(answer, state["video"], self.name)
        return self._receipt(post, urn) if urn else None

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Give it the new words."""
        body = {"patch": {"$set": {"commentary": little(post.text)}}}
        head = {"X-RestLi-Method": "PARTIAL_UPDATE"}
        await self._calls.ask("POST", self._at("posts", receipt.id), json=body, headers=head)

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: a post's own words are changed."""
        raise Refused(f"{self.name} changes the words of a post, it answers none: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take it down; one that is gone is well."""
        head = {"X-RestLi-Method": "DELETE"}
        at = self._at("posts", receipt.id)
        answer = await self._calls.ask("DELETE", at, headers=head, allow=(404,))
        if answer.status not in (204, 404):
            raise ChannelDown(f"{self.name} said yes and took nothing down: {answer}")

    async def stats(self, receipt: Receipt) -> Stats:
        """Ask for reactions and comments."""
        if not self._listed:
            return {}
        return sums(await self._calls.ask("GET", self._at("socialMetadata", receipt.id)))

    async def _begin(self, total: int) -> State:
        told = {"owner": self._author, "fileSizeBytes": total}
        more = {"uploadCaptions": False, "uploadThumbnail": False}
        body = {"initializeUploadRequest": {**told, **more}}
        answer = await self._act("initializeUpload", body)
        video, token = answer.word("value", "video"), answer.word("value", "uploadToken")
        told_parts = wanted(answer)
        parts = parts_of(told_parts)
        safe = all(address.startswith(("https://", self._home)) for address, _ in parts)
        if not video or not safe or sum(piece.size for _, piece in parts) != total:
            raise ChannelDown(f"{self.name} opened no upload: {answer}")
        return {"video": video, "token": token, "parts": told_parts, "marks": "[]"}

    async def _put(self, post: Post, address: str, piece: Piece) -> str:
        head = {"Content-Type": "application/octet-stream", "Content-Length": str(piece.size)}
        url, body = URL(address, encoded=True), streamed(post.clip, piece)()
        answer = await self._there.ask("PUT", url, headers=head, data=body, timeout_s=UPLOAD_S)
        if not (mark := answer.headers.get("ETag", "")):
            raise ChannelDown(f"{self.name} took a part and gave no mark for it: {answer}")
        return mark

    async def _end(self, state: State, marks: list[str]) -> None:
        told = {"video": state["video"], "uploadToken": state["token"], "uploadedPartIds": marks}
        await self._act("finalizeUpload", {"finalizeUploadRequest": told})

    async def _act(self, action: str, body: dict[str, Any]) -> Answer:
        query = {"action": action}
        return await self._calls.ask("POST", f"{self._api}/videos", params=query, json=body)

    async def _status(self, video: str) -> str:
        """Ask how far LinkedIn is with a clip; "" where it is forgotten. Raises ChannelDown."""
        answer = await self._calls.look(self._at("videos", video), allow=(404,))
        status = answer.word("status")
        if answer.status != 404 and (not status or answer.word("id") != video):
            raise ChannelDown(f"{self.name}: no yes and no no: {answer}")
        return status

    def _at(self, what: str, urn: str) -> URL:
        return URL(f"{self._api}/{what}/{quote(urn, safe='')}", encoded=True)

    def _receipt(self, post: Post, urn: str) -> Receipt:
        return Receipt(self.name, urn, f"https://www.linkedin.com/feed/update/{urn}", post.at)
