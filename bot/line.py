"""The production line: story -> script -> storyboard -> clip. Each step is one call; no memory.

The desk runs it for drafts and keeps the results; `wirereel make` runs it once by hand.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from bot.casting import cast
from bot.config import Config
from bot.direct import direct
from bot.draft import Brief
from bot.formats import format_of
from bot.ground import ground
from bot.groups import reports_in
from bot.judges import Judge, JudgeDown
from bot.judges._questions import questions, ruled
from bot.kit import dressed
from bot.pictures import gather
from bot.plugins import revealed
from bot.prose.form import evened, formed
from bot.rules.imagery import imagery, real_only
from bot.story import Grounding, Picture, Script, Story
from bot.writers import Tell, Writer, WriterDown, WriterRefused
from bot.writers._closed import closed
from bot.writers.extractive import Plugin as Extractive
from bot.writers.extractive import Settings as ExtractiveSettings
from render.storyboard import Storyboard, dumps
from sources import Item
from sources.articles import READ, Articles, wanted
from sources.pictures import Finder

__all__ = ["Line", "Production", "RenderFailed", "Watch", "judging"]

log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]

LONGEST_SILENCE_S = 900.0  # of a render: it tells every step, so it hangs
LAST_WORDS_S = 5.0  # what is left on stderr; a grandchild may hold it open for ever


class RenderFailed(ValueError):
    """The render child gave up; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who follows a render: told how far it is, and where its small clip lies once there is one."""

    progress: Progress
    preview: Callable[[Path], Awaitable[None]]


class Line(Protocol):
    """What the desk needs to have made."""

    async def read(self, items: tuple[Item, ...], now: datetime) -> tuple[Item, ...]:
        """Fill in the pages behind reports where their sources ask for it; answers all items."""
        ...

    async def write(self, story: Story, brief: Brief, tell: Tell) -> tuple[Script, Grounding]:
        """Write a script and check it. Raises WriterDown or WriterRefused."""
        ...

    async def revise(
        self, script: Script, story: Story, brief: Brief, wish: str, tell: Tell
    ) -> tuple[Script, Grounding]:
        """Change a script as an editor asks in plain words, and check it. Raises as `write`."""
        ...

    async def judge(
        self, script: Script, grounding: Grounding
    ) -> tuple[Grounding, tuple[str, ...]]:
        """Have a checked script read a second time: its grounding, and what there is to note."""
        ...

    async def board(self, script: Script, story: Story, brief: Brief) -> Storyboard:
        """Direct a script into a storyboard."""
        ...

    async def shoot(
        self,
        board: Storyboard,
        out: Path,
        watch: Watch,
        *,
        clean: bool = False,
        ready_in_s: float = 0.0,
    ) -> Mapping[str, Any]:
        """Render a board to `out`; answers the clip as a mapping. Raises RenderFailed.

        With `clean` a board that has a logo is made a second time, without it. `ready_in_s` is how
        many seconds are left for it, 0 for as many as it needs.
        """
        ...


@dataclass(frozen=True, slots=True)
class Production:
    """The real line."""

    config: Config
    writer: Writer
    http: aiohttp.ClientSession
    work: Path  # finished shots, spoken lines and fetched pictures
    finders: tuple[Finder, ...] = ()
    articles: Articles | None = None
    second: Judge | None = None  # who reads a checked script again

    async def read(self, items: tuple[Item, ...], now: datetime) -> tuple[Item, ...]:
        """Read the pages behind reports of sources with `full_text`, those not yet looked at."""
        slots = self.config.sources
        sources = {slot.name for slot in slots if getattr(slot.settings, "full_text", False)}
        asked = wanted(items, sources)
        if not asked or self.articles is None:
            return items
        looked = {item.id: item for item in await self.articles.read(asked, now)}
        return tuple(looked.get(item.id, item) for item in items)

    async def write(self, story: Story, brief: Brief, tell: Tell) -> tuple[Script, Grounding]:
        """Ask the configured writer; where it fails, the extractive one steps in and says so.

        Also where a model refuses: it will not retell what the outlets print, and the extractive
        writer only prints it. What leads out of a clip is taken out, whoever wrote it.
        """
        wish = self.settled(brief)
        try:
            script = await self.writer.write(story, wish, tell)
        except (WriterDown, WriterRefused) as error:
            script = await self._stood_in(story, wish, tell, error)
        script = replace(script, notes=(*script.notes, *_unread(story.items)))
        return _checked(script, story)

    async def revise(
        self, script: Script, story: Story, brief: Brief, wish: str, tell: Tell
    ) -> tuple[Script, Grounding]:
        """Ask the configured writer alone: nobody else could do what an editor wishes."""
        settled = self.settled(brief)
        return _checked(await self.writer.revise(script, story, settled, wish, tell), story)

    def settled(self, brief: Brief) -> Brief:
        """Fill in what the brief leaves to the house; its seconds are for its own format only."""
        clip = self.config.house.clip
        name = brief.format or clip.format
        seconds = brief.seconds or (clip.seconds if name == clip.format else 0.0)
        seconds = seconds or format_of(name).seconds[1]
        return replace(brief, format=name, seconds=seconds, tone=brief.tone or clip.tone)

    async def _stood_in(
        self, story: Story, wish: Brief, tell: Tell, error: WriterDown | WriterRefused
    ) -> Script:
        """Let the extractive writer write. Raises the error itself where that cannot help."""
        items = reports_in(story.items, wish.lang) if wish.lang else story.items
        if isinstance(self.writer, Extractive) or not items:
            raise error  # nobody else can say it in that language: it is tried again later
        name = self.config.writer.name
        log.warning("writer %s failed, extractive steps in: %s", name, error)
        story = replace(story, items=items)
        script = await Extractive(ExtractiveSettings()).write(story, wish, tell)
        what = "was down" if isinstance(error, WriterDown) else "would not"
        note = f"{name} {what} ({error}); written by extractive"
        return replace(script, notes=(*script.notes, note), bill=error.bill)

    async def judge(
        self, script: Script, grounding: Grounding
    ) -> tuple[Grounding, tuple[str, ...]]:
        """Ask the judge of `[judge]`, if there is one; a script is not held up by one that is down.

        It adds to the grounding, and takes nothing away.
        """
        asked = questions(script, grounding)
        if self.second is None or not asked:
            return grounding, ()
        try:
            opinions = await self.second.judge([(q.premise, q.line) for q in asked])
        except JudgeDown as error:
            return grounding, (f"not judged: {error}",)
        return ruled(script, grounding, asked, opinions, self.second.alarm, self.second.doubt)

    async def board(self, script: Script, story: Story, brief: Brief) -> Storyboard:
        """Find the pictures that may be shown and direct."""
        folder, allow = self.work / "pictures", self.config.house.rights.allow
        found = await gather(self.http, folder, script, story, self.finders, allow)
        for note in found.notes:
            log.warning("%s", note)
        return self.directed(script, story, brief, found.pictures)

    def directed(
        self, script: Script, story: Story, brief: Brief, pictures: Sequence[Picture]
    ) -> Storyboard:
        """Direct with the house's brand and voice."""
        clip, kit = self.config.house.clip, self.config.kit
        may_make_up, _ = imagery(script, story, self.config.lab)
        board = direct(
            script,
            story,
            pictures=pictures,
            brand=kit.brand,
            label=clip.label,
            seconds=self.settled(brief).seconds - kit.seconds,
            imagery=may_make_up,
        )
        board = replace(board, real_only=real_only(script, story))
        board = dressed(board, kit, self.config.music)
        board = replace(board, label_px=clip.label_px, label_generated=clip.generated)
        return replace(board, voice=clip.voices[0], rate=clip.rate)

    async def shoot(
        self,
        board: Storyboard,
        out: Path,
        watch: Watch,
        *,
        clean: bool = False,
        ready_in_s: float = 0.0,
    ) -> Mapping[str, Any]:
        """Render in a child process, so that a crash of a codec or a GPU never takes the bot."""
        clip = self.config.house.clip
        speaker = await asyncio.to_thread(cast, self.config, board.lang)
        if not speaker.kind:
            raise RenderFailed(speaker.said)
        signer, lab = self.config.credentials, self.config.lab
        studio = {
            "work": str(self.work / "shots"),
            "voices": clip.voices,
            "settings": {slot.kind: revealed(slot.settings) for slot in self.config.voices},
            "preset": clip.preset,
            "crf": clip.crf,
            "workers": clip.workers,
            "credentials": signer and asdict(signer),
            "lab": lab.model_dump(mode="json") if lab.heroes else None,
            "ready_in_s": ready_in_s,
        }
        with _planned(board, out) as plan:
            words = [sys.executable, "-m", "render", str(plan), str(out), "--json", "--studio", "-"]
            words += [*(["--preview"] * clip.preview), *(["--clean"] * clean)]
            made = await run_child(words, json.dumps(studio).encode(), watch)
        silent = [speaker.said] if speaker.said else []
        return {**made, "warnings": [*silent, *made.get("warnings", ())]}


