"""Generated shots: render.cameras.diffusers and render.cameras.stills show what a model made."""

import importlib
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import cv2
import numpy as np
import pytest

from fakes_art import LINE, board_of, frame, landscape, planned
from fakes_film import filmed
from render import Studio
from render.cameras import Stage, Unfilmable, photo
from render.cameras._pill import MARKS, marking
from render.check.legibility import clip_out, contrast, likeness
from render.check.marks import Witness
from render.compose import Reel
from render.ink import Sheet
from render.lettering import fonts
from render.lettering.fonts import Face
from render.look import BLACK, CANVAS, CONTENT, MARK, Area
from render.planes import Pixels, blank, blend, to_rgb
from render.sidecars import source_type
from render.storyboard import Instead, Shot, Storyboard, Tone, View

CAMERAS = ("diffusers", "stills")
SCENE = {"scene": "boats with lanterns on calm water"}


def counted(n: int) -> Pixels:
    """A picture that gets lighter, in the shape of a clip."""
    return np.full((320, 180, 3), 40 + 10 * n, np.uint8)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return filmed(tmp_path / "made.mp4", counted, 15, fps=10)


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    path = tmp_path / "made.png"
    landscape(1080, 1920).save(path)
    return path


def segment(camera: str, film: Path, drawn: Path) -> Path:
    return film if camera == "diffusers" else drawn


def made(camera: str, path: Path | None, **rest: Any) -> Shot:
    picture = {**SCENE, **({"segment": str(path)} if path else {})}
    return Shot(LINE, camera, picture, **rest)


def shoot(shot: Shot, board: Storyboard | None = None, frames: int = 60) -> Any:
    module = importlib.import_module(f"render.cameras.{shot.camera}")
    board = board or board_of(shot)
    return module.Plugin(module.Settings()).shoot(shot, Stage(board, frames, board.fps, Path()))


def light(scene: Any, n: int) -> float:
    """Where nothing is shaded."""
    return float(to_rgb(frame(scene, board_of(), n))[300:450].mean())


def test_both_say_that_a_model_makes_their_pictures() -> None:
    for camera in CAMERAS:
        assert importlib.import_module(f"render.cameras.{camera}").Plugin.generates


def test_a_film_runs_at_the_pace_of_the_clip_and_holds_its_last_picture(film: Path) -> None:
    scene = shoot(made("diffusers", film))
    levels = [light(scene, n) for n in range(0, 45, 3)]  # 30 frames a second against 10
    assert all(after - before > 5 for before, after in pairwise(levels))
    assert [light(scene, n) for n in (45, 50, 70)] == pytest.approx([levels[-1]] * 3, abs=1)
    assert light(scene, 0) == pytest.approx(levels[0], abs=1)
    scene.close()
    assert light(scene, 3) == pytest.approx(levels[1], abs=1)
    scene.close()


@pytest.mark.parametrize("move", ["push_in", "pan_left", "still"])
def test_a_still_fills_the_frame_and_is_travelled_over(drawn: Path, move: Any) -> None:
    scene = shoot(made("stills", drawn, move=move))
    first, last = (to_rgb(frame(scene, board_of(), n)).astype(int) for n in (0, 59))
    assert np.abs(first - last).mean() > 1
    for edge in (first[:, :2], first[:, -2:], first[:2], first[-2:]):
        assert edge.std() > 0


@pytest.mark.parametrize("tone", get_args(Tone))
def test_the_tone_grades_it_as_it_grades_a_photo(drawn: Path, tone: Tone) -> None:
    still = made("stills", drawn, tone=tone)
    shot = Shot(LINE, "photo", {"photo": str(drawn), "framing": "full"}, tone=tone)
    board = board_of(shot)
    other = photo.Plugin(photo.Settings()).shoot(shot, Stage(board, 60, board.fps, Path()))
    top = slice(0, round((CONTENT.y + 300) * board.width / CANVAS[0]))  # above the mark
    for n in (0, 30, 59):
        pictures = [to_rgb(frame(scene, board, n))[top] for scene in (shoot(still), other)]
        assert np.array_equal(*pictures)


