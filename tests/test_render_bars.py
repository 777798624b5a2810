"""What a clip's frames are held against: each bar fires on its fault, and on nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from fakes_engine import board, one_shot
from render import Shot, Storyboard
from render.cameras import Planes
from render.check.faces import Onlooker
from render.check.marks import Witness
from render.check.platforms import PLATFORMS, fitness
from render.check.screening import Footage, Track
from render.check.texts import Proofreader, layout
from render.ink import Sheet
from render.lettering.fonts import Face
from render.look import BLACK, CREDIT, WHITE, ZONES, Area, Colour
from render.planes import Pixels, blend, from_rgb
from render.storyboard import Profile
from render.timeline import Plan

BOX = {"text": "Box", "x": 100, "y": 300, "w": 200, "h": 50, "first": 0, "last": 30}
SCALE = 0.5  # of the 540 x 960 pictures here
GREY = Colour(119, 119, 119)  # white on it: 4.5


@pytest.mark.parametrize(
    ("boxes", "found"),
    [
        ([BOX], set()),
        ([{**BOX, "x": 900}], {"text outside the safe area"}),
        ([{**BOX, "y": 1420}], {"text outside the safe area"}),
        ([{**BOX, "x": 800}], set()),
        ([{**BOX, "x": 800, "y": 1100}], {"text outside the safe area"}),
        ([BOX, {**BOX, "y": 340}], {"text on text"}),
        ([BOX, {**BOX, "y": 350}], set()),
        ([BOX, {**BOX, "first": 30, "last": 60}], set()),
    ],
)
def test_places_of_texts(boxes: list[dict[str, Any]], found: set[str]) -> None:
    readings = layout(boxes, ZONES["all"], 1.0)
    assert {reading.name for reading in readings if not reading.ok} == found


def test_the_safe_area_shrinks_with_the_canvas() -> None:
    small = {k: v // 10 if k in "xywh" else v for k, v in BOX.items()}
    assert all(reading.ok for reading in layout([small], ZONES["all"], 0.1))
    assert not all(reading.ok for reading in layout([BOX], ZONES["all"], 0.1))


@pytest.mark.parametrize(("zones", "ok"), [("shorts", True), ("all", False), ("reels", False)])
def test_every_platform_has_its_own_safe_area(zones: Profile, ok: bool) -> None:
    high = {**BOX, "y": 190}
    assert all(reading.ok for reading in layout([high], ZONES[zones], 1.0)) == ok


def _page(ground: Colour | Pixels) -> Planes:
    rgb = np.empty((960, 540, 3), np.uint8)
    rgb[:] = ground
    return from_rgb(rgb)


def _written(
    out: Planes, text: str, ink: Colour, size: int, stroke: int = 0, x: float = 120, y: float = 700
) -> dict[str, Any]:
    """Write on a picture; gives the text's box."""
    sheet, face = Sheet(Area(x, y, 800, 2 * size), SCALE), Face(size, 800)
    sheet.text(text, x, y + 0.76 * size, face, ink, stroke, BLACK)
    art = sheet.sprite()
    blend(art, out)
    place = {"x": x * SCALE, "y": y * SCALE, "w": float(art.size[0]), "h": size * SCALE}
    return {"kind": "card", "text": text, "shot": 0, **place, "first": 0, "last": 10}


def _contrast(ground: Colour | Pixels, ink: Colour, size: int = 76, stroke: int = 0) -> Any:
    page = _page(ground)
    reader = Proofreader.of([_written(page, "Harbour bridge", ink, size, stroke)], 10, SCALE)
    for n in range(10):
        reader.see(n, page)
    (reading,) = reader.readings()
    return reading


def _leaves() -> Pixels:
    """Light and dark spots, as large as letters."""
    noise = np.random.default_rng(2).normal(128, 900, (960, 540, 1))
    spots = np.clip(cv2.GaussianBlur(noise, (0, 0), 4), 0, 255).astype(np.uint8)
    return np.repeat(spots[..., None], 3, axis=2)


@pytest.mark.parametrize(
    ("ground", "ink", "size", "stroke", "ok"),
    [
        (GREY, WHITE, 40, 0, True),
        (Colour(130, 130, 130), WHITE, 40, 0, False),
        (Colour(130, 130, 130), WHITE, 76, 0, True),  # large: 3:1 is enough
        (Colour(170, 170, 170), WHITE, 76, 0, False),
        (WHITE, WHITE, 76, 0, False),
        (WHITE, WHITE, 76, 4, True),  # the stroke is its ground
        (Colour(200, 30, 30), BLACK, 40, 0, False),
        (Colour(240, 200, 60), BLACK, 40, 0, True),
        (_leaves(), WHITE, 76, 0, False),
        (_leaves(), WHITE, 76, 5, True),
    ],
)
def test_contrast_is_read_from_the_pixels(
    ground: Colour | Pixels, ink: Colour, size: int, stroke: int, ok: bool
) -> None:
    reading = _contrast(ground, ink, size, stroke)
    assert reading.ok == ok, reading
    assert reading.bar == f"at least {3 if size >= 56 else 4.5:g}"


