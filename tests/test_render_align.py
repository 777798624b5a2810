"""Word times for sounds that bring none, against voices whose true times are known."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes_engine import LINES
from render.align import aligned, estimated
from render.voices import Speech, SpokenWord
from render.voices.espeak import Plugin, Settings
from render.words import share, tokens

REFERENCE, OTHER = Plugin(Settings()), Plugin(Settings(voice="en-us+m3", pace=190))
TEXTS = [
    ("en", LINES[0]),
    ("en", LINES[1]),
    ("de", "Über 1.200 Bürger kamen in die Stadt, um die neue Halle zu sehen."),
    ("fr", "Le pont du port est fermé depuis lundi, après la découverte d’une fissure."),
    ("es", "Más de 200 personas esperan en la orilla, dijo el alcalde."),
]


def _said(voice: Plugin, text: str, lang: str = "en", rate: float = 1.0) -> Speech:
    return voice.say(text, lang=lang, rate=rate, tone="neutral", timeout_s=20)


def _errors(words: tuple[SpokenWord, ...], truth: Speech) -> list[float]:
    return [abs(w.start - t.start) for w, t in zip(words, truth.words, strict=True)]


@pytest.mark.parametrize(("variant", "rate"), [("+f3", 0.9), ("+m5", 1.15), ("+klatt", 1.0)])
def test_another_voice_is_timed_to_a_hundredth_of_a_second(variant: str, rate: float) -> None:
    errors = []
    for lang, text in TEXTS:
        other = Plugin(Settings(voice={"en": "en-us"}.get(lang, lang) + variant))
        truth = _said(other, text, lang, rate)
        pcm = np.pad(truth.pcm, (truth.rate // 3, truth.rate // 5))  # silence that is no text
        words = aligned(tokens(text, lang), _said(REFERENCE, text, lang), pcm, truth.rate)
        assert words
        errors += [abs(w.start - 1 / 3 - t.start) for w, t in zip(words, truth.words, strict=True)]
    assert np.median(errors) < 0.02
    assert np.percentile(errors, 95) < 0.10


def test_at_any_rate_of_samples_it_is_the_same_sound() -> None:
    text = LINES[0]
    truth = _said(Plugin(Settings(voice="en-us+f2")), text)
    halves = truth.pcm[::2]
    words = aligned(tokens(text, "en"), _said(REFERENCE, text), halves, truth.rate // 2)
    assert words
    assert np.median(_errors(words, truth)) < 0.02


NOISE = np.random.default_rng(1).normal(0, 0.1, 30_000).astype(np.float32)
HUM = (0.3 * np.sin(np.arange(16_000) / 8000 * 1400)).astype(np.float32)


@pytest.mark.parametrize(
    "pcm", [NOISE, HUM, HUM * 0, HUM[:0], HUM[:80]], ids=["noise", "hum", "zeros", "none", "click"]
)
def test_what_is_not_the_text_is_not_aligned(pcm: np.ndarray) -> None:  # type: ignore[type-arg]
    assert aligned(tokens(LINES[0], "en"), _said(REFERENCE, LINES[0]), pcm, 8000) is None


def test_twenty_seconds_take_less_than_one_of_cpu() -> None:
    import time

    text = " ".join(LINES * 2)
    truth = _said(Plugin(Settings(voice="en-us+f3")), text)
    assert len(truth.pcm) / truth.rate > 18
    line, reference = tokens(text, "en"), _said(REFERENCE, text)
    before = time.process_time()
    words = aligned(line, reference, truth.pcm, truth.rate)
    assert time.process_time() - before < 1.0
    assert words
    assert np.percentile(_errors(words, truth), 95) < 0.1


def _talk(*lengths: float, rate: int = 8000) -> np.ndarray:  # type: ignore[type-arg]
    """A hum with pauses: the seconds that are heard and silent, in turn."""
    parts = [np.full(round(s * rate), 0.0 if n % 2 else 0.3) for n, s in enumerate(lengths)]
    return np.concatenate(parts).astype(np.float32)


def test_a_pause_ends_the_clause_that_it_is_nearest_to() -> None:
    line = tokens("one two, three four five, six", "en")
    words = estimated(line, _talk(1.1, 0.5, 1.4, 0.4, 0.5), 8000)
    assert words[2].start == pytest.approx(1.6, abs=0.03)
    assert words[1].end == pytest.approx(1.1, abs=0.03)
    assert words[5].start == pytest.approx(3.4, abs=0.03)


def test_a_pause_where_no_clause_ends_lies_between_two_words() -> None:
    words = estimated(tokens("alpha bravo gamma delta", "en"), _talk(1.0, 0.6, 1.0), 8000)
    assert words[1].end == pytest.approx(1.0, abs=0.03)
    assert words[2].start == pytest.approx(1.6, abs=0.03)


def test_pauses_are_worth_more_than_letters_alone() -> None:
    text = "Nobody was hurt. The bridge is closed, the mayor said, until engineers have seen it."
    truth = _said(REFERENCE, text)
    line, end = tokens(text, "en"), len(truth.pcm) / truth.rate
    by_pauses = _errors(estimated(line, truth.pcm, truth.rate), truth)
    by_letters = _errors(share(line, 0.0, end), truth)
    assert np.mean(by_pauses) < 0.7 * np.mean(by_letters)


SOUNDS = st.lists(st.floats(0, 0.7), min_size=1, max_size=7)
SENTENCE = st.lists(
    st.sampled_from(["one", "two,", "6.8", "–", "deliberately.", "a", "橋が"]),
    min_size=1,
    max_size=12,
).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(SOUNDS, SENTENCE, st.booleans())
def test_every_token_has_one_word_in_order_inside_the_sound(
    lengths: list[float], text: str, warped: bool
) -> None:
    line, pcm = tokens(text, "en"), _talk(*lengths)
    reference = Speech(_talk(0.5, 0.2, 0.6), 8000, share(line, 0.0, 1.3), "", "", "engine")
    words = aligned(line, reference, pcm, 8000) if warped else estimated(line, pcm, 8000)
    if words is None:
        return
    assert [(w.text, w.char) for w in words] == list(line)
    assert all(w.start <= w.end for w in words)
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(words))
    assert words[0].start >= 0
    assert words[-1].end <= len(pcm) / 8000 + 1e-9


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(LINES[0].split()), min_size=1, max_size=7).map(" ".join))
def test_any_words_are_aligned_in_order(text: str) -> None:
    truth = _said(OTHER, text)
    line = tokens(text, "en")
    words = aligned(line, _said(REFERENCE, text), truth.pcm, truth.rate)
    words = words or estimated(line, truth.pcm, truth.rate)
    assert [(w.text, w.char) for w in words] == list(line)
    assert all(a.start <= a.end <= b.start for a, b in pairwise(words))
    assert words[-1].end <= len(truth.pcm) / truth.rate + 1e-9
