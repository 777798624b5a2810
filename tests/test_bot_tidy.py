"""What may go from the state folder, and that nothing else does."""

import logging
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.draft import Brief
from bot.store import Store
from bot.tidy import Kept, outdated, tidy
from fakes import NOON, item


def ago(days: float) -> datetime:
    return NOON - timedelta(days=days)


def lies(path: Path, days: float) -> Path:
    """Put a file there that nobody touched for so many days."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    for each in (path, path.parent):
        os.utime(each, (ago(days).timestamp(),) * 2)
    return path


def test_old_work_and_old_clips_of_closed_drafts_may_go() -> None:
    kept = {
        "a week of work": Kept(Path("a"), ago(8)),
        "fresh work": Kept(Path("b"), ago(6)),
        "a month after its draft": Kept(Path("c"), ago(31), draft=1),
        "still in view": Kept(Path("d"), ago(29), draft=2),
        "old, but its draft is open": Kept(Path("e"), ago(90), draft=3),
    }
    assert outdated(kept.values(), {3}, NOON) == [Path("a"), Path("c")]


async def test_tidying_leaves_what_is_needed(tmp_path: Path) -> None:
    store = await Store.open(tmp_path)
    await store.new_draft(7, "An open story", (item(1),), Brief(), "wire", "hot", ago(60))
    stay = [
        lies(tmp_path / "work" / "shots" / "pieces" / "new.mp4", 1),
        lies(tmp_path / "clips" / "00001-open" / "clip.mp4", 60),
        lies(tmp_path / "clips" / "00008-new" / "clip.mp4", 5),
        lies(tmp_path / "clips" / "notes.txt", 90),
    ]
    go = [
        lies(tmp_path / "work" / "shots" / "lines" / "old.npz", 8),
        lies(tmp_path / "work" / "pictures" / "old.picture", 8),
        lies(tmp_path / "clips" / "00009-closed" / "clip.mp4", 31),
    ]
    await tidy(tmp_path, store, NOON)
    await tidy(tmp_path, store, NOON)
    await store.close()
    assert all(path.exists() for path in (*stay, tmp_path / "wirereel.db"))
    assert not any(path.exists() for path in (*go, go[-1].parent))


async def test_a_link_is_removed_and_not_followed(tmp_path: Path) -> None:
    precious = lies(tmp_path / "precious" / "file", 90)
    (tmp_path / "state" / "work").mkdir(parents=True)
    link = tmp_path / "state" / "work" / "link"
    link.symlink_to(precious.parent)
    (tmp_path / "state" / "clips").mkdir()
    (tmp_path / "state" / "clips" / "00004-link").symlink_to(precious.parent)
    store = await Store.open(tmp_path / "state")
    await tidy(tmp_path / "state", store, NOON + timedelta(days=4000))
    await store.close()
    assert precious.exists()
    assert not link.is_symlink()


async def test_what_cannot_be_removed_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = await Store.open(tmp_path / "state")
    with caplog.at_level(logging.INFO):
        await tidy(tmp_path / "state", store, NOON)  # nothing was made yet
    await store.close()
    assert caplog.messages == []
