"""Learning the weights of bot/trends/alike.py from labelled days."""

import zlib
from collections.abc import Hashable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bot.trends.alike import PLAIN, Evidence, Weights, alike, compare
from bot.trends.morgue import Morgue

from .data import Set
from .vectors import Vectors
from .ways import Judge

CALM = 1.0  # ridge on standardised columns
Pairs = tuple[NDArray[np.float64], NDArray[np.float64], list[tuple[str, str]]]


def half(story: Hashable) -> int:
    """Which half of the stories this one is in, by its name."""
    return zlib.crc32(str(story).encode()) % 2


def pairs_of(day: Set, vectors: Vectors | None) -> Pairs:
    """Every report with its nearest earlier ones: the evidence, whether they are one, which."""
    items, gold = day
    morgue, evidence, same, stories = Morgue(), [], [], []
    for item in items:
        clip = morgue.clip(item, vectors[item.id] if vectors else None)
        for other in morgue.nearest(clip):
            evidence.append(compare(clip, other))
            stories.append((str(gold[item.id]), str(gold[other.item.id])))
            same.append(gold[item.id] == gold[other.item.id])
        morgue.file(clip)
    return np.array(evidence, float), np.array(same, float), stories


def fitted(days: Sequence[Pairs]) -> Weights:
    """The weights that tell the pairs of some days best."""
    evidence = np.concatenate([x for x, _, _ in days])
    *points, start = logistic(evidence, np.concatenate([y for _, y, _ in days]))
    return Weights(round(start, 2), Evidence(*(round(p, 2) for p in points)))


def without(pairs: Pairs, side: int) -> Pairs:
    """The pairs of which neither story is in one half."""
    x, y, stories = pairs
    kept = np.array([half(a) != side and half(b) != side for a, b in stories])
    return x[kept], y[kept], [s for s, keep in zip(stories, kept, strict=True) if keep]


def judge(weights: Weights, *, meant: bool) -> Judge:
    """A judge of pairs with these weights."""
    return partial(alike, rich=weights) if meant else partial(alike, plain=weights, rich=PLAIN)


def logistic(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[float]:
    """Logistic regression by Newton's steps on standardised columns; the last value is the start.

    A column that never changes gets no points.
    """
    mean, spread = x.mean(0), x.std(0)
    used = spread > 1e-9
    z = np.c_[(x[:, used] - mean[used]) / spread[used], np.ones(len(x))]
    weights, ridge = np.zeros(z.shape[1]), np.diag([CALM] * (z.shape[1] - 1) + [0.0])
    for _ in range(25):
        p = 1 / (1 + np.exp(-z @ weights))
        slope = z.T @ (p - y) + ridge @ weights
        weights -= np.linalg.solve((z.T * (p * (1 - p))) @ z + ridge, slope)
    points = np.zeros(len(mean))
    points[used] = weights[:-1] / spread[used]
    return [*points.tolist(), float(weights[-1] - points @ mean)]


def as_python(weights: Weights) -> str:
    """The weights as they stand in bot/trends/alike.py."""
    points: Mapping[str, float] = weights.points._asdict()
    return f"start {weights.start}, " + ", ".join(f"{k}={v}" for k, v in points.items())
