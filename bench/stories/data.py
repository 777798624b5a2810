"""What is measured on: five labelled days, big headlines among lone reports, invented streams.

The recorded data are others' and lie beside the project; the labels of four days are ours, made by
the guideline that is told in docs/trends.md, and hold nothing but ids.
"""

import json
import math
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from sources import Item

from .figures import Labels

LABELS = Path(__file__).parent / "labels"
DAYS = {
    "night": "items_dense",  # May 2020, 20 outlets, English and some Filipino
    "covid": "items",  # one day of April 2020, 14 outlets: one subject in everything
    "uk": "items_uk_week",  # three days of October 2025, 3 outlets
    "de": "items_de",  # two days of August 2026, 5 outlets, German
    "pt": "items_pt",  # one day of August 2026, 7 outlets, Portuguese
}

Set = tuple[list[Item], Labels]


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def item_of(row: dict[str, Any], seen: datetime | None = None) -> Item:
    published = row.get("published")
    return Item(
        id=row["id"],
        source=row["outlet"],
        outlet=row["outlet"],
        url=row.get("url", ""),
        title=row["title"],
        summary=row.get("summary") or "",
        published=datetime.fromisoformat(published) if published and not seen else None,
        seen=seen or datetime.fromisoformat(row["first_seen"]),
    )


def day(data: Path, name: str) -> Set:
    """One labelled day."""
    told = data / "stream_a/items_dense_labels.jsonl" if name == "night" else None
    gold = {r["id"]: f"{name} {r['story']}" for r in rows(told or LABELS / f"{name}.jsonl")}
    stream = rows(data / f"stream_a/{DAYS[name]}.jsonl")
    items = [item_of(row) for row in stream if row["id"] in gold]
    return sorted(items, key=lambda i: i.seen), gold


def days(data: Path) -> dict[str, Set]:
    """All labelled days."""
    return {name: day(data, name) for name in DAYS}


def mixed(data: Path, seed: int = 1) -> Set:
    """Big labelled stories, spread over hours, among as many lone reports of the recorded streams.

    Three of four lone reports are labelled as being alone in their story; the rest are drawn from
    what nobody labelled, so that a few of them may tell the same event after all.
    """
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
    for row in lone(data, len(labelled), chance):
        items.append(item_of(row, first + (last - first) * chance.random()))
        gold[row["id"]] = f"lone {row['id']}"
    return sorted(items, key=lambda i: i.seen), gold


def lone(data: Path, count: int, chance: random.Random) -> list[dict[str, Any]]:
    """Reports that are alone in their story, of all recorded streams."""
    story = {i: s for _, gold in days(data).values() for i, s in gold.items()}
    sizes = Counter(story.values())
    pool = [r for stream in DAYS.values() for r in rows(data / f"stream_a/{stream}.jsonl")]
    alone = [r for r in pool if sizes[story.get(r["id"], "")] == 1]
    unknown = [r for r in pool if r["id"] not in story]
    known = chance.sample(alone, min(len(alone), count * 3 // 4))
    return known + chance.sample(unknown, count - len(known))


def synthetic(count: int, seed: int = 1, every_s: float = 7) -> Set:
    """Invented reports, one every so many seconds: words of a Zipf vocabulary.

    Nine of ten stories are told once, some by many.
    """
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
                    seen=start + timedelta(seconds=every_s * n),
                )
            )
            gold[str(n)] = story
    return items[:count], {str(n): gold[str(n)] for n in range(count)}
