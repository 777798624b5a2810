import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest

from fakes_engine import gradient
from render import RenderError
from render.cameras import Planes
from render.encode import Piece, Stock, film, join, planes
from render.planes import blank, copy
from render.shelf import aside
from render.timeline import RATE

STOCK = Stock(108, 192, 30)
CUTS = ((0, 61), (61, 130), (130, 200))


def _pieces(folder: Path) -> list[Piece]:
    return [Piece(a, b, folder / f"{a}.mp4") for a, b in CUTS]


def _film(pieces: list[Piece], paint=gradient, workers: int = 2) -> int:  # type: ignore[no-untyped-def]
    return film(paint, pieces, STOCK, workers, lambda stage, part: None)


def _sound(frames: int) -> np.ndarray:
    time = np.arange(frames * RATE // 30) / RATE
    return (0.2 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    pieces = _pieces(folder)
    _film(pieces)
    tags = {"comment": "Made for a test.", "AIGC": '{"Label": "1"}'}
    join(pieces, _sound(200), STOCK, tags, folder / "out.mp4")
    return folder / "out.mp4"


def test_frames_follow_each_other_without_a_gap(clip: Path) -> None:
    with av.open(str(clip)) as film:
        assert [round((frame.time or 0) * 30) for frame in film.decode(video=0)] == list(range(200))


def test_every_frame_shows_what_was_painted(clip: Path) -> None:
    wanted = av.VideoFrame(108, 192, "yuv420p")
    with av.open(str(clip)) as film:
        for n, frame in enumerate(film.decode(video=0)):
            gradient(n, planes(wanted))
            error = planes(frame).y.astype(float) - planes(wanted).y
            assert np.sqrt(np.mean(error**2)) < 3, f"frame {n}"


def test_it_is_what_the_platforms_ask_for(clip: Path) -> None:
    with av.open(str(clip)) as film:
        lens, sound = film.streams.video[0].codec_context, film.streams.audio[0].codec_context
        assert (lens.name, lens.profile, lens.pix_fmt) == ("h264", "High", "yuv420p")
        tags = (lens.color_primaries, lens.color_trc, lens.colorspace, lens.color_range)
        assert tags == (1, 1, 1, 1)
        assert (sound.name, sound.sample_rate, sound.layout.name) == ("aac", 48000, "stereo")
        keys = [
            p.pts * p.time_base for p in film.demux(video=0) if p.is_keyframe and p.pts is not None
        ]
        assert max(np.diff([*map(float, keys), 200 / 30])) <= 2.001
    assert clip.read_bytes().index(b"moov") < clip.read_bytes().index(b"mdat")


def test_sound_and_picture_last_the_same(clip: Path) -> None:
    with av.open(str(clip)) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert picture.start_time == sound.start_time == 0
        assert picture.duration * picture.time_base == pytest.approx(200 / 30)
        assert sound.duration * sound.time_base == pytest.approx(200 / 30, abs=0.001)
        heard = np.concatenate([f.to_ndarray() for f in film.decode(audio=0)], axis=1)
    assert np.allclose(heard[0], heard[1], atol=0.02)
    assert np.abs(heard[0]).max() == pytest.approx(0.2, abs=0.03)


def test_its_tags_can_be_read(clip: Path) -> None:
    with av.open(str(clip)) as film:
        assert film.metadata["comment"] == "Made for a test."
        assert json.loads(film.metadata["AIGC"]) == {"Label": "1"}


def ripples(n: int, out: Planes) -> None:
    """Waves with a fine pattern on them, which x264 has to think about."""
    y, x = np.mgrid[: out.y.shape[0], : out.y.shape[1]]
    waves = np.sin((x + 3 * n) / 17) * np.cos((y - 2 * n) / 23)
    out.y[:] = 120 + 80 * waves + (7 * x + 3 * y + n) % 5
    out.u[:] = out.v[:] = 128 + 40 * waves[::2, ::2]


def test_the_same_frames_give_the_same_film_to_the_byte(tmp_path: Path) -> None:
    frames = [blank(STOCK.width, STOCK.height) for _ in range(61)]
    for n, frame in enumerate(frames):
        ripples(n, frame)
    films = [Piece(0, 61, tmp_path / f"{k}.mp4") for k in range(16)]
    for workers, part in ((1, films[:8]), (2, films[8:])):
        film(lambda n, out: copy(frames[n], out), part, STOCK, workers, lambda stage, part: None)
    assert len({piece.path.read_bytes() for piece in films}) == 1


def test_only_missing_pieces_are_filmed(tmp_path: Path) -> None:
    pieces = _pieces(tmp_path)
    assert _film(pieces) == 200
    assert _film(pieces) == 0
    pieces[1].path.unlink()
    painted: list[int] = []
    _film(pieces, lambda n, out: (painted.append(n), gradient(n, out))[1])
    assert sorted(painted) == list(range(61, 130))


def test_an_error_stops_all_and_leaves_whole_pieces_only(tmp_path: Path) -> None:
    first_is_done = threading.Event()

    def breaks(n: int, out: Planes) -> None:
        if n == 60:
            first_is_done.set()
        if n == 150:
            assert first_is_done.wait(10)
            raise RenderError("frame 150 is lost")
        gradient(n, out)

    with pytest.raises(RenderError, match="frame 150 is lost"):
        _film(_pieces(tmp_path), breaks)
    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {"0.mp4", "61.mp4"}
    assert _film(_pieces(tmp_path)) == 200 - sum(b - a for a, b in CUTS if f"{a}.mp4" in left)


def test_progress_ends_at_one(tmp_path: Path) -> None:
    told: list[float] = []
    film(gradient, _pieces(tmp_path), STOCK, 2, lambda stage, part: told.append(part))
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_torn_piece_is_told(tmp_path: Path) -> None:
    pieces = _pieces(tmp_path)
    _film(pieces)
    pieces[2].path.write_bytes(b"torn")
    with pytest.raises(RenderError, match=r"130\.mp4 cannot be read"):
        join(pieces, _sound(200), STOCK, {}, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()


def test_a_wrong_preset_is_told(tmp_path: Path) -> None:
    wrong = Stock(108, 192, 30, preset="quickest")
    with pytest.raises(RenderError, match="quickest"):
        film(gradient, _pieces(tmp_path), wrong, 1, lambda stage, part: None)


FULL_DISK = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from fakes_engine import gradient
from render import RenderError
from render.encode import Piece, Stock, film
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    film(gradient, [Piece(0, 40, Path({path!r}))], Stock(540, 960, 30), 1, lambda s, p: None)
except RenderError as error:
    print(error)
"""


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "shelf" / "piece.mp4"
    code = FULL_DISK.format(tests=str(Path(__file__).parent), path=str(path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert f"cannot write {path}" in done.stdout
    assert list(path.parent.iterdir()) == []


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RenderError, match="cannot write"):
        _film(_pieces(tmp_path / "file"))


def test_a_file_keeps_its_old_content_until_the_new_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "clip.json"
    path.write_text("old")

    def breaks_off() -> None:
        with aside(path) as part:
            part.write_text("half")
            raise KeyError

    with pytest.raises(KeyError):
        breaks_off()
    assert path.read_text() == "old"
    with aside(path) as part:
        part.write_text("new")
    assert [p.name for p in tmp_path.iterdir()] == ["clip.json"]
    assert path.read_text() == "new"


def test_threads_that_write_the_same_file_do_not_tear_it(tmp_path: Path) -> None:
    path = tmp_path / "line.npz"

    def write(letter: str) -> None:
        with aside(path) as part:
            part.write_text(letter * 100)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, "abcdefgh" * 40))
    assert len(set(path.read_text())) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["line.npz"]


def test_parts_of_a_killed_render_are_swept(tmp_path: Path) -> None:
    old, fresh = tmp_path / ".clip.mp4.1.part", tmp_path / ".clip.mp4.2.part"
    old.touch()
    fresh.touch()
    os.utime(old, (0, 0))
    with aside(tmp_path / "clip.mp4") as part:
        part.touch()
    assert not old.exists()
    assert fresh.exists()
