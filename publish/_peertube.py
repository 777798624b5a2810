"""The API of a PeerTube instance: logged in with a password, and uploads in pieces.

The token is kept in memory only: the password is at hand, and a new one costs one call.
"""

import asyncio
import io
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr
from yarl import URL

from publish import ChannelDown, Refused
from publish._bucket import kind_of
from publish._calls import Answer, Calls, sane
from publish._files import opened, size_of

__all__ = ["Peer", "gone"]

PIECE = 8 * 1024 * 1024  # what a crash costs at most; 50 calls in 10 s are allowed
FULL_S = 3600.0
UPLOADS = "/videos/upload-resumable"


class Peer(Calls):
    """Calls to `site`, by paths below /api/v1, as `user`. Raises as `Calls` does.

    A password that is turned down is ChannelDown: with another one the post will go out. `body`
    in place of `data` makes the body anew for each try.
    """

    def __init__(
        self, name: str, site: str, user: str, password: SecretStr, http: aiohttp.ClientSession
    ) -> None:
        super().__init__(name, http)
        self._api = f"{site}/api/v1"
        self._login = {"username": user, "password": password.get_secret_value()}
        self._token = ""
        self._entering = asyncio.Lock()

    async def ask(
        self,
        method: str,
        url: str | URL,
        *,
        allow: Collection[int] = (),
        timeout_s: float = 60.0,
        **more: Any,
    ) -> Answer:
        """Make a call that may be made again, once more with a new token after a 401."""
        where, allowed = f"{self._api}{url}", {*allow, 401}
        for _ in range(2):
            ours = await self._with_token(more)
            answer = await super().ask(method, where, allow=allowed, timeout_s=timeout_s, **ours)
            if answer.status != 401:
                return answer
            self._token = ""
        raise ChannelDown(f"{self._name} takes not even a new token: {answer}")

    async def once(
        self,
        method: str,
        url: str | URL,
        *,
        allow: Collection[int] = (),
        timeout_s: float = 120.0,
        **more: Any,
    ) -> Answer:
        """Make the call that cannot be taken back; a 401 took nothing in."""
        ours = await self._with_token(more)
        where, allowed = f"{self._api}{url}", {*allow, 401}
        answer = await super().once(method, where, allow=allowed, timeout_s=timeout_s, **ours)
        if answer.status == 401:
            self._token = ""
            raise ChannelDown(f"{self._name} took in nothing: its token had ended", 1.0)
        return answer

    async def channel(self, name: str) -> int:
        """Ask for the number of a channel."""
        answer = await self.ask("GET", f"/video-channels/{name}", allow=(404,))
        number = answer.told().get("id")
        if answer.status == 404 or not isinstance(number, int):
            raise ChannelDown(f"{self._name} has no channel {name}: see `channel`")
        return number

    async def video(self, uuid: str) -> dict[str, Any]:
        """Ask for a video; {} where there is none."""
        answer = await self.ask("GET", f"/videos/{uuid}", allow=(404,))
        if gone(answer):
            return {}
        if answer.word("uuid") != uuid:
            raise ChannelDown(f"{self._name}: no yes and no no: {answer}")
        return answer.told()

    async def send(self, url: str, part: str, path: Path) -> None:
        """Put a small file to a video; PeerTube says 204."""
        with opened(path) as file:
            body = await asyncio.to_thread(file.read)

        def form() -> aiohttp.FormData:
            form = aiohttp.FormData()
            named = f"{part}{path.suffix}"
            form.add_field(part, body, filename=named, content_type=kind_of(path))
            return form

        answer = await self.ask("PUT", url, body=form)
        if answer.status != 204:
            raise ChannelDown(f"{self._name} does not say that it took {path.name}: {answer}")

    async def begin(self, path: Path, told: Mapping[str, Any]) -> str:
        """Open an upload of a file; answers its id."""
        size = await asyncio.to_thread(size_of, path)
        headers = {"X-Upload-Content-Length": str(size), "X-Upload-Content-Type": "video/mp4"}
        answer = await self.ask("POST", UPLOADS, json=dict(told), headers=headers, allow=(413,))
        if answer.status == 413:
            if answer.word("code") != "quota_reached":
                raise Refused(f"{self._name} answered {answer}")
            raise ChannelDown(f"{self._name}: the account's quota is used up: {answer}", FULL_S)
        upload = sane(URL(answer.headers.get("Location", "")).query.get("upload_id", ""))
        if not upload:
            raise ChannelDown(f"{self._name} does not say where to upload: {answer}")
        return upload

    async def upload(self, path: Path, upload: str) -> str:
        """Send what has not arrived yet; answers the video's uuid, "" where the upload is gone."""
        size = await asyncio.to_thread(size_of, path)
        answer = await self._piece(upload, b"", f"bytes */{size}")
        with opened(path) as file:
            while answer.status == 308:
                start = _arrived(answer)
                await asyncio.to_thread(file.seek, start)
                piece = await asyncio.to_thread(file.read, PIECE)
                if not piece:
                    raise ChannelDown(f"{self._name} has all of the clip and makes no video of it")
                where = f"bytes {start}-{start + len(piece) - 1}/{size}"
                answer = await self._piece(upload, piece, where)
        if answer.status in (404, 410):
            return ""
        if not (uuid := answer.word("video", "uuid")):
            raise ChannelDown(f"{self._name} does not say which video it made: {answer}")
        return uuid

    async def _piece(self, upload: str, piece: bytes, where: str) -> Answer:
        headers = {"Content-Range": where, "Content-Type": "application/octet-stream"}
        url = URL(UPLOADS).with_query(upload_id=upload)
        allow, body = (308, 404, 410), lambda: io.BytesIO(piece)
        return await self.ask("PUT", url, body=body, headers=headers, allow=allow, timeout_s=300)

    async def _with_token(self, more: Mapping[str, Any]) -> dict[str, Any]:
        async with self._entering:
            if not self._token:
                self._token = await self._enter()
        headers = {"Authorization": f"Bearer {self._token}", **more.get("headers", {})}
        ours = {key: value for key, value in more.items() if key != "body"}
        if body := more.get("body"):
            ours["data"] = body()
        return {**ours, "headers": headers}

    async def _enter(self) -> str:
        """Log in. Raises ChannelDown."""
        try:
            client = await super().ask("GET", f"{self._api}/oauth-clients/local")
            ids = {name: client.word(name) for name in ("client_id", "client_secret")}
            form = {**ids, **self._login, "grant_type": "password"}
            answer = await super().ask("POST", f"{self._api}/users/token", data=form)
        except Refused as error:
            told = f"{self._name} does not let us in, see `username` and `password`: {error}"
            raise ChannelDown(told) from error
        token = answer.told().get("access_token")
        if not isinstance(token, str) or not token.isprintable() or not token:
            raise ChannelDown(f"{self._name}: no PeerTube answers at {self._api}")
        return token


def gone(answer: Answer) -> bool:
    """Tell a video that is not there, as PeerTube says it, from a page that is not there."""
    return answer.status == 404 and bool(answer.told())


def _arrived(answer: Answer) -> int:
    """Read how many bytes are there, of `Range: bytes=0-499`; none without it."""
    last = answer.headers.get("Range", "").rpartition("-")[2]
    return int(last) + 1 if last.isdecimal() else 0
