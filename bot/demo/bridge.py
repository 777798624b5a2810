"""The Lantern Bridge, where most of the sample pictures play."""

import numpy as np

from bot.demo.paint import Canvas, Point
from bot.demo.props import Shape, glow, rect

__all__ = ["bridge", "hangers", "sag", "torn", "tram"]


def bridge(c: Canvas, sea: int, dark: str, slab: str, deck: float = 540) -> None:
    """The Lantern Bridge from the south: a suspension bridge, broken between x=885 and x=1008."""
    top, west, east = 210.0, 470.0, 1180.0
    cables = [
        sag((-330, 320), (west, top), 560),
        sag((west, top), (east, top), 500),
        sag((east, top), (1950, 320), 560),
    ]
    c.fill(c.strokes(cables, 5), dark)
    c.fill(c.strokes(hangers(c, cables, deck, (875, 1015)), 1.6), dark, 0.85)
    for left, right in ((-20, 885), (1008, 1620)):
        c.fill(
            c.polygons(
                [rect(left, deck, right, deck + 9), rect(left, deck + 24, right, deck + 28)]
            ),
            dark,
        )
        c.fill(
            c.strokes([_truss(left, right, deck), [(left, deck - 12), (right, deck - 12)]], 3), dark
        )
    c.fill(c.strokes(torn(c, 885, deck, 1), 2), dark)
    c.fill(c.strokes(torn(c, 1008, deck, -1), 2), dark)
    _fallen(c, (884, deck + 2), (962, sea + 10), slab)
    for x in (west, east):
        c.fill(c.polygons(_tower(x, top, sea)), dark)
    c.lamps([(west, top - 8), (east, top - 8)], "#ff4a3a", 3.2, 0.7)
    streetlights = [x for x in range(60, 1600, 90) if not 840 < x < 1060]
    c.lamps([(x, deck - 18) for x in streetlights], "#ffc46b", 2.0, 0.45)


def tram(c: Canvas, x: float, deck: float) -> None:
    """The tram that stopped in time: three cars, their windows lit."""
    cars = [x + i * 76 for i in range(3)]
    c.fill(
        c.polygons(
            [[(a, deck - 34), (a + 70, deck - 34), (a + 72, deck), (a - 2, deck)] for a in cars]
        ),
        "#8f2f2c",
    )
    c.fill(c.polygons([rect(a - 1, deck - 10, a + 71, deck - 4) for a in cars]), "#e8d2b0", 0.7)
    panes = [
        rect(a + j * 16 + 5, deck - 29, a + j * 16 + 17, deck - 14) for a in cars for j in range(4)
    ]
    glow(c, panes, "#ffb95e", 0.95, 12)


def sag(start: Point, end: Point, low: float) -> Shape:
    """Hang a cable between two points; at its middle it is at height `low`."""
    t = np.linspace(0, 1, 76)
    x = start[0] + (end[0] - start[0]) * t
    chord = start[1] + (end[1] - start[1]) * t
    y = chord + (low - (start[1] + end[1]) / 2) * 4 * t * (1 - t)
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]


def hangers(
    c: Canvas, cables: list[Shape], deck: float, gap: tuple[float, float], every: int = 3
) -> list[Shape]:
    """Drop lines from the cables to the deck; above the gap they hang torn."""
    lines: list[Shape] = []
    for x, y in (point for cable in cables for point in cable[2::every]):
        if gap[0] < x < gap[1]:
            bend, low = c.chance.uniform(-26, 26), c.chance.uniform(44, 76)
            lines.append([(x, y), (x + bend / 3, y + low / 2), (x + bend, y + low)])
        elif y < deck - 14:
            lines.append([(x, y), (x, deck)])
    return lines


def torn(c: Canvas, x: float, deck: float, way: int, s: float = 1.0) -> list[Shape]:
    """Bend the steel at a broken end of the deck; `way` is 1 to the right."""
    bars: list[Shape] = []
    for i in range(7):
        out, drop = c.chance.uniform(6, 34), c.chance.uniform(4, 30)
        bars.append(
            [(x - way * 4 * s, deck + i * 4 * s), (x + way * out * s, deck + (i * 4 + drop) * s)]
        )
    return bars


def _truss(left: float, right: float, deck: float) -> Shape:
    return [
        (float(x), deck + (8 if i % 2 else 26)) for i, x in enumerate(np.arange(left, right, 17))
    ]


def _fallen(c: Canvas, hinge: Point, foot: Point, colour: str) -> None:
    """The piece of deck that hangs into the water, with its truss."""
    along = np.subtract(foot, hinge)
    across = np.array([-along[1], along[0]]) / np.hypot(*along) * 26
    t = np.linspace(0, 1, 9)[:, None]
    upper, lower = np.array(hinge) + along * t, np.array(hinge) + across + along * t
    zigzag = [tuple((upper if i % 2 else lower)[i]) for i in range(9)]
    sides = [[tuple(line[0]), tuple(line[-1])] for line in (upper, lower)]
    c.fill(c.strokes(sides, 7), colour)
    c.fill(c.strokes([zigzag], 3), colour)


def _tower(x: float, top: float, foot: float) -> list[Shape]:
    legs = [
        [(x + s * 15, top), (x + s * 24, top), (x + s * 34, foot), (x + s * 22, foot)]
        for s in (-1, 1)
    ]
    beams = [rect(x - w, top + y, x + w, top + y + 12) for y, w in ((6, 26), (110, 28), (230, 30))]
    pier = [(x - 52, foot - 34), (x + 52, foot - 34), (x + 60, foot + 10), (x - 60, foot + 10)]
    return [*legs, *beams, pier]
