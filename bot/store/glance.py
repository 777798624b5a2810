"""A glance at a store that another process may be writing: read only, and nothing is locked."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.store.database import SCHEMA_VERSION, StoreBroken
from bot.store.rows import PushRow, SourceRow, push_of, source_of, time_of

__all__ = ["Glance", "glance"]


@dataclass(frozen=True, slots=True)
class Glance:
    """What is known of the sources: by name, and for `held` by host.

    `a_day` is how many items each brought in the last 24 hours, without what was there before.
    """

    sources: Mapping[str, SourceRow] = field(default_factory=dict)
    a_day: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, datetime] = field(default_factory=dict)
    pushes: Mapping[str, PushRow] = field(default_factory=dict)


def glance(folder: Path, now: datetime) -> Glance:
    """Look into a state folder; where none is yet, nothing is known. Raises StoreBroken."""
    path = folder / "wirereel.db"
    if not path.is_file():
        return Glance()
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version != SCHEMA_VERSION:
                raise StoreBroken(
                    f"{path} is of another version (schema {version}, this one knows "
                    f"{SCHEMA_VERSION}): `wirereel run` brings it up to date"
                )
            return _seen(db, now)
    except sqlite3.DatabaseError as error:
        raise StoreBroken(f"cannot read {path}: {error}") from error


def _seen(db: sqlite3.Connection, now: datetime) -> Glance:
    day = (now - timedelta(days=1)).isoformat()
    counted = db.execute(
        "SELECT json_extract(json, '$.source') AS name, count(*) AS n FROM item "
        "WHERE seen >= ? AND NOT json_extract(json, '$.backlog') GROUP BY 1",
        (day,),
    )
    return Glance(
        sources={r["name"]: source_of(r) for r in db.execute("SELECT * FROM source")},
        a_day={r["name"]: r["n"] for r in counted},
        held={r["name"]: time_of(r["held"]) for r in db.execute("SELECT * FROM host")},
        pushes={r["source"]: push_of(r) for r in db.execute("SELECT * FROM push")},
    )
