"""A bed of music for a tone: slow chords and a soft pulse, made here, so no rights to clear.

The same tone gives the same samples. The bed is a loop; the mix repeats it.
"""

from typing import NamedTuple

import numpy as np

from render.sound.levels import Sound, fast_length
from render.storyboard import Tone
from render.timeline import RATE

__all__ = ["bed"]

COARSE = RATE // 4  # Hz at which it is played: nothing in it sounds over 4 kHz

SCALES = {
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
}


class Score(NamedTuple):
    """`root` is a MIDI note, `chords` are steps of the scale, one a bar; `pulse` is 0 to 1."""

    bpm: int
    root: int
    scale: str
    chords: tuple[int, int, int, int]
    pulse: float
    dark_hz: int


SCORES: dict[Tone, Score] = {
    "urgency": Score(118, 50, "phrygian", (0, 1, 0, 6), 1.0, 1800),
    "tension": Score(84, 45, "aeolian", (0, 5, 3, 4), 0.6, 1100),
    "loneliness": Score(64, 50, "aeolian", (0, 5, 2, 6), 0.0, 1400),
    "prosperity": Score(104, 48, "ionian", (0, 4, 5, 3), 0.5, 3000),
    "innocence": Score(92, 60, "lydian", (0, 1, 0, 4), 0.3, 3500),
    "hope": Score(88, 48, "ionian", (5, 3, 0, 4), 0.35, 2600),
    "neutral": Score(100, 48, "dorian", (0, 3, 6, 3), 0.4, 2000),
}


def bed(tone: Tone) -> Sound:
    """Play four bars, mono at RATE; they follow themselves without a seam."""
    score = SCORES[tone]
    beat = fast_length(COARSE * 60 // score.bpm)  # up to 5 % slower, and far quicker to filter
    loop = np.concatenate([_bar(score, chord, beat) for chord in score.chords])
    spectrum = np.fft.rfft(loop)  # of a loop: filtered and refined, it is still one
    hz = np.arange(len(spectrum)) * COARSE / len(loop)
    spectrum *= 4 / np.sqrt(1 + (hz / score.dark_hz) ** 4)
    return np.asarray(np.fft.irfft(spectrum, 4 * len(loop)), np.float32)


def _bar(score: Score, chord: int, beat: int) -> Sound:
    time = np.arange(4 * beat) / COARSE
    swell = np.sin(np.pi * np.arange(4 * beat) / (4 * beat)) ** 0.5
    pad = sum(_pad(_hz(score, chord + step), time) for step in (0, 2, 4))
    since = time % (beat / COARSE)
    tick = np.minimum(since / 0.005, 1) * np.exp(-9 * since)  # no click: 5 ms up, then it rings out
    pulse = score.pulse * tick * np.sin(2 * np.pi * _hz(score, chord) * since)
    return np.asarray(swell * pad + 2 * pulse, np.float32)


def _pad(hz: float, time: np.ndarray) -> np.ndarray:
    """Add five voices, a little apart, each softer in its second and third harmonic."""
    tone = np.zeros_like(time)
    for cents in (-7, -3, 0, 3, 7):
        phase = 2 * np.pi * hz * 2 ** (cents / 1200) * time
        sine = np.sin(phase)  # its harmonics are products of it and of the cosine
        tone += sine * (1 + 2 * np.cos(phase) / 3 + (3 - 4 * sine * sine) / 6)
    return tone / 5


def _hz(score: Score, step: int) -> float:
    scale = SCALES[score.scale]
    note = score.root + 12 * (step // 7) + scale[step % 7]
    return float(440 * 2 ** ((note - 69) / 12))
