"""The audit: every decision with who, what and which message; chained, and only ever added to."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chain import Link, broken, hash_of
from bot.rules import Rulebook
from bot.store import Store, StoreBroken, trail
from bot.terminal.audit import Wish, run_audit
from fakes import NOON, script
from offices import Office, opened

BOTH = frozenset({"web:anna", "web:bea"})


def chained(*links: Link) -> list[tuple[Link, str]]:
    rows, before = [], ""
    for link in links:
        before = hash_of(before, link)
        rows.append((link, before))
    return rows


ROWS = [Link(n, f"2026-03-02T12:0{n}:00+00:00", "edit", 7, "web:anna", f"w{n}") for n in (1, 2, 3)]


# -- the chain -------------------------------------------------------------------------------------


def test_a_row_is_hashed_in_one_known_way() -> None:
    link = Link(1, "2026-03-02T12:00:00+00:00", "approval", 7, "web:anna", "é", "ab", "m1")
    assert hash_of("", link) == "1a4c112cc93e6237f48f3f8921ec7ba4f4de16de1fc9299e720cf197f4cc8e5a"


@pytest.mark.parametrize(
    ("spoilt", "first"),
    [
        (lambda rows: rows, 0),
        (lambda rows: [], 0),
        (lambda rows: rows[1:], 2),  # the first is gone
        (lambda rows: [rows[0], rows[2]], 3),  # one in the middle is gone
        (lambda rows: [rows[1], rows[0], rows[2]], 2),
        (lambda rows: [rows[0], (replace(rows[1][0], text="other"), rows[1][1]), rows[2]], 2),
        (lambda rows: [rows[0], (rows[1][0], ""), rows[2]], 2),
        (lambda rows: [*rows, (replace(rows[2][0], n=4), rows[2][1])], 4),
        (lambda rows: rows[:2], 0),  # what is cut off at the end leaves no gap
    ],
)
def test_the_first_row_that_does_not_follow_is_found(
    spoilt: Callable[[list[tuple[Link, str]]], list[tuple[Link, str]]], first: int
) -> None:
    assert broken(spoilt(chained(*ROWS))) == first


FIELDS = ("at", "kind", "who", "text", "rev", "message")


@given(st.integers(0, 2), st.sampled_from(FIELDS), st.text(max_size=20))
def test_no_field_of_a_row_can_be_changed_unseen(n: int, field: str, value: str) -> None:
    rows = chained(*ROWS)
    link, kept = rows[n]
    if getattr(link, field) == value:
        return
    rows[n] = (replace(link, **{field: value}), kept)
    assert broken(rows) == n + 1


def test_words_cannot_move_from_one_field_to_the_next() -> None:
    one = Link(1, "a", "kind", 0, "who", 'te","xt')
    other = Link(1, "a", "kind", 0, 'who","te', "xt")
    assert hash_of("", one) != hash_of("", other)


# -- in the store ----------------------------------------------------------------------------------


async def test_a_row_can_be_neither_changed_nor_taken_out(tmp_path: Path) -> None:
    store = await Store.open(tmp_path)
    await store.pause("*", "web:anna", NOON)
    await store.close()
    with sqlite3.connect(tmp_path / "wirereel.db") as db:
        for spoil in ("UPDATE event SET who='web:bea'", "DELETE FROM event"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
                db.execute(spoil)
    db.close()
    assert trail(tmp_path).links[0].who == "web:anna"


async def test_rows_of_an_older_version_are_chained_when_it_is_opened(tmp_path: Path) -> None:
    store = await Store.open(tmp_path)
    for n in range(3):
        await store.pause(f"c{n}", "web:anna", NOON)
    before = trail(tmp_path)
    await store.close()
    with sqlite3.connect(tmp_path / "wirereel.db") as db:
        db.executescript(
            "DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete; DROP INDEX posting_sent;"
            "DROP INDEX posting_sequel;"
            "DROP INDEX event_refused; DROP INDEX event_draft; DROP INDEX posting_state;"
            "ALTER TABLE event DROP COLUMN hash; ALTER TABLE event DROP COLUMN rev;"
            "ALTER TABLE event DROP COLUMN message; DROP TABLE notice; DROP TABLE recollection;"
            "ALTER TABLE draft DROP COLUMN edited_by; ALTER TABLE approval DROP COLUMN wish;"
            "PRAGMA user_version=5"
        )
    db.close()
    with pytest.raises(StoreBroken, match="brings it up to date"):
        trail(tmp_path)
    store = await Store.open(tmp_path)
    assert trail(tmp_path) == before
    assert (before.broken, len(before.links)) == (0, 3)
    await store.pause("c3", "web:anna", NOON)
    await store.close()
    assert trail(tmp_path).broken == 0


async def test_every_row_of_a_day_is_chained(tmp_path: Path) -> None:
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        rev = await office.offers()
        await office.hears(f"approve 1 {rev}")
        await office.settles()
        assert await office.state() == "posted"
    found = trail(tmp_path / "state")
    assert found.broken == 0
    assert [link.n for link in found.links] == list(range(1, len(found.links) + 1))


# -- what is in it ---------------------------------------------------------------------------------


async def rows(office: Office, kind: str) -> list[tuple[str, str, str, str]]:
    events = await office.desk.store.events()
    return [(e.who, e.message, e.rev[:6], e.text) for e in events if e.kind == kind]


async def test_each_yes_is_in_it_with_message_revision_channels_time_and_choices(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        office.line.writes(script("Mayor Ada Quill was charged with fraud."))
        rev = await office.offers()
        await office.hears(f"approve 1 {rev} at 18:00", event="room/17")
        await office.hears(f"approve 1 {rev}", "web:bea", event="room/18")
        assert await rows(office, "approval") == [
            (
                *("web:anna", "room/17", rev),
                f"{rev} for square; at 2026-03-02T18:00:00+00:00; 1 of 2",
            ),
        ]
        last = [("web:bea", "room/18", rev, f"{rev} for square; 2 of 2")]
        assert await rows(office, "yes") == last
        assert await rows(office, "approved") == [("web:bea", "room/18", rev, "approved")]


async def test_every_other_decision_is_in_it_with_its_message(tmp_path: Path) -> None:
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        rev = await office.offers()
        await office.hears(f"approve 1 {rev} at 18:00", event="e1")
        await office.hears("schedule 1 at 19:00", "web:bea", event="e2")
        await office.hears("edit 1 headline: Bridge shut", "web:ed", event="e3")
        await office.settles()
        await office.hears("pause", event="e4")
        await office.hears("resume", event="e5")
        new = (await office.draft()).tag
        await office.hears("reject 1 no longer news", event="e6")
        scheduled = "square at 2026-03-02T19:00:00+00:00"
        assert await rows(office, "schedule") == [("web:bea", "e2", rev, scheduled)]
        assert ("web:ed", "e3", rev) in [row[:3] for row in await rows(office, "written")]
        assert [row[:2] for row in await rows(office, "pause")] == [("web:anna", "e4")]
        assert [row[:2] for row in await rows(office, "resume")] == [("web:anna", "e5")]
        assert await rows(office, "rejected") == [("web:anna", "e6", new, "no longer news")]
        assert all(not e.message for e in await office.desk.store.events() if e.who == "desk")


async def test_attempts_of_people_without_the_role_are_in_it_but_cannot_fill_it(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        rev = await office.offers()
        await office.hears(f"approve 1 {rev}", "web:ed", event="x1")
        await office.hears("topics", "web:stranger", event="x2")
        assert [row[:2] + row[3:] for row in await rows(office, "refused")] == [
            ("web:ed", "x1", "approve 1"),
            ("web:stranger", "x2", "topics"),
        ]
        for n in range(30):
            await office.hears("topics", "web:stranger")
            await office.hears("status", f"web:{'s' * 500}{n}")
        for n in range(80):
            await office.hears("status", f"flood:{n}")
        found = await rows(office, "refused")
        assert len(found) == 60
        assert sum(row[0] == "web:stranger" for row in found) == 10
        assert max(len(row[0]) for row in found) == 80
        office.clock.passes(hours=1, minutes=1)
        await office.hears("status", "web:stranger")
        assert len(await rows(office, "refused")) == 61


async def test_the_chat_tells_who_did_what_and_the_head(tmp_path: Path) -> None:
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        rev = await office.offers()
        await office.hears(f"approve 1 {rev} square")
        await office.hears("pause", "web:bea")
        said = await office.hears("audit", "web:vi")
        head = (await office.desk.store.events(limit=1))[0]
        assert "12:10 UTC web:bea: pause: *" in said
        assert said.endswith(f"head {head.hash[:12]}, row {head.n}; times by UTC")
        own = await office.hears("audit 1")
        assert f"web:anna: yes draft 1: {rev} for square" in own
        assert "pause" not in own
        assert "there is no draft 9" in await office.hears("audit 9")
        for _ in range(15):
            await office.hears("pause")
        assert len((await office.hears("audit")).splitlines()) == 21


# -- in the terminal -------------------------------------------------------------------------------


@pytest.fixture
async def house(tmp_path: Path) -> Path:
    """A config file whose state folder has a day's audit."""
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        rev = await office.offers()
        await office.hears(f"approve 1 {rev}")
        await office.hears("pause")
    config = tmp_path / "config.toml"
    config.write_text('[desk]\nstate = "state"\n')
    return config


