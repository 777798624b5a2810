"""Changes in plain words: the desk has them written, and the chat goes on meanwhile."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.story import Beat, Bill, Cite, fingerprint
from bot.views import made, under_way
from bot.words import draft_text
from bot.writers import WriterRefused
from bot.writers._shorter import shorter
from fakes import NOON, script
from offices import Office, opened


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as built:
        yield built


async def test_a_wish_is_written_and_offered_anew(office: Office) -> None:
    rev = await office.offers()
    assert await office.hears("edit 1 less alarm") == "draft 1 is being changed: less alarm"
    waiting = await office.desk.store.draft(1)
    assert waiting
    assert (waiting.state, waiting.wish, waiting.script is not None) == (
        "wanted",
        "less alarm",
        True,
    )
    assert "to be changed: less alarm" in await office.hears("show 1")
    assert "being changed already" in await office.hears("edit 1 tone: hope")
    await office.settles()
    assert office.line.wishes == ["less alarm"]
    draft = await office.desk.store.draft(1)
    assert draft
    assert draft.script
    assert (draft.state, draft.wish) == ("offered", "")
    assert draft.script.headline.endswith("(less alarm)")
    assert draft.tag != rev
    assert "not the clip of draft 1 any more" in await office.hears(f"approve 1 {rev}")


async def test_a_wish_ends_an_approval(office: Office) -> None:
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    await office.hears("edit 1 shorter")
    await office.settles()
    assert await office.state() == "offered"
    assert office.channel.posted == []


async def test_where_the_writer_is_down_all_stays_and_the_editor_hears_how(office: Office) -> None:
    rev = await office.offers()
    office.line.is_down(1)
    await office.hears("edit 1 shorter")
    await office.settles()
    draft = await office.desk.store.draft(1)
    assert draft
    assert (draft.state, draft.tag, draft.wish) == ("offered", rev, "")
    assert office.line.shot == 1
    told = next(m.text for m in office.chat.told if "stays as it was" in m.text)
    assert "(shorter): the model is asleep" in told
    assert "edit 1 line 2: WORDS" in told


async def test_a_wish_outlives_a_restart(office: Office) -> None:
    await office.offers()
    await office.hears("edit 1 shorter")
    draft = await office.desk.store.draft(1)
    assert draft
    assert [intent.act for intent in await office.desk.decide()] == ["write"]


def test_how_far_it_is_is_said_in_words() -> None:
    assert under_way(("write", 0.5)) == "being written, 38%"
    assert under_way(("draw", 0.5)).startswith("being rendered, ")
    assert under_way(None) == ""
    assert made("repair", 1.0) == 1.0


async def test_drafts_and_show_say_how_far_the_script_is(office: Office) -> None:
    await office.offers()
    await office.hears("edit 1 shorter")
    office.desk.progress[1] = ("write", 0.5)
    assert "(being written, 38%)" in await office.hears("drafts")
    assert "being written, 38%" in await office.hears("show 1")


async def test_the_bill_is_kept_and_binds_no_approval(office: Office) -> None:
    await office.offers()
    draft = await office.desk.store.draft(1)
    assert draft
    assert draft.script
    paid = replace(draft.script, bill=Bill(2, 3000, 412, 4.2, 0.0042, "$"))
    await office.desk.store.move(draft, "written", NOON, script=paid)
    kept = await office.desk.store.draft(1)
    assert kept
    assert kept.script == paid
    assert "in 2 calls, 3,412 tokens, $0.004" in draft_text(kept, (), NOON)
    assert fingerprint(paid, {}, (), {}) == fingerprint(draft.script, {}, (), {})


def cited(line: str, *outlets: str) -> Beat:
    return Beat(line, tuple(Cite("i", outlet, "", line) for outlet in outlets))


LONG = replace(
    script(),
    beats=(
        cited("One.", "A"),
        cited("Two.", "A", "B"),
        cited("Three.", "A", "B"),
        cited("Four.", "A"),
        cited("Five.", "A"),
    ),
)


@pytest.mark.parametrize("wish", ["shorter", "Please make it a bit shorter!", "kürzer", "Shorter."])
def test_without_a_model_the_line_that_matters_least_goes(wish: str) -> None:
    lines = [beat.line for beat in shorter(LONG, wish).beats]
    assert lines == ["One.", "Two.", "Three.", "Four."]


def test_hook_and_second_line_stay_and_other_wishes_are_refused_with_what_works() -> None:
    with pytest.raises(WriterRefused, match="2 lines"):
        shorter(replace(LONG, beats=LONG.beats[:2]), "shorter")
    with pytest.raises(WriterRefused, match="line 2: WORDS"):
        shorter(LONG, "less alarm")
