"""How well and how fast items become stories; prints one JSON line for each data set.

Repeat: python bench/trends.py [--data ../shared/data] [--fit | --show | --speed]

Without the recorded data only the invented streams are measured, and without the extra `semantic`
no embeddings are used. `--fit` learns the weights of bot/trends/alike.py anew and says what they
reach on days that they were not fitted on. `--show` prints the list that an editor would see.
`--speed` measures speed and memory alone. Figures of each kind:

    b3_f1, pair_f1, ami         agreement with the labels
    all_alone_b3_f1             what leaving every report alone reaches
    found_3_outlets             stories of three outlets found (purity .8, half of it), of all
    items_to_3                  items from a story's first until it shows three outlets: median, p90
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from stories import fit
from stories.data import DAYS, Set, day, days, mixed, synthetic
from stories.figures import Labels, found_3_outlets, scores
from stories.vectors import Vectors, vectors_of
from stories.ways import Judge, alone, by_river, by_scikit, by_wire, single_pass

from bot.trends import Wire
from bot.trends.alike import alike
from bot.trends.morgue import owner_of
from sources import Item

SEEDS = (1, 2, 3)


def tell(name: str, **figures: Any) -> None:
    print(json.dumps({"set": name, **rounded(figures)}), flush=True)


def rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3) if value < 100 else round(value)
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, list | tuple) else value


def measure(name: str, told: Set, judges: tuple[Judge, Judge] = (alike, alike)) -> None:
    """The wire by words and with embeddings, and its rivals, on one set."""
    items, gold = told
    vectors = vectors_of(items)
    begun = time.process_time()
    found = by_wire(items, None, judges[0])
    took = time.process_time() - begun
    rich = by_wire(items, vectors, judges[1]) if vectors else found
    tell(
        name,
        items=len(items),
        stories=len(set(gold.values())),
        **figures(told, rich),
        embeddings=vectors is not None,
        by_words=figures(told, found),
        items_per_s=len(items) / took,
        all_alone_b3_f1=scores(gold, alone(items))["b3_f1"],
        rivals=rivals(told, vectors),
    )


def figures(told: Set, found: Labels) -> dict[str, Any]:
    items, gold = told
    return {
        **scores(gold, found),
        "found_3_outlets": found_3_outlets(gold, found, items),
        "items_to_3": items_to_3(items, gold, found),
    }


def items_to_3(items: Sequence[Item], gold: Labels, found: Labels) -> list[float]:
    """Items of a story, in order, until the found story that holds most of it has three outlets.

    Over all stories of three or more outlets that ever get there; the least possible is three.
    """
    counts = []
    for story in set(gold.values()):
        its = [item for item in items if gold[item.id] == story]
        homes = [found[item.id] for item in its]
        home = max(homes, key=homes.count)
        owners: set[str] = set()
        for n, (item, where) in enumerate(zip(its, homes, strict=True), 1):
            owners |= {owner_of(item.outlet)} if where == home else set()
            if len(owners) == 3:
                counts.append(n)
                break
    if len(counts) < 2:
        return []
    return [statistics.median(counts), statistics.quantiles(counts, n=10)[-1]]


def rivals(told: Set, vectors: Vectors | None) -> dict[str, Any]:
    items, gold = told
    ways: dict[str, Any] = {
        f"single-pass TF-IDF {t:.2f}": lambda i, t=t: single_pass(i, t) for t in (0.08, 0.25, 0.35)
    }
    ways |= by_scikit(items, vectors) if vectors else {}
    ways["river TextClust"] = by_river
    reached = {name: way(items) for name, way in ways.items()}
    return {n: scores(gold, found) if found else "not installed" for n, found in reached.items()}


def averaged(lines: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {key: statistics.fmean(line[key] for line in lines) for key in lines[0]}


def measure_mixed(data: Path) -> None:
    """The headlines among lone reports, averaged over seeds."""
    plain, rich, none = [], [], []
    for seed in SEEDS:
        items, gold = mixed(data, seed)
        vectors = vectors_of(items)
        plain.append(scores(gold, by_wire(items)))
        rich.append(scores(gold, by_wire(items, vectors)) if vectors else plain[-1])
        none.append(scores(gold, alone(items)))
    tell(
        "headlines among lone reports, 3 seeds",
        items=len(items),
        **averaged(rich),
        by_words=averaged(plain),
        all_alone_b3_f1=averaged(none)["b3_f1"],
        rivals=rivals((items, gold), vectors),
    )


def learn(data: Path) -> None:
    """Fit on all days, and say what is reached on each day by weights that never saw it."""
    told = days(data)
    vectors = vectors_of([item for items, _ in told.values() for item in items])
    for meant in (False, True) if vectors else (False,):
        pairs = {n: fit.pairs_of(d, vectors if meant else None) for n, d in told.items()}
        weights = fit.as_python(fit.fitted(list(pairs.values())))
        print("RICH" if meant else "PLAIN", weights, file=sys.stderr)
        found = vectors if meant else None
        for name in DAYS:
            others = fit.fitted([p for n, p in pairs.items() if n != name])
            reached = by_wire(told[name][0], found, fit.judge(others, meant=meant))
            tell(f"{name}, fitted on the other days", meant=meant, **figures(told[name], reached))
        tell("night, fitted on the rest", meant=meant, **halves(told["night"], pairs, found))


def halves(night: Set, pairs: Mapping[str, fit.Pairs], vectors: Vectors | None) -> dict[str, float]:
    """The night's two halves of stories, each by weights that saw the other half and other days."""
    lines = []
    for side in (0, 1):
        kept = [fit.without(p, side) if n == "night" else p for n, p in pairs.items()]
        judge = fit.judge(fit.fitted(kept), meant=vectors is not None)
        found = by_wire(night[0], vectors, judge)
        unseen = {i: story for i, story in night[1].items() if fit.half(story) == side}
        lines.append(scores(unseen, found))
    return averaged(lines)


