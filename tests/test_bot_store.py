import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.draft import Brief, Draft, Posting
from bot.store import AlreadyRunning, Filed, SourceRow, Stale, Store, StoreBroken
from bot.story import Grounding
from bot.terms.assent import Yes
from bot.trends import Record
from fakes import NOON, item, script


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "state")
    yield opened
    await opened.close()


async def wanted(store: Store, story: int = 1, by: str = "wire") -> Draft:
    number = await store.new_draft(story, "Bridge", (item(0),), Brief(), by, "hot", NOON)
    draft = await store.draft(number)
    assert draft is not None
    return draft


async def offered(store: Store) -> Draft:
    draft = await wanted(store)
    steps = (
        ("written", {"script": script(), "grounding": Grounding()}),
        ("rendered", {"clip": {"sha256": "c1", "seconds": 9.0}, "rev": "ab" * 32}),
        ("offered", {"offered_at": NOON}),
    )
    for state, columns in steps:
        await store.move(draft, state, NOON, **columns)
        draft = await store.draft(draft.id) or draft
    return draft


async def test_a_draft_comes_back_as_it_was_put(store: Store) -> None:
    draft = await offered(store)
    assert draft.script == script()
    assert draft.items == (item(0),)
    assert draft.tag == "ababab"
    assert draft.offered_at == NOON
    assert [e.kind for e in await store.events(draft.id)] == [
        "wanted",
        "written",
        "rendered",
        "offered",
    ]


async def test_the_wire_asks_once_for_a_story_but_people_may_ask_again(store: Store) -> None:
    await wanted(store)
    with pytest.raises(Stale):
        await wanted(store)
    assert (await wanted(store, by="web:anna")).id == 2


async def test_a_move_from_a_state_that_is_gone_is_refused(store: Store) -> None:
    draft = await wanted(store)
    await store.move(draft, "written", NOON, script=script(), grounding=Grounding())
    with pytest.raises(Stale, match="no longer wanted"):
        await store.move(draft, "parked", NOON, why="late")


async def test_an_illegal_move_is_refused(store: Store) -> None:
    with pytest.raises(Stale, match="cannot go from wanted to posted"):
        await store.move(await wanted(store), "posted", NOON)


async def test_approval_binds_to_the_revision_that_was_shown(store: Store) -> None:
    shown = await offered(store)
    await store.withdraw(shown, "written", NOON, "web:anna", clip={}, rev="")
    with pytest.raises(Stale):
        await store.approve(shown, "web:anna", Yes(("square",)), NOON)
    assert await store.postings() == []


async def ready(store: Store, posting: Posting) -> Posting:
    """Take a posting to where nothing is missing but the call."""
    await store.post(posting, "preparing", NOON)
    await store.post(replace(posting, state="preparing"), "ready", NOON)
    return replace(posting, state="ready")


async def test_two_editors_at_once_approve_once(store: Store) -> None:
    draft = await offered(store)
    await store.approve(draft, "web:anna", Yes(("square", "folder")), NOON)
    with pytest.raises(Stale):
        await store.approve(draft, "web:ben", Yes(("square",)), NOON)
    assert [p.channel for p in await store.postings(draft.id)] == ["folder", "square"]


async def test_the_intent_to_send_is_written_once(store: Store) -> None:
    draft = await offered(store)
    await store.approve(draft, "web:anna", Yes(("square",)), NOON)
    planned = await ready(store, (await store.postings())[0])
    sending = await store.begin_send(planned, NOON)
    assert (sending.state, sending.tries) == ("committing", 1)
    with pytest.raises(Stale):
        await store.begin_send(planned, NOON)
    await store.post(sending, "done", NOON, url="https://x.example/1", remote_id="1")
    with pytest.raises(Stale):
        await store.post(sending, "queued", NOON)


async def test_what_is_out_or_asked_about_is_never_sent_again(store: Store) -> None:
    draft = await offered(store)
    await store.approve(draft, "web:anna", Yes(("folder", "square")), NOON)
    for posting, end in zip(await store.postings(), ("done", "asked"), strict=True):
        sending = await store.begin_send(await ready(store, posting), NOON)
        await store.post(sending, end, NOON)  # type: ignore[arg-type]
    for posting in await store.postings():
        with pytest.raises(Stale, match="cannot go from"):
            await store.begin_send(posting, NOON)


async def test_a_reader_waits_for_the_whole_transaction(store: Store) -> None:
    draft = await wanted(store)
    async with store._db.write("half of it") as db:
        await db.execute("UPDATE draft SET state='approved'")
        reader = asyncio.create_task(store.draft(draft.id))
        await asyncio.wait({reader}, timeout=0.05)
        assert not reader.done()
        await db.execute("UPDATE draft SET title='whole'")
    found = await reader
    assert found is not None
    assert found.title == "whole"


@pytest.mark.parametrize("channel", ["*", "square"])
async def test_pause_is_checked_in_the_same_transaction(store: Store, channel: str) -> None:
    draft = await offered(store)
    await store.approve(draft, "web:anna", Yes(("square",)), NOON)
    await store.pause(channel, "web:anna", NOON)
    planned = await ready(store, (await store.postings())[0])
    with pytest.raises(Stale, match="may not be sent"):
        await store.begin_send(planned, NOON)
    await store.resume("*", "web:anna", NOON)
    assert (await store.begin_send(planned, NOON)).state == "committing"


async def test_what_is_on_its_way_cannot_be_withdrawn(store: Store) -> None:
    draft = await offered(store)
    await store.approve(draft, "web:anna", Yes(("square",)), NOON)
    await store.begin_send(await ready(store, (await store.postings())[0]), NOON)
    approved = await store.draft(draft.id)
    assert approved is not None
    with pytest.raises(Stale, match="on its way"):
        await store.withdraw(approved, "rejected", NOON, "web:anna")