@pytest.mark.parametrize("tone", get_args(Tone))
def test_a_film_is_graded_as_a_still_is(tmp_path: Path, tone: Tone) -> None:
    patch = np.full((320, 180, 3), (150, 110, 90), np.uint8)
    film = filmed(tmp_path / "plain.mp4", lambda n: patch, 10)
    cv2.imwrite(str(tmp_path / "plain.png"), patch[..., ::-1])
    shots = made("diffusers", film, tone=tone), made("stills", tmp_path / "plain.png", tone=tone)
    scenes = [shoot(shot) for shot in shots]
    colours = [to_rgb(frame(scene, board_of(), 5))[300:450].mean(axis=(0, 1)) for scene in scenes]
    assert colours[0] == pytest.approx(colours[1], abs=3)
    scenes[0].close()


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("lang", ["en", "de", "pt-BR", "ja", "xx"])
def test_the_mark_stands_on_it_from_the_first_frame_to_the_last(
    camera: str, lang: str, film: Path, drawn: Path
) -> None:
    shot = made(camera, segment(camera, film, drawn))
    board = replace(board_of(shot), lang=lang, width=1080, height=1920)
    scene = shoot(shot, board)
    (box,) = scene.boxes
    assert (box.kind, box.text, box.first, box.last) == ("mark", marking(lang), 0, None)
    assert CONTENT.holds(box.area)
    assert MARK.smallest >= 28
    alpha = fonts.stamp(box.text, Face(MARK.largest, MARK.weight), BLACK).rgba[..., 3]
    rows, columns = (np.flatnonzero(alpha.any(axis)) for axis in (1, 0))
    drawn_as = np.ascontiguousarray(alpha[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    x, y, w, h = box.area
    for n in (0, 30, 59, 65):
        part = clip_out(frame(scene, board, n), x, y, w, h)
        assert likeness(part.y, drawn_as) > 0.8
        assert contrast(part) > 4.5
    getattr(scene, "close", lambda: None)()


def test_every_language_has_its_own_letters_and_others_are_told_in_english() -> None:
    assert marking("de-AT") == "KI-GENERIERT"
    assert marking("EN-gb") == marking("xx") == marking("") == "AI-GENERATED"
    assert all(text == text.upper() for text in MARKS.values())


@pytest.mark.parametrize("camera", CAMERAS)
def test_what_is_not_there_or_no_picture_is_told(camera: str, tmp_path: Path) -> None:
    broken = tmp_path / "made.mp4"
    broken.write_bytes(b"nothing")
    for path, why in ((None, "nothing was generated"), (broken, "made.mp4"), ("gone", "gone")):
        with pytest.raises(Unfilmable, match=rf"{camera}: .*{why}"):
            shoot(made(camera, path and Path(path)))
    with pytest.raises(Unfilmable, match=rf"{camera}: scene"):
        shoot(Shot(LINE, camera, {"scene": ""}))


@pytest.mark.parametrize("cameras", [("cards", "diffusers"), ("stills",)])
def test_a_clip_with_them_says_what_it_is_made_of(cameras: tuple[str, ...]) -> None:
    board = board_of(*[Shot(LINE, camera, SCENE) for camera in cameras])
    assert source_type(board) == "trainedAlgorithmicMedia"
    view = View(10, "photo", {"photo": "a.jpg"})
    board = board_of(*[Shot(LINE, camera, SCENE, views=(view,)) for camera in cameras])
    assert source_type(board) == "compositeWithTrainedAlgorithmicMedia"


# The mark as the check sees it


def told(board: Storyboard, paint: Callable[[int, Any], None], boxes: Any) -> dict[str, Any]:
    """What the check says of the marks in frames that are painted so."""
    plan = planned(board)
    witness = Witness.of(board, plan, boxes)
    for n in witness.wanted:
        out = blank(board.width, board.height)
        paint(n, out)
        witness.see(n, out)
    return {reading.name: (reading.value, reading.ok) for reading in witness.readings()}


def full(*shots: Shot) -> Storyboard:
    return replace(board_of(*shots), width=1080, height=1920)


@pytest.mark.parametrize("camera", CAMERAS)
def test_the_check_sees_the_mark_and_misses_it(camera: str, film: Path, drawn: Path) -> None:
    board = full(made(camera, segment(camera, film, drawn)))
    reel = Reel(board, planned(board), Studio(Path(), workers=1))
    boxes = reel.boxes()
    assert told(board, reel.paint, boxes)["AI marks"] == ("seen", True)
    (box,) = [box for box in boxes if box["kind"] == "mark"]

    def covered(n: int, out: Any) -> None:
        reel.paint(n, out)
        if n > planned(board).frames // 2:
            area = Area(box["x"], box["y"], box["w"], box["h"])
            sheet = Sheet(area, 1.0)
            sheet.box(area, BLACK, radius=0, alpha=1.0)
            blend(sheet.sprite(), out)

    assert told(board, covered, boxes)["AI marks"] == ("missing shot 1", False)
    bare = [box for box in boxes if box["kind"] != "mark"]
    assert told(board, reel.paint, bare)["AI marks"] == ("missing shot 1", False)


def test_where_something_else_is_shown_the_check_asks_for_no_mark_but_for_its_credit(
    tmp_path: Path, drawn: Path
) -> None:
    credited = Instead("photo", {"photo": str(drawn), "credit": "Photo: drawn sample"})
    board = full(made("diffusers", tmp_path / "gone.mp4", instead=(credited,)))
    reel = Reel(board, planned(board), Studio(Path(), workers=1))
    boxes = reel.boxes()
    assert told(board, reel.paint, boxes)["AI marks"] == ("seen", True)
    assert told(board, reel.paint, boxes)["credits"] == ("seen", True)
    bare = [box for box in boxes if box["kind"] != "credit"]
    assert told(board, reel.paint, bare)["credits"][1] is False
    card = Instead("cards", {"card": "statement", "text": "Boats come home"})
    board = full(made("diffusers", tmp_path / "gone.mp4", instead=(card,)))
    reel = Reel(board, planned(board), Studio(Path(), workers=1))
    assert told(board, reel.paint, reel.boxes())["AI marks"] == ("seen", True)


def test_a_clip_without_generated_shots_hears_nothing_of_marks() -> None:
    board = full(Shot(LINE, "cards", {"card": "statement", "text": "Boats"}))
    reel = Reel(board, planned(board), Studio(Path(), workers=1))
    assert "AI marks" not in told(board, reel.paint, reel.boxes())
