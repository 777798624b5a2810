"""How well and how fast items become stories; prints one JSON line for each data set.

Repeat: python bench/trends.py [--data ../shared/data] [--fit] [--show]

Without the recorded data it runs on a synthetic stream. `--fit` learns the weights of
bot/trends/alike.py anew and says what they reach on stories that they were not fitted on (two
halves, split by story). `--show` prints the list an editor would see, on standard error.
"""

import argparse
import json
import math
import random
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from bot.trends import Wire
from bot.trends.alike import Evidence, alike, compare
from bot.trends.morgue import Clipping, Morgue, owner_of
from sources import Item

Judge = Callable[[Clipping, Clipping], float]
Labels = Mapping[str, Hashable]  # item id -> story


# Figures


def pairs(n: int) -> int:
    return n * (n - 1) // 2


def scores(gold: Labels, found: Labels) -> dict[str, float]:
    """B-cubed and pairwise F1, and adjusted mutual information (arithmetic mean)."""
    n = len(gold)
    sizes, sizes_found = Counter(gold.values()), Counter(found[i] for i in gold)
    both = Counter((gold[i], found[i]) for i in gold)
    precision = sum(k * k / sizes_found[f] for (_, f), k in both.items()) / n
    recall = sum(k * k / sizes[g] for (g, _), k in both.items()) / n
    together = sum(map(pairs, both.values()))
    return {
        "b3_f1": harmonic(precision, recall),
        "pair_f1": harmonic(
            ratio(together, sum(map(pairs, sizes_found.values()))),
            ratio(together, sum(map(pairs, sizes.values()))),
        ),
        "ami": adjusted_mutual_information(sizes, sizes_found, both, n),
    }


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def harmonic(one: float, other: float) -> float:
    return ratio(2 * one * other, one + other)


def adjusted_mutual_information(
    rows: Mapping[Any, int], columns: Mapping[Any, int], both: Mapping[Any, int], n: int
) -> float:
    def entropy(sizes: Mapping[Any, int]) -> float:
        return -sum(k / n * math.log(k / n) for k in sizes.values())

    mutual = sum(k / n * math.log(n * k / (rows[g] * columns[f])) for (g, f), k in both.items())
    expected = expected_information(Counter(rows.values()), Counter(columns.values()), n)
    return ratio(mutual - expected, (entropy(rows) + entropy(columns)) / 2 - expected)


def expected_information(rows: Counter[int], columns: Counter[int], n: int) -> float:
    """Mutual information that chance gives to groups of these sizes (hypergeometric model)."""
    log = [math.lgamma(k + 1) for k in range(n + 1)]
    total = 0.0
    for a, times_a in rows.items():
        for b, times_b in columns.items():
            fixed = log[a] + log[b] + log[n - a] + log[n - b] - log[n]
            for k in range(max(1, a + b - n), min(a, b) + 1):
                chance = fixed - log[k] - log[a - k] - log[b - k] - log[n - a - b + k]
                share = k / n * math.log(n * k / (a * b))
                total += times_a * times_b * share * math.exp(chance)
    return total


def found_3_outlets(gold: Labels, found: Labels, items: Sequence[Item]) -> list[int]:
    """Stories of three or more outlets that one found story holds (purity .8, half of it); all."""
    owners = {i.id: owner_of(i.outlet) for i in items}
    stories: defaultdict[Hashable, list[str]] = defaultdict(list)
    for i, story in gold.items():
        stories[story].append(i)
    sizes = Counter(found[i] for i in gold)
    big = [ids for ids in stories.values() if len({owners[i] for i in ids}) >= 3]
    held = [Counter(found[i] for i in ids).most_common(1)[0] for ids in big]
    good = [
        k >= 0.8 * sizes[f] and k >= 0.5 * len(ids) for ids, (f, k) in zip(big, held, strict=True)
    ]
    return [sum(good), len(big)]


# Ways to cluster


def by_wire(items: Sequence[Item], judge: Judge = alike) -> dict[str, Hashable]:
    wire = Wire(forget=False, alike=judge)
    first = {item.id: wire.add(item).story for item in items}
    return {i: wire.resolve(story) for i, story in first.items()}


def alone(items: Sequence[Item]) -> dict[str, Hashable]:
    return {item.id: item.id for item in items}


def single_pass(items: Sequence[Item], threshold: float) -> dict[str, Hashable]:
    """The usual first try: TF-IDF, nearest centroid, one threshold."""
    morgue = Morgue()
    centroids: list[dict[str, float]] = []
    by_term: defaultdict[str, set[int]] = defaultdict(set)
    found: dict[str, Hashable] = {}
    for item in items:
        clip = morgue.clip(item)
        morgue.file(clip)
        near = {c for t in clip.vector for c in by_term[t]}
        like = {c: cosine(clip, centroids[c]) for c in near}
        best = max(like, key=lambda c: like[c], default=-1)
        if best < 0 or like[best] < threshold:
            best = len(centroids)
            centroids.append({})
        for t, w in clip.vector.items():
            centroids[best][t] = centroids[best].get(t, 0.0) + w / clip.norm
            by_term[t].add(best)
        found[item.id] = best
    return found