@pytest.mark.parametrize("gap", range(0, 40, 4))
def test_a_lit_word_beside_plain_ones_is_read_as_both(gap: int) -> None:
    page, ink = _page(Colour(48, 50, 56)), Colour(34, 34, 36)
    plain = _written(page, "without", WHITE, 76)
    left = plain["x"] / SCALE + plain["w"] / SCALE + gap
    sheet = Sheet(Area(left, 690, 300, 100), SCALE)
    sheet.box(Area(left, 690, 300, 100), Colour(200, 200, 200), 16)
    blend(sheet.sprite(), page)
    lit = _written(page, "power,", ink, 76, x=left + 15)
    box = {**plain, "w": lit["x"] + lit["w"] - plain["x"]}
    reader = Proofreader.of([box], 10, SCALE)
    reader.see(8, page)
    (reading,) = reader.readings()
    assert reading.ok, reading


@pytest.mark.parametrize(
    ("kind", "high", "bar"),
    [
        ("card", 56, 3),
        ("card", 54, 4.5),
        ("caption", 100, 3),
        ("caption", 66, 4.5),
        ("label", 80, 4.5),
    ],
)
def test_a_large_text_is_one_whose_letters_are(kind: str, high: float, bar: float) -> None:
    page = _page(GREY)
    box = {**_written(page, "Harbour", WHITE, 50), "kind": kind, "h": high * SCALE}
    reader = Proofreader.of([box], 10, SCALE)
    reader.see(8, page)
    (reading,) = reader.readings()
    assert reading.bar == f"at least {bar:g}"


def test_contrast_is_that_of_the_colours() -> None:
    assert float(_contrast(GREY, WHITE, 40).value.split()[0]) == pytest.approx(4.5, abs=0.2)
    assert float(_contrast(BLACK, WHITE, 76).value.split()[0]) == pytest.approx(21, abs=1)


def test_one_unreadable_word_is_enough() -> None:
    page = np.zeros((960, 540, 3), np.uint8)
    page[:, 200:] = 235  # the second word runs onto something light
    reading = _contrast(page, WHITE)
    assert not reading.ok
    assert "Harbour bridge" in reading.value


CREDITED = "Photo: Ann Example / CC BY 4.0"


def _story(credit: str = CREDITED, camera: str = "photo", label: str = "") -> Storyboard:
    shot = Shot("The harbour at night.", camera, {"photo": "night.jpg", "credit": credit})
    return replace(board("x", width=540, height=960, label=label), shots=(shot,))


def _looked(story: Storyboard, plan: Plan, boxes: list[dict[str, Any]], page: Planes) -> set[str]:
    witness = Witness.of(story, plan, boxes)
    for n in range(plan.frames):
        witness.see(n, page)
    return {reading.name for reading in witness.readings() if not reading.ok and reading.hard}


def _credit(page: Planes, text: str) -> dict[str, Any]:
    sheet = Sheet(Area(72, 1000, 480, 44), SCALE)
    sheet.box(Area(72, 1000, 480, 44), BLACK, 14, 0.62)
    sheet.text(text, 88, 1032, Face(CREDIT.largest, CREDIT.weight), WHITE)
    blend(sheet.sprite(), page)
    place = {"x": 36.0, "y": 500.0, "w": 240.0, "h": 22.0}
    return {"kind": "credit", "text": text, "shot": 0, **place, "first": 0, "last": 30}


def test_a_credit_is_there_or_not() -> None:
    page, plan = _page(_leaves()), one_shot(30)
    box = _credit(page, CREDITED)
    assert _looked(_story(), plan, [box], page) == set()
    assert _looked(_story(), plan, [box], _page(_leaves())) == {"credits"}
    assert _looked(_story(), plan, [], page) == {"credits"}
    assert _looked(_story(credit=""), plan, [], page) == set()


def test_another_credit_is_not_the_picture_s() -> None:
    page = _page(_leaves())
    box = _credit(page, "Photo: Somebody Else / all rights")
    assert _looked(_story(), one_shot(30), [{**box, "text": CREDITED}], page) == {"credits"}


def test_a_card_in_place_of_a_photo_owes_no_credit() -> None:
    card = {**BOX, "kind": "card", "shot": 0, "text": "The harbour"}
    assert _looked(_story(), one_shot(30), [card], _page(GREY)) == set()
    other = {**card, "text": "Something else"}
    assert _looked(_story(), one_shot(30), [other], _page(GREY)) == {"credits"}


