from dataclasses import replace

import pytest

from bot.commands import Edit
from bot.orders.edit import edited
from bot.story import Wish
from fakes import script

THREE = script("One is here.", "Two is there.", "Three is gone.")


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (Edit("line", 2, "Two is back."), ["One is here.", "Two is back.", "Three is gone."]),
        (Edit("drop", 1), ["Two is there.", "Three is gone."]),
        (Edit("headline", 0, "New"), ["One is here.", "Two is there.", "Three is gone."]),
    ],
)
def test_an_edit_changes_what_it_says(edit: Edit, lines: list[str]) -> None:
    assert [beat.line for beat in edited(THREE, edit).beats] == lines


def test_a_changed_line_keeps_its_citations_and_loses_its_card() -> None:
    carded = replace(THREE.beats[0], wish=Wish("stat", {"value": "1"}))
    beat = edited(replace(THREE, beats=(carded,)), Edit("line", 1, "Ten are here.")).beats[0]
    assert (beat.cites, beat.wish) == (carded.cites, Wish())


def test_texts_and_tone_are_set_for_the_whole_script() -> None:
    assert edited(THREE, Edit("headline", 0, "New")).headline == "New"
    assert edited(THREE, Edit("caption", 0, "Beside")).caption == "Beside"
    beats = tuple(replace(beat, tone="urgency") for beat in THREE.beats)
    calm = edited(replace(THREE, beats=beats), Edit("tone", 0, "Hope"))
    assert calm.tone == "hope"
    assert {beat.tone for beat in calm.beats} == {""}


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Edit("line", 4, "x"), "lines 1 to 3"),
        (Edit("drop", 0), "there is no line 0"),
        (Edit("tone", 0, "gloom"), "unknown tone 'gloom'; there are urgency"),
        (Edit("plot", 0, "x"), "cannot edit 'plot'"),
    ],
)
def test_what_cannot_be_edited_is_said(edit: Edit, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        edited(THREE, edit)


def test_the_only_line_stays() -> None:
    with pytest.raises(ValueError, match="reject the draft"):
        edited(script("Alone."), Edit("drop", 1))
