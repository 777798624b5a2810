"""One request to a model's server, in either of its two languages; what comes back is foreign.

What a server cannot do it says in its refusals; `Ways` keeps that. Nothing here is asked twice.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

import aiohttp

from bot.writers._ear import Ear, Heard, Reply, Unanswered, message_of, read_json
from sources import retry_after_s

__all__ = ["Api", "Message", "Misunderstood", "Server", "Ways"]

Api = Literal["chat", "responses"]
Message = dict[str, str]
COMPLAINT = 64_000  # bytes of an error that are read
CONNECT_S = 10.0


class Misunderstood(Exception):
    """The server does not take the request as it is; its complaint is the message."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What a server understands, as far as it is known."""

    api: Api = "chat"
    form: Literal["schema", "object", "text"] = "schema"
    stream: bool = True
    counts: bool = True  # tokens, at the end of a stream
    newer: bool = (
        True  # `max_completion_tokens`, which OpenAI wants; others often know the old name
    )
    swapped: bool = False
    warm: bool = True  # `temperature` may be set

    def without(self, complaint: str) -> "Ways | None":
        """Do without what a server complains of; None where that is nothing we could leave out."""
        text = complaint.lower()
        if self.counts and self.stream and re.search("stream_options|include_usage", text):
            return replace(self, counts=False)
        if not self.swapped and re.search(r"max_(?:completion_)?tokens", text):
            return replace(self, newer=not self.newer, swapped=True)
        if self.warm and "temperature" in text:
            return replace(self, warm=False)
        asked = r"response_format|json|schema|grammar|structured|text\.format"
        if self.form != "text" and re.search(asked, text):
            return replace(self, form="object" if self.form == "schema" else "text")
        if self.stream and "stream" in text:
            return replace(self, stream=False)
        return None


@dataclass(frozen=True, slots=True)
class Server:
    """A model behind an address. `base_url` ends with the version, such as /v1."""

    http: aiohttp.ClientSession
    base_url: str
    key: str = field(repr=False)
    model: str
    timeout_s: float

    async def ask(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        ways: Ways,
        *,
        most: int,
        temperature: float | None,
        heard: Heard,
    ) -> Reply:
        """Ask once, for `most` tokens. Raises Unanswered or Misunderstood, and nothing else."""
        speaks = _chat if ways.api == "chat" else _responses
        body = {"model": self.model, **speaks(messages, schema, ways, most)}
        if temperature is not None and ways.warm:
            body["temperature"] = temperature
        place = "chat/completions" if ways.api == "chat" else "responses"
        ear = Ear(heard)
        limit = aiohttp.ClientTimeout(
            total=self.timeout_s, sock_connect=min(CONNECT_S, self.timeout_s)
        )
        try:
            async with self.http.post(
                f"{self.base_url.rstrip('/')}/{place}",
                json=body,
                headers={"Authorization": f"Bearer {self.key or 'none'}"},
                timeout=limit,
                allow_redirects=False,  # the key goes to this host only
            ) as answer:
                if answer.status != 200:
                    raise await self._complaint(answer)
                await ear.listen(answer)
        except TimeoutError as error:
            raise self._late(ear) from error
        except aiohttp.ClientPayloadError:
            ear.breaks()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if ear.began:
                ear.breaks()
            else:
                why = f"{self.base_url}: {type(error).__name__} {self.bare(str(error))}"
                raise Unanswered(why.strip(), passing=not isinstance(error, ValueError)) from error
        return self._heard(ear)

    def bare(self, text: str) -> str:
        """Take the key out of what a server says, and what nobody needs to read."""
        hidden = text.replace(self.key, "***") if self.key else text
        hidden = re.sub(r"\b(sk|key|Bearer)([- ])[\w.*-]{6,}", r"\1\2***", hidden)
        return " ".join("".join(c if c.isprintable() else " " for c in hidden).split())[:300]

    def _heard(self, ear: Ear) -> Reply:
        try:
            reply = ear.reply()
        except Unanswered as error:
            raise Unanswered(f"{self.base_url}: {error}") from error
        return replace(reply, said=self.bare(reply.said))

    def _late(self, ear: Ear) -> Unanswered:
        if ear.began:
            why = f"it was still answering after {self.timeout_s:g} s: raise writer.timeout_s"
            return Unanswered(f"{self.model}: {why}", sent=True)
        why = f"no answer from {self.base_url} within {self.timeout_s:g} s"
        return Unanswered(why, passing=True, sent=True)

    async def _complaint(self, answer: aiohttp.ClientResponse) -> Exception:
        """Make our error of an answer that is none."""
        body = (await answer.content.read(COMPLAINT)).decode("utf-8", "replace")
        said = self.bare(message_of(read_json(body)) or body)
        status, why = answer.status, f"{self.model} at {self.base_url}: {answer.status}"
        if status in (400, 422):
            return Misunderstood(said)
        wait_s = retry_after_s(answer.headers, datetime.now(UTC))
        spent = "insufficient_quota" in body
        passing = (status in (408, 429) or status >= 500) and not spent
        return Unanswered(f"{why} {said}", passing=passing, retry_after_s=wait_s)


def _chat(
    messages: Sequence[Message], schema: Mapping[str, Any], ways: Ways, most: int
) -> dict[str, Any]:
    body: dict[str, Any] = {"messages": list(messages)}
    body["max_completion_tokens" if ways.newer else "max_tokens"] = most
    if ways.form == "schema":
        form = {"name": "script", "strict": True, "schema": schema}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    elif ways.form == "object":
        body["response_format"] = {"type": "json_object"}
    if ways.stream:
        body["stream"] = True
        if ways.counts:
            body["stream_options"] = {"include_usage": True}
    return body


def _responses(
    messages: Sequence[Message], schema: Mapping[str, Any], ways: Ways, most: int
) -> dict[str, Any]:
    body: dict[str, Any] = {"input": list(messages), "max_output_tokens": most, "store": False}
    if ways.form == "schema":
        form = {"type": "json_schema", "name": "script", "strict": True, "schema": schema}
        body["text"] = {"format": form}
    elif ways.form == "object":
        body["text"] = {"format": {"type": "json_object"}}
    if ways.stream:
        body["stream"] = True
    return body
