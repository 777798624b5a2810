"""The routes of the web desk, and who may take them.

It translates between HTTP and the newsroom, and knows nothing of settings or sockets.
"""

import asyncio
import html
import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.chat import Incoming, Newsroom
from bot.chat._door import SESSION_S, Door, Tries
from bot.chat._messages import Messages

__all__ = ["Site"]

PAGE = Path(__file__).parent / "page"
COOKIE = "wirereel_desk"
USER = web.RequestKey("user", str)
FRONT = ("/", "/login")
OPEN = (*FRONT, "/livez")
POLL_S = 25.0  # below the 30 s after which many proxies cut a silent connection
BODY_BYTES = 256 * 1024  # 10,000 characters, each escaped at its longest, and some room
TYPES = {
    "video": "video/mp4",
    "clean": "video/mp4",
    "cover": "image/jpeg",
    "srt": "application/x-subrip; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "sources": "application/json",
}
SEALS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; media-src 'self'; "
    "style-src 'self'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

log = logging.getLogger(__name__)


class Command(BaseModel):
    """The body of POST /api/command. The same `id` of the same user is heard once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
    id: Annotated[str, StringConstraints(max_length=100)] = ""


class Turned(Exception):
    """A request is turned away; the text is for the person who made it."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status, self.headers = status, headers or {}


