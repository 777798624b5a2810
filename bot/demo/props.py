"""What stands in the sample pictures: sky and shore, boats, people. Shapes for the canvas."""

from collections.abc import Iterable

import numpy as np

from bot.demo.paint import Canvas, Point, blurred, smooth

__all__ = [
    "Shape", "barge", "beam", "boat", "circle", "clouds", "glow", "hills", "person", "rect", "town",
]  # fmt: skip

Shape = list[Point]

PERSON = (
    (0.03, 0.86), (0.075, 0.835), (0.125, 0.80), (0.155, 0.64), (0.165, 0.47), (0.135, 0.46),
    (0.118, 0.6), (0.122, 0.34), (0.095, 0.32), (0.082, 0.02), (0.10, 0.0), (0.025, 0.0),
    (0.012, 0.33),
)  # fmt: skip
"""Half the outline of somebody in a coat, seen from behind: (half width, height) of 1."""


def rect(left: float, top: float, right: float, bottom: float) -> Shape:
    """Spell the four corners of a box."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def circle(x: float, y: float, r: float) -> Shape:
    """Spell a ring of 24 points, its upper half first."""
    turn = np.linspace(0, 2 * np.pi, 25)
    return [(float(x + r * np.cos(a)), float(y + r * np.sin(a))) for a in -turn]


def clouds(c: Canvas, sea: int, dark: str, lit: str, thick: float = 0.62) -> None:
    """Long thin clouds, lit from below where they hang near the light."""
    cloud = smooth(c.noise(3, 14, 5), 0.5, 0.78) * smooth(c.y, sea, sea - 320)
    c.fill(cloud, dark, thick)
    under = np.clip(cloud - np.roll(cloud, -9, axis=0), 0, 1) * smooth(c.y, 120, sea - 60)
    c.light(blurred(under, 2), lit, 2.4)


def hills(c: Canvas, sea: int, haze: str, *ridges: tuple[str, float, float]) -> None:
    """Ridges, the far one first, each (colour, height, bumps); haze gathers at their feet."""
    for colour, height, bumps in ridges:
        ridge = sea - height * (0.25 + c.ridge(bumps))
        c.fill(smooth(c.y, ridge - 1, ridge + 1), colour, 0.9)
        c.fill(smooth(c.y, sea - 70, sea), haze, 0.35)


def town(c: Canvas, sea: float, left: float, right: float, colour: str) -> None:
    """Gabled houses along the shore, some windows lit."""
    houses, panes, x = [], [], left
    while x < right:
        x2, high = x + c.chance.uniform(30, 62), c.chance.uniform(38, 110)
        roof, gable = sea - high, (x2 - x) * c.chance.uniform(0.2, 0.55)
        houses.append(
            [(x, sea + 4), (x, roof), ((x + x2) / 2, roof - gable), (x2, roof), (x2, sea + 4)]
        )
        across, down = np.arange(x + 8, x2 - 10, 11), np.arange(roof + 10, sea - 8, 16)
        places = [(a, b) for a in across for b in down]
        panes += [rect(a, b, a + 5, b + 7) for a, b in places if c.chance.random() < 0.34]
        x = x2 + c.chance.choice([0, 0, 6])
    c.fill(c.polygons(houses), colour)
    glow(c, panes, "#ffb45e", 0.85, 5)


def glow(c: Canvas, panes: Iterable[Shape], colour: str, strength: float, halo: float) -> None:
    """Light windows, with a halo of `halo` pixels."""
    glass = c.polygons(panes)
    c.light(blurred(glass, halo), colour, strength)
    c.light(glass, "#ffe6b0", strength)


def beam(c: Canvas, lamp: Point, to: Point, wide: float, colour: str, far: float = 420) -> None:
    """A searchlight through the mist."""
    along = np.subtract(to, lamp)
    side = np.array([-along[1], along[0]]) / np.hypot(*along) * wide
    end = np.array(to) + along * 0.25
    cone = c.polygon(lamp, tuple(end + side), tuple(end - side))
    fade = np.exp(-np.hypot(c.x - lamp[0], c.y - lamp[1]) / far)
    c.light(blurred(cone, 9) * fade * (0.7 + 0.6 * c.noise(7, 6, 4)), colour, 0.7)
    c.light(c.around(to, wide * 1.1), colour, 0.28)


def barge(c: Canvas, x: float, y: float) -> None:
    """The barge, low in the water, its wheelhouse lit; `x` is its bow."""
    shadow = c.polygon((x + 10, y + 8), (x + 430, y + 8), (x + 410, y + 70), (x + 30, y + 70))
    c.fill(blurred(shadow, 9) * (0.4 + 0.6 * c.noise(20, 160, 2)), "#050914", 0.9)
    c.fill(
        c.polygon(
            (x, y - 30), (x + 430, y - 38), (x + 452, y - 34), (x + 426, y + 14), (x + 30, y + 16)
        ),
        "#14131f",
    )
    c.fill(
        c.polygon((x + 16, y - 4), (x + 433, y - 8), (x + 429, y + 4), (x + 25, y + 6)),
        "#7c2a25",
        0.8,
    )
    hatches = [rect(x + 60 + i * 58, y - 46, x + 112 + i * 58, y - 33) for i in range(5)]
    c.fill(c.polygons(hatches), "#2f2d3f")
    c.fill(
        c.polygon((x + 372, y - 36), (x + 372, y - 92), (x + 422, y - 92), (x + 426, y - 37)),
        "#2a2a42",
    )
    c.fill(
        c.polygons(
            [rect(x + 366, y - 100, x + 428, y - 92), rect(x + 396, y - 128, x + 399, y - 100)]
        ),
        "#15172a",
    )
    glow(
        c,
        [rect(x + 377 + i * 15, y - 84, x + 388 + i * 15, y - 70) for i in range(3)],
        "#ffcf87",
        0.95,
        9,
    )
    c.light(blurred(c.strokes([((x + 10, y - 29), (x + 430, y - 37))], 2), 1.5), "#ffb98a", 0.7)


def boat(c: Canvas, x: float, y: float, s: float, crew: int = 0) -> None:
    """A rescue boat going right, `s` times 100 pixels long, with its wake and a blue light."""

    def at(*points: Point) -> Shape:
        return [(x + a * s, y + b * s) for a, b in points]

    foam = c.polygon(*at((-40, 5), (-230, 2), (-205, 20), (-30, 11), (60, 9), (34, 3)))
    c.light(blurred(foam, 4 * s) * smooth(c.noise(70 / s, 340 / s, 3), 0.35, 0.8), "#f4ece6", 0.9)
    shade = c.polygon(*at((-42, 8), (40, 8), (30, 34), (-34, 34)))
    c.fill(blurred(shade, 5 * s) * smooth(c.noise(30, 300 / s, 2), 0.2, 0.6), "#060a16", 0.75)
    c.light(blurred(shade, 6 * s) * smooth(c.noise(30, 300 / s, 2), 0.45, 0.7), "#d2501f", 0.5)
    for i, place in enumerate((-38, -30, 22, 29, 36, -24)[:crew]):
        coat = ("#3c4a5f", "#e08a2c", "#566b78", "#2a3446", "#8a5a44", "#e08a2c")[i]
        person(c, x + place * s, y + 1 * s, (26 - i % 3 * 2) * s, coat)
    c.fill(c.polygon(*at((-20, -10), (-16, -33), (9, -33), (17, -11))), "#e9e2d8")
    c.fill(c.polygon(*at((3, -33), (9, -33), (17, -11), (8, -11))), "#b9b4b4")
    c.fill(
        c.polygons(
            [
                at((-13, -29), (-3, -29), (-3, -19), (-15, -19)),
                at((0, -29), (7, -29), (11, -19), (0, -19)),
            ]
        ),
        "#1d2b44",
    )
    c.fill(c.polygon(*at((-45, -9), (20, -11), (53, -15), (46, -4), (33, 9), (-40, 9))), "#d2501f")
    c.fill(c.polygon(*at((-44, 1), (41, 1), (33, 9), (-40, 9))), "#7f2614")
    c.fill(c.strokes([at((-45, -9), (20, -11), (53, -15))], 2.2 * s), "#f6e7d2", 0.9)
    c.fill(
        c.strokes(
            [at((-6, -33), (-6, -44)), at((20, -12), (22, -20), (44, -22), (46, -15))], 1.1 * s
        ),
        "#20243a",
    )
    c.lamps([(x - 6 * s, y - 45 * s)], "#3f8cff", 1.9 * s, 0.8)


def person(c: Canvas, x: float, foot: float, tall: float, colour: str) -> None:
    """Somebody standing, seen from behind."""
    right = [(x + w * tall, foot - h * tall) for w, h in PERSON]
    left = [(x - w * tall, foot - h * tall) for w, h in reversed(PERSON)]
    c.fill(c.polygon(*right, *left), colour)
    c.fill(c.dots([(x, foot - tall * 0.92)], tall * 0.066, 1.2), colour)
