"""Colours survive the planes, movement is smooth, sprites mix as paint does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.cameras import Planes
from render.planes import blank, blend, clipped, copy, from_rgb, mix, push, sprite, to_rgb, warp


def flat(*colour: float, size: tuple[int, int] = (64, 64)) -> np.ndarray:
    return np.full((*size, len(colour)), colour, np.float32)


def solid(*colour: int) -> Planes:
    return from_rgb(flat(*colour).astype(np.uint8))


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_a_colour_goes_there_and_back(colour: tuple[int, int, int]) -> None:
    assert np.abs(to_rgb(solid(*colour))[30, 30].astype(int) - colour).max() <= 3


@pytest.mark.parametrize(
    ("colour", "yuv"),
    [
        ((255, 255, 255), (235, 128, 128)),
        ((0, 0, 0), (16, 128, 128)),
        ((255, 0, 0), (63, 102, 240)),  # BT.709; BT.601 would give 81, 90, 240
        ((0, 0, 255), (32, 240, 118)),
    ],
)
def test_the_matrix_is_bt709_limited(colour: tuple[int, ...], yuv: tuple[int, ...]) -> None:
    planes = solid(*colour)
    assert tuple(int(p[9, 9]) for p in (planes.y, planes.u, planes.v)) == yuv


def test_a_sprite_of_full_ink_covers_and_of_half_ink_mixes() -> None:
    out = solid(0, 0, 0)
    blend(sprite(flat(255, 255, 255, 255, size=(16, 16)), 8, 8), out)
    assert out.y[16, 16] == 235
    assert out.y[4, 4] == 16
    out = solid(0, 0, 0)
    blend(sprite(flat(255, 255, 255, 255, size=(16, 16)), 8, 8), out, opacity=0.5)
    assert abs(int(out.y[16, 16]) - 125) <= 2


@pytest.mark.parametrize(("x", "y"), [(8, 8), (7, 9), (-6, -7), (60, 60), (200, 3)])
def test_a_sprite_may_lie_anywhere_even_outside(x: int, y: int) -> None:
    out = solid(0, 0, 0)
    blend(sprite(flat(255, 255, 255, 255, size=(10, 12)), x, y), out)
    expected = np.zeros((64, 64), bool)
    expected[max(y, 0) : max(y + 10, 0), max(x, 0) : max(x + 12, 0)] = True
    assert ((out.y > 200) == expected).all()


@pytest.mark.parametrize("dx", [0.0, 0.25, 0.5, 1.0, 1.75, -0.6])
def test_a_moved_sprite_lies_where_it_should_in_light_and_colour(dx: float) -> None:
    out = solid(0, 0, 0)
    blend(sprite(flat(200, 40, 40, 255, size=(20, 20)), 20, 20), out, dx=dx)
    light = out.y.astype(float) - 16
    colour = out.v.astype(float) - 128
    at = (light.sum(0) * np.arange(64)).sum() / light.sum()
    at_colour = (colour.sum(0) * (2 * np.arange(32) + 0.5)).sum() / colour.sum()
    assert at == pytest.approx(29.5 + dx, abs=0.06)
    assert at_colour == pytest.approx(29.5 + dx, abs=0.12)


def test_a_clipped_sprite_is_its_left_part() -> None:
    out = solid(0, 0, 0)
    blend(clipped(sprite(flat(255, 255, 255, 255, size=(10, 40)), 10, 10), 13), out)
    assert np.flatnonzero(out.y[15] > 100).tolist() == list(range(10, 22))


def test_a_cross_fade_goes_from_one_picture_to_the_other() -> None:
    for share, level in ((0.0, 16), (0.5, 126), (1.0, 235)):
        out = solid(0, 0, 0)
        mix(solid(255, 255, 255), share, out)
        assert abs(int(out.y[5, 5]) - level) <= 1


def test_a_push_moves_the_old_picture_out_to_the_left() -> None:
    out = solid(0, 0, 0)
    push(solid(255, 255, 255), 0.25, out)
    assert (out.y[:, :48] == 235).all()
    assert (out.y[:, 48:] == 16).all()


def test_a_slow_move_never_jumps() -> None:
    # A slanted soft edge that should move by .07 px a frame: the light that has come in says how
    # far it went, over all rows at once.
    across, down = np.arange(96)[None, :, None], np.arange(64)[:, None, None]
    edge = np.clip((across - 48 - 0.137 * down) / 6 + 0.5, 0, 1) * np.full(3, 255)
    picture = from_rgb(edge.astype(np.uint8))
    found = []
    for n in range(40):
        out = blank(64, 64)
        warp(picture, np.array([[1, 0, 8 + 0.07 * n], [0, 1, 0.0]]), out)
        found.append((out.y.astype(float) - 16).sum() / 219 / 64)
    assert np.abs(np.diff(found) - 0.07).max() < 0.05


@given(st.floats(0, 8), st.floats(0, 16))
def test_a_shift_is_true_to_half_a_level(x: float, y: float) -> None:
    down, across = np.mgrid[0:80, 0:72]
    light = (128 + 60 * np.sin(across / 5) + 60 * np.cos(down / 7)).astype(np.uint8)
    picture, out = Planes(light, light[::2, ::2].copy(), light[::2, ::2].copy()), blank(64, 64)
    warp(picture, np.array([[1, 0, x], [0, 1, y]]), out)
    for plane, got, at in ((picture.y, out.y, (x, y)), (picture.u, out.u, (x / 2, y / 2))):
        i, j = int(at[0]), int(at[1])
        a, b, wide = at[0] - i, at[1] - j, np.pad(plane.astype(float), ((0, 1), (0, 1)), "edge")
        rows = wide[j:, i:][: len(got) + 1, : len(got) + 1]
        mixed = rows[:-1] * (1 - b) + rows[1:] * b
        mixed = mixed[:, :-1] * (1 - a) + mixed[:, 1:] * a
        assert np.abs(got - mixed).max() < 0.6


def test_copying_fills_a_frame_with_longer_rows() -> None:
    wide = np.zeros((64, 80), np.uint8)
    out = Planes(wide[:, :64], wide[:32, :32].copy(), wide[:32, :32].copy())
    copy(solid(255, 255, 255), out)
    assert (wide[:, :64] == 235).all()
    assert not wide[:, 64:].any()
