"""Telegram: a message with the clip in a channel that a bot may post to.

The Bot API cannot list a channel: after a lost answer a person is asked. Limits as of November
2026: files of 50 MB, captions of 1024 UTF-16 units. The caption is plain text; Telegram itself
makes links and hashtags of it. core.telegram.org/bots/api.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import ExitStack
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
from publish._calls import Answer, Calls, same_clip
from publish._files import UPLOAD_S, name_of, opened

__all__ = ["Plugin", "Settings"]

WAY_IN = "ask @BotFather for the bot's token and set it"
NOT_THERE = "message to delete not found"
AS_IT_WAS = "message is not modified"


class Settings(BaseModel):
    """The table of a Telegram channel.

    `channel` is its "@name" or, for a private one, its number, which begins with -100. `api` is
    another server for a Bot API server of your own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr
    channel: str = Field(pattern=r"^(@[A-Za-z]\w{3,}|-100\d+)$")
    api: HttpUrl = HttpUrl("https://api.telegram.org")


class Plugin:
    """A Telegram channel as a channel. The token stands in every address: none gets out."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        limits = Limits(title=None, text=Room(1024, "utf-16"), alt=None)
        film = Film(most_bytes=50_000_000)
        self.caps = Caps("none", limits, film, corrects="edit", deletes=True)
        self._channel = settings.channel
        api, token = str(settings.api).rstrip("/"), settings.token.get_secret_value()
        self._root = f"{api}/bot{token}"
        self._calls = Calls(name, http, way_in=WAY_IN)

    def check(self, post: Post) -> tuple[str, ...]:
        """Find nothing beyond the limits."""
        return ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """See that the clip is the one that was approved: nothing can be uploaded ahead."""
        await same_clip(post)
        yield state

    async def commit(self, post: Post, state: State) -> Receipt:
        """Send clip and caption in one."""
        with ExitStack() as files:
            answer = await self._calls.once(
                *("POST", f"{self._root}/sendVideo"),
                data=self._form(post, files),
                timeout_s=UPLOAD_S,
                allow=(404, 429),
            )
        self._see(answer)
        match answer.told().get("result"):
            case {"message_id": int(number), "chat": {"id": int()} as chat, "video": {}}:
                url = f"https://t.me/{self._place(chat)}/{number}"
                return Receipt(self.name, str(number), url, post.at)
        raise OutcomeUnknown(f"{self.name} said yes, but not to this post: {answer}")

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Say that it cannot tell."""
        raise OutcomeUnknown(f"{self.name} cannot be asked what is in {self._channel}: look there")

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Give the message another caption."""
        answer = await self._ask("editMessageCaption", receipt, caption=post.text)
        if answer.status == 400 and AS_IT_WAS not in answer.word("description"):
            raise Refused(f"{self.name} answered {answer}")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: a caption is edited."""
        raise Refused(f"{self.name} is corrected by an edit: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take the message down; after 48 hours only an admin who may delete can."""
        answer = await self._ask("deleteMessage", receipt)
        if answer.status == 400 and NOT_THERE not in answer.word("description"):
            raise Refused(f"{self.name} answered {answer}: {receipt.url}")

    async def stats(self, receipt: Receipt) -> Stats:
        """Tell nothing: a bot is not told who looks."""
        return {}

    async def _ask(self, method: str, receipt: Receipt, **more: str) -> Answer:
        """Make a call about a message that is out; answers what was done, and every 400."""
        body = {"chat_id": self._channel, "message_id": int(receipt.id), **more}
        url = f"{self._root}/{method}"
        answer = await self._calls.ask("POST", url, json=body, allow=(400, 404, 429))
        self._see(answer)
        if answer.status == 200 and answer.told().get("ok") is not True:
            raise ChannelDown(f"{self.name} did not say whether it was done: {answer}")
        return answer

    def _see(self, answer: Answer) -> None:
        """Meet two ways of its own to say not now. Raises ChannelDown."""
        if answer.status == 404:  # a token of another form leads nowhere
            raise ChannelDown(f"{self.name} answered {answer}: {WAY_IN}")
        if answer.status == 429:
            wait = answer.word("parameters", "retry_after")
            told = float(wait) if wait.isdecimal() else answer.wait_s
            raise ChannelDown(f"{self.name} answered {answer}", told)

    def _form(self, post: Post, files: ExitStack) -> aiohttp.FormData:
        form = aiohttp.FormData({"chat_id": self._channel, "caption": post.text})
        form.add_field("supports_streaming", "true")
        form.add_field("duration", str(round(post.seconds)))
        if post.width and post.height:
            form.add_field("width", str(post.width))
            form.add_field("height", str(post.height))
        clip = files.enter_context(opened(post.clip))
        form.add_field("video", clip, filename=name_of(post), content_type="video/mp4")
        if post.cover:
            cover = files.enter_context(opened(post.cover))
            form.add_field("cover", "attach://still")
            form.add_field("still", cover, filename=post.cover.name)
        return form

    def _place(self, chat: Mapping[Any, Any]) -> str:
        """Say where in t.me a channel is: by its name, or by its number for members only."""
        name = self._channel.removeprefix("@")
        if self._channel.startswith("-100"):
            named = chat.get("username")
            name = named if isinstance(named, str) and named.isidentifier() else ""
        return name or f"c/{self._channel.removeprefix('-100')}"
