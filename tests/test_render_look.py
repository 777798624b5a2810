"""The tables of the look hold what they promise: readable colours, boxes inside boxes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.cameras._patterns import PATTERNS
from render.look import (
    BAND,
    CONTENT,
    GRADES,
    LIGHTS,
    PALETTES,
    SAFE,
    WIDE,
    ZONES,
    Colour,
    contrast,
    on_photo,
    palette,
)
from render.storyboard import Tone


@pytest.mark.parametrize("tone", PALETTES)
def test_every_text_colour_can_be_read_on_its_ground(tone: Tone) -> None:
    colours = palette(tone)
    for ink in (colours.ink, colours.mute, colours.accent):
        assert contrast(ink, colours.bg0) >= 4.5
        assert contrast(ink, colours.bg1) >= 4.5
    assert contrast(colours.on_accent, colours.accent) >= 4.5


@given(
    tone=st.sampled_from(sorted(PALETTES)),
    accent=st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06X}"),
)
def test_any_brand_colour_becomes_one_that_can_be_read(tone: Tone, accent: str) -> None:
    colours = palette(tone, accent)
    assert contrast(colours.accent, colours.bg0) >= 4.5
    assert contrast(colours.accent, colours.bg1) >= 4.5
    assert contrast(colours.on_accent, colours.accent) >= 4.5


@given(
    st.sampled_from(sorted(PALETTES)),
    st.sampled_from(["", "#FF0000", "#777777"]),
    st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06X}"),
)
def test_any_house_ground_becomes_one_on_which_all_can_be_read(
    tone: Tone, accent: str, ground: str
) -> None:
    for colours in (palette(tone, accent, ground), on_photo(palette(tone, accent, ground))):
        for ink in (colours.ink, colours.mute, colours.accent):
            assert contrast(ink, colours.bg0) >= 4.5
            assert contrast(ink, colours.bg1) >= 4.5
        assert contrast(colours.on_accent, colours.accent) >= 4.5
    assert not on_photo(palette(tone, accent, ground)).light


def test_a_dark_house_ground_that_can_be_read_on_stays_as_it_is() -> None:
    assert palette("hope", "", "#1A1040").bg1 == Colour(0x1A, 0x10, 0x40)


def test_a_brand_colour_that_can_be_read_stays_as_it_is() -> None:
    assert palette("neutral", "#5BFF9E").accent == Colour(0x5B, 0xFF, 0x9E)


@pytest.mark.parametrize("wrong", ["red", "#12345", "#12345G", "123"])
def test_a_brand_colour_that_is_none_is_named(wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        palette("neutral", wrong)


def test_contrast_of_black_and_white_is_21_and_of_a_colour_with_itself_1() -> None:
    white, black = Colour(255, 255, 255), Colour(0, 0, 0)
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(white, white) == 1


def test_cards_and_captions_stay_in_the_safe_area_and_apart() -> None:
    assert SAFE.holds(CONTENT)
    assert SAFE.holds(BAND)
    assert CONTENT.bottom < BAND.y
    assert BAND.x + BAND.w / 2 == 492
    assert WIDE.bottom == 1000


@pytest.mark.parametrize("profile", ZONES)
def test_in_every_profile_cards_and_captions_stay_in_the_safe_area_and_apart(profile: str) -> None:
    zones = ZONES[profile]
    assert zones.safe.holds(zones.content)
    assert zones.safe.holds(zones.band)
    assert zones.content.bottom < zones.band.y
    assert zones.band.bottom < zones.note <= zones.safe.bottom


def test_every_tone_has_lights_of_its_own() -> None:
    assert set(LIGHTS) == set(PALETTES)
    assert all(len(light.patterns) >= 3 for light in LIGHTS.values())
    assert {name for light in LIGHTS.values() for name in light.patterns} == set(PATTERNS)


def test_no_grade_changes_a_documentary_picture_by_more_than_a_tenth() -> None:
    assert set(GRADES) == set(PALETTES)
    for grade in GRADES.values():
        assert 0.9 <= grade.saturation <= 1.1
