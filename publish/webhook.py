"""A webhook: one multipart POST of the clip and its texts to an address of yours.

The request carries the header `Idempotency-Key` and these parts: `post` (JSON), `clip`, and where
there are any `cover`, `captions` (one part for each file) and `sources`. Any 2xx says that the
post is out; its body may be a JSON object with the `id` and the `url` of the post.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import ExitStack
from typing import Any, Literal

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr
from yarl import URL

from publish import (
    Caps,
    ChannelDown,
    Limits,
    OutcomeUnknown,
    Post,
    Receipt,
    Refused,
    Replay,
    State,
    Stats,
)
from publish._calls import Answer, Calls, same_clip, sane

__all__ = ["Plugin", "Settings"]

KINDS = {
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".json": "application/json",
}


class Settings(BaseModel):
    """The table of a webhook channel.

    `lookup_url` is asked with `?key=...` whether a post is out: 200 with `{"found": true}` (and,
    where known, `id` and `url`) says yes; `{"found": false}` or 404 says no. `replay = "native"`
    is your word that the receiver takes the same Idempotency-Key only once. With neither, an
    editor is asked after every lost answer. `settle_s` is how long `lookup_url` may lag behind a
    post, in seconds: only after that its no counts. `clean` asks for the clip without the brand's
    logo.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: HttpUrl
    lookup_url: HttpUrl | Literal[""] = ""
    token: SecretStr = SecretStr("")
    timeout_s: float = Field(120.0, gt=0)
    settle_s: float = Field(30.0, ge=0)
    replay: Literal["auto", "native"] = "auto"
    clean: bool = False


class Plugin:
    """A webhook as a channel. Nothing secret of its address gets into messages or receipts.

    The note on AI stays in its text: a receiver may show that and nothing else.
    """

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        limits = Limits(apart=frozenset({"credits", "tags"}))
        clean, settle_s = settings.clean, settings.settle_s
        self.caps = Caps(_replay(settings), limits, clean=clean, settle_s=settle_s)
        self._settings = settings
        self._calls = Calls(name, http)
        if token := settings.token.get_secret_value():
            self._calls.headers["Authorization"] = f"Bearer {token}"

    def check(self, post: Post) -> tuple[str, ...]:
        """Find nothing: what the receiver would refuse is not known here."""
        return ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """See that the clip on the disk is still the one that was approved."""
        await same_clip(post)
        yield state

    async def commit(self, post: Post, state: State) -> Receipt:
        """Send it all. What is neither surely out nor surely not is OutcomeUnknown."""
        address = URL(str(self._settings.url))
        with ExitStack() as files:
            answer = await self._calls.once(
                *("POST", address),
                data=_form(post, files),
                headers={"Idempotency-Key": post.key},
                timeout_s=self._settings.timeout_s,
                allow=(409,),
            )
        if answer.status == 409:
            return await self._look_again(f"{self.name} answered {answer}", post, state)
        return self._receipt(post, answer)

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Ask the receiver, if it can be asked."""
        if not self._settings.lookup_url:
            raise OutcomeUnknown(f"{self.name} cannot be asked: look there, or set lookup_url")
        address = URL(str(self._settings.lookup_url)).update_query(key=post.key)
        answer = await self._look_up(address, post)
        found = answer.told().get("found")
        if answer.status == 404 or found is False:
            return None
        if found is True:
            return self._receipt(post, answer)
        raise ChannelDown(f"{self.name}: no yes and no no from lookup_url: {answer}", answer.wait_s)

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Refuse: what the receiver made of it cannot be changed from here."""
        raise Refused(f"{self.name} cannot be changed from here: {receipt.url}")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Refuse: a receiver knows clips only."""
        raise Refused(f"{self.name} takes no answers: {receipt.url}")

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Refuse: what the receiver made of it cannot be taken down from here."""
        raise Refused(f"{self.name} cannot be taken down from here: {receipt.url}")

    async def stats(self, receipt: Receipt) -> Stats:
        """Tell nothing: a receiver is asked for nothing more."""
        return {}

    async def _look_up(self, address: URL, post: Post) -> Answer:
        """Ask once; a receiver that will not tell may do so later."""
        key = {"Idempotency-Key": post.key}
        total = self._settings.timeout_s
        try:
            return await self._calls.ask("GET", address, headers=key, timeout_s=total, allow=(404,))
        except Refused as error:
            told = f"{self.name}: no yes and no no from lookup_url: {error}"
            raise ChannelDown(told) from error

    async def _look_again(self, said: str, post: Post, state: State) -> Receipt:
        """Meet a conflict: this key is there already, or is being taken in right now."""
        try:
            receipt = await self.find(post, state)
        except ChannelDown as error:
            raise OutcomeUnknown(f"{said}; {error}") from error
        if receipt is None:
            raise OutcomeUnknown(f"{said}; lookup_url does not know the key yet")
        return receipt

    def _receipt(self, post: Post, answer: Answer) -> Receipt:
        """Believe the receiver where its words are sane; else the key, and the bare host."""
        told = answer.told()
        url = sane(told.get("url"))
        if not url.startswith(("http://", "https://")):
            url = str(URL(str(self._settings.url)).origin())
        return Receipt(self.name, sane(told.get("id")) or post.key, url, post.at)


def _replay(settings: Settings) -> Replay:
    if settings.lookup_url:
        return "lookup"
    return "native" if settings.replay == "native" else "none"


def _form(post: Post, files: ExitStack) -> aiohttp.FormData:
    """Lay out the parts of a post; the files are streamed from the disk and closed by `files`."""
    form = aiohttp.FormData()
    form.add_field("post", json.dumps(_words(post)), content_type="application/json")
    parts = [("clip", post.clip), ("cover", post.cover), ("sources", post.sources)]
    for name, path in [*parts, *(("captions", path) for path in post.captions)]:
        if path is None:
            continue
        try:
            file = files.enter_context(path.open("rb"))
        except OSError as error:
            raise Refused(f"{path} cannot be read ({error.strerror}): render it again") from error
        kind = KINDS.get(path.suffix, "application/octet-stream")
        form.add_field(name, file, filename=name + path.suffix, content_type=kind)
    return form


def _words(post: Post) -> dict[str, Any]:
    return {
        "key": post.key,
        "title": post.title,
        "text": post.text,
        "credits": post.credits,
        "tags": post.tags,
        "lang": post.lang,
        "seconds": post.seconds,
        "sha256": post.sha256,
        "made_by_ai": post.made_by_ai,
        "at": post.at.isoformat(),
        "alt": post.alt,
    }
