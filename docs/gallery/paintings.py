"""The pictures of the sample stories that the demo's wire has none for, drawn by code."""

from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image

from bot.demo.paint import Canvas, blurred, smooth
from bot.demo.pictures import SCENES, draw
from bot.demo.props import clouds, glow, hills, person, rect, town

__all__ = ["ALT", "painted"]

SIZE = (1600, 1067)  # pixels
ALT = {
    "rescue": "Rescue boats with searchlights on the water at night",
    "tram": "The train on the embankment at Marlow Junction",
    "control-room": "The control room of the junction, its signal boards lit",
    "city": "The council house of Orrinsey and the banks on the harbour, seen at dusk",
    "hall": "Voters wait before the polling hall for the recount of the election",
    "fields": "Wheat fields before the harvest near Dunmere village",
    "observatory": "The Ferrin telescope under the stars, its dome open",
    "lighthouse": "The keeper's lighthouse and its beam over the sea at night",
    "window": "One lit window on Saltby in the snow",
    "pitch": "The school team of the village on the beach",
}


def painted(name: str) -> Image.Image:
    """Draw a picture of the gallery or of the demo's wire. Raises KeyError."""
    if name in SCENES:
        return draw(name)
    canvas = Canvas(*SIZE, seed=11)
    _SCENES[name](canvas)
    return canvas.finish()


def _city(c: Canvas) -> None:
    """Towers over a harbour at dusk, most windows lit."""
    c.sky((0, "#141a33"), (380, "#4a3f66"), (620, "#c8735c"), (760, "#f6b877"))
    clouds(c, 740, "#2b2747", "#f7a56e")
    panes = []
    for shade, low, high, step in (("#3a3557", 240, 420, 96), ("#1a1c33", 150, 330, 120)):
        x = -40.0
        while x < 1640:
            wide, tall = c.chance.uniform(0.6, 1) * step, c.chance.uniform(low, high)
            c.fill(c.polygon(*rect(x, 790 - tall, x + wide, 800)), shade)
            across, down = np.arange(x + 10, x + wide - 12, 16), np.arange(804 - tall, 780, 22)
            panes += [rect(a, b, a + 8, b + 12) for a in across for b in down]
            x += wide + c.chance.choice([0, 8, 40])
    lit = [pane for pane in panes if c.chance.random() < 0.4]
    glow(c, lit, "#ffbf6b", 0.85, 5)
    c.water(800, "#0d1326")


def _hall(c: Canvas) -> None:
    """A hall with pillars, people in a row before its lit door."""
    c.sky((0, "#1c2436"), (500, "#41506b"), (760, "#9fa9b5"))
    clouds(c, 700, "#2c3850", "#d4dbe4", 0.5)
    c.fill(c.polygon((240, 330), (800, 150), (1360, 330)), "#8d8676")
    c.fill(c.polygons([rect(240, 330, 1360, 380), rect(200, 780, 1400, 830)]), "#a8a08d")
    c.fill(c.polygon(*rect(280, 380, 1320, 780)), "#4b4a4a")
    glow(c, [rect(700, 500, 900, 780)], "#ffd795", 0.9, 40)
    c.fill(c.polygons([rect(x, 380, x + 70, 780) for x in range(290, 1300, 158)]), "#b8b09b")
    c.fill(c.polygon((0, 830), (1600, 830), (1600, 1067), (0, 1067)), "#2b3038")
    c.light(
        blurred(c.polygon((690, 830), (910, 830), (1180, 1067), (420, 1067)), 30), "#ffd795", 0.3
    )
    for k, x in enumerate(range(330, 1290, 84)):
        person(
            c, x, 960 + 14 * (k % 3), 200 + 10 * (k % 4), ("#232936", "#3a2f33", "#2c3a3f")[k % 3]
        )


def _fields(c: Canvas) -> None:
    """Wheat in the evening sun, rows that run to a village."""
    horizon = 520
    c.sky((0, "#5d86a8"), (300, "#a9bfb6"), (horizon, "#ffe0a0"))
    c.light(c.around((1120, 470), 300, 0.8), "#fff0b8", 0.9)
    clouds(c, horizon, "#88a0a8", "#fff2cf", 0.4)
    hills(c, horizon, "#f7dfa4", ("#9cab86", 110, 3), ("#75895f", 60, 5))
    town(c, horizon + 6, 260, 620, "#5c5443")
    c.fill(smooth(c.y, horizon - 1, horizon + 2), "#c99a3c")
    depth = np.maximum(c.y - horizon, 1) / (c.height - horizon)
    rows = 0.5 + 0.5 * np.sin((c.x - 900) / (depth * 26 + 1.5))
    c.fill(smooth(c.y, horizon, horizon + 30) * rows * (0.25 + 0.5 * depth), "#8a5f1d", 0.8)
    ears = c.noise(220, 90, 3) * smooth(c.y, horizon + 40, c.height)
    c.light(smooth(ears, 0.45, 0.8), "#ffe39a", 0.6)


