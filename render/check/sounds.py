"""What is heard: loudness, peaks, silence, and whether the captions keep step with the voice."""

from collections.abc import Iterator

from render.check import meters
from render.check.reading import Reading, ms, s
from render.check.screening import Footage
from render.sound import loudness, true_peak_db
from render.timeline import RATE, Plan

__all__ = ["readings"]

ENOUGH_WORDS = 20  # with fewer, a shift cannot be told from chance
TARGET_LUFS, NEAR_LU, FAR_LU = -14.0, 0.3, 1.0  # beyond NEAR_LU it is told, beyond FAR_LU refused


def readings(footage: Footage, plan: Plan) -> Iterator[Reading]:
    """Hold a clip's sound against what platforms play at, and against its own words."""
    level, peak = loudness(footage.sound), true_peak_db(footage.sound)
    off = abs(round(level, 2) - TARGET_LUFS)
    yield Reading("loudness", f"{level:.1f} LUFS", "-14 +-0.3 LUFS", off <= NEAR_LU, off > FAR_LU)
    yield Reading("true peak", f"{peak:.1f} dBTP", "at most -1 dBTP", peak <= -1)
    quiet = meters.quiet_s(footage.sound, _lines(plan))
    yield Reading("silence in speech", s(quiet), "at most 0.8 s", quiet <= 0.8)
    if len(plan.words) >= ENOUGH_WORDS:
        lag = meters.voice_lag_s(footage.sound, [word.first / plan.fps for word in plan.words])
        yield Reading("voice after captions", ms(lag), "within 100 ms", abs(lag) <= 0.1)


def _lines(plan: Plan) -> list[tuple[int, int]]:
    """Give the samples from each spoken line's first word to its last."""
    spans: dict[int, tuple[int, int]] = {}
    for word in plan.words:
        first, _ = spans.get(word.shot, (word.first, 0))
        spans[word.shot] = first, word.last
    return [(a * RATE // plan.fps, b * RATE // plan.fps) for a, b in spans.values()]
