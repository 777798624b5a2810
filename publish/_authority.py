"""The server that hands out tokens: a code, a device code or an old token goes in, one comes out.

Nothing secret gets into a message: what we sent is struck out of what came back.
"""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr

from publish import ChannelDown, Refused
from publish._calls import NOT_NOW, Answer, Calls, sane
from publish._grant import Grant, Swap, Token, earned

__all__ = ["Account", "Authority", "Denied"]

LATER = ("temporarily_unavailable", "server_error", "rate_limit_exceeded")
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


class Account(BaseModel):
    """What every channel with a login has: the app that was registered at the platform.

    `tokens` is the folder of NAME.json, made by `wirereel login NAME`. `api` is another server
    that speaks the same, a relay or a stand-in. `scopes` are asked for in place of the usual ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    client_id: str = Field(min_length=1)
    client_secret: SecretStr = SecretStr("")
    tokens: Path = Path("var/tokens")
    api: HttpUrl | Literal[""] = ""
    scopes: tuple[str, ...] = ()


class Denied(Refused):
    """The server gives no token. `code` is its word for why, such as "invalid_grant"."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class Authority:
    """Speaks to the token server of one channel. Every method raises ChannelDown or Denied."""

    def __init__(
        self, name: str, grant: Grant, account: Account, http: aiohttp.ClientSession
    ) -> None:
        scopes = account.scopes or grant.scopes
        self.grant = replace(grant.at(str(account.api)), scopes=scopes)
        self._name = name
        self._id = account.client_id
        self._secret = account.client_secret.get_secret_value()
        self._calls = Calls(name, http)

    async def redeem(self, code: str, redirect: str, verifier: str, now: datetime) -> Token:
        """Change the code that the browser brought for a token."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
        if self.grant.pkce:
            form["code_verifier"] = verifier
        token = self._token(await self._post(self.grant.token_url, form), now)
        return await self._swapped(self.grant.swap, token, now) if self.grant.swap else token

    async def renew(self, old: Token, now: datetime) -> Token:
        """Change an old token for a new one."""
        if old.refresh:
            form = {"grant_type": "refresh_token", "refresh_token": old.refresh}
            return self._token(await self._post(self.grant.token_url, form), now, old)
        if self.grant.renewal:
            return await self._swapped(self.grant.renewal, old, now)
        raise Denied(f"{self._name}: its login cannot be renewed", "invalid_grant")

    async def device(self) -> Mapping[str, Any]:
        """Ask for a code that a person types on another device (RFC 8628)."""
        told = await self._post(self.grant.device_url, {"scope": self.grant.scope})
        return {
            **told,
            "verification_uri": told.get("verification_uri", told.get("verification_url")),
        }

    async def typed(self, device_code: str, now: datetime) -> Token:
        """Ask whether it was typed. Denied with "authorization_pending" or "slow_down": not yet."""
        form = {"grant_type": DEVICE, "device_code": device_code}
        return self._token(await self._post(self.grant.token_url, form), now)

    async def _swapped(self, swap: Swap, token: Token, now: datetime) -> Token:
        asked = {"grant_type": swap.grant_type, swap.token: token.access}
        if swap.secret:
            asked |= {self.grant.client: self._id, "client_secret": self._secret}
        answer = await self._calls.ask("GET", swap.url, params=asked, allow=range(400, 600))
        return self._token(self._told(answer, asked), now, token)

    async def _post(self, url: str, form: dict[str, str]) -> dict[str, Any]:
        headers = {}
        if self.grant.basic and self._secret:
            pair = f"{quote(self._id, safe='')}:{quote(self._secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        elif self._secret and url != self.grant.device_url:
            form = {**form, "client_secret": self._secret}
        form = {self.grant.client: self._id, **form}
        answer = await self._calls.ask(
            "POST", url, data=form, headers=headers, allow=range(400, 600)
        )
        return self._told(answer, form)

    def _told(self, answer: Answer, sent: Mapping[str, str]) -> dict[str, Any]:
        """Read an answer: some say 200 and put an error inside."""
        told = answer.told()
        error = told.get("error")
        why = error if isinstance(error, dict) else told
        code = sane(error) or sane(why.get("type"))
        words = sane(why.get("error_description")) or sane(why.get("message"))
        later = code in LATER or why.get("is_transient") is True or answer.status >= 500
        if later or (answer.status in NOT_NOW and not code):  # what it says may echo what we sent
            raise ChannelDown(f"{self._name} gives no token now ({answer.status})", answer.wait_s)
        if answer.status < 300 and not code:
            return told
        said = ": ".join(filter(None, (code or str(answer.status), words[:200])))
        for secret in sorted(filter(None, (*sent.values(), self._secret)), key=len, reverse=True):
            said = said.replace(secret, "...") if len(secret) > 15 else said
        raise Denied(f"{self._name} gives no token ({said})", code)

    def _token(self, told: Mapping[str, Any], now: datetime, old: Token | None = None) -> Token:
        try:
            return earned(told, now, old)
        except ValueError as error:
            raise ChannelDown(f"{self._name} answered without a token: {error}") from error
