import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.voices import SpokenWord
from render.words import reading_times, realign, share, tokens

LANGUAGES = st.sampled_from(["en", "ar", "zh", "zh-Hant", "ja", "th", "de-AT"])


@given(st.text(max_size=80), LANGUAGES)
def test_tokens_are_the_line_without_its_white_space(text: str, lang: str) -> None:
    found = tokens(text, lang)
    assert "".join("".join(token for token, _ in found).split()) == "".join(text.split())
    assert all(text[at : at + len(token)] == token for token, at in found)


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("Rain fell.", "en", ["Rain", "fell."]),
        ("  two  gaps ", "en", ["two", "gaps"]),
        ("今天是好天气。", "zh", ["今天", "是", "好", "天气。"]),
        ("今天是好天气。", "en", ["今天是好天气。"]),
        ("", "en", []),
    ],
)
def test_tokens(text: str, lang: str, expected: list[str]) -> None:
    assert [token for token, _ in tokens(text, lang)] == expected


def test_thai_and_japanese_are_split_into_phrases() -> None:
    assert len(tokens("วันนี้อากาศดีมาก", "th")) > 2
    assert len(tokens("今日はとても天気がいいです。", "ja")) > 1


def test_sixty_english_words_take_about_24_seconds_to_read() -> None:
    words = reading_times(tokens("about sixty such plain words " * 12, "en"), 1.0)
    assert len(words) == 60
    assert 20 < words[-1].end < 28
    assert reading_times(tokens("half the time", "en"), 2.0)[-1].end == pytest.approx(
        reading_times(tokens("half the time", "en"), 1.0)[-1].end / 2
    )


def test_share_fills_the_time_end_to_end() -> None:
    words = share([("a", 0), ("longer", 2), ("b", 9)], 1.0, 3.0)
    assert words[0].start == 1.0
    assert words[-1].end == pytest.approx(3.0)
    assert [w.end for w in words[:-1]] == [w.start for w in words[1:]]
    assert words[1].end - words[1].start > words[0].end - words[0].start


def _said(text: str) -> list[SpokenWord]:
    return [SpokenWord(t, at, i * 1.0, i + 0.9) for i, (t, at) in enumerate(tokens(text, "en"))]


def test_a_number_takes_the_time_of_all_its_spoken_words() -> None:
    words = realign(_said("up six point eight percent"), tokens("up 6.8 percent", "en"))
    assert [(w.text, w.start, w.end) for w in words] == [
        ("up", 0.0, 0.9),
        ("6.8", 1.0, 3.9),
        ("percent", 4.0, 4.9),
    ]


def test_a_word_that_is_said_and_not_written_belongs_to_the_one_before() -> None:
    words = realign(_said("a 3 million pounds boat"), tokens("a £3 million boat", "en"))
    assert [(w.text, w.start, w.end) for w in words] == [
        ("a", 0.0, 0.9),
        ("£3", 1.0, 1.9),
        ("million", 2.0, 3.9),
        ("boat", 4.0, 4.9),
    ]


def test_an_unspoken_token_waits_between_its_neighbours() -> None:
    words = realign(_said("one two"), tokens("one – two", "en"))
    assert [(w.text, w.start, w.end) for w in words] == [
        ("one", 0.0, 0.9),
        ("–", 0.9, 0.9),
        ("two", 1.0, 1.9),
    ]


WORDS = st.lists(st.sampled_from(["one", "two", "6.8", "of", "–"]), max_size=9).map(" ".join)


@given(WORDS, WORDS)
def test_every_written_token_gets_a_time_in_order(spoken: str, line: str) -> None:
    words = realign(_said(spoken), tokens(line, "en"))
    assert [(w.text, w.char) for w in words] == list(tokens(line, "en"))
    edges = [t for w in words for t in (w.start, w.end)]
    assert edges == sorted(edges)
