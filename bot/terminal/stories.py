"""`wirereel stories`: read once, print the stories and why they are hot, or explain one of them."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.text import Text

from bot import byhand
from bot.byhand import Gathered, NothingFound
from bot.config import Config
from bot.curve import curve_of, spark
from bot.curve import told as rise_told
from bot.daemon import now
from bot.orders.topics import about
from bot.story import Story
from bot.telling import Stand, ago, explained, names, parted, shared_clauses
from bot.terminal import answer, fail, find_config, finish
from bot.trends import Interests, Wire
from bot.views import plain
from bot.web import session
from sources import SourceError

__all__ = ["Wish", "list_stories"]

NEAREST = 3  # stories that are named where a number is wrong


@dataclass(frozen=True, slots=True)
class Wish:
    """The command line of `wirereel stories`. `explain` is a story's number, "" for the list."""

    words: tuple[str, ...]
    limit: int
    all: bool
    explain: str
    json: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What was read, as stories, at one moment: `stories` are those that are asked for."""

    gathered: Gathered
    wire: Wire
    at: datetime
    stories: tuple[Story, ...]
    topic: str


def list_stories(path: Path | None, wish: Wish) -> None:
    """`wirereel stories`."""
    number = _number(wish.explain) if wish.explain else 0
    try:
        told = finish(_told(find_config(path), wish.words))
    except (NothingFound, SourceError) as error:
        fail(str(error))
    if number:
        _explain(told, number, wish.json)
    elif wish.json:
        _write({"stories": [_listed(story, told.at) for story in told.stories]})
    else:
        _print_list(told, wish)


def _number(text: str) -> int:
    digits = text.removeprefix("#")
    if not (digits.isdecimal() and digits.isascii() and 0 < len(digits) < 10 and int(digits)):
        fail(f"--explain {text[:40]!r}: it takes the number of a story, as the list prints it", 2)
    return int(digits)


async def _told(config: Config, words: tuple[str, ...]) -> Told:
    inputs = byhand.sort_inputs(words)
    house = config.house
    async with session(allow=house.network.allow, contact=house.network.contact) as http:
        gathered = await byhand.gather(inputs, config, http, now())
    interests = Interests(words=house.trends.words, mute=house.trends.mute)
    wire, then = byhand.tell(gathered, interests)
    stories = wire.stories(then)
    if inputs.topic:
        stories = tuple(story for story in stories if about(story, inputs.topic) >= 0.5)
    return Told(gathered, wire, then, stories, inputs.topic)


# -- the list ------------------------------------------------------------------------------------


def _print_list(told: Told, wish: Wish) -> None:
    """The hottest first; what one outlet alone tells comes last, and only where it is asked for."""
    shared, lone = parted(told.stories)
    shown = (*shared, *lone) if wish.all or told.topic or not shared else shared
    listed = shown[: wish.limit]
    for_all = shared_clauses(listed)
    for rank, story in enumerate(listed, 1):
        _print_story(rank, story, for_all, told.at)
    for clause in sorted(for_all):
        answer.print(Text(f"Where nothing else is said: {plain(clause)}.", style="dim"))
    answer.print(_summary(len(listed), shared, lone, told.at), style="dim", highlight=False)


def _print_story(rank: int, story: Story, for_all: frozenset[str], at: datetime) -> None:
    own = "; ".join(c for c in story.heat.reason.split("; ") if c not in for_all)
    title = Text.assemble((f"{rank:>3}. {plain(story.title)}", "bold"), (f"  #{story.id}", "dim"))
    rise = spark(curve_of(story, at))
    why = Text.assemble(f"     {rise} ", (story.heat.phase, "cyan"), f": {plain(own)}")
    last = f"last report {ago(story.last_seen, at)}"
    for line in (title, why, Text(f"     {plain(names(story.outlets))} · {last}", style="dim")):
        answer.print(line)


def _summary(listed: int, shared: Sequence[Story], lone: Sequence[Story], at: datetime) -> str:
    several = f"{len(shared)} that several outlets tell" if shared else "none that several tell"
    return (
        f"{listed} of {len(shared) + len(lone)} stories as of {at:%Y-%m-%d %H:%M} UTC: {several}, "
        f"{len(lone)} that one outlet alone tells (--all). --explain NUMBER says why."
    )


def _listed(story: Story, at: datetime) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.title,
        "items": [item.id for item in story.items],
        "outlets": list(story.outlets),
        "heat": asdict(story.heat) | {"parts": dict(story.heat.parts)},
        "curve": list(curve_of(story, at).outlets),
        "first_seen": story.first_seen.isoformat(),
        "last_seen": story.last_seen.isoformat(),
    }


# -- one story -----------------------------------------------------------------------------------


def _explain(told: Told, number: int, as_json: bool) -> None:
    story = told.wire.story(number, told.at)
    if story is None:
        near = sorted(told.wire.stories(told.at), key=lambda s: (abs(s.id - number), s.id))
        there = ", ".join(f"{s.id} ({plain(s.title)[:60]})" for s in near[:NEAREST])
        fail(f"there is no story {number}; the nearest are {there}")
    bars = told.wire.barred(story.id)
    stands = [
        Stand(item, told.wire.why(story.id, item.id), bars[item.id], first=item is story.items[0])
        for item in story.items
    ]
    if as_json:
        items = [_stand(stand) for stand in stands]
        _write({"story": _listed(story, told.at), "why": explained(story), "items": items})
        return
    curve = curve_of(story, told.at)
    answer.print(Text(f"#{story.id}  {plain(story.title)}", style="bold"))
    answer.print(Text(f"{spark(curve)}  {rise_told(curve)}", style="cyan"))
    answer.print(Text(plain(explained(story))))
    for stand in stands:
        item = stand.item
        head = f"{item.seen:%d %b %H:%M}  {plain(item.outlet)}: {plain(item.title)}"
        answer.print(Text(head, style="bold" if not stand.barred else ""))
        answer.print(Text(f"              {plain(stand.told)}", style="dim"))


def _stand(stand: Stand) -> Mapping[str, Any]:
    item = stand.item
    return {
        "id": item.id,
        "outlet": item.outlet,
        "title": item.title,
        "url": item.url,
        "seen": item.seen.isoformat(),
        "why": stand.why,
        "witness": not stand.barred,
        "barred": stand.barred,
    }


def _write(value: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
