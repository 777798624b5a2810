"""How much of a render is drawing: a full render against encoding the very same frames.

    python bench/render.py [--pairs 3] [--seconds 30] [--preset veryfast]

A board of about 30 seconds is built from a seed. R draws, encodes, mixes and joins it; E only
encodes, mixes and joins frames that were drawn before and lie in a file. E and R alternate in one
process and the medians of the paired ratios are told, which hold still when other work shares the
machine. `peak_mb` and `all_cpu_ratio` are of one whole render in a child: with start, voice,
sidecars and check; a second one, from nothing again, says whether all is `identical`. M writes
four seconds of the clip with MoviePy alone, and R the same frames: `moviepy_cpu_ratio` is their
CPU. The last line is one JSON object. Needs about 3 GB of disk, best of memory too, for raw frames.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import av
import numpy as np

sys.path[0] = str(Path(__file__).parents[1])  # run as a script, this file would hide the package

from bench.clip.board import board  # noqa: E402
from bench.clip.gauges import kbps, smoothness, ssim  # noqa: E402
from render import Storyboard, Studio, booth  # noqa: E402
from render.cameras import Planes  # noqa: E402
from render.compose import Reel  # noqa: E402
from render.cut import PIECE_S  # noqa: E402
from render.encode import Piece, Stock, film, join  # noqa: E402
from render.shelf import digest  # noqa: E402
from render.sound import mix  # noqa: E402
from render.storyboard import dumps  # noqa: E402
from render.timeline import Plan, pieces, plan  # noqa: E402

Paint = Callable[[int, Planes], None]
RIVAL_S = 4


@dataclass(frozen=True, slots=True)
class Lap:
    """Seconds on the wall, and on all cores."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Set:
    """A board with its voice taken: all that both sides of a pair have in common."""

    board: Storyboard
    studio: Studio
    folder: Path

    @cached_property
    def take(self) -> booth.Take:
        """The voice, and when each word is said."""
        return booth.speak(self.board, self.studio, quiet)

    @cached_property
    def plan(self) -> Plan:
        """The clip in frames."""
        return plan(self.board, self.take.speeches)

    @cached_property
    def stock(self) -> Stock:
        """What it is filmed on."""
        made = self.board
        return Stock(made.width, made.height, made.fps, self.studio.preset, self.studio.crf)

    def reel(self) -> Reel:
        """New pictures of it: nothing is drawn yet."""
        return Reel(self.board, self.plan, self.studio)

    def shot(self, paint: Paint, out: Path, span: tuple[int, int] | None = None) -> None:
        """Film the clip, or one part of it without sound."""
        least, most = (side * self.plan.fps for side in PIECE_S)
        cuts = [span] if span else pieces(self.plan, least, most)
        with tempfile.TemporaryDirectory(dir=self.folder) as shelf:
            parts = [Piece(a, b, Path(shelf) / f"{a}.mp4") for a, b in cuts]
            film(paint, parts, self.stock, 0, quiet)
            if not span:
                stems = [speech.pcm if speech else None for speech in self.take.speeches]
                join(parts, mix(self.plan, stems), self.stock, {}, out)


def quiet(stage: str, part: float) -> None:
    """Tell nobody how far it is."""


@contextmanager
def lap(laps: list[Lap]) -> Iterator[None]:
    """Time what is inside, children included."""
    wall, cpu = time.perf_counter(), _cpu()
    yield
    laps.append(Lap(time.perf_counter() - wall, _cpu() - cpu))


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--preset", default="veryfast")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = board(folder, wish.seconds)
        load = round(os.getloadavg()[0], 1)
        wholes = whole(made, folder, wish.preset)  # first: a child inherits its parent's peak
        stage = Set(made, Studio(folder / "work", preset=wish.preset), folder)
        found = paired(stage, wish.pairs)
        told = {"bench": "render", **found, **wholes, **rival(stage), **smooth()}
        told["all_cpu_ratio"] = round(told.pop("whole_cpu_s") / told["encode_cpu_s"], 3)
        print(json.dumps(told | {"load_at_start": load, **conditions(wish)}))


