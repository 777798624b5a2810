"""Rows of the database <-> the bot's values."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiosqlite
import numpy as np
from pydantic import TypeAdapter
from pydantic_core import from_json

from bot.draft import Brief, Draft, Embargo, Posting, Texts, Waiver, Weighed
from bot.story import Grounding, Script
from bot.terms.assent import Yes
from bot.trends import Meaning, Record
from sources import Item

RECORD = TypeAdapter(Record)
ITEM, ITEMS = TypeAdapter(Item), TypeAdapter(tuple[Item, ...])
BRIEF, SCRIPT, GROUNDING = TypeAdapter(Brief), TypeAdapter(Script), TypeAdapter(Grounding)
WAIVER, TEXTS = TypeAdapter(Waiver), TypeAdapter(dict[str, Texts])
EMBARGO, WEIGHED = TypeAdapter(Embargo), TypeAdapter(Weighed)
WISH = TypeAdapter(Yes)


@dataclass(frozen=True, slots=True)
class Filed:
    """An item, the story it went into, and what a restart needs of how it was read.

    `record` is None for what an older version wrote down, `meaning` where nobody made one.
    """

    item: Item
    story: int
    record: Record | None = None
    meaning: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A story in one language and its newest draft there.

    `wished` is the language of the brief, "" the story's own; `lang` that of the script, "" where
    there is none yet.
    """

    story: int
    wished: str
    lang: str
    draft: int


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `who` is an editor's id or "desk".

    `rev` is the revision that was decided on, `message` the chat's id of what was said, `hash`
    the end of the chain (`bot.chain`) at this row.
    """

    n: int
    at: datetime
    kind: str
    draft: int
    who: str
    text: str
    rev: str = ""
    message: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What is known about one source: when it is due, how often it failed in a row, and why.

    `read_at` is its last success, `address` the one that the set-up named, `wait_s` how long it was
    to be left alone after the last look. `off`: it is gone for good and is not looked at.
    """

    name: str
    state: Mapping[str, str]
    due: datetime
    failures: int = 0
    error: str = ""
    read_at: datetime | None = None
    address: str = ""
    wait_s: float = 0.0
    off: bool = False


@dataclass(frozen=True, slots=True)
class PushRow:
    """A subscription to a source's news at a hub (WebSub).

    `path` is the unguessable end of our callback, `secret` signs what is pushed. `state` is
    "asked" (the hub has yet to verify), "live", or "refused"; `due` is when to ask (again), `ends`
    when the lease does, `heard_at` the last push. `why` is what went wrong last.
    """

    source: str
    hub: str
    topic: str
    path: str
    secret: str = field(repr=False)
    state: str
    due: datetime
    ends: datetime | None = None
    heard_at: datetime | None = None
    failures: int = 0
    why: str = ""

    def live(self, now: datetime) -> bool:
        """Whether news may be expected from it."""
        return self.state == "live" and self.ends is not None and self.ends > now


