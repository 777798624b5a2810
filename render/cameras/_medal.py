"""Who speaks: a round portrait, or the initials on a disc."""

from pathlib import Path

import cv2
import numpy as np

from render.cameras._framing import around
from render.cameras._pictures import faces, focus, open_picture
from render.cameras._slate import Slate
from render.ink import rounded
from render.look import Area, Type
from render.planes import Pixels

__all__ = ["initials", "medal"]

INITIALS = Type(56, 34, 800)
RING = 6.0  # px of the accent around a portrait
AIR = 2.3  # times as wide as the face is the portrait


def initials(name: str) -> str:
    """The first letters of the first and the last name, "" where there are none."""
    first = [part[0] for part in name.split() if part[0].isalpha()]
    return "".join([*first[:1], *first[1:][-1:]]).upper()


def medal(slate: Slate, name: str, photo: Path | None, area: Area) -> None:
    """Draw the medal into a square area. Raises Unfilmable where a photo cannot be read."""
    sheet = slate.sheet(area)
    sheet.box(area, slate.palette.accent, radius=area.h / 2)
    if photo is None:
        letters = slate.fit(initials(name), INITIALS, area.w - 24, 70, 1)
        left = area.x + (area.w - letters.width) / 2 - letters.span(letters.lines[0])[0]
        base = area.y + area.h / 2 + letters.face.size * 0.364
        for word in letters.lines[0]:
            sheet.text(word.text, left + word.x, base, letters.face, slate.palette.on_accent)
    else:
        inset = round(RING * slate.scale)
        side = round(area.w * slate.scale) - 2 * inset
        left = round(24 * slate.scale) + inset  # a sheet has a margin of 24 px
        sheet.picture(_round(open_picture(photo), side), left, left)
    slate.add(sheet)


def _round(rgb: Pixels, side: int) -> Pixels:
    """Cut a disc of so many px out of a photo, around the face if it has one."""
    h, w = rgb.shape[:2]
    found = faces(rgb)
    wide = min(h, w, AIR * found[0].w) if found else min(h, w)
    part = around(found[0].middle if found else focus(rgb), wide, wide, (w, h))
    cut = rgb[int(part.y) : int(part.y + wide), int(part.x) : int(part.x + wide)]
    disc = rounded(side, side, side / 2, (side, side), 0, 0)
    small = cv2.resize(cut, (side, side), interpolation=cv2.INTER_AREA)
    return np.dstack([small, np.rint(disc * 255).astype(np.uint8)])
