"""One clip by hand: inputs -> items -> stories -> the one that is meant -> a clip in a folder.

What `wirereel make` and `wirereel stories` do, without a daemon and without a memory.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.config import Config
from bot.deadline import Deadline
from bot.draft import Brief, Draft
from bot.groups import own_language, resting_on
from bot.line import Production, Watch
from bot.orders.topics import pick
from bot.rules import Rulebook
from bot.rules.embargo import embargo_of
from bot.rules.remarks import remarks
from bot.story import Grounding, Script, Story
from bot.trends import Interests, Wire
from render.shown import as_told
from render.storyboard import Storyboard
from sources import Item, Reading, Signal, SourceError, read_file, read_url

__all__ = [
    "Gathered",
    "Inputs",
    "NothingFound",
    "Report",
    "gather",
    "make",
    "sort_inputs",
    "tell",
]

SUFFIXES = (".xml", ".rss", ".atom", ".rdf", ".json", ".jsonl", ".txt", ".md", ".html", ".htm")


class NothingFound(ValueError):
    """No input gave a story that fits; the message says what was read and what to try."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the words on the command line are: files, addresses, and a topic."""

    files: tuple[Path, ...]
    urls: tuple[str, ...]
    topic: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one look brought: items in order of arrival, and what each sense says, by its name."""

    items: tuple[Item, ...]
    signals: Mapping[str, tuple[Signal, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A finished clip with everything that led to it. `seconds_of` are seconds by stage."""

    story: Story
    script: Script
    grounding: Grounding
    board: Storyboard
    clip: Mapping[str, Any]
    seconds_of: Mapping[str, float]
    remarks: tuple[str, ...] = ()  # what the rules say of it


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except OSError:  # a topic may be longer than any name of a file
        return False


def sort_inputs(words: Sequence[str]) -> Inputs:
    """Tell files, addresses and topic words apart. Raises NothingFound for a file that is not."""
    files, urls, topic = [], [], []
    for word in words:
        if word.startswith(("http://", "https://")):
            urls.append(word)
        elif _is_file(word):
            files.append(Path(word))
        elif word.endswith(SUFFIXES) or (Path(word).suffix and "/" in word):
            raise NothingFound(f"there is no file {word[:200]}")
        else:
            topic.append(word)
    return Inputs(tuple(files), tuple(urls), " ".join(topic))


async def gather(
    inputs: Inputs, config: Config, http: aiohttp.ClientSession, now: datetime
) -> Gathered:
    """Read every input; without files and addresses, the configured sources.

    Raises SourceError where a named input cannot be read, and NothingFound where nothing gave an
    item.
    """
    items: list[Item] = []
    signals: dict[str, tuple[Signal, ...]] = {}
    for path in inputs.files:
        items += _dated(await asyncio.to_thread(read_file, path, now), now)
    for url in inputs.urls:
        items += _dated(await read_url(url, now, http), now)
    if not inputs.files and not inputs.urls:
        readings = await _configured(config, http, now)
        items += _dated([item for reading in readings.values() for item in reading.items], now)
        signals = {name: tuple(reading.signals or ()) for name, reading in readings.items()}
    if not items:
        named = ", ".join((*map(str, inputs.files), *inputs.urls)) or "the configured sources"
        raise NothingFound(f"no items in {named}; name a feed, an item file or an article")
    return Gathered(tuple(sorted(items, key=lambda item: item.seen)), signals)


async def _configured(
    config: Config, http: aiohttp.ClientSession, now: datetime
) -> dict[str, Reading]:
    """Look once at every configured source; those that are down are passed over."""

    async def one(slot: Any) -> Reading | SourceError:
        try:
            reading: Reading = await slot.module.Plugin(slot.name, slot.settings, http).read(
                now, {}
            )
        except SourceError as error:
            return error
        return reading

    if not config.sources:
        raise NothingFound("no sources are configured: name a feed, a file, or an address")
    answers = await asyncio.gather(*(one(slot) for slot in config.sources))
    down = [answer for answer in answers if isinstance(answer, SourceError)]
    if len(down) == len(answers):
        raise NothingFound(f"none of the {len(down)} sources could be read; the first: {down[0]}")
    named = zip((slot.name for slot in config.sources), answers, strict=True)
    return {name: answer for name, answer in named if isinstance(answer, Reading)}