def _observatory(c: Canvas) -> None:
    """A dome on a ridge, its slit lit, under the Milky Way."""
    c.sky((0, "#060c20"), (520, "#16305a"), (860, "#4a6c8f"))
    stars = c.chance.random((420, 2)) * (1600, 800)
    for part, size in ((stars[:340], 0.9), (stars[340:], 1.8)):
        c.light(c.dots([(x, y) for x, y in part], size), "#eef4ff", 0.9)
    band = np.exp(-(((c.y - 620 + c.x * 0.42) / 150) ** 2)) * c.noise(8, 6, 5)
    c.light(band, "#9db6f0", 0.5)
    hills(c, 900, "#3c5876", ("#22385a", 130, 4), ("#101d36", 70, 7))
    c.fill(smooth(c.y, 890, 894), "#0a1328")
    turn = np.linspace(np.pi, 2 * np.pi, 40)
    dome = [(1060 + 190 * np.cos(a), 740 + 200 * np.sin(a)) for a in turn]
    c.fill(c.polygon(*dome), "#c9d2de")
    c.fill(c.polygon(*dome[20:], (1060, 740)), "#7d8ba3", 0.8)
    c.fill(c.polygon(*rect(870, 740, 1250, 905)), "#8e9bb0")
    c.fill(c.polygon(*rect(1060, 740, 1250, 905)), "#5b6a86")
    slit = [(1010, 560), (1060, 540), (1096, 736), (1046, 738)]
    c.light(blurred(c.polygon(*slit), 26), "#ffca7a", 1.4)
    c.light(c.polygon(*slit), "#ffe9bd", 0.95)


def _window(c: Canvas) -> None:
    """A small house in the snow at night; one window is lit."""
    c.sky((0, "#0b1424"), (500, "#1b2f49"), (760, "#40597a"))
    hills(c, 720, "#47607f", ("#2c425f", 120, 3))
    c.fill(smooth(c.y, 700 + 60 * c.ridge(3, 4), 706 + 60 * c.ridge(3, 4)), "#9db2cb")
    c.fill(smooth(c.y, 760, 1067), "#6f88a8", 0.6)
    c.fill(c.polygon((560, 800), (560, 610), (720, 480), (880, 610), (880, 800)), "#101a2b")
    c.fill(
        c.polygon((520, 630), (720, 462), (920, 630), (890, 632), (720, 492), (550, 632)), "#d5e0ee"
    )
    glow(c, [rect(690, 640, 760, 720)], "#ffbe66", 1.0, 34)
    c.fill(c.strokes([((725, 640), (725, 720)), ((690, 680), (760, 680))], 5), "#101a2b")
    pool = blurred(c.polygon((650, 800), (800, 800), (900, 960), (560, 960)), 40)
    c.light(pool, "#ffbe66", 0.5)
    flakes = c.chance.random((300, 2)) * (1600, 1067)
    c.light(c.dots([(x, y) for x, y in flakes], 2.4), "#ffffff", 0.7)


def _pitch(c: Canvas) -> None:
    """Children in bright shirts on a beach, a ball in the air."""
    c.sky((0, "#7fc4e8"), (380, "#cfeaf2"), (520, "#fff1d6"))
    clouds(c, 470, "#ffffff", "#ffffff", 0.5)
    c.fill(smooth(c.y, 500, 504), "#4aa3b5")
    c.light(smooth(c.noise(60, 200, 3), 0.55, 0.8) * smooth(c.y, 500, 540), "#ffffff", 0.5)
    c.fill(smooth(c.y, 590 + 24 * c.ridge(4, 3), 600 + 24 * c.ridge(4, 3)), "#f1d9a8")
    c.fill(c.noise(120, 90, 3) * smooth(c.y, 620, 700), "#d8b87d", 0.35)
    c.fill(c.strokes([[(1080, 800), (1080, 560), (1420, 560), (1420, 800)]], 12), "#8a6a48")
    shirts = ("#d9482f", "#2f6fb5", "#f2b632", "#3f9a5f")
    for k, (x, y) in enumerate(
        [(300, 900), (460, 960), (640, 880), (820, 980), (1180, 850), (980, 900)]
    ):
        c.fill(blurred(c.dots([(x + 40, y)], 46, 0.25), 6), "#a9854f", 0.6)
        person(c, x, y, 190, shirts[k % 4])
    c.fill(c.dots([(730, 640)], 26), "#ffffff")
    c.fill(c.dots([(722, 634), (740, 648)], 7), "#333333")


_SCENES: Mapping[str, Callable[[Canvas], None]] = {
    "city": _city,
    "hall": _hall,
    "fields": _fields,
    "observatory": _observatory,
    "window": _window,
    "pitch": _pitch,
}
