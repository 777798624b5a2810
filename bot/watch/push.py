"""A subscription to a feed's hub: what becomes of it with each thing that happens. Pure.

W3C WebSub (Recommendation of 23 January 2018). Times, chance and secrets are arguments.
"""

import hashlib
import hmac
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.store.rows import PushRow
from sources import Hub, Item

__all__ = [
    "SAFETY_NET_S",
    "asked",
    "failed",
    "genuine",
    "heard",
    "looked",
    "missed",
    "refused",
    "verified",
    "wished",
]

SAFETY_NET_S = 3600.0  # between two looks at a feed whose hub tells us its news
ANSWER = timedelta(hours=1)  # within which a hub verifies what we asked for
DAY = timedelta(days=1)
SHORTEST_S, LONGEST_S = 60.0, 30 * 86_400.0  # of a lease, whatever a hub says
RENEW = 0.8  # of a lease
LATE = timedelta(minutes=5)  # a hub that takes longer does not tell us in time
# HMAC-SHA1 is not touched by the collisions of SHA-1, and the large hubs sign with nothing else.
METHODS = ("sha1", "sha256", "sha384", "sha512")


def wished(row: PushRow | None, hub: Hub, source: str, token: str, now: datetime) -> PushRow:
    """Have a subscription to what a feed announces; another hub or topic begins anew.

    `token` is unguessable: a half of it names the callback, the other signs.
    """
    if row and (row.hub, row.topic) == (hub.url, hub.topic):
        return row
    half = len(token) // 2
    return PushRow(source, hub.url, hub.topic, token[:half], token[half:], "asked", now)


def asked(row: PushRow, now: datetime) -> PushRow:
    """The hub took our request; if it does not verify it in time, it is asked again."""
    return replace(row, due=now + ANSWER)


def failed(row: PushRow, why: str, now: datetime, chance: random.Random) -> PushRow:
    """The hub did not take it: 5 minutes and up to 5, 10, 20 ... more by chance, a day at most."""
    wait = timedelta(minutes=5 + chance.uniform(0, 5 * 2.0 ** min(row.failures, 9)))
    return replace(row, failures=row.failures + 1, why=why[:300], due=now + min(wait, DAY))


def verified(row: PushRow, lease: str, now: datetime) -> PushRow:
    """The hub made sure that it was us: live until the lease ends, to be renewed before."""
    said = float(lease) if lease.isascii() and lease.isdigit() and len(lease) < 12 else 86_400.0
    lease_s = min(max(said, SHORTEST_S), LONGEST_S)
    due, ends = (now + timedelta(seconds=lease_s * part) for part in (RENEW, 1.0))
    return replace(row, state="live", due=due, ends=ends, failures=0, why="")


def refused(row: PushRow, why: str, now: datetime) -> PushRow:
    """The hub will not: asked again in a day."""
    return replace(row, state="refused", due=now + DAY, ends=None, why=f"refused: {why}"[:300])


def heard(row: PushRow, now: datetime) -> PushRow:
    """A push came: the hub tells us its news, whatever we thought of it."""
    return replace(row, state="live" if row.state == "silent" else row.state, heard_at=now)


def missed(row: PushRow, news: tuple[Item, ...], now: datetime) -> PushRow:
    """A look found news. What a hub should have told us by then shows that it does not."""
    late = any(item.published is None or item.published < now - LATE for item in news)
    if row.state != "live" or not late:
        return row
    return replace(row, state="silent", why="a look found news that it had not told")


def looked(row: PushRow | None, now: datetime) -> float:
    """How long a feed may be left alone for its hub's sake, in seconds: a safety net, or 0."""
    return SAFETY_NET_S if row and row.live(now) else 0.0


def genuine(row: PushRow, headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether a push was signed with our secret."""
    method, _, signature = headers.get("X-Hub-Signature", "").partition("=")
    if method.strip().lower() not in METHODS:
        return False
    ours = hmac.new(row.secret.encode(), body, getattr(hashlib, method.strip().lower())).hexdigest()
    return hmac.compare_digest(ours.encode(), signature.strip().lower().encode())
