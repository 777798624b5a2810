"""A server that hands out tokens as RFC 6749, 7636 and 8628 have it, on loopback."""

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from collections import deque
from typing import Any, Self

from aiohttp import web

from publish._grant import Grant


class Authority:
    """Gives tokens for codes, device codes and refresh tokens; each refresh token works once.

    What it holds is invented: a token is "access-N", a refresh token "refresh-N".
    """

    def __init__(self, *, rotates: bool = True, pkce: str = "S256") -> None:
        self.forms: list[dict[str, str]] = []
        self.logins: list[dict[str, str]] = []
        self.given = 0
        self.life_s: int | None = 3600
        self.refresh_life_s: int | None = None
        self.valid: set[str] = set()
        self._rotates, self._pkce = rotates, pkce
        self._refreshes: set[str] = set()
        self._codes: dict[str, dict[str, str]] = {}
        self._faults: deque[web.Response] = deque()
        self._denying = False
        self._state = ""
        self._device: deque[str] = deque()
        self._hold = asyncio.Event()
        self._hold.set()
        self._asked = asyncio.Event()

    # verbs

    def denies(self) -> None:
        """The person presses "no"."""
        self._denying = True

    def forges(self, state: str) -> None:
        """The browser comes back with somebody else's state."""
        self._state = state

    def revokes(self) -> None:
        """The person takes the app's rights away."""
        self._refreshes.clear()
        self.valid.clear()

    def wears_out(self) -> None:
        """Every access token ends before its time."""
        self.valid.clear()

    def fails(self, status: int, text: str = "", times: int = 1) -> None:
        """The next answers are these."""
        self._faults.extend(web.Response(status=status, text=text) for _ in range(times))

    def answers_on_device(self, *errors: str) -> None:
        """What is said before the code was typed: authorization_pending, slow_down, ..."""
        self._device.extend(errors)

    def holds(self) -> None:
        """Keep answers back until `lets_go`."""
        self._asked.clear()
        self._hold.clear()

    async def is_asked(self) -> None:
        """Wait until somebody waits for an answer."""
        await self._asked.wait()

    def lets_go(self) -> None:
        self._hold.set()

    # the server

    def grant(self, **more: Any) -> Grant:
        """How one logs in here."""
        base = self.url
        ways = {"pkce": self._pkce, "device_url": f"{base}/device", **more}
        return Grant(f"{base}/authorize", f"{base}/token", ("post", "read"), **ways)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_post("/device", self._ask_device)
        app.router.add_get("/swap", self._swap)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._hold.set()
        await self._runner.cleanup()

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        """What the person opens; answers by sending the browser back."""
        asked = dict(request.query)
        self.logins.append(asked)
        state = self._state or asked["state"]
        if self._denying:
            back = {"error": "access_denied", "state": state}
        else:
            code = f"code-{len(self.logins)}-of-sixteen-letters"
            self._codes[code] = asked
            back = {"code": code, "state": state}
        where = asked["redirect_uri"] + "?" + "&".join(f"{k}={v}" for k, v in back.items())
        return web.Response(status=302, headers={"Location": where})

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append({**form, "authorization": request.headers.get("Authorization", "")})
        self._asked.set()
        await self._hold.wait()
        if self._faults:
            return self._faults.popleft()
        match form["grant_type"]:
            case "authorization_code":
                login = self._codes.pop(form["code"], None)
                if login is None or login["redirect_uri"] != form["redirect_uri"]:
                    return _refusal("invalid_grant")
                if self._pkce and self._hash(form["code_verifier"]) != login["code_challenge"]:
                    return _refusal("invalid_grant", "the proof key is another")
            case "refresh_token":
                if form["refresh_token"] not in self._refreshes:
                    return _refusal("invalid_grant", f"{form['refresh_token']} was revoked")
                if self._rotates:
                    self._refreshes.discard(form["refresh_token"])
            case _:
                if self._device:
                    return _refusal(self._device.popleft())
        return web.json_response(self._gives())

    async def _ask_device(self, request: web.Request) -> web.StreamResponse:
        if self._faults:
            return self._faults.popleft()
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        told = {"device_code": "dev-1", "user_code": "ABCD-EFGH", "expires_in": 30, "interval": 1}
        return web.json_response({**told, "verification_url": "https://there.example/device"})

    async def _swap(self, request: web.Request) -> web.StreamResponse:
        self.forms.append(dict(request.query))
        if self._faults:
            return self._faults.popleft()
        self.given += 1
        self.valid.add(f"long-{self.given}")
        return web.json_response({"access_token": f"long-{self.given}", "expires_in": 5_184_000})

    def _gives(self) -> dict[str, Any]:
        self.given += 1
        access, refresh = f"access-{self.given}", f"refresh-{self.given}-of-sixteen"
        self.valid.add(access)
        told: dict[str, Any] = {"access_token": access, "token_type": "Bearer"}
        if self.life_s is not None:
            told["expires_in"] = self.life_s
        if self.refresh_life_s is not None:
            told["refresh_token_expires_in"] = self.refresh_life_s
        if self._rotates or self.given == 1:
            self._refreshes.add(refresh)
            return {**told, "refresh_token": refresh}
        return {**told, "refresh_token": ""}

    def _hash(self, verifier: str) -> str:
        digest = hashlib.sha256(verifier.encode())
        if self._pkce == "hex":
            return digest.hexdigest()
        return urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()


def _refusal(error: str, words: str = "") -> web.Response:
    return web.json_response({"error": error, "error_description": words}, status=400)