@asynccontextmanager
async def judging(config: Config) -> AsyncIterator[Judge | None]:
    """Make the judge of `[judge]`, if there is one, and let it go at the end."""
    judge: Judge | None = None
    if config.judge:
        judge = config.judge.module.Plugin(config.judge.settings)
    try:
        yield judge
    finally:
        if judge:
            await judge.close()


def _checked(script: Script, story: Story) -> tuple[Script, Grounding]:
    """Put a script into its language's form, take out what leads away, and check it."""
    form = evened if script.writer.startswith("extractive") else formed
    whole = form(closed(script, {item.outlet for item in story.items}))
    return whole, ground(whole, story.items)


def _unread(items: Sequence[Item]) -> Iterator[str]:
    """Say of which reports only the feed was there."""
    for item in items:
        if item.page not in ("", READ):
            yield f"{item.outlet}: its page was not read ({item.page}), only what its feed says"


@contextmanager
def _planned(board: Storyboard, out: Path) -> Iterator[Path]:
    """Lay the board beside the clip that it becomes, for as long as it is made."""
    plan = out.with_suffix(".board.json")
    try:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            plan.write_text(dumps(board), encoding="utf-8")
        except OSError as error:
            why = error.strerror or str(error)
            way_out = "free space, or choose a folder that can be written"
            raise RenderFailed(f"cannot write {out}: {why}; {way_out}") from error
        yield plan
    finally:
        with suppress(OSError):
            plan.unlink()