def test_the_terminal_shows_the_last_rows(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_audit(house, Wish()) == 0
    out = capsys.readouterr().out
    assert "web:anna: yes draft 1: " in out
    assert "2026-03-02 12:10:00 web:anna: pause: *" in out
    assert run_audit(house, Wish(draft=1)) == 0
    assert "pause" not in capsys.readouterr().out


def test_a_whole_chain_is_said_with_its_head(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = trail(house.parent / "state").head
    assert run_audit(house, Wish(verify=True)) == 0
    out = capsys.readouterr().out
    assert f"whole: {len(trail(house.parent / 'state').links)} rows, head {head[:12]}" in out
    assert run_audit(house, Wish(head=head[:12].upper())) == 0


def spoil(house: Path, sql: str) -> None:
    with sqlite3.connect(house.parent / "state" / "wirereel.db") as db:
        db.executescript(f"DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete; {sql}")
    db.close()


@pytest.mark.parametrize(
    ("sql", "row"),
    [
        ("UPDATE event SET who='web:eve' WHERE kind='yes'", "web:eve: yes"),
        ("DELETE FROM event WHERE n=2", "broken at row 3"),
        ("UPDATE event SET hash='' WHERE n=4", "broken at row 4"),
    ],
)
def test_a_broken_chain_ends_with_code_1_and_names_the_row(
    house: Path, capsys: pytest.CaptureFixture[str], sql: str, row: str
) -> None:
    spoil(house, sql)
    assert run_audit(house, Wish(verify=True)) == 1
    said = capsys.readouterr()
    assert "whole" not in said.out
    assert row in said.err
    assert run_audit(house, Wish(verify=True, json=True)) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["broken"] > 0
    assert f"row {told['broken']}" in told["trouble"]


def test_rows_that_are_cut_off_are_missed_by_a_head_that_was_noted(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noted = trail(house.parent / "state").head
    spoil(house, "DELETE FROM event WHERE kind='pause'")
    assert run_audit(house, Wish(verify=True)) == 0
    assert run_audit(house, Wish(head=noted[:12])) == 1
    assert f"no row has the hash {noted[:12]}" in capsys.readouterr().err


def test_one_json_object_has_every_row_with_its_hash(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_audit(house, Wish(json=True)) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"][-1]["hash"] == told["head"]
    assert [row["n"] for row in told["rows"]] == list(range(1, len(told["rows"]) + 1))
    assert (told["broken"], told["trouble"]) == (0, "")


async def test_it_is_read_while_a_daemon_writes(tmp_path: Path) -> None:
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        await office.hears("pause")
        assert trail(tmp_path / "state").links[-1].kind == "pause"
        await office.hears("resume")
        assert trail(tmp_path / "state").links[-1].kind == "resume"


def test_where_nothing_was_run_yet_the_audit_is_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("")
    assert run_audit(config, Wish(verify=True)) == 0
    assert "whole: 0 rows" in capsys.readouterr().out
