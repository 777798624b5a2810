"""Footage: real files through MoviePy, trimmed, cropped, at their own pace, and given back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fakes_art import LINE, board_of, frame, planned
from fakes_film import (
    PATCHES,
    SIZE,
    VP9,
    filmed,
    front_loaded,
    grey,
    noise,
    patches,
    sounded,
    streamed,
)
from render import Studio
from render.cameras import Stage, Unfilmable
from render.cameras._daylight import seen as daylit
from render.cameras._film import examined
from render.cameras._projector import Projector
from render.cameras.footage import Plugin, Settings
from render.compose import Reel
from render.planes import Pixels, blank, to_rgb
from render.storyboard import Shot

DEEP = {"kind": "yuv420p10le"}
HDR = {**DEEP, "colorspace": 9, "color_primaries": 9}


def counted(n: int) -> Pixels:
    """A picture that gets lighter, left red and right blue."""
    picture = np.full((180, 320, 3), 40 + 10 * n, np.uint8)
    picture[:, :40], picture[:, -40:] = (200, 0, 0), (0, 0, 200)
    return picture


def shoot(path: Path, **picture: Any) -> Any:
    shot = Shot(LINE, "footage", {"file": str(path), **picture})
    board = board_of(shot)
    return Plugin(Settings()).shoot(shot, Stage(board, 2 * board.fps, board.fps, path.parent))


def seen(scene: Any, n: int) -> Pixels:
    return to_rgb(frame(scene, board_of(), n))


def light(scene: Any, n: int) -> float:
    """Where nothing is shaded."""
    return float(seen(scene, n)[300:450].mean())


def shown(path: Path, n: int = 0, fps: int = 30) -> Pixels:
    """What comes out of a film, ungraded, in a frame of 108x192."""
    projector = Projector(examined(path), (108, 192), fps, n / fps, path.parent)
    picture = projector.picture(0).copy()
    projector.close()
    return picture


def bands(picture: Pixels) -> Any:
    """The colour in the middle of each band of `patches`."""
    count = len(PATCHES)
    rows = [(2 * n + 1) * len(picture) // (2 * count) for n in range(count)]
    return picture[rows, picture.shape[1] // 2].astype(int)


def colours_are(picture: Pixels, wanted: Any, by: float = 4) -> None:
    assert np.abs(bands(picture) - np.asarray(wanted)).max() <= by


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return filmed(tmp_path / "film.mp4", counted, 10)


def test_it_runs_at_its_own_pace(film: Path) -> None:
    scene = shoot(film)
    levels = [light(scene, n) for n in range(0, 30, 3)]  # 30 frames a second against 10
    steps = np.diff(levels)
    assert (steps > 5).all()
    assert light(scene, 4) == pytest.approx(light(scene, 3), abs=0.5)
    scene.close()


def test_it_starts_where_it_is_asked_to_and_goes_round(film: Path) -> None:
    late, early = shoot(film, start_s=0.5), shoot(film)
    assert light(late, 0) == pytest.approx(light(early, 15), abs=2)
    assert light(late, 16) == pytest.approx(light(late, 1), abs=2)
    for scene in (late, early):
        scene.close()


def test_any_frame_may_be_asked_for_in_any_order_and_after_closing(film: Path) -> None:
    scene = shoot(film)
    forward = [light(scene, n) for n in (0, 9, 18, 27)]
    backward = [light(scene, n) for n in (27, 18, 9, 0)]
    assert forward == pytest.approx(backward[::-1], abs=1)
    scene.close()
    assert light(scene, 9) == pytest.approx(forward[1], abs=1)
    scene.close()


def test_it_is_cropped_to_the_frame_and_never_squeezed(film: Path) -> None:
    scene = shoot(film)
    picture = seen(scene, 0)[400].astype(int)
    assert np.abs(picture[:, 0] - picture[:, 2]).max() < 30  # both coloured sides are outside
    scene.close()


def test_its_credit_is_shown(film: Path) -> None:
    scene = shoot(film, credit="Film: drawn sample")
    assert [box.text for box in scene.boxes] == ["Film: drawn sample"]
    scene.close()


@pytest.mark.parametrize("content", [b"", b"no film", b"\x00\x00\x00\x18ftypmp42" + bytes(64)])
def test_what_is_no_film_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(Unfilmable, match=r"a\.mp4"):
        shoot(tmp_path / "a.mp4")


def test_a_film_that_is_not_there_or_too_short_is_refused(film: Path, tmp_path: Path) -> None:
    with pytest.raises(Unfilmable, match="does not exist"):
        shoot(tmp_path / "gone.mp4")
    with pytest.raises(Unfilmable, match=r"lasts 1\.0 s"):
        shoot(film, start_s=5)


def test_a_wish_that_is_none_is_named(film: Path) -> None:
    with pytest.raises(Unfilmable, match="start_s"):
        shoot(film, start_s=-1)


# Of every kind


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("plain.mp4", {}),
        ("sd.mp4", {"colorspace": 6}),
        ("hd.mp4", {"colorspace": 1}),
        ("full.mp4", {"colorspace": 1, "kind": "yuvj420p"}),
        ("odd.mp4", {"kind": "yuv444p", "paint": partial(patches, size=(193, 145))}),
        ("ten.mp4", {**DEEP, "colorspace": 1}),
        ("prores.mov", {"codec": "prores_ks", "kind": "yuv422p10le", "options": {}}),
        ("vp9.webm", {"codec": "libvpx-vp9", "options": VP9}),
        ("large.mp4", {"paint": partial(patches, size=(1280, 720)), "matrix": 1}),
    ],
)
def test_colours_are_those_of_the_film(tmp_path: Path, name: str, made: dict[str, Any]) -> None:
    """BT.601 and BT.709, limited and full range, 8 and 10 bits; untold, it goes by size."""
    colours_are(shown(filmed(tmp_path / name, **made)), PATCHES)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_it_stands_upright(tmp_path: Path, turned: int) -> None:
    """A film that lay on its side is cropped as what it shows, not as how it is stored."""
    path = filmed(tmp_path / "held.mp4", turned=turned)
    upright = np.rot90(patches(0), turned // 90)
    film = examined(path)
    assert (film.height, film.width) == upright.shape[:2]
    h, w = upright.shape[:2]
    wide, high = film.part((108, 192))
    part = upright[(h - high) // 2 :, (w - wide) // 2 :][:high, :wide]
    assert np.abs(shown(path).mean((0, 1)) - part.mean((0, 1))).max() < 4
    assert np.abs(shown(path)[2:6].mean((0, 1)) - part[2:6].mean((0, 1))).max() < 8


def test_pixels_that_are_not_square_are_stretched(tmp_path: Path) -> None:
    def ring(_: int) -> Pixels:
        y, x = np.mgrid[:144, :192]
        inside = np.hypot((x - 96) * 2, y - 72) < 40  # round once pixels are twice as wide
        return np.repeat(np.where(inside, 230, 20).astype(np.uint8)[..., None], 3, 2)

    path = filmed(tmp_path / "wide.mp4", ring, sample_aspect_ratio=2)
    drawn = shoot(path)
    lit = seen(drawn, 0)[..., 1] > 90
    drawn.close()
    assert lit.any(0).sum() == pytest.approx(lit.any(1).sum(), rel=0.06)


AT_MS = (0, 50, 100, 400, 410, 420, 430, 800, 900, 950)


@pytest.mark.parametrize("start", [0, 9, 15, 20])
def test_a_film_of_no_steady_pace_shows_what_is_due(tmp_path: Path, start: int) -> None:
    """Whether it is played to a frame or begun at it: each is due within half a frame."""
    step = partial(grey, step=20)
    path = filmed(
        tmp_path / "v.webm", step, at_ms=AT_MS, codec="libvpx-vp9", options={**VP9, "g": "100"}
    )
    projector = Projector(examined(path), (54, 96), 30, start / 30, tmp_path)
    for n in range(start, 30):
        level = (projector.picture(n - start).mean() - 20) / 20
        due = [sum(at <= 1000 * (n + by) / 30 for at in AT_MS) - 1 for by in (-0.51, 0.51)]
        assert due[0] - 0.3 < level < due[1] + 0.3
    projector.close()


@pytest.mark.parametrize("light", ["pq", "hlg", "wide"])
def test_hdr_is_brought_to_what_screens_show(tmp_path: Path, light: Any) -> None:
    path = filmed(tmp_path / "hdr.mp4", **HDR, color_trc={"pq": 16, "hlg": 18, "wide": 14}[light])
    assert examined(path).light == light
    expected = daylit(light, np.array(PATCHES) / 255) * 255
    colours_are(shown(path), expected, by=9)  # the table has 33 steps
    assert [file.name for file in tmp_path.iterdir() if file.suffix not in (".mp4", ".cube")] == []


PQ_NITS = {0.0: 0.0, 0.3797: 26, 0.5081: 100, 0.5807: 203, 0.7518: 1000, 1.0: 10_000}


def test_hdr_keeps_its_middle_and_rolls_off_its_lights() -> None:
    """Signals as in ITU-R BT.2408, table 1: grey card 26 cd/m2, white 203."""
    greys = [np.full((1, 3), signal) for signal in PQ_NITS]
    black, card, skin, white, lamp, sun = (float(daylit("pq", grey)[0, 1]) for grey in greys)
    assert black == 0
    assert card == pytest.approx((26 / 203) ** (1 / 2.4), abs=0.01)
    assert 0.6 < skin < white - 0.1
    assert 0.85 < white < 0.95
    assert lamp == pytest.approx(1, abs=0.002)
    assert sun == pytest.approx(1, abs=0.002)
    hlg = daylit("hlg", np.full((1, 3), 0.75))  # white of BT.2408, by the other way
    assert float(hlg[0, 1]) == pytest.approx(white, abs=0.01)


def test_hdr_turns_no_hue() -> None:
    skin = np.array([[0.52, 0.47, 0.43]])
    for gain in (0.8, 1.0, 1.3):
        red, green, blue = daylit("pq", skin * gain)[0]
        assert red > green > blue


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a.webm", {"codec": "libvpx-vp9", "kind": "yuva420p", "options": VP9}),
        ("a.mov", {"codec": "qtrle", "kind": "argb", "options": {}}),
    ],
)
def test_clear_parts_are_black(tmp_path: Path, name: str, made: dict[str, Any]) -> None:
    def half(n: int) -> Pixels:
        cover = np.zeros((*SIZE[::-1], 1), np.uint8)
        cover[: SIZE[1] * 2 // 5] = 255
        return np.concatenate([patches(n), cover], 2)

    path = filmed(tmp_path / name, half, **made)
    colours_are(shown(path), [*PATCHES[:2], *[(0, 0, 0)] * 3])


# Torn, false and strange files


def torn(folder: Path) -> Path:
    """Half a film, whose header still promises 2.4 s."""
    whole = filmed(folder / "n.mp4", noise, 24, options={"crf": "10", "g": "5"})
    content = front_loaded(whole).read_bytes()
    (folder / "torn.mp4").write_bytes(content[: len(content) // 2])
    return folder / "torn.mp4"


def test_a_film_that_breaks_off_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    """Then it goes round what is there."""
    path = torn(tmp_path)
    scene, length = shoot(path), round(examined(path).seconds * 30)
    assert scene.notice.startswith("torn.mp4 breaks off at 1.")
    assert scene.notice.endswith(" s of 2.4 s")
    first = seen(scene, 0).astype(int)
    assert np.abs(seen(scene, length) - first).mean() < 1
    assert np.abs(seen(scene, length - 5) - first).mean() > 5
    scene.close()


def test_a_hurt_film_goes_on(tmp_path: Path) -> None:
    path = front_loaded(filmed(tmp_path / "n.mp4", noise, 20, options={"crf": "10", "g": "5"}))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = bytes(3000)
    path.write_bytes(content)
    scene = shoot(path)
    for n in range(0, 60, 7):
        assert light(scene, n) > 20
    scene.close()


def test_a_film_without_a_length_is_measured(tmp_path: Path) -> None:
    """As browsers record them: nobody went back to write it down."""
    film = filmed(tmp_path / "a.webm", grey, 12, codec="libvpx-vp9", options=VP9)
    path = streamed(film, tmp_path / "call.webm")
    assert examined(path).seconds == pytest.approx(1.2, abs=0.11)
    assert examined(path).notice == ""
    assert shown(path, 30).mean() == pytest.approx(20 + 10 * 10, abs=4)


PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n"


def half(path: Path) -> None:
    """The index of this one lies at its end."""
    path.write_bytes(filmed(path).read_bytes()[:1500])


def dolby(path: Path) -> None:
    content = filmed(path, **HDR, color_trc=16).read_bytes()
    path.write_bytes(content.replace(b"avc1", b"dva1"))


def vast(path: Path) -> None:
    dark = np.zeros((6000, 7000, 3), np.uint8)
    filmed(path, lambda _: dark, count=1, codec="qtrle", kind="rgb24", options={"qp": "1"})


@pytest.mark.parametrize(
    ("name", "make", "why"),
    [
        ("sound.m4a", sounded, "has no pictures"),
        ("tiny.mp4", partial(filmed, paint=partial(patches, size=(64, 36))), "64x36, 120 px"),
        ("photo.mp4", lambda path: Image.new("RGB", SIZE).save(path, "JPEG"), "is jpeg, not"),
        ("list.mp4", lambda path: path.write_text("ffconcat version 1.0\nfile a\n"), "not footage"),
        ("live.mp4", lambda path: path.write_text(PLAYLIST), "not footage that can be read"),
        ("half.mp4", half, "not footage that can be read"),
        ("dolby.mp4", dolby, "Dolby Vision alone: export it as HDR10"),
        ("vast.mov", vast, "7000x6000, 40,000,000 pixels are the most"),
        ("folder.mp4", Path.mkdir, "does not exist"),
    ],
)
def test_what_only_looks_like_a_film_is_refused(
    tmp_path: Path, name: str, make: Callable[[Path], Any], why: str
) -> None:
    make(tmp_path / name)
    with pytest.raises(Unfilmable, match=f"{name}.*{why}"):
        shoot(tmp_path / name)


# Several readers


def test_threads_read_their_own_parts(tmp_path: Path) -> None:
    """Two pieces of one shot, filmed side by side: every frame is the right one."""
    path = filmed(
        tmp_path / "n.mp4", partial(grey, step=3), 60, 30, options={"crf": "1", "g": "99"}
    )
    scene = shoot(path)
    with ThreadPoolExecutor(2) as pool:
        parts = pool.map(lambda part: [light(scene, n) for n in part], (range(30), range(30, 60)))
        levels = [level for part in parts for level in part]
    scene.close()
    alone = shoot(path)
    assert levels == [light(alone, n) for n in range(60)]
    alone.close()
    assert (np.diff(levels) > 0).all()


def test_the_report_of_a_clip_names_a_film_that_broke_off(tmp_path: Path) -> None:
    shot = Shot("", "footage", {"file": str(torn(tmp_path))}, hold_s=1.2)
    board = board_of(shot)
    reel, plan = Reel(board, planned(board), Studio(tmp_path)), planned(board)
    for n in range(plan.frames):
        reel.paint(n, blank(board.width, board.height))
    assert len(reel.warnings) == 1
    assert reel.warnings[0].startswith("shot 1: torn.mp4 breaks off at 1.")
