"""`wirereel make`: one clip by hand, with progress, as text or as JSON."""

import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import get_args

from rich.text import Text

from bot import byhand
from bot.byhand import NothingFound, Report
from bot.commands import seconds_of
from bot.config import Config
from bot.daemon import now
from bot.deadline import kept
from bot.draft import Brief, Posting
from bot.formats import mistake
from bot.gate import doubts, faults
from bot.generated import others, summary
from bot.line import Production, RenderFailed, Watch, judging
from bot.pictures import finders
from bot.plugins import fill
from bot.rules.unfounded import told
from bot.store import AlreadyRunning, StoreBroken
from bot.story import TAG
from bot.terminal import answer, fail, find_config, finish, screen, shown, stages
from bot.terminal.posting import NotApproved, post_now
from bot.views import plain, story_view
from bot.web import session
from bot.writers import WriterDown, WriterRefused
from render.storyboard import Tone
from sources import SourceError
from sources.articles import Articles

__all__ = ["Wish", "make_clip"]

EXPECTED = (
    NothingFound,
    SourceError,
    WriterDown,
    WriterRefused,
    RenderFailed,
    AlreadyRunning,
    StoreBroken,
    NotApproved,
)


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
    lang: str = ""
    override: str = ""
    ready_in: str = ""
    begun: float = 0.0  # of time.perf_counter: when the command was given


def make_clip(path: Path | None, wish: Wish) -> None:
    """`wirereel make`."""
    config = find_config(path)
    if problem := _problem(wish, config):
        fail(problem, 2)
    if wish.writer and wish.writer != config.writer.kind:
        writer = fill("bot.writers", {"kind": wish.writer}, "--writer", config.base)
        config = replace(config, writer=writer)
    try:
        report, posted = finish(_made(config, wish))
    except EXPECTED as error:
        fail(str(error))
    if wish.json:
        _print_json(report)
    else:
        _print_text(report)
    if found := faults(report.clip["check"]):
        fail(f"the clip does not reach its bars, so it goes nowhere: {'; '.join(found)}")
    if (problems := report.grounding.problems) and wish.publish and not wish.override:
        fail(f"it goes nowhere: {told(problems)}; `--override REASON` lets it")
    for posting in posted:
        due = f"for {posting.due_at:%d %B %H:%M} UTC" if posting.due_at else ""
        said = posting.url or shown(posting.why).removeprefix(f"{posting.channel}: ") or due
        screen.print(Text(f"{posting.channel}: {posting.state} {said}"), soft_wrap=True)
    if any(posting.state != "done" for posting in posted):
        fail("it is not out everywhere: `wirereel run` with this config tries again, and asks")


def _problem(wish: Wish, config: Config) -> str:
    """Say what is wrong with the options; "" if nothing is."""
    if problem := mistake(wish.format or config.house.clip.format, wish.seconds):
        return problem
    if wish.tone and wish.tone not in get_args(Tone):
        return f"unknown --tone {wish.tone!r}; there are {', '.join(get_args(Tone))}"
    if wish.lang and not TAG.fullmatch(wish.lang):
        return f"--lang {wish.lang!r} is no language code such as de or pt-BR"
    try:
        _ready_s(wish)
    except ValueError as error:
        return f"--ready-in {error}"
    return ""


def _ready_s(wish: Wish) -> float:
    return seconds_of(wish.ready_in) if wish.ready_in else 0.0


async def _made(config: Config, wish: Wish) -> tuple[Report, list[Posting]]:
    inputs = byhand.sort_inputs(wish.words)
    house = config.house.network
    with stages() as show:
        web = session(allow=house.allow, contact=house.contact)
        async with web as http, judging(config) as judge:
            show("read", 0.0)
            gathered = await byhand.gather(inputs, config, http, now())
            writer = config.writer.module.Plugin(config.writer.settings)
            work, asked = config.state / "work", finders(config.finders, http)
            production = Production(config, writer, http, work, asked, Articles(http), judge)
            brief = Brief(wish.format, wish.seconds, wish.tone, wish.lang, ready_in=_ready_s(wish))
            watch = Watch(show, _show_preview)
            clean = wish.publish and any(
                getattr(slot.settings, "clean", False) for slot in config.channels
            )
            report = await byhand.make(
                *(gathered, inputs.topic, brief, production, wish.out, watch),
                clean=clean,
                begun=wish.begun,
            )
    good = not faults(report.clip["check"]) and (wish.override or not report.grounding.problems)
    if not (wish.publish and good):
        return report, []
    return report, await post_now(config, report, brief, wish.override)


async def _show_preview(path: Path) -> None:
    screen.print(Text(f"watch the preview: {path}"), soft_wrap=True)


def _print_json(report: Report) -> None:
    clip = report.clip
    told = {
        "clip": clip["path"],
        "srt": clip["srt"],
        "vtt": clip["vtt"],
        "cover": clip["cover"],
        "sources": clip["sources"],
        "clean": (clip.get("clean") or {}).get("path"),
        "story": story_view(report.story, None, report.story.last_seen),
        "script": asdict(report.script),
        "storyboard": asdict(report.board),
        "seconds": clip["seconds"],
        "timings": {**report.seconds_of, **dict(clip["timings"])},
        "check": clip["check"],
        "warnings": list(clip["warnings"]),
        "generated": list(clip.get("generated") or ()),
        "ready": clip["ready"],
        "grounding": asdict(report.grounding),
        "remarks": list(report.remarks),
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")


def _print_text(report: Report) -> None:
    clip = report.clip
    answer.print(Text(plain(report.script.headline), style="bold"))
    for beat in report.script.beats:
        outlets = ", ".join(dict.fromkeys(cite.outlet for cite in beat.cites))
        answer.print(Text.assemble("  ", plain(beat.line), (f"  [{outlets}]", "dim")))
    if problems := report.grounding.problems:
        answer.print(Text(f"NOT IN THE SOURCES: {shown(told(problems))}", style="bold red"))
    for remark in report.remarks:
        answer.print(Text(f"note: {shown(remark)}", style="yellow"))
    if said := summary(clip):
        answer.print(Text(shown(said)))
    for warning in others(clip):
        answer.print(Text(f"note: {shown(warning)}", style="yellow"))
    for doubt in doubts(clip["check"]):
        answer.print(Text(f"check: {shown(doubt)}", style="yellow"))
    total = sum(report.seconds_of.values())
    in_time = f"; {said}" if (said := kept(clip)) else ""
    made = f"{clip['seconds']:.1f} s, made in {total:.1f} s{in_time}"
    answer.print(Text(f"{clip['path']}  ({made})"))
