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
from render import Storyboard, Studio
from render.scenes import Scenes
from render.storyboard import Shot
from render.timeline import Plan

CAMERA = '''
"""A camera that tells what it does."""
from pydantic import BaseModel
made, closed, busy = [], [], []
class Settings(BaseModel):
    pass
class Plugin:
    def __init__(self, settings):
        pass
    def shoot(self, shot, stage):
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
