"""Make a clip from a storyboard file: python -m render board.json out.mp4.

This is also how the daemon renders, in a child process, so that a crash in a driver or a codec
cannot take the bot down. With --json every line on stdout is an object: {"stage", "part"} while
it works, {"preview"} when there is something to watch, and at the end {"clip"} or {"error"}. Ended
early, it leaves the finished pieces for the next run.
"""

import argparse
import contextlib
import ctypes
import json
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from render import Clip, Progress, RenderError, Storyboard, Studio, render
from render.lab.settings import Lab
from render.storyboard import loads

if TYPE_CHECKING:
    from rich.progress import TaskID

__all__ = ["main"]

Tell = Callable[[Mapping[str, Any]], None]
Told = TypeVar("Told")

OK, FAILED, USAGE = 0, 1, 2
M_MMAP_THRESHOLD = -3  # of malloc.h


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status: 0 made, 1 not possible, 2 asked for wrongly."""
    options = _options().parse_args(args)
    tell = _tell_json if options.json else _tell_text
    try:
        board, studio = _board(options), _studio(options)
    except (OSError, ValueError) as error:
        tell({"error": str(error)})
        return USAGE
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    _return_large_blocks()
    try:
        with contextlib.nullcontext(_progress_json) if options.json else _bar() as progress:
            clip = _made(board, options, studio, progress, tell)
    except RenderError as error:
        tell({"error": str(error)})
        return FAILED
    except ImportError as error:
        missing = error.name or str(error)
        tell({"error": f"the package {missing} is missing here: {_way_to(missing)}"})
        return FAILED
    except Exception as error:  # a bug, of ours or of a plug-in: the traceback is for who mends it
        traceback.print_exc()
        where = "".join(f"{note}: " for note in getattr(error, "__notes__", ()))
        tell({"error": f"{where}{type(error).__name__}: {error}"})
        return FAILED
    tell({"clip": asdict(clip)})
    return OK


def _made(
    board: Storyboard, options: argparse.Namespace, studio: Studio, progress: Progress, tell: Tell
) -> Clip:
    """Make a clip in this process, and tell its preview where one is wished."""

    def show(path: Path) -> None:
        tell({"preview": path})

    preview = show if options.preview else None
    return render(board, options.out, studio, progress, preview, clean=options.clean)


def _options() -> argparse.ArgumentParser:
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m render", description=about)
    add = parser.add_argument
    add("board", type=Path, help="storyboard, JSON")
    add("out", type=Path, help="the mp4 to write; its sidecars lie beside it")
    add("--preview", action="store_true", help="first a small clip, at OUT with .preview.mp4")
    add("--clean", action="store_true", help="also one without the logo, at OUT with .clean.mp4")
    add("--json", action="store_true", help="tell everything as lines of JSON")
    add("--studio", metavar="FILE", help='{"work", "voices", "settings", ...}; - reads stdin')
    add("--lab", metavar="FILE", type=Path, help="what a model may make: [render] as JSON")
    add("--ready-in", type=_seconds, metavar="20s", help="what the render may take; 0: any time")
    add("--work", type=Path, help="where finished pieces are kept; else in the user's cache")
    add("--preset", help="of x264")
    add("--crf", type=int, help="of x264: 0 to 51, less is better")
    add("--voice", action="append", dest="voices", help="whom to ask; again for the next in line")
    add("--workers", type=int, help="threads that draw; 0 is one for each core")
    return parser


def _seconds(text: str) -> float:
    """Read a span of time: "20s", "1.5m", "90" are seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?(s|m|min)?", text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; say 20s, 1.5m or 90")
    return float(found[1]) * (1 if found[2] in (None, "s") else 60)


def _board(options: argparse.Namespace) -> Storyboard:
    """Read the storyboard; a voice on the command line is wished before the board's own."""
    board = loads(options.board.read_text(encoding="utf-8"))
    return replace(board, voice=options.voices[0]) if options.voices else board


def _studio(options: argparse.Namespace) -> Studio:
    """Read the studio's file, then what the command line says instead. Raises ValueError."""
    studio = Studio(work=_cache())
    if options.studio:
        path = "/dev/stdin" if options.studio == "-" else options.studio
        studio = _read_as(Studio, Path(path).read_text(encoding="utf-8"), "studio")
    names = ("work", "preset", "crf", "voices", "workers")
    wishes = {name: getattr(options, name) for name in names}
    wishes["lab"] = options.lab and _read_as(Lab, options.lab.read_text(encoding="utf-8"), "lab")
    wishes["ready_in_s"] = options.ready_in
    return replace(studio, **{name: wish for name, wish in wishes.items() if wish is not None})


def _read_as(kind: type[Told], text: str, name: str) -> Told:
    try:
        return TypeAdapter(kind).validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ValueError(f"{name}: {place}: {first['msg']}") from error


def _cache() -> Path:
    """Where finished pieces are kept when nobody says where: the user's cache."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "wirereel"


def _way_to(module: str) -> str:
    """Say how a missing module is had; pip calls some by another name."""
    if module.partition(".")[0] == __package__:
        return "a part of Wirereel itself; install it again"
    names = {"cv2": "opencv-python-headless", "PIL": "pillow", "fontTools": "fonttools"}
    return f"pip install {names.get(module, module.replace('_', '-'))}"


def _stop(number: int, frame: object) -> NoReturn:
    """Turn a signal into an ordinary way out: threads stop at their frame, parts are removed."""
    sys.exit(128 + number)


def _return_large_blocks() -> None:
    """Have glibc give blocks of 4 MB and more back to the system as soon as they are free.

    By itself it begins to keep them, torn between its threads' heaps: a render of 530 MB then
    takes 730 (measured 2026-11). Other C libraries have no such call and need none.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 4 << 20)


def _tell_json(said: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(said, default=str, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _progress_json(stage: str, part: float) -> None:
    _tell_json({"stage": stage, "part": round(part, 3)})


def _tell_text(said: Mapping[str, Any]) -> None:
    if "error" in said:
        sys.stderr.write(f"error: {said['error']}\n")
        return
    if "preview" in said:
        sys.stdout.write(f"{said['preview']}: the preview; the full clip follows\n")
        sys.stdout.flush()
        return
    clip = said["clip"]
    for warning in clip["warnings"]:
        sys.stderr.write(f"warning: {warning}\n")
    for reading in clip["check"]["checks"]:
        if not reading["ok"]:
            sys.stderr.write(f"check: {reading['name']} {reading['value']}; {reading['bar']}\n")
    sys.stdout.write(f"{clip['path']}: {clip['seconds']:.1f} s, check ")
    sys.stdout.write("passed\n" if clip["check"]["ok"] else "failed\n")


@contextlib.contextmanager
def _bar() -> Iterator[Progress]:
    """Show a bar for each stage on a terminal."""
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True)) as bars:
        stages: dict[str, TaskID] = {}

        def progress(stage: str, part: float) -> None:
            if stage not in stages:
                stages[stage] = bars.add_task(stage, total=1.0)
            bars.update(stages[stage], completed=part)

        yield progress


if __name__ == "__main__":
    sys.exit(main())
