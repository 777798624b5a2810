"""How loud a sound is: ITU-R BS.1770 loudness and true peak, on numpy's FFT alone.

Sounds are mono at RATE; a mono channel counts as the two equal channels it becomes, 3 dB more.
scipy would do the same and takes longer to import than a minute of sound to measure.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from render.timeline import RATE

__all__ = ["Sound", "biquad", "fast_length", "loudness", "peaks", "true_peak_db"]

Sound = NDArray[np.float32]

BOTH = 3.01  # dB that two equal channels are louder than one
SHORT_S = 0.4  # BS.1770's block; what is shorter has its plain power
HOPS = 4  # of a block: each begins a quarter after the one before
SILENT_LUFS, GATE_LU = -70.0, -10.0
BLOCK, OVERLAP = 65536, 4096  # samples filtered at once, and how long the filter rings
TAPS = 24  # of the interpolator between two samples

# BS.1770-4, tables 1 and 2, for 48 kHz: a shelf for the head, a high-pass for the ear.
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285),
          (1.0, -1.69065929318241, 0.73248077421585))  # fmt: skip
_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def loudness(sound: NDArray[np.floating]) -> float:
    """Measure integrated loudness in LUFS, -inf for silence; under 0.4 s it is the plain power."""
    if len(sound) < SHORT_S * RATE:
        power = float(np.mean(np.square(sound, dtype=np.float64))) if len(sound) else 0.0
        return _lufs(power) if power > 0 else -np.inf
    hop = int(SHORT_S * RATE) // HOPS
    heard = _weighted(np.asarray(sound, np.float32))
    rows = heard[: len(heard) // hop * hop].reshape(-1, hop)
    hops = np.einsum("ij,ij->i", rows, rows, dtype=np.float64) / hop
    blocks = np.convolve(hops, np.full(HOPS, 1 / HOPS), "valid")
    loud = blocks[blocks > _power(SILENT_LUFS)]
    if not len(loud):
        return -np.inf
    gated = loud[loud > np.mean(loud) * 10 ** (GATE_LU / 10)]
    return _lufs(float(np.mean(gated)))


def true_peak_db(sound: NDArray[np.floating]) -> float:
    """Measure the true peak in dBTP, at four times the rate; -inf for silence."""
    top = float(np.abs(sound).max(initial=0.0))
    peak = float(peaks(np.asarray(sound, np.float32), top / 2).max(initial=0.0))
    return float(20 * np.log10(peak)) if peak > 0 else -np.inf


def peaks(sound: Sound, floor: float) -> Sound:
    """Give each sample's peak between it and the next, at four times the rate.

    Only what lies by a sample over `floor` is looked at more closely; no peak rises by twice.
    """
    found = np.abs(sound)
    near = np.flatnonzero((found > floor) | (np.append(found[1:], 0) > floor))
    padded = np.pad(sound, (TAPS // 2 - 1, TAPS // 2))
    for part in np.array_split(near, len(near) // 65536 + 1):
        between = np.abs(padded[part[:, None] + np.arange(TAPS)] @ _BETWEEN).max(1, initial=0)
        found[part] = np.maximum(found[part], between)
    return found


def biquad(
    numerator: tuple[float, float, float],
    denominator: tuple[float, float, float],
    hz: NDArray[np.floating],
) -> NDArray[np.complex64]:
    """Give the response of a second-order filter at RATE, at these frequencies."""
    z = np.exp(-2j * np.pi * hz / RATE)
    response = np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)
    return np.asarray(response, np.complex64)


def fast_length(least: int) -> int:
    """The first length from `least` on that an FFT is quick at: of twos, threes and fives."""
    best = 1 << max(0, least - 1).bit_length()
    for five in (1, 5, 25):
        for three in (1, 3, 9, 27):
            rest = -(-least // (five * three))
            best = min(best, five * three << max(0, rest - 1).bit_length())
    return best


def _weighted(sound: Sound) -> Sound:
    """The sound as an ear hears it (K-weighted): blocks that overlap, each by its spectrum."""
    step = BLOCK - OVERLAP
    count = -(-len(sound) // step)
    padded = np.pad(sound, (OVERLAP, count * step - len(sound)))
    blocks = np.lib.stride_tricks.sliding_window_view(padded, BLOCK)[::step]
    heard = np.fft.irfft(np.fft.rfft(blocks) * _ear(), BLOCK)[:, OVERLAP:]
    return np.asarray(heard.ravel()[: len(sound)], np.float32)


@lru_cache(1)
def _ear() -> NDArray[np.complex64]:
    hz = np.fft.rfftfreq(BLOCK, 1 / RATE)
    return biquad(*_SHELF, hz) * biquad(*_PASS, hz)


def _interpolator() -> NDArray[np.float32]:
    """Weights, (TAPS, 3), of the samples about a gap for its quarter, half and three quarters."""
    at = np.arange(TAPS)[:, None] - (TAPS // 2 - 1) - np.array([0.25, 0.5, 0.75])
    inside = np.sqrt(np.maximum(0, 1 - (at / (TAPS / 2)) ** 2))
    return np.asarray(np.sinc(at) * np.i0(5.0 * inside) / np.i0(5.0), np.float32)


_BETWEEN = _interpolator()


def _lufs(power: float) -> float:
    return float(10 * np.log10(power) + BOTH - 0.691)


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - BOTH + 0.691) / 10))
