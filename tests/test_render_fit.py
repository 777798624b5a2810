"""A film that is made smaller: it fits, keeps its shape and its sound, or is not made."""

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fitting import smaller
from render.fit import fit, plan

SEED = 3


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of noise, upright, with a hum."""
    path, chance = tmp_path_factory.mktemp("film") / "clip.mp4", np.random.default_rng(SEED)
    with av.open(str(path), "w") as box:
        picture = box.add_stream("libx264", rate=10, options={"crf": "12", "preset": "ultrafast"})
        picture.width, picture.height, picture.pix_fmt = 450, 800, "yuv420p"
        sound = box.add_stream("aac", rate=48_000, layout="mono")
        for _ in range(20):
            drawn = chance.integers(0, 256, (800, 450, 3), np.uint8)
            box.mux(picture.encode(av.VideoFrame.from_ndarray(drawn, "rgb24")))
        hum = np.sin(np.arange(96_000, dtype=np.float32) / 40)[None]
        heard = av.AudioFrame.from_ndarray(hum, "fltp", "mono")
        heard.sample_rate = 48_000
        box.mux(sound.encode(heard))
        box.mux(picture.encode())
        box.mux(sound.encode())
    return path


@pytest.mark.parametrize("most", [400_000, 60_000])
def test_a_smaller_film_fits_and_is_the_same_film(film: Path, tmp_path: Path, most: int) -> None:
    out = tmp_path / "small.mp4"
    assert film.stat().st_size > most
    assert fit(film, out, most)
    assert most / 4 < out.stat().st_size <= most
    with av.open(str(out)) as box:
        shape = box.streams.video[0].codec_context
        assert 360 <= shape.width <= 450
        assert shape.width / shape.height == pytest.approx(9 / 16, abs=0.01)
        assert len(box.streams.audio) == 1
        assert float(box.duration or 0) / av.time_base == pytest.approx(2.0, abs=0.15)
        assert sum(1 for _ in box.decode(video=0)) == 20


def test_what_nobody_could_see_any_more_is_not_made(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "small.mp4"
    assert not fit(film, out, 9000)
    assert list(tmp_path.iterdir()) == []


async def test_it_is_made_once_and_kept_beside_the_clip(film: Path) -> None:
    made = await smaller(film, 150_000)
    assert made == film.with_name("clip.150000.mp4")
    assert made.stat().st_size <= 150_000
    before = made.stat().st_mtime_ns
    assert await smaller(film, 150_000) == made
    assert made.stat().st_mtime_ns == before


@given(
    st.integers(360, 2160),
    st.floats(1.3, 1.9),
    st.floats(10, 60),
    st.floats(1, 180),
    st.integers(1, 100_000_000),
)
def test_a_plan_fits_and_keeps_the_shape(
    width: int, tall: float, fps: float, seconds: float, most: int
) -> None:
    planned = plan(width, round(width * tall), fps, seconds, most)
    if planned is None:
        assert most * 8 / seconds < 200_000
        return
    assert 360 <= planned.width <= width
    assert planned.width % 2 == planned.height % 2 == 0
    assert planned.height / planned.width == pytest.approx(tall, rel=0.02)
    assert (planned.video_bps + planned.audio_bps) * seconds / 8 <= most
