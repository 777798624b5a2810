"""A contact sheet of a board, to look at: `python -m render.sheet board.json sheet.png`.

Every shot at three moments, one row for each; times are estimated, nothing is spoken.
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from render import RenderError, Studio
from render.compose import Reel
from render.planes import Pixels, blank, to_rgb
from render.storyboard import Storyboard, loads
from render.timeline import Plan, PlannedShot, PlannedWord

__all__ = ["contact_sheet", "estimated"]

WORD_S, SHORTEST_S = 0.4, 2.4
MOMENTS = (0.12, 0.5, 0.92)  # of a shot


def estimated(board: Storyboard) -> Plan:
    """Plan a board without a voice: so many seconds for each word."""
    fps = board.fps
    step = round(WORD_S * fps)
    shots: list[PlannedShot] = []
    words: list[PlannedWord] = []
    first = 0
    for index, shot in enumerate(board.shots):
        char = 0
        tokens = shot.line.split()
        for k, text in enumerate(tokens):
            char = shot.line.index(text, char)
            words.append(PlannedWord(text, index, char, first + k * step, first + (k + 1) * step))
            char += len(text)
        length = max(len(tokens) * step + round(shot.hold_s * fps), round(SHORTEST_S * fps))
        fade = fps // 4 if index and shot.transition != "cut" else 0
        shots.append(PlannedShot(index, first, length, fade))
        first += length
    return Plan(fps, first, tuple(shots), tuple(words), ())


def contact_sheet(board: Storyboard, plan: Plan, width: int = 360) -> Pixels:
    """Paint the sheet: (H, W, 3) RGB, shots from left to right, moments from top to foot."""
    reel = Reel(board, plan, Studio(work=Path()))
    height = width * board.height // board.width
    out = blank(board.width, board.height)
    columns = []
    for shot in plan.shots:
        stills = []
        for moment in MOMENTS:
            reel.paint(shot.first + int(moment * (shot.length - 1)), out)
            stills.append(cv2.resize(to_rgb(out), (width, height), interpolation=cv2.INTER_AREA))
        columns.append(np.vstack(stills))
    return np.asarray(np.hstack(columns), np.uint8)


def main(argv: list[str] | None = None) -> int:
    """Write a contact sheet; exit code 1 where the board cannot be drawn, 2 where it is none."""
    parser = argparse.ArgumentParser(prog="python -m render.sheet", description=__doc__)
    parser.add_argument("board", type=Path)
    parser.add_argument("sheet", type=Path)
    args = parser.parse_args(argv)
    try:
        board = loads(args.board.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"{args.board}: {error}", file=sys.stderr)  # noqa: T201  (a command)
        return 2
    try:
        Image.fromarray(contact_sheet(board, estimated(board))).save(args.sheet)
    except RenderError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
