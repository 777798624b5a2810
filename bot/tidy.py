"""Tidying: what the bot made and needs no more goes, so that its disk does not fill.

Finished pieces, spoken lines and fetched pictures can all be made again; clips of closed drafts are
kept for a month. The database is not touched here.
"""

import asyncio
import logging
import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.store import Store

__all__ = ["Kept", "outdated", "tidy"]

log = logging.getLogger(__name__)

WORK = timedelta(days=7)
CLIPS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Kept:
    """Something in the state folder: since when it is as it is, and whose clip it is, if one's."""

    path: Path
    since: datetime
    draft: int = 0


def outdated(kept: Iterable[Kept], living: Collection[int], now: datetime) -> list[Path]:
    """List what may go: old work, and old clips of drafts that are not `living`."""
    return [
        k.path
        for k in kept
        if now - k.since > (CLIPS if k.draft else WORK) and k.draft not in living
    ]


async def tidy(state: Path, store: Store, now: datetime) -> None:
    """Remove what is outdated from a state folder. What cannot be removed is logged and stays."""
    living = {draft.id for draft in await store.drafts(now - CLIPS)}
    await asyncio.to_thread(_sweep, state, living, now)


def _sweep(state: Path, living: Collection[int], now: datetime) -> None:
    gone = outdated((*_work(state / "work"), *_clips(state / "clips")), living, now)
    for path in gone:
        try:
            shutil.rmtree(path) if _is_folder(path) else path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("cannot tidy %s away: %s", path, error.strerror)
    if gone:
        log.info("tidied away: %d things that nobody needs any more", len(gone))


def _work(folder: Path) -> Iterator[Kept]:
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a render moves its parts into place meanwhile
            if not _is_folder(path):
                yield Kept(path, _changed(path))


def _clips(folder: Path) -> Iterator[Kept]:
    """Find the folders of clips; their names begin with the draft's number."""
    for path in folder.glob("*-*"):
        if (number := re.match(r"\d+", path.name)) and _is_folder(path):
            yield Kept(path, _changed(path), int(number[0]))


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
