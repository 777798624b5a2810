"""Ways to make stories of items: ours, and what others would try."""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np

from bot.trends import Wire
from bot.trends.alike import alike
from bot.trends.morgue import Clipping, Morgue
from sources import Item

from .figures import Labels
from .vectors import Vectors

Judge = Callable[[Clipping, Clipping], float]
Way = Callable[[Sequence[Item]], Labels]


def by_wire(
    items: Sequence[Item], vectors: Vectors | None = None, judge: Judge = alike
) -> dict[str, Hashable]:
    """The wire, item by item; `vectors` are the embeddings, None for words alone."""
    wire = Wire(forget=False, alike=judge)
    known = vectors or {}
    first = {item.id: wire.add(item, meaning=known.get(item.id)).story for item in items}
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


def by_scikit(items: Sequence[Item], vectors: Vectors) -> dict[str, Way]:
    """Batch methods on the same embeddings; they see the whole day at once. {} if not installed."""
    try:
        from sklearn.cluster import DBSCAN, HDBSCAN, Birch
    except ImportError:
        return {}
    matrix = np.stack([vectors[item.id] for item in items])

    def way(method: object) -> Way:
        def run(_: Sequence[Item]) -> Labels:
            labels = method.fit_predict(matrix).tolist()  # type: ignore[attr-defined]
            pairs = zip(items, labels, strict=True)
            return {i.id: i.id if label < 0 else str(label) for i, label in pairs}

        return run

    return {
        "DBSCAN .30": way(DBSCAN(eps=0.30, min_samples=2, metric="cosine")),
        "DBSCAN .40": way(DBSCAN(eps=0.40, min_samples=2, metric="cosine")),
        "HDBSCAN": way(HDBSCAN(min_cluster_size=2, copy=True)),
        "Birch .40": way(Birch(n_clusters=None, threshold=0.40)),
    }


def by_river(items: Sequence[Item]) -> dict[str, Hashable]:
    """river's TextClust with its own TF-IDF, as its documentation sets it up. {} if not there."""
    try:
        from river import cluster, compose, feature_extraction
    except ImportError:
        return {}
    model = compose.Pipeline(
        feature_extraction.BagOfWords(lowercase=True, ngram_range=(1, 2)),
        cluster.TextClust(real_time_fading=False, fading_factor=0.001, tgap=100, radius=0.5),
    )
    found: dict[str, Hashable] = {}
    for item in items:
        model.learn_one(item.title)
        found[item.id] = model.predict_one(item.title)
    return found
