"""One look at one address of a service: asked only for what is new, bounded, opened apart from us.

The shell around what a sense says in pure functions. One table of the configuration is one address,
so that an answer that did not change means just what the last one meant.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import aiohttp
from pydantic import AfterValidator
from yarl import URL

from sources import Reading, Signal, SourceBroken, SourceDown
from sources._darkroom import DARKROOM
from sources._fetch import Answer, fetch, naming
from sources._pace import fresh_s, retry_after_s

__all__ = ["HTTP", "Look", "accepted", "hear", "look", "refuse", "with_query"]

CAP = 2_000_000  # bytes of an answer: the longest of those we know has a tenth of it
HTTP = r"^https?://"
VALIDATORS = {"etag": ("ETag", "If-None-Match"), "modified": ("Last-Modified", "If-Modified-Since")}
REFUSED = {
    400: "it takes no such question",
    401: "we are refused",
    403: "we are refused",
    404: "there is nothing at this address",
    410: "it is gone for good",
    422: "it takes no such question",
}

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Look(Generic[Made]):
    """What one look gave: `made` is None where nothing changed since the one before."""

    made: Made | None
    state: Mapping[str, str]
    wait_s: float


async def look(
    http: aiohttp.ClientSession,
    url: str,
    read: Callable[..., Made],
    *given: Any,
    now: datetime,
    state: Mapping[str, str],
    every_s: float,
) -> Look[Made]:
    """GET an address and let `read(body, *given)`, a pure function, open what came in the darkroom.

    `state` is that of the last look and may belong to another address. Raises SourceDown or
    SourceBroken.
    """
    known = state if state.get("asked") == url else {}
    answer = await fetch(http, url, CAP, now, _conditions(known), refuse)
    wait_s = max(every_s, fresh_s(answer.headers, now), retry_after_s(answer.headers, now) or 0.0)
    if answer.status == 304:
        return Look(None, dict(known), wait_s)
    with naming(url):
        made = await DARKROOM.develop(read, answer.body, *given)
    return Look(made, {"asked": url} | _validators(answer), wait_s)


async def hear(
    http: aiohttp.ClientSession,
    url: str,
    read: Callable[..., tuple[Signal, ...]],
    *given: Any,
    now: datetime,
    state: Mapping[str, str],
    every_s: float,
) -> Reading:
    """Look once at what makes signals: `read` is given the body, `now` and what else it needs.

    What did not change is said again: it still holds, and after a restart nobody else knows it.
    """
    seen = await look(http, url, read, now, *given, now=now, state=state, every_s=every_s)
    if seen.made is None:
        said = _remembered(seen.state.get("said", "[]"), now)
        return Reading(state=seen.state, wait_s=seen.wait_s, signals=said)
    memory = {"said": _written(seen.made)} if seen.state.keys() & VALIDATORS.keys() else {}
    return Reading(state={**seen.state, **memory}, wait_s=seen.wait_s, signals=seen.made)


def with_query(url: str, **query: str | int) -> str:
    """Put a query behind an address, escaped."""
    return str(URL(url).update_query(query))


def accepted(where: str) -> AfterValidator:
    """Demand that a setting says "read": what lies at `where` binds who uses the sense."""

    def check(terms: str) -> str:
        if terms != "read":
            raise ValueError(f'read {where} first, and say terms = "read" if you may use it')
        return terms

    return AfterValidator(check)


def refuse(response: aiohttp.ClientResponse, now: datetime) -> None:
    """Raise for every status but "here it is" and "nothing new"."""
    status = response.status
    if status in REFUSED:
        raise SourceBroken(f"answered {status}: {REFUSED[status]}")
    if status not in (200, 304):
        wait_s = retry_after_s(response.headers, now)
        raise SourceDown(f"answered {status} {response.reason or ''}".strip(), wait_s)


def _written(signals: Sequence[Signal]) -> str:
    """Keep signals as text, without their time."""
    return json.dumps([asdict(signal) for signal in signals], default=datetime.isoformat)


def _remembered(said: str, now: datetime) -> tuple[Signal, ...]:
    """Read what `_written` wrote, as heard at `now`."""
    return tuple(
        Signal(**{**old, "seen": now, "links": tuple(old["links"])}) for old in json.loads(said)
    )


def _conditions(known: Mapping[str, str]) -> dict[str, str]:
    """Ask only for what is new, with the host's own words, byte for byte."""
    return {ours: known[key] for key, (_, ours) in VALIDATORS.items() if key in known}


def _validators(answer: Answer) -> dict[str, str]:
    said = {key: answer.headers.get(theirs, "") for key, (theirs, _) in VALIDATORS.items()}
    return {key: value for key, value in said.items() if value and value.isascii()}
