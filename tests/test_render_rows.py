"""Lists and timelines: rows come in while they are told, turn pages, and mark where we stand."""

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes_art import LINE, board_of, frame, staged
from render import Studio
from render.cameras._layout import MOST_ROWS
from render.cameras._slate import TextBox
from render.cameras.cards import Plugin, Settings
from render.compose import Reel
from render.look import ZONES, palette
from render.planes import to_rgb
from render.sheet import estimated
from render.storyboard import Brand, Profile, Shot

PLUGIN = Plugin(Settings())
SMALL = {"width": 270, "height": 480}


def shoot(seconds: float = 4.0, zones: Profile = "all", **picture: Any) -> Any:
    board = board_of(Shot(LINE, "cards", picture), brand=Brand(zones=zones), **SMALL)
    return PLUGIN.shoot(board.shots[0], staged(board, seconds))


def listed(*items: str, seconds: float = 4.0, **more: Any) -> Any:
    return shoot(seconds, card="list", items=list(items), **more)


def dated(time: str, text: str) -> Any:
    return shoot(card="timeline", events=[{"time": time, "text": text}])


def shown(scene: Any) -> str:
    return " ".join(box.text for box in scene.boxes)


def at_once(one: TextBox, other: TextBox) -> bool:
    ends = (box.last if box.last is not None else 10**9 for box in (one, other))
    return max(one.first, other.first) < min(ends)


def test_rows_come_in_over_the_time_in_which_they_are_told() -> None:
    scene = listed("One", "Two", "Three", "Four", seconds=6)
    board = board_of(Shot(LINE, "cards", {}), **SMALL)
    bare = type(scene)(scene.ground, (), ())
    ink = [
        (np.abs(frame(scene, board, n).y.astype(int) - frame(bare, board, n).y) > 90).sum()
        for n in (9, 40, 80, 130, 175)
    ]
    assert ink[:4] == sorted(ink[:4])
    assert ink[0] > 0  # the first row is there within 0.3 s
    assert ink[1] < 0.6 * ink[-1]  # and not all of them after 1.3 s
    assert ink[3] == pytest.approx(ink[4], rel=0.05)  # but well before the end


def test_too_many_rows_turn_pages_and_lose_nothing() -> None:
    scene = listed(*[f"Row number {k}" for k in range(10)], seconds=6)
    assert all(f"Row number {k}" in shown(scene) for k in range(10))
    first, last = scene.boxes[0], scene.boxes[-1]
    assert first.last is not None
    assert last.last is None
    assert last.first >= first.last


def test_a_page_is_gone_when_the_next_one_comes() -> None:
    scene = listed(*["M" * 8] * 8, seconds=6)
    board = board_of(Shot(LINE, "cards", {}), **SMALL)
    turn = max(box.last or 0 for box in scene.boxes)
    bare = type(scene)(scene.ground, (), ())
    left = np.abs(frame(scene, board, turn).y.astype(int) - frame(bare, board, turn).y)
    assert left[100:285].max() < 60  # only what the new page begins with


def test_where_there_is_no_time_for_all_the_last_page_says_how_many_are_missing() -> None:
    scene = listed(*[f"Row {k}" for k in range(40)], seconds=4)
    rows = sum(box.text.startswith("Row") for box in scene.boxes)
    assert rows <= 2 * MOST_ROWS
    assert f"+{40 - rows}" in [box.text for box in scene.boxes]


def test_few_short_rows_are_large_and_many_are_all_of_one_size() -> None:
    def sizes(scene: Any) -> set[float]:
        return {box.area.h for box in scene.boxes if box.text[:1] in "OTF"}

    few = listed("One", "Two")
    many = listed(*["Ten words are much more than two of them are"] * 5)
    assert max(sizes(few)) > 70
    assert len(sizes(many)) == 1


@pytest.mark.parametrize("zones", ZONES)
@pytest.mark.parametrize("count", [1, 4, 9])
def test_rows_keep_to_the_zones_of_every_platform(zones: Profile, count: int) -> None:
    content = ZONES[zones].content
    long = "A long row of words that goes on for more than one line of the card it is on"
    events = [{"time": "22 November 2026", "text": long}] * count
    for scene in (
        shoot(zones=zones, card="list", title=long, items=[long] * count),
        shoot(zones=zones, card="timeline", title=long, events=events, active=count // 2),
        shoot(zones=zones, card="timeline", events=[{"text": long}] * count),
    ):
        assert all(content.holds(box.area) for box in scene.boxes)
        for a, b in combinations(scene.boxes, 2):
            wide = min(a.area.right, b.area.right) - max(a.area.x, b.area.x)
            high = min(a.area.bottom, b.area.bottom) - max(a.area.y, b.area.y)
            assert wide <= 1 or high <= 1 or not at_once(a, b), (a, b)


def test_short_times_stand_beside_their_events_and_long_ones_over_them() -> None:
    def levels(time: str, text: str) -> tuple[float, float]:
        boxes = dated(time, text).boxes
        tops = {box.text: box.area.y + box.area.h / 2 for box in boxes}
        return tops[time], tops[text]

    time, text = levels("8:30", "It began")
    assert abs(time - text) < 20
    time, text = levels("The 22nd of November", "It began")
    assert text - time > 40


def test_the_active_event_is_ringed_and_what_follows_is_quiet() -> None:
    board = board_of(Shot(LINE, "cards", {}))
    scene = PLUGIN.shoot(
        Shot(LINE, "cards", {
            "card": "timeline", "active": 1,
            "events": [{"time": "8:30", "text": f"Event {k}"} for k in range(3)],
        }),
        staged(board),
    )  # fmt: skip
    rgb = to_rgb(frame(scene, board, 85)).astype(int)
    accent = np.array(palette("neutral").accent)

    def lit(text: str) -> int:
        y = next(b.area.y + b.area.h / 2 for b in scene.boxes if b.text == text) / 2
        dot = rgb[round(y - 20) : round(y + 20), 85:150]
        return int((np.abs(dot - accent).max(2) < 40).sum())

    assert lit("Event 1") > 1.5 * lit("Event 0") > 0
    assert lit("Event 2") < 0.5 * lit("Event 0")


def test_the_boxes_of_a_clip_say_when_a_page_is_there() -> None:
    shot = Shot(LINE, "cards", {"card": "list", "items": [f"Row {k}" for k in range(9)]})
    board = board_of(Shot("", "cards", {"card": "stat", "value": "1"}), shot, **SMALL)
    reel = Reel(board, estimated(board), Studio(Path()))
    start = estimated(board).shots[1].first
    rows = [box for box in reel.boxes() if box["text"].startswith("Row")]
    assert rows[0]["first"] >= start
    assert rows[0]["last"] < rows[-1]["last"] == estimated(board).frames
    assert rows[0]["last"] <= rows[-1]["first"]


@pytest.mark.parametrize("kind", ["list", "timeline"])
def test_rows_that_read_from_the_right_begin_there(kind: str) -> None:
    words = ["הגשר נסגר", "הרכבות עומדות"]
    rows = (
        {"items": words}
        if kind == "list"
        else {"events": [{"time": "8:30", "text": w} for w in words]}
    )
    content = ZONES["all"].content
    scene = shoot(card=kind, title="הלילה", **rows)
    texts = [box for box in scene.boxes if box.text in words]
    assert len(texts) == 2
    assert all(box.area.right > content.x + 0.6 * content.w for box in texts)
    assert all(content.holds(box.area) for box in scene.boxes)
