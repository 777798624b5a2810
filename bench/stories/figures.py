"""How far two partitions agree: B-cubed, pairs, adjusted mutual information."""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from bot.trends.morgue import owner_of
from sources import Item

Labels = Mapping[str, Hashable]  # item id -> story


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
