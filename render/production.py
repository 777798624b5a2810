"""One clip from board to finished file: the stages in order, each timed.

A clip comes in up to three versions of one plan and one sound: a small one to look at first, the
clip itself, and one without the brand's logo.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
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
from render.cut import Art, Cut, Reel, lay_down, shoot
from render.sound import Sound, mix
from render.sound.tape import Tape, record
from render.sound.tracks import under
from render.storyboard import Storyboard, dumps
from render.timeline import Plan

__all__ = ["Art", "Reel", "produce"]

Show = Callable[[Path], None]

QUICK: Mapping[str, Any] = {"preset": "ultrafast", "crf": 28}  # of x264: it is looked at once
SHORT = (1, 3)  # s, of its pieces: without look-ahead they cost nothing, and all end together


@dataclass(frozen=True, slots=True)
class _Job:
    """What all versions of a clip share. `told` is their provenance, without a file's own hash."""

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
    timings: dict[str, float] = {}
    stage = partial(_stage, timings, progress)
    with stage("voice"):
        take = booth.speak(board, studio, progress)
        told = sidecars.provenance(board, take.voice, _version())
        job = _Job(board, _plan(board, take), take, told, studio, art)
    warnings, variant = list(take.warnings), None
    with ThreadPoolExecutor(1, "mix") as mixer:
        sound = mixer.submit(job.mixed)  # while frames are drawn; what is submitted next waits
        if preview:
            quick = mixer.submit(lambda: record(sound.result(), quick=True))
            with stage("preview"):
                warnings += _previewed(job, out, quick, progress, preview)
        tape = mixer.submit(lambda: record(sound.result()))
        with stage("draw"):
            cut = shoot(board, job.plan, studio, art, progress)
        with stage("sound"):
            warnings += lay_down(cut, tape.result(), sidecars.tags(told), out, job.sealed)
    with stage("check"):
        report = _measured(job, cut, out)
    if clean and board.brand.logo:
        with stage("clean"):
            variant, other = _cleaned(job, out, tape.result(), progress)
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
        warnings=(*warnings, *cut.reel.warnings),
        timings=timings,
        provenance=told,
    )


@contextmanager
def _stage(timings: dict[str, float], progress: Progress, name: str) -> Iterator[None]:
    started = time.perf_counter()
    progress(name, 0.0)
    yield
    timings[name] = round(time.perf_counter() - started, 3)
    progress(name, 1.0)


def _plan(board: Storyboard, take: booth.Take) -> Plan:
    try:
        return timeline.plan(board, take.speeches)
    except ValueError as error:
        raise RenderError(str(error)) from error


def _previewed(
    job: _Job, out: Path, tape: Future[Tape], progress: Progress, show: Show
) -> tuple[str, ...]:
    """Make the small clip and show it; what hinders that is a warning, for the full one follows."""
    studio, path = replace(job.studio, **QUICK), out.with_suffix(".preview.mp4")
    try:
        board, told = _halved(job.board), _as("preview", progress)
        cut = shoot(board, job.plan, studio, job.art, told, SHORT)
        lay_down(cut, tape.result(), sidecars.tags(job.told), path)
        show(path)
    except Exception as error:  # even a bug: the full clip meets it too, and names it
        return (f"no preview: {error}",)
    return ()


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
        part.write_text(dumps(job.board), encoding="utf-8")


def _version() -> str:
    try:
        return version("wirereel")
    except PackageNotFoundError:
        return "unknown"
