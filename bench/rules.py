"""How often each editorial rule speaks, on the recorded days, and what the second look costs.

Repeat: python bench/rules.py [--data ../shared/data] [--show]

Every story that two outlets or more tell is drafted by the extractive writer as it stood after its
third report (or at its end, if it has fewer); the reports after that are what comes in later. All
texts come from feeds, so nobody can tell how many of the alarms are true: --show prints them.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.draft import Brief, Draft
from bot.ground import ground
from bot.rules.delicate import delicate
from bot.rules.embargo import embargo_of
from bot.rules.news import news_of
from bot.rules.outlets import unconfirmed, voices
from bot.rules.unfounded import unfounded
from bot.story import Story
from bot.trends import Wire
from bot.writers import WriterRefused
from bot.writers.extractive import Plugin, Settings

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.stories.data import DAYS, item_of, rows

FIRST = 3  # reports that a draft rests on; what comes later is news to it


def told(data: Path, name: str) -> Iterator[Story]:
    """Every story of a recorded stream that two outlets or more tell."""
    wire = Wire(forget=False)
    items = sorted(
        (item_of(row) for row in rows(data / f"stream_a/{DAYS[name]}.jsonl")), key=lambda i: i.seen
    )
    for item in items:
        wire.add(item)
    yield from wire.stories(items[-1].seen, 2)


def drafted(story: Story) -> Draft | None:
    """Draft a story from its first reports; None where nothing can be written."""
    start = story.items[:FIRST]
    try:
        script = asyncio.run(
            Plugin(Settings()).write(
                replace(story, items=start), Brief(seconds=38), lambda *_: None
            )
        )
    except WriterRefused:
        return None
    made = Draft(story.id, story.id, "written", story.title, start, Brief(), "wire", start[0].seen)
    return replace(made, script=script, grounding=ground(script, start))


def measured(data: Path, show: bool) -> dict[str, object]:
    counts: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    pairs, spent, at_most = 0, 0.0, 0.0
    for name in DAYS:
        for story in told(data, name):
            counts["stories"] += 1
            counts["one_voice"] += len(voices(story.items)) < 2
            draft = drafted(story)
            if draft is None or draft.script is None:
                counts["unwritten"] += 1
                continue
            counts["drafts"] += 1
            counts["unconfirmed"] += bool(unconfirmed(draft.items))
            counts["embargoes"] += embargo_of(story.items) is not None
            problems = unfounded(draft)
            counts["blocked"] += bool(problems)
            found = delicate(draft.script, draft.items)
            counts["sensitive"] += bool(found)
            topics.update(topic.topic for topic in found)
            news = []
            for item in story.items[FIRST:]:
                began = time.perf_counter()
                news += news_of(draft, item)
                took = time.perf_counter() - began
                pairs, spent, at_most = pairs + 1, spent + took, max(at_most, took)
            counts["went_on"] += len(story.items) > FIRST
            counts["overtaken"] += bool(news)
            if show:
                _show(draft, problems, found, news)
    return {
        "bench": "rules",
        **counts,
        "topics": dict(topics),
        "comparisons": pairs,
        "ms_mean": round(1000 * spent / max(1, pairs), 3),
        "ms_max": round(1000 * at_most, 1),
    }


def _show(draft: Draft, problems: object, found: object, news: object) -> None:
    for what, said in (("blocked", problems), ("sensitive", found), ("news", news)):
        for one in said:  # type: ignore[attr-defined]
            print(what, draft.id, getattr(one, "told", one), file=sys.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--show", action="store_true")
    wish = parser.parse_args()
    if wish.data.is_dir():
        print(json.dumps(measured(wish.data, wish.show)))
    else:
        print(json.dumps({"bench": "rules", "skipped": f"no recorded streams in {wish.data}"}))
