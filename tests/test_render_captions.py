"""Caption pages: every word once and in order, at most two lines, nothing torn apart."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.captions import MOST, Page, page_at, pages, place, visual, wrap
from render.look import BAND
from render.timeline import PlannedWord

FPS = 30


def measure(text: str) -> float:
    return 42.0 * len(text)


def spoken(line: str, shot: int = 0, first: int = 0, step: int = 9) -> tuple[PlannedWord, ...]:
    words, char = [], 0
    for k, text in enumerate(line.split()):
        words.append(PlannedWord(text, shot, char, first + k * step, first + k * step + step - 2))
        char += len(text) + 1
    return tuple(words)


def texts(book: tuple[Page, ...]) -> list[str]:
    return [" ".join(word.text for word in page.words) for page in book]


words = st.lists(
    st.text("abcdefghijklmnop.,6%", min_size=1, max_size=26), min_size=1, max_size=40
).map(" ".join)


@given(words)
def test_every_word_stands_on_one_page_in_order(line: str) -> None:
    said = spoken(line)
    book = pages(said, measure, FPS)
    assert tuple(word for page in book for word in page.words) == said


@given(words)
def test_a_page_has_at_most_two_lines_inside_the_band(line: str) -> None:
    for page in pages(spoken(line), measure, FPS):
        assert 1 <= len(page.lines) <= 2
        assert len(page.words) <= MOST
        assert [i for i, _ in page.lines[1:]] == [j for _, j in page.lines[:-1]]
        for spot in place(page, measure):
            assert BAND.holds(spot)


@given(words)
def test_pages_do_not_meet_in_time_and_words_not_in_space(line: str) -> None:
    book = pages(spoken(line), measure, FPS)
    for a, b in pairwise(book):
        assert a.first < a.last <= b.first
    for page in book:
        spots = place(page, measure)
        for i, j in page.lines:
            assert all(a.right < b.x for a, b in pairwise(spots[i:j]))


@pytest.mark.parametrize(
    ("line", "together"),
    [
        ("Prices rose by 4.5 percent in one single month", "4.5 percent"),
        ("The road of 120 km stays closed for lorries today", "120 km"),
        ("A budget of 3 billion euros was agreed this night", "3 billion"),
        ("At least $ 40 was asked for a loaf of bread", "$ 40"),
    ],
)
def test_a_number_stays_with_its_unit(line: str, together: str) -> None:
    assert any(together in text for text in texts(pages(spoken(line), measure, FPS)))


def test_a_sentence_ends_its_page() -> None:
    book = pages(spoken("Rates rise to four. Markets fall at once."), measure, FPS)
    assert texts(book) == ["Rates rise to four.", "Markets fall at once."]


def test_two_shots_never_share_a_page() -> None:
    book = pages((*spoken("one two"), *spoken("three", shot=1, first=40)), measure, FPS)
    assert texts(book) == ["one two", "three"]


def test_a_page_is_held_over_a_short_gap_and_not_over_a_long_one() -> None:
    short, long = (
        pages((*spoken("one", step=9), *spoken("two", 1, first)), measure, FPS)[0].last
        for first in (12, 40)
    )
    assert (short, long) == (12, 7)


def test_the_spoken_word_is_the_last_that_has_begun() -> None:
    page = pages(spoken("one two three"), measure, FPS)[0]
    assert [page.active(n) for n in (-1, 0, 8, 9, 26)] == [-1, 0, 0, 1, 2]
    assert page_at((page,), 0) is page
    assert page_at((page,), page.last) is None


def test_a_word_wider_than_the_band_is_made_smaller() -> None:
    page = pages(spoken("a" * 40), measure, FPS)[0]
    assert page.scale < 1
    assert BAND.holds(place(page, measure)[0])


@given(st.lists(st.floats(1, 500), min_size=1, max_size=30), st.floats(0, 60))
def test_wrapping_takes_the_fewest_lines_and_loses_nothing(widths: list[float], gap: float) -> None:
    lines = wrap(widths, gap, 840)
    assert [k for i, j in lines for k in range(i, j)] == list(range(len(widths)))
    run, fewest = -gap, 1
    for w in widths:
        run += w + gap
        if run > 840:
            fewest, run = fewest + 1, w
    assert len(lines) == fewest


def test_wrapping_leaves_no_word_alone_on_the_last_line() -> None:
    assert wrap([300, 300, 200, 100], 20, 840) == ((0, 2), (2, 4))


@pytest.mark.parametrize(
    ("line", "right", "order"),
    [
        ("a b c", False, [0, 1, 2]),
        ("א ב ג", True, [2, 1, 0]),
        ("א NASA Earth ב", True, [3, 1, 2, 0]),
        ("say א ב twice", False, [0, 2, 1, 3]),
        ("א 6.8 ב", True, [2, 1, 0]),
    ],
)
def test_words_stand_in_reading_order(line: str, right: bool, order: list[int]) -> None:
    assert visual(line.split(), right) == order


def test_a_space_that_is_written_in_a_language_without_stays() -> None:
    line = (PlannedWord("速報", 0, 0, 0, 9), PlannedWord("五輪", 0, 3, 9, 18),
            PlannedWord("で", 0, 5, 18, 27))  # fmt: skip
    first, second, third = place(pages(line, measure, FPS, gap=0)[0], measure, gap=0)
    assert second.x > first.right
    assert third.x == pytest.approx(second.right)
