"""Scenes are made once, kept while they are needed, and closed after their last frame."""

import importlib
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes_art import board_of, planned
from render import RenderError, Storyboard, Studio
from render.scenes import Scenes
from render.storyboard import Instead, Shot, View
from render.timeline import Plan

CAMERA = '''
"""A camera that tells what it does."""
from pydantic import BaseModel
from render.cameras import Unfilmable
made, closed, busy = [], [], []
class Settings(BaseModel):
    pass
class Plugin:
    def __init__(self, settings):
        pass
    def shoot(self, shot, stage):
        if "broken" in shot.picture:
            raise Unfilmable(shot.picture["broken"])
        assert not busy, "two pictures are opened at once"
        busy.append(shot.line)
        made.append(shot.line)
        busy.remove(shot.line)
        return Scene(shot.line)
class Scene:
    boxes = ("text",)
    def __init__(self, line):
        self.line = line
    def close(self):
        closed.append(self.line)
'''


@pytest.fixture
def crew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A user's own camera, crew.told: its module, with what it has `made` and `closed`."""
    (tmp_path / "crew").mkdir()
    (tmp_path / "crew" / "told.py").write_text(CAMERA)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("crew.told")
    for name in ("crew", "crew.told"):
        del sys.modules[name]


def shots(count: int, **rest: Any) -> tuple[Storyboard, Plan]:
    board = board_of(*[Shot(f"Line {k}", "crew.told", {}, **rest) for k in range(count)])
    return board, planned(board)


def test_a_scene_is_closed_after_its_last_frame_and_no_earlier(crew: Any) -> None:
    board, plan = shots(3, transition="fade")
    scenes = Scenes(board, plan, Studio(Path(), workers=1))
    for place in (0, 1):
        scenes.at(place)
    for _ in range(plan.shots[1].length):
        scenes.seen(1)
    assert crew.closed == []  # the third fades in over it
    for _ in range(plan.shots[2].fade):
        scenes.seen(1)
    assert crew.closed == ["Line 1"]


@pytest.mark.parametrize("says", [True, False, None])
def test_no_camera_that_makes_things_up_shoots_for_a_clip_of_real_people(
    crew: Any, says: bool | None
) -> None:
    if says is not None:
        crew.Plugin.generates = says
    board, _ = shots(2)
    board = replace(board, real_only=True)
    scenes = Scenes(board, planned(board), Studio(Path(), workers=1))
    scenes.at(0)
    refused = says is not False  # who does not say counts as inventing
    assert crew.made == ([] if refused else ["Line 0"])
    assert len(scenes.warnings) == refused
    assert all("makes up its pictures" in warning for warning in scenes.warnings)


def test_the_first_scene_stays_for_the_cover(crew: Any) -> None:
    board, plan = shots(9)
    scenes = Scenes(board, plan, Studio(Path(), workers=1))
    for place, shot in enumerate(plan.shots):
        scenes.at(place)
        for _ in range(shot.length):
            scenes.seen(place)
    scenes.at(0)
    assert crew.made.count("Line 0") == 1
    assert len(crew.closed) == 8


def test_few_scenes_are_kept_even_if_none_is_seen_to_its_end(crew: Any) -> None:
    board, plan = shots(9)
    scenes = Scenes(board, plan, Studio(Path(), workers=1))
    for place in range(9):
        scenes.at(place)
    assert len(crew.made) == 9
    assert len(crew.closed) == 5  # two a worker stay, and two


def test_the_texts_of_a_closed_scene_are_still_known(crew: Any) -> None:
    board, plan = shots(9)
    scenes = Scenes(board, plan, Studio(Path(), workers=1))
    for place in range(9):
        scenes.at(place)
    assert [scenes.texts(place) for place in range(9)] == [("text",)] * 9
    assert len(crew.made) == 9