def cosine(clip: Clipping, centroid: Mapping[str, float]) -> float:
    dot = sum(w * centroid.get(t, 0.0) for t, w in clip.vector.items())
    return dot / (clip.norm * math.hypot(*centroid.values()))


# Data


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def item_of(row: Mapping[str, Any], seen: datetime | None = None) -> Item:
    published = row.get("published")
    return Item(
        id=row["id"],
        source=row["outlet"],
        outlet=row["outlet"],
        url=row.get("url", ""),
        title=row["title"],
        summary=row.get("summary") or "",
        published=datetime.fromisoformat(published) if published else None,
        seen=seen or datetime.fromisoformat(row["first_seen"]),
    )


def night(data: Path) -> tuple[list[Item], Labels]:
    items = [item_of(row) for row in rows(data / "stream_a/items_dense.jsonl")]
    return items, {r["id"]: r["story"] for r in rows(data / "stream_a/items_dense_labels.jsonl")}


def headlines(data: Path, seed: int = 1) -> tuple[list[Item], Labels]:
    """Big labelled stories, spread over hours, among 600 reports that belong to none."""
    chance = random.Random(seed)
    labelled = rows(data / "labelled/items.jsonl")
    begun: dict[str, datetime] = {}
    for row in labelled:
        begun.setdefault(row["story"], datetime.fromisoformat(row["first_seen"]))
    items, gold = [], {}
    for row in labelled:
        late = timedelta(hours=min(36, chance.lognormvariate(math.log(3), 1)))
        items.append(item_of(row, begun[row["story"]] + late))
        gold[row["id"]] = row["story"]
    first, last = min(i.seen for i in items), max(i.seen for i in items)
    for row in chance.sample(rows(data / "stream_a/items.jsonl"), 600):
        items.append(item_of(row, first + (last - first) * chance.random()))
        gold[row["id"]] = f"noise {row['id']}"
    return sorted(items, key=lambda i: i.seen), gold


def synthetic(count: int, seed: int = 1) -> tuple[list[Item], Labels]:
    """Invented reports: words of a Zipf vocabulary, nine of ten stories told once, some by many."""
    chance = random.Random(seed)
    vocabulary = ["".join(chance.choices("abdefgiklmnoprstuv", k=7)) for _ in range(60_000)]
    weights = list(accumulate(1 / (rank + 20) for rank in range(len(vocabulary))))

    def draw(k: int) -> list[str]:
        return chance.choices(vocabulary, cum_weights=weights, k=k)

    start = datetime(2026, 1, 5, tzinfo=UTC)
    items: list[Item] = []
    gold: dict[str, str] = {}
    while len(items) < count:
        story, core = f"story {len(items)}", draw(7)
        told = chance.choices((1, 2, 5, 9), (90, 6, 3, 1))[0]
        for _ in range(told):
            n = len(items)
            words = chance.sample(core, 5) + draw(4)
            items.append(
                Item(
                    id=str(n),
                    source="synthetic",
                    outlet=f"Outlet {chance.randrange(80)}",
                    url="",
                    title=" ".join(words).capitalize(),
                    summary=" ".join(chance.sample(core, 4) + draw(14)),
                    published=None,
                    seen=start + timedelta(seconds=7 * n),
                )
            )
            gold[str(n)] = story
    return items[:count], {str(n): gold[str(n)] for n in range(count)}


# Learning the weights


def half(story: Hashable) -> int:
    """Which half of the stories this one is in, by its name."""
    return zlib.crc32(str(story).encode()) % 2


def fitted(items: Sequence[Item], gold: Labels, without: int | None = None) -> Judge:
    """Weights from every item and its nearest, but for the items of one half of the stories."""
    morgue, evidence, same = Morgue(), [], []
    for item in items:
        clip = morgue.clip(item)
        for other in morgue.nearest(clip):
            if half(gold[item.id]) != without:
                evidence.append(compare(clip, other))
                same.append(gold[item.id] == gold[other.item.id])
        morgue.file(clip)
    *weights, bias = logistic(evidence, same)
    print("weights", [round(w, 2) for w in weights], "bias", round(bias, 2), file=sys.stderr)
    return lambda one, other: alike(one, other, Evidence(*weights), bias)


