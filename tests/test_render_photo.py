"""Photos: any file gives a picture or a clear no; a face is never cut; the camera glides."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fakes_art import LINE, board_of, frame, landscape, saved, staged, thumb
from render.cameras import Unfilmable
from render.cameras._framing import Rect, around, between, crop, smoothstep, travel
from render.cameras._pictures import faces, focus, graded, open_picture
from render.cameras.photo import Plugin, Settings
from render.look import BAND, GRADES, SAFE, WHITE, Colour, contrast
from render.planes import to_rgb
from render.storyboard import Move, Shot, Tone

MOVES: list[Move] = ["still", "push_in", "pull_out", "pan_left", "pan_right", "rise"]


def shot_of(path: Path, **picture: Any) -> Shot:
    wish = {"photo": str(path), "credit": "Picture: drawn sample"} | picture
    return Shot(LINE, "photo", wish)


def shoot(shot: Shot, seconds: float = 3.0) -> Any:
    return Plugin(Settings()).shoot(shot, staged(board_of(shot), seconds))


@pytest.mark.parametrize("framing", ["full", "wide", "medium", "close"])
@pytest.mark.parametrize("size", [(900, 600), (600, 900), (700, 700), (300, 200), (2000, 300)])
def test_every_framing_of_every_shape_fills_the_frame(
    tmp_path: Path, framing: str, size: tuple[int, int]
) -> None:
    photo = saved(landscape(*size), tmp_path / "a.jpg")
    shot = shot_of(photo, framing=framing)
    scene, board = shoot(shot), board_of(shot)
    for n in (0, 45, 95):
        out = frame(scene, board, n)
        assert (out.y > 16).mean() > 0.9
    assert all(SAFE.holds(box.area) and box.area.bottom < BAND.y for box in scene.boxes)


def test_a_credit_is_shown_and_large_enough(tmp_path: Path) -> None:
    scene = shoot(shot_of(saved(landscape(900, 600), tmp_path / "a.jpg")))
    assert [box.text for box in scene.boxes] == ["Picture: drawn sample"]
    assert scene.boxes[0].area.h >= 28
    assert not shoot(shot_of(tmp_path / "a.jpg", credit=" ")).boxes


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [
        ("RGB", "jpg"), ("L", "jpg"), ("CMYK", "jpg"), ("RGBA", "png"), ("LA", "png"), ("P", "png"),
        ("1", "png"), ("I;16", "png"), ("RGB", "webp"), ("RGBA", "webp"),
    ],
)  # fmt: skip
def test_every_kind_of_picture_becomes_rgb(tmp_path: Path, mode: str, suffix: str) -> None:
    image = landscape(400, 300)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L"), np.uint16) * 257)
    else:
        image = image.convert(mode)
    rgb = open_picture(saved(image, tmp_path / f"a.{suffix}"))
    assert rgb.shape == (300, 400, 3)
    assert rgb.dtype == np.uint8
    assert rgb[:40].mean() < rgb[130:150].mean() or mode == "1"


def test_transparent_parts_become_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (200, 200), (10, 20, 30, 0))
    assert (open_picture(saved(clear, tmp_path / "a.png")) == 255).all()


def test_a_picture_is_turned_as_its_camera_was_held(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = saved(landscape(400, 300), tmp_path / "a.jpg", exif=exif)
    assert open_picture(photo).shape == (400, 300, 3)


def test_of_an_animation_the_first_frame_is_taken(tmp_path: Path) -> None:
    red, blue = (Image.new("RGB", (200, 200), colour) for colour in ("red", "blue"))
    photo = saved(red, tmp_path / "a.webp", save_all=True, append_images=[blue])
    assert open_picture(photo)[100, 100, 0] > 240


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("text.jpg", b"not a picture at all", "not a picture"),
        ("empty.png", b"", "not a picture"),
        ("page.png", b"<!doctype html><title>404</title>", "not a picture"),
        ("head.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a picture"),
        ("vector.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
    ],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Unfilmable, match=why):
        shoot(shot_of(tmp_path / name))


def test_a_torn_off_file_is_refused(tmp_path: Path) -> None:
    photo = saved(landscape(400, 300), tmp_path / "a.jpg")
    photo.write_bytes(photo.read_bytes()[:4000])
    with pytest.raises(Unfilmable, match=r"a\.jpg"):
        open_picture(photo)


@pytest.mark.parametrize("size", [(1, 1), (159, 900), (16000, 16000), (40000, 2000)])
def test_a_dot_and_a_bomb_are_refused_before_they_are_read(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    photo = tmp_path / "a.png"
    Image.new("1", size).save(photo)
    with pytest.raises(Unfilmable, match=r"px a side|pixels"):
        open_picture(photo)


def test_a_format_that_is_not_on_the_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unfilmable, match="not a picture"):
        open_picture(saved(landscape(400, 300), tmp_path / "a.gif"))


def test_a_picture_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unfilmable, match=r"gone\.jpg does not exist"):
        open_picture(tmp_path / "gone.jpg")


@pytest.mark.parametrize("wish", [{"framing": "upside"}, {"focus": "eyes"}, {"size": 3}])
def test_a_wish_that_is_none_is_named(tmp_path: Path, wish: dict[str, Any]) -> None:
    with pytest.raises(Unfilmable, match="photo: "):
        shoot(shot_of(tmp_path / "a.jpg", **wish))


@pytest.mark.parametrize("tone", GRADES)
def test_a_grade_keeps_the_picture_true(tone: Tone) -> None:
    rgb = np.asarray(landscape(300, 200))
    after = graded(rgb, GRADES[tone])
    assert np.abs(after.astype(float) - rgb).mean() < 14


def test_the_eye_goes_to_the_one_thing_on_a_plain_ground() -> None:
    rgb = np.full((600, 900, 3), 90, np.uint8)
    rgb[150:250, 600:700] = (230, 60, 40)
    x, y = focus(rgb)
    assert 560 < x < 740
    assert 110 < y < 290


sizes = st.tuples(st.integers(160, 4000), st.integers(160, 4000))
shares = st.tuples(st.floats(0, 1), st.floats(0, 1))
windows = st.sampled_from([(1080, 1920), (1008, 672), (1008, 768)])


@given(sizes, windows, shares, st.sampled_from([1.0, 1.3, 1.8]), st.sampled_from(MOVES))
def test_a_crop_lies_in_the_picture_in_the_windows_shape(
    size: tuple[int, int],
    out: tuple[int, int],
    at: tuple[float, float],
    zoom: float,
    move: Move,
) -> None:
    centre = (at[0] * size[0], at[1] * size[1])
    part = crop(size, out, centre, zoom)
    whole = Rect(-0.01, -0.01, size[0] + 0.02, size[1] + 0.02)
    assert whole.holds(part)
    assert part.w / part.h == pytest.approx(out[0] / out[1])
    outer = Rect(part.x - 0.01, part.y - 0.01, part.w + 0.02, part.h + 0.02)
    assert all(outer.holds(seen) for seen in travel(part, move, centre))
    full = min(size[0] / out[0], size[1] / out[1])
    if part.w < full * out[0] * 0.999:  # it has gone closer: never beyond pixel for pixel
        assert min(seen.w for seen in travel(part, move, centre)) >= out[0] * 0.999


@given(sizes, windows, shares, shares, st.sampled_from(MOVES))
def test_a_face_is_never_cut(
    size: tuple[int, int],
    out: tuple[int, int],
    at: tuple[float, float],
    face_at: tuple[float, float],
    move: Move,
) -> None:
    full = min(size[0] / out[0], size[1] / out[1])
    side = 0.5 * full * min(out)
    face = around((face_at[0] * size[0], face_at[1] * size[1]), side, side, size)
    part = crop(size, out, (at[0] * size[0], at[1] * size[1]), 1.8, [face])
    for seen in travel(part, move, face.middle, [face]):
        outer = Rect(seen.x - 0.01, seen.y - 0.01, seen.w + 0.02, seen.h + 0.02)
        assert outer.holds(face)


@pytest.mark.parametrize("move", MOVES)
def test_the_camera_starts_and_ends_at_rest_and_never_jerks(move: Move) -> None:
    start, end = travel(Rect(0, 0, 1200, 1800), move, (700, 600))
    corners = [between(start, end, smoothstep(n / 119))[:2] for n in range(120)]
    speed = np.diff(corners, axis=0)
    assert np.abs(np.diff(speed, axis=0)).max() < 0.05
    assert np.abs(speed[[0, -1]]).max() < 0.1
    assert start != end


@pytest.mark.parametrize("framing", ["wide", "full"])
def test_a_photo_never_stands_still(tmp_path: Path, framing: str) -> None:
    shot = shot_of(saved(landscape(900, 1500), tmp_path / "a.jpg"), framing=framing)
    scene, board = shoot(shot, 4), board_of(shot)
    a, b = (thumb(frame(scene, board, n)) for n in (30, 90))
    assert np.abs(a - b).mean() > 1.5e-3


def test_the_corners_of_a_photo_that_is_not_as_wide_as_the_frame_are_round(tmp_path: Path) -> None:
    white = Image.new("RGB", (500, 333), (250, 250, 250))
    shot = shot_of(saved(white, tmp_path / "a.jpg"), credit="")
    scene, board = shoot(shot), board_of(shot)
    out = frame(scene, board, 0).y
    x, y, w, h = scene.window
    for column, row in ((x, y), (x + w - 1, y), (x, y + h - 1), (x + w - 1, y + h - 1)):
        assert out[row, column] < 120
    assert out[y + 2, x + w // 2] > 220
    assert out[y + h // 2, x + 2] > 220


def test_the_tone_colours_the_photo(tmp_path: Path) -> None:
    photo = saved(landscape(900, 600), tmp_path / "a.jpg")
    board = board_of(shot_of(photo))
    warm, cold = (
        to_rgb(frame(shoot(Shot(LINE, "photo", {"photo": str(photo)}, tone=tone)), board, 10))
        for tone in ("prosperity", "loneliness")
    )
    assert warm[..., 0].mean() - warm[..., 2].mean() > cold[..., 0].mean() - cold[..., 2].mean()


def test_several_threads_look_for_faces_at_once() -> None:
    pictures = [np.array(landscape(*size)) for size in ((320, 200), (200, 640), (500, 480))]
    with ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(faces, pictures * 6))) == 18


@pytest.mark.parametrize("framing", ["wide", "medium", "close"])
@pytest.mark.parametrize("size", [(1600, 1067), (900, 600), (1000, 1000), (2400, 500)])
def test_a_landscape_takes_the_whole_width_and_is_hardly_enlarged(
    tmp_path: Path, framing: str, size: tuple[int, int]
) -> None:
    shot = shot_of(saved(landscape(*size), tmp_path / "a.jpg"), framing=framing)
    x, y, w, h = (2 * side for side in shoot(shot).window)  # the board is half as large
    assert (x, w) == (0, 1080)
    assert h >= 640
    assert h <= max(1.3 * size[1], 1080 * size[1] / size[0]) + 4
    assert y <= 200 or y >= 320  # its edge does not cross the chip


def test_a_preview_shows_of_a_photo_what_the_clip_will(tmp_path: Path) -> None:
    photo = saved(landscape(1500, 1800), tmp_path / "a.jpg")
    shot = shot_of(photo, framing="close")
    scenes = []
    for width in (360, 1080):
        board = board_of(shot, width=width, height=width * 16 // 9)
        scene = Plugin(Settings()).shoot(shot, staged(board))
        scenes.append(thumb(frame(scene, board, 40)))
    assert np.abs(scenes[0] - scenes[1]).mean() < 0.02


@pytest.mark.parametrize("light", [(250, 250, 250), (8, 8, 8)])
def test_the_fill_is_neither_black_nor_too_light_for_white_text(
    tmp_path: Path, light: tuple[int, int, int]
) -> None:
    plain = Image.new("RGB", (900, 600), light)
    shot = shot_of(saved(plain, tmp_path / "a.png"), credit="")
    fill = to_rgb(frame(shoot(shot), board_of(shot), 0))[720:]
    assert fill.mean() > 12
    assert contrast(WHITE, Colour(*np.percentile(fill.reshape(-1, 3), 98, 0).tolist())) >= 4.5