def test_threads_that_want_the_same_scene_get_the_same(crew: Any) -> None:
    board, plan = shots(4)
    scenes = Scenes(board, plan, Studio(Path(), workers=4))
    start, found = threading.Barrier(8), []

    def ask(place: int) -> None:
        start.wait()
        found.append((place, id(scenes.at(place))))

    threads = [threading.Thread(target=ask, args=(k % 4,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 4
    assert sorted(crew.made) == [f"Line {k}" for k in range(4)]


CARD = Instead("cards", {"card": "statement", "text": "Another picture"})


def fallen(*pictures: dict[str, Any]) -> Shot:
    """A shot of which each picture but the last is broken."""
    first, *rest = pictures
    instead = tuple(Instead("crew.told", picture, "still") for picture in rest)
    return Shot("Line 0", "crew.told", first, instead=instead)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_shot_steps_down_along_what_it_names_and_says_each_step(crew: Any, steps: int) -> None:
    shot = fallen(*[{"broken": f"fault {n}"} for n in range(steps)], {"fine": "yes"}, {"more": 1})
    board = board_of(shot)
    scenes = Scenes(board, planned(board), Studio(Path(), workers=1))
    scenes.at(0)
    assert crew.made == ["Line 0"]
    faults = "; ".join(f"fault {n}" for n in range(steps))
    expected = (f"shot 1: {faults}; showed crew.told instead",) if steps else ()
    assert scenes.warnings == expected


def test_after_the_last_step_comes_a_card_with_the_line(crew: Any) -> None:
    board = board_of(fallen({"broken": "fault 0"}, {"broken": "fault 1"}))
    scenes = Scenes(board, planned(board), Studio(Path(), workers=1))
    scenes.at(0)
    assert scenes.warnings == ("shot 1: fault 0; fault 1; showed a card instead",)
    assert "Line 0" in " ".join(box.text for box in scenes.texts(0))


def test_a_view_steps_down_by_its_own_list(crew: Any) -> None:
    view = View(40, "crew.told", {"broken": "no view"}, instead=(CARD,))
    line = "Line 0 is long enough for two pictures to stand under it, one after the other."
    board = board_of(Shot(line, "crew.told", {}, views=(view,)))
    plan = planned(board)
    assert len(plan.shots) == 2
    scenes = Scenes(board, plan, Studio(Path(), workers=1))
    scenes.at(1)
    assert scenes.warnings == ("shot 1: no view; showed a card instead",)
    assert "Another picture" in " ".join(box.text for box in scenes.texts(1))


def test_a_clip_of_real_people_takes_the_next_picture_that_nobody_made_up(crew: Any) -> None:
    crew.Plugin.generates = True
    shot = replace(fallen({}, {}), instead=(Instead("crew.told", {}), CARD))
    board = replace(board_of(shot), real_only=True)
    scenes = Scenes(board, planned(board), Studio(Path(), workers=1))
    scenes.at(0)
    assert crew.made == []
    (warning,) = scenes.warnings
    assert warning.count("makes up its pictures") == 2
    assert warning.endswith("showed a card instead")
    assert "Another picture" in " ".join(box.text for box in scenes.texts(0))


def test_cameras_that_are_only_named_instead_are_made_at_the_start() -> None:
    drone = Instead("drone", {})
    for shot in (
        Shot("Line", "cards", {}, instead=(drone,)),
        Shot("Line", "cards", {}, views=(View(2, "cards", {}, instead=(drone,)),)),
    ):
        board = board_of(shot)
        with pytest.raises(RenderError, match=r"'drone'.*cards, diffusers, footage, photo, stills"):
            Scenes(board, planned(board), Studio(Path(), workers=1))
    board = board_of(Shot("Line", "cards", {}, instead=(Instead("stills", {}),)))
    studio = Studio(Path(), settings={"stills": {"model": "x"}}, workers=1)
    with pytest.raises(RenderError, match=r"camera 'stills': model"):
        Scenes(board, planned(board), studio)
