"""Embeddings of the recorded reports, made once and kept in .cache."""

import asyncio
import hashlib
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bot.encoder import Encoder, find_model, text_of
from bot.trends import Meaning
from sources import Item

Vectors = Mapping[str, Meaning]
CACHE = Path(__file__).parents[2] / ".cache" / "vectors.npz"


def vectors_of(items: Sequence[Item]) -> Vectors | None:
    """The embedding of each report, or None where the extra `semantic` is not installed."""
    model = find_model("auto")
    if not model:
        return None
    known = dict(np.load(CACHE)) if CACHE.exists() else {}
    keys = {item.id: hashlib.sha256(text_of(item).encode()).hexdigest()[:24] for item in items}
    new = {keys[item.id]: item for item in items if keys[item.id] not in known}
    if new:
        print(f"encoding {len(new)} reports ...", file=sys.stderr)
        known |= asyncio.run(_encoded(model, new))
        CACHE.parent.mkdir(exist_ok=True)
        np.savez(CACHE, **known)
    return {item: known[key].astype(np.float32) for item, key in keys.items()}


async def _encoded(model: str, items: Mapping[str, Item]) -> dict[str, Meaning]:
    encoder = Encoder(model, lambda: datetime.now(UTC), limit_s=600)
    made = await encoder.encode(list(items.values()))
    await encoder.close()
    if any(vector is None for vector in made):
        raise SystemExit("the model did not encode the reports: see above")
    return {key: m for key, m in zip(items, made, strict=True) if m is not None}