def _dated(items: Sequence[Item], now: datetime) -> list[Item]:
    """Let what is read only once have arrived when it was published, as if it had been watched.

    Undated items count as old as the newest dated one beside them. Item files tell their own times.
    """
    newest = max((item.published for item in items if item.published), default=now)
    return [
        replace(item, seen=item.published or newest, backlog=False) if item.seen == now else item
        for item in items
    ]


def tell(gathered: Gathered, interests: Interests) -> tuple[Wire, datetime]:
    """Put items into stories, in order; answers the wire and the moment of the last item."""
    wire = Wire(interests, forget=False)
    for item in gathered.items:
        wire.add(item)
    for source, signals in gathered.signals.items():
        wire.hear(source, signals)
    return wire, max(item.seen for item in gathered.items)


async def make(
    gathered: Gathered,
    topic: str,
    brief: Brief,
    production: Production,
    out: Path,
    watch: Watch,
    *,
    clean: bool = False,
    begun: float = 0.0,
) -> Report:
    """Make one clip. Raises NothingFound, WriterDown, WriterRefused or RenderFailed.

    What the brief wishes as `ready_in` counts from `begun` on (of `time.perf_counter`), what the
    house wishes from the script on.
    """
    clock = _Stopwatch()
    wire, then = tell(gathered, Interests())
    story = pick(wire.stories(then), topic)
    if story is None:
        raise NothingFound(
            f"none of {len(gathered.items)} items is about {topic[:80]!r}; "
            "`wirereel stories` lists what there is"
        )
    clock.lap("stories")
    watch.progress("write", 0.0)
    story, brief = _in_language(story, brief, production.config)
    story = replace(story, items=await production.read(story.items, then))
    script, grounding = await production.write(story, brief, watch.progress)
    grounding, doubts = await production.judge(script, grounding)
    clock.lap("write")
    house_s = production.config.lab.ready_in
    deadline = Deadline(brief.ready_in or house_s, begun if brief.ready_in else time.perf_counter())
    watch.progress("direct", 0.0)
    board = await production.board(script, story, brief)
    clock.lap("direct")
    plan = json.dumps(asdict(board), sort_keys=True, default=str)
    name = f"reel-{hashlib.sha256(plan.encode()).hexdigest()[:10]}.mp4"
    began = time.perf_counter()
    left = deadline.left_s(began)
    shot = await production.shoot(board, out / name, watch, clean=clean, ready_in_s=left)
    board = as_told(board, shot.get("generated", ()))
    ready = deadline.report(began, time.perf_counter())
    clip = {**shot, "warnings": [*shot["warnings"], *doubts], "ready": ready}
    clock.lap("render")
    draft = drafted(story, script, grounding, production.config.book, then)
    notes = remarks(draft, production.config.book, then)
    return Report(story, script, grounding, board, clip, clock.laps, notes)


def drafted(
    story: Story, script: Script, grounding: Grounding, book: Rulebook, now: datetime
) -> Draft:
    """Take what was made by hand for a draft, as far as the rules look at it."""
    embargo = embargo_of(story.items, book.rules.zone)
    return Draft(
        0, story.id, "written", story.title, story.items, Brief(), "", now,
        script=script, grounding=grounding, embargo=embargo,
    )  # fmt: skip


def _in_language(story: Story, brief: Brief, config: Config) -> tuple[Story, Brief]:
    """Keep what a clip in another language can rest on; the story's own needs no wish."""
    if not brief.lang or brief.lang == own_language(story.items):
        return story, replace(brief, lang="")
    items = resting_on(story.items, brief.lang, config.groups, 2 if config.groups.translates else 1)
    if not items:
        raise NothingFound(
            f"no report of {story.title!r} is in {brief.lang}, and {config.groups.writer} does not "
            "translate: leave --lang out, or take a writer that does (openai)"
        )
    return replace(story, items=items), brief


class _Stopwatch:
    """Seconds of each stage, in order."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """End a stage."""
        now = time.perf_counter()
        self.laps[stage] = round(now - self._last, 3)
        self._last = now
