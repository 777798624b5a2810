"""How much of a render is drawing: a full render against encoding the very same frames.

    python bench/render.py [--pairs 3] [--preset veryfast]

A board of about 12 seconds is built from a seed. R draws, encodes, mixes and joins it; E only
encodes, mixes and joins frames that were drawn before and lie in a file. R and E alternate in one
process and the medians of the paired ratios are told, which hold still when other work shares the
machine. `peak_mb` and `all_cpu_ratio` are of one whole render in a child: with start, voice,
sidecars and check. The last line is one JSON object. Needs about 1.2 GB of disk for raw frames.
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
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

sys.path[0] = str(Path(__file__).parents[1])  # run as a script, this file would hide the package

from render import Shot, Storyboard, Studio, booth  # noqa: E402
from render.cameras import Planes  # noqa: E402
from render.compose import Reel  # noqa: E402
from render.encode import Piece, Stock, film, join, planes  # noqa: E402
from render.sound import mix  # noqa: E402
from render.storyboard import Move, dumps  # noqa: E402
from render.timeline import Plan, pieces, plan  # noqa: E402

LINES: tuple[tuple[str, Move], ...] = (
    ("The old harbour bridge closed this morning, and nobody knows for how long.", "push_in"),
    ("Engineers found a crack as long as a bus.", "pan_left"),
    ("Ferries carried six thousand people before noon.", "pull_out"),
)
STAT = {"card": "stat", "value": "6.8", "unit": "km", "label": "Detour", "sub": "by car"}


def photo(path: Path, seed: int) -> str:
    """Draw something like a photo: smooth light, some edges, a little noise."""
    chance = np.random.default_rng(seed)
    patches = chance.uniform(30, 220, (8, 5, 3))
    light = cv2.resize(patches, (1296, 2304), interpolation=cv2.INTER_CUBIC)
    for _ in range(40):
        x, y, w, h = (int(v) for v in chance.integers((0, 0, 40, 40), (1296, 2304, 400, 500)))
        cv2.rectangle(light, (x, y), (x + w, y + h), chance.uniform(20, 230, 3).tolist(), -1)
    noisy = cv2.GaussianBlur(light, (0, 0), 1.5) + chance.normal(0, 2, light.shape)
    cv2.imwrite(str(path), np.clip(noisy, 0, 255).astype(np.uint8))
    return str(path)


def board(folder: Path) -> Storyboard:
    shots = [
        Shot(line, "photo", {"photo": photo(folder / f"{i}.jpg", i), "credit": "Drawn"}, move=move)
        for i, (line, move) in enumerate(LINES)
    ]
    card = Shot("The way around is almost seven kilometres.", "cards", STAT, transition="fade")
    return Storyboard("Bridge", "en", (*shots, card), chip="HARBOUR", tone="tension")


def timed(work: Callable[[], None]) -> tuple[float, float]:
    """Run it; seconds on the wall and on all cores."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def raw(reel: Reel, laid: Plan, stock: Stock, path: Path) -> "np.memmap[Any, np.dtype[np.uint8]]":
    """Draw all frames once into a file: shape (frames, bytes of one frame)."""
    size = stock.width * stock.height
    store = np.memmap(path, np.uint8, "w+", shape=(laid.frames, size * 3 // 2))
    for n in range(laid.frames):
        reel.paint(n, unpack(store[n], stock))
    return store


def unpack(frame: Any, stock: Stock) -> Planes:
    luma, size = stock.width * stock.height, (stock.height // 2, stock.width // 2)
    y, u, v = np.split(frame, [luma, luma * 5 // 4])
    return Planes(y.reshape(stock.height, stock.width), u.reshape(size), v.reshape(size))


def ssim(a: Any, b: Any) -> float:
    """Compare two luma planes, with the usual Gaussian window of 1.5 pixels."""
    x, y = a.astype(np.float32), b.astype(np.float32)

    def mean(plane: Any) -> Any:
        return cv2.GaussianBlur(plane, (11, 11), 1.5)

    mx, my = mean(x), mean(y)
    vx, vy, both = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    alike = (2 * mx * my + c1) * (2 * both + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return float(alike.mean())


def likeness(clip: Path, store: Any, stock: Stock) -> float:
    with av.open(str(clip)) as shown:
        return statistics.mean(
            ssim(planes(frame).y, unpack(store[n], stock).y)
            for n, frame in enumerate(shown.decode(video=0))
            if n % 20 == 0
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--preset", default="veryfast")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print(json.dumps(measured(Path(name), wish.pairs, wish.preset)))


def measured(folder: Path, pairs: int, preset: str) -> dict[str, Any]:
    made = board(folder)
    whole_cpu, peak_mb = whole(made, folder, preset)  # first: a child inherits its parent's peak
    studio = Studio(folder / "work", preset=preset)
    take = booth.speak(made, studio, lambda stage, part: None)
    laid = plan(made, take.speeches)
    stock = Stock(made.width, made.height, made.fps, preset)
    stems = [speech.pcm if speech else None for speech in take.speeches]
    store = raw(Reel(made, laid, studio), laid, stock, folder / "frames")
    out = folder / "out.mp4"

    def work(paint: Callable[[int, Planes], None]) -> None:
        with tempfile.TemporaryDirectory(dir=folder) as shelf:
            cut = pieces(laid, 2 * made.fps, 6 * made.fps)
            parts = [Piece(a, b, Path(shelf) / f"{a}.mp4") for a, b in cut]
            film(paint, parts, stock, 0, lambda stage, part: None)
            join(parts, mix(laid, stems), stock, {}, out)

    def copied(n: int, out: Planes) -> None:
        frame = unpack(store[n], stock)
        out.y[:], out.u[:], out.v[:] = frame.y, frame.u, frame.v

    load = os.getloadavg()[0]
    runs = []
    for _ in range(pairs):
        encoded = timed(lambda: work(copied))
        drawn = timed(lambda: work(Reel(made, laid, studio).paint))
        runs.append((drawn, encoded))
    encode_cpu = statistics.median(e[1] for _, e in runs)
    return {
        "bench": "render",
        "cpu_ratio": round(statistics.median(r[1] / e[1] for r, e in runs), 3),
        "fps_ratio": round(statistics.median(e[0] / r[0] for r, e in runs), 3),
        "fps": round(laid.frames / statistics.median(r[0] for r, _ in runs), 1),
        "cpu_s_per_s": round(statistics.median(r[1] for r, _ in runs) * laid.fps / laid.frames, 2),
        "all_cpu_ratio": round(whole_cpu / encode_cpu, 3),
        "peak_mb": peak_mb,
        "ssim": round(likeness(out, store, stock), 4),
        "frames": laid.frames,
        "pairs": pairs,
        "preset": preset,
        "cores": os.cpu_count(),
        "load_at_start": round(load, 1),
        "python": platform.python_version(),
        "av": av.__version__,
    }


def whole(made: Storyboard, folder: Path, preset: str) -> tuple[float, int]:
    """Render once in a child, from nothing; its seconds on all cores and its peak in MB."""
    (folder / "board.json").write_text(dumps(made), encoding="utf-8")
    files = [str(folder / "board.json"), str(folder / "whole.mp4"), "--work", str(folder / "fresh")]
    command = [sys.executable, "-m", "render", *files, "--json", "--preset", preset]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=sys.path[0])
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


if __name__ == "__main__":
    main()
