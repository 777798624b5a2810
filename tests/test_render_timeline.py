from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes_engine import LINES, board, spoken
from render import Shot, Storyboard
from render.storyboard import View
from render.timeline import MAX_S, RATE, Plan, pieces, plan
from render.voices import Speech, SpokenWord

FPS = st.sampled_from([24, 25, 30, 50, 60])
TIMES = st.floats(-1, 4)


@st.composite
def speeches(draw: st.DrawFn) -> Speech:
    """A speech of any length whose word times are any times at all."""
    pairs = draw(st.lists(st.tuples(TIMES, TIMES), min_size=1, max_size=30))
    words = tuple(SpokenWord("w", 2 * i, a, b) for i, (a, b) in enumerate(pairs))
    pcm = np.zeros(draw(st.integers(0, 4 * 8000)), np.float32)
    return Speech(pcm, 8000, words, "fake", "fake", "engine")


@st.composite
def boards(draw: st.DrawFn) -> tuple[Storyboard, list[Speech | None]]:
    said = draw(st.lists(st.none() | speeches(), min_size=1, max_size=8))
    shots = tuple(
        Shot(
            "a line" if speech else "",
            "cards",
            {},
            transition=draw(st.sampled_from(["cut", "fade", "push"])),
            hold_s=draw(st.floats(0, 2)),
        )
        for speech in said
    )
    return Storyboard("t", "en", shots, fps=draw(FPS)), said


@given(boards())
def test_a_plan_holds_together(made: tuple[Storyboard, list[Speech | None]]) -> None:
    board, said = made
    laid = plan(board, said)
    assert sum(shot.length for shot in laid.shots) == laid.frames
    assert [s.first for s in laid.shots] == [0, *(s.first + s.length for s in laid.shots[:-1])]
    assert all(s.length >= 1.2 * board.fps - 1 and s.fade <= s.length // 2 for s in laid.shots)
    assert laid.shots[0].fade == 0
    assert len(laid.words) == sum(len(s.words) for s in said if s)
    assert all(word.first < word.last for word in laid.words)
    assert all(a.last <= b.first for a, b in pairwise(laid.words))
    for word in laid.words:
        shot = laid.shots[word.shot]
        assert shot.first <= word.first < word.last <= shot.first + shot.length


@given(boards())
def test_every_voice_fits_into_its_shot(made: tuple[Storyboard, list[Speech | None]]) -> None:
    board, said = made
    laid = plan(board, said)
    assert [index for index, _ in laid.voice] == [i for i, s in enumerate(said) if s]
    for index, first in laid.voice:
        shot, speech = laid.shots[index], said[index]
        assert speech is not None
        end = first + len(speech.pcm) * RATE / speech.rate
        assert shot.first * RATE / board.fps <= first
        assert end <= (shot.first + shot.length) * RATE / board.fps


@given(boards(), st.integers(1, 90), st.integers(0, 90))
def test_pieces_cover_the_plan(
    made: tuple[Storyboard, list[Speech | None]], at_least: int, more: int
) -> None:
    laid = plan(*made)
    cut = pieces(laid, at_least, at_least + more)
    assert cut[0][0] == 0
    assert cut[-1][1] == laid.frames
    assert all(a[1] == b[0] for a, b in pairwise(cut))
    assert len(cut) == 1 or all(last - first >= at_least for first, last in cut)


def _words_at(line: str, fps: int = 30) -> Plan:
    return plan(replace(board(line), fps=fps), [spoken(line)])


def test_words_are_lit_when_they_are_spoken() -> None:
    laid, speech = _words_at(LINES[0]), spoken(LINES[0])
    start = laid.voice[0][1] / RATE
    for word, said in zip(laid.words, speech.words, strict=True):
        assert abs(word.first / 30 - (start + said.start)) <= 1 / 30
        assert LINES[0][word.char :].startswith(word.text)


def test_cuts_fall_into_the_gap_between_two_lines() -> None:
    laid = plan(board(*LINES), [spoken(line) for line in LINES])
    for before, after in pairwise(laid.shots):
        cut = after.first
        last = max(w.last for w in laid.words if w.shot == before.index)
        first = min(w.first for w in laid.words if w.shot == after.index)
        assert last <= cut <= first
        assert 0.12 <= (first - last) / 30 <= 0.25


def test_a_shot_without_a_line_lasts_its_hold() -> None:
    silent = Shot("", "cards", {}, hold_s=2.5)
    assert plan(replace(board("x"), shots=(silent,)), [None]).frames == 75


@pytest.mark.parametrize(("transition", "fade"), [("cut", 0), ("fade", 10), ("push", 7)])
def test_transitions_last_as_the_look_asks(transition: str, fade: int) -> None:
    shots = tuple(replace(s, transition=transition) for s in board(*LINES[:2]).shots)
    laid = plan(replace(board("x"), shots=shots), [spoken(line) for line in LINES[:2]])
    assert [shot.fade for shot in laid.shots] == [0, fade]


def test_a_clip_of_more_than_a_minute_is_refused_with_its_length() -> None:
    long = spoken("word", words_s=30.0)
    with pytest.raises(ValueError, match=r"60\.4 s"):
        plan(board("a", "b"), [long, long])
    assert plan(board("a", "b"), [spoken("w", words_s=29.8)] * 2).frames <= MAX_S * 30


def test_a_board_without_shots_is_refused() -> None:
    with pytest.raises(ValueError, match="no shots"):
        plan(board(), [])


@given(st.lists(st.integers(0, 70), max_size=5), FPS)
def test_a_view_begins_with_a_word_and_is_long_enough_to_be_seen(
    chars: list[int], fps: int
) -> None:
    views = tuple(View(at, "cards", {"card": str(k)}) for k, at in enumerate(sorted(chars)))
    made = board(LINES[0], fps=fps)
    made = replace(made, shots=(replace(made.shots[0], views=views),))
    laid = plan(made, [spoken(LINES[0])])
    starts = {word.first for word in laid.words}
    assert sum(shot.length for shot in laid.shots) == laid.frames
    assert [shot.view for shot in laid.shots] == sorted({shot.view for shot in laid.shots})
    for shot in laid.shots[1:]:
        assert shot.first in starts
        assert shot.index == shot.fade == 0
    if len(laid.shots) > 1:
        assert all(shot.length >= 0.8 * fps - 1 for shot in laid.shots)


def test_a_card_that_goes_on_is_not_cut() -> None:
    line, rows, photo = " ".join(["slowly-and-long"] * 6), {"card": "list"}, {"photo": "a.jpg"}
    views = (
        View(16, "cards", rows),
        View(32, "cards", {"card": "quote"}),
        View(48, "photo", photo),
        View(64, "photo", photo),
    )
    made = replace(board("x"), shots=(Shot(line, "cards", rows, views=views),))
    laid = plan(made, [spoken(line)])
    assert [shot.view for shot in laid.shots] == [0, 2, 3, 4]


def test_a_view_shows_its_own_picture_under_the_same_line() -> None:
    shot = Shot("One line.", "cards", {"card": "title"}, views=(View(4, "photo", {"photo": "a"}),))
    assert shot.seen(0) is shot
    assert (shot.seen(1).camera, shot.seen(1).picture) == ("photo", {"photo": "a"})
    assert shot.pictures() == ({"card": "title"}, {"photo": "a"})
