"""A webhook: one multipart POST of the clip and its texts to an address of yours.

The request carries the header `Idempotency-Key` and these parts: `post` (JSON), `clip`, and where
there are any `cover`, `captions` (one part for each file) and `sources`. Any 2xx says that the
post is out; its body may be a JSON object with the `id` and the `url` of the post.
"""

import asyncio
import hashlib
import json
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr
from yarl import URL

from publish import ChannelDown, Limits, OutcomeUnknown, Post, Receipt, Refused, Replay, State

__all__ = ["Plugin", "Settings"]

ANSWER_BYTES = 64 * 1024  # an answer is read no further
CONNECT_S = 10.0
NOT_NOW = (408, 425, 429)
"""The 4xx by which a server says that it took nothing in (RFC 9110, RFC 8470, RFC 6585)."""
NEVER_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
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
    editor is asked after every lost answer. `clean` asks for the clip without the brand's logo.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: HttpUrl
    lookup_url: HttpUrl | Literal[""] = ""
    token: SecretStr = SecretStr("")
    timeout_s: float = Field(120.0, gt=0)
    replay: Literal["auto", "native"] = "auto"
    clean: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the body as far as it is read, and how long we are asked to wait."""

    status: int
    body: bytes
    wait_s: float | None

    def told(self) -> dict[str, Any]:
        """Read the body as a JSON object; {} where it is anything else."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    def __str__(self) -> str:
        words = " ".join(self.body[:1000].decode(errors="replace").split())
        return f"{self.status} {''.join(filter(str.isprintable, words))[:200]}".strip()


class Plugin:
    """A webhook as a channel. Nothing secret of its address gets into messages or receipts.

    The note on AI stays in its text: a receiver may show that and nothing else.
    """

    limits = Limits(apart=frozenset({"credits", "tags"}))

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self.replay: Replay = _replay(settings)
        self.clean = settings.clean
        self._settings = settings
        self._http = http

    def check(self, post: Post) -> tuple[str, ...]:
        """Find nothing: what the receiver would refuse is not known here."""
        return ()

    async def prepare(self, post: Post, state: State) -> State:
        """See that the clip on the disk is still the one that was approved."""
        if await asyncio.to_thread(_sha256, post.clip) != post.sha256:
            raise Refused(f"{post.clip} is gone or not the clip that was approved: render it again")
        return state

    async def commit(self, post: Post, state: State) -> Receipt:
        """Send it all. What is neither surely out nor surely not is OutcomeUnknown."""
        try:
            with ExitStack() as files:
                answer = await self._ask(
                    "POST", URL(str(self._settings.url)), post, _form(post, files)
                )
        except NEVER_SENT as error:
            raise ChannelDown(f"{self.name} cannot be reached: {error}") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise OutcomeUnknown(f"{self.name}: the answer was lost ({_bare(error)})") from error
        return await self._judge(answer, post, state)

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Ask the receiver, if it can be asked."""
        if not self._settings.lookup_url:
            raise OutcomeUnknown(f"{self.name} cannot be asked: look there, or set lookup_url")
        address = URL(str(self._settings.lookup_url)).update_query(key=post.key)
        try:
            answer = await self._ask("GET", address, post)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ChannelDown(f"{self.name} cannot be asked now: {_bare(error)}") from error
        found = answer.told().get("found")
        if answer.status == 404 or (answer.status == 200 and found is False):
            return None
        if answer.status == 200 and found is True:
            return self._receipt(post, answer)
        raise ChannelDown(f"{self.name}: no yes and no no from lookup_url: {answer}", answer.wait_s)

    async def _judge(self, answer: Answer, post: Post, state: State) -> Receipt:
        """Say what an answer to the POST means."""
        said = f"{self.name} answered {answer}"
        match answer.status:
            case 409:
                return await self._look_again(said, post, state)
            case status if 200 <= status < 300:
                return self._receipt(post, answer)
            case status if status in NOT_NOW:
                raise ChannelDown(said, answer.wait_s)
            case status if 300 <= status < 400:
                raise Refused(f"{said}: redirects are not followed, set url to where it leads")
            case status if 400 <= status < 500:
                raise Refused(said)
        raise OutcomeUnknown(said)

    async def _look_again(self, said: str, post: Post, state: State) -> Receipt:
        """Meet a conflict: this key is there already, or is being taken in right now."""
        try:
            receipt = await self.find(post, state)
        except ChannelDown as error:
            raise OutcomeUnknown(f"{said}; {error}") from error
        if receipt is None:
            raise OutcomeUnknown(f"{said}; lookup_url does not know the key yet")
        return receipt

    async def _ask(
        self, method: str, url: URL, post: Post, form: aiohttp.FormData | None = None
    ) -> Answer:
        headers = {"Accept": "application/json", "Idempotency-Key": post.key}
        if token := self._settings.token.get_secret_value():
            headers["Authorization"] = f"Bearer {token}"
        total = self._settings.timeout_s
        timeout = aiohttp.ClientTimeout(total=total, sock_connect=min(total, CONNECT_S))
        async with self._http.request(
            method, url, data=form, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            return Answer(response.status, await _start_of(response), _wait_s(response))

    def _receipt(self, post: Post, answer: Answer) -> Receipt:
        """Believe the receiver where its words are sane; else the key, and the bare host."""
        told = answer.told()
        url = _sane(told.get("url"))
        if not url.startswith(("http://", "https://")):
            url = str(URL(str(self._settings.url)).origin())
        return Receipt(self.name, _sane(told.get("id")) or post.key, url, post.at)


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


async def _start_of(response: aiohttp.ClientResponse) -> bytes:
    """Read what is of use of a body. Its loss changes nothing: the status was heard."""
    body = b""
    try:
        while len(body) < ANSWER_BYTES and (more := await response.content.read(ANSWER_BYTES)):
            body += more
    except (aiohttp.ClientError, TimeoutError, OSError):
        pass
    return body[:ANSWER_BYTES]


def _wait_s(response: aiohttp.ClientResponse) -> float | None:
    """Read Retry-After, seconds or a date; a date is held against the server's own clock."""
    value = response.headers.get("Retry-After", "")
    if value.isdecimal():
        return float(value)
    until, now = _date(value), _date(response.headers.get("Date", ""))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _bare(error: Exception) -> str:
    """Name an error. One about an answer holds the whole request: its address and our token."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"{type(error).__name__}: it was no HTTP"
    return repr(error)


def _sane(value: object) -> str:
    """Take a foreign word if it is one: printable, not empty, of a length one can show; else ""."""
    return value if isinstance(value, str) and value.isprintable() and len(value) <= 500 else ""


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
