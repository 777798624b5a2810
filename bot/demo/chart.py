"""A map of the harbour: the closed bridge, and how the ferry goes round it."""

import numpy as np

from bot.demo.paint import Canvas, Mask, Point, blurred, contours, smooth
from bot.demo.props import rect

__all__ = ["chart"]


def chart(c: Canvas) -> None:
    """A map of the harbour: the closed bridge, and how the ferry goes round it."""
    c.sky((0, "#16344a"), (1067, "#0e2436"))
    middle = 800 + 130 * np.sin(c.y / 210) + 40 * np.sin(c.y / 77)
    off = np.abs(c.x - middle) - 190 + 130 * (c.noise(5, 4, 5) - 0.5)
    c.light(contours(off, 38, 2.5) * smooth(off, -170, -40), "#6fb6cf", 0.3)
    land = smooth(off, -1.5, 1.5)
    c.fill(blurred(smooth(off, -14, 10), 8), "#07121d", 0.5)
    c.fill(land, "#d9cdb4")
    height = c.noise(4, 3, 5)
    c.fill(land * contours(height, 0.05, 0.004), "#a6967a", 0.55)
    c.fill(land * smooth(height, 0.5, 0.7), "#9fae86", 0.5)
    _streets(c, land)
    _route(c)
    _labels(c)


def _streets(c: Canvas, land: Mask) -> None:
    """The two towns with their streets, and the road that led over the bridge."""
    streets: list[list[Point]] = []
    for side, x0 in ((-1, 400), (1, 1210)):
        c.fill(blurred(c.polygon(*rect(x0 - 250, 330, x0 + 250, 740)), 50) * land, "#bfa680", 0.75)
        for i in range(-5, 6):
            top, low = c.chance.uniform(290, 420), c.chance.uniform(640, 780)
            streets.append([(x0 + i * 50 + 26 * side, top), (x0 + i * 50, low)])
            left, right = c.chance.uniform(150, 300, 2)
            y = 535 + i * 41
            streets.append([(x0 - left, y - 9 * side), (x0 + right, y + 9 * side)])
    c.fill(c.strokes(streets, 4.5) * land, "#f4ecd9", 0.95)
    main = [[(0, 500), (420, 540), (700, 548)], [(1100, 548), (1240, 540), (1600, 470)]]
    c.fill(c.strokes(main, 15) * land, "#a98a58")
    c.fill(c.strokes(main, 10) * land, "#fff4d8")


def _route(c: Canvas) -> None:
    """The bridge in red, closed in its middle; the ferry's way in dashes."""
    c.fill(blurred(c.strokes([((690, 556), (1124, 556))], 16), 5), "#06101a", 0.5)
    c.fill(c.strokes([((686, 548), (1128, 548))], 12), "#f2ede2")
    c.fill(c.strokes([((686, 548), (1128, 548))], 7), "#c8402f")
    t = np.linspace(0, 1, 44)
    way = [(float(636 + 414 * a), float(640 + 380 * a * (1 - a))) for a in t]
    c.fill(c.strokes([way[i : i + 2] for i in range(0, 43, 3)], 9), "#ffc25c")
    c.fill(c.dots([way[0], way[-1]], 15), "#ffc25c")
    c.fill(c.dots([way[0], way[-1]], 8), "#16344a")
    c.light(c.around((905, 548), 70), "#ff5648", 0.55)
    c.fill(c.dots([(905, 548)], 36), "#c8402f")
    c.fill(c.strokes([((889, 532), (921, 564)), ((921, 532), (889, 564))], 10), "#fff4e4")


def _labels(c: Canvas) -> None:
    """Names on the map, a scale and the north."""
    c.write((300, 400), "QUELLMOUTH", 46, "#33414a", "#e6dcc6")
    c.write((1320, 400), "EASTBANK", 46, "#33414a", "#e6dcc6")
    c.write((915, 150), "Sable Reach", 38, "#a9d3e2", "#0e2436")
    c.write((905, 466), "Lantern Bridge: closed", 34, "#ffd9cf", "#0e2436")
    c.write((745, 815), "Ferry every 15 minutes", 34, "#ffd68f", "#0e2436")
    c.fill(
        c.strokes([((90, 985), (290, 985)), ((90, 973), (90, 997)), ((290, 973), (290, 997))], 4),
        "#33414a",
    )
    c.write((190, 958), "500 m", 28, "#33414a")
    c.fill(c.polygon((1500, 70), (1522, 140), (1500, 126), (1478, 140)), "#33414a")
    c.write((1500, 170), "N", 34, "#33414a")
