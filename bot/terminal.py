"""What the commands do on a terminal: progress, tables, JSON, and plain errors."""

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from bot import config as configuration
from bot.config import Config
from bot.draft import Brief
from bot.plugins import fill
from bot.story import Story
from bot.views import plain, story_view

__all__ = ["Wish", "find_config", "list_stories", "make_clip", "run_daemon", "stages", "talk"]

screen = Console(stderr=True)
STAGES = {
    "read": "reading the inputs",
    "write": "writing",
    "direct": "directing",
    "voice": "speaking",
    "draw": "drawing and encoding",
    "sound": "mixing",
    "check": "checking the clip",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """The command line of `wirereel make`."""

    words: tuple[str, ...]
    format: str
    tone: str
    seconds: float
    out: Path
    writer: str
    publish: bool
    json: bool


def find_config(path: Path | None) -> Config:
    """Read the named config, or ./config.toml, or the defaults."""
    here = Path("config.toml")
    return configuration.read(path or (here if here.is_file() else None))


def fail(message: str, code: int = 1) -> NoReturn:
    """End with a message and no traceback."""
    screen.print(Text(message, style="bold red"))
    sys.exit(code)


@contextmanager
def stages() -> Iterator[Callable[[str, float], None]]:
    """Show one progress bar that names the stage; answers the function that moves it."""
    columns = (SpinnerColumn(), TextColumn("{task.description:<22}"), BarColumn(40))
    with Progress(*columns, TimeElapsedColumn(), console=screen, transient=True) as bar:
        task = bar.add_task("starting", total=1.0)

        def show(stage: str, part: float) -> None:
            bar.update(task, description=STAGES.get(stage, stage), completed=part)

        yield show


def run_daemon(path: Path | None, verbose: bool) -> None:
    """`wirereel run`."""
    from bot.daemon import Daemon, serve
    from bot.store import AlreadyRunning, StoreBroken

    level = logging.DEBUG if verbose else logging.INFO
    handler = RichHandler(console=screen, show_path=False, markup=False)
    logging.basicConfig(level=level, format="%(message)s", handlers=[handler])
    for name in ("apscheduler", "aiosqlite", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    config = find_config(path)
    doors: list[asyncio.Task[None]] = []

    def ready(daemon: Daemon) -> None:
        names = ", ".join(slot.name for slot in config.channels)
        watching = f"watching {len(config.sources)} sources, posting to {names or 'nowhere'}"
        logging.getLogger("wirereel").info("%s; Ctrl-C ends it", watching)
        doors.extend(asyncio.create_task(_show_door(chat)) for chat in daemon.chats)

    try:
        asyncio.run(serve(config, ready))
    except (AlreadyRunning, StoreBroken) as error:
        fail(str(error))


async def _show_door(chat: Any) -> None:
    """Print where the page is; its link holds the token, so it goes to a terminal only."""
    if not hasattr(chat, "ready"):
        return
    url = await chat.ready()
    link = chat.link if screen.is_terminal else ""
    screen.print(Text(f"the desk is at {link or url}", style="bold"), soft_wrap=True)


def make_clip(path: Path | None, wish: Wish) -> None:
    """`wirereel make`."""
    from bot.byhand import NothingFound, Report
    from bot.line import RenderFailed
    from bot.writers import WriterDown, WriterRefused
    from sources import SourceError

    config = find_config(path)
    if wish.format != "news":
        fail(f"unknown format {wish.format!r}; there is: news", 2)
    if wish.seconds and not 8 <= wish.seconds <= 60:
        fail(f"--seconds {wish.seconds:g} is not between 8 and 60", 2)
    if wish.writer:
        writer = fill("bot.writers", {"kind": wish.writer}, "--writer", config.base)
        config = replace(config, writer=writer)
    try:
        report: Report = asyncio.run(_made(config, wish))
    except (NothingFound, SourceError, WriterDown, WriterRefused, RenderFailed) as error:
        fail(str(error))
    _print_report(report, wish.json)


async def _made(config: Config, wish: Wish) -> Any:
    from bot import byhand
    from bot.daemon import now
    from bot.line import Production
    from bot.web import session

    inputs = byhand.sort_inputs(wish.words)
    house = config.house.network
    with stages() as show:
        async with session(allow=house.allow, contact=house.contact) as http:
            show("read", 0.0)
            items = await byhand.gather(inputs, config, http, now())
            writer = config.writer.module.Plugin(config.writer.settings)
            production = Production(config, writer, http, config.state / "work")
            brief = Brief(wish.format, wish.seconds, wish.tone)
            report = await byhand.make(items, inputs.topic, brief, production, wish.out, show)
    if wish.publish:
        from bot.posting import post_now

        await post_now(config, report)
    return report


def _print_report(report: Any, as_json: bool) -> None:
    clip = report.clip
    if as_json:
        answer = {
            "clip": clip["path"],
            "srt": clip["srt"],
            "vtt": clip["vtt"],
            "cover": clip["cover"],
            "sources": clip["sources"],
            "story": story_view(report.story, None),
            "script": asdict(report.script),
            "storyboard": asdict(report.board),
            "seconds": clip["seconds"],
            "timings": {**report.seconds_of, **dict(clip["timings"])},
            "check": clip["check"],
            "warnings": list(clip["warnings"]),
            "grounding": asdict(report.grounding),
        }
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, default=str) + "\n")
        return
    screen.print(Text(plain(report.script.headline), style="bold"))
    for beat in report.script.beats:
        outlets = ", ".join(dict.fromkeys(cite.outlet for cite in beat.cites))
        screen.print(Text.assemble("  ", beat.line, (f"  [{outlets}]", "dim")))
    problems = report.grounding.problems
    if problems:
        screen.print(Text(f"{len(problems)} claims are not in the sources", style="bold yellow"))
    for warning in clip["warnings"]:
        screen.print(Text(f"note: {warning}", style="yellow"))
    if not clip["check"].get("ok", True):
        failed = [c["name"] for c in clip["check"]["checks"] if not c["ok"]]
        screen.print(Text(f"check failed: {', '.join(failed)}", style="bold red"))
    total = sum(report.seconds_of.values())
    screen.print(Text(f"{clip['path']}  ({clip['seconds']:.1f} s, made in {total:.1f} s)"))


