"""What the fakes with a login stand on: one access token that is valid, one way to the next."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from aiohttp import web
from yarl import URL

from platforms._server import Server
from publish._grant import Grant

SECRET = "app-secret-of-sixteen"


class Login(Server):
    """A server that is logged in at: `open_to_all` are the paths that want no token."""

    renews = True
    grant: Grant
    open_to_all: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.secrets = (SECRET, "access-token", "refresh-token")
        self._tokens = Path(mkdtemp())
        self._path = URL(self.grant.token_url).path
        self._app.router.add_post(self._path, self._renew)
        self._n = 0
        self._refresh = "refresh-token-0"

    def account(self, name: str, **more: Any) -> dict[str, Any]:
        """The settings of a channel whose login was an hour ago."""
        folder = self._tokens
        file, now = folder / f"{name}.json", datetime.now(UTC)
        token = {
            "access_token": "access-token-0",
            "refresh_token": "refresh-token-0",
            "at": (now - timedelta(hours=1)).isoformat(),
            "until": (now + timedelta(hours=1)).isoformat(),
            "refresh_until": "",
            "account": "",
        }
        if not file.exists():
            file.write_text(json.dumps(token))
        given = {"client_id": "app", "client_secret": SECRET, "tokens": folder, "api": self.url}
        return {**given, **more}

    async def __aexit__(self, *_: object) -> None:
        await super().__aexit__()
        shutil.rmtree(self._tokens)

    def token_expires(self) -> None:
        self._n += 1

    def login_ends(self) -> None:
        self._n += 1
        self._refresh = "none"

    def authorised(self, request: web.Request) -> bool:
        if request.path == self._path or request.path.startswith(self.open_to_all or ("-",)):
            return True
        return request.headers.get("Authorization") == f"Bearer access-token-{self._n}"

    async def _renew(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form["refresh_token"] != self._refresh:
            return web.json_response({"error": "invalid_grant"}, status=400)
        self._n += 1
        self._refresh = f"refresh-token-{self._n}"
        told = {"access_token": f"access-token-{self._n}", "refresh_token": self._refresh}
        return web.json_response({**told, "expires_in": 7200})
