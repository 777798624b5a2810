"""A Matrix homeserver with verbs: one room, one bot, people who talk, and what can go wrong."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from fakes import NOON

ROOM, BOT = "!desk:example.org", "@wirereel:example.org"
Event = dict[str, Any]


@dataclass
class FakeHomeserver:
    """Keeps what happened in the room, and does what a test tells it."""

    url: str = ""
    most: int = 1_000_000  # bytes of a file
    events: list[Event] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    token: str = "bot-token"
    password: str = ""
    devices: list[str] = field(default_factory=list)
    at: Callable[[], datetime] = lambda: NOON
    encrypted: bool = False
    members: tuple[str, ...] = ()
    page: int = 100  # events in one answer of sync; more is a gap
    trouble: list[str] = field(
        default_factory=list
    )  # of the next sends: limit, drop, error, forbid
    _keys: dict[str, str] = field(default_factory=dict)
    _foreign: list[Event] = field(default_factory=list)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _cut: bool = False
    _nonsense: list[bytes] = field(default_factory=list)

    # What a test does

    def says(self, text: str, who: str = "@anna:example.org", **more: Any) -> str:
        return self.happens(who, "m.room.message", {"msgtype": "m.text", "body": text, **more})

    def reacts(self, event: str, sign: str, who: str = "@anna:example.org", **more: Any) -> str:
        to = {"rel_type": "m.annotation", "event_id": event, "key": sign}
        return self.happens(who, "m.reaction", {"m.relates_to": to, **more})

    def happens(self, who: str, kind: str, content: Any, **more: Any) -> str:
        at = int(self.at().timestamp() * 1000)
        event = {"type": kind, "sender": who, "content": content, "origin_server_ts": at, **more}
        event.setdefault("event_id", f"$e{len(self.events)}")
        self.events.append(event)
        self._move()
        return str(event["event_id"])

    def elsewhere(self, text: str, who: str = "@anna:example.org") -> None:
        """Something is said in another room that the bot was let into."""
        self._foreign.append(
            {
                "type": "m.room.message",
                "sender": who,
                "event_id": f"$foreign{len(self._foreign)}",
                "origin_server_ts": int(self.at().timestamp() * 1000),
                "content": {"msgtype": "m.text", "body": text},
            }
        )

    def fails(self, *what: str) -> None:
        """The next sends fail: "limit" (429), "drop" after it was taken, "error", "forbid"."""
        self.trouble += what

    def answers_once(self, body: bytes) -> None:
        """A sync is answered with this."""
        self._nonsense.append(body)

    def cuts(self) -> None:
        """The next sync breaks off."""
        self._cut = True
        self._move()

    async def until(self, found: Callable[[], Any]) -> Any:
        async with asyncio.timeout(10):
            while not (match := found()):
                await self._moved.wait()
        return match

    def texts(self, who: str = BOT) -> list[str]:
        return [e["content"]["body"] for e in self._of(who, "m.text")]

    def films(self) -> list[Event]:
        return self._of(BOT, "m.video")

    def last(self) -> Event:
        return self._of(BOT, "m.text")[-1]

    def signs(self) -> list[str]:
        """The bot's own reactions that were not taken back."""
        found = [e for e in self.events if e["type"] == "m.reaction" and e["sender"] == BOT]
        return [e["content"]["m.relates_to"]["key"] for e in found if not e.get("gone")]

    def _of(self, who: str, sort: str) -> list[Event]:
        said = (e for e in self.events if e["type"] == "m.room.message" and e["sender"] == who)
        return [e for e in said if e["content"]["msgtype"] == sort]

    # What a homeserver does

    def _move(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/_matrix/").split("/", 2)
        self.asked.append(f"{request.method} {request.path}")
        self._move()
        bearer = request.headers.get("Authorization")
        if "/login" not in request.path and bearer != f"Bearer {self.token}":
            return _refused(401, "M_UNKNOWN_TOKEN", "who are you")
        match [request.method, *path[2].split("/")]:
            case ["POST", "login"]:
                return await self._login(request)
            case ["GET", "account", "whoami"]:
                return web.json_response({"user_id": BOT, "device_id": "DEVICE"})
            case ["POST", "join", _]:
                return web.json_response({"room_id": ROOM})
            case ["GET", "sync"]:
                return await self._sync(request)
            case ["GET", "rooms", _, "messages"]:
                return self._messages(request)
            case ["PUT", "rooms", _, ("send" | "redact") as how, what, key]:
                return await self._send(request, how, what, key)
            case ["GET", "media", "config"]:
                return web.json_response({"m.upload.size": self.most})
            case ["POST", "upload"]:
                return self._upload(await request.read())
        return _refused(404, "M_UNRECOGNIZED", request.path)

    async def _login(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body["password"] != self.password:
            return _refused(403, "M_FORBIDDEN", "wrong password")
        device = body.get("device_id") or f"D{len(self.devices)}"
        self.devices.append(device)
        told = {"user_id": BOT, "access_token": self.token, "device_id": device}
        return web.json_response(told)

    async def _sync(self, request: web.Request) -> web.StreamResponse:
        since = int(request.query.get("since", "s0").removeprefix("s"))
        if request.query.get("full_state") != "true":
            while len(self.events) <= since and not self._cut:
                await self._moved.wait()
        if self._cut:
            self._cut = False
            assert request.transport
            request.transport.close()
            return web.Response()
        if self._nonsense:
            return web.Response(body=self._nonsense.pop(0), content_type="application/json")
        fresh = self.events[since:]
        shown = fresh[-self.page :]
        timeline = {
            "events": shown,
            "limited": len(shown) < len(fresh),
            "prev_batch": f"s{len(self.events) - len(shown)}",
        }
        state = [_state("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})]
        state = state if self.encrypted else []
        for who in self.members:
            member = _state("m.room.member", {"membership": "join"})
            state.append({**member, "state_key": who, "sender": who, "event_id": f"$m{who}"})
        rooms = {ROOM: {"timeline": timeline, "state": {"events": state}}}
        if self._foreign:
            other = {"events": self._foreign, "limited": False, "prev_batch": "s0"}
            rooms["!other:example.org"] = {"timeline": other, "state": {"events": []}}
        return web.json_response({"next_batch": f"s{len(self.events)}", "rooms": {"join": rooms}})

    def _messages(self, request: web.Request) -> web.Response:
        end, start = (int(request.query[name].removeprefix("s")) for name in ("from", "to"))
        first = max(start, end - self.page)
        more = {"end": f"s{first}"} if first > start else {}
        chunk = list(reversed(self.events[first:end]))
        return web.json_response({"chunk": chunk, "start": f"s{end}", **more})

    async def _send(
        self, request: web.Request, how: str, what: str, key: str
    ) -> web.StreamResponse:
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "limit":
            told = {"errcode": "M_LIMIT_EXCEEDED", "error": "slow down", "retry_after_ms": 1}
            return web.json_response(told, status=429)
        if trouble == "error":
            return web.Response(status=502, text="<html>bad gateway</html>")
        if trouble == "forbid":
            return _refused(403, "M_FORBIDDEN", "you may not speak here")
        if key not in self._keys:
            self._keys[key] = self._take(how, what, await request.json())
        if trouble == "drop":
            assert request.transport
            request.transport.close()
        return web.json_response({"event_id": self._keys[key]})

    def _take(self, how: str, what: str, content: Any) -> str:
        if how == "send":
            return self.happens(BOT, what, content)
        for event in self.events:
            if event["event_id"] == what:
                event["gone"] = True
        return self.happens(BOT, "m.room.redaction", content, redacts=what)

    def _upload(self, body: bytes) -> web.Response:
        name = hashlib.sha256(body).hexdigest()[:12]
        self.files[f"mxc://example.org/{name}"] = body
        return web.json_response({"content_uri": f"mxc://example.org/{name}"})


def _state(kind: str, content: Any) -> Event:
    return {
        "type": kind, "state_key": "", "sender": BOT, "event_id": f"$state-{kind}",
        "origin_server_ts": int(datetime.now(UTC).timestamp() * 1000), "content": content,
    }  # fmt: skip


def _refused(status: int, code: str, words: str) -> web.Response:
    return web.json_response({"errcode": code, "error": words}, status=status)


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[FakeHomeserver]:
    """A homeserver on loopback."""
    server = FakeHomeserver(**options)
    app = web.Application(client_max_size=10_000_000)
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
