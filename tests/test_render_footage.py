"""Footage: real files through MoviePy, trimmed, cropped, at their own pace, and given back."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from fakes_art import LINE, board_of, frame, staged
from render.cameras import Unfilmable
from render.cameras.footage import Plugin, Settings
from render.planes import Pixels, to_rgb
from render.storyboard import Shot

GREY = 40


def filmed(path: Path, fps: int = 10, size: tuple[int, int] = (320, 180)) -> Path:
    """A film of one second that gets lighter frame by frame, left red and right blue."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=fps, options={"crf": "1"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = Fraction(1, fps)
        for n in range(fps):
            picture = np.full((size[1], size[0], 3), GREY + 10 * n, np.uint8)
            picture[:, : size[0] // 8] = (200, 0, 0)
            picture[:, -size[0] // 8 :] = (0, 0, 200)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")):
                film.mux(packet)
        for packet in stream.encode(None):
            film.mux(packet)
    return path


def shoot(path: Path, **picture: Any) -> Any:
    shot = Shot(LINE, "footage", {"file": str(path), **picture})
    return Plugin(Settings()).shoot(shot, staged(board_of(shot), 2))


def seen(scene: Any, n: int) -> Pixels:
    return to_rgb(frame(scene, board_of(), n))


def light(scene: Any, n: int) -> float:
    """Where nothing is shaded."""
    return float(seen(scene, n)[300:450].mean())


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return filmed(tmp_path / "film.mp4")


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
