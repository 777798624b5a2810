"""A model's pictures become a clip's frames and a file: shape, pace, colours, sound."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from PIL import Image

from render.cameras._film import examined
from render.encode import planes
from render.engine.finish import finished
from render.engine.print import film, still
from render.lab import Order, Troubled
from render.planes import from_rgb, to_rgb

FILM = Order("1", "film", "a bridge", "", width=144, height=256, frames=30, fps=30, seed=1)
STILL = replace(FILM, kind="still", frames=1)
PATCHES = ((200, 30, 30), (30, 200, 30), (30, 30, 200), (128, 128, 128), (20, 20, 20))


@pytest.fixture(autouse=True, scope="module")
def one_core() -> Iterator[None]:
    """Tests run side by side; more threads would only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def clock(count: int, height: int = 64, width: int = 36) -> torch.Tensor:
    """Grey pictures whose light counts them: picture n has n hundredths."""
    levels = torch.arange(count, dtype=torch.float32) / 100
    return levels[:, None, None, None].expand(count, 3, height, width)


def told(frames: torch.Tensor) -> list[float]:
    """What such pictures count, in frames of them."""
    return (frames.float().mean((1, 2, 3)) / 2.55).tolist()


def slopes(count: int, height: int = 256, width: int = 144) -> torch.Tensor:
    """Soft light and colour that move, uint8 (count, 3, height, width)."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    waves = [
        120 + 90 * torch.sin((x + y * k + 3 * n) / (17 + 6 * k))
        for n in range(count)
        for k in range(3)
    ]
    return torch.stack(waves).view(count, 3, height, width).round().to(torch.uint8)


def patches(height: int = 320, width: int = 144) -> torch.Tensor:
    rows = torch.tensor(PATCHES, dtype=torch.uint8)[torch.arange(height) * len(PATCHES) // height]
    return rows.T[:, :, None].expand(3, height, width)


def developed(path: Path) -> np.ndarray:
    """The pictures of a film, with smooth chroma: uint8 (N, H, W, 3)."""
    with av.open(str(path)) as box:
        return np.stack([to_rgb(planes(frame)) for frame in box.decode(video=0)])


def kept(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "segment.mp4"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("fps", [16, 24, 25, 30])
def test_frames_lie_between_their_neighbours_by_time(fps: int) -> None:
    frames = finished(clock(fps + 2), fps, FILM)
    assert tuple(frames.shape) == (30, 3, 256, 144)
    assert frames.dtype == torch.uint8
    assert told(frames) == pytest.approx([n * fps / 30 for n in range(30)], abs=0.2)


def test_the_first_stays_the_first_and_the_last_is_held() -> None:
    film = told(finished(clock(9) + 0.1, 16, FILM))
    assert film[0] == pytest.approx(10, abs=0.2)
    assert film[15:] == pytest.approx([18] * 15, abs=0.2)


def test_a_film_that_is_too_long_is_cut() -> None:
    assert told(finished(clock(99), 16, replace(FILM, frames=4)))[-1] == pytest.approx(1.6, abs=0.2)


def test_a_still_is_one_frame() -> None:
    assert tuple(finished(clock(1), 1, STILL).shape) == (1, 3, 256, 144)


@pytest.mark.parametrize("size", [(64, 36), (64, 64), (36, 64), (832, 480), (90, 32)])
def test_the_middle_fills_the_frame_and_stays_in_shape(size: tuple[int, int]) -> None:
    height, width = size
    y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    radius = min(height, width * 16 / 9, width, height * 9 / 16) / 3
    disc = ((y - height / 2) ** 2 + (x - width / 2) ** 2 < radius**2).float()
    frame = finished(disc.expand(1, 3, height, width), 1, STILL)[0, 0] > 127
    down, across = frame.any(1).nonzero().flatten(), frame.any(0).nonzero().flatten()
    high, wide = int(down[-1] - down[0]) + 1, int(across[-1] - across[0]) + 1
    coarse = 2 * 256 / min(height, width * 16 / 9)  # px of the frame: two pixels of the picture
    assert high == pytest.approx(wide, abs=coarse)
    assert float(down.float().mean()) == pytest.approx(127.5, abs=coarse)
    assert float(across.float().mean()) == pytest.approx(71.5, abs=coarse)


def test_light_is_rounded_and_clipped_and_the_pictures_stay() -> None:
    given = torch.tensor([-0.5, 0.4 / 255, 0.6 / 255, 2.0])[:, None, None, None].expand(4, 3, 8, 8)
    before = given.clone()
    frames = finished(given, 30, replace(FILM, frames=4))
    assert [int(f[0, 100, 70]) for f in frames] == [0, 0, 1, 255]
    assert torch.equal(given, before)


def test_large_films_are_finished_in_parts_as_in_one() -> None:
    order = replace(FILM, width=1080, height=1920, frames=10)
    light = torch.rand((6, 3, 20, 12), generator=torch.Generator().manual_seed(5))
    whole = finished(light, 16, order)
    last = finished(light[4:], 16, replace(order, frames=1))  # frame 7.5 lies on picture 4
    later = finished(light, 16, replace(order, fps=32, frames=9))[8]
    assert len(whole) == 10
    assert torch.equal(last[0], later)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_pictures_that_hold_no_numbers_are_refused(wrong: float) -> None:
    pictures = clock(5).clone()
    pictures[3, 1, 7, 7] = wrong
    with pytest.raises(Troubled, match="1 of 5 pictures came out broken, the first at 3") as caught:
        finished(pictures, 16, FILM)
    assert caught.value.trouble.kind == "picture"


def test_a_segment_holds_every_frame_at_its_pace(tmp_path: Path) -> None:
    path = kept(tmp_path, film(slopes(17), 30, None, 0))
    found = examined(path)
    assert (found.width, found.height, found.stretch) == (144, 256, 1)
    assert found.seconds == pytest.approx(17 / 30, abs=1e-4)
    assert (found.matrix, found.light, found.notice) == ("auto", None, "")
    with av.open(str(path)) as box:
        stream = box.streams.video[0]
        times = [float(f.pts * f.time_base) for f in box.decode(stream)]
        lens = stream.codec_context
        assert (lens.color_range, lens.colorspace, lens.color_primaries, lens.color_trc) == (
            *(1, 1),
            *(1, 1),
        )
        assert stream.average_rate == 30
        assert not box.streams.audio
    assert times == pytest.approx([n / 30 for n in range(17)], abs=1e-4)


def test_a_segment_loses_nothing_that_is_seen(tmp_path: Path) -> None:
    frames = slopes(12)
    seen = developed(kept(tmp_path, film(frames, 30, None, 0))).astype(float)
    error = seen - frames.permute(0, 2, 3, 1).numpy()
    assert 10 * np.log10(255**2 / (error**2).mean()) > 40


def test_colours_come_back(tmp_path: Path) -> None:
    seen = developed(kept(tmp_path, film(patches().expand(3, -1, -1, -1), 30, None, 0)))
    for n, colour in enumerate(PATCHES):
        assert np.abs(seen[1, 64 * n + 32, 70].astype(int) - colour).max() <= 2


def test_planes_are_those_that_shots_are_drawn_in() -> None:
    from render.engine.print import _packed

    frames = slopes(2)
    for frame, packed in zip(frames, _packed(frames).numpy(), strict=True):
        drawn = from_rgb(frame.permute(1, 2, 0).numpy())
        flat = packed.reshape(-1).astype(int)
        parts = np.split(flat, [144 * 256, 144 * 256 * 5 // 4])
        for ours, theirs in zip(parts, (drawn.y, drawn.u, drawn.v), strict=True):
            assert np.abs(ours - theirs.reshape(-1)).max() <= 1


@pytest.mark.parametrize(("channels", "rate"), [(1, 16000), (2, 24000), (2, 48000), (2, 37000)])
def test_sound_is_heard_at_its_pitch_and_for_its_time(
    tmp_path: Path, channels: int, rate: int
) -> None:
    time = np.arange(rate * 3) / rate  # longer than the film
    tone = 0.5 * np.sin(2 * np.pi * 440 * time).astype(np.float32)
    path = kept(tmp_path, film(slopes(30), 30, np.stack([tone] * channels), rate))
    with av.open(str(path)) as box:
        stream = box.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.channels) == ("aac", 48000, channels)
        heard = np.concatenate([f.to_ndarray()[0] for f in box.decode(stream)])
    assert len(heard) / 48000 == pytest.approx(1, abs=0.05)
    middle = heard[12000:36000] * np.hanning(24000)
    assert np.abs(np.fft.rfft(middle)).argmax() * 2 == pytest.approx(440, abs=2)
    assert np.abs(heard[12000:36000]).max() == pytest.approx(0.5, abs=0.05)
    assert examined(path).seconds == pytest.approx(1, abs=1e-3)


def test_sound_that_holds_no_numbers_is_refused() -> None:
    sound = np.full((2, 4800), np.nan, np.float32)
    with pytest.raises(Troubled, match="sound came out broken"):
        film(slopes(3), 30, sound, 48000)


def test_what_cannot_be_encoded_says_so() -> None:
    with pytest.raises(Troubled, match="2 frames of 20000x2 cannot be encoded") as caught:
        film(slopes(2, 2, 20000), 30, None, 0)
    assert caught.value.trouble.kind == "bug"


def test_a_still_comes_back_as_it_was() -> None:
    frame = slopes(1)[0]
    image = Image.open(io.BytesIO(still(frame)))
    assert image.format == "PNG"
    assert np.array_equal(np.asarray(image), frame.permute(1, 2, 0).numpy())
