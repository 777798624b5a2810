"""A speech server on loopback that speaks by espeak, and fails as it is told."""

import asyncio
import io
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from aiohttp import web

from loopback import serving
from render.voices import Speech
from render.voices.espeak import Plugin, Settings


class Speaker:
    """Answers in order what it was told to; the last goes on."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.url = ""
        self.said: Speech | None = None
        self._voice = Plugin(Settings(voice="en-us+f3"))
        self._replies: list[tuple[str, Any]] = []
        self._all_there = asyncio.Event()

    def speaks(self, *, streaming: bool = False) -> None:
        self._replies.append(("speaks", streaming))

    def speaks_when(self, asking: int) -> None:
        """Answer nobody before so many are asking."""
        self._replies.append(("speaks when", asking))

    def answers(self, body: bytes) -> None:
        self._replies.append(("answers", body))

    def fails(self, status: int, message: str = "no", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._replies.append(("fails", (status, message, named)))

    def hangs(self) -> None:
        self._replies.append(("hangs", None))

    def drips(self) -> None:
        self._replies.append(("drips", None))

    def drops(self, after: bytes = b"") -> None:
        self._replies.append(("drops", after))

    def _wav(self, wish: dict[str, Any], streaming: bool) -> bytes:
        rate = float(wish.get("speed", 1.0))
        said = self._voice.say(wish["input"], lang="en", rate=rate, tone="", timeout_s=20)
        self.said, file = said, io.BytesIO()
        with wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(said.rate)
            out.writeframes((said.pcm * 32767).astype(np.int16).tobytes())
        data = bytearray(file.getvalue())
        if streaming:  # a server that does not know the end yet
            data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
        return bytes(data)

    async def _speech(self, request: web.Request) -> web.StreamResponse:
        wish = await request.json()
        self.asked.append(wish)
        self.keys.append(request.headers["Authorization"])
        does, what = self._replies[min(len(self.asked), len(self._replies)) - 1]
        match does:
            case "speaks":
                return web.Response(body=self._wav(wish, what), content_type="audio/wav")
            case "speaks when":
                if len(self.asked) == what:
                    self._all_there.set()
                await self._all_there.wait()
                return web.Response(body=self._wav(wish, False), content_type="audio/wav")
            case "answers":
                return web.Response(body=what, content_type="audio/wav")
            case "fails":
                status, message, headers = what
                body = {"error": {"message": message, "type": "fault", "code": None}}
                return web.json_response(body, status=status, headers=headers)
        answer = web.StreamResponse()
        if does != "hangs" and (what is None or what):
            await answer.prepare(request)
        while does == "drips":
            await answer.write(b"RIFF")
            await asyncio.sleep(0.02)
        if does == "drops":
            if what:
                await answer.write(what)
            assert request.transport
            request.transport.abort()
        await asyncio.Event().wait()
        raise AssertionError


@contextmanager
def speaker() -> Iterator[Speaker]:
    """Run a server on a free loopback port: voices do not await."""
    fake, app = Speaker(), web.Application()
    app.router.add_post("/v1/audio/speech", fake._speech)
    with serving(app) as url:
        fake.url = f"{url}/v1"
        yield fake
