"""The tone table: what is said to a model is what cards and grades show."""

import colorsys
from typing import NamedTuple, get_args

import numpy as np
import pytest

from render.cameras._pictures import graded
from render.lab.moods import MOODS, tinted
from render.look import GRADES, PALETTES, Colour, Grade
from render.storyboard import Tone

TONES: tuple[Tone, ...] = get_args(Tone)


class Range(NamedTuple):
    """What a colour's name allows: hue in degrees (across 0 too), saturation, lightness."""

    hue: tuple[int, int]
    saturation: tuple[float, float] = (0.4, 1)
    lightness: tuple[float, float] = (0, 1)

    def holds(self, colour: Colour) -> bool:
        hue, light, full = colorsys.rgb_to_hls(*(part / 255 for part in colour))
        low, high = self.hue
        turned = (hue * 360 - low) % 360 <= (high - low) % 360
        return (
            turned
            and self.saturation[0] <= full <= self.saturation[1]
            and self.lightness[0] <= light <= self.lightness[1]
        )


NAMES = {
    "dark crimson": Range((340, 5), lightness=(0, 0.35)),
    "signal red": Range((345, 10), (0.8, 1), (0.4, 0.65)),
    "slate grey": Range((180, 260), (0, 0.2), (0.1, 0.5)),
    "amber": Range((28, 48), (0.7, 1), (0.35, 0.65)),
    "blue-grey": Range((195, 225), (0.1, 0.45), (0.1, 0.6)),
    "pale blue": Range((195, 225), lightness=(0.7, 0.95)),
    "deep green": Range((140, 175), lightness=(0, 0.35)),
    "gold": Range((38, 55), (0.6, 1), (0.4, 0.7)),
    "peach": Range((15, 40), lightness=(0.8, 0.97)),
    "apricot": Range((10, 35), (0.7, 1), (0.6, 0.8)),
    "deep teal blue": Range((185, 212), lightness=(0, 0.4)),
    "warm orange": Range((20, 40), (0.7, 1), (0.5, 0.75)),
    "navy blue": Range((210, 235), lightness=(0, 0.35)),
    "clear blue": Range((205, 225), (0.7, 1), (0.5, 0.75)),
}


def test_every_tone_has_its_row_and_every_row_all_its_words() -> None:
    assert set(MOODS) == set(TONES)
    for mood in MOODS.values():
        parts = (mood.scenery, mood.light, mood.expression, mood.lens, mood.pace)
        assert all(part and part == part.strip(" .") for part in parts)
        assert len(set(parts)) == len(parts)
    assert len({mood.scenery for mood in MOODS.values()}) == len(TONES)


@pytest.mark.parametrize("tone", TONES)
def test_the_colours_that_are_named_are_those_of_the_palette(tone: Tone) -> None:
    ground, light = MOODS[tone].colours
    assert NAMES[ground].holds(PALETTES[tone].bg1)
    assert NAMES[light].holds(PALETTES[tone].glow)
    assert all(name in tinted(tone) for name in (ground, light))


def test_no_two_tones_have_the_same_colours() -> None:
    assert len({MOODS[tone].colours for tone in TONES}) == len(TONES)


def spread(rgb: np.ndarray) -> float:
    return float((rgb.max(axis=2).astype(int) - rgb.min(axis=2)).mean())


def measured(grade: Grade) -> set[str]:
    """What a grade does, seen on pictures: a grey one, a coloured one, one of black and white."""
    grey = np.full((8, 8, 3), 128, np.uint8)
    coloured = np.tile(np.array([[[150, 100, 90], [90, 130, 150]]], np.uint8), (8, 4, 1))
    steps = np.tile(np.array([[[80] * 3, [180] * 3]], np.uint8), (8, 4, 1))
    red, _, blue = graded(grey, grade).reshape(-1, 3).mean(axis=0)
    plain = Grade(grade.saturation, 1.0, (1.0, 1.0, 1.0))
    full = spread(graded(coloured, plain)) / spread(coloured)
    even = Grade(1.0, grade.contrast, (1.0, 1.0, 1.0))
    deep = float(graded(steps, even).std() / steps.std())
    said = {
        "warm tint": red > blue + 2,
        "cool tint": blue > red + 2,
        "muted colours": full < 0.97,
        "rich colours": full > 1.03,
        "soft contrast": deep < 0.98,
        "strong contrast": deep > 1.06,
    }
    return {word for word, true in said.items() if true}


@pytest.mark.parametrize("tone", TONES)
def test_the_words_for_a_grade_are_what_it_does(tone: Tone) -> None:
    assert set(tinted(tone).split(", ")[1:]) == measured(GRADES[tone])
