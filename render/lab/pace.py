"""How fast a machine is: what was measured on it is remembered, and what is not known is guessed.

Two things are asked. How long a preset takes here, for a second of film: by the device it ran on,
the size and the length. And how long the rest of a render takes, for a frame of the clip: by the
size of the frame and how many threads draw. The last few times count, by their median.

The sums are pure; `read` and `write` keep them in one file.
"""

import contextlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Annotated, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from render import RenderError, shelf
from render.lab import Facts, Order, Preset

__all__ = ["Pace", "Speed", "made", "read", "rest", "speed", "spent", "write"]

LAST = 7  # times that are remembered
CAUTION = 1.1  # the median is too short half of the time
BUSY, AFTER = ("text", "denoise"), ("decode", "finish", "encode")  # stages, as Facts name them
FULL_HD = 1080 * 1920
PRIOR = {"draw": 0.030, "check": 0.006, "sound": 0.003, "preview": 0.006}
"""Seconds for a frame of 1080x1920 on one thread of a machine that has not been measured.

About 1.2 times what two slow cores took for a clip of 29 s (2026-11: 14.8 s drawing, 3.9 checking,
1.6 for a sound that nothing hid, 2.6 for the preview; `bench/render.py` has the board).
"""
SIDE_BY_SIDE = frozenset({"draw", "preview"})  # stages that are done by several threads

Seconds: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Times: TypeAlias = tuple[Seconds, ...]
Pairs: TypeAlias = tuple[tuple[Seconds, Seconds], ...]


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds for one order: its worker busy, developing on the side; loading comes once."""

    busy_s: float
    after_s: float
    load_s: float


@dataclass(frozen=True, slots=True)
class Pace:
    """What was measured, the latest last.

    `films` is by preset, size and length: device -> (busy, after) for a second of film, a whole
    still. `loads` is by preset: device -> seconds. `stages` is by stage, size and threads:
    seconds for a frame. `device` is the last one that anything was made on.
    """

    films: Mapping[str, Mapping[str, Pairs]] = field(default_factory=dict)
    loads: Mapping[str, Mapping[str, Times]] = field(default_factory=dict)
    stages: Mapping[str, Times] = field(default_factory=dict)
    device: str = ""


_adapter = TypeAdapter(Pace)


def speed(pace: Pace, order: Order, preset: Preset) -> Speed:
    """Say how long an order takes with a preset on the device that was last used, or guess."""
    lasts = _lasts(order, preset)
    known = pace.films.get(_film(order, preset), {}).get(pace.device) or _nearest(
        pace, order, preset
    )
    busy = median(one for one, _ in known) if known else preset.prior_s
    after = median(one for _, one in known) if known else 0.0
    loads = pace.loads.get(preset.name, {}).get(pace.device)
    load = median(loads) if loads else preset.load_s
    return Speed(busy * lasts * CAUTION, after * lasts * CAUTION, load * CAUTION)


def made(pace: Pace, order: Order, preset: Preset, facts: Facts) -> Pace:
    """Remember what a worker measured. What no clock can have told is not."""
    lasts, device = _lasts(order, preset), facts.device
    pace = replace(pace, device=device)
    busy, after = (round(_sum(facts, stages) / lasts, 4) for stages in (BUSY, AFTER))
    if _sane(busy) and _sane(after) and busy > 0:
        key = _film(order, preset)
        known = pace.films.get(key, {})
        pairs = (*known.get(device, ()), (busy, after))[-LAST:]
        pace = replace(pace, films={**pace.films, key: {**known, device: pairs}})
    load = facts.seconds.get("load", 0.0)
    return _loaded(pace, preset, device, load) if _sane(load) and load > 0 else pace


def _loaded(pace: Pace, preset: Preset, device: str, load: float) -> Pace:
    known = pace.loads.get(preset.name, {})
    times = (*known.get(device, ()), round(load, 3))[-LAST:]
    return replace(pace, loads={**pace.loads, preset.name: {**known, device: times}})


def rest(pace: Pace, stage: str, frames: int, size: tuple[int, int], threads: int) -> float:
    """Say how many seconds a stage of the render takes for so many frames, or guess."""
    known = pace.stages.get(_stage(stage, size, threads))
    if known:
        return median(known) * frames * CAUTION
    share = threads if stage in SIDE_BY_SIDE else 1
    return PRIOR[stage] * frames * (size[0] * size[1] / FULL_HD) / share


def spent(
    pace: Pace, stage: str, frames: int, size: tuple[int, int], threads: int, seconds: float
) -> Pace:
    """Remember how long a stage took; a handful of frames says nothing."""
    if frames < 30 or not _sane(seconds):
        return pace
    key = _stage(stage, size, threads)
    times = (*pace.stages.get(key, ()), round(seconds / frames, 6))[-LAST:]
    return replace(pace, stages={**pace.stages, key: times})


def read(path: Path) -> Pace:
    """Read what is remembered; a file that is not there or cannot be read is forgotten."""
    try:
        return _adapter.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return Pace()


def write(pace: Pace, path: Path) -> None:
    """Keep what is remembered. Where that cannot be, it is measured again: nothing else is lost."""
    told = json.dumps(_adapter.dump_python(pace, mode="json"), indent=1, sort_keys=True)
    with contextlib.suppress(RenderError), shelf.aside(path) as part:
        part.write_text(told + "\n", encoding="utf-8")


def _lasts(order: Order, preset: Preset) -> float:
    """Seconds of film that a model is asked for; a still counts as one."""
    if order.kind == "still":
        return 1.0
    return max(min(order.frames / order.fps, preset.frames / preset.fps), 0.1)


def _film(order: Order, preset: Preset, longer: int = 0) -> str:
    seconds = math.ceil(_lasts(order, preset)) + longer
    size = f"{preset.width}x{preset.height}x{preset.steps}"
    return f"{preset.name} {size} {order.width}x{order.height} {seconds} s"


def _nearest(pace: Pace, order: Order, preset: Preset) -> Pairs:
    """What films of another length took: a second of film takes about as long in each."""
    for longer in (1, -1, 2, -2, 3, -3, 4, -4):
        near = pace.films.get(_film(order, preset, longer), {}).get(pace.device)
        if near:
            return near
    return ()


def _stage(stage: str, size: tuple[int, int], threads: int) -> str:
    return f"{stage} {size[0]}x{size[1]}" + f" {threads}" * (stage in SIDE_BY_SIDE)


def _sum(facts: Facts, stages: Sequence[str]) -> float:
    return sum(facts.seconds.get(stage, 0.0) for stage in stages)


def _sane(seconds: float) -> bool:
    return math.isfinite(seconds) and seconds >= 0
