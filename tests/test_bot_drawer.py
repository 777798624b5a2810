"""Where a script lies until the database has it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.draft import Brief, Draft
from bot.drawer import Drawer
from bot.story import Finding, Grounding
from fakes import NOON, item, script
from offices import opened

WANTED = Draft(7, 3, "wanted", "A bridge", (item(0),), Brief(), "wire", NOON)
FOUND = (script("The bridge is closed."), Grounding((Finding(0, "bridge", "name", "supported"),)))


def test_what_was_laid_is_found_until_it_is_cleared(tmp_path: Path) -> None:
    drawer = Drawer(tmp_path / "scripts")
    assert drawer.take(WANTED) is None
    drawer.lay(WANTED, *FOUND)
    assert Drawer(tmp_path / "scripts").take(WANTED) == FOUND
    drawer.clear(WANTED)
    drawer.clear(WANTED)
    assert drawer.take(WANTED) is None


@pytest.mark.parametrize(
    "other",
    [
        {"id": 8},
        {"version": 1},
        {"wish": "shorter"},
        {"brief": Brief(tone="hope")},
        {"items": (item(1),)},
        {"made_at": NOON + timedelta(microseconds=1)},  # another database counts from 1 again
    ],
)
def test_it_is_found_only_for_what_it_was_written_for(
    other: dict[str, object], tmp_path: Path
) -> None:
    drawer = Drawer(tmp_path)
    drawer.lay(WANTED, *FOUND)
    assert drawer.take(replace(WANTED, **other)) is None  # type: ignore[arg-type]


def test_a_damaged_script_is_written_anew(tmp_path: Path) -> None:
    drawer = Drawer(tmp_path)
    drawer.lay(WANTED, *FOUND)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:40])
    assert drawer.take(WANTED) is None


def test_a_disk_that_takes_nothing_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("")
    drawer = Drawer(tmp_path / "in the way" / "scripts")
    drawer.lay(WANTED, *FOUND)
    assert drawer.take(WANTED) is None


async def test_a_script_that_a_crash_left_is_not_asked_for_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as office:
        store = office.desk.store
        await store.new_draft(3, "A bridge", (item(0),), Brief(), "web:anna", "asked for", NOON)
        draft = await store.draft(1)
        assert draft is not None
        drawer = Drawer(tmp_path / "work" / "scripts")
        drawer.lay(draft, script("The bridge is closed."), Grounding())
        await office.settles()
        written = await store.draft(1)
        assert written is not None
        assert written.script == script("The bridge is closed.")
        assert (written.state, office.line.written) == ("offered", 0)
        assert drawer.take(draft) is None
