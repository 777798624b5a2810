"""The sample wire's pictures, drawn: the broken bridge, its rescue, what comes after.

Illustrations in flat layers with light and haze between them; nobody shall take them for photos.
"""

from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image

from bot.demo.bridge import bridge, hangers, sag, torn, tram
from bot.demo.chart import chart
from bot.demo.control_room import control_room
from bot.demo.paint import Canvas, blurred, smooth
from bot.demo.props import barge, beam, boat, clouds, hills, person, rect, town
from bot.demo.stranded import stranded

__all__ = ["SCENES", "draw"]

LANDSCAPE, PORTRAIT, TALL = (1600, 1067), (1200, 1600), (1200, 1800)  # pixels


def draw(name: str, seed: int = 7) -> Image.Image:
    """Draw a scene; the same name and seed give the same pixels. Raises KeyError."""
    size, paint = SCENES[name]
    canvas = Canvas(*size, seed)
    paint(canvas)
    return canvas.finish()


def harbour(c: Canvas) -> None:
    """The harbour at dusk: the broken span, the barge below it, the tram that stopped in time."""
    sea = 660
    c.sky((0, "#0c1a33"), (260, "#2a3f6b"), (450, "#7d6286"), (580, "#e58f5f"), (sea, "#ffcf8a"))
    c.light(c.around((700, sea), 520, 0.5), "#ff9a4d", 0.75)
    clouds(c, sea, "#33304f", "#ffb27a")
    hills(c, sea, "#f3ab7c", ("#a5718a", 120, 5), ("#6d5578", 78, 8))
    town(c, sea, 0, 480, "#3a3555")
    town(c, sea, 1330, 1600, "#332f4d")
    bridge(c, sea, "#171c33", "#20243d")
    tram(c, 610, 540)
    c.water(sea, "#0b1a30")
    c.light(blurred(c.polygon(*rect(0, sea - 2, 1600, sea + 2)), 6), "#ffd9a0", 0.5)
    barge(c, 640, sea + 62)
    boat(c, 1200, 752, 0.8)
    boat(c, 500, 775, 1.0)
    boat(c, 830, 880, 1.7, crew=3)
    _quay(c)


def _quay(c: Canvas) -> None:
    """The near quay with a railing, a lamp, and people who watch."""
    dark = "#0a0d18"
    c.fill(c.polygon((0, 985), (1600, 1010), (1600, 1067), (0, 1067)), dark)
    posts = [((x, 915 + x * 0.016), (x, 1010)) for x in range(20, 1600, 58)]
    rails = [((0, 915 + d), (1600, 940 + d)) for d in (0, 30, 58)]
    c.fill(c.strokes([*posts, *rails], 4), dark)
    for x, tall in ((250, 190), (322, 176), (1380, 196), (1440, 128)):
        person(c, x, 1006, tall, dark)
    c.fill(c.strokes([((110, 1000), (110, 640)), ((110, 644), (150, 634))], 7), dark)
    c.lamps([(156, 640)], "#ffcf7d", 7, 0.8)


def rescue(c: Canvas) -> None:
    """Night on the water: two boats under the bridge, a beam that searches the pier."""
    sea = 430
    c.sky((0, "#050b18"), (220, "#0d2138"), (sea, "#2c5567"))
    c.light(c.around((1120, sea), 620, 0.42), "#5f93a0", 0.55)
    clouds(c, sea, "#0a1526", "#7fb0b8", 0.8)
    hills(c, sea, "#3b6673", ("#1c3d50", 90, 5))
    town(c, sea, -10, 330, "#0d2030")
    _underside(c, sea, "#071221")
    c.lamps([(x, 84 + x * 0.045) for x in range(90, 1600, 190)], "#ffc476", 5, 0.6)
    c.water(sea, "#04101d", calm=0.8)
    mist = c.noise(4, 9, 4) * np.exp(-(((c.y - sea - 20) / 90) ** 2))
    c.light(mist, "#8db9bd", 0.35)
    boat(c, 330, 590, 1.7, crew=5)
    beam(c, (872, 634), (1290, 330), 90, "#dff3ff")
    boat(c, 850, 800, 4.6, crew=6)
    c.lamps([(872, 640)], "#e6f6ff", 10, 0.8)


