"""The reel: shots in their frames, changes between them, captions in step, steps down told."""

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes_art import CARDS, LINE, board_of, card, planned, rare_letter
from render import RenderError, Studio
from render.cameras import Planes
from render.compose import Reel
from render.look import BAND, SAFE, WIDE, Area, palette
from render.planes import blank, to_rgb
from render.storyboard import Brand, Shot, Storyboard


def reel_of(*shots: Shot, **changes: Any) -> tuple[Reel, Storyboard]:
    board = board_of(*shots, **changes)
    return Reel(board, planned(board), Studio(Path())), board


def painted(reel: Reel, board: Storyboard, n: int) -> Planes:
    out = blank(board.width, board.height)
    reel.paint(n, out)
    return out


def band(planes: Planes) -> np.ndarray:
    return planes.y[round(BAND.y / 2) : round(BAND.bottom / 2)].astype(int)


def test_the_same_board_gives_the_same_frames_in_any_order_and_thread() -> None:
    shots = (card("title"), card("stat", "hope"), replace(card("quote"), transition="fade"))
    reel, board = reel_of(*shots)
    numbers = range(0, planned(board).frames, 23)
    once = [painted(reel, board, n) for n in numbers]
    other, _ = reel_of(*shots)
    again: dict[int, Planes] = {}

    def paint(part: list[int]) -> None:
        for n in part:
            again[n] = painted(other, board, n)

    parts = [list(numbers)[::-1][k::3] for k in range(3)]
    threads = [threading.Thread(target=paint, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n, frame in zip(numbers, once, strict=True):
        for a, b in ((frame.y, again[n].y), (frame.u, again[n].u), (frame.v, again[n].v)):
            assert (a == b).all()


@pytest.mark.parametrize("wide", [True, False])
def test_a_frame_may_have_longer_rows_than_the_picture(wide: bool) -> None:
    reel, board = reel_of(card("title"))
    room = 32 if wide else 0
    y = np.zeros((960, 540 + room), np.uint8)
    u, v = (np.zeros((480, 270 + room), np.uint8) for _ in range(2))
    reel.paint(20, Planes(y[:, :540], u[:, :270], v[:, :270]))
    assert (y[:, :540] == painted(reel, board, 20).y).all()
    assert not y[:, 540:].any()


def test_captions_show_the_spoken_word_in_the_accent_colour_and_only_in_their_band() -> None:
    reel, board = reel_of(card("statement"))
    silent, _ = reel_of(replace(card("statement"), line=""))
    for n in (5, 30, 70, 100):
        with_words = painted(reel, board, n)
        page = next(p for p in reel.pages if p.first <= n < p.last)
        word = page.words[page.active(n)]
        assert word.first <= n < word.last
        rgb = to_rgb(with_words)[round(BAND.y / 2) : round(BAND.bottom / 2)].astype(int)
        assert (np.abs(rgb - palette("neutral").accent).max(2) < 16).sum() > 300
    assert band(painted(silent, board, 30)).max() < 110


def test_every_caption_page_changes_pixels_only_inside_its_boxes() -> None:
    reel, board = reel_of(card("statement"))
    scene = reel._scenes.at(0)
    boxes = [box for box in reel.boxes() if box["kind"] == "caption"]
    for page in reel.pages:
        n = page.first + 5
        bare = blank(board.width, board.height)
        scene.paint(n, bare)
        change = np.abs(painted(reel, board, n).y.astype(int) - bare.y.astype(int)) > 24
        change[: round(WIDE.y / 2) + 40] = False  # chip, label, progress
        rows, columns = np.nonzero(change)
        mine = [box for box in boxes if box["first"] == page.first]
        assert rows.min() >= min(b["y"] for b in mine) - 2
        assert rows.max() <= max(b["y"] + b["h"] for b in mine) + 2
        assert columns.min() >= min(b["x"] for b in mine) - 10
        assert columns.max() <= max(b["x"] + b["w"] for b in mine) + 10


def test_boxes_tell_every_text_inside_the_safe_area() -> None:
    shots = [replace(card(kind), note="Source: Marlow Courier") for kind in CARDS]
    reel, board = reel_of(*shots)
    boxes = reel.boxes()
    kinds = {box["kind"] for box in boxes}
    assert kinds == {"card", "chip", "label", "note", "caption"}
    for box in boxes:
        area = Area(*(box[side] * 2 for side in "xywh"))
        assert SAFE.holds(area) or WIDE.holds(area), box
        assert 0 <= box["first"] < box["last"] <= planned(board).frames
    said = " ".join(box["text"] for box in boxes if box["kind"] == "caption" and box["shot"] == 0)
    assert said == LINE


def test_a_fade_mixes_and_a_push_slides() -> None:
    dark = card("statement", "neutral", line="")
    for transition in ("fade", "push"):
        light = replace(card("statement", "innocence", line=""), transition=transition)
        reel, board = reel_of(dark, light, brand=Brand(progress=False), chip="", label="")
        plan = planned(board)
        first, fade = plan.shots[1].first, plan.shots[1].fade
        assert fade
        levels = [painted(reel, board, first + k).y.mean() for k in range(-1, fade + 1)]
        assert levels == sorted(levels)
        middle = painted(reel, board, first + fade // 2).y.astype(float)
        sides = middle[:, :8].mean(), middle[:, -8:].mean()
        assert (sides[1] - sides[0] > 100) == (transition == "push")


def test_a_picture_that_cannot_be_made_becomes_a_card_with_the_line(tmp_path: Path) -> None:
    broken = tmp_path / "a.jpg"
    broken.write_bytes(b"nothing")
    reel, _ = reel_of(card("title"), Shot(LINE, "photo", {"photo": str(broken)}))
    assert not reel.warnings
    texts = " ".join(box["text"] for box in reel.boxes() if box["shot"] == 1)
    assert LINE in texts
    assert len(reel.warnings) == 1
    assert reel.warnings[0].startswith("shot 2: a.jpg is not a picture")
    assert "showed a card instead" in reel.warnings[0]


def test_an_unknown_camera_is_named_with_those_that_exist() -> None:
    with pytest.raises(RenderError, match=r"'drone'.*cards.*footage.*photo"):
        reel_of(Shot(LINE, "drone", {}))


def test_settings_of_a_camera_that_are_none_are_named() -> None:
    board = board_of(card("title"))
    studio = Studio(Path(), settings={"cards": {"colour": "red"}})
    with pytest.raises(RenderError, match=r"camera 'cards': colour"):
        Reel(board, planned(board), studio)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"width": 1920, "height": 1080}, "9:16"),
        ({"width": 541, "height": 960}, "9:16"),
        ({"brand": Brand(accent="pink")}, "pink"),
    ],
)
def test_a_board_that_cannot_be_drawn_is_refused_at_once(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(RenderError, match=why):
        reel_of(card("title"), **changes)


def test_a_letter_without_a_font_stops_the_clip_before_it_is_drawn() -> None:
    char, script = rare_letter()
    with pytest.raises(RenderError, match=script):
        reel_of(card("title"), chip=char)


def test_the_brand_colour_is_used() -> None:
    reel, board = reel_of(card("title"), brand=Brand(accent="#5BFF9E"))
    rgb = to_rgb(painted(reel, board, 40)).astype(int)
    assert (np.abs(rgb - (0x5B, 0xFF, 0x9E)).max(2) < 24).sum() > 1000


def test_the_label_is_on_every_frame_and_the_progress_bar_grows() -> None:
    reel, board = reel_of(card("title"), card("stat", "hope"))
    frames = planned(board).frames
    lengths = []
    for n in (0, frames // 2, frames - 1):
        y = painted(reel, board, n).y
        assert (y[126:154, 400:504] > 180).sum() > 150
        lengths.append((y[113, 36:504] > 130).sum())
    assert lengths == sorted(lengths)
    assert lengths[2] > 440


def test_the_cover_is_the_settled_title_without_captions() -> None:
    reel, board = reel_of(card("title"))
    cover = reel.cover()
    assert cover.shape == (board.height, board.width, 3)
    assert (cover[round(BAND.y / 2) + 4 : round(BAND.bottom / 2)].max(2) < 150).all()
    assert (cover[300:570] > 200).sum() > 3000


def test_what_draws_a_clip_loads_nothing_that_only_some_clips_need() -> None:
    code = (
        "import sys, render.production, render.compose, render.cameras.photo\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"scipy", "moviepy", "torch", "pyloudnorm", "aiohttp"} & set(done.stdout.split())