def assign(columns: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Columns -> "a=?, b=?" and values. Names come from our own code only."""
    return ", ".join(f"{name}=?" for name in columns), [_plain(v) for v in columns.values()]


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Script():
            return SCRIPT.dump_json(value).decode()
        case Grounding():
            return GROUNDING.dump_json(value).decode()
        case Waiver():
            return WAIVER.dump_json(value).decode()
        case Embargo():
            return EMBARGO.dump_json(value).decode()
        case Weighed():
            return WEIGHED.dump_json(value).decode()
        case dict() if any(isinstance(v, Texts) for v in value.values()):
            return TEXTS.dump_json(value).decode()
        case dict():
            return json.dumps(value, ensure_ascii=False)
    return value


def iso(at: datetime | None) -> str | None:
    """A time as text, None as None."""
    return at.isoformat() if at else None


def time_of(text: str) -> datetime:
    """The time in a text."""
    return datetime.fromisoformat(text)


def maybe_time(text: str | None) -> datetime | None:
    """The time in a text, None from None."""
    return datetime.fromisoformat(text) if text else None


def filed_of(r: aiosqlite.Row) -> Filed:
    """A row of `item`."""
    record = RECORD.validate_json(r["record"]) if r["record"] else None
    meaning = np.frombuffer(r["meaning"], np.float16).astype(np.float32) if r["meaning"] else None
    return Filed(ITEM.validate_json(r["json"]), r["story"], record, meaning)


def filed_values(filed: Filed) -> tuple[Any, ...]:
    """The columns id, story, seen, json, record and meaning of a row of `item`."""
    item, meaning = filed.item, filed.meaning
    return (
        item.id,
        filed.story,
        item.seen.isoformat(),
        ITEM.dump_json(item).decode(),
        RECORD.dump_json(filed.record).decode() if filed.record else "",
        None if meaning is None else meaning.astype(np.float16).tobytes(),
    )


def event_of(r: sqlite3.Row) -> Event:
    """A row of `event`."""
    more = (r["rev"], r["message"], r["hash"])
    return Event(r["n"], time_of(r["at"]), r["kind"], r["draft"], r["who"], r["text"], *more)


def source_of(r: sqlite3.Row) -> SourceRow:
    """A row of `source`."""
    return SourceRow(
        r["name"],
        json.loads(r["state"]),
        time_of(r["due"]),
        r["failures"],
        r["error"],
        maybe_time(r["read_at"]),
        r["address"],
        r["wait_s"],
        bool(r["off"]),
    )


def push_of(r: sqlite3.Row) -> PushRow:
    """A row of `push`."""
    return PushRow(
        r["source"],
        r["hub"],
        r["topic"],
        r["path"],
        r["secret"],
        r["state"],
        time_of(r["due"]),
        maybe_time(r["ends"]),
        maybe_time(r["heard_at"]),
        r["failures"],
        r["why"],
    )


def push_values(row: PushRow) -> tuple[Any, ...]:
    """The columns of `push`, in their order."""
    return (
        *(row.source, row.hub, row.topic, row.path, row.secret, row.state),
        *(row.due.isoformat(), iso(row.ends), iso(row.heard_at), row.failures, row.why),
    )


def source_values(row: SourceRow) -> tuple[Any, ...]:
    """The columns of `source`, in their order."""
    return (
        row.name,
        json.dumps(dict(row.state)),
        row.due.isoformat(),
        row.failures,
        row.error,
        iso(row.read_at),
        row.address,
        row.wait_s,
        int(row.off),
    )


def draft_of(r: aiosqlite.Row) -> Draft:
    """A row of `draft`."""
    return Draft(
        id=r["id"],
        story=r["story"],
        state=r["state"],
        title=r["title"],
        items=ITEMS.validate_json(r["items"]),
        brief=BRIEF.validate_json(r["brief"]),
        asked_by=r["asked_by"],
        made_at=time_of(r["made_at"]),
        why=r["why"],
        script=SCRIPT.validate_json(r["script"]) if r["script"] else None,
        grounding=GROUNDING.validate_json(r["grounding"]) if r["grounding"] else Grounding(),
        board=from_json(r["board"]),  # large, and this is twice as fast as json
        clip=from_json(r["clip"]),
        preview=r["preview"],
        rev=r["rev"],
        version=r["version"],
        tries=r["tries"],
        retry_at=maybe_time(r["retry_at"]),
        offered_at=maybe_time(r["offered_at"]),
        decided_by=r["decided_by"],
        decided_at=maybe_time(r["decided_at"]),
        reason=r["reason"],
        waiver=WAIVER.validate_json(r["waiver"]) if r["waiver"] else None,
        texts=TEXTS.validate_json(r["texts"]),
        embargo=EMBARGO.validate_json(r["embargo"]) if r["embargo"] else None,
        held=r["held"],
        weighed=WEIGHED.validate_json(r["weighed"]),
        wish=r["wish"],
        edited_by=r["edited_by"],
    )


def yes_of(channels: str, wish: str) -> Yes:
    """The columns channels and wish of `approval`; an older version kept no wish."""
    return WISH.validate_json(wish) if wish != "{}" else Yes(tuple(json.loads(channels)))


def posting_of(r: aiosqlite.Row) -> Posting:
    """A row of `posting`."""
    return Posting(
        draft=r["draft"],
        channel=r["channel"],
        key=r["key"],
        state=r["state"],
        steps=json.loads(r["steps"]),
        tries=r["tries"],
        sent_at=maybe_time(r["sent_at"]),
        retry_at=maybe_time(r["retry_at"]),
        url=r["url"],
        remote_id=r["remote_id"],
        why=r["why"],
        purpose=r["purpose"],
        n=r["n"],
        due_at=maybe_time(r["due_at"]),
        choices=json.loads(r["choices"]),
        words=r["words"],
        asked_by=r["asked_by"],
        urgent=bool(r["urgent"]),
    )
