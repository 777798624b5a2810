"""How soon there is something to watch: the preview against the full render, both from nothing.

    python bench/preview.py [--pairs 3] [--seconds 30]

A render with --preview is timed from the start of its process to the line that names the preview;
a render without one to its end. Each starts with an empty shelf, in turn, and the medians of the
paired ratios are told: of seconds on the wall, and of seconds on all cores, which hold still when
other work shares the machine. The check of the full clip is not counted in `full_s`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path[0] = str(Path(__file__).parents[1])  # run as a script, bench/render.py would hide render

from bench.clip.board import board  # noqa: E402
from render.storyboard import dumps  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


class Lap(NamedTuple):
    """From the start of a process: seconds on the wall, and on all cores."""

    wall_s: float
    cpu_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30.0)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print(json.dumps(measured(Path(name), wish.pairs, wish.seconds)))


def measured(folder: Path, pairs: int, seconds: float) -> dict[str, object]:
    """Time both in turn."""
    plan = folder / "board.json"
    plan.write_text(dumps(board(folder, seconds)), encoding="utf-8")
    load = os.getloadavg()[0]
    runs = [
        (
            until(plan, folder / f"p{n}", "preview", "--preview"),
            until(plan, folder / f"f{n}", "check"),
        )
        for n in range(pairs)
    ]
    return {
        "bench": "preview",
        "preview_ratio": round(statistics.median(p.wall_s / f.wall_s for p, f in runs), 3),
        "preview_cpu_ratio": round(statistics.median(p.cpu_s / f.cpu_s for p, f in runs), 3),
        "preview_s": round(statistics.median(p.wall_s for p, _ in runs), 2),
        "full_s": round(statistics.median(f.wall_s for _, f in runs), 2),
        "bar": 0.25,
        "clip_s": seconds,
        "pairs": pairs,
        "cores": os.cpu_count(),
        "load_at_start": round(load, 1),
    }


def until(plan: Path, work: Path, said: str, *wishes: str) -> Lap:
    """Render from nothing until it tells a preview or begins a stage; the rest is let go."""
    command = [sys.executable, "-m", "render", str(plan), str(work / "out.mp4"), "--json"]
    command += ["--work", str(work), *wishes]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=sys.path[0]) as child:
        assert child.stdout
        for line in child.stdout:
            told = json.loads(line)
            if said in (told.get("stage"), *told) and told.get("stage") != "preview":
                lap = Lap(time.perf_counter() - began, used(child.pid))
                child.terminate()
                return lap
    raise SystemExit(f"the render never came to {said!r}")


def used(pid: int) -> float:
    """Read how many seconds a running process took of all cores, and its finished children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / TICKS


if __name__ == "__main__":
    main()