def speed(count: int = 100_000, part: int = 10_000) -> None:
    """Items a second while the wire fills: flat means that an item costs the same at the end."""
    items, gold = synthetic(count)
    items = [*items]
    wire, rates = Wire(), []
    found: dict[str, int] = {}
    for start in range(0, count, part):
        begun = time.process_time()
        found |= {i.id: wire.add(i).story for i in items[start : start + part]}
        rates.append(part / (time.process_time() - begun))
    begun = time.process_time()
    told = len(wire.stories(items[count - 1].seen))
    tell(
        "synthetic",
        items=count,
        items_per_s=rates,
        first_thousand_per_s=thousand(items),
        stories_s=time.process_time() - begun,
        stories=told,
        pair_f1=scores(gold, {i: wire.resolve(s) for i, s in found.items()})["pair_f1"],
    )


def thousand(items: Sequence[Item]) -> float:
    wire, begun = Wire(), time.process_time()
    for item in items[:1000]:
        wire.add(item)
    return 1000 / (time.process_time() - begun)


MEMORY = """
import sys
from pathlib import Path
from stories.data import synthetic
from bot.trends import Wire
count = int(sys.argv[1])
wire = Wire()
for item in synthetic(count, every_s=3)[0]:
    wire.add(item)
status = Path("/proc/self/status").read_text()
print(status.split("VmHWM:")[1].split()[0])
"""


def memory(count: int) -> None:
    """Peak memory of a process that holds so many live items, and of one that holds none."""
    here = Path(__file__).parent
    peak = {}
    for held in (0, count):
        run = [sys.executable, "-c", MEMORY, str(held)]
        paths = {"PYTHONPATH": f"{here}:{here.parent}"}
        out = subprocess.run(run, env=paths, capture_output=True, text=True, check=True)
        peak[held] = int(out.stdout) / 1024
    tell("memory", items=count, peak_mb=peak[count], empty_mb=peak[0])


def show(items: Sequence[Item], every: timedelta, top: int = 12) -> None:
    """Print the editor's list at several moments."""
    vectors = vectors_of(items) or {}
    wire, due = Wire(), items[0].seen + every
    for item in items:
        if item.seen > due:
            listed(wire, due, top)
            due += every
        wire.add(item, meaning=vectors.get(item.id))
    listed(wire, items[-1].seen, top)


def listed(wire: Wire, now: Any, top: int) -> None:
    print(f"\n== {now:%d %b %H:%M}")
    for story in wire.stories(now)[:top]:
        heat = story.heat
        print(f"{heat.score:6.2f} {heat.phase:9} #{story.id} {story.title}")
        print(f"       {heat.reason}")
        for item in story.items[:14]:
            print(f"         {item.seen:%H:%M} {item.outlet[:14]:14} {item.title}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--show", choices=sorted(DAYS))
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    there = options.data.is_dir()
    if there and options.show:
        show(day(options.data, options.show)[0], timedelta(hours=6))
    elif there and options.fit:
        learn(options.data)
    else:
        if there and not options.speed:
            for name in DAYS:
                measure(name, day(options.data, name))
            measure_mixed(options.data)
        speed()
        memory(50_000)


if __name__ == "__main__":
    main()