class Site:
    """The routes. Everything but the page's own files and /livez is for the logged in."""

    def __init__(
        self, newsroom: Newsroom, door: Door, messages: Messages, clock: Callable[[], float]
    ) -> None:
        self._newsroom, self._door, self._messages = newsroom, door, messages
        self._clock, self._tries = clock, Tries()

    def app(self) -> web.Application:
        """Make the application that serves all this, once."""
        app = web.Application(middlewares=[self._guard], client_max_size=BODY_BYTES)
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/login", self._ask),
                web.post("/login", self._login),
                web.post("/logout", self._logout),
                web.get("/livez", self._livez),
                web.static("/page", PAGE),
                web.get("/api/session", self._session),
                web.get("/api/stories", self._stories),
                web.get("/api/drafts", self._drafts),
                web.get("/api/changes", self._changes),
                web.post("/api/command", self._command),
                web.get(r"/drafts/{draft:\d{1,9}}/clip/{name}", self._clip),
                web.get(r"/drafts/{draft:\d{1,9}}/preview/video", self._preview),
            ]
        )
        app.on_response_prepare.append(_seal)
        app.on_shutdown.append(self._wake)
        return app

    # Who is it?

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        try:
            if not self._door.knows(request.host):
                raise Turned(421, "this desk is not called by that host name: see public_hosts")
            if not request.path.startswith("/page/") and request.path not in OPEN:
                request[USER] = self._who(request)
            answer: web.StreamResponse = await handler(request)
            return answer
        except Turned as no:
            if request.path in FRONT:
                return _login_page(str(no), no.status, no.headers)
            return web.json_response({"error": str(no)}, status=no.status, headers=no.headers)

    def _who(self, request: web.Request) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._try(request, token.strip())
        user = self._visitor(request)
        if user is None:
            raise Turned(401, "log in first, or send a token", {"WWW-Authenticate": "Bearer"})
        if request.method not in ("GET", "HEAD"):
            _from_own_page(request)
            csrf = request.headers.get("X-CSRF-Token", "")
            if not self._door.owns(user, request.cookies[COOKIE], csrf):
                raise Turned(403, "the X-CSRF-Token of this session is missing or wrong")
        return user

    def _visitor(self, request: web.Request) -> str | None:
        return self._door.reads(request.cookies.get(COOKIE, ""), self._clock())

    def _try(self, request: web.Request, token: str) -> str:
        address, now = request.remote or "", self._clock()
        if wait := self._tries.wait_s(address, now):
            again = str(int(wait) + 1)
            text = f"too many wrong tokens; try again in {again} s"
            raise Turned(429, text, {"Retry-After": again})
        user = self._door.admits(token)
        if user is None:
            self._tries.wrong(address, now)
            log.warning("a wrong token came from %s", address)
            raise Turned(401, "that token is not known", {"WWW-Authenticate": "Bearer"})
        return user

    # The page

    async def _index(self, request: web.Request) -> web.StreamResponse:
        if token := request.query.get("token"):
            return self._welcome(request, self._try(request, token))
        if self._visitor(request) is None:
            raise web.HTTPSeeOther("/login")
        return web.FileResponse(PAGE / "index.html")

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        if self._visitor(request):
            raise web.HTTPSeeOther("/")
        return _login_page()

    async def _login(self, request: web.Request) -> web.StreamResponse:
        _from_own_page(request)
        fields = parse_qs((await request.read()).decode("utf-8", "replace"))
        token = fields.get("token", [""])[0].strip()
        return self._welcome(request, self._try(request, token))

    def _welcome(self, request: web.Request, user: str) -> web.Response:
        answer = web.Response(status=303, headers={"Location": "/"})
        answer.set_cookie(
            COOKIE,
            self._door.session(user, self._clock()),
            max_age=SESSION_S,
            httponly=True,
            samesite="Strict",
            secure="https" in (request.scheme, request.headers.get("X-Forwarded-Proto")),
        )
        return answer

    async def _logout(self, request: web.Request) -> web.Response:
        answer = web.json_response({})
        answer.del_cookie(COOKIE, httponly=True, samesite="Strict")
        return answer

    async def _livez(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    # The desk

    async def _session(self, request: web.Request) -> web.Response:
        user = request[USER]
        csrf = self._door.csrf(user, request.cookies.get(COOKIE, ""))
        return web.json_response({"user": f"web:{user}", "csrf": csrf})

    async def _stories(self, request: web.Request) -> web.Response:
        return web.json_response({"stories": list(self._newsroom.stories())})

    async def _drafts(self, request: web.Request) -> web.Response:
        return web.json_response({"drafts": list(await self._newsroom.drafts())})

    async def _command(self, request: web.Request) -> web.Response:
        command = await _read(request)
        user = f"web:{request[USER]}"
        event = f"{user}:{command.id or secrets.token_hex(8)}"
        at = datetime.fromtimestamp(self._clock(), UTC)
        reply = await self._newsroom.hear(Incoming(user, event, command.text, at))
        return web.json_response({"reply": reply})

    async def _changes(self, request: web.Request) -> web.Response:
        """Answer as soon as the desk moved after `since`, or said something after `log`."""
        since = _number(request, "since", 0)
        said = _number(request, "log", self._messages.last)
        moved = asyncio.ensure_future(self._newsroom.changed(since))
        spoke = asyncio.ensure_future(self._messages.beyond(said))
        try:
            await asyncio.wait({moved, spoke}, timeout=POLL_S, return_when="FIRST_COMPLETED")
            version = moved.result() if moved.done() else since
        finally:
            moved.cancel()
            spoke.cancel()
        return web.json_response({"version": version, "messages": self._messages.after(said)})

    async def _clip(self, request: web.Request) -> web.StreamResponse:
        draft, name = int(request.match_info["draft"]), request.match_info["name"]
        path = await self._newsroom.clip(draft, name) if name in TYPES else None
        if path is None or not path.is_file():
            raise Turned(404, f"draft {draft} has no file {name!r}; files are {', '.join(TYPES)}")
        return web.FileResponse(path, headers={"Content-Type": TYPES[name]})

    async def _preview(self, request: web.Request) -> web.StreamResponse:
        draft = int(request.match_info["draft"])
        path = await self._newsroom.clip(draft, "preview")
        if path is None:
            raise Turned(404, f"draft {draft} has no preview (yet)")
        return web.FileResponse(path, headers={"Content-Type": TYPES["video"]})

    async def _wake(self, app: web.Application) -> None:
        self._messages.wake()


def _from_own_page(request: web.Request) -> None:
    origin = request.headers.get("Origin")
    if origin not in (f"http://{request.host}", f"https://{request.host}"):
        raise Turned(403, f"a form of another page ({origin or 'no Origin'}) is not heard here")


def _number(request: web.Request, name: str, default: int) -> int:
    given = request.query.get(name, str(default))
    if not given.isdecimal() or len(given) > 18:
        raise Turned(400, f"{name}: {given[:40]!r} is not a version")
    return int(given)


async def _read(request: web.Request) -> Command:
    try:
        return Command.model_validate_json(await request.read())
    except web.HTTPRequestEntityTooLarge as error:
        raise Turned(400, "a command has at most 10000 characters") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        raise Turned(400, f'{place}: {first["msg"]}; send {{"text": "..."}}') from error


def _login_page(
    message: str = "", status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    text = (PAGE / "login.html").read_text("utf-8").replace("<!--message-->", html.escape(message))
    # Under no-referrer a browser sends this form with `Origin: null`, and it would be turned away.
    own = {**(headers or {}), "Referrer-Policy": "same-origin"}
    return web.Response(text=text, status=status, content_type="text/html", headers=own)


async def _seal(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in SEALS.items():
        response.headers.setdefault(name, value)
