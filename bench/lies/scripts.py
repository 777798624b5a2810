"""Scripts to lie about: what the extractive writer makes of every recorded stream, in two halves.

The first half is looked at while building; of the held-back half only the figures are seen.
"""

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from stories.data import DAYS, item_of, rows
from stories.ways import by_wire

from bot.story import Script, Story
from bot.writers import Brief, WriterRefused
from bot.writers.extractive import compose
from sources import Item

EACH = 150  # stories of a stream: what several outlets tell first, then the longest lone reports
LABELLED = 150  # stories of headlines alone
ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday, as the sample wire has it


@dataclass(frozen=True, slots=True)
class Told:
    """One script with the story that it was made from."""

    stream: str
    story: Story
    script: Script

    @property
    def items(self) -> tuple[Item, ...]:
        return self.story.items

    @property
    def held_back(self) -> bool:
        """Whether a hash of the story puts it into the half that is not looked at."""
        digest = hashlib.sha256(self.story.items[0].id.encode()).digest()
        return digest[0] % 2 == 1


def scripts(data: Path) -> list[Told]:
    """All scripts: of the recorded data where it lies beside us, and of our own stories."""
    streams = dict(_recorded(data)) if data.is_dir() else {}
    streams["own"] = list(_own())
    return [told for name, stories in streams.items() for told in _written(name, stories)]


def _written(name: str, stories: Sequence[Story]) -> Iterator[Told]:
    for story in stories:
        try:
            script = compose(story, Brief())
        except WriterRefused:
            continue
        yield Told(name, story, script)


def _recorded(data: Path) -> Iterator[tuple[str, list[Story]]]:
    for name, stream in DAYS.items():
        items = sorted(
            (item_of(row) for row in rows(data / f"stream_a/{stream}.jsonl")), key=lambda i: i.seen
        )
        yield name, _stories(items, by_wire(items), EACH)
    items, homes = [], {}
    for row in rows(data / "labelled/items.jsonl"):
        items.append(item_of(row))
        homes[row["id"]] = row["story"]
    yield "headlines", _stories(items, homes, LABELLED)


def _stories(items: Sequence[Item], homes: Mapping[str, Hashable], most: int) -> list[Story]:
    by_home: defaultdict[object, list[Item]] = defaultdict(list)
    for item in items:
        by_home[homes[item.id]].append(item)

    def worth(told: list[Item]) -> tuple[int, int]:
        outlets = len({i.outlet for i in told})
        return min(outlets, 3), sum(len(i.summary) for i in told)

    best = sorted(by_home.values(), key=worth, reverse=True)[:most]
    return [Story(n, told[0].title, tuple(told[:15])) for n, told in enumerate(best, 1)]


def _own() -> Iterator[Story]:
    """The project's own stories: those of the sample wire, and those of the gallery."""
    wire = tomllib.loads((ROOT / "bot/demo/wire.toml").read_text("utf-8"))
    named = {outlet["slug"]: outlet["name"] for outlet in wire["outlets"]}
    events: defaultdict[str, list[Item]] = defaultdict(list)
    for row in wire["reports"]:
        event = row["id"] if row["id"].startswith("lone") else row["id"].split("-")[0]
        at = NOON + timedelta(seconds=row["at"])
        events[event].append(_item(row["id"], named[row["outlet"]], row, at))
    for n, items in enumerate(events.values(), 1):
        yield Story(n, items[0].title, tuple(items))
    gallery = tomllib.loads((ROOT / "docs/gallery/stories.toml").read_text("utf-8"))
    for n, told in enumerate(gallery["story"], 100):
        lines = " ".join(beat["line"] for beat in told["beats"])
        row = {"title": told["headline"], "summary": lines}
        items = [_item(f"{n} {o}", o, row, NOON) for o in told["outlets"]]
        yield Story(n, told["headline"], tuple(items))


def _item(name: str, outlet: str, row: dict[str, Any], at: datetime) -> Item:
    told = (row["title"], row["summary"], at, at)
    text = row.get("text", "")
    return Item(f"own {name}", "own", outlet, f"https://own.example/{name}", *told, "en", text=text)
