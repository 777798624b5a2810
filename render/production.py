"""One clip from board to finished file: the stages in order, each timed.

A clip comes in up to three versions of one plan and one sound: a small one to look at first, the
clip itself, and one without the brand's logo.
"""

import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from render import (
    Clip,
    Progress,
    RenderError,
    Studio,
    Variant,
    booth,
    credentials,
    shelf,
    sidecars,
    timeline,
)
from render.check import check
from render.cut import Art, Cut, Reel, begin, lay_down, shoot, waiting
from render.hours import Hours
from render.lab import pace
from render.second_unit import Unit, sent_out
from render.sound import Sound, mix
from render.sound.tape import Tape, record
from render.sound.tracks import under
from render.stopwatch import Stopwatch, part
from render.storyboard import Storyboard, dumps
from render.timeline import Plan

__all__ = ["Art", "Reel", "produce"]

Show = Callable[[Path], None]

QUICK: Mapping[str, Any] = {"preset": "ultrafast", "crf": 28}  # of x264: it is looked at once
SHORT = (1, 3)  # s, of its pieces: without look-ahead they cost nothing, and all end together
PACE = "pace.json"  # in the studio's `work`: how long each stage takes here


@dataclass(frozen=True, slots=True)
class _Job:
    """What all versions of a clip share. `told` is their provenance, without a file's own hash.

    `asked` is the board as it was given, `board` the one that is drawn: every picture that a model
    should have made is there, or another in its place.
    """

    asked: Storyboard
    board: Storyboard
    plan: Plan
    take: booth.Take
    told: Mapping[str, Any]
    studio: Studio
    art: Art

    def sealed(self, path: Path) -> tuple[str, ...]:
        """Sign a file, where this studio signs; answers what could not be done."""
        if self.studio.credentials is None:
            return ()
        pictures = tuple(sidecars.pictures(self.board))
        return credentials.sign(path, self.told, pictures, self.studio.credentials)

    def mixed(self) -> Sound:
        stems = [speech.pcm if speech else None for speech in self.take.speeches]
        return mix(self.plan, stems, under(self.board))


def produce(
    board: Storyboard,
    out: Path,
    studio: Studio,
    progress: Progress,
    art: Art,
    *,
    preview: Show | None = None,
    clean: bool = False,
) -> Clip:
    """Make the clip and its sidecars; every file is whole or not there. Raises RenderError.

    `preview` is called with a small clip before the full one is drawn. `clean` asks for a second
    clip without the brand's logo, where there is one.
    """
    watch = Stopwatch(progress)
    with watch.stage("voice"):
        take = booth.speak(board, studio, watch.progress)
        plan = _plan(board, take)
    hours = _hours(plan, board, studio, watch.begun, versions=1 + bool(clean and board.brand.logo))
    with sent_out(board, plan, studio, hours, watch.progress) as unit:
        made = partial(_job, board, unit, plan, take, studio, art)
        shot = _filmed(made, unit, hours, out, watch, preview)
        clip = _finished(shot, unit, out, watch, clean=clean)
    frames = {**shot.painted, "sound": plan.frames, "check": plan.frames}
    pace.write(hours.learned(unit.pace, watch.timings, frames), studio.work / PACE)
    late = hours.late(time.perf_counter(), watch.timings)
    return replace(clip, warnings=(*clip.warnings, *late))


@dataclass(frozen=True, slots=True)
class _Shot:
    """A clip that lies at its place, unchecked; `painted` counts frames by stage."""

    job: _Job
    cut: Cut
    tape: Tape
    warnings: tuple[str, ...]
    painted: Mapping[str, int]


def _filmed(
    made: Callable[[], _Job],
    unit: Unit,
    hours: Hours,
    out: Path,
    watch: Stopwatch,
    preview: Show | None,
) -> _Shot:
    """Draw, mix and join, while the second unit is out; `made` says what can be drawn now."""
    job, warnings, painted = made(), list[str](), {"preview": 0, "draw": 0}
    told: Progress = watch.progress
    with ThreadPoolExecutor(1, "mix") as mixer:
        sound = mixer.submit(job.mixed)  # while frames are drawn; what is submitted next waits
        if preview and hours.preview_fits(time.perf_counter()):
            quick = mixer.submit(lambda: record(sound.result(), quick=True))
            with watch.stage("preview"):
                said, painted["preview"] = _previewed(job, out, quick, watch.progress, preview)
                warnings += said
        elif preview:
            warnings.append(f"no preview: {hours.wished_s:g} s leave no time for one")
        tape = mixer.submit(lambda: record(sound.result()))
        if unit.is_out:
            painted["draw"], share = _begun(job, unit, watch)
            with watch.stage("generate"):
                unit.home()
            job, told = made(), part(watch.progress, share, 1.0)
        with watch.stage("draw"):
            cut = shoot(job.board, job.plan, job.studio, job.art, told)
            painted["draw"] += cut.painted
        with watch.stage("sound"):
            warnings += lay_down(cut, tape.result(), sidecars.tags(job.told), out, job.sealed)
    return _Shot(job, cut, tape.result(), tuple(warnings), painted)


def _begun(job: _Job, unit: Unit, watch: Stopwatch) -> tuple[int, float]:
    """Draw what does not wait for the second unit; how many frames, and which share they are."""
    board = unit.hoped
    without = unit.missing(board)
    share = 1 - waiting(job.plan, without) / job.plan.frames
    told = part(watch.progress, 0.0, share)
    with watch.timed("draw"):
        return begin(board, job.plan, job.studio, job.art, told, without), share