def paired(stage: Set, pairs: int) -> dict[str, Any]:
    """Film the clip from raw frames and from its board, in turn."""
    store = raw(stage)
    copied, out = replay(store, stage.stock), stage.folder / "out.mp4"
    encoded: list[Lap] = []
    drawn: list[Lap] = []
    for _ in range(pairs):
        with lap(encoded):
            stage.shot(copied, out)
        with lap(drawn):
            stage.shot(stage.reel().paint, out)
    both = list(zip(drawn, encoded, strict=True))
    frames, wall = stage.plan.frames, statistics.median(r.wall for r in drawn)
    cpu = statistics.median(r.cpu for r in drawn)
    return {
        "cpu_ratio": round(statistics.median(r.cpu / e.cpu for r, e in both), 3),
        "fps_ratio": round(statistics.median(e.wall / r.wall for r, e in both), 3),
        "fps": round(frames / wall, 1),
        "cpu_s_per_s": round(cpu * stage.plan.fps / frames, 2),
        "encode_cpu_s": round(statistics.median(e.cpu for e in encoded), 2),
        "ssim": round(ssim(out, store), 4),
        "kbps": round(kbps(out)),
        "frames": frames,
    }


def raw(stage: Set) -> "np.memmap[Any, np.dtype[np.uint8]]":
    """Draw all frames once into a file: shape (frames, bytes of one frame)."""
    size, frames = stage.stock.width * stage.stock.height * 3 // 2, stage.plan.frames
    store = np.memmap(stage.folder / "frames", np.uint8, "w+", shape=(frames, size))
    paint = stage.reel().paint
    for n in range(frames):
        paint(n, unpack(store[n], stage.stock))
    return store


def replay(store: Any, stock: Stock) -> Paint:
    """Paint frames by copying them out of the file."""

    def paint(n: int, out: Planes) -> None:
        frame = unpack(store[n], stock)
        out.y[:], out.u[:], out.v[:] = frame.y, frame.u, frame.v

    return paint


def unpack(frame: Any, stock: Stock) -> Planes:
    luma, size = stock.width * stock.height, (stock.height // 2, stock.width // 2)
    y, u, v = np.split(frame, [luma, luma * 5 // 4])
    return Planes(y.reshape(stock.height, stock.width), u.reshape(size), v.reshape(size))


def whole(made: Storyboard, folder: Path, preset: str) -> dict[str, Any]:
    """Render twice in a child, from nothing: CPU and peak of a render, and whether both agree."""
    (folder / "board.json").write_text(dumps(made), encoding="utf-8")
    found, laps = [], list[Lap]()
    for name in ("one", "two"):
        files = [str(folder / "board.json"), str(folder / f"{name}.mp4")]
        rest = ["--work", str(folder / name), "--json", "--preset", preset]
        command = [sys.executable, "-m", "render", *files, *rest]
        with lap(laps):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=sys.path[0])
        found.append(digest(folder / f"{name}.mp4"))
    return {
        "whole_cpu_s": statistics.median(lap.cpu for lap in laps),
        "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "identical": found[0] == found[1],
    }


def rival(stage: Set) -> dict[str, Any]:
    """Write a part with MoviePy alone, around the first cross-fade; R films the same frames."""
    from bench.clip.rival import write

    middle = next((s.first for s in stage.plan.shots if s.fade), RIVAL_S * stage.plan.fps // 2)
    first = max(0, middle - RIVAL_S * stage.plan.fps // 2)
    span = (first, min(first + RIVAL_S * stage.plan.fps, stage.plan.frames))
    ours: list[Lap] = []
    theirs: list[Lap] = []
    reel = stage.reel()
    with lap(ours):
        stage.shot(reel.paint, stage.folder / "part.mp4", span)
    with lap(theirs):
        out = stage.folder / "rival.mp4"
        write(stage.board, stage.plan, reel.pages, span, stage.stock, out)
    return {
        "moviepy_cpu_ratio": round(theirs[0].cpu / ours[0].cpu, 2),
        "moviepy_part_s": (span[1] - span[0]) / stage.plan.fps,
    }


def smooth() -> dict[str, float]:
    rms, step = smoothness()
    return {"zoom_rms_px": round(rms, 4), "zoom_step_px": round(step, 4)}


def conditions(wish: argparse.Namespace) -> dict[str, Any]:
    return {
        "pairs": wish.pairs,
        "preset": wish.preset,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "av": av.__version__,
    }


if __name__ == "__main__":
    main()
