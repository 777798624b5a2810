"""Long texts with marks, cut for chats that count each in their own way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Mark
from bot.chat._pieces import Count, octets, pieces, points, span, units16

COUNTS: tuple[Count, ...] = (points, units16, octets)
words = st.text(alphabet=st.sampled_from("ab \n\u00e9\u6f22\U0001f6a2\ufe0f"), max_size=200)


def bare(text: str) -> str:
    return "".join(text.split())


@given(words, st.integers(4, 40), st.sampled_from(COUNTS))
def test_every_piece_fits_and_no_word_is_lost(text: str, most: int, count: Count) -> None:
    found = pieces(text, most=most, count=count)
    assert all(0 < count(piece) <= most for piece, _ in found)
    assert bare("".join(piece for piece, _ in found)) == bare(text)


@given(words, st.integers(4, 40), st.data())
def test_a_mark_covers_the_same_words_after_the_cut(
    text: str, most: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = pieces(text, (Mark(start, end, "bold"),), most=most)
    assert all(0 <= m.start < m.end <= len(piece) for piece, marks in found for m in marks)
    covered = "".join(piece[m.start : m.end] for piece, marks in found for m in marks)
    assert bare(covered) == bare(text[start:end])


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("", 10, []),
        ("short", 10, ["short"]),
        ("one line\nanother", 12, ["one line", "another"]),
        ("one two three", 8, ["one two", "three"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("abcd\u200defgh", 4, ["abc", "d\u200def", "gh"]),
        ("  indented", 20, ["  indented"]),
        ("\n\n\n\n\nword", 4, ["word"]),
    ],
)
def test_where_a_text_is_cut(text: str, most: int, expected: list[str]) -> None:
    assert [piece for piece, _ in pieces(text, most=most)] == expected


def test_a_mark_is_told_in_the_units_of_the_chat() -> None:
    text = "\U0001f6a2 Ferry"
    assert span(text, Mark(2, 7, "bold")) == (3, 5)
    assert span(text, Mark(2, 7, "bold"), octets) == (5, 5)


def test_a_piece_holds_at_least_one_character() -> None:
    with pytest.raises(ValueError, match="most=3"):
        pieces("word", most=3)
