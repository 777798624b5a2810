"""What the fakes of chat servers share: calls are kept, faults strike, a test can wait."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

__all__ = ["Room", "no_answer"]


class Room:
    """A chat server on loopback. `shown` is what stands there, `calls` every call as it came."""

    def __init__(self) -> None:
        self.shown: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.sockets: list[web.WebSocketResponse] = []
        self._faults: dict[str, deque[web.Response]] = {}
        self._moved = asyncio.Event()
        self._last = 1000

    def number(self) -> int:
        """A number that nothing had before."""
        self._last += 1
        return self._last

    def refuses(self, call: str, status: int, body: Any, **headers: str) -> None:
        """Answer the next call of this name with a status and a JSON body, or a text."""
        if isinstance(body, str):
            answer = web.Response(status=status, text=body, content_type="text/html")
        else:
            answer = web.json_response(body, status=status)
        answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        self._faults.setdefault(call, deque()).append(answer)

    def fault(self, call: str, fields: dict[str, Any]) -> web.Response | None:
        """Note a call; answer the fault that was ordered for it."""
        self.calls.append((call, fields))
        self._moved.set()
        faults = self._faults.get(call)
        return faults.popleft() if faults else None

    def moves(self) -> None:
        self._moved.set()

    async def has(self, test: Callable[[Any], object]) -> None:
        """Wait until something is true of this server."""
        async with asyncio.timeout(5):
            while not test(self):
                self._moved.clear()
                await self._moved.wait()

    def called(self, call: str) -> list[dict[str, Any]]:
        return [fields for name, fields in self.calls if name == call]

    async def tells(self, frame: Any) -> None:
        """Send a frame to whoever listens."""
        await self.has(lambda room: room.sockets)
        await self.sockets[-1].send_str(frame if isinstance(frame, str) else json.dumps(frame))

    def ended(self, socket: web.WebSocketResponse) -> web.WebSocketResponse:
        self.sockets = [other for other in self.sockets if other is not socket]
        return socket

    async def hangs_up(self) -> None:
        """End the socket; whoever listens must come again."""
        await self.sockets.pop().close()

    def app(self) -> web.Application:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self.app(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.host = f"127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self.sockets:
            await socket.close()
        await self._runner.cleanup()


def no_answer(text: str = "<html>a proxy</html>") -> web.Response:
    return web.Response(text=text, content_type="text/html")
