import os
import signal
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from fakes_engine import LINES
from render.voices import Speech, VoiceDown
from render.voices.espeak import Plugin, Settings
from render.voices.silent import Plugin as Silent
from render.voices.silent import Settings as SilentSettings
from render.words import tokens


@pytest.fixture(scope="module")
def espeak() -> Plugin:
    return Plugin(Settings())


def _say(voice: Plugin, text: str, lang: str = "en", rate: float = 1.0) -> Speech:
    return voice.say(text, lang=lang, rate=rate, tone="neutral", timeout_s=10)


SPEAKABLE = [
    ("en", "Ferries carried 6.8 thousand people, and 40,000 have been waiting so far."),
    ("de", "Über 1.200 Bürger kamen in die Stadt."),
    ("fr", "L’été a été très sec, dit la météo."),
    ("es", "El puente está cerrado desde ayer."),
    ("pt-BR", "Os preços subiram hoje."),
    ("it", "Il ponte è chiuso da lunedì."),
    ("ru", "Сегодня цены выросли на 5 процентов."),
    ("ar", "ارتفعت الأسعار اليوم في المدينة"),
    ("hi", "आज शहर में कीमतें बढ़ीं"),
    ("he", "המחירים עלו היום בעיר"),
    ("zh", "今天是个好天气，气温二十五度。"),
    ("ja", "きょうはいいてんきです"),
    ("th", "วันนี้อากาศดีมาก"),
]


@pytest.mark.parametrize(("lang", "text"), SPEAKABLE)
def test_every_token_gets_a_time_inside_the_sound(espeak: Plugin, lang: str, text: str) -> None:
    speech = _say(espeak, text, lang)
    length = len(speech.pcm) / speech.rate
    assert [(w.text, w.char) for w in speech.words] == list(tokens(text, lang))
    assert all(0 <= w.start < w.end <= length + 0.02 for w in speech.words)
    assert all(a.end <= b.start + 1e-6 for a, b in pairwise(speech.words))
    assert speech.timing == "engine"
    assert np.abs(speech.pcm).max() > 0.05


def test_a_word_begins_where_the_sound_does(espeak: Plugin) -> None:
    speech = _say(espeak, "Boats. Boats. Boats.")
    level = np.abs(speech.pcm[: len(speech.pcm) // 220 * 220]).reshape(-1, 220).max(axis=1)
    sound = level > 0.02
    onsets = [i / 100.2 for i in range(10, len(sound)) if sound[i] and not sound[i - 10 : i].any()]
    for word, onset in zip(speech.words[1:], onsets[-2:], strict=True):
        assert abs(word.start - onset) < 0.06


def test_a_pause_after_a_comma_belongs_to_no_word(espeak: Plugin) -> None:
    first, second = _say(espeak, "First, second.").words
    assert second.start - first.end > 0.05


def test_the_rate_scales_the_pace(espeak: Plugin) -> None:
    slow, fast = (_say(espeak, LINES[0], rate=rate) for rate in (0.8, 1.4))
    assert len(slow.pcm) > 1.4 * len(fast.pcm)


def test_the_same_text_gives_the_same_sound(espeak: Plugin) -> None:
    assert np.array_equal(_say(espeak, LINES[0]).pcm, _say(Plugin(Settings()), LINES[0]).pcm)


@pytest.mark.parametrize(
    ("lang", "text", "told"),
    [("ja", "今日は", "kanji"), ("xx", "Hello.", "no voice xx"), ("en", "   ", "no sound")],
)
def test_what_it_cannot_say_is_told(espeak: Plugin, lang: str, text: str, told: str) -> None:
    with pytest.raises(VoiceDown, match=told):
        _say(espeak, text, lang)


def _workers() -> set[int]:
    """The processes that this one started and that run espeak."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == os.getpid() and b"_espeak_worker" in command:
            found.add(int(stat.parent.name))
    return found


def test_a_hang_ends_in_time_and_the_next_line_is_spoken() -> None:
    before = _workers()
    voice = Plugin(Settings())
    _say(voice, "Warm up.")
    (worker,) = _workers() - before
    os.kill(worker, signal.SIGSTOP)
    with pytest.raises(VoiceDown, match=r"more than 0\.3 s"):
        voice.say("Never said.", lang="en", rate=1.0, tone="neutral", timeout_s=0.3)
    assert len(_say(voice, "Said again.").pcm)


def test_a_crash_is_a_voice_that_is_down_for_one_line() -> None:
    before = _workers()
    voice = Plugin(Settings())
    _say(voice, "Warm up.")
    (worker,) = _workers() - before
    os.kill(worker, signal.SIGSTOP)  # so that it dies with the request in its pipe
    crash = threading.Timer(0.1, os.kill, (worker, signal.SIGKILL))
    crash.start()
    with pytest.raises(VoiceDown, match="crashed"):
        _say(voice, "Lost.")
    crash.join()
    assert len(_say(voice, "Said again.").pcm)


def test_its_worker_ends_with_the_voice() -> None:
    before = _workers()
    voice = Plugin(Settings())
    _say(voice, "One line.")
    assert len(_workers() - before) == 1
    del voice
    assert _workers() == before


def test_silence_lasts_as_long_as_reading() -> None:
    speech = Silent(SilentSettings()).say(
        LINES[0], lang="en", rate=1.0, tone="neutral", timeout_s=1
    )
    assert not speech.pcm.any()
    assert [w.text for w in speech.words] == LINES[0].split()
    assert len(speech.pcm) / speech.rate == pytest.approx(speech.words[-1].end, abs=0.001)
    assert 3 < speech.words[-1].end < 6
    assert speech.timing == "estimated"
