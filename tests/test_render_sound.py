import subprocess
import sys

import numpy as np
import pytest

from fakes_engine import LINES, board, spoken
from fakes_sound import after_aac, ebur128, voice_like
from render.sound import Sound, clean, duck, loudness, master, mix, true_peak_db
from render.sound.music import SCORES, bed
from render.storyboard import Tone
from render.timeline import RATE, plan
from render.voices.espeak import Plugin, Settings

SECOND = np.arange(RATE) / RATE


def _tone(hz: float, level: float = 0.3, seconds: int = 4) -> Sound:
    return np.tile(level * np.sin(2 * np.pi * hz * SECOND), seconds).astype(np.float32)


def _bursts() -> Sound:
    """Four seconds of short loud clicks over a soft hum: quiet on the whole, with high peaks."""
    sound = _tone(300, 0.02)
    sound[:: RATE // 5] = 0.9
    return sound


def test_a_full_scale_997_hz_tone_in_both_channels_is_0_lufs() -> None:
    assert loudness(_tone(997, 1.0)) == pytest.approx(0.0, abs=0.1)


def test_the_true_peak_lies_between_the_samples() -> None:
    quarter = np.sin(2 * np.pi * (np.arange(RATE) / 4 + 1 / 8)).astype(np.float32)
    assert np.abs(quarter).max() < 0.72
    assert true_peak_db(quarter) == pytest.approx(0.0, abs=0.2)
    assert true_peak_db(np.zeros(100, np.float32)) == -np.inf


@pytest.mark.parametrize("sound", [_tone(200, 0.01), _tone(997, 1.0), _bursts() * 3])
def test_a_mix_comes_out_at_minus_14_under_the_ceiling(sound: Sound) -> None:
    mastered = master(sound)
    assert true_peak_db(mastered) <= -1.9
    assert loudness(mastered) == pytest.approx(-14, abs=0.5)


def test_the_limiter_leaves_what_is_far_from_a_peak_alone() -> None:
    sound = _tone(300, 0.2)
    sound[2 * RATE] = 3.0
    mastered = master(sound)
    assert np.ptp(mastered[: RATE // 10]) == pytest.approx(
        np.ptp(mastered[-RATE // 10 :]), rel=0.01
    )


def test_silence_stays_silence() -> None:
    assert not master(np.zeros(RATE, np.float32)).any()
    assert not clean(np.zeros(800, np.float32), 8000).any()
    assert loudness(np.zeros(RATE, np.float32)) == -np.inf
    assert loudness(np.zeros(0, np.float32)) == -np.inf


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 24000, 44100, 48000])
def test_any_rate_becomes_ours_at_an_even_level(rate: int) -> None:
    time = np.arange(2 * rate) / rate
    stem = clean((0.01 * np.sin(2 * np.pi * 500 * time)).astype(np.float32), rate)
    assert abs(len(stem) - 2 * RATE) <= 1
    assert loudness(stem) == pytest.approx(-16, abs=0.3)
    crossings = np.flatnonzero(np.diff(np.signbit(stem[RATE // 2 : RATE])))
    assert len(crossings) == pytest.approx(500, abs=2)


def test_rumble_is_taken_away() -> None:
    voice = clean(_tone(500, 0.1) + _tone(30, 0.5), RATE)
    spectrum = np.abs(np.fft.rfft(voice[RATE : 2 * RATE]))
    assert spectrum[30] < 0.8 * spectrum[500]


def test_each_line_sounds_where_the_plan_says() -> None:
    speeches = [spoken(line) for line in LINES]
    laid = plan(board(*LINES), speeches)
    stems = [clean(speech.pcm, speech.rate) for speech in speeches]
    sound = mix(laid, stems)
    assert len(sound) == laid.frames * RATE // 30
    for index, first in laid.voice:
        assert not sound[first - 800 : first - 400].any()
        assert np.abs(sound[first + 400 : first + 1200]).max() > 0.05
        end = first + len(stems[index])
        assert np.abs(sound[end + 800 : end + 1600]).max() < 1e-3


@pytest.mark.parametrize("tone", sorted(SCORES))
def test_every_tone_has_a_bed_without_clicks(tone: str) -> None:
    music = bed(tone)  # type: ignore[arg-type]
    steps = np.abs(np.diff(np.concatenate([music, music[:10]])))
    assert 7 < len(music) / RATE < 16
    assert steps.max() < 12 * steps.mean()
    assert abs(music.mean()) < 0.01


def test_the_bed_makes_room_for_the_voice() -> None:
    voice = np.concatenate([np.zeros(3 * RATE), _tone(300, 0.3), np.zeros(4 * RATE)])
    music = duck(_tone(440, 0.3, seconds=11), voice.astype(np.float32))

    def level(second: float) -> float:
        part = music[int(second * RATE) : int((second + 0.5) * RATE)]
        return float(20 * np.log10(np.sqrt(np.mean(np.square(part)))))

    assert level(2) - level(5) == pytest.approx(12, abs=0.5)
    assert level(8) == pytest.approx(level(2), abs=0.5)
    assert level(10.5) < level(8) - 10


def test_music_under_a_voice_still_comes_out_at_minus_14() -> None:
    speeches = [spoken(line) for line in LINES]
    stems = [clean(speech.pcm, speech.rate) for speech in speeches]
    sound = mix(plan(board(*LINES), speeches), stems, bed("hope"))
    assert loudness(sound) == pytest.approx(-14, abs=0.5)
    assert true_peak_db(sound) <= -1.9


VOICES = ((2.0, 0.5), (2.0, 0.003), (0.5, 0.3), (2.0, 5.0))  # seconds and level: quiet, loud, short


@pytest.mark.parametrize(("number", "tone"), [*enumerate(sorted(SCORES))])
def test_what_comes_out_of_the_mp4_is_as_loud_as_platforms_play_it(number: int, tone: Tone) -> None:
    stem = clean(voice_like(number, *VOICES[number % len(VOICES)]), RATE)
    voice = np.pad(stem, (4000, RATE // 2))
    for sound in (voice, voice + duck(bed(tone), voice)):
        heard = after_aac(master(sound))
        assert loudness(heard) == pytest.approx(-14, abs=0.3)
        assert true_peak_db(heard) <= -1.0


@pytest.mark.parametrize("line", ["No.", "Twelve thousand people slept outside, after a quake."])
def test_a_real_voice_comes_out_as_loud(line: str) -> None:
    speech = Plugin(Settings()).say(line, lang="en", rate=1.0, tone="neutral", timeout_s=20.0)
    voice = np.pad(clean(speech.pcm, speech.rate), (4000, RATE // 2))
    for sound in (voice, voice + duck(bed("urgency"), voice)):
        heard = after_aac(master(sound))
        assert loudness(heard) == pytest.approx(-14, abs=0.3)
        assert true_peak_db(heard) <= -1.0


def test_our_loudness_is_that_of_the_standard_meter() -> None:
    sound = voice_like(5, 8.0, 0.4)
    said = ebur128(sound)
    assert loudness(sound) == pytest.approx(float(said["lavfi.r128.I"]), abs=0.05)
    peak = float(said["lavfi.r128.true_peak"])
    assert true_peak_db(sound) == pytest.approx(20 * np.log10(peak), abs=0.1)


def test_the_bed_is_down_before_the_word_begins() -> None:
    voice = np.concatenate([np.zeros(3 * RATE), _tone(300, 0.3)]).astype(np.float32)
    music = np.abs(duck(_tone(440, 0.3, seconds=2), voice))
    before, during = music[2 * RATE : 2 * RATE + 4800].max(), music[3 * RATE :][:4800].max()
    assert 20 * np.log10(before / during) == pytest.approx(12, abs=0.2)


def test_the_sound_department_needs_no_scipy() -> None:
    code = "import sys, render.sound, render.sound.music; print('scipy' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
