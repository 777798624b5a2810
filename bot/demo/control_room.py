"""The harbour office: a wall of screens, and the people who closed the bridge in time."""

import numpy as np

from bot.demo.paint import Canvas, blurred, smooth
from bot.demo.props import circle, rect

__all__ = ["control_room"]


def control_room(c: Canvas) -> None:
    """The harbour office: a wall of screens, and the people who closed the bridge in time."""
    c.sky((0, "#04090f"), (300, "#0b1d27"), (700, "#0d2831"), (1067, "#03070b"))
    screens = [
        rect(380, 130, 1220, 560),
        *(rect(x, y, x + 250, y + 135) for x in (90, 1260) for y in (130, 280, 430)),
    ]
    wall = c.polygons(screens)
    c.light(blurred(wall, 60), "#2fb5c4", 0.5)
    c.fill(wall, "#0a2a36")
    _chart(c, 380, 130, 1220, 560)
    for i, (x, y) in enumerate((x, y) for x in (90, 1260) for y in (130, 280, 430)):
        _monitor(c, x, y, i)
    c.fill(c.strokes([[*shape, shape[0]] for shape in screens], 5), "#02060a")
    c.light(
        c.strokes([((x, y), (x + 90, y)) for x in (300, 760, 1210) for y in (56,)], 5),
        "#cfeff2",
        0.7,
    )
    c.light(blurred(c.polygon(*rect(0, 640, 1600, 660)), 30), "#1d7f8f", 0.6)
    for x in (215, 620, 1010, 1400):
        _desk_screen(c, x, 800)
    for x, s in ((420, 1.0), (815, 1.12), (1200, 0.97)):
        _operator(c, x, 960, s)


def _chart(c: Canvas, left: int, top: int, right: int, bottom: int) -> None:
    """The big screen: the strait, the bridge in red, ships as blips."""
    inside = c.polygon(*rect(left + 4, top + 4, right - 4, bottom - 4))
    shore = c.noise(6, 5, 4) + np.abs(c.x - 800) / 900
    c.fill(inside * smooth(shore, 0.78, 0.79), "#14505a", 0.9)
    c.light(inside * np.exp(-(((shore - 0.785) / 0.008) ** 2)), "#5ee6e0", 0.8)
    grid = [((x, top), (x, bottom)) for x in range(left, right, 70)] + [
        ((left, y), (right, y)) for y in range(top, bottom, 62)
    ]
    c.light(c.strokes(grid, 1) * inside, "#3aa7ad", 0.25)
    c.light(c.strokes([((560, 360), (850, 340)), ((905, 336), (1060, 326))], 6), "#ff5648", 0.95)
    ring = c.strokes([circle(878, 339, r) for r in (26, 44)], 3)
    c.light(blurred(ring, 4), "#ff5648", 1.0)
    c.light(ring, "#ff8a78", 0.95)
    c.lamps([(700, 430), (935, 420), (840, 240), (760, 500)], "#ffc25c", 5, 0.4)


def _monitor(c: Canvas, x: int, y: int, kind: int) -> None:
    """A small screen: a camera's view, or curves."""
    inside = c.polygon(*rect(x + 3, y + 3, x + 247, y + 132))
    if kind % 2:
        t = np.linspace(0, 1, 60)
        for k, colour in enumerate(("#66e0d0", "#ffc25c")):
            wave = (
                y
                + 70
                + 26 * np.sin(t * (9 + 5 * k) + kind) * np.exp(-((t - 0.6) ** 2) * (3 + 9 * k))
            )
            line = [(float(a), float(b)) for a, b in zip(x + 12 + t * 226, wave, strict=True)]
            c.light(c.strokes([line], 3), colour, 0.9)
    else:
        c.fill(inside * smooth(c.y, y + 140, y), "#27586b", 0.9)
        c.fill(inside * smooth(c.y, y + 78, y + 80), "#0d2733", 0.85)
        c.fill(
            c.polygons(
                [
                    rect(x + 20, y + 60, x + 230, y + 65),
                    rect(x + 60 + kind * 12, y + 24, x + 66 + kind * 12, y + 80),
                ]
            ),
            "#06131b",
        )
        c.lamps([(x + 190 - kind * 14, y + 92)], "#ff7a4f", 3, 0.5)


def _desk_screen(c: Canvas, x: float, y: float) -> None:
    """A screen on a desk, seen from behind the people."""
    screen = c.polygon((x - 92, y - 62), (x + 92, y - 62), (x + 86, y + 44), (x - 86, y + 44))
    c.light(blurred(screen, 26), "#2fb5c4", 0.45)
    c.fill(screen, "#123f4b")
    lines = [
        ((x - 70, y - 40 + i * 17), (x - 70 + c.chance.uniform(40, 140), y - 40 + i * 17))
        for i in range(5)
    ]
    c.light(c.strokes(lines, 5), "#7fe6ea", 0.7)


def _operator(c: Canvas, x: float, desk: float, s: float) -> None:
    """Somebody at a desk from behind, rimmed by the light of the screens."""
    top = desk - 360 * s
    body = [
        (-150, 360),
        (-142, 250),
        (-112, 196),
        (-46, 168),
        (-34, 140),
        (34, 140),
        (46, 168),
        (112, 196),
        (142, 250),
        (150, 360),
    ]
    shape = c.polygon(*[(x + a * s, top + b * s) for a, b in body])
    head = c.dots([(x, top + 84 * s)], 58 * s, 1.22)
    whole = np.maximum(shape, head)
    rim = np.clip(whole - np.roll(blurred(whole, 3), 5, axis=0), 0, 1)
    c.fill(c.polygon(*rect(x - 172 * s, desk - 20, x + 172 * s, 1067)), "#05090d")
    c.fill(whole, "#08121a")
    c.light(blurred(rim, 1.6) * smooth(c.y, top + 330 * s, top), "#7fe6ea", 1.1)
    band = c.strokes([circle(x, top + 80 * s, 64 * s)[:13]], 7 * s)
    c.fill(band, "#0d1a21")
    c.fill(c.dots([(x - 58 * s, top + 92 * s), (x + 58 * s, top + 92 * s)], 15 * s, 1.4), "#0d1a21")