def logistic(evidence: Sequence[Evidence], same: Sequence[bool], calm: float = 1.0) -> list[float]:
    """Logistic regression by Newton's steps on standardised columns; the last value is the bias."""
    import numpy as np

    x, y = np.array(evidence), np.array(same, float)
    mean, spread = x.mean(0), x.std(0) + 1e-9
    x = np.c_[(x - mean) / spread, np.ones(len(x))]
    weights, ridge = np.zeros(x.shape[1]), np.diag([calm] * (x.shape[1] - 1) + [0.0])
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - y) + ridge @ weights
        weights -= np.linalg.solve((x.T * (p * (1 - p))) @ x + ridge, slope)
    found = weights[:-1] / spread
    return [*found.tolist(), float(weights[-1] - found @ mean)]


def held_out(items: Sequence[Item], gold: Labels) -> dict[str, Any]:
    """What weights reach on the half of the stories that they never saw: both halves, averaged.

    The rivals learn nothing; they are measured on the same halves so that the rows compare.
    """
    ways: dict[str, Callable[[int], Labels]] = {
        "wire": lambda side: by_wire(items, fitted(items, gold, without=side)),
        "wire as shipped": lambda side: by_wire(items),
        "single pass .25": lambda side: single_pass(items, 0.25),
        "single pass .35": lambda side: single_pass(items, 0.35),
        "all alone": lambda side: alone(items),
    }
    return {name: both_halves(way, items, gold) for name, way in ways.items()}


def both_halves(
    way: Callable[[int], Labels], items: Sequence[Item], gold: Labels
) -> dict[str, float]:
    figures: defaultdict[str, float] = defaultdict(float)
    for side in (0, 1):
        found = way(side)
        unseen = {i: story for i, story in gold.items() if half(story) == side}
        for name, value in scores(unseen, found).items():
            figures[name] += value / 2
        good, of = found_3_outlets(unseen, found, items)
        figures["found"] += good
        figures["of"] += of
    return dict(figures)


# What is printed


def measure(name: str, items: Sequence[Item], gold: Labels) -> dict[str, Any]:
    begun = time.process_time()
    found = by_wire(items)
    took = time.process_time() - begun
    rivals = {"single pass .08": 0.08, "single pass .25": 0.25, "single pass .35": 0.35}
    return {
        "set": name,
        "items": len(items),
        "stories": len(set(gold.values())),
        **scores(gold, found),
        "found_3_outlets": found_3_outlets(gold, found, items),
        "items_per_s": len(items) / took,
        "all_alone_b3_f1": scores(gold, alone(items))["b3_f1"],
        "rivals": {k: scores(gold, single_pass(items, v)) for k, v in rivals.items()},
    }


def speed(count: int = 24_000, part: int = 4_000) -> dict[str, Any]:
    """Items a second while the wire fills: flat means that an item costs the same at the end."""
    items, gold = synthetic(count)
    wire, rates = Wire(), []
    found: dict[str, int] = {}
    for start in range(0, count, part):
        begun = time.process_time()
        found |= {i.id: wire.add(i).story for i in items[start : start + part]}
        rates.append(part / (time.process_time() - begun))
    begun = time.process_time()
    told = len(wire.stories(items[-1].seen))
    return {
        "set": "synthetic",
        "items": count,
        "items_per_s": rates,
        "stories_s": time.process_time() - begun,
        "stories": told,
        "pair_f1": scores(gold, {i: wire.resolve(s) for i, s in found.items()})["pair_f1"],
    }


def rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3) if value < 100 else round(value)
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, list) else value


def show(items: Sequence[Item], every: timedelta, top: int = 12) -> None:
    """Print the editor's list at several moments."""
    wire, due = Wire(), items[0].seen + every
    for item in items:
        if item.seen > due:
            tell(wire, due, top)
            due += every
        wire.add(item)
    tell(wire, items[-1].seen, top)


def tell(wire: Wire, now: datetime, top: int) -> None:
    print(f"\n== {now:%d %b %H:%M}", file=sys.stderr)
    for story in wire.stories(now)[:top]:
        heat = story.heat
        print(f"{heat.score:6.2f} {heat.phase:9} #{story.id} {story.title}", file=sys.stderr)
        print(f"       {heat.reason}", file=sys.stderr)
        for item in story.items[:12]:
            print(f"         {item.seen:%H:%M} {item.outlet[:14]:14} {item.title}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    if options.data.is_dir():
        if options.show:
            show(night(options.data)[0], timedelta(hours=2))
            four_days = [item_of(r) for r in rows(options.data / "stream_a/items.jsonl")]
            show(four_days, timedelta(hours=12))
            return
        if options.fit:
            fitted(*night(options.data))
            print(json.dumps({"set": "night, held out", **rounded(held_out(*night(options.data)))}))
            return
        print(json.dumps(rounded(measure("night", *night(options.data)))))
        print(json.dumps(rounded(measure("headlines", *headlines(options.data)))))
    print(json.dumps(rounded(speed())))


if __name__ == "__main__":
    main()
