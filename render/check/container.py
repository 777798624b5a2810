"""The file as such: what every player and platform must be able to open."""

from collections.abc import Iterator

import numpy as np

from render.check.platforms import PLATFORMS, fitness
from render.check.reading import Reading, ms, s
from render.check.screening import Footage
from render.storyboard import Storyboard
from render.timeline import MAX_S, RATE

__all__ = ["readings"]

SOUND = f"aac {RATE} Hz x2"
PICTURES = [f"h264 High {level} yuv420p" for level in (30, 31, 32, 40, 41, 42)]


def readings(footage: Footage, board: Storyboard) -> Iterator[Reading]:
    """Hold a file against what was ordered, and against each platform."""
    picture, audio = footage.picture, footage.audio
    yield Reading("length", s(picture.seconds), f"at most {MAX_S} s", picture.seconds <= MAX_S)
    yield Reading(
        "picture", picture.form, "h264 High, at most 42, yuv420p", picture.form in PICTURES
    )
    yield Reading("sound", audio.form, SOUND, audio.form == SOUND)
    size, wish = f"{footage.size[0]}x{footage.size[1]}", f"{board.width}x{board.height}"
    yield Reading("size", size, wish, size == wish)
    yield Reading("pace", f"{footage.fps:g} fps", f"{board.fps} fps", footage.fps == board.fps)
    colour = "/".join(str(tag) for tag in footage.colour)
    yield Reading("colour tags", colour, "1/1/1/1", colour == "1/1/1/1")
    first = next((box for box in footage.boxes if box in ("moov", "mdat")), "none")
    yield Reading("first part", first, "moov", first == "moov")
    yield from _times(footage, board.fps)
    unfit = "; ".join(fitness(footage))
    yield Reading(
        "platforms", unfit or "fits all", f"fits all of {len(PLATFORMS)}", not unfit, False
    )


def _times(footage: Footage, fps: int) -> Iterator[Reading]:
    picture, audio = footage.picture, footage.audio
    gap = float(np.diff([*footage.keys, picture.seconds]).max(initial=0.0))
    yield Reading("key frames", f"{gap:.2f} s apart", "at most 2 s", gap < 2.01)
    start, frame = abs(picture.start - audio.start), 1 / fps
    yield Reading("starts", f"{ms(start)} apart", "at most 1 frame", start < 1.01 * frame)
    end = abs(picture.seconds - audio.seconds)
    yield Reading("ends", f"{ms(end)} apart", "at most 1 frame", end < 1.01 * frame)