async def test_items_come_back_in_order_with_their_stories(store: Store) -> None:
    row = SourceRow("wire", {"etag": '"1"'}, NOON + timedelta(minutes=5))
    record = Record({"ferry": 0.1}, 6.4, {"1": 0.25}, "nothing is like it")
    meaning = np.array([0.6, -0.8], np.float16).astype(np.float32)
    news = [Filed(item(2), 1), Filed(item(1), 4, record, meaning)]
    await store.save_reading(row, news, [(4, 1)], NOON)
    first, second = await store.items(NOON - timedelta(hours=1))
    assert first == Filed(item(2), 1)
    assert (second.item, second.story, second.record) == (item(1), 1, record)
    assert second.meaning is not None
    assert second.meaning.tolist() == meaning.tolist()
    assert await store.merges() == {4: 1}
    assert await store.last_story() == 4
    assert (await store.sources())["wire"].state == {"etag": '"1"'}


async def test_a_message_is_remembered_with_its_answer(store: Store) -> None:
    assert await store.heard("m1") is None
    await store.remember("m1", "done", NOON)
    await store.remember("m1", "something else", NOON)
    assert await store.heard("m1") == "done"


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    first = await Store.open(tmp_path)
    draft = await offered(first)
    await first.close()
    second = await Store.open(tmp_path)
    assert await second.draft(draft.id) == replace(draft)
    await second.close()


async def test_a_state_folder_serves_one_process(store: Store, tmp_path: Path) -> None:
    with pytest.raises(AlreadyRunning, match="another wirereel"):
        await Store.open(tmp_path / "state")


async def test_a_damaged_database_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "wirereel.db").write_bytes(b"this is not a database, it is a letter" * 200)
    with pytest.raises(StoreBroken, match="backup"):
        await Store.open(tmp_path)


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    await (await Store.open(tmp_path)).close()
    raw = sqlite3.connect(tmp_path / "wirereel.db")
    raw.execute("PRAGMA user_version=99")
    raw.close()
    with pytest.raises(StoreBroken, match="newer wirereel"):
        await Store.open(tmp_path)


async def test_a_database_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    store = await Store.open(tmp_path)
    await offered(store)
    await store.close()
    with sqlite3.connect(tmp_path / "wirereel.db") as db:
        columns = ("address", "wait_s", "off")
        older = "".join(f"ALTER TABLE source DROP COLUMN {column};" for column in columns)
        older += "ALTER TABLE item DROP COLUMN record; ALTER TABLE item DROP COLUMN meaning;"
        older += "DROP TABLE host; DROP TABLE push; DROP TABLE approval; DROP INDEX one_by_itself;"
        older += "DROP INDEX draft_decided; DROP INDEX event_draft; DROP INDEX posting_state;"
        older += "DROP INDEX posting_sequel;"
        older += "DROP TABLE notice; DROP TABLE recollection; DROP INDEX event_refused;"
        older += "DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete;"
        columns = ("hash", "rev", "message")
        older += "".join(f"ALTER TABLE event DROP COLUMN {column};" for column in columns)
        older += "DROP INDEX posting_sent;"
        older += "CREATE UNIQUE INDEX one_by_itself ON draft(story) WHERE asked_by = 'wire';"
        added = ("preview", "waiver", "texts", "embargo", "held", "weighed", "wish", "edited_by")
        older += "".join(f"ALTER TABLE draft DROP COLUMN {column};" for column in added)
        db.executescript(older + "PRAGMA user_version=1")
    db.close()
    store = await Store.open(tmp_path)
    await store.save_reading(SourceRow("wire", {}, NOON, off=True), (), (), NOON)
    assert (await store.sources())["wire"].off
    draft = await store.draft(1)
    assert draft is not None
    assert (draft.state, draft.preview, draft.waiver) == ("offered", "", None)
    await store.close()


async def test_a_preview_is_kept_once_and_only_of_the_words_it_shows(store: Store) -> None:
    draft = await wanted(store)
    assert await store.keep_preview(draft, "a.preview.mp4", NOON)
    known = await store.draft(draft.id)
    assert known is not None
    assert known.preview == "a.preview.mp4"
    assert not await store.keep_preview(known, "a.preview.mp4", NOON)
    assert [e.kind for e in await store.events(draft.id)] == ["wanted", "preview"]
    await store.move(known, "written", NOON, script=script(), preview="")  # it moves on meanwhile
    with pytest.raises(Stale):
        await store.keep_preview(known, "b.preview.mp4", NOON)


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreBroken, match="file"):
        await Store.open(tmp_path / "file" / "state")


async def test_who_is_cancelled_at_the_start_leaves_nothing_open(store: Store) -> None:
    for pauses in range(6):
        task = asyncio.create_task(store.pause("square", "web:anna", NOON))
        for _ in range(pauses):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await store.resume("*", "web:anna", NOON)
    assert await store.paused() == frozenset()


async def test_a_full_disk_is_said_and_passes(tmp_path: Path) -> None:
    store = await Store.open(tmp_path)
    await store._db._db.execute("PRAGMA max_page_count=30")
    with pytest.raises(StoreBroken, match="cannot write down"):
        await store.remember("long", "a long answer " * 100_000, NOON)
    await store._db._db.execute("PRAGMA max_page_count=100000")
    await store.remember("after", "there is room again", NOON)
    assert await store.heard("after") == "there is room again"
    await store.close()
