"""The door of the web desk: whose token it is, how a session is proven, who must wait.

Pure: the time is an argument, in seconds. It knows nothing of requests and answers.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping

from yarl import URL

__all__ = ["SESSION_S", "Door", "Tries"]

SESSION_S = 12 * 3600  # one long shift
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Door:
    """Lets people in by token, and again by the session that they were given.

    A session is signed with its user's own token. So it outlives a restart, and changing or
    removing a token ends the sessions of that user and of nobody else.
    """

    def __init__(self, tokens: Mapping[str, str], hosts: Iterable[str] = ()) -> None:
        self._keys = {user: _bytes(token) for user, token in tokens.items()}
        self._hosts = {name.lower() for name in (*LOOPBACK, *hosts)}

    def knows(self, authority: str) -> bool:
        """Tell whether a Host header is a name of ours, on any port.

        A foreign name that was bound to our address (DNS rebinding) is not.
        """
        try:
            return URL(f"http://{authority}").host in self._hosts
        except ValueError:
            return False

    def admits(self, token: str) -> str | None:
        """Name the user whose token this is, in the same time for every wrong one."""
        given = _bytes(token)
        same = [user for user, key in self._keys.items() if hmac.compare_digest(key, given)]
        return same[0] if same else None

    def session(self, user: str, now: float) -> str:
        """Make the session that lets this user in until SESSION_S from now."""
        claim = f"{user}.{int(now) + SESSION_S}"
        return f"{claim}.{self._sign(user, claim)}"

    def reads(self, session: str, now: float) -> str | None:
        """Name the user of a session, None where it is forged, foreign or over."""
        claim, _, signature = session.rpartition(".")
        user, _, until = claim.rpartition(".")
        if user not in self._keys or not _same(self._sign(user, claim), signature):
            return None
        return user if now < int(until) else None

    def csrf(self, user: str, session: str) -> str:
        """Derive what only a page of this very session can know."""
        return self._sign(user, f"csrf {session}")

    def owns(self, user: str, session: str, csrf: str) -> bool:
        """Tell whether a request that changes something comes from the session's own page."""
        return _same(self.csrf(user, session), csrf)

    def _sign(self, user: str, claim: str) -> str:
        return hmac.new(self._keys[user], _bytes(claim), hashlib.sha256).hexdigest()


class Tries:
    """Wrong tokens by address: after `limit` within `window_s`, the address has to wait."""

    def __init__(self, limit: int = 10, window_s: float = 60) -> None:
        self._limit, self._window_s = limit, window_s
        self._wrong: dict[str, list[float]] = {}

    def wait_s(self, address: str, now: float) -> float:
        """Say how long an address has to wait before it may try again, 0 for not at all."""
        recent = self._recent(address, now)
        return recent[-self._limit] + self._window_s - now if len(recent) >= self._limit else 0

    def wrong(self, address: str, now: float) -> None:
        """Remember one wrong token."""
        self._wrong = {a: kept for a in self._wrong if (kept := self._recent(a, now))}
        self._wrong.setdefault(address, []).append(now)

    def _recent(self, address: str, now: float) -> list[float]:
        return [at for at in self._wrong.get(address, []) if at > now - self._window_s]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")  # headers may hold any byte
