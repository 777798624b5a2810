"""What a model is never asked, however it is written; how words are made ready for it."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.lab.filter import MOST, cleaned, refused
from render.lab.moods import MOODS
from render.lab.prompts import portrait, prompt, unasked
from render.lab.wish import Style, Wish
from render.storyboard import Sheet, Tone

HARMLESS = [
    "a stone harbour with blue boats, children wave from the quay",
    "a sextant on a chart, and a child",
    "children in Essex eat noodles; Kinder essen Nudeln",
    "Al dente pasta, a bloody mary on the bar",
    "a photo of New York City at night",
    "photo of the Golden Gate Bridge in fog",
    "King Street at dawn, empty",
    "portrait of a boatman with a red scarf",
    "pictures of boats in the harbour",
    "Foto von alten Booten im Hafen",
    "Foto von älteren Öfen, photo of 漢字 かな",
    "Mara stands at the quay",
    "the year 1488, a caravel",
    "a kind minister walks through a sunny hall",
    "新闻发布会，记者举手",
    "港の朝、船が並ぶ",
]
REFUSED = [
    ("", "nothing in it"),
    (" ,.\n\u200b", "nothing in it"),
    ("a naked child on a beach", "minors"),
    ("two teenagers, sexy, in lingerie", "minors"),
    ("ein nacktes Mädchen", "minors"),
    ("une fillette nue", "minors"),
    ("niños desnudos", "minors"),
    ("bambina nuda", "minors"),
    ("meninas nuas", "minors"),
    ("обнаженная девочка", "minors"),
    ("裸の少女", "minors"),
    ("性感的未成年人", "minors"),
    ("알몸의 소녀", "minors"),
    ("طفل عارية", "minors"),
    ("a porn set", "pornography"),
    ("a pool of blood on the stairs", "gore"),
    ("a severed\nhead", "gore"),
    ("Leichen in einer Blutlache", "gore"),
    ("un cadavre dans la rue", "gore"),
    ("cuerpos descuartizados", "gore"),
    ("расчлененное тело", "gore"),
    ("街上的尸体", "gore"),
    ("시체가 있는 거리", "gore"),
    ("a wall with a swastika", "symbols of hatred"),
    ("eine Fahne mit Hakenkreuz", "symbols of hatred"),
    ("une croix gammée", "symbols of hatred"),
    ("una cruz gamada", "symbols of hatred"),
    ("una croce uncinata", "symbols of hatred"),
    ("a flag with 卐", "symbols of hatred"),
    ("ナチスの旗", "symbols of hatred"),
    ("a photo of Angela Merkel", "'Angela Merkel'"),
    ("Porträt von Olaf Scholz im Hafen", "'Olaf Scholz'"),
    ("le visage de Emmanuel Macron", "'Emmanuel Macron'"),
    ("President Macron waves", "'Macron'"),
    ("close-up of Mr. Smith", "'Mr. Smith'"),
]
FORMS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
BLOCKED = [text for text, why in REFUSED if why in ("minors", "gore", "symbols of hatred")]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_a_newsroom_asks_for_is_asked(text: str) -> None:
    assert refused(text) == ""


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_what_is_never_drawn_is_refused_with_its_reason(text: str, why: str) -> None:
    assert why in refused(text)


@given(st.sampled_from(BLOCKED), st.data())
def test_no_spelling_slips_through(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    unseen = data.draw(st.sampled_from(["\u200b", "\u200d", "\u00ad", "\u2060", "\ufeff", ""]))
    spelling = data.draw(st.sampled_from([text.upper(), text.lower(), text.title(), text]))
    told = unicodedata.normalize(data.draw(st.sampled_from(FORMS)), spelling)
    told = (told[:at] + unseen + told[at:]).replace(" ", data.draw(st.sampled_from([" ", "\n "])))
    assert refused(told)


@given(st.sampled_from(BLOCKED), st.sampled_from(HARMLESS))
def test_harmless_words_around_it_change_nothing(text: str, other: str) -> None:
    assert refused(f"{other}. {text}. {other}")


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(refused(text), str)


@pytest.mark.parametrize("style", ["illustration", "photoreal"])
@pytest.mark.parametrize("tone", MOODS)
def test_our_own_words_are_never_refused(tone: Tone, style: Style) -> None:
    sheet = Sheet("Mara", "character", "a tall woman in a yellow coat")
    wish = Wish(scene="boats", who=("Mara",), style=style)
    for kind in ("film", "still"):
        words, _ = prompt(wish, kind, tone, "push_in", [sheet])
        assert not unasked(words)
    assert not unasked(portrait(sheet, style, tone)[0])


def test_a_wish_that_is_refused_is_not_asked() -> None:
    words, _ = prompt(Wish(scene="a pool of blood"), "still", "tension", "still", [])
    assert "gore" in unasked(words)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("boats https://example.org/x?id=1 at sea", "boats at sea"),
        ("boats (www.example.org/x) at sea", "boats at sea"),
        ("see example.org/story for boats", "see for boats"),
        ("boats [(https://a.example)]", "boats"),
        ("by @someone and desk@example.org, boats", "by and , boats"),
        ("boats\x00\x1b[31m at\r\nsea\u2028now", "boats [31m at sea now"),
        ("bo\u200bats \u202eat sea", "boats at sea"),
        ("half \ud800 of a pair", "half of a pair"),
        ("  even   spaces ", "even spaces"),
        ("港の朝、船が並ぶ。", "港の朝、船が並ぶ。"),
        ("", ""),
    ],
)
def test_words_are_made_ready(told: str, kept: str) -> None:
    assert cleaned(told) == kept


@given(st.text(st.sampled_from("ab.@/:()[] \n\u200bwht。!é漢"), max_size=60))
def test_ready_words_stay_as_they_are(text: str) -> None:
    ready = cleaned(text)
    assert cleaned(ready) == ready
    assert all(unicodedata.category(letter)[0] != "C" for letter in ready)
    assert "@" not in ready
    assert "  " not in ready


@given(st.text(st.sampled_from("abc. 漢。"), min_size=1, max_size=40), st.integers(1, 400))
def test_no_words_are_longer_than_a_model_reads(text: str, times: int) -> None:
    told = cleaned(text * times)
    assert len(told) <= MOST
    assert cleaned(told) == told
    assert " ".join((text * times).split()).startswith(told)


def test_long_words_end_with_a_sentence_or_a_word() -> None:
    assert cleaned("The boats lie still. " * 250).endswith("The boats lie still.")
    assert cleaned("船が並ぶ。" * 1000).endswith("船が並ぶ。")
    words = cleaned("harbour " * 625)
    assert words.endswith(" harbour")
    assert MOST - 10 < len(words) <= MOST
    assert len(cleaned("b" * 5000)) == MOST
