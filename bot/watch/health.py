"""How each source is: from what the store knows to what a person should know. Pure.

The worst come first, and each that is not well says what to do about it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.store.rows import PushRow, SourceRow

__all__ = ["Health", "Mind", "Watched", "healths"]

Mind = Literal["off", "down", "held", "new", "slow", "ok"]
ORDER: tuple[Mind, ...] = ("off", "down", "held", "new", "slow", "ok")
SLOW_S = 3600.0
ADVICE = (
    ("410", 'it is gone: change its `url`, take it out, or `wirereel feeds retry "{name}"`'),
    ("it announces this feed", "put the feed that is named there into `url`"),
    ("web page, not a feed", "open it in a browser: a log-in or a consent page, or no feed at all"),
    ("not a public address", "list it under `[network] allow` if it is yours"),
    ("answered 401", "it wants a log-in: ask its owner for an address that does not"),
    ("answered 403", "it refuses us: set `[network] contact`, or ask its owner"),
    ("answered 404", "look up its new address: `wirereel feeds try ADDRESS`"),
    ("answered 429", "nothing: it is asked again when it allows it"),
    ("more than", "raise its `cap_mb` if you trust it"),
    ("no http(s) address", "mend its `url`"),
)


@dataclass(frozen=True, slots=True)
class Watched:
    """A source of the set-up: its name, its kind, and the address where it has one."""

    name: str
    kind: str
    address: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """One source. `mind` is off (gone for good), down, held (its host wants rest), new, slow or ok.

    `since` is the last success, `due` the next look (None: there is none), `wait_s` the interval,
    `a_day` the items of the last 24 hours, `push` the state of its subscription, "" without one.
    """

    name: str
    kind: str
    host: str
    mind: Mind
    since: datetime | None
    due: datetime | None
    wait_s: float
    a_day: int
    conditional: bool
    push: str
    failures: int
    error: str
    advice: str


def healths(
    watched: Iterable[Watched],
    rows: Mapping[str, SourceRow],
    a_day: Mapping[str, int],
    held: Mapping[str, datetime],
    pushes: Mapping[str, PushRow],
    now: datetime,
) -> list[Health]:
    """Judge every source, the worst first; among the bad those that fail longest."""
    found = [
        _judged(
            w, rows.get(w.name), a_day.get(w.name, 0), held.get(w.host), pushes.get(w.name), now
        )
        for w in watched
    ]
    return sorted(found, key=lambda h: (ORDER.index(h.mind), -h.failures, h.name.lower()))


def _judged(
    source: Watched,
    row: SourceRow | None,
    a_day: int,
    held: datetime | None,
    push: PushRow | None,
    now: datetime,
) -> Health:
    mind = _mind(row, held, now)
    row = row or SourceRow(source.name, {}, now)
    due = max(row.due, held) if held else row.due
    return Health(
        name=source.name,
        kind=source.kind,
        host=source.host,
        mind=mind,
        since=row.read_at,
        due=None if mind in ("off", "new") else due,
        wait_s=row.wait_s,
        a_day=a_day,
        conditional=bool(row.state.get("etag") or row.state.get("modified")),
        push=_pushed(push, now),
        failures=row.failures,
        error=row.error,
        advice=_advice(row),
    )


def _mind(row: SourceRow | None, held: datetime | None, now: datetime) -> Mind:
    if row is None:
        return "new"
    if row.off:
        return "off"
    if row.failures:
        return "down"
    if held and held > now:
        return "held"
    return "slow" if row.wait_s >= SLOW_S else "ok"


def _advice(row: SourceRow) -> str:
    if not row.error:
        return ""
    said = next((advice for mark, advice in ADVICE if mark in row.error), "")
    usual = "nothing yet: it is asked again" if row.failures < 5 else "see whether it still exists"
    return (said or usual).format(name=row.name)


def _pushed(push: PushRow | None, now: datetime) -> str:
    if push is None:
        return ""
    return "live" if push.live(now) else "expired" if push.state == "live" else push.state