def _underside(c: Canvas, sea: int, dark: str) -> None:
    """The bridge overhead: its deck slants away from us, on a pier of two legs."""
    c.fill(c.polygon((0, 96), (1600, 168), (1600, 204), (0, 148)), dark)
    bays = enumerate(range(0, 1640, 46))
    truss = [(float(x), 148 + x * 0.035 + (40 if i % 2 else 0)) for i, x in bays]
    c.fill(c.strokes([truss, [(0, 190), (1600, 246)]], 7), dark)
    legs = rect(1180, 160, 1250, sea + 8), rect(1330, 160, 1400, sea + 8)
    c.fill(c.polygons([*legs, rect(1150, sea - 40, 1430, sea + 10)]), dark)


def pylon(c: Canvas) -> None:
    """The east tower at first light, inspectors on its beam, the divers' boat below."""
    sea, deck, dark, steel = 1290, 1040, "#22384a", "#2f4557"
    c.sky((0, "#274b6d"), (500, "#5d8fa6"), (900, "#c3b9a6"), (1150, "#f6c48f"), (sea, "#ffdcae"))
    c.light(c.around((260, 1170), 420, 0.9), "#ffe0a8", 0.9)
    clouds(c, sea, "#5c7d92", "#fff0d2", 0.5)
    hills(c, sea, "#f8d3a6", ("#b9a79b", 150, 3), ("#8a8f96", 80, 5))
    cables = [sag((-620, 760), (575, 160), 700), sag((645, 160), (1740, 700), 640)]
    c.fill(c.strokes(cables, 9), steel)
    c.fill(c.strokes(hangers(c, cables, deck, (890, 2000), every=4), 3.5), steel, 0.9)
    _near_tower(c, sea, dark)
    c.fill(c.polygons([rect(-20, deck, 890, deck + 26)]), dark)
    c.fill(c.polygons([rect(-20, deck + 70, 868, deck + 82)]), dark)
    bays = enumerate(range(-20, 880, 46))
    truss = [(float(x), deck + (26 if i % 2 else 72)) for i, x in bays]
    c.fill(c.strokes([truss, [(-20, deck - 30), (872, deck - 30)]], 6), dark)
    c.fill(c.strokes(torn(c, 884, deck, 1, 2.6), 5), dark)
    _inspectors(c, 520)
    c.light(c.noise(3, 16, 4) * np.exp(-(((c.y - 1190) / 110) ** 2)), "#fff1d8", 0.7)
    c.water(sea, "#2c4a5c", calm=3.0)
    c.light(blurred(c.polygon(*rect(0, sea - 2, 1200, sea + 3)), 8), "#fff0d0", 0.6)
    boat(c, 830, 1440, 2.2, crew=5)


def _near_tower(c: Canvas, sea: int, dark: str) -> None:
    """The tower from below, its legs closing in; the light comes from the left."""
    shapes = [rect(541, 138, 679, 152)]
    for s in (-1, 1):
        top = [(610 + s * 30, 150), (610 + s * 62, 150)]
        shapes.append([*top, (610 + s * 190, sea + 30), (610 + s * 120, sea + 30)])
    for y, w, h in ((190, 62, 42), (520, 90, 46), (810, 118, 50)):
        shapes.append(rect(610 - w, y, 610 + w, y + h))
    c.fill(c.polygons(shapes), dark)
    left, right = [(548, 150), (558, 150)], [(640, 150), (646, 150)]
    lit = [*left, (438, sea), (420, sea)], [*right, (742, sea), (730, sea)]
    c.light(c.polygons(lit), "#ffdfae", 0.5)


def _inspectors(c: Canvas, beam: float) -> None:
    """Two people behind the railing of a beam, with helmet lamps."""
    for x in (572, 640):
        person(c, x, beam, 84, "#d8641f")
        c.fill(c.dots([(x, beam - 80)], 8.5, 0.7), "#f4efe4")
    rails = [[(530, beam - d), (690, beam - d)] for d in (22, 44)]
    posts = [[(x, beam - 44), (x, beam)] for x in range(530, 700, 32)]
    c.fill(c.strokes([*rails, *posts], 3), "#1a2c3a")
    c.lamps([(572, beam - 76), (640, beam - 76)], "#fff0c8", 3, 0.8)


