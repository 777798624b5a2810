"""Who may say what: every command by every role, and what a command that comes too late can do."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands import VERBS
from bot.rules import Rulebook
from offices import EDITORS, Office, opened

ROLES = ("", "viewer", "editor", "approver", "admin")
PEOPLE = {
    "": "web:stranger",
    "viewer": "web:vi",
    "editor": "web:ed",
    "approver": "web:anna",
    "admin": "web:ada",
}
SAYS = {  # each command as it would do something, and the least role that may say it
    "topics": ("topics", "viewer"),
    "drafts": ("drafts", "viewer"),
    "show": ("show 1", "viewer"),
    "status": ("status", "viewer"),
    "audit": ("audit 1", "viewer"),
    "help": ("help", "viewer"),
    "merge": ("merge 1 2", "editor"),
    "make": ("make 1", "editor"),
    "edit": ("edit 1 headline: Bridge shut", "editor"),
    "retry": ("retry 1", "editor"),
    "approve": ("approve 1 {rev}", "approver"),
    "schedule": ("schedule 1 now", "approver"),
    "override": ("override 1 I was there", "approver"),
    "reject": ("reject 1 old news", "approver"),
    "resolve": ("resolve 1 square done", "approver"),
    "pause": ("pause", "approver"),
    "resume": ("resume", "approver"),
    "correct": ("correct 1 It was Tuesday.", "approver"),
    "takedown": ("takedown 1", "approver"),
}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path, Rulebook(approvers=frozenset({"web:anna", "web:bea"}))) as made:
        made.newsroom = replace(made.newsroom, editors={**EDITORS, "web:ada": "admin"})
        yield made


async def known(office: Office) -> list[object]:
    """Everything that a command could change."""
    store = office.desk.store
    events = [e for e in await store.events() if e.kind != "refused"]
    return [events, await store.draft(1), await store.postings(), await store.paused()]


def test_every_command_is_in_the_table() -> None:
    assert set(VERBS) <= SAYS.keys()


async def test_who_lacks_the_role_changes_nothing_by_any_command(office: Office) -> None:
    rev = await office.offers()
    before, tried = await known(office), 0
    for verb in VERBS:
        words, least = SAYS[verb]
        for role in ROLES[: ROLES.index(least)]:
            said = await office.hears(words.format(rev=rev), PEOPLE[role])
            refused = f"needs the role {least}" if role else "is not among the [editors]"
            assert refused in said, (verb, role)
            assert await known(office) == before, (verb, role)
            tried += 1
    assert tried == sum(ROLES.index(SAYS[verb][1]) for verb in VERBS)
    await office.settles()
    assert office.channel.posted == []


@pytest.mark.parametrize("role", ROLES[1:])
async def test_who_has_the_role_is_heard(office: Office, role: str) -> None:
    rev = await office.offers()
    for verb in VERBS:
        words, least = SAYS[verb]
        if ROLES.index(role) >= ROLES.index(least):
            said = await office.hears(words.format(rev=rev), PEOPLE[role])
            assert "needs the role" not in said, verb
            assert "[editors]" not in said, verb


async def test_to_look_at_what_is_coming_takes_no_more_than_a_viewer(office: Office) -> None:
    assert "nothing waits" in await office.hears("schedule", PEOPLE["viewer"])
    assert "not among" in await office.hears("schedule", PEOPLE[""])


async def test_names_that_look_alike_are_nobody(office: Office) -> None:
    rev = await office.offers()
    for user in ("web:\u0430nna", "WEB:ANNA", "web:anna ", "web:ann\u0430", "anna", ""):
        assert "not among the [editors]" in await office.hears(f"approve 1 {rev}", user)
    await office.settles()
    assert office.channel.posted == []


async def test_an_approval_that_is_replayed_changes_nothing(office: Office) -> None:
    rev = await office.offers()
    first = await office.hears(f"approve 1 {rev} at 18:00", event="e1")
    await office.hears("edit 1 headline: Bridge shut", event="e2")
    await office.settles()
    assert await office.hears(f"approve 1 {rev} at 18:00", event="e1") == first
    assert await office.state() == "offered"
    assert "not the clip of draft 1 any more" in await office.hears(f"approve 1 {rev}")


async def test_who_was_struck_off_the_list_is_refused_from_then_on(office: Office) -> None:
    rev = await office.offers()
    left = {user: role for user, role in EDITORS.items() if user != "web:anna"}
    office.newsroom = replace(office.newsroom, editors=left)
    assert "not among" in await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert office.channel.posted == []
