"""Pictures and voices for tests of the engine, with verbs for what may go wrong."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render import Shot, Storyboard, Studio
from render.cameras import Planes
from render.timeline import Plan, PlannedShot, PlannedWord
from render.voices import Speech
from render.words import reading_times, tokens

LINES = (
    "The harbour bridge closed on Monday after engineers found a crack.",
    "Ferries carried 6.8 thousand people before noon.",
    "Nobody was hurt, and the crack has not grown since.",
)


def board(*lines: str, width: int = 108, height: int = 192, **rest: Any) -> Storyboard:
    """A small board of plain lines."""
    shots = tuple(Shot(line, "cards", {"card": "statement", "text": line}) for line in lines)
    wishes = {"sources": (("The Example Post", "A bridge", "https://example.org/a"),), **rest}
    return replace(Storyboard("A bridge closes", "en", shots, width=width, height=height), **wishes)


def studio(work: Path, **rest: Any) -> Studio:
    return Studio(work, **rest)


def spoken(line: str, rate: int = 8000, words_s: float = 0.0) -> Speech:
    """A hum for as long as the line takes to read."""
    words = reading_times(tokens(line, "en"), 1.0)
    time = np.arange(round((words_s or words[-1].end) * rate)) / rate
    pcm = (0.3 * np.sin(2 * np.pi * 220 * time)).astype(np.float32)
    return Speech(pcm, rate, words, "hum", "low", "engine")


def one_shot(frames: int, words: int = 0, fps: int = 30) -> Plan:
    """A plan of a single shot, with words of equal length over all of it."""
    edges = np.linspace(0, frames, words + 1).astype(int).tolist()
    lit = [PlannedWord("w", 0, i, a, b) for i, (a, b) in enumerate(pairwise(edges))]
    voice = ((0, 0),) if words else ()
    return Plan(fps, frames, (PlannedShot(0, 0, frames),), tuple(lit), voice)


def gradient(n: int, out: Planes) -> None:
    """A slope of grey that moves two rows a frame."""
    rows = (np.arange(out.y.shape[0])[:, None] + 2 * n) % 200
    out.y[:] = np.where(rows < 100, rows, 200 - rows) + 60
    out.u[:], out.v[:] = 120, 136


def flat(level: Callable[[int], int]) -> Callable[[int, Planes], None]:
    """A plain picture whose luma is told by the frame's number."""

    def paint(n: int, out: Planes) -> None:
        out.y[:] = level(n)
        out.u[:], out.v[:] = 128, 128

    return paint


class FakeReel:
    """Draws the gradient, and remembers which frames."""

    warnings: tuple[str, ...] = ()

    def __init__(self, board: Storyboard, plan: Plan, studio: Studio) -> None:
        self.board, self.plan = board, plan
        self.painted: set[int] = set()

    def paint(self, n: int, out: Planes) -> None:
        self.painted.add(n)
        gradient(n, out)

    def boxes(self) -> list[dict[str, Any]]:
        return []

    def cover(self) -> NDArray[np.uint8]:
        return np.full((self.board.height, self.board.width, 3), 90, np.uint8)
