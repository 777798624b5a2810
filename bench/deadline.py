"""The deadline's planner: how long a plan takes, and how much more it gets into the time.

Repeat: python bench/deadline.py

Boards of random shots (a seed, so always the same), three film presets, two still presets, a sheet
and chains, on 1 and 8 workers with 20 and 60 s left. `slowest_s` is CPU time of the longest plan of
24 shots. `worth_ratio` is the median worth of our plan over that of a greedy one on the same board:
the heaviest shots first, each with the best preset that still fits on the worker that is free
first, loading paid at each switch. Worth is weight times the preset's.
"""

import json
import math
import random
import statistics
import sys
import time
from pathlib import Path

sys.path[:1] = [str(Path(__file__).parents[1])]  # bench/render.py would hide the package

from render.lab.planner import Floor, Way, Wish, plan  # noqa: E402

FILMS = {"studio": 0.9, "quality": 0.75, "rush": 0.5}
STILLS = {"fine": 0.5, "lean": 0.4}
LOADS = dict.fromkeys((*FILMS, *STILLS), 5.0)
BOARDS = 40


def board(count: int, seed: int) -> list[Wish]:
    dice = random.Random(seed)
    sheet = tuple(Way("sheet:a", name, "still", 0.01, 5 * w) for name, w in STILLS.items())
    wishes = [Wish("sheet:a", sheet, shown=False)]
    for n in range(count):
        weight, lasts = dice.uniform(0.5, 2), dice.uniform(2, 5)
        leans = ("sheet:a", *((str(n - 1),) if n % 3 else ()))
        films = [
            Way(str(n), name, "film", weight * worth, lasts * 4 * worth**2, 0.5, leans)
            for name, worth in FILMS.items()
        ]
        stills = [
            Way(f"{n}~still", name, "still", weight * worth / 2, 5 * worth)
            for name, worth in STILLS.items()
        ]
        wishes.append(Wish(str(n), (*films, *stills)))
    return wishes


def greedy(wishes: list[Wish], floor: Floor) -> float:
    """Worth of the heaviest first, each as well as it still fits."""
    benches, worth = [(0.0, "")] * floor.workers, 0.0
    shown = [wish for wish in wishes if wish.shown]
    for wish in sorted(shown, key=lambda one: -one.ways[0].worth):
        at = min(range(len(benches)), key=lambda n: benches[n][0])
        free, loaded = benches[at]
        for way in wish.ways:
            ends = free + (way.preset != loaded) * LOADS[way.preset] + way.busy_s
            if ends + way.after_s <= floor.left_s:
                benches[at], worth = (ends, way.preset), worth + way.worth
                break
    return worth


def made(wishes: list[Wish], floor: Floor) -> float:
    """Worth of our plan by the same measure: what it keeps to is not counted."""
    begun = {(task.order, task.preset) for task in plan(wishes, floor).tasks}
    ways = (way for wish in wishes if wish.shown for way in wish.ways)
    return sum(way.worth for way in ways if (way.order, way.preset) in begun)


def slowest() -> float:
    longest = 0.0
    for workers in (1, 8):
        for left_s in (20.0, 60.0, math.inf):
            started = time.process_time()
            plan(board(24, 1), Floor(workers, left_s, LOADS))
            longest = max(longest, time.process_time() - started)
    return longest


def main() -> None:
    told: dict[str, float] = {"slowest_s": round(slowest(), 2)}
    for workers in (1, 8):
        for left_s in (20.0, 60.0):
            floor = Floor(workers, left_s, LOADS)
            pairs = [(made(board(9, seed), floor), board(9, seed)) for seed in range(BOARDS)]
            ratios = [ours / max(greedy(wishes, floor), 0.01) for ours, wishes in pairs]
            told[f"worth_ratio_{workers}_{left_s:.0f}s"] = round(statistics.median(ratios), 2)
    print(json.dumps({"bench": "deadline", "boards": BOARDS, **told}))


if __name__ == "__main__":
    main()
