"""A hub of models on loopback: it lists a repository, serves its files, and stumbles on request."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from loopback import serving

REPO = "Tongyi-MAI/Z-Image-Turbo"
COMMIT, NEXT = "ab" * 20, "cd" * 20
WEIGHTS = bytes(range(256)) * 2000
TOKEN = "let-me-in"
BIG = "transformer/diffusion_pytorch_model.safetensors"


class FakeWeightsHub:
    """Files by name; `calls` counts what was asked, `ranges` what of the weights."""

    def __init__(self) -> None:
        self.url, self.commit, self.repo = "", COMMIT, REPO
        self.files: dict[str, bytes] = {
            "model_index.json": b'{"_class_name": "ZImagePipeline"}',
            BIG: WEIGHTS,
            "tokenizer/merges.txt": b"a b\n",
            "text_encoder/pytorch_model.bin": b"never fetched",
            "README.md": b"# Weights",
        }
        self.calls: Counter[str] = Counter()
        self.ranges: list[str] = []
        self.tokens: set[str] = set()
        self._breaks_after = self._stumbles = 0
        self._ranged, self._gated, self._lie = True, False, b""
        self._shelf = ""

    def breaks_off(self, after: int) -> None:
        """End the next answer of weights after so many bytes."""
        self._breaks_after = after

    def stumbles(self, times: int) -> None:
        """Answer 500 so often."""
        self._stumbles = times

    def forgets_ranges(self) -> None:
        self._ranged = False

    def asks_for_a_licence(self) -> None:
        """Give files only to who shows the token."""
        self._gated = True

    def serves(self, other: bytes) -> None:
        """Send something else than what it lists as weights."""
        self._lie = other

    def sends_on(self, to: str) -> None:
        """Keep the weights on another host, as hubs do."""
        self._shelf = to

    def moves_on(self, name: str, body: bytes, gone: str = "") -> None:
        """Make a new commit, with a file changed and perhaps one gone."""
        self.commit = NEXT
        self.files[name] = body
        self.files.pop(gone, None)

    async def lists(self, request: web.Request) -> web.Response:
        self.calls["list"] += 1
        if refusal := self._refusal(request):
            return refusal
        repo = f"{request.match_info['owner']}/{request.match_info['name']}"
        revision = request.match_info["revision"]
        if repo != self.repo or revision not in ("main", self.commit, COMMIT):
            return web.Response(status=404)
        commit = self.commit if revision == "main" else revision
        siblings = [self._sibling(name, body) for name, body in self.files.items()]
        card = {"license": "apache-2.0"}
        told = {"id": repo, "sha": commit, "siblings": siblings, "cardData": card}
        return web.json_response(told)

    def _sibling(self, name: str, body: bytes) -> dict[str, Any]:
        told: dict[str, Any] = {"rfilename": name, "size": len(body), "blobId": "0" * 40}
        if name.endswith(".safetensors"):
            told["lfs"] = {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body)}
        return told

    async def gives(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["path"]
        self.calls[name] += 1
        if refusal := self._refusal(request):
            return refusal
        if name not in self.files or request.match_info["revision"] not in (COMMIT, NEXT):
            return web.Response(status=404)
        if name != BIG:
            return web.Response(body=self.files[name])
        if self._shelf:
            raise web.HTTPFound(f"{self._shelf}{request.path}")
        return await self._streamed(request, self._lie or self.files[name])

    async def _streamed(self, request: web.Request, body: bytes) -> web.StreamResponse:
        asked = request.headers.get("Range", "")
        self.ranges.append(asked)
        begin = int(asked[6:-1]) if asked and self._ranged else 0
        answer = web.StreamResponse(status=206 if begin else 200)
        answer.content_length = len(body) - begin
        await answer.prepare(request)
        if self._breaks_after:
            end, self._breaks_after = begin + self._breaks_after, 0
            await answer.write(body[begin:end])
            await asyncio.sleep(0)
            assert request.transport
            request.transport.close()
            return answer
        await answer.write(body[begin:])
        return answer

    def _refusal(self, request: web.Request) -> web.Response | None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.tokens.add(token)
        if self._stumbles:
            self._stumbles -= 1
            return web.Response(status=500)
        return web.Response(status=401) if self._gated and token != TOKEN else None


@contextmanager
def weights_hub() -> Iterator[FakeWeightsHub]:
    fake, app = FakeWeightsHub(), web.Application()
    app.router.add_get("/api/models/{owner}/{name}/revision/{revision}", fake.lists)
    app.router.add_get("/{owner}/{name}/resolve/{revision}/{path:.*}", fake.gives)
    with serving(app) as fake.url:
        yield fake