def _finished(shot: _Shot, unit: Unit, out: Path, watch: Stopwatch, *, clean: bool) -> Clip:
    """Check a clip, make its variant, leave its sidecars."""
    job, cut, variant = shot.job, shot.cut, None
    with watch.stage("check"):
        report = _measured(job, cut, out)
    if clean and job.board.brand.logo:
        with watch.stage("clean"):
            variant, other = _cleaned(job, out, shot.tape, watch.progress)
            report = _both(report, other)
    told = _leave(job, cut, out, report)
    _leave_words(job, out)
    return Clip(
        path=out,
        seconds=job.plan.frames / job.plan.fps,
        sha256=told["sha256"],
        cover=out.with_suffix(".jpg"),
        srt=out.with_suffix(".srt"),
        vtt=out.with_suffix(".vtt"),
        sources=out.with_suffix(".sources.json"),
        check=report,
        clean=variant,
        warnings=(*job.take.warnings, *shot.warnings, *unit.warnings, *cut.reel.warnings),
        timings=watch.timings,
        provenance=told,
        generated=unit.told,
    )


def _job(
    asked: Storyboard, unit: Unit, plan: Plan, take: booth.Take, studio: Studio, art: Art
) -> _Job:
    """Say what is drawn as things stand; the storyboard that is told of is the one asked for."""
    board = unit.board
    told = sidecars.provenance(board, take.voice, _version(), unit.told)
    told["storyboard_sha256"] = sha256(dumps(asked).encode()).hexdigest()
    return _Job(asked, board, plan, take, told, studio, art)


def _hours(plan: Plan, board: Storyboard, studio: Studio, begun: float, versions: int) -> Hours:
    known, threads = pace.read(studio.work / PACE), studio.workers or os.cpu_count() or 1
    size = (board.width, board.height)
    return Hours(known, begun, studio.ready_in_s, plan.frames, size, threads, versions)


def _plan(board: Storyboard, take: booth.Take) -> Plan:
    try:
        return timeline.plan(board, take.speeches)
    except ValueError as error:
        raise RenderError(str(error)) from error


def _previewed(
    job: _Job, out: Path, tape: Future[Tape], progress: Progress, show: Show
) -> tuple[tuple[str, ...], int]:
    """Make the small clip and show it; what hinders that is a warning, for the full one follows.

    Answers warnings, and how many frames were painted.
    """
    studio, path = replace(job.studio, **QUICK), out.with_suffix(".preview.mp4")
    try:
        board, told = _halved(job.board), _as("preview", progress)
        cut = shoot(board, job.plan, studio, job.art, told, SHORT)
        lay_down(cut, tape.result(), sidecars.tags(job.told), path)
        show(path)
    except Exception as error:  # even a bug: the full clip meets it too, and names it
        return (f"no preview: {error}",), 0
    return (), cut.painted


def _cleaned(
    job: _Job, out: Path, tape: Tape, progress: Progress
) -> tuple[Variant, Mapping[str, Any]]:
    """Make the clip once more without the logo; answers it and its report."""
    board = replace(job.board, brand=replace(job.board.brand, logo=""))
    path = out.with_suffix(".clean.mp4")
    cut = shoot(board, job.plan, job.studio, job.art, _as("clean", progress))
    lay_down(cut, tape, sidecars.tags(job.told), path, job.sealed)
    report = _measured(job, cut, path)
    told = _leave(job, cut, path, report)
    variant = Variant(
        path, told["sha256"], path.with_suffix(".jpg"), path.with_suffix(".sources.json")
    )
    return variant, report


def _halved(board: Storyboard) -> Storyboard:
    """Give a board half the sides, where that leaves whole pairs of pixels."""
    if board.width % 4 or board.height % 4:
        return board
    return replace(board, width=board.width // 2, height=board.height // 2)


def _as(name: str, progress: Progress) -> Progress:
    """Tell all progress as that of one stage."""
    return lambda _, part: progress(name, part)


def _measured(job: _Job, cut: Cut, path: Path) -> dict[str, Any]:
    audible = job.take.voice["engine"] not in ("", "silent")
    signed = job.studio.credentials is not None
    return check(path, cut.board, cut.plan, cut.reel.boxes(), audible, signed)


def _both(report: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Add to a clip's report where its variant without a logo falls short."""
    faults = [
        {**reading, "name": f"without the logo: {reading['name']}"}
        for reading in other["checks"]
        if not reading["ok"]
    ]
    ok, checks = report["ok"] and other["ok"], [*report["checks"], *faults]
    return {**report, "ok": ok, "checks": checks}


def _leave(job: _Job, cut: Cut, path: Path, report: Mapping[str, Any]) -> dict[str, Any]:
    """Leave cover, sources and report beside a file; answers its provenance."""
    told = {**job.told, "sha256": shelf.digest(path)}
    sidecars.write_cover(cut.reel.cover(), path.with_suffix(".jpg"))
    sidecars.write_json(told, path.with_suffix(".sources.json"))
    sidecars.write_json(report, path.with_suffix(".check.json"))
    return told


def _leave_words(job: _Job, out: Path) -> None:
    """Leave subtitles and storyboard beside the clip."""
    sidecars.write_subtitles(job.board, job.plan, out.with_suffix(".srt"))
    sidecars.write_subtitles(job.board, job.plan, out.with_suffix(".vtt"))
    with shelf.aside(out.with_suffix(".storyboard.json")) as part:
        part.write_text(dumps(job.asked), encoding="utf-8")


def _version() -> str:
    try:
        return version("wirereel")
    except PackageNotFoundError:
        return "unknown"
