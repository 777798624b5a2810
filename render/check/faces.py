"""Faces in photos: none is cut by the edge of the frame, none lies under a text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from render.cameras import Planes, Unfilmable
from render.cameras._framing import Rect
from render.cameras._pictures import faces, open_picture
from render.check.reading import Box, Reading
from render.check.texts import listed
from render.planes import Pixels
from render.storyboard import Storyboard
from render.timeline import Plan, PlannedShot

__all__ = ["Onlooker"]

SMALL = (216, 384)  # px: a face of a sixth of the frame's width is found, smaller ones are not
FRAME = Rect(0, 0, *SMALL)
PAD = 0.3  # of the width: the edge is drawn out, so that a face which it cuts is still found
MOMENTS = (0.3, 0.9)  # of a picture: a camera's move shows most between them
MOST = 8  # looks in a clip
HALVED = (0.25, 0.75)  # of a mirrored face's box that is in the frame: the rest is chance
CUT, CUT_TOO_FAR, COVERED = 0.10, 0.25, 0.15  # of a face's box; the finder's own error is 0.05


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Looks for faces in every photo at two moments."""

    wanted: Mapping[int, Path]
    plan: Plan
    boxes: Sequence[Box]
    cut: list[tuple[float, str, Path]] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, board: Storyboard, plan: Plan, boxes: Sequence[Box]) -> "Onlooker":
        """Plan when to look."""
        looks: dict[int, Path] = {}
        for planned in plan.shots:
            photo = board.shots[planned.index].seen(planned.view).picture.get("photo")
            if photo:
                looks |= {n: Path(str(photo)) for n in _moments(planned)}
        step = max(1, -(-len(looks) // MOST))
        return cls(dict(list(looks.items())[::step]), plan, boxes)

    def see(self, n: int, picture: Planes) -> None:
        """Find the faces of this frame, and hold them against its edges and texts."""
        photo = self.wanted.get(n)
        if photo is None:
            return
        scale = SMALL[0] / picture.y.shape[1]
        for face in _faces(picture):
            lost = 1 - _shared(face, FRAME)
            if lost >= CUT:
                self.cut.append((lost, f"{lost:.0%} of one {self._at(n)}", photo))
            for box in self.boxes:
                place = Rect(*(box[side] * scale for side in "xywh"))
                if box["first"] <= n < box["last"] and _shared(face, place) > COVERED:
                    self.covered.append(f"{str(box['text'])[:30]!r} {self._at(n)}")

    def readings(self) -> Iterator[Reading]:
        """Tell the worst cut, where the photo itself shows that it is a face."""
        if not self.wanted:
            return
        true = [(lost, what) for lost, what, photo in self.cut if _has_face(photo)]
        worst, what = max(true, default=(0.0, "none"))
        yield Reading("faces cut off", what, "none", not true, hard=worst > CUT_TOO_FAR)
        yield Reading("text on a face", listed(self.covered), "none", not self.covered, hard=False)

    def _at(self, n: int) -> str:
        return f"at {n / self.plan.fps:.1f} s"


def _moments(planned: PlannedShot) -> list[int]:
    return [planned.first + int(share * planned.length) for share in MOMENTS]


def _faces(picture: Planes) -> list[Rect]:
    """Find faces, in pixels of a SMALL frame; they may reach over its edge.

    Where none is found the edge becomes a mirror: half a face at it is then a whole one.
    """
    grey = np.asarray(cv2.resize(picture.y, SMALL, interpolation=cv2.INTER_AREA), np.uint8)
    found = _found(grey, cv2.BORDER_REPLICATE)
    if found:
        return found
    low, high = HALVED
    mirrored = _found(grey, cv2.BORDER_REFLECT)
    return [face for face in mirrored if low < _shared(face, FRAME) < high]


def _found(grey: Pixels, edge: int) -> list[Rect]:
    pad = round(PAD * SMALL[0])
    drawn_out = np.asarray(cv2.copyMakeBorder(grey, pad, pad, pad, pad, edge), np.uint8)
    found = faces(np.repeat(drawn_out[..., None], 3, axis=2))
    return [Rect(face.x - pad, face.y - pad, face.w, face.h) for face in found]


def _shared(face: Rect, place: Rect) -> float:
    """Say how much of a face lies in a place, 0 to 1."""
    wide = min(face.x + face.w, place.x + place.w) - max(face.x, place.x)
    high = min(face.y + face.h, place.y + place.h) - max(face.y, place.y)
    return max(wide, 0.0) * max(high, 0.0) / (face.w * face.h)


def _has_face(photo: Path) -> bool:
    """Ask the photo: what is found there and in the frame is hardly leaves or bricks."""
    try:
        return bool(faces(open_picture(photo)))
    except Unfilmable:
        return False
