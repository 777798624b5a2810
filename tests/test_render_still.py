"""A camera over a still picture: it glides, light and colour together, and one point may rest."""

import numpy as np
import pytest

from render.cameras import Planes
from render.cameras._framing import Rect, smoothstep
from render.cameras._still import Pan, Zoom, still
from render.planes import blank
from render.storyboard import Move

SIZE, FRAMES = (216, 384), 60
MIDDLES = [(150.0, 240.0), (0.0, 0.0), (300.0, 480.0), (110.0, 300.0)]
MOVES: list[Move] = ["push_in", "pull_out", "still", "pan_left", "pan_right", "rise"]
PERIOD = 29.31  # px from one wave to the next; uneven, so that rounding evens out


def waves() -> np.ndarray:
    """A picture larger than the window: waves of light and colour, across and down."""
    light = [np.sin(2 * np.pi * np.arange(side) / PERIOD) for side in (480, 300)]
    both = 60 * (light[0][:, None] + light[1])
    return (128 + both[..., None] * (-1, 1, 1)).round().astype(np.uint8)


def way(frames: list[Planes], steps: list[float], axis: int, plane: str) -> np.ndarray:
    """How far the waves went by the middle of the window, in pixels of the picture."""
    turns = []
    for frame, step in zip(frames, steps, strict=True):
        light = getattr(frame, plane).mean(axis)
        grain = SIZE[axis] // len(light)  # 2 where a colour pixel covers two
        x = (np.arange(len(light)) + 0.5) * grain - SIZE[axis] / 2
        wave = 2 * np.pi * x * step / PERIOD
        middle = slice(len(light) // 4, -(len(light) // 4))
        base = np.column_stack([np.cos(wave), np.sin(wave), np.ones_like(x)])
        a, b, _ = np.linalg.lstsq(base[middle], light[middle])[0]
        turns.append(np.arctan2(a, b) / 2 / np.pi)
    return np.unwrap(turns, period=1) * PERIOD


@pytest.mark.parametrize("centre", MIDDLES)
@pytest.mark.parametrize("move", ["push_in", "pull_out", "still"])
def test_a_zoom_is_smooth_to_a_hundredth_of_a_pixel(
    move: Move, centre: tuple[float, float]
) -> None:
    pixel_for_pixel = Rect(20, 30, SIZE[0] / 0.94, SIZE[1] / 0.94)
    scene = still(waves(), pixel_for_pixel, move, centre, SIZE, FRAMES)
    frames = [blank(*SIZE) for _ in range(FRAMES)]
    for n, frame in enumerate(frames):
        scene.paint(n, frame)
    t = np.array([smoothstep(n / (FRAMES - 1)) for n in range(FRAMES)])
    assert isinstance(scene, Zoom)
    steps = [scene.start + (scene.end - scene.start) * share for share in t]
    for axis in (0, 1):
        light, colour = (way(frames, steps, axis, plane) for plane in "yu")
        straight = np.polyval(np.polyfit(t, light, 1), t)
        assert np.sqrt(((light - straight) ** 2).mean()) < 0.01
        assert np.abs(light - colour).max() < 0.1  # colour goes with the light


def test_a_zoom_leaves_no_seam_at_its_middle() -> None:
    down, across = np.mgrid[0:480, 0:300]
    slope = np.repeat((across * 0.4 + down * 0.2)[..., None], 3, 2).astype(np.uint8)
    scene = still(slope, Rect(0, 0, 270, 480), "push_in", (140, 250), SIZE, FRAMES)
    assert isinstance(scene, Zoom)
    assert [len(corners) for corners in scene.corners] == [4, 4, 4]
    out = blank(*SIZE)
    for n in (0, 17, FRAMES - 1):
        scene.paint(n, out)
        assert np.abs(np.diff(out.y.astype(int), axis=0)).max() <= 1
        assert np.abs(np.diff(out.y.astype(int), axis=1)).max() <= 2


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("centre", MIDDLES)
def test_every_pixel_of_the_window_is_painted(move: Move, centre: tuple[float, float]) -> None:
    white = np.full((480, 300, 3), 255, np.uint8)
    scene = still(white, Rect(20.4, 30.7, 243, 432), move, centre, SIZE, FRAMES)
    for n in (0, 29, FRAMES - 1, FRAMES + 9):
        out = blank(*SIZE)
        scene.paint(n, out)
        assert (out.y == 235).all()


@pytest.mark.parametrize("move", ["pan_left", "pan_right", "rise"])
def test_a_pan_neither_scales_nor_leaves_the_picture(move: Move) -> None:
    scene = still(waves(), Rect(20.4, 30.7, 243, 432), move, (150, 240), SIZE, FRAMES)
    assert isinstance(scene, Pan)
    high, wide = scene.picture.y.shape
    for x, y in (scene.start, scene.end):
        assert 0 <= x <= wide - SIZE[0]
        assert 0 <= y <= high - SIZE[1]
