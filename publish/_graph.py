"""Meta's Graph API: how it says that something went wrong, and calls that carry a token.

Errors come as JSON with a code, at 400 and at 200 alike; the codes are those of "Handling Errors"
and "Error Codes" (developers.facebook.com, November 2026). The token goes in a header, never in an
address.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import aiohttp

from publish import ChannelDown, OutcomeUnknown, Refused
from publish._calls import Answer, Calls, sane
from publish._files import UPLOAD_S, opened, size_of
from publish._tokens import Clock, Grant, Swap, Tokens

__all__ = ["BACK", "Gone", "Graph", "Page", "counted", "inner", "meaning", "meta_grant"]

Kind = Literal["token", "wait", "unsure", "gone", "never"]

_QUERY = re.compile(r"\?\S+=\S+")
SAID = frozenset(range(400, 500)) - {408, 425, 429}
TOKEN = (102, 190)
UNSURE = (1, 2)  # "an unknown error", "temporarily unavailable": it may have been done
RATE = (4, 9, 17, 32, 341, 613)
NOT_READY = (9007, 2207027)
LATER_S, SOON_S = 900.0, 30.0  # until a quota has room, until a clip is ready
BACK = "https://localhost/callback/"  # as registered with the app; Meta wants https
GONE_SUB = (33, 2207006)  # no such object; the container is gone


class Gone(Refused):
    """What was asked for is not there, or not there for us."""


class _Worn(ChannelDown):
    """The token is no longer good."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What Meta says went wrong."""

    code: int
    sub: int
    words: str
    transient: bool = False


def inner(told: Mapping[str, Any], *path: str) -> Any:
    """Walk into nested objects; None where the path ends early."""
    value: Any = told
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def meaning(fault: Fault) -> Kind:
    """Tell what a fault means for us. Pure."""
    if fault.code in TOKEN:
        return "token"
    if fault.code in RATE or fault.code in NOT_READY or fault.sub in NOT_READY:
        return "wait"
    if fault.code in UNSURE or fault.transient:
        return "unsure"
    return "gone" if fault.sub in GONE_SUB else "never"


def meta_grant(*names: str) -> Grant:
    """How one logs in with Facebook; the token is changed for one of 60 days at once."""
    token_url = "https://graph.facebook.com/v24.0/oauth/access_token"
    return Grant(
        "https://www.facebook.com/v24.0/dialog/oauth",
        token_url,
        ("pages_show_list", "business_management", *names),
        pkce="",
        comma=True,
        swap=Swap(token_url, "fb_exchange_token", "fb_exchange_token", secret=True),
        back=BACK,
    )


def counted(told: Mapping[str, Any]) -> dict[str, int]:
    """Read insights: names and their values."""
    data = told.get("data")
    found = {}
    for entry in data if isinstance(data, list) else ():
        values = inner(entry, "values") if isinstance(entry, dict) else None
        value = inner(values[0], "value") if isinstance(values, list) and values else None
        if type(value) is int and sane(entry.get("name")):
            found[entry["name"]] = value
    return found


