"""Charts and comparisons: what is measured stands where it belongs, at any size and any length."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes_art import LINE, board_of, frame, staged
from render.cameras import Unfilmable
from render.cameras._curve import ticks
from render.cameras._figures import shown
from render.cameras.cards import Plugin, Settings
from render.look import PALETTES, ZONES, palette
from render.planes import to_rgb
from render.storyboard import Brand, Profile, Shot, Tone

PLUGIN = Plugin(Settings())
HUGE = st.floats(-1e15, 1e15)
WORDS = st.one_of(
    st.text("abcdefghij Mß", max_size=40),
    st.lists(st.text("Mi", min_size=1, max_size=12), min_size=20, max_size=60).map(" ".join),
)


def shoot(zones: Profile = "all", width: int = 270, tone: Tone = "neutral", **picture: Any) -> Any:
    shot = Shot(LINE, "cards", picture, tone=tone)
    board = board_of(shot, brand=Brand(zones=zones), width=width, height=width * 16 // 9)
    return PLUGIN.shoot(shot, staged(board))


def settled(scene: Any, n: int = 89) -> Any:
    board = board_of(Shot(LINE, "cards", {}))
    return to_rgb(frame(scene, board, n)).astype(int)


def assert_fits(scene: Any, zones: Profile) -> None:
    content = ZONES[zones].content
    for box in scene.boxes:
        assert content.holds(box.area), box
    for a, b in combinations(scene.boxes, 2):
        wide = min(a.area.right, b.area.right) - max(a.area.x, b.area.x)
        high = min(a.area.bottom, b.area.bottom) - max(a.area.y, b.area.y)
        assert wide <= 1 or high <= 1, (a, b)


@st.composite
def pictures(draw: Any) -> dict[str, Any]:
    """A chart, a line or a comparison with any texts and values."""
    kind = draw(st.sampled_from(["chart", "line", "comparison"]))
    say = lambda: draw(WORDS)  # noqa: E731
    if kind == "chart":
        bars = [
            {"label": say(), "value": draw(HUGE), "text": say()}
            for _ in range(draw(st.integers(1, 9)))
        ]
        parts: dict[str, Any] = {"bars": bars, "unit": say()}
    elif kind == "line":
        count = draw(st.integers(2, 60))
        parts = {"points": [{"label": say(), "value": draw(HUGE)} for _ in range(count)]}
        parts["unit"] = say()
    else:
        sides = [
            {"label": say(), "value": say(), "text": say(), "amount": draw(st.floats(0, 1e15))}
            for _ in range(draw(st.integers(2, 3)))
        ]
        parts = {"sides": sides, "joint": draw(st.sampled_from(["against", "then"]))}
    return {"card": kind, "title": say(), "highlight": draw(st.integers(-1, 60)), **parts}


@settings(max_examples=20, deadline=None)
@given(pictures(), st.sampled_from(sorted(ZONES)))
def test_nothing_of_any_size_leaves_its_place(picture: dict[str, Any], zones: Profile) -> None:
    assert_fits(shoot(zones=zones, **picture), zones)


def bars_of(*values: float, **more: Any) -> Any:
    bars = [{"label": f"Bar {k}", "value": value} for k, value in enumerate(values)]
    return shoot(width=540, card="chart", bars=bars, **more)


def reach(scene: Any, text: str, colour: tuple[int, ...]) -> tuple[int, int]:
    """From where to where the bar beside a value runs, in px of a frame 540 px wide."""
    box = next(box for box in scene.boxes if box.text == text).area
    rgb = settled(scene)
    row = rgb[round(box.y + box.h / 2) // 2]
    lit = np.flatnonzero(np.abs(row - np.array(colour)).max(1) < 30)
    lit = lit[(lit < box.x / 2 - 4) | (lit > box.right / 2 + 4)]
    return int(lit.min()), int(lit.max())


def test_bars_are_as_long_as_their_values() -> None:
    accent = palette("neutral").accent
    long, half = (
        reach(bars_of(80, 40, highlight=k), text, accent) for k, text in enumerate(("80", "40"))
    )
    assert (half[1] - half[0]) / (long[1] - long[0]) == pytest.approx(0.5, abs=0.03)
    assert half[0] == pytest.approx(long[0], abs=1)


def test_a_bar_below_zero_goes_the_other_way() -> None:
    accent = palette("neutral").accent
    over = reach(bars_of(30, -30, highlight=0), "30", accent)
    under = reach(bars_of(30, -30, highlight=1), "−30", accent)
    assert under[1] == pytest.approx(over[0], abs=5)  # they meet at zero
    assert under[1] - under[0] == pytest.approx(over[1] - over[0], abs=5)


def test_seven_bars_are_shown_and_the_bright_one_is_among_them() -> None:
    scene = bars_of(*range(10, 20), highlight=9)
    shown_values = [box.text for box in scene.boxes if not box.text.startswith("Bar")]
    assert shown_values == ["10", "11", "12", "13", "14", "15", "19"]


def test_a_value_never_lies_on_its_bar() -> None:
    for values in ((5, 5e6), (-3, 0.001), (-1e9, -1), (0, 0)):
        scene = bars_of(*values, highlight=1)
        for value in values:
            box = next(box for box in scene.boxes if box.text == shown(value)).area
            rgb = settled(scene)
            x, y, w, h = (round(side / 2) for side in box)
            plain = np.abs(rgb[y : y + h, x : x + w] - np.array(palette("neutral").accent)).max(2)
            assert (plain < 20).mean() < 0.6


@pytest.mark.parametrize(
    ("value", "unit", "lang", "text"),
    [
        (12500, "", "en", "12,500"),
        (-3.2, "%", "en", "−3.2%"),
        (7.378716493, "", "en", "7.38"),
        (4938271.5599999, "t", "en", "4,938,271.56 t"),
        (0.00123456, "", "en", "0.00123"),
        (8.4e12, "crowns", "en", "8.4tn crowns"),
        (1.2e9, "", "de", "1,2 × 10⁹"),
        (1234.5, "€", "fr-CA", "1\u202f234,5 €"),
        (-0.0, "", "en", "0"),
        (21, "°C", "en", "21°C"),
    ],
)
def test_a_figure_is_written_to_be_read(value: float, unit: str, lang: str, text: str) -> None:
    assert shown(value, unit, lang) == text


@given(st.lists(HUGE, min_size=1, max_size=60))
def test_ticks_are_round_few_evenly_apart_and_hold_every_value(values: list[float]) -> None:
    marks = ticks(values)
    assert 3 <= len(marks) <= 7
    steps = np.diff(marks)
    assert steps == pytest.approx(steps[0], rel=1e-6)
    slack = 1e-6 * max(map(abs, values)) + 1e-9
    assert marks[0] <= min(values) + slack
    assert marks[-1] >= max(values) - slack


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ((3, 47, 66), (0, 20, 40, 60, 80)),
        ((196, 310, 188), (0, 100, 200, 300, 400)),
        ((-8, 3), (-10, -5, 0, 5)),
        ((0.2, 0.9), (0, 0.25, 0.5, 0.75, 1)),
        ((5, 5), (2, 4, 6, 8)),
        ((0, 0), (-1, -0.5, 0, 0.5, 1)),
    ],
)
def test_ticks_are_the_numbers_one_would_choose(
    values: tuple[float, ...], marks: tuple[float, ...]
) -> None:
    assert ticks(values) == pytest.approx(marks)


def line_of(*values: float, **more: Any) -> Any:
    points = [{"label": f"P{k}", "value": value} for k, value in enumerate(values)]
    return shoot(width=540, card="line", points=points, **more)


def test_a_curve_is_drawn_from_left_to_right_and_tells_its_last_value() -> None:
    scene = line_of(10, 30, 20, 40, unit="%")
    accent = np.array(palette("neutral").accent)

    def rightmost(n: int) -> int:
        drawn = np.abs(settled(scene, n)[200:520] - accent).max(2) < 24
        return int(np.flatnonzero(drawn.any(0)).max(initial=0))

    edges = [rightmost(n) for n in (6, 12, 40)]
    assert edges == sorted(edges)
    assert edges[0] < 0.8 * edges[2]
    assert "40%" in {box.text for box in scene.boxes}
    assert "P3" in {box.text for box in scene.boxes}


def test_the_told_point_can_be_another_one_and_its_plate_hides_none_of_the_curve() -> None:
    scene = line_of(10, 33, 20, 40, highlight=1)
    plate = next(box for box in scene.boxes if box.text == "33").area
    ticks_at = {box.text: box.area for box in scene.boxes}
    high, low = (ticks_at[text].y + ticks_at[text].h / 2 for text in ("40", "20"))
    point = high + (low - high) * 7 / 20
    assert not plate.y < point < plate.bottom  # it stands over or under its point


def test_there_is_no_colour_under_a_curve_whose_axis_leaves_zero_out() -> None:
    def tinted(*values: float) -> int:
        scene = line_of(*values)
        bare = type(scene)(scene.ground, (), ())
        change = np.abs(settled(scene) - settled(bare)).max(2)[200:520, 60:456]
        return int(((change > 8) & (change < 60)).sum())

    assert tinted(10, 30, 20, 40) > 3 * tinted(1010, 1030, 1020, 1040)


@pytest.mark.parametrize("count", [1, 61])
def test_a_line_of_too_few_or_too_many_points_says_so(count: int) -> None:
    with pytest.raises(Unfilmable, match="points"):
        shoot(card="line", points=[{"value": 1}] * count)


def sides(*values: str, **more: Any) -> list[dict[str, Any]]:
    return [{"label": f"Side {k}", "value": value, **more} for k, value in enumerate(values)]


def test_two_short_figures_stand_side_by_side_in_one_size() -> None:
    scene = shoot(card="comparison", sides=sides("1,140", "7"))
    one, other = (next(b.area for b in scene.boxes if b.text == text) for text in ("1,140", "7"))
    assert one.y == other.y
    assert one.h == other.h >= 88


@pytest.mark.parametrize(
    "values", [("1", "2", "3"), ("a figure of so many words that it takes lines", "2")]
)
def test_three_sides_or_long_ones_stand_under_each_other(values: tuple[str, ...]) -> None:
    scene = shoot(card="comparison", sides=sides(*values))
    tops = [box.area.y for box in scene.boxes if box.text.startswith("Side")]
    assert len(tops) == len(values)
    assert tops == sorted(set(tops))


@pytest.mark.parametrize("tone", PALETTES)
def test_the_side_in_the_accent_colour_can_be_read(tone: Tone) -> None:
    scene = shoot(width=540, tone=tone, card="comparison", sides=sides("41", "63"), highlight=1)
    box = next(box for box in scene.boxes if box.text == "63").area
    x, y, w, h = (round(side / 2) for side in box)
    part = settled(scene)[y : y + h, x : x + w]
    colours = palette(tone)
    for ink in (colours.accent, colours.on_accent):
        assert (np.abs(part - np.array(ink)).max(2) < 40).mean() > 0.15


def test_bars_of_a_comparison_need_an_amount_of_every_side() -> None:
    def layers(*amounts: float | None) -> int:
        parts = [side | {"amount": a} for side, a in zip(sides("1", "2"), amounts, strict=True)]
        return len(shoot(card="comparison", sides=parts).layers)

    assert layers(1, 2) == layers(None, None) + 4
    assert layers(1, None) == layers(None, None)


@pytest.mark.parametrize(
    "picture",
    [
        {"card": "chart", "bars": [{"label": "A", "value": 3}]},
        {"card": "line", "points": [{"value": 3}, {"value": 4}]},
        {"card": "comparison", "sides": sides("1", "2")},
        {"card": "locator", "place": "Port Ansel"},
    ],
    ids=lambda picture: str(picture["card"]),
)
def test_first_text_is_there_within_0_3_s(picture: dict[str, Any]) -> None:
    scene = shoot(width=540, **picture)
    bare = type(scene)(scene.ground, (), ())
    assert (np.abs(settled(scene, 9) - settled(bare, 9)).max(2) > 60).sum() > 100
