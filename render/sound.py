"""The sound of a clip: each line cleaned, all lines in place, the whole at the platforms' loudness.

Everything is mono float32 at RATE: one voice in the middle. Loudness is ITU-R BS.1770 by
pyloudnorm; a mono channel counts as the two equal channels it becomes, 3 dB more.
"""

from collections.abc import Sequence
from math import gcd

import numpy as np
import pyloudnorm
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d
from scipy.signal import resample_poly

from render.timeline import RATE, Plan

__all__ = ["Sound", "clean", "duck", "loudness", "master", "mix", "true_peak_db"]

Sound = NDArray[np.float32]

BOTH = 3.01  # dB that two equal channels are louder than one
TARGET_LUFS = -14.0  # YouTube and TikTok play at about this (2026-11)
STEM_LUFS = -16.0
CEILING_DB = -2.0  # true peak before AAC, which adds up to 0.5 dB: -1 dBTP after it
LOOK_S = 0.004  # the limiter sees a peak this long before it comes
BED_LUFS = -26.0
DUCK_DB, ATTACK_S, RELEASE_S = 12.0, 0.08, 0.45


def clean(pcm: Sound, rate: int) -> Sound:
    """Make a raw voice ready for the mix: at RATE, no rumble, some presence, an even level."""
    if not pcm.any():
        return np.zeros(len(pcm) * RATE // rate, np.float32)
    shared = gcd(RATE, rate)
    voice = resample_poly(pcm.astype(np.float64), RATE // shared, rate // shared)
    voice = pyloudnorm.IIRfilter(0.0, 0.707, 90.0, RATE, "high_pass").apply_filter(voice)
    voice = pyloudnorm.IIRfilter(2.0, 0.707, 3000.0, RATE, "high_shelf").apply_filter(voice)
    return _gained(voice, STEM_LUFS - loudness(voice))


def mix(plan: Plan, stems: Sequence[Sound | None], bed: Sound | None = None) -> Sound:
    """Put each shot's stem at its sample, over a bed that makes room for it; then master()."""
    voice = np.zeros(plan.frames * RATE // plan.fps, np.float32)
    for shot, first in plan.voice:
        stem = stems[shot]
        if stem is not None:
            room = voice[first : first + len(stem)]
            room += stem[: len(room)]
    return master(voice if bed is None else voice + duck(np.resize(bed, voice.shape), voice))


def master(sound: Sound) -> Sound:
    """Bring a mix to TARGET_LUFS under the true-peak ceiling. Silence stays silence."""
    for _ in range(3):  # the limiter takes some loudness away, the next round gives it back
        level = loudness(sound)
        if level < -70:
            return sound
        sound = _limited(_gained(sound, TARGET_LUFS - level))
    return sound


def loudness(sound: NDArray[np.floating]) -> float:
    """Measure integrated loudness in LUFS, -inf for silence; under 0.4 s it is the plain power."""
    if len(sound) < 0.4 * RATE:
        power = float(np.mean(np.square(sound, dtype=np.float64))) if len(sound) else 0.0
        return float(10 * np.log10(power) + BOTH - 0.691) if power > 0 else -np.inf
    meter = pyloudnorm.Meter(RATE)
    return float(meter.integrated_loudness(np.asarray(sound, np.float64))) + BOTH


def true_peak_db(sound: NDArray[np.floating]) -> float:
    """Measure the true peak in dBTP, at four times the rate; -inf for silence."""
    peak = float(_peaks(sound).max(initial=0.0))
    return float(20 * np.log10(peak)) if peak > 0 else -np.inf


def duck(bed: Sound, voice: Sound) -> Sound:
    """Lower a bed to BED_LUFS, by DUCK_DB more under the voice, and fade it in and out."""
    hop = RATE // 100
    spoken = np.abs(voice[: len(voice) // hop * hop]).reshape(-1, hop).max(axis=1) > 0.01
    depth = np.zeros(len(spoken) + 1)
    for i, speaks in enumerate(spoken):
        step = hop / RATE / (ATTACK_S if speaks else RELEASE_S)
        depth[i + 1] = min(depth[i] + step, 1.0) if speaks else max(depth[i] - step, 0.0)
    time = np.arange(len(voice)) / RATE
    gain = 10 ** (-DUCK_DB / 20 * np.interp(time, np.arange(len(depth)) * hop / RATE, depth))
    fade = np.minimum(np.minimum(time / 0.6, (time[-1] - time) / 1.5), 1.0)
    return np.asarray(_gained(bed, BED_LUFS - loudness(bed)) * gain * fade, np.float32)


def _limited(sound: Sound) -> Sound:
    """Hold the true peak under CEILING_DB with a gain that moves before the peak does."""
    ceiling = 10 ** (CEILING_DB / 20)
    gain = np.minimum(1.0, ceiling / np.maximum(_peaks(sound), 1e-9))
    width = 2 * int(LOOK_S * RATE) + 1
    gain = uniform_filter1d(minimum_filter1d(gain, width), width)
    return np.asarray(sound * gain, np.float32)


def _peaks(sound: NDArray[np.floating]) -> NDArray[np.floating]:
    """Give each sample's peak between it and the next, from the signal at four times the rate."""
    if not len(sound):
        return np.zeros(0)
    dense: NDArray[np.floating] = np.abs(resample_poly(sound, 4, 1)).reshape(-1, 4).max(axis=1)
    return dense


def _gained(sound: NDArray[np.floating], db: float) -> Sound:
    return np.asarray(sound * 10 ** (min(db, 60.0) / 20), np.float32)
