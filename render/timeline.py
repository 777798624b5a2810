"""Board and measured voice -> a plan in whole frames and whole samples.

Seconds enter here once, from the voice, and are never used again: everything after counts frames
of the picture and samples of the sound.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from render.storyboard import Shot, Storyboard, Transition, View
from render.voices import Speech

__all__ = ["MAX_S", "RATE", "Plan", "PlannedShot", "PlannedWord", "lasts", "pieces", "plan"]

RATE = 48_000  # samples a second of every sound after the voice: what all platforms take
MAX_S = 60  # the longest clip that every platform takes as a short one (2026-11)
SHORTEST_S = 1.2  # a shot that is shorter cannot be read
VIEW_S = 0.8  # a view that is shorter is not seen: its cut is left out
LEAD_S, TAIL_S = 0.07, 0.13  # silence before and after a line: the cut falls into this gap
FADES_S: dict[Transition, float] = {"cut": 0.0, "fade": 1 / 3, "push": 0.24}


@dataclass(frozen=True, slots=True)
class PlannedShot:
    """Frames [first, first + length) show view `view` of shot `index`; 0 is its first picture.

    The first `fade` of them are mixed with what was before, which goes on moving meanwhile.
    """

    index: int
    first: int
    length: int
    fade: int = 0
    view: int = 0


@dataclass(frozen=True, slots=True)
class PlannedWord:
    """One written token of a line, lit during frames [first, last).

    `char` is where it begins in the line of shot `shot`.
    """

    text: str
    shot: int
    char: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`voice` holds, for each spoken shot, (shot, first sample at RATE)."""

    fps: int
    frames: int
    shots: tuple[PlannedShot, ...]
    words: tuple[PlannedWord, ...]
    voice: tuple[tuple[int, int], ...]


def plan(board: Storyboard, speeches: Sequence[Speech | None]) -> Plan:
    """Lay the shots of a board end to end, each as long as its line takes.

    `speeches` has one entry for each shot, None where it has no line. Raises ValueError where the
    clip would be longer than MAX_S, and says how long.
    """
    shots: list[PlannedShot] = []
    words: list[PlannedWord] = []
    voice: list[tuple[int, int]] = []
    first, lead = 0, round(LEAD_S * board.fps)
    for index, (shot, speech) in enumerate(zip(board.shots, speeches, strict=True)):
        length = _length(shot, speech, board.fps)
        fade = min(round(FADES_S[shot.transition] * board.fps), length // 2) if index else 0
        whole, spoken = PlannedShot(index, first, length, fade), []
        if speech is not None:
            voice.append((index, (first + lead) * RATE // board.fps))
            spoken = _words(speech, index, first + lead, first + length, board.fps)
        shots += _views(whole, shot, spoken, round(VIEW_S * board.fps))
        words += spoken
        first += length
    if not shots:
        raise ValueError("the board has no shots")
    if first > MAX_S * board.fps:
        raise ValueError(_too_long(first, shots, board.fps))
    return Plan(board.fps, first, tuple(shots), tuple(words), tuple(voice))


def lasts(board: Storyboard, speeches: Sequence[Speech | None]) -> float:
    """Tell how many seconds the clip will last, however long that is."""
    shots = zip(board.shots, speeches, strict=True)
    return sum(_length(shot, speech, board.fps) for shot, speech in shots) / board.fps


def pieces(plan: Plan, at_least: int, at_most: int) -> tuple[tuple[int, int], ...]:
    """Cut a plan into frame ranges [first, last), at shot boundaries where they lie well.

    A piece is not shorter than `at_least` frames unless the whole plan is; only a shot that is
    longer than `at_most` is cut inside.
    """
    cuts = [0]
    for edge in [shot.first + shot.length for shot in plan.shots]:
        while edge - cuts[-1] > at_most + at_least:
            cuts.append(cuts[-1] + at_most)
        if edge - cuts[-1] >= at_least:
            cuts.append(edge)
    if cuts[-1] != plan.frames:  # too short to stand alone: the piece before takes it in
        cuts[max(1, len(cuts) - 1) :] = [plan.frames]
    return tuple(pairwise(cuts))


def _too_long(frames: int, shots: Sequence[PlannedShot], fps: int) -> str:
    """Say by how much, and where most can be cut."""
    lengths: Counter[int] = Counter()
    for shot in shots:
        lengths[shot.index] += shot.length
    ((index, longest),) = lengths.most_common(1)
    return (
        f"the clip would last {frames / fps:.1f} s, {MAX_S}.0 s is the most: cut "
        f"{frames / fps - MAX_S:.1f} s; the longest of {len(lengths)} shots is shot {index + 1}, "
        f"{longest / fps:.1f} s"
    )


def _length(shot: Shot, speech: Speech | None, fps: int) -> int:
    """Count a shot's frames: at least one for each word, and enough to be read."""
    hold = round(shot.hold_s * fps)
    if speech is None:
        return max(hold, round(SHORTEST_S * fps))
    voice = max(-(-len(speech.pcm) * fps // speech.rate), len(speech.words))
    gap = round(LEAD_S * fps) + round(TAIL_S * fps)
    return max(voice + gap + hold, round(SHORTEST_S * fps))


def _views(
    whole: PlannedShot, shot: Shot, words: Sequence[PlannedWord], least: int
) -> list[PlannedShot]:
    """Cut a shot where its views begin: at a word's first frame, none shorter than `least`.

    Where a card goes on there is no cut: it would only come in once more.
    """
    end = whole.first + whole.length
    cuts = [(whole.first, 0)]
    for view, other in enumerate(shot.views, 1):
        at = next((word.first for word in words if word.char >= other.char), end)
        if _goes_on(shot.seen(cuts[-1][1]), other):
            continue
        if at - cuts[-1][0] >= least and end - at >= least:
            cuts.append((at, view))
    ends = [*(at for at, _ in cuts[1:]), end]
    return [
        replace(whole, first=at, length=last - at, view=view, fade=0 if view else whole.fade)
        for (at, view), last in zip(cuts, ends, strict=True)
    ]


def _goes_on(shown: Shot, view: View) -> bool:
    """Whether a view is the very card that is shown already."""
    return shown.camera == view.camera == "cards" and shown.picture == view.picture


def _words(speech: Speech, shot: int, base: int, end: int, fps: int) -> list[PlannedWord]:
    """Turn a speech's word times into frames: in order, apart, each at least one frame."""
    count = len(speech.words)
    starts: list[int] = []
    for i, word in enumerate(speech.words):
        earliest = starts[-1] + 1 if starts else base
        starts.append(min(max(base + round(word.start * fps), earliest), end - (count - i)))
    limits = [*starts[1:], end]
    return [
        PlannedWord(w.text, shot, w.char, first, min(max(base + round(w.end * fps), first + 1), up))
        for w, first, up in zip(speech.words, starts, limits, strict=True)
    ]
