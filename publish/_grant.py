"""How a platform hands out tokens (OAuth 2.0, RFC 6749), and what a token is.

Pure: no clock, no network and no disk here. A plug-in names its platform's way as `GRANT`.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, Self

from yarl import URL

from publish._calls import sane

__all__ = ["Grant", "Swap", "Token", "address", "challenge", "earned", "stored", "token_of"]

Pkce = Literal["S256", "hex", ""]
"""How the proof key is hashed: base64url as in RFC 7636, hex digits (TikTok), or no proof key."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A GET that changes a token for one that lives longer, as Meta does it.

    `token` names the parameter that the old one goes in; `secret` sends client id and secret along.
    """

    url: str
    grant_type: str
    token: str = "access_token"
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """Where and how one logs in. What RFC 6749 does is the default, the rest is a platform's own.

    `basic` sends client id and secret as a header, not in the form. `client` is what the client id
    is called. `comma` parts scopes by commas. `extra` goes with the address that a person opens.
    `device_url` is there where a code may be typed on another device (RFC 8628). `swap` follows a
    login; `renewal` stands for a refresh token where there is none. `early` is how long before its
    end a token is renewed. `port` is where the browser comes back to, 0 for any free one: some
    platforms take only the very address that was registered. `back` is that address where it has to
    be https, so that we cannot listen there: a person copies where the browser ended.
    """

    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    device_url: str = ""
    pkce: Pkce = "S256"
    basic: bool = False
    client: str = "client_id"
    comma: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)
    swap: Swap | None = None
    renewal: Swap | None = None
    early: timedelta = timedelta(minutes=5)
    port: int = 0
    back: str = ""

    @property
    def scope(self) -> str:
        """The scopes as this platform reads them."""
        return ("," if self.comma else " ").join(self.scopes)

    def at(self, origin: str) -> Self:
        """Move every address to another server; "" leaves them where they are."""
        if not origin:
            return self
        swap, renewal = (
            s and replace(s, url=_moved(s.url, origin)) for s in (self.swap, self.renewal)
        )
        return replace(
            self,
            authorize_url=_moved(self.authorize_url, origin),
            token_url=_moved(self.token_url, origin),
            device_url=self.device_url and _moved(self.device_url, origin),
            swap=swap,
            renewal=renewal,
        )


@dataclass(frozen=True, slots=True)
class Token:
    """What a login gave. `at` is when it was handed out, `until` when it ends, None if untold.

    `refresh` gets the next one until `refresh_until`. `account` is who logged in, where told.
    """

    access: str = field(repr=False)
    at: datetime
    until: datetime | None = None
    refresh: str = field(default="", repr=False)
    refresh_until: datetime | None = None
    account: str = ""

    @property
    def ends(self) -> datetime | None:
        """Until when it works without a person; None where no end is told."""
        return self.refresh_until if self.refresh else self.until


def challenge(verifier: str, pkce: Pkce) -> str:
    """Hash a proof key (43 to 128 letters) as the platform wants it."""
    digest = hashlib.sha256(verifier.encode("ascii"))
    if pkce == "hex":
        return digest.hexdigest()
    return urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()


def address(grant: Grant, client_id: str, redirect: str, state: str, verifier: str) -> str:
    """Build what a person opens in a browser to log in."""
    asked = {
        "response_type": "code",
        grant.client: client_id,
        "redirect_uri": redirect,
        "scope": grant.scope,
        "state": state,
        **grant.extra,
    }
    if grant.pkce:
        proof = challenge(verifier, grant.pkce)
        asked |= {"code_challenge": proof, "code_challenge_method": "S256"}
    return str(URL(grant.authorize_url).update_query(asked))


def earned(told: Mapping[str, Any], now: datetime, old: Token | None = None) -> Token:
    """Read what a token address answered. Raises ValueError where no token is in it.

    What is not told anew stays as it was: an empty refresh token never replaces one that works.
    """
    inner = told.get("data")
    if isinstance(inner, list) and inner and isinstance(inner[0], dict):
        told = inner[0]  # as Instagram answers
    access = told.get("access_token")
    if not isinstance(access, str) or not access.isascii() or not access.isprintable():
        raise ValueError("no token is in the answer")
    if not access:
        raise ValueError("the token in the answer is empty")
    refresh, ends = told.get("refresh_token"), _after(told, now, "expires_in")
    later = _after(told, now, "refresh_token_expires_in", "refresh_expires_in")
    account = sane(told.get("open_id")) or sane(str(told.get("user_id") or ""))
    if isinstance(refresh, str) and refresh:
        return Token(access, now, ends, refresh, later, account or (old.account if old else ""))
    if old is None:
        return Token(access, now, ends, account=account)
    later = later or old.refresh_until
    return Token(access, now, ends, old.refresh, later, account or old.account)


def stored(token: Token) -> dict[str, str]:
    """Write a token as plain JSON values."""
    return {
        "access_token": token.access,
        "at": token.at.isoformat(),
        "until": token.until.isoformat() if token.until else "",
        "refresh_token": token.refresh,
        "refresh_until": token.refresh_until.isoformat() if token.refresh_until else "",
        "account": token.account,
    }


def token_of(kept: Mapping[str, str]) -> Token:
    """Read a token back. Raises KeyError, TypeError or ValueError."""
    at, until, later = (_date(kept[name]) for name in ("at", "until", "refresh_until"))
    if at is None or not kept["access_token"]:
        raise ValueError("the file holds no token")
    return Token(kept["access_token"], at, until, kept["refresh_token"], later, kept["account"])


def _moved(url: str, origin: str) -> str:
    return str(URL(origin).with_path(URL(url).path))


def _after(told: Mapping[str, Any], now: datetime, *names: str) -> datetime | None:
    """Find how many seconds something lives; what is no sane number is not told."""
    for name in names:
        value = told.get(name)
        seconds = int(value) if isinstance(value, str) and value.isdecimal() else value
        if isinstance(seconds, int | float) and 0 < seconds < 1e9:
            return now + timedelta(seconds=seconds)
    return None


def _date(text: str) -> datetime | None:
    date = datetime.fromisoformat(text) if text else None
    if date and date.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return date
