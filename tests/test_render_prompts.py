"""Prompts: everything that belongs in them is, nothing else, and always the same."""

from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from render.lab.filter import cleaned
from render.lab.moods import MOODS
from render.lab.prompts import MOST, portrait, prompt, unasked
from render.lab.wish import Wish
from render.storyboard import Move, Sheet, Tone

TONES: tuple[Tone, ...] = get_args(Tone)
MOVES: tuple[Move, ...] = get_args(Move)
MARA = Sheet("Mara", "character", "a tall woman in a yellow coat, short grey hair")
TOMAS = Sheet("Tomas", "character", "a boatman with a red scarf")
HARBOUR = Sheet("Harbour", "place", "a small stone harbour with blue boats and one red lamp")
SHEETS = (MARA, TOMAS, HARBOUR)
WORDS = ("boats", "a", "lamp,", "on", "the   quay", "Ölfässer", "漢字", "été", "at dawn;", "apples")
WISHES = st.builds(
    Wish,
    scene=st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join),
    who=st.lists(st.sampled_from(["Mara", "Tomas"]), max_size=2, unique=True).map(tuple),
    where=st.sampled_from(["", "Harbour"]),
    style=st.sampled_from(["illustration", "photoreal"]),
)


@given(WISHES, st.sampled_from(TONES), st.sampled_from(MOVES), st.sampled_from(["film", "still"]))
def test_a_prompt_holds_all_that_it_should(wish: Wish, tone: Tone, move: Move, kind: str) -> None:
    words, shunned = prompt(wish, kind, tone, move, SHEETS)  # type: ignore[arg-type]
    assert prompt(wish, kind, tone, move, SHEETS) == (words, shunned)  # type: ignore[arg-type]
    assert cleaned(wish.scene) in words
    for sheet in SHEETS:
        kept = sheet.name in wish.sheets
        assert (cleaned(sheet.look) in words) == kept
    mood = MOODS[tone]
    assert all(part in words for part in (mood.scenery, mood.light, *mood.colours, mood.lens))
    assert (mood.expression in words) == bool(wish.who)
    assert (mood.pace in words) == (kind == "film")
    assert len(words) <= MOST
    assert "\n" not in words
    assert "  " not in words
    assert not unasked(words)
    for other in TONES:
        if other != tone:
            assert prompt(wish, kind, other, move, SHEETS)[0] != words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("move", "said"),
    [
        ("push_in", "slow dolly in"),
        ("pull_out", "slow dolly out"),
        ("pan_left", "pans slowly to the left"),
        ("pan_right", "pans slowly to the right"),
        ("rise", "slow crane up"),
        ("still", "static shot"),
    ],
)
def test_a_film_is_told_how_the_camera_moves_and_a_still_is_not(move: Move, said: str) -> None:
    wish = Wish(scene="boats on calm water")
    assert said in prompt(wish, "film", "hope", move, ())[0].lower()
    still = prompt(wish, "still", "hope", move, ())[0]
    assert "camera moves" not in still
    assert said not in still.lower()
    assert still == prompt(wish, "still", "hope", "still", ())[0]


def test_an_illustration_is_asked_to_look_drawn_and_shuns_photographs() -> None:
    words, shunned = prompt(Wish(scene="boats"), "film", "hope", "still", ())
    assert words.startswith("Hand-drawn gouache")
    assert "photograph" in shunned
    assert "photograph" not in words.lower()
    words, shunned = prompt(Wish(scene="boats", style="photoreal"), "film", "hope", "still", ())
    assert words.startswith("Cinematic photograph")
    assert "photograph" not in shunned
    assert "drawing" in shunned


def test_links_never_reach_a_model() -> None:
    link = "https://example.org/x?id=1"
    sheet = Sheet("Mara", "character", f"a tall woman ({link})")
    words, _ = prompt(
        Wish(scene=f"boats {link} at sea", who=("Mara",)), "film", "hope", "still", [sheet]
    )
    assert "example.org" not in words
    assert "boats at sea" in words
    assert "a tall woman" in words
    assert "example.org" not in portrait(sheet, "illustration", "hope")[0]


def test_the_still_of_a_sheet_shows_it_alone() -> None:
    words, _ = portrait(MARA, "illustration", "hope")
    assert MARA.look in words
    assert "One person alone" in words
    place, _ = portrait(HARBOUR, "illustration", "hope")
    assert HARBOUR.look in place
    assert "nobody in it" in place
    assert portrait(HARBOUR, "illustration", "tension")[0] != place


@given(st.integers(1, 6000), st.integers(300, 6000))
def test_a_prompt_that_no_encoder_would_read_to_its_end_is_not_asked(
    length: int, other: int
) -> None:
    wish, sheet = Wish(scene="b" * length, where="Harbour"), Sheet("Harbour", "place", "c" * other)
    words, _ = prompt(wish, "film", "hope", "push_in", [sheet])
    assert bool(unasked(words)) == (len(words) > MOST)
    assume(len(words) > MOST)
    assert f"{len(words):,} characters" in unasked(words)


def test_a_sheet_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="no sheet 'Ida'; the board's are Mara, Tomas, Harbour"):
        prompt(Wish(scene="boats", who=("Ida",)), "film", "hope", "still", SHEETS)
