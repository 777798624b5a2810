"""What can be measured on decoded picture and sound, as plain numbers. No file, no verdict.

Pictures come as thumbnails: luma of every frame, limited range, uint8 of shape (frames, 96, 54),
and where colour counts Cb and Cr, of shape (frames, 2, 96, 54). Sound is mono float32 at RATE.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from render.sound import Sound
from render.timeline import RATE

__all__ = ["black_s", "flashes", "freeze_s", "quiet_s", "red_flashes", "voice_lag_s"]

Thumbs = NDArray[np.uint8]
Level = NDArray[np.float32]

BLACK = 0.004  # mean linear luminance
STILL = 1e-3  # mean absolute difference of thumbnails, of full scale; the maximum sees codec noise
FLASH, DARK, AREA = 0.10, 0.80, 0.25  # WCAG 2.3.1: change, darker image below, share of the picture
RED, RED_FLASH, REDDISH = 0.8, 20 / 320, 150  # share of red in R+G+B; change; Cr of the palest
QUIET = 10 ** (-45 / 20)  # RMS
HOP_S, PULSE_S, REACH_S = 0.005, 0.02, 0.5
NEAR_S, PROOF = 0.1, 1.25  # a shift of more has to match so much better than a smaller one
ONSET_LAG_S = 0.035  # a vowel rises after the word begins: measured in en, de, es, zh (2026-11)


def black_s(thumbs: Thumbs, fps: int) -> float:
    """Measure the longest black stretch in seconds."""
    dark = [bool(_luminance(thumb).mean() < BLACK) for thumb in thumbs]
    return _longest(dark) / fps


def freeze_s(thumbs: Thumbs, fps: int) -> float:
    """Measure the longest time in seconds that the picture stays what it was."""
    longest = start = 0
    for n, thumb in enumerate(thumbs):
        moved = np.abs(thumb.astype(np.int16) - thumbs[start]).mean() / 255
        start = n if moved >= STILL else start
        longest = max(longest, n - start)
    return longest / fps


def flashes(thumbs: Thumbs, fps: int) -> float:
    """Count the flashes in the worst second, after WCAG 2.3.1 (2023): pairs of opposing changes.

    A change counts where a quarter of the picture makes it within three frames.
    """
    return _worst_second(_turns((LINEAR[thumb] for thumb in thumbs), FLASH, DARK), fps)


def red_flashes(thumbs: Thumbs, tints: Thumbs, fps: int) -> float:
    """Count the flashes to and from saturated red in the worst second, after WCAG 2.3.1 (2023)."""
    if not ((tints[:, 1] >= REDDISH).mean(axis=(1, 2)) >= AREA / 3).any():
        return 0.0
    levels = (_redness(thumb, tint) for thumb, tint in zip(thumbs, tints, strict=True))
    return _worst_second(_turns(levels, RED_FLASH, np.inf), fps)


def quiet_s(sound: Sound, spans: Sequence[tuple[int, int]]) -> float:
    """Measure the longest silence in seconds inside the given spans of samples."""
    hop, longest = RATE // 100, 0
    for first, last in spans:
        part = sound[first:last]
        power = np.square(part[: len(part) // hop * hop]).reshape(-1, hop).mean(axis=1)
        longest = max(longest, _longest((np.sqrt(power) < QUIET).tolist()))
    return longest * hop / RATE


def voice_lag_s(sound: Sound, starts: Sequence[float]) -> float:
    """Measure how many seconds the voice comes after the words that are shown, negative: before.

    The rises of the sound's spectrum are held against a pulse at each word's start. Good to about
    20 ms over twenty words or more, useless for a single one; without clear proof of a shift it
    is taken for a small one.
    """
    rises = _rises(sound)
    time = np.arange(len(rises)) * HOP_S
    pulses = np.zeros(len(time))
    for start in starts:
        pulses += np.exp(-(((time - start - ONSET_LAG_S) / PULSE_S) ** 2) / 2)
    reach = round(REACH_S / HOP_S)
    lags = np.arange(-reach, reach + 1)
    match = np.array([np.dot(np.roll(pulses, lag), rises) for lag in lags])
    match[np.abs(lags) * HOP_S <= NEAR_S] *= PROOF
    return float(lags[match.argmax()] * HOP_S)


def _worst_second(turns: NDArray[np.float64], fps: int) -> float:
    """Count pairs of opposing changes, each of a quarter of the picture within three frames."""
    last, when = 0, []
    for n in range(len(turns)):
        rise, fall = turns[max(n - 2, 0) : n + 1].sum(axis=0)
        turn = 1 if rise >= AREA else -1 if fall >= AREA else 0
        if turn and turn != last:
            last = turn
            when.append(n)
    return max((sum(n <= m < n + fps for m in when) for n in when), default=0) / 2


def _turns(levels: Iterable[Level], step: float, darkest: float) -> NDArray[np.float64]:
    """Give, for each frame, the share of the picture that completed a rise and a fall there.

    They are of `step` at least, and the lower level is under `darkest`.
    """
    shares: list[tuple[float, float]] = []
    low = high = None
    for now in levels:
        low, high = (now, now) if low is None or high is None else (low, high)
        rise = (now - low >= step) & (low < darkest)
        fall = (high - now >= step) & (now < darkest)
        shares.append((float(rise.mean()), float(fall.mean())))
        turned = rise | fall
        low = np.where(turned, now, np.minimum(low, now))
        high = np.where(turned, now, np.maximum(high, now))
    return np.array(shares).reshape(-1, 2)


def _redness(thumb: Thumbs, tint: Thumbs) -> Level:
    """Give how much redder than green and blue each saturated red is, linear, 0 to 1."""
    y = (thumb.astype(np.float32) - 16) / 219
    cb, cr = (tint.astype(np.float32) - 128) / 224
    rgb = np.stack([y + 1.5748 * cr, y - 0.1873 * cb - 0.4681 * cr, y + 1.8556 * cb])
    linear = LINEAR[np.clip(np.rint(16 + 219 * rgb), 16, 235).astype(np.uint8)]
    red = np.maximum(linear[0] - linear[1] - linear[2], 0)
    return np.asarray(red * (linear[0] >= RED * linear.sum(axis=0)), np.float32)


def _luminance(thumb: Thumbs) -> NDArray[np.float32]:
    return LINEAR[thumb]


def _linear() -> NDArray[np.float32]:
    """Tabulate relative luminance for each luma level of limited range."""
    y = np.clip((np.arange(256) - 16) / 219, 0, 1)
    return np.where(y <= 0.04045, y / 12.92, ((y + 0.055) / 1.055) ** 2.4).astype(np.float32)


LINEAR = _linear()


def _rises(sound: Sound) -> NDArray[np.float64]:
    """Give how much the sound's spectrum grows at each hop, minus what is usual around it."""
    hop = int(HOP_S * RATE)
    frames = sliding_window_view(np.pad(sound, 2 * hop), 4 * hop)[::hop]
    window = np.hanning(4 * hop).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(frames * (window / window.sum()), axis=1))
    bands = np.unique(np.geomspace(2, 160, 25).astype(int))  # of 50 Hz: from 100 Hz to 8 kHz
    level = np.log1p(1e4 * np.add.reduceat(spectrum, bands, axis=1))
    growth = np.maximum(level[2:] - level[:-2], 0).sum(axis=1)
    around = np.convolve(np.pad(growth, (20, 19), "symmetric"), np.full(40, 1 / 40), "valid")
    return np.pad(growth - around, 1).astype(np.float64)


def _longest(flags: Sequence[bool]) -> int:
    longest = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return longest