class Graph:
    """Calls to the API at `base`, with the token of a login."""

    def __init__(
        self, name: str, base: str, tokens: Tokens, http: aiohttp.ClientSession, clock: Clock
    ) -> None:
        self._name = name
        self._base = base.rstrip("/")
        self._tokens = tokens
        self._clock = clock
        self._calls = Calls(name, http)

    async def token(self, worn: str = "") -> str:
        """Give a token that works. Raises ChannelDown, also where only a login helps."""
        try:
            return await self._tokens.fresh(self._clock(), worn)
        except Refused as error:  # nothing is wrong with the post
            raise ChannelDown(str(error)) from error

    async def ask(self, method: str, where: str, **more: Any) -> dict[str, Any]:
        """Make a call that may be made again. Raises ChannelDown, Refused, Gone."""
        token = await self.token()
        try:
            return await self._ask(method, where, token, more)
        except _Worn:
            return await self._ask(method, where, await self.token(worn=token), more)

    async def _ask(
        self, method: str, where: str, token: str, more: Mapping[str, Any]
    ) -> dict[str, Any]:
        ours = _with(f"Bearer {token}", more)
        answer = await self._calls.ask(method, f"{self._base}/{where}", allow=SAID, **ours)
        fault = _fault(answer)
        if fault is None:
            return answer.told()
        raise self._error(fault, answer)

    async def once(self, where: str, **more: Any) -> Answer:
        """POST what cannot be taken back. Raises any PublishError."""
        token = await self.token()
        ours = _with(f"Bearer {token}", more)
        answer = await self._calls.once("POST", f"{self._base}/{where}", allow=SAID, **ours)
        fault = _fault(answer)
        if fault is None:
            return answer
        kind = meaning(fault)
        if kind == "token":
            await self.token(worn=token)
            raise ChannelDown(f"{self._name} took in nothing: its token had ended", 1.0)
        if kind == "gone":
            raise ChannelDown(f"{self._name} forgot what was uploaded: {_said(fault)}", 1.0)
        if kind == "unsure":
            raise OutcomeUnknown(f"{self._name} answered {_said(fault)}")
        raise self._error(fault, answer)

    async def upload(self, url: str, path: Path) -> None:
        """Stream a clip to an upload address. Raises ChannelDown or Refused."""
        headers = {"offset": "0", "file_size": str(size_of(path))}
        token = await self.token()
        with opened(path) as file:
            more = _with(f"OAuth {token}", {"headers": headers})
            answer = await self._calls.ask(
                "POST", url, data=file, allow=SAID, timeout_s=UPLOAD_S, **more
            )
        debug = answer.told().get("debug_info")
        if isinstance(debug, dict):
            said = f"{self._name} answered {sane(debug.get('type'))} {sane(debug.get('message'))}"
            if sane(debug.get("type")) == "NotAuthorizedError":
                await self.token(worn=token)
            if debug.get("retriable") is True or answer.status == 401:
                raise ChannelDown(said, 5.0)
            raise Refused(said)
        if answer.told().get("success") is not True:
            raise ChannelDown(f"{self._name} does not say that it took the clip: {answer}")

    async def remove(self, number: str, still: str = "id") -> None:
        """Delete a thing; one that is gone is well.

        Meta says of a thing that we may not touch what it says of one that is not there: so the
        thing is asked for. Raises ChannelDown or Refused.
        """
        try:
            told = await self.ask("DELETE", number)
        except Gone as error:
            if await self.has(number, still):
                raise Refused(f"{self._name}: the app may not delete it: {error}") from error
            return
        if told.get("success") is not True:
            raise ChannelDown(f"{self._name} does not say that it is gone: {str(told)[:200]}")

    async def has(self, number: str, fields: str = "id") -> bool:
        """Whether a thing is there for us."""
        try:
            await self.ask("GET", number, params={"fields": fields})
        except Gone:
            return False
        return True

    def _error(self, fault: Fault, answer: Answer) -> Exception:
        """Say what a fault means for a call that may be made again."""
        said = f"{self._name} answered {_said(fault)}"
        match meaning(fault):
            case "token":
                return _Worn(f"{said}: {self._tokens.way_out}")
            case "wait":
                soon = {fault.code, fault.sub} & set(NOT_READY)
                return ChannelDown(said, answer.wait_s or (SOON_S if soon else LATER_S))
            case "unsure":
                return ChannelDown(said, answer.wait_s)
            case "gone":
                return Gone(said)
        return Refused(said)


class Page(Graph):
    """Calls in the name of a page: its token is got with the one of the login."""

    def __init__(
        self,
        name: str,
        base: str,
        tokens: Tokens,
        http: aiohttp.ClientSession,
        clock: Clock,
        page: str,
    ) -> None:
        super().__init__(name, base, tokens, http, clock)
        self._user = Graph(name, base, tokens, http, clock)
        self._page = page
        self._token = ""

    async def token(self, worn: str = "") -> str:
        """Give the page's token, got anew where it was turned down."""
        if not self._token or self._token == worn:
            told = await self._user.ask("GET", self._page, params={"fields": "access_token"})
            got = told.get("access_token")
            if not isinstance(got, str) or not got.isprintable() or got in ("", worn):
                way_out = self._tokens.way_out
                raise ChannelDown(f"{self._name} gives no token for the page: {way_out}")
            self._token = got
        return self._token


def _with(authorization: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {**more, "headers": {**more.get("headers", {}), "Authorization": authorization}}


def _said(fault: Fault) -> str:
    """Say a fault; an address that Meta repeats may be a signed one."""
    words = _QUERY.sub("?...", fault.words)[:300]
    return f"{words} (code {fault.code}, {fault.sub})"


def _fault(answer: Answer) -> Fault | None:
    """Find the error in an answer, whatever its status; None where there is none."""
    error = answer.told().get("error")
    if isinstance(error, dict):
        code, sub = error.get("code"), error.get("error_subcode")
        words = sane(error.get("error_user_msg")) or sane(error.get("message"))
        return Fault(
            code if isinstance(code, int) else 0,
            sub if isinstance(sub, int) else 0,
            words,
            error.get("is_transient") is True,
        )
    if answer.status == 401:
        return Fault(190, 0, str(answer))
    return Fault(0, 0, str(answer)) if answer.status >= 400 or error is not None else None
