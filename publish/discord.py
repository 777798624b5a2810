"""Discord: a message with the clip, by a bot or through a webhook.

A bot's message has a nonce, which Discord minds for some minutes; after that, and in any case
before it is sent again, the channel's messages are looked through for the name of the clip's file.
A webhook can list nothing: there a person is asked. Limits as of November 2026: 2000 characters
with their escapes, files of 10 MiB (50 or 100 with boosts). discord.com/developers/docs.
"""

import json
import re
from collections.abc import AsyncGenerator, Iterator
from datetime import timedelta
from typing import Any, Literal, Self

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, model_validator

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
from publish._limits import LINK

__all__ = ["Plugin", "Settings", "escaped"]

MOST = 2000
NO_PREVIEWS = 4  # a flag: links are not unfolded below the clip
EPOCH_MS = 1_420_070_400_000  # of Discord's ids
SKEW = timedelta(hours=1)  # between its clock and ours
PAGES = 20  # of 100 messages
WAY_IN = "reset the bot's token in the developer portal and set the new one"
_MARKS = re.compile(r"[\\*_~|`\[\]<>@]|^(?=(?:#{1,3}|-#?|\+|\d+\.)\s)", re.MULTILINE)


class Settings(BaseModel):
    """The table of a Discord channel: either `token` and `channel` of a bot, or a `webhook`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr = SecretStr("")
    channel: str = Field("", pattern=r"^\d{0,20}$")
    webhook: SecretStr = SecretStr("")
    most_mib: Literal[10, 50, 100] = 10
    api: HttpUrl = HttpUrl("https://discord.com/api/v10")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        bot, hook = self.token.get_secret_value(), self.webhook.get_secret_value()
        if bool(bot) == bool(hook) or bool(bot) != bool(self.channel):
            raise ValueError("set `token` and `channel`, or `webhook` alone")
        if hook and not hook.startswith(("https://", "http://")):
            raise ValueError("`webhook` is the address that Discord shows")
        return self


class Plugin:
    """A channel of a Discord server as a channel. The address of a webhook is a secret too."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._hook = settings.webhook.get_secret_value().rstrip("/")
        limits = Limits(title=None, text=Room(MOST, "utf-16"), alt=Room(1024))
        film = Film(most_bytes=settings.most_mib << 20)
        replay: Literal["none", "lookup"] = "none" if self._hook else "lookup"
        self.caps = Caps(replay, limits, film, corrects="edit", deletes=True)
        self._place = f"{str(settings.api).rstrip('/')}/channels/{settings.channel}"
        self._messages = f"{self._hook or self._place}/messages"
        key = {} if self._hook else {"Authorization": f"Bot {settings.token.get_secret_value()}"}
        way_in = "make a new webhook in the channel's settings (its key)" if self._hook else WAY_IN
        self._calls, self._way_in = Calls(name, http, key, way_in), way_in

    def check(self, post: Post) -> tuple[str, ...]:
        """See that the text fits with what is put before marks in it."""
        length, most = self.caps.limits.text.length(escaped(post.text)), MOST
        return (f"the text has {length} characters with escapes, {most} at most",) * (length > most)

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Ask where messages go: it makes their addresses, and proves the key."""
        await same_clip(post)
        if "guild" not in state:
            answer = await self._calls.ask("GET", self._hook or self._place, allow=(404,))
            if answer.status == 404 and self._hook:
                raise ChannelDown(f"{self.name} answered {answer}: {self._way_in}")
            place = answer.word("channel_id" if self._hook else "id")
            guild = answer.word("guild_id")
            if not (place and guild):
                raise ChannelDown(f"{self.name} is in no server: {answer}")
            state = {"guild": guild, "channel": place}
        yield state

    async def commit(self, post: Post, state: State) -> Receipt:
        """Send words and clip in one."""
        file = {"id": 0, "filename": name_of(post), "description": post.alt}
        words = _words(post) | {"attachments": [file]}
        if not self._hook:
            words |= {"nonce": name_of(post)[5:25], "enforce_nonce": True}
        with opened(post.clip) as clip:
            form = aiohttp.FormData()
            form.add_field("payload_json", json.dumps(words), content_type="application/json")
            form.add_field("files[0]", clip, filename=name_of(post), content_type="video/mp4")
            url = f"{self._hook}?wait=true" if self._hook else self._messages
            gone = (404,) if self._hook else ()
            answer = await self._calls.once("POST", url, data=form, timeout_s=UPLOAD_S, allow=gone)
        if answer.status == 404:
            raise ChannelDown(f"{self.name} answered {answer}: {self._way_in}")
        if receipt := self._receipt(post, answer.told(), state):
            return receipt
        raise OutcomeUnknown(f"{self.name} said yes, but not to this post: {answer}")

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Look through the messages since before the post was approved."""
        if self._hook:
            raise OutcomeUnknown(f"{self.name} is a webhook and cannot be asked: look there")
        after = (int((post.at - SKEW).timestamp() * 1000) - EPOCH_MS) << 22
        for _ in range(PAGES):
            query = {"after": str(after), "limit": "100"}
            with looking(self.name):
                answer = await self._calls.ask("GET", self._messages, params=query)
            page = answer.value()
            ids = [_number(message) for message in page] if isinstance(page, list) else [0]
            if not all(ids):
                raise ChannelDown(f"{self.name}: no list of messages: {answer}")
            found = (self._receipt(post, message, state) for message in page)
            if receipt := next(filter(None, found), None):
                return receipt
            if len(ids) < 100:
                return None
            after = max(ids)
        raise OutcomeUnknown(f"{self.name}: more than {PAGES * 100} messages since, look there")

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Give the message other words; its clip stays."""
        answer = await self._about(receipt, "PATCH", json=_words(post))
        if answer.status == 404:
            raise Refused(f"{self.name}: {receipt.url} is gone")
        if answer.word("id") != receipt.id:
            raise ChannelDown(f"{self.name}: no word whether it was changed: {answer}")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: a message is edited."""
        raise Refused(f"{self.name} is corrected by an edit: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take the message down."""
        await self._about(receipt, "DELETE")

    async def stats(self, receipt: Receipt) -> Stats:
        """Tell nothing: nobody counts who looks."""
        return {}

    async def _about(self, receipt: Receipt, method: str, **more: Any) -> Answer:
        return await self._calls.ask(method, f"{self._messages}/{receipt.id}", allow=(404,), **more)

    def _receipt(self, post: Post, told: Any, state: State) -> Receipt | None:
        """Believe a message that has our clip; None for every other."""
        if not _number(told) or name_of(post) not in _files(told):
            return None
        url = f"https://discord.com/channels/{state['guild']}/{state['channel']}/{told['id']}"
        return Receipt(self.name, told["id"], url, post.at)


def escaped(text: str) -> str:
    """Take their meaning from all marks of Discord's Markdown; links stay as they are."""
    links = [*LINK.findall(text), ""]
    pieces = (_MARKS.sub(lambda mark: f"\\{mark[0]}", piece) for piece in LINK.split(text))
    return "".join(piece + link for piece, link in zip(pieces, links, strict=True))


def _words(post: Post) -> dict[str, Any]:
    """Lay out a message that calls nobody, whatever a headline says."""
    quiet = {"allowed_mentions": {"parse": []}, "flags": NO_PREVIEWS}
    return {"content": escaped(post.text)} | quiet


def _number(message: Any) -> int:
    """Read the id of a message; 0 where it is none."""
    id_ = sane(message.get("id")) if isinstance(message, dict) else ""
    return int(id_) if id_.isdecimal() else 0


def _files(message: dict[str, Any]) -> Iterator[str]:
    files = message.get("attachments")
    for file in files if isinstance(files, list) else ():
        if isinstance(file, dict):
            yield sane(file.get("filename"))
