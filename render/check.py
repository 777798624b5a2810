"""Holds a finished clip against the bars of the platforms and of good reading.

The report says each value beside its bar, so that an editor sees why. Bars: facts of the
platforms' upload pages, WCAG 2.3.1 and own measurements, 2026-11.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from render import meters, screening
from render.screening import Footage
from render.sound import loudness, true_peak_db
from render.storyboard import Storyboard
from render.timeline import MAX_S, RATE, Plan

__all__ = ["Reading", "check"]

ENOUGH_WORDS = 20  # with fewer, a shift cannot be told from chance
BASE_WIDTH = 1080  # the safe area is told at this width
TOP, BOTTOM, LEFT, RIGHT = 252, 1440, 72, 1008  # clear of three platforms' texts
RAIL_TOP, RAIL_LEFT = 1000, 912  # clear of their buttons, which begin here
SOUND = f"aac {RATE} Hz x2"
PICTURES = [f"h264 High {level} yuv420p" for level in (30, 31, 32, 40, 41, 42)]

Box = Mapping[str, Any]
"""A text box in pixels and frames: text, x, y, w, h, first, last."""


class Reading(NamedTuple):
    """One measured value beside its bar, both as an editor reads them."""

    name: str
    value: str
    bar: str
    ok: bool


def check(
    clip: Path,
    board: Storyboard,
    plan: Plan,
    boxes: Iterable[Box] = (),
    audible: bool = True,
) -> dict[str, Any]:
    """Measure a clip; ready for JSON: {"ok", "checks": [{"name", "value", "bar", "ok"}]}.

    `boxes` are the texts of its frames; `audible` is False where the clip is silent on purpose.
    Raises RenderError where the file cannot be read.
    """
    footage = screening.watch(clip)
    readings = [
        *_container(footage, board),
        *_pictures(footage, board.fps),
        *(_sounds(footage, plan) if audible else ()),
        *_texts(tuple(boxes), board.width / BASE_WIDTH),
    ]
    return {
        "ok": all(reading.ok for reading in readings),
        "checks": [reading._asdict() for reading in readings],
    }


def _container(footage: Footage, board: Storyboard) -> Iterator[Reading]:
    picture, audio = footage.picture, footage.audio
    yield Reading("length", _s(picture.seconds), f"at most {MAX_S} s", picture.seconds <= MAX_S)
    yield Reading(
        "picture", picture.form, "h264 High, at most 42, yuv420p", picture.form in PICTURES
    )
    yield Reading("sound", audio.form, SOUND, audio.form == SOUND)
    size, wish = f"{footage.size[0]}x{footage.size[1]}", f"{board.width}x{board.height}"
    yield Reading("size", size, wish, size == wish)
    yield Reading("pace", f"{footage.fps:g} fps", f"{board.fps} fps", footage.fps == board.fps)
    colour = "/".join(str(tag) for tag in footage.colour)
    yield Reading("colour tags", colour, "1/1/1/1", colour == "1/1/1/1")
    first = next((box for box in footage.boxes if box in ("moov", "mdat")), "none")
    yield Reading("first part", first, "moov", first == "moov")
    gap = float(np.diff([*footage.keys, picture.seconds]).max(initial=0.0))
    yield Reading("key frames", f"{gap:.2f} s apart", "at most 2 s", gap < 2.01)
    start, frame = abs(picture.start - audio.start), 1 / board.fps
    yield Reading("starts", f"{_ms(start)} apart", "at most 1 frame", start < 1.01 * frame)
    end = abs(picture.seconds - audio.seconds)
    yield Reading("ends", f"{_ms(end)} apart", "at most 1 frame", end < 1.01 * frame)


def _pictures(footage: Footage, fps: int) -> Iterator[Reading]:
    black = meters.black_s(footage.thumbs, fps)
    yield Reading("black", _s(black), "at most 0.3 s", black <= 0.3)
    freeze = meters.freeze_s(footage.thumbs, fps)
    yield Reading("freeze", _s(freeze), "at most 2 s", freeze <= 2.0)
    flashes = meters.flashes(footage.thumbs, fps)
    yield Reading("flashes", f"{flashes:g} in a second", "at most 3", flashes <= 3)


def _sounds(footage: Footage, plan: Plan) -> Iterator[Reading]:
    level, peak = loudness(footage.sound), true_peak_db(footage.sound)
    yield Reading("loudness", f"{level:.1f} LUFS", "-14 +-1 LUFS", abs(level + 14) <= 1)
    yield Reading("true peak", f"{peak:.1f} dBTP", "at most -1 dBTP", peak <= -1)
    quiet = meters.quiet_s(footage.sound, _lines(plan))
    yield Reading("silence in speech", _s(quiet), "at most 0.8 s", quiet <= 0.8)
    if len(plan.words) >= ENOUGH_WORDS:
        lag = meters.voice_lag_s(footage.sound, [word.first / plan.fps for word in plan.words])
        yield Reading("voice after captions", _ms(lag), "within 100 ms", abs(lag) <= 0.1)


def _texts(boxes: Sequence[Box], scale: float) -> Iterator[Reading]:
    outside = ", ".join(sorted({_name(box) for box in boxes if not _is_safe(box, scale)}))
    yield Reading("text outside the safe area", outside or "none", "none", not outside)
    pairs = {f"{_name(a)} / {_name(b)}" for a, b in combinations(boxes, 2) if _do_meet(a, b)}
    yield Reading("text on text", ", ".join(sorted(pairs)) or "none", "none", not pairs)


def _is_safe(box: Box, scale: float) -> bool:
    """Say whether a box is clear of what platforms draw over a clip; a pixel of slack is left."""
    left, top = box["x"] / scale, box["y"] / scale
    right, bottom = left + box["w"] / scale, top + box["h"] / scale
    limit = RIGHT if bottom <= RAIL_TOP else RAIL_LEFT
    return bool(left >= LEFT - 1 and right <= limit + 1 and top >= TOP - 1 and bottom <= BOTTOM + 1)


def _do_meet(a: Box, b: Box) -> bool:
    """Say whether two boxes share more than a pixel's edge in the same frame."""
    together = max(a["first"], b["first"]) < min(a["last"], b["last"])
    wide = min(a["x"] + a["w"], b["x"] + b["w"]) - max(a["x"], b["x"])
    high = min(a["y"] + a["h"], b["y"] + b["h"]) - max(a["y"], b["y"])
    return bool(together and wide > 1 and high > 1)


def _lines(plan: Plan) -> list[tuple[int, int]]:
    """Give the samples from each spoken line's first word to its last."""
    spans: dict[int, tuple[int, int]] = {}
    for word in plan.words:
        first, _ = spans.get(word.shot, (word.first, 0))
        spans[word.shot] = first, word.last
    return [(a * RATE // plan.fps, b * RATE // plan.fps) for a, b in spans.values()]


def _name(box: Box) -> str:
    return repr(str(box.get("text", ""))[:30])


def _s(seconds: float) -> str:
    return f"{seconds:.1f} s"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
