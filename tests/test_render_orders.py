"""Orders of a board: which shots a model is asked for, with what, and what each builds on."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes_art import board_of, planned
from render.lab import Order
from render.lab.orders import SPARE, filled, spot, wanted
from render.lab.settings import Lab
from render.shown import settled
from render.storyboard import Instead, Sheet, Shot, Storyboard, View, dumps, loads

LINE = "The lantern boats come back to the harbour before the morning."
HARBOUR = Sheet("Harbour", "place", "a small stone harbour with blue boats and one red lamp")
MARA = Sheet("Mara", "character", "a tall woman in a yellow coat, short grey hair")
CARD = Instead("cards", {"card": "statement", "text": "Boats"}, "still")
MANY = Lab(heroes=24)


def wish(scene: str = "boats with lanterns on calm water", **rest: Any) -> dict[str, Any]:
    return {"scene": scene, **rest}


def film(scene: str = "boats with lanterns on calm water", **rest: Any) -> Shot:
    """A film, of which a still may be shown, and a card instead of that."""
    picture = wish(scene, **rest)
    return Shot(LINE, "diffusers", picture, instead=(Instead("stills", picture), CARD))


def card(text: str = "Boats") -> Shot:
    return Shot(LINE, "cards", {"card": "statement", "text": text})


def ordered(board: Storyboard, lab: Lab = MANY) -> dict[str, Order]:
    orders, _ = wanted(board, planned(board), lab)
    return {order.name: order for order in orders}


def refused(board: Storyboard, lab: Lab = MANY) -> dict[str, str]:
    return dict(wanted(board, planned(board), lab)[1])


def test_a_board_without_wishes_has_no_orders() -> None:
    board = board_of(card(), card())
    assert wanted(board, planned(board), MANY) == ((), {})


def test_shots_and_views_are_named_as_people_count_them() -> None:
    views = (View(24, "stills", wish("an empty quay")),)
    board = board_of(card(), film(), replace(card(), views=views))
    assert list(ordered(board)) == ["2", f"2{SPARE}", "3.1"]
    assert [spot(name) for name in ("2", f"2{SPARE}", "3.1", "sheet:Mara")] == [
        (1, 0),
        (1, 0),
        (2, 1),
        None,
    ]


def test_a_film_is_as_long_as_it_is_seen_and_a_still_is_one_picture() -> None:
    board = board_of(film(), replace(card(), transition="fade"))
    plan = planned(board)
    orders = ordered(board)
    assert plan.shots[1].fade
    assert orders["1"].frames == plan.shots[0].length + plan.shots[1].fade
    assert (orders["1"].kind, orders[f"1{SPARE}"].kind) == ("film", "still")
    assert orders[f"1{SPARE}"].frames == 1
    size = (board.width, board.height, board.fps)
    assert {(o.width, o.height, o.fps) for o in orders.values()} == {size}


def test_shots_of_a_take_go_on_from_each_other_and_come_back_to_the_sheet() -> None:
    shots = [film(f"boat number {n}", where="Harbour", take="a") for n in range(9)]
    board = replace(board_of(*shots), sheets=(HARBOUR,))
    firsts = [order.first for name, order in ordered(board).items() if name.isdigit()]
    sheet = "sheet:Harbour"
    assert firsts == [sheet, "1", "2", "3", sheet, "5", "6", "7", sheet]


def test_a_take_without_sheets_comes_back_to_its_beginning() -> None:
    board = board_of(*[film(f"boat number {n}", take="a") for n in range(6)])
    firsts = [order.first for name, order in ordered(board).items() if name.isdigit()]
    assert firsts == ["", "1", "2", "3", "1", "5"]


def test_takes_and_what_is_no_film_are_apart() -> None:
    still = Shot(LINE, "stills", wish("a still of a boat", take="a"))
    shots = (film("one", take="a"), film("two", take="b"), still, film("three", take="a"), film())
    orders = ordered(board_of(*shots))
    assert [orders[name].first for name in "12345"] == ["", "", "", "1", ""]


def test_characters_are_kept_to_and_a_place_is_begun_from() -> None:
    board = board_of(film("Mara waits", who=["Mara"], where="Harbour", take="a"))
    orders = ordered(replace(board, sheets=(MARA, HARBOUR)))
    assert list(orders) == ["sheet:Mara", "sheet:Harbour", "1", f"1{SPARE}"]
    assert (orders["1"].first, orders["1"].refs) == ("sheet:Harbour", ("sheet:Mara",))
    assert orders[f"1{SPARE}"].refs == ("sheet:Harbour", "sheet:Mara")
    assert orders["sheet:Mara"].kind == "still"
    assert MARA.look in orders["1"].prompt
    assert MARA.look in orders["sheet:Mara"].prompt


def test_a_sheet_that_no_shot_keeps_to_is_not_made() -> None:
    board = replace(board_of(film()), sheets=(MARA,))
    assert "sheet:Mara" not in ordered(board)


def test_the_hook_weighs_most_and_a_turn_more_than_the_rest() -> None:
    shots = [film(f"boat {n}") for n in range(3)]
    shots[2] = replace(shots[2], transition="fade")
    orders = ordered(board_of(*shots))
    assert orders["1"].weight > orders["3"].weight > orders["2"].weight > 0


def test_no_more_than_the_heroes_are_ordered_and_the_others_say_so() -> None:
    board = board_of(card(), *[film(f"boat {n}") for n in range(4)])
    orders, why = wanted(board, planned(board), Lab(heroes=2))
    assert [order.name for order in orders] == ["2", f"2{SPARE}", "3", f"3{SPARE}"]
    assert set(why) == {"4", "5"}
    assert all("2 shots at most" in said for said in why.values())


def test_nothing_is_ordered_for_a_clip_of_real_people() -> None:
    board = replace(board_of(card(), film()), real_only=True)
    assert not ordered(board)
    assert "made up" in refused(board)["2"]


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        ({}, "scene: Field required"),
        ({"scene": " "}, "scene"),
        ({"scene": "boats", "style": "oil"}, "style"),
        ({"scene": "boats", "who": ["Nobody"]}, "no sheet 'Nobody'; the board's are Harbour"),
        ({"scene": "a pool of blood"}, "no model is asked for gore"),
    ],
)
def test_what_cannot_be_asked_is_named(picture: dict[str, Any], said: str) -> None:
    board = replace(board_of(film(), Shot(LINE, "stills", picture)), sheets=(HARBOUR,))
    assert list(ordered(board)) == ["1", f"1{SPARE}"]
    assert said in refused(board)["2"]


def test_a_scene_of_5000_characters_is_cut_and_asked_unless_its_sheets_are_as_long() -> None:
    board = board_of(film("boats lie still. " * 300, where="Harbour", who=["Mara"]))
    order = ordered(replace(board, sheets=(HARBOUR, MARA)))["1"]
    assert 1500 < len(order.prompt) <= 1800
    assert HARBOUR.look in order.prompt
    long = replace(MARA, look="a tall woman. " * 300)
    assert "1,800 are the most" in refused(replace(board, sheets=(HARBOUR, long)))["1"]


def test_a_shot_that_moves_down_the_board_keeps_its_seed() -> None:
    board = board_of(film("a boat"), film("a lamp"))
    later = board_of(card(), film("a boat"), film("a lamp"))
    assert ordered(board)["2"].seed == ordered(later)["3"].seed
    assert ordered(board)["1"].seed != ordered(replace(board, seed=1))["1"].seed


PHOTO = Instead("photo", {"photo": "quay.jpg"})


def test_what_was_made_is_put_into_the_board_and_the_rest_takes_what_it_names() -> None:
    views = (View(24, "diffusers", wish("an empty quay"), instead=(PHOTO, CARD)),)
    shots = (film(), film(), film(), replace(card(), views=views * 2), replace(film(), instead=()))
    made = {"1": "a.mp4", f"1{SPARE}": "z.png", f"2{SPARE}": "b.png", "4.2": "c.mp4"}
    board = board_of(*shots)
    plain = filled(board, {})
    assert plain == board
    board = settled(filled(board, {name: Path(path) for name, path in made.items()}))
    first, second, third, fourth, last = board.shots
    assert (first.camera, first.picture["segment"]) == ("diffusers", "a.mp4")
    assert [other.picture.get("segment") for other in first.instead] == ["z.png", None]
    assert (second.camera, second.picture["segment"]) == ("stills", "b.png")
    assert second.instead == (CARD,)
    assert (third.camera, third.picture, third.move) == ("cards", CARD.picture, CARD.move)
    assert [view.camera for view in fourth.views] == ["photo", "diffusers"]
    assert fourth.views[0].instead == (CARD,)
    assert last.camera == "cards"
    assert filled(board, {}) == board
    assert loads(dumps(board)) == loads(dumps(loads(dumps(board))))


SHOTS = st.builds(
    lambda scene, take, where, who, still: (
        Shot(LINE, "stills", wish(scene, take=take, where=where, who=who))
        if still
        else film(scene, take=take, where=where, who=who)
    ),
    st.sampled_from(["a boat", "a lamp", "an empty quay"]),
    st.sampled_from(["", "a", "b"]),
    st.sampled_from(["", "Harbour"]),
    st.sampled_from([(), ("Mara",)]),
    st.booleans(),
)


@given(st.lists(SHOTS | st.just(card()), min_size=1, max_size=12), st.integers(0, 12))
def test_orders_come_after_all_that_they_build_on(shots: list[Shot], heroes: int) -> None:
    board = replace(board_of(*shots), sheets=(MARA, HARBOUR))
    orders, why = wanted(board, planned(board), Lab(heroes=heroes))
    assert wanted(board, planned(board), Lab(heroes=heroes)) == (orders, why)
    names = [order.name for order in orders]
    assert len(set(names)) == len(names)
    for n, order in enumerate(orders):
        assert set(order.after) <= set(names[:n])
        assert order.weight > 0
    made = {name for name in names if spot(name) and not name.endswith(SPARE)}
    asked = {f"{n}" for n, shot in enumerate(shots, 1) if shot.camera != "cards"}
    assert made | set(why) == asked
    assert not made & set(why)
    assert len(made) == min(heroes, len(asked))
    films = [order for order in orders if order.kind == "film"]
    seeds = {order.seed for order in films}
    assert len(seeds) == len(films)
