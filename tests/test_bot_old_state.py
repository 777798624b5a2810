"""A state folder of the version before this one: its pending work is finished, nothing twice.

`data/state-5.sql` was written by that version: drafts in every state, posts in every state.
"""

import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from fakes import NOON, FakeChannel
from offices import Office, opened

DUMP = Path(__file__).with_name("data") / "state-5.sql"
LOST = ("2-square", "2-wall", "2-hook", "3-wall")  # went out, and nobody wrote it down


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    (tmp_path / "state").mkdir()
    db = sqlite3.connect(tmp_path / "state" / "wirereel.db")
    db.executescript(DUMP.read_text().replace("@clips@", str(tmp_path / "clips")))
    db.close()
    async with opened(tmp_path) as made:
        made.channel.replay = "lookup"
        made.joins(FakeChannel("hook", replay="native"))
        made.joins(FakeChannel("wall"))
        made.clock.passes(minutes=11)
        await restored(made)
        yield made


async def restored(office: Office) -> None:
    """Lay the clips down as they were, and let the channels know what they took in."""
    store = office.desk.store
    for draft in await store.drafts(NOON - timedelta(days=1)):
        if draft.clip and draft.script:
            clip = Path(draft.clip["path"])
            clip.parent.mkdir(parents=True, exist_ok=True)
            clip.write_bytes("|".join(beat.line for beat in draft.script.beats).encode())
        for p in await store.postings(draft.id):
            if p.state == "done" or f"{p.draft}-{p.channel}" in LOST:
                office.channels[p.channel].posted.append(p.key)


async def says(office: Office, words: str) -> str:
    return await office.hears(words, event=f"now {words}")  # the old desk heard m0 to m16


async def states(office: Office) -> dict[int, tuple[str, list[str]]]:
    store = office.desk.store
    return {
        d.id: (d.state, [f"{p.channel} {p.state}" for p in await store.postings(d.id)])
        for d in await store.drafts(NOON - timedelta(days=1))
    }


async def test_everything_is_there_under_its_new_name(office: Office) -> None:
    found = await states(office)
    assert found[1] == ("posted", ["hook done", "square done", "wall done"])
    assert found[2] == ("approved", ["hook committing", "square unknown", "wall asked"])
    assert found[3] == ("approved", ["hook refused", "square unknown", "wall committing"])
    assert found[4] == ("approved", ["hook queued", "square queued", "wall queued"])
    rest = ["offered", "rejected", "wanted", "written", "rendered", "parked", "dropped"]
    assert [found[n][0] for n in range(5, 12)] == rest
    assert await office.desk.store.paused() == {"wall"}


async def test_its_pending_work_is_finished_and_nothing_goes_out_twice(office: Office) -> None:
    await office.settles()
    office.clock.passes(minutes=5)
    await office.settles()
    assert "nothing" not in await says(office, "resolve 2 wall done")
    assert "counted as posted" in await says(office, "resolve 3 wall done")
    await says(office, "resume")
    office.clock.passes(minutes=5)
    await office.settles()
    found = await states(office)
    assert found[2] == ("posted", ["hook done", "square done", "wall done"])
    assert found[3] == ("posted", ["hook refused", "square done", "wall done"])
    assert found[4] == ("posted", ["hook done", "square done", "wall done"])
    assert [found[n][0] for n in (5, 7, 8, 9)] == ["offered"] * 4
    for channel in office.channels.values():
        assert len(channel.posted) == len(set(channel.posted)) == 4 - (channel.name == "hook")


async def test_what_was_posted_then_can_be_taken_down_now(office: Office) -> None:
    office.channel.deletes = True
    await says(office, "takedown 1 square confirm")
    await office.settles()
    assert len(office.channel.deleted) == 1
    assert "queued again" in await says(office, "retry 3 hook")
