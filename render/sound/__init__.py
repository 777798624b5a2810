"""The sound of a clip: each line cleaned, all lines in place, the whole at the platforms' loudness.

Everything is mono float32 at RATE: one voice in the middle.
"""

from collections.abc import Sequence
from math import gcd, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from render.sound.levels import Sound, biquad, fast_length, loudness, peaks, true_peak_db
from render.timeline import RATE, Plan

__all__ = ["Sound", "clean", "duck", "loudness", "master", "mix", "resampled", "true_peak_db"]

TARGET_LUFS = -13.9  # YouTube and TikTok play at about -14 (2026-11); AAC takes 0.1 off
NEAR_LU = 0.05  # near enough to it
ROUNDS = 8  # of the search for the gain; two or three are usual
STEM_LUFS = -16.0
CEILING_DB = -2.0  # true peak before AAC, which adds up to 0.9 dB: under -1 dBTP after it
LOOK_S = 0.004  # the limiter sees a peak this long before it comes
BED_LUFS = -26.0
DUCK_DB, ATTACK_S, RELEASE_S = 12.0, 0.08, 0.45
FADE_IN_S, FADE_OUT_S = 0.6, 1.5
SPOKEN = 0.01  # a voice over this is speaking
RING_S = 0.1  # of silence behind a sound, for what its filters ring