def lighthouse(c: Canvas) -> None:
    """The lighthouse of Cape Ferrin at night, its beam over the sea."""
    sea = 760
    c.sky((0, "#050b1f"), (400, "#12244a"), (sea, "#3c5f86"))
    _stars(c)
    clouds(c, sea, "#1a2c4c", "#a9c3ea", 0.7)
    hills(c, sea, "#4d719a", ("#27456b", 70, 4))
    for to, wide in (((-500, 250), 150), ((2100, 480), 90)):
        beam(c, (1090, 262), to, wide, "#ffe9b0", 900)
    rock = sea + 30 - 190 * smooth(c.x[:1], 780, 1120) + 46 * (c.ridge(24, 4) - 0.5)
    rock += 1000 * smooth(-c.x[:1], -740, -640)
    c.fill(smooth(c.y, rock - 1, rock + 1) * smooth(-c.y, -sea - 8, -sea), "#0b1428")
    _light_tower(c)
    _cottage(c)
    c.lamps([(1090, 266)], "#ffe2a0", 15, 1.2)
    c.water(sea, "#081430")
    surf = smooth(c.noise(50, 120, 3), 0.45, 0.8) * smooth(c.x, 640, 760)
    c.light(surf * np.exp(-(((c.y - sea - 6) / 12) ** 2)), "#dfe9ff", 0.8)


def _stars(c: Canvas) -> None:
    """Small stars, a few large ones, and the band of the Milky Way."""
    stars = c.chance.random((260, 2)) * (1600, 560)
    for part, size in ((stars[:200], 0.9), (stars[200:], 1.6)):
        c.light(c.dots([(x, y) for x, y in part], size), "#e8f0ff", 0.85)
    band = np.exp(-(((c.y - 90 - c.x * 0.24) / 130) ** 2)) * c.noise(7, 6, 5)
    c.light(band, "#8fa8e0", 0.32)


def _light_tower(c: Canvas) -> None:
    """White and red, in shade on its right; the lantern room glows."""
    c.fill(c.polygon((1052, 640), (1066, 310), (1114, 310), (1128, 640)), "#dfe3ea")
    c.fill(c.polygon((1096, 640), (1098, 310), (1114, 310), (1128, 640)), "#7f8ba6")
    upper = [(1061.5, 420), (1118.5, 420), (1121, 490), (1058.5, 490)]
    lower = [(1055, 560), (1125, 560), (1128, 640), (1052, 640)]
    c.fill(c.polygons([upper, lower]), "#a5322c")
    c.fill(c.polygons([rect(1056, 300, 1124, 312), rect(1078, 216, 1102, 232)]), "#0d1730")
    c.fill(c.polygon((1066, 236), (1090, 206), (1114, 236)), "#7d2723")
    c.light(c.polygon(*rect(1072, 236, 1108, 300)), "#fff2c4", 0.95)
    c.fill(c.strokes([((x, 236), (x, 300)) for x in (1072, 1084, 1096, 1108)], 2.5), "#0d1730")


def _cottage(c: Canvas) -> None:
    """The keeper's house, somebody at home."""
    walls = (1176, 650), (1176, 590), (1200, 552), (1296, 552), (1320, 590), (1320, 650)
    c.fill(c.polygon(*walls), "#131d35")
    c.fill(c.polygon((1166, 592), (1196, 548), (1300, 548), (1330, 592)), "#223154")
    c.light(c.polygons([rect(x, 598, x + 16, 618) for x in (1190, 1240, 1280)]), "#ffc46b", 0.95)


SCENES: Mapping[str, tuple[tuple[int, int], Callable[[Canvas], None]]] = {
    "harbour": (LANDSCAPE, harbour),
    "tram": (TALL, stranded),
    "rescue": (LANDSCAPE, rescue),
    "control-room": (LANDSCAPE, control_room),
    "map": (LANDSCAPE, chart),
    "pylon": (PORTRAIT, pylon),
    "lighthouse": (LANDSCAPE, lighthouse),
}
