"""Caption pages: every word once and in order, at most two lines, nothing torn apart."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.look import BAND, ZONES
from render.overlays import measure as drawn
from render.overlays.captions import (
    LONGEST_S,
    MOST,
    SHORTEST_S,
    Page,
    page_at,
    pages,
    place,
    visual,
    wrap,
)
from render.timeline import Plan, PlannedShot, PlannedWord

FPS = 30


def measure(text: str) -> float:
    return 42.0 * len(text)


def spoken(line: str, shot: int = 0, first: int = 0, step: int = 9) -> tuple[PlannedWord, ...]:
    words, char = [], 0
    for k, text in enumerate(line.split()):
        words.append(PlannedWord(text, shot, char, first + k * step, first + k * step + step - 2))
        char += len(text) + 1
    return tuple(words)


def laid(said: tuple[PlannedWord, ...], tail: int = 0) -> Plan:
    """A plan in which every shot ends with its last word, or `tail` frames later."""
    shots = []
    for shot in sorted({word.shot for word in said}):
        mine = [word for word in said if word.shot == shot]
        shots.append(PlannedShot(shot, mine[0].first, mine[-1].last + tail - mine[0].first))
    return Plan(FPS, said[-1].last + tail, tuple(shots), said, ())


def book_of(said: tuple[PlannedWord, ...], tail: int = 0, **how: Any) -> tuple[Page, ...]:
    return pages(laid(said, tail), measure, **how)


def texts(book: tuple[Page, ...]) -> list[str]:
    return [" ".join(word.text for word in page.words) for page in book]


words = st.lists(
    st.text("abcdefghijklmnop.,6%", min_size=1, max_size=26), min_size=1, max_size=40
).map(" ".join)


@given(words)
def test_every_word_stands_on_one_page_in_order(line: str) -> None:
    said = spoken(line)
    book = book_of(said)
    assert tuple(word for page in book for word in page.words) == said


@given(words)
def test_a_page_has_at_most_two_lines_inside_the_band(line: str) -> None:
    for page in book_of(spoken(line)):
        assert 1 <= len(page.lines) <= 2
        assert len(page.words) <= MOST
        assert [i for i, _ in page.lines[1:]] == [j for _, j in page.lines[:-1]]
        for spot in place(page, measure):
            assert BAND.holds(spot)


@given(words)
def test_pages_do_not_meet_in_time_and_words_not_in_space(line: str) -> None:
    book = book_of(spoken(line))
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
    assert any(together in text for text in texts(book_of(spoken(line))))


def test_a_sentence_ends_its_page() -> None:
    book = book_of(spoken("Rates rise to four. Markets fall at once."))
    assert texts(book) == ["Rates rise to four.", "Markets fall at once."]


def test_two_shots_never_share_a_page() -> None:
    book = book_of((*spoken("one two"), *spoken("three", shot=1, first=40)))
    assert texts(book) == ["one two", "three"]


def test_a_page_is_held_over_a_short_gap_and_not_over_a_long_one() -> None:
    line = spoken("It went on for a while.")
    later = tuple(replace(w, first=w.first + 66, last=w.last + 66) for w in spoken("So they said."))
    near = tuple(replace(w, first=w.first - 6, last=w.last - 6) for w in later)
    held, gone = (book_of((*line, *rest))[-2] for rest in (near, later))
    assert held.last == near[0].first
    assert gone.last == line[-1].last


def test_captions_come_and_go_with_the_cuts() -> None:
    said = (*spoken("one two three"), *spoken("four five six", 1, 40))
    said = tuple(replace(word, first=word.first + 2, last=word.last + 2) for word in said)
    plan = Plan(FPS, 71, (PlannedShot(0, 0, 33), PlannedShot(1, 33, 38)), said, ())
    assert [(page.first, page.last) for page in pages(plan, measure)] == [(0, 33), (42, 71)]


def test_a_shot_of_several_views_keeps_its_pages() -> None:
    said = spoken("one two three four five six")
    cut = (PlannedShot(0, 0, 18), PlannedShot(0, 18, 36, view=1))
    assert pages(Plan(FPS, 54, cut, said, ()), measure) == book_of(said, 54 - said[-1].last)


def test_the_last_page_of_a_shot_is_up_long_enough_to_be_read() -> None:
    page = book_of(spoken("Yes.", step=9), tail=60)[-1]
    assert page.last - page.first == round(SHORTEST_S * FPS)


@given(st.lists(st.sampled_from(["go", "home", "winter", "harbour", "of"]), min_size=3))
def test_no_page_flashes_by(line: list[str]) -> None:
    for page in book_of(spoken(" ".join(line), step=10)):
        assert page.last - page.first >= SHORTEST_S * FPS - 3  # the last word ends 2 frames early


REAL = (
    "Three harbour towns woke without power on Tuesday, and 12,000 people slept outside.",
    "The central bank raised its rate to 4.5 percent, the highest in 15 years.",
    "Dr. Ada Brennick told reporters on May 5 that 3 million euros had been found.",
    "Engineers say the bridge can carry lorries of 40 tonnes again before the winter.",
)


@pytest.mark.parametrize("line", REAL)
def test_real_lines_are_set_as_an_editor_would(line: str) -> None:
    book = pages(laid(spoken(line, step=11)), drawn)
    for page in book:
        said = [" ".join(w.text for w in page.words[i:j]) for i, j in page.lines]
        assert all(len(text) <= 20 for text in said), said
        assert len(page.words) < 3 or all(" " in text for text in said[1:]), said
        assert (page.last - page.first) / FPS <= LONGEST_S
    assert sum(2 <= len(page.words) <= 5 for page in book) == len(book)


@pytest.mark.parametrize(
    ("line", "together"),
    [
        ("As Dr. Brennick has said since the early spring", "Dr. Brennick"),
        ("Nobody had asked them since May 5 about any of it", "May 5"),
        ("Nobody had asked them since 5 May about any of it", "5 May"),
        ("Sie hatten erst am 5. Mai wieder davon gehört", "5. Mai"),
        ("The town will now pay 3 million euros for its new bridge", "3 million euros"),
    ],
)
def test_what_is_one_thing_stands_on_one_page_and_one_line(line: str, together: str) -> None:
    book = book_of(spoken(line))
    rows = [" ".join(w.text for w in p.words[i:j]) for p in book for i, j in p.lines]
    assert any(together in row for row in rows), rows


@pytest.mark.parametrize("zones", sorted(ZONES))
def test_two_lines_fit_the_band_of_every_platform(zones: Any) -> None:
    band = ZONES[zones].band
    for page in book_of(spoken(REAL[0]), band=band):
        assert all(band.holds(spot) for spot in place(page, measure, band=band))


def test_the_spoken_word_is_the_last_that_has_begun() -> None:
    page = book_of(spoken("one two three"))[0]
    assert [page.active(n) for n in (-1, 0, 8, 9, 26)] == [-1, 0, 0, 1, 2]
    assert page_at((page,), 0) is page
    assert page_at((page,), page.last) is None


def test_a_word_wider_than_the_band_is_made_smaller() -> None:
    page = book_of(spoken("a" * 40))[0]
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
    first, second, third = place(book_of(line, gap=0)[0], measure, gap=0)
    assert second.x > first.right
    assert third.x == pytest.approx(second.right)


def test_an_even_break_is_worth_more_than_a_counted_word() -> None:
    book = pages(laid(spoken("Twelve thousand people slept", step=11)), drawn)
    assert [len(page.lines) for page in book] == [2]
    assert book[0].lines == ((0, 2), (2, 4))


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("Three harbour towns woke without power on Tuesday", "Three harbour towns woke"),
        ("Der Hafen bleibt heute wegen der Flut geschlossen", "Der Hafen bleibt heute"),
        ("El puerto cierra hoy por la marea que viene", "El puerto cierra hoy"),
    ],
)
def test_a_page_ends_before_a_small_word(line: str, first: str) -> None:
    assert texts(pages(laid(spoken(line, step=11)), drawn))[0] == first
