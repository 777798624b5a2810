"""Sentences, words and their length, in many scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.sentences import clauses, length, sentences, speaking_s, stems, truncated, words
from bot.prose.tongues import fold, guess, tongue

SPLIT = [
    ("One day. Two days! Three?", ["One day.", "Two days!", "Three?"]),
    ("Dr. Lee met Gov. Ito. They spoke.", ["Dr. Lee met Gov. Ito.", "They spoke."]),
    ("The U.S. Navy came. It left.", ["The U.S. Navy came.", "It left."]),
    ("J. Smith won 3.5 points. He left.", ["J. Smith won 3.5 points.", "He left."]),
    ("“We won.” She left.", ["“We won.”", "She left."]),
    ("Am 17. Mai kam er. Es war spät.", ["Am 17. Mai kam er.", "Es war spät."]),
    ("It rose to 34. Then it fell.", ["It rose to 34.", "Then it fell."]),
    ("桥断了。没有人受伤！", ["桥断了。", "没有人受伤！"]),
    ("पुल टूट गया। कोई घायल नहीं।", ["पुल टूट गया।", "कोई घायल नहीं।"]),
    ("هل أُغلق الجسر؟ نعم.", ["هل أُغلق الجسر؟", "نعم."]),
    ("Мост закрыт. Раненых нет.", ["Мост закрыт.", "Раненых нет."]),
    ("One line\nand another", ["One line", "and another"]),
    ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SPLIT)
def test_sentences_are_parted_where_they_end(text: str, expected: list[str]) -> None:
    assert list(sentences(text)) == expected


@given(st.text(max_size=200))
def test_no_letter_is_lost_and_every_sentence_is_a_piece_of_the_text(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(piece in text for piece in found)


@pytest.mark.parametrize(
    ("text", "cut"),
    [("The mayor said ...", True), ("The mayor said…", True), ("The mayor […]", True),
     ("The mayor said.", False), ("He said “wait...”", True)],
)  # fmt: skip
def test_a_cut_off_sentence_is_known(text: str, cut: bool) -> None:
    assert truncated(text) is cut


def test_length_counts_words_and_halves_of_characters() -> None:
    assert length("Twenty-two people, it's said") == 4
    assert length("桥断了") == 1.5
    assert speaking_s("a b c d e") == 2.0


@pytest.mark.parametrize("text", ["चीनी अधिकारियों के साथ बैठक", "مُدَرِّسٌ جديد", "ما می‌رویم"])
def test_a_vowel_sign_parts_no_word(text: str) -> None:
    assert list(words(text)) == text.split()


@given(st.text(alphabet="abc ,;:–-\n", max_size=80))
def test_clauses_hold_every_word(text: str) -> None:
    assert [w for part in clauses(text) for w in words(part)] == list(words(text))


def test_stems_leave_out_small_words_and_pair_characters() -> None:
    assert stems("The bridges of Ellery's port", tongue("en")) == {"bridge", "ellery", "port"}
    assert stems("桥断了", tongue("zh")) == {"桥断", "断了"}


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The bridge was closed after a barge hit it", "en"),
        ("Die Brücke ist nach dem Unfall nicht mehr befahrbar", "de"),
        ("Le pont est fermé après la collision avec une barge", "fr"),
        ("El puente está cerrado por el choque de una barcaza", "es"),
        ("A ponte foi fechada e não há feridos, diz o governo", "pt"),
        ("Il ponte è stato chiuso dopo che una chiatta lo ha colpito", "it"),
        ("Мост закрыт после аварии", "ru"),
        ("橋が閉鎖されました", "ja"),
        ("大桥关闭三周", "zh"),
        ("أغلق الجسر بعد الحادث", "ar"),
        ("Ellery", "en"),
    ],
)
def test_the_language_is_guessed(text: str, lang: str) -> None:
    assert guess([text]) == lang


def test_folding_makes_one_spelling() -> None:
    assert fold("Málaga’s Straße") == "malaga's strasse"
