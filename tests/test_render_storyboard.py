import json
from dataclasses import replace

import pytest

from fakes_engine import LINES, board
from render.storyboard import Storyboard, dumps, loads


def test_a_board_survives_the_way_through_json() -> None:
    full = board(*LINES, tone="hope", chip="Harbour", music=True, seed=7)
    assert loads(dumps(full)) == full


def test_equal_boards_give_equal_text() -> None:
    assert dumps(board("A line.")) == dumps(board("A line."))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"tone": "angry"}, "tone"),
        ({"version": 2}, "version 2 is not 1"),
        ({"shots": [{"line": "no camera", "picture": {}}]}, "shots.0.camera"),
        ({"fps": "many"}, "fps"),
    ],
)
def test_a_wrong_board_is_refused_with_its_place(change: dict[str, object], told: str) -> None:
    wrong = json.loads(dumps(board("A line."))) | change
    with pytest.raises(ValueError, match=told):
        loads(json.dumps(wrong))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"board"'])
def test_what_is_no_board_at_all_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="storyboard"):
        loads(text)


def test_a_board_is_a_value() -> None:
    one: Storyboard = board("A line.")
    assert replace(one, seed=1) != one
    assert len({dumps(one), dumps(replace(one, seed=1))}) == 2
