"""Every letter gets a font, or the error says which script and which package."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes_art import rare_letter, square_font
from render import RenderError
from render.lettering.fonts import Face, check_fonts, clean, right_to_left, split, stamp, width
from render.lettering.typecase import file_for
from render.look import Colour

FACE = Face(60, 700)
WHITE = Colour(255, 255, 255)


def needs_font(text: str) -> None:
    try:
        missing = check_fonts([text])
    except RenderError as error:
        pytest.skip(str(error))
    if missing:
        pytest.skip(missing[0])


def ink(text: str, face: Face = FACE) -> np.ndarray:
    return stamp(text, face, WHITE).rgba[..., 3]


def test_latin_greek_and_cyrillic_are_always_there() -> None:
    assert check_fonts(["Zürich, Việt Nam, Łódź", "Αθήνα", "Київ", "“6.8” – 12 % €"]) == ()


def test_a_script_without_a_font_is_named_with_the_package_to_install() -> None:
    char, script = rare_letter()
    with pytest.raises(RenderError, match=f"{script} letters .* install fonts-noto-core"):
        check_fonts([f"news {char}"])


def test_a_sign_without_a_font_is_left_out_and_said() -> None:
    odd = "\U0001cf42"  # a mark of Znamenny notation
    try:
        missing = check_fonts([f"news {odd}"])
    except RenderError:
        pytest.fail("a sign must not stop a clip")
    if missing:
        assert "left out" in missing[0]
        assert clean(f"news {odd}") == "news"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\x07c", "abc"),
        ("  two \n\t words ", "two words"),
        ("safe\u202eevil", "safeevil"),
        ("\u200fmark", "mark"),
        ("", ""),
    ],
)
def test_what_must_not_be_drawn_is_taken_out(text: str, kept: str) -> None:
    assert clean(text) == kept


@settings(deadline=None)
@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    try:
        check_fonts([text])
    except RenderError:
        return
    assert clean(clean(text)) == clean(text)


def test_a_heavier_face_is_wider_and_tabular_digits_share_a_width() -> None:
    assert width("headline", Face(60, 850)) > width("headline", Face(60, 400))
    tabular = Face(60, 700, tabular=True)
    assert width("1111", tabular) == width("8888", tabular)
    assert width("1111", FACE) < width("8888", FACE)


def test_the_drawn_ink_is_as_wide_as_measured() -> None:
    columns = np.flatnonzero(ink("Headline").any(0))
    assert columns[-1] - columns[0] == pytest.approx(width("Headline", FACE), abs=8)


def test_letters_have_soft_edges() -> None:
    mask = ink("S")
    assert ((mask > 20) & (mask < 235)).sum() > 40


def test_a_stroke_surrounds_the_letter() -> None:
    plain, edged = stamp("I", FACE, WHITE), stamp("I", FACE, WHITE, 4, Colour(0, 0, 0))
    assert (edged.rgba[..., 3] > 128).sum() > (plain.rgba[..., 3] > 128).sum() * 1.4


@pytest.mark.parametrize("text", ["مرحبا", "नमस्ते", "東京", "สวัสดี", "שלום"])
def test_other_scripts_draw_no_empty_boxes(text: str) -> None:
    needs_font(text)
    one = [ink(char).sum() for char in text if char.isalpha()]
    assert len(set(one)) > 1  # boxes would all be alike
    assert ink(text).any()


def test_arabic_letters_are_joined() -> None:
    needs_font("مرحبا")
    apart = sum(width(char, FACE) for char in "مرحبا")
    assert width("مرحبا", FACE) < apart * 0.9


def test_a_number_in_a_hebrew_word_keeps_its_digits_in_order() -> None:
    needs_font("שלום")
    assert right_to_left("שלום 6.8")
    assert not right_to_left("6.8 NASA")


def test_a_foreign_name_at_the_front_turns_no_line_round() -> None:
    assert right_to_left("NASA אמרה", "he")
    assert not right_to_left("NASA אמרה", "en")
    assert not right_to_left("NASA", "he")


def test_an_opening_mark_is_of_one_font_with_its_word() -> None:
    needs_font("東京")
    assert width("“東", FACE) == pytest.approx(width("東“", FACE))


def test_emoji_are_drawn_in_colour() -> None:
    needs_font("🚀")
    rgba = stamp("🚀", FACE, WHITE).rgba
    solid = rgba[rgba[..., 3] > 200][:, :3].astype(int)
    assert (solid.max(1) - solid.min(1)).max() > 60


@pytest.mark.parametrize(
    ("text", "lang", "joined"),
    [
        ("one two", "en", " "),
        ("東京で地震が発生した", "ja", ""),
        ("东京发生了地震", "zh", ""),
        ("速報 出典: Yahoo!ニュース", "ja", ""),
    ],
)
def test_a_text_is_split_where_lines_may_break(text: str, lang: str, joined: str) -> None:
    needs_font(text)
    pieces, glue = split(text, lang)
    assert glue == joined
    assert glue.join(pieces) == text
    assert len(pieces) > 1


@pytest.mark.parametrize("lang", ["zh", "ja"])
def test_a_number_is_never_broken_at_its_point(lang: str) -> None:
    text = "马洛海岸发生6.8级地震，12,000人在04:52失去电力"
    pieces = split(text, lang)[0] if file_for("马") else ("6.8", "12,000", "04:52")
    for number in ("6.8", "12,000", "04:52"):
        assert any(number in piece for piece in pieces)


def test_a_face_may_name_a_file_that_is_used_first(tmp_path: Path) -> None:
    own = replace(FACE, family=str(square_font(tmp_path / "squares.ttf", "abc")))
    assert width("abc", own) == pytest.approx(3 * FACE.size, abs=1)
    assert width("xyz", own) == width("xyz", FACE)
    assert width("axbxc", own) == pytest.approx(3 * FACE.size + 2 * width("x", FACE), abs=2)
    assert (ink("a", own) > 200).sum() == pytest.approx((0.7 * FACE.size) ** 2, rel=0.06)


def test_a_letter_that_only_the_house_can_draw_is_drawn(tmp_path: Path) -> None:
    char, _ = rare_letter()
    family = str(square_font(tmp_path / "squares.ttf", char))
    assert check_fonts([f"news {char}"], family) == ()
    assert clean(f"news {char}", family) == f"news {char}"
    assert split(f"news {char}", "en", family)[0] == ("news", char)
    assert ink(char, replace(FACE, family=family)).any()


def test_a_broken_font_is_no_font(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    assert width("news", replace(FACE, family=str(tmp_path / "broken.ttf"))) == width("news", FACE)
