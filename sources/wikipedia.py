"""Wikipedia: articles that many people edit within ten minutes.

Asked: the stream of changes of all wikis, `/v2/stream/recentchange` of EventStreams. A look listens
until it has caught up with the present, or for `listen_s`; the next one goes on behind the last
event (`Last-Event-ID`), so that nothing in between is lost and nothing runs beside the looks.
Answer: server-sent events, each a JSON object (`server_name`, `namespace`, `type`, `title`, `user`,
`bot`, `minor`, `timestamp`). Bots, minor edits and all but articles are left out.
Limits: a connection is ended after 15 minutes; there is no choosing of wikis, and all together are
some 30 events a second, about 3 GB a day (estimated). No key, but `[network] contact`.
Terms: Wikimedia's user agent policy; the contents are free. Known in November 2026.
Strength: people against the least that count.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sources import Reading, Signal, SourceBroken, SourceDown
from sources._clean import identity, plain
from sources._document import TITLE
from sources._events import Event, listen
from sources._look import HTTP
from sources._loose import string
from sources._sense import by_count, count, json_object, signal
from sources._wiki import page, subject

__all__ = ["NEEDS_CONTACT", "Change", "Plugin", "Settings", "change_of", "heard"]

NEEDS_CONTACT = True  # its hosts refuse who does not say whom to write to
WINDOW_S = 600  # the ten minutes
KEPT = 5000  # changes in memory: the English Wikipedia has some 1,000 in ten minutes
LONGEST_ID = 2000  # characters


class Settings(BaseModel):
    """Which wikis, and from how many different people on an article counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wikis: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{4,60}$")], ...] = Field(
        ("en.wikipedia.org",), min_length=1, max_length=50
    )
    people: int = Field(5, ge=3, le=100)
    listen_s: float = Field(20.0, gt=0, le=120)
    url: str = Field("https://stream.wikimedia.org/v2/stream/recentchange", pattern=HTTP)
    every_s: float = Field(60.0, ge=30)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an article. `editor` is a hash of the name; `at` is in seconds since 1970."""

    wiki: str
    title: str
    editor: str
    at: int


class Plugin:
    """Listens to the changes. State holds the last event's id and the changes of ten minutes."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Listen until the present is reached. Raises SourceDown or SourceBroken."""
        ours = self._settings
        recent = now.timestamp() - int(state.get("at", 0)) <= WINDOW_S
        known = state if state.get("asked") == ours.url and recent else {}
        tape = _Tape(ours.wikis, now, known)
        try:
            await listen(self._http, ours.url, tape.behind, now, ours.listen_s, tape.take)
        except SourceDown:
            if not tape.heard:
                raise
        if not tape.heard:
            raise SourceDown(f"{ours.url}: no event within {ours.listen_s:g} s")
        signals = heard(tape.changes, now, ours.people)
        return Reading(state={"asked": ours.url} | tape.state, wait_s=ours.every_s, signals=signals)


class _Tape:
    """What is known of the last ten minutes, and how far we listened."""

    def __init__(self, wikis: Collection[str], now: datetime, known: Mapping[str, str]) -> None:
        self.heard = False
        self._wikis = wikis
        self._now_s = int(now.timestamp())
        self._last, self._at = known.get("last", ""), int(known.get("at", 0))
        self._changes = [Change(*old) for old in json.loads(known.get("changes", "[]"))]

    @property
    def behind(self) -> dict[str, str]:
        """What asks for the events behind the last one."""
        return {"Last-Event-ID": self._last} if self._last else {}

    @property
    def changes(self) -> list[Change]:
        """The changes of the last ten minutes, the newest last."""
        return [c for c in self._changes if self._now_s - c.at <= WINDOW_S][-KEPT:]

    @property
    def state(self) -> dict[str, str]:
        """All that the next look needs."""
        changes = [(c.wiki, c.title, c.editor, c.at) for c in self.changes]
        return {"last": self._last, "at": str(self._at), "changes": json.dumps(changes)}

    def take(self, event: Event) -> bool:
        """Take one event; answers whether the present is reached."""
        name, data = event
        at, change = change_of(data)
        if not 0 < at <= self._now_s + WINDOW_S:  # no clock is so wrong: it is no event of ours
            return False
        self.heard, self._at = True, at
        if name.isascii() and name.isprintable() and len(name) <= LONGEST_ID:
            self._last = name
        if change and change.wiki in self._wikis:
            self._changes.append(change)
        return at >= self._now_s


def change_of(data: bytes) -> tuple[int, Change | None]:
    """Read an event: when it was (0 where it does not say), and the change that a person made."""
    try:
        found = json_object(data)
    except SourceBroken:
        return 0, None
    at, title, user = count(found.get("timestamp")), string(found, "title"), string(found, "user")
    article = found.get("type") in ("edit", "new") and found.get("namespace") == 0
    person = found.get("bot") is False and found.get("minor") is not True
    if not (article and person and title and user):
        return at, None
    return at, Change(string(found, "server_name"), plain(title, TITLE), identity(user)[:8], at)


def heard(changes: Iterable[Change], now: datetime, least: int) -> tuple[Signal, ...]:
    """Say which articles so many people changed."""
    editors: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for change in changes:
        editors[change.wiki, change.title].add(change.editor)
    found = (
        signal(
            "Wikipedia",
            subject(title),
            by_count(len(people), least),
            now,
            told=f"{len(people)} people edited it in {WINDOW_S // 60} minutes",
            url=page(wiki, title),
            lang=wiki.partition(".")[0],
        )
        for (wiki, title), people in editors.items()
        if len(people) >= least
    )
    return tuple(one for one in found if one)
