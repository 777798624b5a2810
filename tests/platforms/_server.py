"""What every fake of a platform stands on: a loopback server, and faults that strike in turn."""

import hashlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Self

from aiohttp import BodyPartReader, web

from platforms import Can, Lie, Made

Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]
BIG = '{"id": "' + "x" * 5_000_000 + '"}'
Effect = Callable[[], web.StreamResponse]


class Server:
    """A server on a free port. A fake adds its routes, and makes things public in `committing`."""

    renews = False
    can: frozenset[Can] = frozenset()
    lying_error = '{"error": "InternalError", "message": "something went wrong"}'
    lying_type = '{"id": {"a": 1}, "uri": 7, "url": ["x"], "ok": true}'

    def __init__(self) -> None:
        self.posts: list[Made] = []
        self.uploads = 0
        self.secrets: tuple[str, ...] = ()
        self.busy = 0
        self.moderated = False
        self.locked_out = False
        self.spent = False
        self._made = 0
        self._next: deque[Fault | None] = deque()
        self._before: deque[Fault] = deque()
        self._after: deque[Fault] = deque()
        self._app = web.Application(client_max_size=1 << 26, middlewares=[self._middleware()])
        self.routes(self._app.router)

    def routes(self, router: web.UrlDispatcher) -> None:
        raise NotImplementedError

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port: int = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def goes_down(self) -> None:
        await self._runner.cleanup()

    def drops_before_commit(self) -> None:
        self._before.append(dropped)

    def drops_after_commit(self) -> None:
        self._after.append(dropped)

    def fails_after_commit(self) -> None:
        self._after.append(says(500, "the disk is on fire"))

    def is_busy(self, times: int) -> None:
        self.busy = times

    def token_expires(self) -> None:
        self.login_ends()

    def login_ends(self) -> None:
        self.locked_out = True

    def refuses_by_moderation(self) -> None:
        self.moderated = True

    def runs_out_of_quota(self) -> None:
        self.spent = True

    def forgets_uploads(self) -> None:
        raise NotImplementedError

    def limits_rate(self, seconds: int) -> None:
        self._next.append(says(429, '{"error": "RateLimit"}', Retry_After=str(seconds)))

    def lies(self, how: Lie, after: int = 0) -> None:
        json = {"error": self.lying_error, "type": self.lying_type, "big": BIG}
        page = "<html><title>Please log in</title></html>"
        told = says(200, json[how], "application/json") if how in json else says(200, page)
        self._next.extend([None] * after)
        self._next.append(told)

    def echoes(self, after: int = 0) -> None:
        self._next.extend([None] * after)
        self._next.append(_echo)

    def tells(self, json: str) -> None:
        """The next call is told this."""
        self._next.append(says(200, json, "application/json"))

    def forgives(self) -> None:
        self._next.clear()

    async def committing(self, request: web.Request, effect: Effect) -> web.StreamResponse:
        """Make something public, and whatever stands in the way of saying so."""
        if self._before:
            return await self._before.popleft()(request)
        answer = effect()
        if self._after and 200 <= answer.status < 300:
            return await self._after.popleft()(request)
        return answer

    def number(self) -> int:
        self._made += 1
        return self._made

    def post(self, id_: str) -> Made | None:
        return next((post for post in self.posts if post.id == id_), None)

    def authorised(self, request: web.Request) -> bool:
        """Whether a request comes with a key that counts."""
        return not self.locked_out

    def locked(self) -> web.Response:
        return web.json_response({"error": "The access token is invalid"}, status=401)

    def _middleware(self) -> Any:
        @web.middleware
        async def faults(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            if self._next and (fault := self._next.popleft()):
                await request.read()
                return await fault(request)
            if not self.authorised(request):
                await request.read()
                return self.locked()
            return await handler(request)

        return faults


async def dropped(request: web.Request) -> web.StreamResponse:
    """Break the line without a word."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _echo(request: web.Request) -> web.StreamResponse:
    """Answer as careless servers do."""
    key = request.headers.get("Authorization", "")
    return web.Response(status=400, text=f"Cannot {request.method} {request.path_qs} with {key}")


def says(status: int, text: str, kind: str = "text/plain", **headers: str) -> Fault:
    async def answer(request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=text, content_type=kind, headers=named)

    return answer


async def parts(request: web.Request) -> dict[str, Any]:
    """Read a multipart form: texts as they are, files as (name, kind, sha256)."""
    found: dict[str, Any] = {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        body = bytes(await part.read())
        if part.filename is None:
            found[part.name or ""] = body.decode()
        else:
            kind = part.headers.get("Content-Type", "")
            found[part.name or ""] = (part.filename, kind, hashlib.sha256(body).hexdigest())
    return found
