"""One clip from board to finished file: the stages in order, each timed."""

import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

from render import Clip, Progress, RenderError, Studio, booth, shelf, sidecars, timeline
from render.cameras import Planes
from render.check import check
from render.encode import Paint, Piece, Stock, film, join
from render.music import bed
from render.sound import mix
from render.storyboard import Shot, Storyboard, dumps
from render.timeline import Plan

__all__ = ["Art", "Reel", "produce"]

PIECE_S = (2, 6)  # the shortest and longest piece that one thread films


class Reel(Protocol):
    """All the pictures of one clip."""

    @property
    def paint(self) -> Paint:
        """Write a frame; from several threads at once."""
        ...

    @property
    def warnings(self) -> Sequence[str]:
        """Tell every step down that was taken, once all is painted."""
        ...

    def boxes(self) -> Iterable[Mapping[str, Any]]:
        """List the texts of all frames, as check.py wants them."""
        ...

    def cover(self) -> Any:
        """Draw the still that stands for the clip: an RGB array or a PIL image."""
        ...


Art = Callable[[Storyboard, Plan, Studio], Reel]


def produce(board: Storyboard, out: Path, studio: Studio, progress: Progress, art: Art) -> Clip:
    """Make the clip and its sidecars; every file is whole or not there. Raises RenderError."""
    timings: dict[str, float] = {}
    with _stage("voice", timings, progress):
        take = booth.speak(board, studio, progress)
        plan = _plan(board, take)
    with _stage("draw", timings, progress):
        reel = art(board, plan, studio)
        stock = Stock(board.width, board.height, board.fps, studio.preset, studio.crf)
        pieces = _pieces(board, plan, studio, stock)
        film(_naming(reel.paint, board, plan), pieces, stock, studio.workers, progress)
    with _stage("sound", timings, progress):
        stems = [speech.pcm if speech else None for speech in take.speeches]
        sound = mix(plan, stems, bed(board.tone) if board.music else None)
        told = sidecars.provenance(board, take.voice, _version())
        join(pieces, sound, stock, sidecars.tags(told), out)
    with _stage("check", timings, progress):
        told["sha256"] = shelf.digest(out)
        audible = take.voice["engine"] not in ("", "silent")
        report = check(out, board, plan, reel.boxes(), audible)
        _leave(board, plan, out, {"sources": told, "check": report}, reel.cover())
    return Clip(
        path=out,
        seconds=plan.frames / plan.fps,
        sha256=told["sha256"],
        cover=out.with_suffix(".jpg"),
        srt=out.with_suffix(".srt"),
        vtt=out.with_suffix(".vtt"),
        sources=out.with_suffix(".sources.json"),
        check=report,
        warnings=(*take.warnings, *reel.warnings),
        timings=timings,
        provenance=told,
    )


@contextmanager
def _stage(name: str, timings: dict[str, float], progress: Progress) -> Iterator[None]:
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


def _pieces(board: Storyboard, plan: Plan, studio: Studio, stock: Stock) -> list[Piece]:
    """Cut the plan into pieces, each named by all that its frames depend on."""
    folder, at_least, at_most = studio.work / "pieces", *(s * plan.fps for s in PIECE_S)
    made_with = (shelf.code(), asdict(stock), studio.settings)
    return [
        Piece(first, last, folder / f"{shelf.key(made_with, _slice(board, plan, first, last))}.mp4")
        for first, last in timeline.pieces(plan, at_least, at_most)
    ]


def _naming(paint: Paint, board: Storyboard, plan: Plan) -> Paint:
    """Have every error say which shot was being painted: a camera's own words do not."""
    starts = [shot.first for shot in plan.shots]

    def named(n: int, out: Planes) -> None:
        try:
            paint(n, out)
        except Exception as error:
            index = plan.shots[bisect_right(starts, n) - 1].index
            error.add_note(f"shot {index + 1}, camera {board.shots[index].camera}")
            raise

    return named


def _slice(board: Storyboard, plan: Plan, first: int, last: int) -> dict[str, Any]:
    """Take what frames [first, last) show of board and plan, and the pictures' own bytes.

    The shot before is part of it, because it may still be seen in the first one's fade.
    """
    seen = [s for s in plan.shots if s.first < last and s.first + s.length > first]
    span = range(max(seen[0].index - 1, 0), seen[-1].index + 1)
    shots = tuple(board.shots[i] for i in span)
    return {
        "frames": (first, last, plan.frames),
        "board": dumps(replace(board, shots=shots)),
        "shots": [asdict(shot) for shot in plan.shots if shot.index in span],
        "words": [asdict(word) for word in plan.words if word.shot in span],
        "files": [shelf.digest(file) for shot in shots for file in _files(shot)],
    }


def _files(shot: Shot) -> Iterator[Path]:
    for wish in (wish for picture in shot.pictures() for wish in picture.values()):
        if isinstance(wish, str) and _is_file(wish):
            yield Path(wish)


def _is_file(wish: str) -> bool:
    try:
        return Path(wish).is_file()
    except OSError:  # a caption is longer than any name of a file
        return False


def _leave(board: Storyboard, plan: Plan, out: Path, reports: dict[str, Any], cover: Any) -> None:
    """Leave the sidecars beside the clip."""
    sidecars.write_subtitles(board, plan, out.with_suffix(".srt"))
    sidecars.write_subtitles(board, plan, out.with_suffix(".vtt"))
    sidecars.write_cover(cover, out.with_suffix(".jpg"))
    for name, report in reports.items():
        sidecars.write_json(report, out.with_suffix(f".{name}.json"))
    with shelf.aside(out.with_suffix(".storyboard.json")) as part:
        part.write_text(dumps(board), encoding="utf-8")


def _version() -> str:
    try:
        return version("wirereel")
    except PackageNotFoundError:
        return "unknown"
