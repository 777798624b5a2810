"""What must be seen for the sake of truth and rights: the AI label, and whose each picture is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from render import fonts
from render.bars import Box, Reading, s
from render.bars.texts import listed, settled
from render.cameras import Planes
from render.fonts import Face
from render.legibility import likeness
from render.look import BLACK, CANVAS, CREDIT, LABEL, Type
from render.planes import Pixels
from render.storyboard import Storyboard
from render.timeline import Plan, PlannedShot

__all__ = ["Witness"]

SEEN = 0.6  # likeness: what is there has 0.8 and more, a picture's own texture under 0.4
LEAST = 14  # px: smaller letters cannot be recognised
MARGIN_S = 0.5  # after the start and before the end


@dataclass(frozen=True, slots=True)
class Mark:
    """A text that must be found at a frame, inside its box."""

    box: Box
    texts: tuple[str, ...]  # as it may be written
    kind: Type
    fault: str  # what is said when it is not there


@dataclass(slots=True)
class Witness:
    """Looks for the label three times in a clip, and for each credit once."""

    board: Storyboard
    wanted: Mapping[int, Sequence[Mark]]
    unlabelled: list[str]
    uncredited: list[str]
    drawn: dict[tuple[str, int], Pixels] = field(default_factory=dict)

    @classmethod
    def of(cls, board: Storyboard, plan: Plan, boxes: Sequence[Box]) -> "Witness":
        """Plan where to look; what stands in no box at all is missing already."""
        wanted: dict[int, list[Mark]] = {}
        unlabelled = list(_label(board, plan, boxes, wanted))
        return cls(board, wanted, unlabelled, list(_credits(board, plan, boxes, wanted)))

    def see(self, n: int, picture: Planes) -> None:
        """Look for the marks of this frame."""
        for mark in self.wanted.get(n, ()):
            if mark.kind.smallest * self._scale >= LEAST and not self._is_there(mark, picture):
                missing = self.unlabelled if mark.box["kind"] == "label" else self.uncredited
                missing.append(mark.fault)

    def readings(self) -> Iterator[Reading]:
        """Tell where the label or a credit is not to be seen."""
        if not self.board.label.strip():
            yield Reading("AI label", "none is asked for", "all through", False, hard=False)
        elif LABEL.smallest * self._scale >= LEAST:
            yield _told("AI label", self.unlabelled, "seen at start, middle and end")
        if CREDIT.smallest * self._scale >= LEAST:
            yield _told("credits", self.uncredited, "every one is seen")

    @property
    def _scale(self) -> float:
        return self.board.width / CANVAS[0]

    def _is_there(self, mark: Mark, picture: Planes) -> bool:
        x, y = (max(0, int(mark.box[side])) for side in "xy")
        right, bottom = (round(mark.box[a] + mark.box[b]) for a, b in (("x", "w"), ("y", "h")))
        part = np.ascontiguousarray(picture.y[y:bottom, x:right])
        sizes = range(mark.kind.largest, mark.kind.smallest - 1, -1)
        return any(
            likeness(part, self._mask(text, size, mark.kind.weight)) >= SEEN
            for text in mark.texts
            for size in sizes
        )

    def _mask(self, text: str, size: int, weight: int) -> Pixels:
        """The shape of a text, cut to its ink."""
        if (text, size) not in self.drawn:
            family = self.board.brand.font
            face = Face(size * self._scale, weight, family=family)
            alpha = fonts.stamp(fonts.clean(text, family), face, BLACK).rgba[..., 3]
            rows, columns = (np.flatnonzero(alpha.any(axis)) for axis in (1, 0))
            ink = (
                alpha[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else alpha
            )
            self.drawn[text, size] = np.ascontiguousarray(ink)
        return self.drawn[text, size]


def _told(name: str, missing: Sequence[str], bar: str) -> Reading:
    return Reading(name, f"missing {listed(missing)}" if missing else "seen", bar, not missing)


Wanted = dict[int, list[Mark]]


def _label(board: Storyboard, plan: Plan, boxes: Sequence[Box], wanted: Wanted) -> Iterator[str]:
    kind = replace(LABEL, largest=board.label_px, smallest=min(board.label_px, LABEL.smallest))
    margin = min(round(MARGIN_S * plan.fps), plan.frames // 2)
    for n in dict.fromkeys((margin, plan.frames // 2, plan.frames - 1 - margin)):
        at = f"at {s(n / plan.fps)}"
        shown = [b for b in boxes if b.get("kind") == "label" and b["first"] <= n < b["last"]]
        if shown:
            text = str(shown[0]["text"])
            wanted.setdefault(n, []).append(Mark(shown[0], (board.label, text), kind, at))
        elif board.label.strip():
            yield at


def _credits(board: Storyboard, plan: Plan, boxes: Sequence[Box], wanted: Wanted) -> Iterator[str]:
    for planned in plan.shots:
        shot = board.shots[planned.index].seen(planned.view)
        credit = str(shot.picture.get("credit") or "").strip()
        if not credit:
            continue
        here = [box for box in boxes if _is_within(box, planned)]
        fault = f"shot {planned.index + 1}: {credit[:40]!r}"
        shown = [box for box in here if box.get("kind") == "credit"]
        for box in shown:
            mark = Mark(box, (credit, str(box["text"])), CREDIT, fault)
            wanted.setdefault(settled(box, plan.frames), []).append(mark)
        if not shown and not _is_plain(here, shot.line):
            yield fault


def _is_within(box: Box, planned: PlannedShot) -> bool:
    inside = planned.first <= box["first"] < planned.first + planned.length
    return bool(inside and box.get("shot") == planned.index)


def _is_plain(boxes: Sequence[Box], line: str) -> bool:
    """Say whether a card with words of the line stands where the picture should have been."""
    said = set(line.split())
    words = [word for box in boxes if box.get("kind") == "card" for word in box["text"].split()]
    return bool(words) and said.issuperset(words)