def clean(pcm: Sound, rate: int) -> Sound:
    """Make a raw voice ready for the mix: at RATE, no rumble, some presence, an even level."""
    if not pcm.any():
        return np.zeros(len(pcm) * RATE // rate, np.float32)
    voice = resampled(pcm, rate, shaped=True)
    return _gained(voice, STEM_LUFS - loudness(voice))


def resampled(pcm: Sound, rate: int, to: int = RATE, shaped: bool = False) -> Sound:
    """Bring a sound to another rate; `shaped` takes a voice's rumble off and adds some presence.

    Both are done to its spectrum, in one pass.
    """
    shared = gcd(to, rate)
    up, down = to // shared, rate // shared
    blocks = fast_length(-(-(len(pcm) + round(RING_S * rate)) // down))
    spectrum = np.fft.rfft(np.asarray(pcm, np.float32), blocks * down)
    if shaped:
        hz = np.arange(len(spectrum)) * rate / (blocks * down)
        spectrum = spectrum * _high_pass(90.0, hz) * _high_shelf(2.0, 3000.0, hz)
    sound = np.fft.irfft(spectrum, blocks * up) * np.float32(up / down)
    return np.asarray(sound[: len(pcm) * to // rate], np.float32)


def mix(plan: Plan, stems: Sequence[Sound | None], bed: Sound | None = None) -> Sound:
    """Put each shot's stem at its sample, over a bed that makes room for it; then master()."""
    voice = np.zeros(plan.frames * RATE // plan.fps, np.float32)
    for shot, first in plan.voice:
        stem = stems[shot]
        if stem is not None:
            room = voice[first : first + len(stem)]
            room += stem[: len(room)]
    return master(voice if bed is None else voice + duck(bed, voice))


def master(sound: Sound) -> Sound:
    """Bring a mix to TARGET_LUFS under the true-peak ceiling. Silence stays silence.

    The limiter takes some loudness away, so the gain before it is searched for.
    """
    level = loudness(sound)
    if level < -70:
        return sound
    gain, slope = TARGET_LUFS - level, 1.0
    heard = (0.0, level)  # a gain and what came of it
    for _ in range(ROUNDS):
        done = _limited(_gained(sound, gain))
        level = loudness(done)
        if abs(TARGET_LUFS - level) <= NEAR_LU:
            break
        if abs(gain - heard[0]) > 0.01:
            slope = min(1.0, max(0.25, (level - heard[1]) / (gain - heard[0])))
        heard = (gain, level)
        gain += (TARGET_LUFS - level) / slope
    return done


def duck(bed: Sound, voice: Sound) -> Sound:
    """Lower a bed to BED_LUFS, by DUCK_DB more under the voice, and fade it in and out.

    The bed is repeated or cut to the voice's length. It goes down just before a word, so that the
    word's first sound is free.
    """
    hop = RATE // 100
    count = -(-len(voice) // hop)
    loud = np.abs(np.pad(voice, (0, count * hop - len(voice)))).reshape(-1, hop).max(axis=1)
    depth = _depth(loud > SPOKEN, hop / RATE)
    gains = 10 ** (-DUCK_DB / 20 * depth) * _fades(count + 1, hop / RATE)
    ramp = np.arange(hop, dtype=np.float32) / hop
    gain = np.asarray(gains[:-1, None] + np.diff(gains)[:, None] * ramp, np.float32).ravel()
    whole = np.resize(_gained(bed, BED_LUFS - loudness(bed)), voice.shape)
    return np.asarray(whole * gain[: len(voice)], np.float32)


def _depth(spoken: NDArray[np.bool_], hop_s: float) -> NDArray[np.float64]:
    """How far the bed is down, 0 to 1, at the edges of all hops."""
    ahead = np.append(spoken[round(ATTACK_S / hop_s) :], np.zeros(round(ATTACK_S / hop_s), bool))
    wanted = spoken | ahead[: len(spoken)]
    depth = np.zeros(len(spoken) + 1)
    for i, speaks in enumerate(wanted):
        step = hop_s / (ATTACK_S if speaks else RELEASE_S)
        depth[i + 1] = min(depth[i] + step, 1.0) if speaks else max(depth[i] - step, 0.0)
    return depth


def _fades(count: int, hop_s: float) -> NDArray[np.float64]:
    """The gain of a bed that comes and goes softly, at the edges of all hops."""
    time = np.arange(count) * hop_s
    return np.asarray(np.clip(np.minimum(time / FADE_IN_S, (time[-1] - time) / FADE_OUT_S), 0, 1))


def _limited(sound: Sound) -> Sound:
    """Hold the true peak under CEILING_DB with a gain that moves before the peak does."""
    ceiling = np.float32(10 ** (CEILING_DB / 20))
    gain = ceiling / np.maximum(peaks(sound, float(ceiling) / 2), ceiling)
    width = 2 * int(LOOK_S * RATE) + 1
    return np.asarray(sound * _averaged(_lowest(np.asarray(gain), width), width), np.float32)


def _lowest(gain: Sound, width: int) -> Sound:
    """The least of the `width` values about each: of the blocks' minima from both ends."""
    half, count = width // 2, -(-(len(gain) + width) // width)
    padded = np.pad(gain, (half, count * width - len(gain) - half), constant_values=1)
    rows = padded.reshape(-1, width)
    ahead = np.minimum.accumulate(rows, axis=1).ravel()
    behind = np.minimum.accumulate(rows[:, ::-1], axis=1)[:, ::-1].ravel()
    return np.minimum(behind[: len(gain)], ahead[width - 1 : width - 1 + len(gain)])


def _averaged(gain: Sound, width: int) -> Sound:
    """The mean of the `width` values about each."""
    half = width // 2
    total = np.cumsum(np.pad(gain, (half + 1, half), mode="edge"), dtype=np.float64)
    return np.asarray((total[width:] - total[:-width]) / width, np.float32)


def _high_pass(corner: float, hz: NDArray[np.floating]) -> NDArray[np.complex64]:
    """Butterworth's, second order (the cookbook's biquad, Q 0.707)."""
    w = 2 * pi * corner / RATE
    alpha, c = np.sin(w) / sqrt(2), np.cos(w)
    return biquad(((1 + c) / 2, -(1 + c), (1 + c) / 2), (1 + alpha, -2 * c, 1 - alpha), hz)


def _high_shelf(db: float, corner: float, hz: NDArray[np.floating]) -> NDArray[np.complex64]:
    """Lift everything over a corner by so many dB (the cookbook's biquad, Q 0.707)."""
    a, w = 10 ** (db / 40), 2 * pi * corner / RATE
    c, bend = np.cos(w), 2 * sqrt(a) * np.sin(w) / sqrt(2)
    up, low = a + 1, a - 1
    return biquad(
        (a * (up + low * c + bend), -2 * a * (low + up * c), a * (up + low * c - bend)),
        (up - low * c + bend, 2 * (low - up * c), up - low * c - bend),
        hz,
    )


def _gained(sound: NDArray[np.floating], db: float) -> Sound:
    return np.asarray(sound * np.float32(10 ** (min(db, 60.0) / 20)), np.float32)
