"""The tram on the broken bridge, seen from a boat below: a tall picture of the sample wire."""

from bot.demo.bridge import hangers, sag, torn
from bot.demo.paint import Canvas, blurred, smooth
from bot.demo.props import barge, boat, clouds, glow, hills, rect, town

__all__ = ["stranded"]

SEA, DECK, END = 1330, 880, 900  # the horizon, the road, and where that breaks off
DARK = "#141a30"


def stranded(c: Canvas) -> None:
    """The western span at dusk: its lit tram, the torn end of the deck, the barge beneath."""
    c.sky((0, "#101d3c"), (420, "#38426f"), (760, "#86648a"), (1120, "#e88f5d"), (SEA, "#ffd08c"))
    c.light(c.around((880, SEA), 620, 0.7), "#ff9a4d", 0.8)
    clouds(c, SEA, "#363154", "#ffb27a", 0.7)
    hills(c, SEA, "#f3ab7c", ("#a5718a", 150, 3), ("#6d5578", 90, 5))
    town(c, SEA, 820, 1240, "#3a3555")
    cable = sag((150, -260), (1500, 520), 520)
    c.fill(c.strokes([cable], 11), DARK)
    c.fill(c.strokes(hangers(c, [cable], DECK, (END - 30, 2000), every=3), 4), DARK, 0.9)
    _tower(c)
    _deck(c)
    _tram(c)
    c.water(SEA, "#0b1a30", calm=1.6)
    c.light(blurred(c.polygon(*rect(0, SEA - 2, 1200, SEA + 3)), 8), "#ffd9a0", 0.5)
    barge(c, 640, SEA + 74)
    boat(c, 330, 1560, 3.4, crew=6)


def _tower(c: Canvas) -> None:
    """The west tower, so near that it leaves the picture."""
    legs = [(150 - 95, 0), (150 - 35, 0), (150 - 25, SEA + 20), (150 - 120, SEA + 20)]
    other = [(150 + 35, 0), (150 + 80, 0), (150 + 100, SEA + 20), (150 + 25, SEA + 20)]
    c.fill(c.polygons([legs, other, rect(60, 300, 235, 350), rect(50, 1010, 245, 1060)]), DARK)
    c.light(c.polygons([[(228, 0), (234, 0), (252, SEA), (246, SEA)]]), "#ffb98a", 0.5)


def _deck(c: Canvas) -> None:
    """The road on its truss, and the bent steel where it ends."""
    c.fill(
        c.polygons([rect(-20, DECK, END, DECK + 26), rect(-20, DECK + 92, 872, DECK + 106)]), DARK
    )
    bays = enumerate(range(-20, END, 52))
    truss = [(float(x), DECK + (26 if i % 2 else 94)) for i, x in bays]
    c.fill(c.strokes([truss, [(-20, DECK - 44), (END - 20, DECK - 44)]], 7), DARK)
    posts = [[(float(x), DECK - 44), (float(x), DECK)] for x in range(0, END, 52)]
    c.fill(c.strokes(posts, 4), DARK)
    c.fill(c.strokes(torn(c, END - 8, DECK, 1, 3.4), 6), DARK)
    c.light(c.polygons([rect(-20, DECK, END, DECK + 5)]), "#ffb98a", 0.6)


def _tram(c: Canvas) -> None:
    """Two cars, stopped two lengths from the edge; people stand at the windows."""
    for left, right in ((265, 520), (530, 785)):
        roof, floor = DECK - 148, DECK - 12
        body = [
            (left + 8, roof),
            (right - 8, roof),
            (right, roof + 26),
            (right, floor),
            (left, floor),
        ]
        c.fill(c.polygons([[*body, (left, roof + 26)]]), "#93302c")
        c.fill(c.polygons([rect(left, floor - 34, right, floor - 22)]), "#e8d2b0", 0.8)
        c.fill(c.polygons([rect(left + 20, floor, right - 20, floor + 10)]), "#0c0f1c")
        panes = [rect(x, roof + 28, x + 46, roof + 88) for x in range(left + 14, right - 50, 56)]
        glow(c, panes, "#ffb95e", 0.95, 26)
        heads = [
            (x + 23.0 + 5 * (i % 2), roof + 60.0)
            for i, x in enumerate(range(left + 14, right - 50, 56))
        ]
        people = c.dots(heads, 10, 1.15) + c.dots([(x, y + 30) for x, y in heads], 17, 1.3)
        inside = c.polygons(panes)
        c.fill(smooth(people, 0.2, 0.8) * inside, "#3a1d1a", 0.9)
    c.fill(c.strokes([[(520, DECK - 70), (530, DECK - 70)]], 60), "#1a1420")
    c.lamps([(784, DECK - 40)], "#fff0c8", 5, 0.9)
    c.lamps([(266, DECK - 40)], "#ff4a3a", 4, 0.7)
