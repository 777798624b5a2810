"""Ten drafts made from recorded news, with their grounding: `python docs/examples > docs/examples.md`.

Five are written by the extractive writer, five by the model writer, whose answers (answers.toml, our
own words) are served by the contract server. The recorded reports lie beside the project.
"""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "tests")]

from bot.draft import Brief
from bot.story import Grounding, Script, Story
from bot.trends import Interests, Wire
from sources import read_file

RECORDED = HERE.parents[2] / "shared/data"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PICKED = (
    ("items_dense", "Snowbird jet crashes", Brief("flash")),
    ("items_dense", "Netanyahu annexation", Brief("news")),
    ("items_dense", "Japan recession", Brief("flash")),
    ("items_dense", "Chinese ambassador Israel", Brief("news")),
    ("items_de", "Nord-Stream Verdächtiger", Brief("flash")),
)


@dataclass(frozen=True, slots=True)
class Example:
    """One draft as it is printed."""

    story: Story
    script: Script
    grounding: Grounding


def stories(data: Path, stream: str) -> list[Story]:
    """Read a recorded stream to its end."""
    items = sorted(read_file(data / f"stream_a/{stream}.jsonl", NOW), key=lambda i: i.seen)
    wire = Wire(Interests(), forget=False)
    for item in items:
        wire.add(item)
    return list(wire.stories(items[-1].seen, 2))