def _portrait(size: int) -> Pixels:
    """A drawn face in the middle of (2 x size, 2 x size); the finder takes it for one."""
    rgb = np.full((2 * size, 2 * size, 3), (90, 110, 120), np.uint8)

    def blot(x: float, y: float, w: float, h: float, colour: tuple[int, int, int]) -> None:
        middle, axes = (
            (round(size * (1 + x)), round(size * (1 + y))),
            (round(w * size), round(h * size)),
        )
        cv2.ellipse(rgb, middle, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)

    blot(0, -0.12, 0.52, 0.62, (60, 40, 30))
    blot(0, 0.05, 0.44, 0.58, (215, 170, 140))
    for side in (-1, 1):
        blot(side * 0.19, -0.1, 0.11, 0.05, (120, 85, 70))
        blot(side * 0.19, -0.19, 0.13, 0.025, (60, 40, 30))
        blot(side * 0.19, -0.09, 0.055, 0.035, (30, 20, 20))
        blot(side * 0.28, 0.12, 0.1, 0.09, (228, 185, 155))
    blot(0, 0.02, 0.04, 0.14, (232, 195, 165))
    blot(0, 0.15, 0.07, 0.03, (165, 115, 95))
    blot(0, 0.3, 0.15, 0.04, (140, 70, 65))
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), size / 60), np.uint8)


def _met(
    tmp_path: Path,
    left: int,
    boxes: list[dict[str, Any]] | None = None,
    photo: Pixels | None = None,
) -> Mapping[str, Any]:
    """Show a portrait whose face begins 62 px right of `left`; answers the readings by name."""
    face = _portrait(150)
    Image.fromarray(face if photo is None else photo).save(tmp_path / "photo.png")
    rgb = np.full((960, 540, 3), (90, 110, 120), np.uint8)
    shown = face[:, max(0, -left) : max(0, 540 - left)]
    rgb[300:600, max(0, left) : max(0, left) + shown.shape[1]] = shown
    story = replace(
        board("x", width=540, height=960),
        shots=(Shot("", "photo", {"photo": str(tmp_path / "photo.png")}),),
    )
    onlooker = Onlooker.of(story, one_shot(30), boxes or [])
    for n in range(30):
        onlooker.see(n, from_rgb(rgb))
    return {reading.name: reading for reading in onlooker.readings()}


@pytest.mark.parametrize(
    ("left", "ok", "hard"),
    [
        (120, True, False),
        (-62, True, False),
        (-97, False, False),  # a fifth
        (-115, False, True),  # a third
        (-150, False, True),  # half: found in the mirror of the edge
        (542, True, False),  # not in the picture at all
    ],
)
def test_a_face_is_cut_by_the_frame(tmp_path: Path, left: int, ok: bool, hard: bool) -> None:
    reading = _met(tmp_path, left)["faces cut off"]
    assert (reading.ok, reading.hard) == (ok, hard), reading


def test_what_is_no_face_in_the_photo_is_none_in_the_frame(tmp_path: Path) -> None:
    bricks = np.full((300, 300, 3), 120, np.uint8)
    assert _met(tmp_path, -115, photo=bricks)["faces cut off"].ok


def test_a_text_on_a_face_is_told(tmp_path: Path) -> None:
    caption = {"text": "Hello", "x": 100, "y": 420, "w": 300, "h": 60, "first": 0, "last": 30}
    found = _met(tmp_path, 120, [caption])["text on a face"]
    assert not found.ok
    assert not found.hard
    assert "Hello" in found.value
    assert _met(tmp_path, 120, [{**caption, "y": 800}])["text on a face"].ok


def _file(
    seconds: float = 38, megabytes: float = 20, size: tuple[int, int] = (1080, 1920)
) -> Footage:
    none = np.zeros((0, 96, 54), np.uint8)
    return Footage(
        Track("h264 High 40 yuv420p", 0, seconds), Track("aac 48000 Hz x2", 0, seconds), size, 30.0,
        (1, 1, 1, 1), none, none, np.zeros(0, np.float32), (0.0,), ("moov",), int(megabytes * 1e6),
    )  # fmt: skip


def test_a_master_fits_every_platform() -> None:
    assert list(fitness(_file())) == []
    assert len({platform.name for platform in PLATFORMS}) == len(PLATFORMS)


@pytest.mark.parametrize(
    ("file", "names"),
    [
        (_file(seconds=2), {"Instagram Reels", "Facebook Reels", "TikTok", "LinkedIn"}),
        (_file(seconds=100), {"Facebook Reels"}),
        (_file(megabytes=60), {"Telegram"}),
        (_file(seconds=3, megabytes=40), {"Instagram Reels"}),
        (_file(size=(360, 640)), {"Facebook Reels"}),
    ],
)
def test_a_platform_that_does_not_take_a_file_is_named(file: Footage, names: set[str]) -> None:
    assert {fault.split(":")[0] for fault in fitness(file)} == names


@pytest.mark.parametrize(("told_px", "found"), [(54, set()), (34, {"AI label"})])
def test_a_larger_label_is_looked_for_in_its_size(told_px: int, found: set[str]) -> None:
    page = _page(_leaves())
    box = {**_written(page, "AI VOICE", WHITE, 54, stroke=4), "kind": "label", "last": 30}
    story = replace(_story(credit="", label="AI VOICE"), label_px=told_px)
    assert _looked(story, one_shot(30), [box], page) == found
