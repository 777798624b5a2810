import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.trends.text import clean_title, keywords, likeness, read, sentences


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("UPDATE 2 - Bridge closes", "Bridge closes"),
        ("Breaking: Bridge closes", "Bridge closes"),
        ("LIVE: Watch: Bridge closes", "Bridge closes"),
        ("Live", "Live"),
        ("Living with bears", "Living with bears"),
        ("Bridge closes - Korsby Post", "Bridge closes - Korsby Post"),
        (
            "The old bridge over the Arrel closes for a year of repairs, says mayor - Korsby Post",
            "The old bridge over the Arrel closes for a year of repairs, says mayor",
        ),
        ("", ""),
    ],
)
def test_labels_and_outlet_names_leave_the_title(title: str, clean: str) -> None:
    assert clean_title(title) == clean


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("crash", "crashes"),
        ("crash", "crashed"),
        ("party", "parties"),
        ("the U.S. fleet", "US fleet"),
        ("Arrel's cave", "Arrel caves"),
        ("1,200 seats", "1200 seats"),
        ("rescue", "rescued"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert keywords(one) == keywords(other) != frozenset()


def test_names_are_capitals_that_no_style_explains() -> None:
    assert read("Ferry Marguerite stuck at Skelholm", "").names == {"marguerit", "skelholm"}
    assert read("Ferry Marguerite Runs Aground Off Skelholm", "").names == frozenset()
    assert read("NATO meets", "").names == {"nato"}


def test_the_lead_weighs_less_than_the_title() -> None:
    words = read("Ferry aground", "The ferry hit rocks")
    assert words.terms["ferry"] > words.terms["rock"] > 0
    assert words.title == {"ferry", "aground"}


def test_numbers_are_kept_apart() -> None:
    assert read("Ferry aground with 1,240 aboard", "Built in 1998").numbers == {"1240", "1998"}


def test_chinese_is_read_by_pairs() -> None:
    words = read("渡轮搁浅", "")
    assert words.terms.keys() == {"渡轮", "轮搁", "搁浅"}


def test_summaries_are_cut_into_sentences() -> None:
    assert sentences("A ferry ran aground. All are safe! 渡轮搁浅。乘客安全。") == [
        "A ferry ran aground.",
        "All are safe!",
        "渡轮搁浅。",
        "乘客安全。",
    ]


def test_likeness_is_the_shared_part() -> None:
    assert likeness({"a", "b"}, {"b", "c"}) == pytest.approx(1 / 3)
    assert likeness(set(), set()) == 0


@given(st.text(max_size=3000), st.text(max_size=3000))
def test_any_text_can_be_read(title: str, summary: str) -> None:
    words = read(clean_title(title), " ".join(sentences(summary)))
    assert words.title <= words.terms.keys()
    assert words.names <= words.terms.keys()
    assert all(weight > 0 for weight in words.terms.values())
