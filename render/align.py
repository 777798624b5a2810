"""When each word is heard, for voices that do not say it: by a voice that does, or by the pauses.

The same text, spoken by a reference whose word times are known, is warped onto the sound (cepstra
and their slopes, dynamic time warping in a band), and the times go through the warp. Where no
reference reads the text, clauses are tied to the pauses and the rest is shared by letters. Arrays
in, words out: nothing here knows who speaks.
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from render.sound import resampled
from render.voices import Speech, SpokenWord
from render.words import Token, share

__all__ = ["aligned", "estimated", "timed"]

Sound = NDArray[np.float32]
Array = NDArray[np.float64]

RATE = 16_000  # Hz: what speech needs
HOP_S, FRAME_S = 0.010, 0.025
BANDS, CEPSTRA = 26, 13
LOWEST_HZ, HIGHEST_HZ = 60.0, 7600.0
SLOPE = 3  # frames to either side that a delta looks at
LOUDNESS = 2.0  # how much more the level counts than any other cepstrum: it knows the syllables
BAND, NARROWEST, WIDEST = 0.2, 80, 300  # the warp's room: a part of the length; frames
FOREIGN = 0.9  # of the distance to the reference backwards: the same text is at 0.6 to 0.85
QUIET = 0.03  # of the loud level: below it nobody speaks
PAUSE_S = 0.12  # a shorter gap is a stop consonant
LEAP_S = 0.4  # a clause that ends this far from a pause does not end there
CLAUSE, CLOSING = tuple(",.;:!?…،؛؟۔।。，、；：！？—–"), "\"'”’»)」"


def aligned(
    line: Sequence[Token], reference: Speech, pcm: Sound, rate: int
) -> tuple[SpokenWord, ...] | None:
    """Time tokens in a sound by a reference that says the same; its words are these tokens.

    None where the sound is not that text, or is too short to tell.
    """
    own, other = _span(reference.pcm, reference.rate), _span(pcm, rate)
    theirs = _features(reference.pcm[own[0] : own[1]], reference.rate)
    heard = _features(pcm[other[0] : other[1]], rate)
    if len(theirs) < 2 * SLOPE or len(heard) < 2 * SLOPE:
        return None
    warp, distance = _warp(theirs, heard)
    if distance > FOREIGN * _warp(theirs[::-1], heard)[1]:
        return None
    told = np.array([word.start for word in reference.words]) - own[0] / reference.rate
    starts = np.interp(told / HOP_S, np.arange(len(warp)), warp) * HOP_S + other[0] / rate
    return timed(line, starts, pcm, rate)


def estimated(line: Sequence[Token], pcm: Sound, rate: int) -> tuple[SpokenWord, ...]:
    """Time tokens in a sound by its pauses: clauses end there, the rest is shared by letters."""
    spoken = _spoken(pcm, rate)
    if not line or not len(spoken):
        return share(line, 0.0, len(pcm) / rate)
    letters = np.array([0.0, *(word.end for word in share(line, 0.0, 1.0))]) * len(spoken)
    anchors = _anchors(line, letters, spoken)
    known, at = zip(*anchors, strict=True)
    places = np.interp(letters, letters[list(known)], at)[:-1].astype(int)
    return timed(line, spoken[places] * HOP_S, pcm, rate)


def timed(
    line: Sequence[Token], starts: Sequence[float] | Array, pcm: Sound, rate: int
) -> tuple[SpokenWord, ...]:
    """Make words of their starts: in order, inside the sound, each to where it falls silent."""
    end = len(pcm) / rate
    begin = np.clip(np.maximum.accumulate(np.asarray(starts)), 0.0, end)
    silent = (_spoken(pcm, rate) + 1) * HOP_S
    words = []
    for (text, char), (first, limit) in zip(line, pairwise([*begin, end]), strict=True):
        sounding = silent[(silent > first) & (silent <= limit + HOP_S / 10)]
        last = min(float(sounding[-1]), limit) if len(sounding) else limit
        words.append(SpokenWord(text, char, float(first), float(last)))
    return tuple(words)


def _span(pcm: Sound, rate: int) -> tuple[int, int]:
    """Find the first and the last sample of speech."""
    spoken, hop = _spoken(pcm, rate), HOP_S * rate
    return (int(spoken[0] * hop), ceil((spoken[-1] + 1) * hop)) if len(spoken) else (0, 0)


def _spoken(pcm: Sound, rate: int) -> NDArray[np.int64]:
    """List the hops that are spoken; the short gaps of stop consonants are part of it."""
    edges = np.round(np.arange(int(len(pcm) / rate / HOP_S) + 1) * HOP_S * rate).astype(np.int64)
    energy = np.append(0.0, np.cumsum(np.square(pcm, dtype=np.float64)))[edges]
    level = np.sqrt(np.diff(energy) / np.maximum(np.diff(edges), 1))
    if not level.any():
        return np.zeros(0, np.int64)
    loud = np.flatnonzero(level > QUIET * np.percentile(level[level > 0], 90))
    gaps = [range(a + 1, b) for a, b in pairwise(loud.tolist()) if b - a <= PAUSE_S / HOP_S]
    return np.sort(np.concatenate([loud, *gaps])).astype(np.int64)


def _features(pcm: Sound, rate: int) -> Array:
    """Describe a sound, one row of cepstra and slopes a hop, each column at mean 0, variance 1."""
    if len(pcm) < FRAME_S * rate:
        return np.zeros((0, 2 * CEPSTRA))
    size = int(FRAME_S * RATE)
    sound = resampled(pcm, rate, RATE).astype(np.float64)
    sound = np.pad(np.append(sound[:1], sound[1:] - 0.97 * sound[:-1]), size // 2)
    frames = np.lib.stride_tricks.sliding_window_view(sound, size)[:: int(HOP_S * RATE)]
    power = np.abs(np.fft.rfft(frames * np.hanning(size), _FFT)) ** 2 @ _bank().T
    cepstra = np.log(power + 1e-3 * power.mean() + 1e-12) @ _cosines().T
    rows = np.concatenate([cepstra, _slopes(cepstra)], axis=1)
    rows = (rows - rows.mean(axis=0)) / (rows.std(axis=0) + 1e-6)
    rows[:, [0, CEPSTRA]] *= LOUDNESS
    return np.asarray(rows, np.float64)


_FFT = 512


@cache
def _cosines() -> Array:
    """The first rows of an orthonormal cosine transform, (CEPSTRA, bands)."""
    bands = len(_bank())
    turns = np.outer(np.arange(CEPSTRA), np.arange(bands) + 0.5) * np.pi / bands
    rows = np.cos(turns) * np.sqrt(2 / bands)
    rows[0] /= np.sqrt(2)
    return np.asarray(rows, np.float64)


@cache
def _bank() -> Array:
    """Weigh the bins of a spectrum into BANDS triangles of equal width in mel: (BANDS, bins)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (LOWEST_HZ, HIGHEST_HZ))
    mel = np.linspace(low, high, BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)[:, None]
    bins = np.fft.rfftfreq(_FFT, 1 / RATE)
    up = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(up, down)))


