"""Slack: a message with the clip in a channel of a workspace.

The clip is uploaded first and seen by nobody; one call then shares it with the channel. Its file
has a name made from the post's key, by which it is found in the channel's history after a lost
answer. Limits as of November 2026: 4000 characters with their escapes, files of 1 GB, alt text
1000. docs.slack.dev: files.getUploadURLExternal, files.completeUploadExternal.
"""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr

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
from publish._files import UPLOAD_S, name_of, opened, size_of

__all__ = ["Plugin", "Settings", "escaped"]

MOST = 4000
SKEW = timedelta(hours=1)  # between its clock and ours
PAGES = 20  # of 200 messages
WAY_IN = "install the app anew and set its bot token"
LOCKED = ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive")
TROUBLE = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
NO_FILE = ("file_not_found", "file_deleted")
NO_MESSAGE = ("message_not_found", *NO_FILE)


class Settings(BaseModel):
    """The table of a Slack channel.

    The bot needs files:write, files:read, chat:write and channels:history (groups:history for a
    private channel), and must be in the channel. `channel` is its id.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr
    channel: str = Field(pattern=r"^[CG][A-Z0-9]{6,20}$")
    api: HttpUrl = HttpUrl("https://slack.com/api")


class Plugin:
    """A channel of a Slack workspace as a channel."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        limits = Limits(title=None, text=Room(MOST), alt=Room(1000))
        film = Film(most_bytes=1_000_000_000)
        self.caps = Caps("lookup", limits, film, corrects="edit", deletes=True)
        self._channel = settings.channel
        self._api = str(settings.api).rstrip("/")
        token = {"Authorization": f"Bearer {settings.token.get_secret_value()}"}
        self._calls = Calls(name, http, token, WAY_IN)
        self._bare = Calls(name, http)  # an upload goes to an address that is its own key

    def check(self, post: Post) -> tuple[str, ...]:
        """See that the text fits with its escapes."""
        length = len(escaped(post.text))
        return (f"the text has {length} characters with escapes, {MOST} at most",) * (length > MOST)

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Upload the clip, where nobody sees it yet."""
        await same_clip(post)
        if "file" not in state:
            state = {"file": await self._upload(post)}
        yield state

    async def commit(self, post: Post, state: State) -> Receipt:
        """Share the file with the channel."""
        answer = await self._share(post, state["file"])
        if answer.word("error") in NO_FILE:  # what is not shared is not kept for ever
            answer = await self._share(post, await self._upload(post))
        self._see(answer)
        if answer.word("error") in TROUBLE:
            raise OutcomeUnknown(f"{self.name} answered {answer}")
        if answer.told().get("ok") is False:
            raise Refused(f"{self.name} answered {answer}")
        if receipt := self._receipt(post, answer.told()):
            return receipt
        raise OutcomeUnknown(f"{self.name} said yes, but not to this post: {answer}")

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Look through the channel's history since before the post was approved."""
        body: dict[str, Any] = {"channel": self._channel, "limit": 200}
        body["oldest"] = str((post.at - SKEW).timestamp())
        for _ in range(PAGES):
            with looking(self.name):
                answer = await self._ask("conversations.history", json=body)
            page = answer.told().get("messages")
            if not isinstance(page, list):
                raise ChannelDown(f"{self.name}: no history: {answer}")
            found = (self._receipt(post, message) for message in page)
            if receipt := next(filter(None, found), None):
                return receipt
            if not (cursor := answer.word("response_metadata", "next_cursor")):
                return None
            body["cursor"] = cursor
        raise OutcomeUnknown(f"{self.name}: more than {PAGES * 200} messages since, look there")

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Give the message other words; its clip stays."""
        ts = await self._message(receipt)
        body = {"channel": self._channel, "ts": ts, "text": escaped(post.text)}
        if not ts or (await self._ask("chat.update", NO_MESSAGE, json=body)).word("error"):
            raise Refused(f"{self.name}: {receipt.url} is gone")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: a message is edited."""
        raise Refused(f"{self.name} is corrected by an edit: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take the message down, then the file."""
        if ts := await self._message(receipt):
            await self._ask("chat.delete", NO_MESSAGE, json={"channel": self._channel, "ts": ts})
        await self._ask("files.delete", NO_FILE, json={"file": receipt.id})

    async def stats(self, receipt: Receipt) -> Stats:
        """Tell nothing: nobody counts who looks."""
        return {}

    async def _upload(self, post: Post) -> str:
        size = size_of(post.clip)
        given = {"filename": name_of(post), "length": str(size)}
        given |= {"alt_txt": post.alt} if post.alt else {}
        answer = await self._ask("files.getUploadURLExternal", data=given)
        file, url = answer.word("file_id"), answer.word("upload_url")
        if not file or not url.startswith(f"{self._api.partition('/')[0]}//"):
            raise ChannelDown(f"{self.name} named no place for the clip")
        with opened(post.clip) as clip:
            kind = {"Content-Type": "video/mp4"}
            await self._bare.ask("POST", url, data=clip, headers=kind, timeout_s=UPLOAD_S)
        return file

    async def _share(self, post: Post, file: str) -> Answer:
        words = {"channel_id": self._channel, "initial_comment": escaped(post.text)}
        body = words | {"files": [{"id": file, "title": name_of(post)}]}
        url = f"{self._api}/files.completeUploadExternal"
        return await self._calls.once("POST", url, json=body)

    async def _message(self, receipt: Receipt) -> str:
        """Find the message that shares a file; "" where there is none (any more)."""
        answer = await self._ask("files.info", NO_FILE, data={"file": receipt.id})
        match answer.told().get("file"):
            case {"shares": dict(kinds)}:  # public, private
                for places in kinds.values():
                    match places.get(self._channel) if isinstance(places, dict) else None:
                        case [{"ts": ts}, *_]:
                            return sane(ts)
        return ""

    async def _ask(self, method: str, allow: tuple[str, ...] = (), **body: Any) -> Answer:
        """Make a call that may be made again; Slack says its noes in a 200."""
        answer = await self._calls.ask("POST", f"{self._api}/{method}", **body)
        self._see(answer)
        told, error = answer.told(), answer.word("error")
        if told.get("ok") is True or (told.get("ok") is False and error in allow):
            return answer
        if error in TROUBLE or told.get("ok") is not False:
            raise ChannelDown(f"{self.name} answered {answer}")
        raise Refused(f"{self.name} answered {answer}")

    def _see(self, answer: Answer) -> None:
        """Meet a key that is not accepted any more. Raises ChannelDown."""
        if answer.word("error") in LOCKED:
            raise ChannelDown(f"{self.name} answered {answer}: {WAY_IN}")

    def _receipt(self, post: Post, told: Any) -> Receipt | None:
        """Believe a message, or an answer, that has our file; None for every other."""
        files = told.get("files") if isinstance(told, dict) else None
        for file in files if isinstance(files, list) else ():
            if isinstance(file, dict) and file.get("name") == name_of(post):
                id_, url = sane(file.get("id")), sane(file.get("permalink"))
                return Receipt(self.name, id_, url, post.at) if id_ and url else None
        return None


def escaped(text: str) -> str:
    """Take its meaning from all markup that could call people or hide a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
