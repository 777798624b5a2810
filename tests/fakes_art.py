"""Boards, plans and pictures of our own for the tests of the art department."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from render.cameras import Planes, Stage
from render.lettering.typecase import file_for
from render.planes import blank
from render.sheet import estimated
from render.storyboard import Shot, Storyboard, Tone
from render.timeline import Plan

LINE = "Three harbour towns woke without power, and 12,000 people slept outside."
CARDS: dict[str, dict[str, Any]] = {
    "title": {
        "card": "title",
        "headline": "Quake of 6.8 shakes the Marlow coast",
        "emphasis": ["6.8", "Marlow coast"],
        "kicker": "Breaking",
    },
    "statement": {
        "card": "statement",
        "text": "Every bridge into Port Ansel stays closed until engineers have looked at it.",
        "emphasis": ["Port Ansel"],
    },
    "stat": {
        "card": "stat",
        "value": "6.8",
        "unit": "Mw",
        "label": "Magnitude",
        "sub": "Strongest on this coast since 1998",
        "share": 0.68,
    },
    "quote": {
        "card": "quote",
        "quote": "Nobody answered when we called into the dark.",
        "name": "Ada Brennick",
        "role": "Rescue volunteer",
    },
    "list": {
        "card": "list",
        "title": "What is open",
        "items": [
            "The school halls in Ansel and Dunmere",
            "Two field hospitals by the old mill",
            "The northern road, for lorries only",
        ],
    },
    "timeline": {
        "card": "timeline",
        "title": "How the night unfolded",
        "events": [
            {"time": "04:52", "text": "Quake strikes, power fails in three towns"},
            {"time": "05:10", "text": "Tsunami warning for the harbour"},
            {"time": "06:40", "text": "Warning lifted after ninety minutes"},
            {"time": "09:00", "text": "Search at two collapsed warehouses"},
        ],
        "active": 2,
    },
    "chart": {
        "card": "chart",
        "title": "Homes without power",
        "unit": "%",
        "bars": [
            {"label": "Port Ansel", "value": 84.5},
            {"label": "Dunmere", "value": 61},
            {"label": "Saltby", "value": 33},
            {"label": "Hallow Bay", "value": 12.5},
        ],
        "highlight": 0,
    },
    "sources": {
        "card": "sources",
        "title": "Sources",
        "sources": [
            {"outlet": "Marlow Courier", "detail": "Quake shakes the coast, 05:31"},
            {"outlet": "Harbour Radio", "detail": "Bulletin of 06:45"},
            {"outlet": "Coastal Survey", "detail": "Event 2026-118"},
        ],
        "note": "Script and voice made with AI, checked by an editor",
    },
}


def board_of(*shots: Shot, **changes: Any) -> Storyboard:
    """A board of these shots, small enough to paint quickly unless told otherwise."""
    plain: dict[str, Any] = {"width": 540, "height": 960, "chip": "Earthquake", "lang": "en"}
    return Storyboard(title="A sample", shots=shots, **(plain | changes))


def card(kind: str, tone: Tone = "neutral", line: str = LINE, **changes: Any) -> Shot:
    """A shot of a sample card."""
    return Shot(line=line, camera="cards", picture=CARDS[kind] | changes, tone=tone)


def staged(board: Storyboard, seconds: float = 3.0) -> Stage:
    """What a camera is told."""
    return Stage(board, round(seconds * board.fps), board.fps, Path())


def planned(board: Storyboard) -> Plan:
    return estimated(board)


def frame(scene: Any, board: Storyboard, n: int) -> Planes:
    """Paint one frame of a scene."""
    out = blank(board.width, board.height)
    scene.paint(n, out)
    return out


def landscape(width: int = 1600, height: int = 1067, seed: int = 7) -> Image.Image:
    """A painted evening: sky, sun, hills, a lighthouse; never a photograph of anything."""
    rng = np.random.default_rng(seed)
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    sky = (1 - y) * np.array([34, 52, 98], np.float32) + y * np.array([246, 168, 112], np.float32)
    art = np.broadcast_to(sky, (height, width, 3)).copy()
    art += rng.normal(0, 2.2, art.shape).astype(np.float32)
    image = Image.fromarray(np.clip(art, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    sun = (int(width * 0.68), int(height * 0.52), int(height * 0.07))
    pen.ellipse(
        [sun[0] - sun[2], sun[1] - sun[2], sun[0] + sun[2], sun[1] + sun[2]], (255, 226, 168)
    )
    for row, colour in enumerate([(94, 84, 118), (58, 60, 92), (30, 36, 60), (14, 20, 36)]):
        pen.polygon(_hills(width, height, row, rng), colour)
    x, foot = int(width * 0.3), int(height * 0.74)
    pen.polygon(
        [(x - 22, foot), (x + 22, foot), (x + 13, foot - 250), (x - 13, foot - 250)],
        (228, 222, 214),
    )
    pen.rectangle([x - 17, foot - 282, x + 17, foot - 250], (186, 60, 52))
    return image.filter(ImageFilter.SMOOTH)


def _hills(width: int, height: int, row: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    base, steps = height * (0.6 + 0.1 * row), 60
    bumps = np.cumsum(rng.normal(0, height * 0.012, steps))
    ridge = [(int(width * i / (steps - 1)), int(base + bumps[i])) for i in range(steps)]
    return [(0, height), *ridge, (width, height)]


def saved(image: Image.Image, path: Path, **options: Any) -> Path:
    """Write a picture and give its path."""
    image.save(path, **options)
    return path


def rare_letter() -> tuple[str, str]:
    """A letter that no font of this machine has, and its script."""
    rare = {"\U00010600": "Linear A", "\U00010570": "Vithkuqi", "\U00012f90": "Cypro Minoan"}
    for char, script in rare.items():
        if file_for(char) is None:
            return char, script
    pytest.skip("this machine has a font for everything")


def thumb(planes: Planes) -> NDArray[np.float64]:
    """The luma as a 54x96 thumbnail, 0 to 1: what the freeze check compares."""
    small = Image.fromarray(planes.y).resize((54, 96), Image.Resampling.BOX)
    return np.asarray(small, np.float64) / 255


def square_font(path: Path, letters: str) -> Path:
    """A font file in which every one of the letters is a square, an em wide."""
    pen = TTGlyphPen(None)
    for x, y in ((0, 0), (0, 700), (700, 700), (700, 0)):
        (pen.lineTo if x or y else pen.moveTo)((x, y))
    pen.closePath()
    square = pen.glyph()
    letters = "".join(sorted(set(letters)))
    names = [".notdef", *(f"u{ord(char):04X}" for char in letters)]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(char): f"u{ord(char):04X}" for char in letters})
    font.setupGlyf(dict.fromkeys(names, square))
    font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(str(path))
    return path