async def run_child(
    words: Sequence[str],
    studio: bytes,
    watch: Watch,
    patience_s: float = LONGEST_SILENCE_S,
) -> Mapping[str, Any]:
    """Run a render, hand on what it tells, and answer its clip. Raises RenderFailed.

    One that says nothing for `patience_s` is ended, so that it keeps no other waiting.
    """
    child = await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=8 * 1024 * 1024,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert child.stdin
    assert child.stdout
    assert child.stderr
    child.stdin.write(studio)
    child.stdin.close()
    complaints = asyncio.create_task(child.stderr.read())
    last: Mapping[str, Any] = {}
    try:
        while line := await asyncio.wait_for(child.stdout.readline(), patience_s):
            last = _heard(line) or last
            if "stage" in last:
                watch.progress(str(last["stage"]), float(last["part"]))
            if "preview" in last:
                await watch.preview(Path(last["preview"]))
        await asyncio.wait_for(child.wait(), patience_s)
    except TimeoutError:
        last = {"error": f"it said nothing for {patience_s:g} s; `retry` tries again"}
    finally:
        if child.returncode is None:
            await asyncio.shield(_end(child))
        heard, _ = await asyncio.wait({complaints}, timeout=LAST_WORDS_S)
        complaints.cancel()
    stderr = complaints.result().decode(errors="replace") if heard else ""
    if "clip" in last:
        return dict(last["clip"])
    if "Traceback" in stderr:
        log.error("the render fell over a bug:\n%s", stderr[-8000:])
    why = last.get("error") or stderr.strip()[-400:] or f"it ended with code {child.returncode}"
    raise RenderFailed(str(why))


async def _end(child: asyncio.subprocess.Process) -> None:
    """Let a render put its finished pieces away, then end it."""
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), 5.0)
    except TimeoutError:
        child.kill()
        await child.wait()


def _heard(line: bytes) -> Mapping[str, Any] | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
