"""A glance at a store that another process may be writing: read only, and nothing is locked."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.chain import Link, broken
from bot.store.database import SCHEMA_VERSION, StoreBroken
from bot.store.rows import PushRow, SourceRow, push_of, source_of, time_of
from bot.store.trail import link_of

__all__ = ["Glance", "Trail", "glance", "trail"]


@dataclass(frozen=True, slots=True)
class Glance:
    """What is known of the sources: by name, and for `held` by host.

    `a_day` is how many items each brought in the last 24 hours, without what was there before.
    """

    sources: Mapping[str, SourceRow] = field(default_factory=dict)
    a_day: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, datetime] = field(default_factory=dict)
    pushes: Mapping[str, PushRow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trail:
    """What an audit holds, oldest first: its rows, the hash of each, and whether it is whole.

    `broken` is the number of the first row that does not follow from those before it, 0 if all do.
    """

    links: tuple[Link, ...]
    hashes: tuple[str, ...]
    broken: int = 0

    @property
    def head(self) -> str:
        """The hash of the last row, "" where there is none."""
        return self.hashes[-1] if self.hashes else ""


def glance(folder: Path, now: datetime) -> Glance:
    """Look into a state folder; where none is yet, nothing is known. Raises StoreBroken."""
    with _opened(folder) as db:
        return _seen(db, now) if db else Glance()


def trail(folder: Path) -> Trail:
    """Read the whole audit of a state folder; where no state is yet it is empty.

    Raises StoreBroken.
    """
    with _opened(folder) as db:
        found = db.execute("SELECT * FROM event ORDER BY n") if db else ()
        rows = [(link_of(r), str(r["hash"])) for r in found]
    return Trail(tuple(link for link, _ in rows), tuple(h for _, h in rows), broken(rows))


@contextmanager
def _opened(folder: Path) -> Iterator[sqlite3.Connection | None]:
    """Open a store to read, None where there is none. Raises StoreBroken."""
    path = folder / "wirereel.db"
    if not path.is_file():
        yield None
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version != SCHEMA_VERSION:
                raise StoreBroken(
                    f"{path} is of another version (schema {version}, this one knows "
                    f"{SCHEMA_VERSION}): `wirereel run` brings it up to date"
                )
            yield db
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
