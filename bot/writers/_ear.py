"""How an answer of a model's server is heard, in whatever shape it comes. None of it is believed.

Whole or as server-sent events, Chat Completions or Responses: one ear hears all four, and stops
where an answer is longer than anybody could need.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp

__all__ = ["Ear", "Heard", "Reply", "Unanswered", "message_of", "read_json"]

Heard = Callable[[str], None]

LONGEST = 4_000_000  # bytes of one answer with all that frames it
LETTERS = 200_000  # of the answer itself; a script has ten thousand


class Unanswered(Exception):
    """No answer came. `passing`: the same request may succeed in a moment.

    `sent` says that the server may have worked for it, and charge for it.
    """

    def __init__(
        self,
        message: str,
        *,
        passing: bool = False,
        retry_after_s: float | None = None,
        sent: bool = False,
    ) -> None:
        super().__init__(message)
        self.passing = passing
        self.retry_after_s = retry_after_s
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said, and how it ended.

    "cut": the line broke off; "flood": it was stopped, for it had no end; "tool": it wants to call
    something. Tokens are None where the server did not count them.
    """

    text: str
    ended: Literal["stop", "length", "refused", "cut", "flood", "tool"]
    said: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None


class Ear:
    """Hears one answer, in whatever shape it comes, and believes none of it."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._parts: list[str] = []
        self._no: list[str] = []
        self._letters = 0
        self._ended = ""
        self._known = False  # it speaks a language of ours
        self._tokens: tuple[int | None, int | None] = (None, None)
        self.began = False

    def breaks(self) -> None:
        """The line broke off."""
        self._ended = self._ended or "cut"

    async def listen(self, answer: aiohttp.ClientResponse) -> None:
        """Hear all of it, or as much as anybody could need."""
        if "event-stream" in answer.headers.get("Content-Type", ""):
            async for text in _events(_bounded(answer, self)):
                if text == "[DONE]":
                    self._ended = self._ended or "stop"
                    break
                self.hear(read_json(text))
                if self._letters > LETTERS:
                    self._ended = "flood"
                    break
            self.breaks()  # unless it had ended
        else:
            body = b"".join([chunk async for chunk in _bounded(answer, self)])
            self.hear(read_json(body.decode("utf-8", "replace")))

    def floods(self) -> None:
        """It is longer than anybody could need."""
        self._ended = "flood"

    def hear(self, said: Any) -> None:
        """Hear one JSON value: a whole answer, or a piece of a stream."""
        if not isinstance(said, dict):
            return
        if _dig(said, "error") or said.get("type") == "error":
            why = message_of(said) or "its server failed"
            raise Unanswered(why, passing=not self._parts, sent=True)
        if "choices" in said:
            self._known = True
            self._choice(_dig(said, "choices", 0))
            self._counts(_dig(said, "usage"), "prompt_tokens", "completion_tokens")
        elif said.get("object") == "response" or "output" in said:
            self._whole(said)
        elif isinstance(said.get("type"), str):
            self._event(said)

    def _choice(self, choice: Any) -> None:
        for part in (_dig(choice, "message"), _dig(choice, "delta")):
            self._say(_dig(part, "content"))
            self._refuse(_dig(part, "refusal"))
            if _dig(part, "tool_calls") or _dig(part, "function_call"):
                self._ended = "tool"
        ends = {"length": "length", "content_filter": "refused", "tool_calls": "tool"}
        if reason := _dig(choice, "finish_reason"):
            self._ended = self._ended or ends.get(str(reason), "stop")

    def _event(self, said: Mapping[str, Any]) -> None:
        """Hear an event of a Responses stream."""
        kind = str(said["type"])
        self._known = self._known or kind.startswith("response.")
        if kind == "response.output_text.delta":
            self._say(said.get("delta"))
        elif kind == "response.refusal.delta":
            self._refuse(said.get("delta"))
        elif kind.startswith("response.function_call"):
            self._ended = "tool"
        elif kind in ("response.completed", "response.incomplete", "response.failed"):
            whole = said.get("response")
            self._whole(whole if isinstance(whole, dict) else {"status": "completed"})

    def _whole(self, said: Mapping[str, Any]) -> None:
        """Hear a whole answer of the Responses API; what was streamed already is not said twice."""
        self._known = True
        if message := message_of(said):
            raise Unanswered(message, passing=True, sent=True)
        streamed = bool(self._parts or self._no)
        output = said.get("output")
        for item in output if isinstance(output, list) else ():
            if _dig(item, "type") == "function_call":
                self._ended = "tool"
            content = _dig(item, "content")
            for part in content if isinstance(content, list) and not streamed else ():
                self._say(_dig(part, "text"))
                self._refuse(_dig(part, "refusal"))
        reason = _dig(said, "incomplete_details", "reason")
        ends = {"max_output_tokens": "length", "content_filter": "refused"}
        self._ended = self._ended or ends.get(str(reason), "stop")
        self._counts(said.get("usage"), "input_tokens", "output_tokens")

    def _say(self, text: Any) -> None:
        if isinstance(text, list):  # some servers send parts
            text = "".join(str(_dig(part, "text") or "") for part in text)
        if isinstance(text, str) and text and self._letters <= LETTERS:
            self._parts.append(text)
            self._letters += len(text)
            self._heard(text)

    def _refuse(self, text: Any) -> None:
        if isinstance(text, str) and text:
            self._no.append(text[:400])

    def _counts(self, usage: Any, one: str, other: str) -> None:
        found = (_dig(usage, one), _dig(usage, other))
        if all(isinstance(n, int) and 0 <= n < 10**9 for n in found):
            self._tokens = found

    def reply(self) -> Reply:
        """Say what was heard. Raises Unanswered where it was no answer."""
        if not self._known and self._ended not in ("flood", "cut"):
            why = "what it answers is neither Chat Completions nor Responses: is base_url right?"
            raise Unanswered(why)
        ended = "refused" if self._no else self._ended or "stop"
        text = "".join(self._parts)[:LETTERS]
        said = "".join(self._no)[:400]
        return Reply(text, ended, said, *self._tokens)  # type: ignore[arg-type]


async def _bounded(answer: aiohttp.ClientResponse, ear: Ear) -> AsyncIterator[bytes]:
    """Read what comes, as far as anybody could need it."""
    total = 0
    async for chunk in answer.content.iter_any():
        ear.began = True
        total += len(chunk)
        if total > LONGEST:
            ear.floods()
            return
        yield chunk


async def _events(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Read the data of server-sent events (HTML standard, 9.2)."""
    rest, data = b"", list[bytes]()
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            line = line.rstrip(b"\r")
            if line.startswith(b"data:"):
                data.append(line[5:].removeprefix(b" "))
            elif not line and data:
                yield b"\n".join(data).decode("utf-8", "replace")
                data = []
    if data:  # the last one was not ended by an empty line
        yield b"\n".join(data).decode("utf-8", "replace")


def read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _dig(value: Any, *keys: str | int) -> Any:
    """Go down into a foreign value; None where it is not built so."""
    for key in keys:
        if isinstance(value, dict):
            value = value.get(str(key))
        elif isinstance(value, list) and isinstance(key, int) and len(value) > key:
            value = value[key]
        else:
            return None
    return value


def message_of(said: Any) -> str:
    """Find what a server says is wrong, "" where it says nothing."""
    error = _dig(said, "error")
    for found in (_dig(error, "message"), error, _dig(said, "message"), _dig(said, "detail")):
        if isinstance(found, str) and found:
            return found[:400]
    return "its server failed" if error else ""
