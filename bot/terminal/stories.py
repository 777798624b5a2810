"""`wirereel stories`: read once, print the stories and why they are hot."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.text import Text

from bot import byhand
from bot.byhand import NothingFound
from bot.config import Config
from bot.daemon import now
from bot.story import Story
from bot.terminal import answer, fail, find_config, finish
from bot.topics import about
from bot.trends import Interests
from bot.views import plain
from bot.web import session
from sources import SourceError

__all__ = ["list_stories"]


def list_stories(path: Path | None, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """`wirereel stories`."""
    try:
        found = finish(_told(find_config(path), words))
    except (NothingFound, SourceError) as error:
        fail(str(error))
    if as_json:
        sys.stdout.write(json.dumps({"stories": [_listed(s) for s in found]}) + "\n")
        return
    for story in found[:limit]:
        outlets = ", ".join(story.outlets[:6])
        for text, style in (
            (f"{story.id:>5}  {plain(story.title)}", "bold"),
            (f"       {story.heat.phase}, {story.heat.reason}", "cyan"),
            (f"       {len(story.items)} items: {outlets}", "dim"),
        ):
            answer.print(Text(text, style=style))
    answer.print(f"{len(found)} stories")


async def _told(config: Config, words: tuple[str, ...]) -> tuple[Story, ...]:
    inputs = byhand.sort_inputs(words)
    house = config.house
    async with session(allow=house.network.allow, contact=house.network.contact) as http:
        items = await byhand.gather(inputs, config, http, now())
    wire, then = byhand.tell(items, Interests(words=house.trends.words, mute=house.trends.mute))
    told = wire.stories(then)
    if not inputs.topic:
        return told
    return tuple(story for story in told if about(story, inputs.topic) >= 0.5)


def _listed(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.title,
        "items": [item.id for item in story.items],
        "outlets": list(story.outlets),
        "heat": asdict(story.heat) | {"parts": dict(story.heat.parts)},
        "first_seen": story.first_seen.isoformat(),
        "last_seen": story.last_seen.isoformat(),
    }
