"""A model's server on loopback: Chat Completions and Responses, whole or streamed, with faults.

It answers what it was told to by its verbs, in order; the last goes on. Told to obey, it does
whatever the reports of a request tell it (fakes_obedient.py).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from fakes_obedient import obeyed

__all__ = ["FAULTS", "Model", "Turn", "model"]

FLOOD = 5_000_000  # letters
PIECE = 24  # letters of one event of a stream


@dataclass(frozen=True)
class Turn:
    """One answer. `how` is whole, cut, drip, flood, hang, drop, html or obey."""

    text: str = ""
    finish: str = "stop"
    refusal: str = ""
    tool: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    how: str = "whole"


class Model:
    """The server. `asked` are the bodies that came, `headers` what came with them."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.url = ""
        self.names = ["m1"]
        self.counts = True
        self.drip_s = 0.02
        self._turns: list[Turn] = []
        self._unknown: set[str] = set()
        self._key = ""

    # What a test does

    def answers(self, content: str | Mapping[str, Any], *, finish: str = "stop") -> None:
        self._turns.append(Turn(_text(content), finish))

    def refuses(self, why: str) -> None:
        self._turns.append(Turn(refusal=why))

    def calls_a_tool(self, name: str) -> None:
        self._turns.append(Turn(tool=name, finish="tool_calls"))

    def fails(self, status: int, message: str = "no", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._turns.append(Turn(message, status=status, headers=named))

    def breaks_off(self, content: str | Mapping[str, Any]) -> None:
        """Half an answer, then the line is dead."""
        self._turns.append(Turn(_text(content), how="cut"))

    def drips(self, content: str | Mapping[str, Any]) -> None:
        """An answer, a letter every now and then."""
        self._turns.append(Turn(_text(content), how="drip"))

    def floods(self) -> None:
        self._turns.append(Turn(how="flood"))

    def rambles(self) -> None:
        self._turns.append(Turn(how="html"))

    def hangs(self) -> None:
        self._turns.append(Turn(how="hang"))

    def drops(self) -> None:
        self._turns.append(Turn(how="drop"))

    def obeys(self) -> None:
        """From now on it does what the reports tell it."""
        self._turns.append(Turn(how="obey"))

    def plays(self, *turns: Turn) -> None:
        self._turns += turns

    def forgets(self) -> None:
        """Begin anew: nothing was asked, nothing is to be answered."""
        self.asked, self.paths, self.headers, self._turns = [], [], [], []

    def knows_no(self, *words: str) -> None:
        """A request with such a word in it is complained of."""
        self._unknown.update(words)

    def wants_key(self, key: str) -> None:
        self._key = key

    # What the server does

    async def chat(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, "chat")

    async def responses(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, "responses")

    async def models(self, request: web.Request) -> web.StreamResponse:
        if refused := self._refused(request):
            return refused
        listed = [{"id": name, "object": "model", "owned_by": "us"} for name in self.names]
        return web.json_response({"object": "list", "data": listed})

    def _refused(self, request: web.Request) -> web.Response | None:
        if self._key and request.headers.get("Authorization") != f"Bearer {self._key}":
            said = f"Incorrect API key provided: {request.headers.get('Authorization', '')[7:]}"
            return web.json_response({"error": {"message": said, "code": "bad"}}, status=401)
        return None

    async def _serve(self, request: web.Request, api: str) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        self.paths.append(request.path)
        self.headers.append(dict(request.headers))
        if refused := self._refused(request):
            return refused
        if unknown := next((word for word in self._unknown if word in json.dumps(body)), ""):
            return _error(400, f"{unknown} is not supported by this model")
        turn = self._turns[min(len(self.asked), len(self._turns)) - 1]
        if turn.how == "obey":
            turn = Turn(**obeyed(body, request.headers))
        if turn.how == "drop":
            assert request.transport
            request.transport.abort()
        if turn.how in ("hang", "drop"):
            await asyncio.Event().wait()
        if turn.how == "html":
            return web.Response(text="<html>hello</html>", content_type="text/html")
        if turn.status != 200:
            return _error(turn.status, turn.text, turn.headers)
        return await self._speak(request, body, turn, api)

    async def _speak(
        self, request: web.Request, body: Mapping[str, Any], turn: Turn, api: str
    ) -> web.StreamResponse:
        usage = _usage(body, turn, api) if self.counts else None
        if not body.get("stream") and turn.how == "whole":
            whole = _completion(turn, usage) if api == "chat" else _response(turn, usage)
            return web.json_response(whole)
        stream = bool(body.get("stream"))
        kind = "text/event-stream" if stream else "application/json"
        answer = web.StreamResponse(headers={"Content-Type": kind})
        await answer.prepare(request)
        counted = usage if api == "responses" or "stream_options" in body else None
        try:
            if stream:
                events = _chunks(turn, counted) if api == "chat" else _events(turn, counted)
                await self._stream(request, answer, turn, events)
            else:
                await self._pour(request, answer, turn, api)
            await answer.write_eof()
        except ConnectionError:
            pass  # who asked has heard enough
        return answer

    async def _stream(
        self, request: web.Request, answer: web.StreamResponse, turn: Turn, events: Iterator[bytes]
    ) -> None:
        sent = list(events) if turn.how == "cut" else events
        half = len(sent) // 2 if isinstance(sent, list) else None
        for number, event in enumerate(sent):
            if number == half:
                assert request.transport
                request.transport.abort()
                raise ConnectionResetError
            await answer.write(event)
            if turn.how == "drip":
                await asyncio.sleep(self.drip_s)

    async def _pour(
        self, request: web.Request, answer: web.StreamResponse, turn: Turn, api: str
    ) -> None:
        """Write a whole answer that is cut, slow, or without end."""
        told = Turn("x" * FLOOD) if turn.how == "flood" else turn
        whole = _completion(told, None) if api == "chat" else _response(told, None)
        text = json.dumps(whole).encode()
        step = 1 if turn.how == "drip" else 65_536
        half = len(text) // 2 if turn.how == "cut" else len(text)
        for at in range(0, half, step):
            await answer.write(text[at : min(at + step, half)])
            if turn.how == "drip":
                await asyncio.sleep(self.drip_s)
        if turn.how == "cut":
            assert request.transport
            request.transport.abort()
            raise ConnectionResetError


def _text(content: str | Mapping[str, Any]) -> str:
    return content if isinstance(content, str) else json.dumps(content)


def _error(status: int, said: str, headers: Mapping[str, str] | None = None) -> web.Response:
    body = {"error": {"message": said, "type": "fault", "code": None, "param": None}}
    return web.json_response(body, status=status, headers=dict(headers or {}))


def _usage(body: Mapping[str, Any], turn: Turn, api: str) -> dict[str, int]:
    one, other = len(json.dumps(body)) // 4, max(1, len(turn.text) // 4)
    names = ("prompt", "completion") if api == "chat" else ("input", "output")
    return {f"{names[0]}_tokens": one, f"{names[1]}_tokens": other, "total_tokens": one + other}


def _completion(turn: Turn, usage: Mapping[str, int] | None) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": turn.text or None}
    message["refusal"] = turn.refusal or None
    if turn.tool:
        call = {"name": turn.tool, "arguments": "{}"}
        message["tool_calls"] = [{"id": "t1", "type": "function", "function": call}]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": turn.finish}
    head = {"id": "c1", "object": "chat.completion", "created": 1, "model": "m1"}
    return {**head, "choices": [choice], **({"usage": usage} if usage else {})}


def _pieces(turn: Turn) -> Iterator[str]:
    if turn.how == "flood":
        yield from ("x" * 8192 for _ in range(FLOOD // 8192))
        return
    step = 1 if turn.how == "drip" else PIECE
    yield from (turn.text[at : at + step] for at in range(0, len(turn.text), step))


def _chunks(turn: Turn, usage: Mapping[str, int] | None) -> Iterator[bytes]:
    """Write an answer as the events of a Chat Completions stream."""
    head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m1"}

    def chunk(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _data({**head, "choices": [choice]})

    yield chunk({"role": "assistant", "content": ""})
    if turn.refusal:
        yield chunk({"refusal": turn.refusal})
    if turn.tool:
        call = {"name": turn.tool, "arguments": "{}"}
        yield chunk(
            {"tool_calls": [{"index": 0, "id": "t1", "type": "function", "function": call}]}
        )
    for piece in _pieces(turn):
        yield chunk({"content": piece})
    yield chunk({}, turn.finish)
    if usage:
        yield _data({**head, "choices": [], "usage": usage})
    yield b"data: [DONE]\n\n"


def _response(turn: Turn, usage: Mapping[str, int] | None) -> dict[str, Any]:
    content: dict[str, Any] = {"type": "output_text", "text": turn.text, "annotations": []}
    if turn.refusal:
        content = {"type": "refusal", "refusal": turn.refusal}
    output: list[dict[str, Any]] = [
        {"id": "m1", "type": "message", "role": "assistant", "status": "completed"}
    ]
    output[0]["content"] = [content]
    if turn.tool:
        output = [{"type": "function_call", "id": "f1", "name": turn.tool, "arguments": "{}"}]
    short = turn.finish in ("length", "content_filter")
    reason = {"length": "max_output_tokens"}.get(turn.finish, turn.finish)
    return {
        "id": "r1",
        "object": "response",
        "created_at": 1,
        "status": "incomplete" if short else "completed",
        "error": None,
        "incomplete_details": {"reason": reason} if short else None,
        "model": "m1",
        "output": output,
        "usage": usage,
    }


def _events(turn: Turn, usage: Mapping[str, int] | None) -> Iterator[bytes]:
    """Write an answer as the events of a Responses stream."""
    whole = _response(turn, usage)
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    yield _named("response.created", {"response": begun})
    yield _named("response.in_progress", {"response": begun})
    part = {"item_id": "m1", "output_index": 0, "content_index": 0}
    if turn.tool:
        call = {"item_id": "f1", "output_index": 0, "delta": "{}"}
        yield _named("response.function_call_arguments.delta", call)
    elif turn.refusal:
        yield _named("response.refusal.delta", {**part, "delta": turn.refusal})
    else:
        for piece in _pieces(turn):
            yield _named("response.output_text.delta", {**part, "delta": piece})
        yield _named("response.output_text.done", {**part, "text": turn.text})
    end = "response.incomplete" if whole["status"] == "incomplete" else "response.completed"
    yield _named(end, {"response": whole})


def _data(value: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def _named(kind: str, value: Mapping[str, Any]) -> bytes:
    return f"event: {kind}\n".encode() + _data({"type": kind, **value})


@asynccontextmanager
async def model(port: int = 0) -> AsyncIterator[Model]:
    """Run a model on a loopback port, any free one unless it is named."""
    fake = Model()
    app = web.Application(client_max_size=8 * 1024 * 1024)
    app.router.add_post("/v1/chat/completions", fake.chat)
    app.router.add_post("/v1/responses", fake.responses)
    app.router.add_get("/v1/models", fake.models)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield fake
    finally:
        await runner.cleanup()


FRENCH = (
    "Une péniche a heurté une pile du pont dans la nuit de mardi à mercredi, selon la ville.",
    "Les pompiers ont aidé les passagers du tramway, et personne n'a été blessé sur le pont.",
)


def _script(*lines: str, cite: str = "") -> dict[str, Any]:
    empty = {"show": "auto", "figure": None, "speech": None, "events": [], "bars": [], "points": []}
    beats = [{**empty, "line": line, "cites": [{"source": 1, "quote": cite}]} for line in lines]
    return {"headline": lines[0].rstrip("."), "chip": "x", "tone": "neutral", "beats": beats}


def _late() -> str:
    from datetime import UTC, datetime, timedelta
    from email.utils import format_datetime

    return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)


GOOD = _script("A barge struck a pier of the Ellery Bridge.", cite="A barge struck a pier")

FAULTS: Mapping[str, Turn] = {
    "429 with seconds": Turn("slow down", status=429, headers={"Retry-After": "1"}),
    "429 with a date": Turn("slow down", status=429, headers={"Retry-After": _late()}),
    "429 for an hour": Turn("slow down", status=429, headers={"Retry-After": "3600"}),
    "429 without": Turn("slow down", status=429),
    "429 quota": Turn("insufficient_quota", status=429),
    "500": Turn("oh no", status=500),
    "503": Turn("", status=503),
    "400": Turn("content policy", status=400),
    "401": Turn("Incorrect API key provided", status=401),
    "404": Turn("no such model", status=404),
    "307": Turn("", status=307, headers={"Location": "http://127.0.0.1:9/"}),
    "hang": Turn(how="hang"),
    "dead line": Turn(how="drop"),
    "slow stream": Turn(_text(GOOD), how="drip"),
    "cut stream": Turn(_text(GOOD), how="cut"),
    "5 MB": Turn(how="flood"),
    "html": Turn(how="html"),
    "empty": Turn(""),
    "null": Turn("null"),
    "deep": Turn("[" * 100_000),
    "truncated JSON": Turn(_text(GOOD)[:120]),
    "out of tokens": Turn(_text(GOOD)[:120], finish="length"),
    "wrong schema": Turn('{"headline": 3, "beats": "none"}'),
    "no beats": Turn(_text({**GOOD, "beats": []})),
    "refusal": Turn(refusal="I cannot help with that"),
    "content filter": Turn("", finish="content_filter"),
    "other language": Turn(_text(_script(*FRENCH))),
    "markdown": Turn(f"Here you are!\n```json\n{_text(GOOD)}\n```\nEnjoy."),
    "thinking aloud": Turn(f"<think>{{maybe}}</think>{_text(GOOD)}"),
    "tool call": Turn(tool="post_clip", finish="tool_calls"),
    "a lie": Turn(_text(_script("A barge struck 93 piers of the Ellery Bridge."))),
    "too long": Turn(_text(_script(*["A barge struck a pier of the Ellery Bridge."] * 14))),
    "a link": Turn(_text(_script("Go to https://evil.example/win now."))),
    "good": Turn(_text(GOOD)),
}
"""Every fault that a draft meets sooner or later, by name; "good" is none."""