def list_stories(path: Path | None, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """`wirereel stories`."""
    from bot.byhand import NothingFound
    from sources import SourceError

    try:
        found = asyncio.run(_told(find_config(path), words))
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
            screen.print(Text(text, style=style), soft_wrap=True)
    screen.print(f"{len(found)} stories")


async def _told(config: Config, words: tuple[str, ...]) -> tuple[Story, ...]:
    from bot import byhand
    from bot.daemon import now
    from bot.trends import Interests
    from bot.web import session

    inputs = byhand.sort_inputs(words)
    house = config.house
    async with session(allow=house.network.allow, contact=house.network.contact) as http:
        items = await byhand.gather(inputs, config, http, now())
    wire, then = byhand.tell(items, Interests(words=house.trends.words, mute=house.trends.mute))
    told = wire.stories(then)
    if not inputs.topic:
        return told
    from bot.topics import about

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


def talk(path: Path | None) -> None:
    """`wirereel chat`: a terminal that speaks to the daemon's page."""
    import readline  # noqa: F401 - arrow keys and history at the prompt

    from bot.remote import Remote, Unreachable

    try:
        remote = Remote.of(find_config(path))
        screen.print(f"talking to {remote.url}; `help` lists the commands, Ctrl-D ends")
        while True:
            try:
                text = input("wirereel> ").strip()
            except (EOFError, KeyboardInterrupt):
                return
            if text:
                screen.print(Text(remote.command(text)))
    except Unreachable as error:
        fail(str(error))
