"""The meters on plain numbers: what counts as a flash, as red, as stillness, as legible."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from render.cameras import Planes
from render.check.legibility import clip_out, contrast, likeness
from render.check.meters import black_s, flashes, freeze_s, red_flashes

FPS = 30
Thumbs = NDArray[np.uint8]

RED, DARK_RED, GREY = (63, 102, 240), (40, 115, 190), (63, 128, 128)  # Y, Cb, Cr
PINK, BLUE = (150, 120, 170), (32, 240, 118)


def _alternating(one: tuple[int, int, int], other: tuple[int, int, int], hz: int) -> list[Thumbs]:
    """Two seconds in which all of the picture changes `hz` times a second, there and back."""
    frames = [one if n * hz * 2 // FPS % 2 else other for n in range(2 * FPS)]
    colours = np.array(frames, np.uint8)[:, :, None, None]
    whole = np.broadcast_to(colours, (len(frames), 3, 96, 54))
    return [whole[:, 0], whole[:, 1:]]


@pytest.mark.parametrize(
    ("one", "other", "hz", "over"),
    [
        (RED, GREY, 5, True),
        (RED, GREY, 3, False),
        (RED, BLUE, 5, True),
        (RED, DARK_RED, 5, True),
        (PINK, GREY, 5, False),
        (BLUE, GREY, 5, False),
    ],
)
def test_flashes_of_saturated_red(
    one: tuple[int, int, int], other: tuple[int, int, int], hz: int, over: bool
) -> None:
    thumbs, tints = _alternating(one, other, hz)
    assert (red_flashes(thumbs, tints, FPS) > 3) == over


def test_red_that_stays_does_not_flash() -> None:
    thumbs, tints = _alternating(RED, RED, 5)
    assert red_flashes(thumbs, tints, FPS) == 0


@pytest.mark.parametrize(
    ("levels", "over"), [((60, 200), True), ((60, 66), False), ((225, 235), False)]
)
def test_flashes_of_light(levels: tuple[int, int], over: bool) -> None:
    low, high = ((level, 128, 128) for level in levels)
    assert (flashes(_alternating(low, high, 5)[0], FPS) > 3) == over


def test_stillness_and_black_are_told_in_seconds() -> None:
    thumbs = np.full((90, 96, 54), 120, np.uint8)
    thumbs[:30] += np.arange(30, dtype=np.uint8)[:, None, None]
    thumbs[75:81] = 16
    assert freeze_s(thumbs[:75], FPS) == pytest.approx(44 / 30)
    assert black_s(thumbs, FPS) == pytest.approx(0.2)


def _letters(ink: int, ground: int, shape: tuple[int, int] = (48, 300)) -> Planes:
    """Bars of one grey on another, as wide as a bold letter's stems."""
    y = np.full(shape, ground, np.uint8)
    y[8:40, 10::24] = y[8:40, 11::24] = y[8:40, 12::24] = ink
    y[8:40, 13::24] = y[8:40, 14::24] = y[8:40, 15::24] = ink
    grey = np.full(shape, 128, np.uint8)
    return Planes(y, grey, grey)


@pytest.mark.parametrize(
    ("ink", "ground", "ratio"), [(235, 16, 21), (16, 235, 21), (235, 118, 4.5), (200, 200, 1)]
)
def test_contrast_is_that_of_wcag(ink: int, ground: int, ratio: float) -> None:
    assert contrast(_letters(ink, ground)) == pytest.approx(ratio, rel=0.05)


def test_the_worst_place_of_a_line_decides() -> None:
    line = _letters(235, 16)
    line.y[:, 200:] = np.maximum(line.y[:, 200:], 225)
    assert contrast(line) < 1.5


def test_the_end_of_a_white_letter_does_not_hide_the_lit_word_beside_it() -> None:
    y = np.array(Image.open(Path(__file__).parent / "data" / "lit_word.png"))  # luma of a caption
    grey = np.full(y.shape, 128, np.uint8)
    assert contrast(Planes(y, grey, grey)) > 4.5


def test_a_text_is_known_by_its_shape_whatever_its_colours() -> None:
    rng = np.random.default_rng(4)
    shape = (rng.random((6, 20)) > 0.5).repeat(5, 0).repeat(5, 1).astype(np.uint8) * 255
    there = np.full((60, 180), 90, np.uint8)
    there[10:40, 30:130] = np.where(shape, 220, 90)
    assert likeness(there, shape) > 0.95
    assert likeness(255 - there, shape) > 0.95
    assert likeness(np.full((60, 180), 90, np.uint8), shape) == 0
    assert likeness(there[:20], shape) == 0
    assert likeness((rng.random((60, 180)) * 255).astype(np.uint8), shape) < 0.5


@pytest.mark.parametrize(
    "box", [(-20, -20, 60, 60), (90, 180, 60, 60), (0, 0, 0.4, 0.4), (5, 5, 90, 180)]
)
def test_a_part_is_cut_at_the_frame_s_edge(box: tuple[float, float, float, float]) -> None:
    half = np.full((96, 54), 128, np.uint8)
    part = clip_out(Planes(np.full((192, 108), 90, np.uint8), half, half), *box)
    assert part.y.shape == part.u.shape == part.v.shape
    assert part.y.shape[0] <= 72
    assert (part.y == 90).all()
