"""A contact sheet of a board, to look at: `python -m render.sheet board.json sheet.png`.

Every picture of the plan at three moments, from left to right as they are shown, with what it is
beneath. Nothing is spoken: the words last as long as they take to read.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from render import RenderError, Studio
from render.compose import Reel
from render.lettering.fonts import Face, stamp
from render.look import Colour
from render.planes import Pixels, blank, to_rgb
from render.storyboard import Shot, Storyboard, loads
from render.timeline import Plan, PlannedShot, plan
from render.voices import Speech
from render.words import reading_times, tokens

__all__ = ["columns", "contact_sheet", "estimated", "main", "sheeted", "write_sheet"]

MOMENTS = (0.12, 0.5, 0.92)  # of a picture
ACROSS = 8  # pictures side by side; the next ones begin a new row
GUTTER, TITLE, DETAIL = 10, 22, 18  # px: between pictures, and the size of what is written
PAPER, INK, FAINT = Colour(24, 26, 30), Colour(240, 241, 243), Colour(150, 155, 163)
RATE = 8000  # Hz of a silence that stands for a voice


def estimated(board: Storyboard) -> Plan:
    """Plan a board without a voice, at reading speed. Raises ValueError where it is too long."""
    return plan(board, [_unspoken(shot, board) for shot in board.shots])


def contact_sheet(board: Storyboard, timing: Plan, width: int = 270) -> Pixels:
    """Paint the sheet, (H, W, 3) RGB, of pictures `width` px wide."""
    return sheeted(columns(board, timing, width))


def columns(board: Storyboard, timing: Plan, width: int = 270) -> list[Pixels]:
    """Paint one column for each picture of the plan: its moments and what it is, all alike tall."""
    wide = min(board.width, 36 * max(1, round(width / 18)))  # about twice as large, then halved
    small = replace(board, width=wide, height=2 * round(wide * board.height / board.width / 2))
    reel = Reel(small, timing, Studio(work=Path()))
    out = blank(small.width, small.height)
    size = (width, width * board.height // board.width)
    found = []
    for shot in timing.shots:
        stills = []
        for moment in MOMENTS:
            reel.paint(shot.first + int(moment * (shot.length - 1)), out)
            stills.append(cv2.resize(to_rgb(out), size, interpolation=cv2.INTER_AREA))
        found.append(np.vstack([*stills, _label(shot, board, width)]))
    return [np.asarray(column, np.uint8) for column in found]


def sheeted(found: Sequence[Pixels], across: int = ACROSS) -> Pixels:
    """Lay columns side by side, so many of them in a row."""
    rows = [found[i : i + across] for i in range(0, len(found), across)]
    h, w = found[0].shape[:2]
    wide = min(across, len(found))
    paper = np.empty((len(rows) * (h + GUTTER) + GUTTER, wide * (w + GUTTER) + GUTTER, 3), np.uint8)
    paper[:] = PAPER
    for down, row in enumerate(rows):
        for along, column in enumerate(row):
            y, x = GUTTER + down * (h + GUTTER), GUTTER + along * (w + GUTTER)
            paper[y : y + h, x : x + w] = column
    return paper


def write_sheet(board: Storyboard, file: Path) -> None:
    """Write the contact sheet of a board, in the kind of picture that the file's name says.

    Raises RenderError where the board cannot be drawn, ValueError where it is too long or the
    name says no kind, OSError where the file cannot be written.
    """
    Image.fromarray(contact_sheet(board, estimated(board))).save(file)


def main(argv: list[str] | None = None) -> int:
    """Write a contact sheet; exit code 1 where the board cannot be drawn, 2 where it is none."""
    parser = argparse.ArgumentParser(prog="python -m render.sheet", description=__doc__)
    parser.add_argument("board", type=Path)
    parser.add_argument("sheet", type=Path)
    args = parser.parse_args(argv)
    try:
        board = loads(args.board.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"error: {args.board}: {error}\n")
        return 2
    try:
        write_sheet(board, args.sheet)
    except (RenderError, OSError, ValueError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(f"{args.sheet}\n")
    return 0


def _unspoken(shot: Shot, board: Storyboard) -> Speech | None:
    words = reading_times(tokens(shot.line, board.lang), board.rate)
    if not words:
        return None
    quiet = np.zeros(round(words[-1].end * RATE), np.float32)
    return Speech(quiet, RATE, words, "none", "", "estimated")


def _label(shot: PlannedShot, board: Storyboard, width: int) -> Pixels:
    """Say under a column which picture it is, who makes it, how it moves and how long."""
    seen = board.shots[shot.index].seen(shot.view)
    number = f"{shot.index + 1}{'abcdefghijklmnopqrstuvwxyz'[shot.view] if shot.view else ''}"
    what = str(seen.picture.get("card", seen.camera)) if seen.camera == "cards" else seen.camera
    how = f"{seen.move.replace('_', ' ')} · {seen.tone} · {shot.length / board.fps:.1f} s"
    strip = np.empty((TITLE + DETAIL + 20, width, 3), np.uint8)
    strip[:] = PAPER
    _write(strip, f"{number}  {what}", TITLE, TITLE + 2, INK)
    _write(strip, how, DETAIL, TITLE + DETAIL + 8, FAINT)
    return strip


def _write(strip: Pixels, text: str, size: int, baseline: int, ink: Colour) -> None:
    drawn = stamp(text, Face(size, 600, tabular=True), ink)
    top, left = max(0, baseline + drawn.y), max(0, drawn.x)
    art = drawn.rgba[top - baseline - drawn.y :, left - drawn.x :]
    art = art[: strip.shape[0] - top, : strip.shape[1] - left]
    under = strip[top : top + art.shape[0], left : left + art.shape[1]]
    share = art[..., 3:] / np.float32(255)
    under[:] = np.rint(under * (1 - share) + art[..., :3] * share).astype(np.uint8)


if __name__ == "__main__":
    raise SystemExit(main())