def _slopes(rows: Array) -> Array:
    """Fit a line through each value and its SLOPE neighbours on either side; give its slope."""
    wide = np.pad(rows, ((SLOPE, SLOPE), (0, 0)), "edge")
    steps = range(-SLOPE, SLOPE + 1)
    total = sum(k * wide[SLOPE + k : SLOPE + k + len(rows)] for k in steps)
    return np.asarray(total / sum(k * k for k in steps))


def _warp(rows: Array, others: Array) -> tuple[Array, float]:
    """Warp one sequence onto another: the place in `others` of each row, and the mean distance.

    The cells of one anti-diagonal need only the two before it, so each is done in one go.
    """
    n, m = len(rows), len(others)
    room = min(max(BAND * max(n, m), NARROWEST), WIDEST)
    backwards, tilt = others[::-1], m / n + 1
    before, last = np.full(n + 1, np.inf), np.full(n + 1, np.inf)  # by row + 1
    steps: list[tuple[int, NDArray[np.int8]]] = []
    for k in range(n + m - 1):
        low = max(0, k - m + 1, ceil((k - room) / tilt))
        high = min(n - 1, k, int((k + room) / tilt)) + 1
        gap = rows[low:high] - backwards[m - 1 - k + low : m - 1 - k + high]
        cost = np.sqrt(np.einsum("ij,ij->i", gap, gap) / gap.shape[1])
        ways = np.stack([before[low:high], last[low:high], last[low + 1 : high + 1]])
        step = ways.argmin(axis=0).astype(np.int8)
        now = np.full(n + 1, np.inf)
        now[low + 1 : high + 1] = cost + (ways.min(axis=0) if k else 0.0)
        steps.append((low, step))
        before, last = last, now
    return _traced(steps, n, m, float(last[n]))


def _traced(
    steps: Sequence[tuple[int, NDArray[np.int8]]], n: int, m: int, total: float
) -> tuple[Array, float]:
    """Walk the cheapest way back; where a row met several of the others, it is in their middle."""
    met, times = np.zeros(n), np.zeros(n)
    i, k, length = n - 1, n + m - 2, 1
    while True:
        met[i] += k - i
        times[i] += 1
        if not k:
            return met / times, total / length
        low, step = steps[k]
        way = step[i - low]
        i, k, length = i - (way != 2), k - (2 if way == 0 else 1), length + 1


def _anchors(
    line: Sequence[Token], letters: Array, spoken: NDArray[np.int64]
) -> list[tuple[int, int]]:
    """Tie the ends of clauses to pauses: pairs of (tokens said, spoken hops), from first to last.

    In order, each to one pause at most, by the least distance in all.
    """
    bare = [text.rstrip(CLOSING) for text, _ in line[:-1]]
    clauses = [i for i, text in enumerate(bare, 1) if text.endswith(CLAUSE)]
    pauses = np.flatnonzero(np.diff(spoken) > 1) + 1
    costs = np.zeros((len(clauses) + 1, len(pauses) + 1))
    costs[1:] += np.arange(1, len(clauses) + 1)[:, None]
    for i, clause in enumerate(clauses):
        for j, pause in enumerate(pauses):
            leap = abs(letters[clause] - pause) * HOP_S / LEAP_S
            costs[i + 1, j + 1] = min(costs[i, j] + leap, costs[i, j + 1] + 1, costs[i + 1, j])
    found, i, j = [(len(line), len(spoken))], len(clauses), len(pauses)
    while i and j:
        if costs[i, j] == costs[i, j - 1]:
            j -= 1
        elif costs[i, j] == costs[i - 1, j] + 1:
            i -= 1
        else:
            i, j = i - 1, j - 1
            found.append((clauses[i], int(pauses[j])))
    return [(0, 0), *found[::-1]]
