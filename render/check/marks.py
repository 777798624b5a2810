"""What must be seen for the sake of truth and rights.

The AI label, whose each picture is, and of which a model made it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from render.cameras import Planes
from render.cameras._pill import marking
from render.check.legibility import likeness
from render.check.reading import Box, Reading, s
from render.check.texts import listed, settled
from render.lettering import fonts
from render.lettering.fonts import Face
from render.look import BLACK, CANVAS, CREDIT, LABEL, MARK, Type
from render.planes import Pixels
from render.storyboard import Shot, Storyboard
from render.timeline import Plan, PlannedShot

__all__ = ["Witness"]

SEEN = 0.6  # likeness: what is there has 0.8 and more, a picture's own texture under 0.4
LEAST = 14  # px: smaller letters cannot be recognised
MARGIN_S = 0.5  # after the start and before the end


@dataclass(frozen=True, slots=True)
class Mark:
    """A text that must be found at frame `n`, inside its box; without one it is missing already.

    `texts` are the ways in which it may be written, `where` is said when it is not there.
    """

    what: Literal["AI label", "credits", "AI marks"]
    n: int
    box: Box | None
    texts: tuple[str, ...]
    kind: Type
    where: str


@dataclass(frozen=True, slots=True)
class Witness:
    """Looks for the label three times in a clip, for each credit once, for each AI mark twice."""

    board: Storyboard
    wanted: Mapping[int, Sequence[Mark]]
    missing: list[Mark]
    drawn: dict[tuple[str, int], Pixels] = field(default_factory=dict)

    @classmethod
    def of(cls, board: Storyboard, plan: Plan, boxes: Sequence[Box]) -> "Witness":
        """Plan where to look."""
        wanted: dict[int, list[Mark]] = {}
        missing = []
        for mark in (
            *_labels(board, plan, boxes),
            *_credits(board, plan, boxes),
            *_marks(board, plan, boxes),
        ):
            if mark.box is None:
                missing.append(mark)
            else:
                wanted.setdefault(mark.n, []).append(mark)
        return cls(board, wanted, missing)

    def see(self, n: int, picture: Planes) -> None:
        """Look for the marks of this frame."""
        for mark in self.wanted.get(n, ()):
            if mark.kind.smallest * self._scale >= LEAST and not self._is_there(mark, picture):
                self.missing.append(mark)

    def readings(self) -> Iterator[Reading]:
        """Tell where the label or a credit is not to be seen."""
        if not self.board.label.strip():
            yield Reading("AI label", "none is asked for", "all through", False, hard=False)
        elif LABEL.smallest * self._scale >= LEAST:
            yield self._told("AI label", "seen at start, middle and end")
        if CREDIT.smallest * self._scale >= LEAST:
            yield self._told("credits", "every one is seen")
        if MARK.smallest * self._scale >= LEAST and any(map(_is_made_up, self.board.shots)):
            yield self._told("AI marks", "on every generated shot, all through")

    def _told(self, what: str, bar: str) -> Reading:
        missing = [mark.where for mark in self.missing if mark.what == what]
        return Reading(what, f"missing {listed(missing)}" if missing else "seen", bar, not missing)

    @property
    def _scale(self) -> float:
        return self.board.width / CANVAS[0]

    def _is_there(self, mark: Mark, picture: Planes) -> bool:
        box = mark.box
        assert box is not None  # those without one are missing already
        x, y = (max(0, int(box[side])) for side in "xy")
        right, bottom = round(box["x"] + box["w"]), round(box["y"] + box["h"])
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
            if len(rows):
                alpha = alpha[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            self.drawn[text, size] = np.ascontiguousarray(alpha)
        return self.drawn[text, size]


def _labels(board: Storyboard, plan: Plan, boxes: Sequence[Box]) -> Iterator[Mark]:
    if not board.label.strip():
        return
    kind = replace(LABEL, largest=board.label_px, smallest=min(board.label_px, LABEL.smallest))
    margin = min(round(MARGIN_S * plan.fps), plan.frames // 2)
    for n in dict.fromkeys((margin, plan.frames // 2, plan.frames - 1 - margin)):
        shown = [b for b in boxes if b.get("kind") == "label" and b["first"] <= n < b["last"]]
        box = shown[0] if shown else None
        texts = (board.label, *(str(box["text"]) for box in shown))
        yield Mark("AI label", n, box, texts, kind, f"at {s(n / plan.fps)}")


def _credits(board: Storyboard, plan: Plan, boxes: Sequence[Box]) -> Iterator[Mark]:
    for planned in plan.shots:
        shot = board.shots[planned.index].seen(planned.view)
        told = (str(one.picture.get("credit") or "").strip() for one in shot.stepped())
        wanted = tuple(filter(None, told))
        if not wanted:
            continue
        where = f"shot {planned.index + 1}: {wanted[0][:40]!r}"
        here = [box for box in boxes if _is_within(box, planned)]
        shown = [box for box in here if box.get("kind") == "credit"]
        for box in shown:
            n, texts = settled(box, plan.frames), (*wanted, str(box["text"]))
            yield Mark("credits", n, box, texts, CREDIT, where)
        if not shown and not _is_plain(here, shot.line) and not _stood_in(here, shot):
            yield Mark("credits", planned.first, None, wanted, CREDIT, where)


def _marks(board: Storyboard, plan: Plan, boxes: Sequence[Box]) -> Iterator[Mark]:
    """Want the mark wherever a model's picture was made for a shot and nothing stood in for it."""
    text = marking(board.lang)
    for planned in plan.shots:
        shot = board.shots[planned.index].seen(planned.view)
        here = [box for box in boxes if _is_within(box, planned)]
        shown = [box for box in here if box.get("kind") == "mark"]
        where = f"shot {planned.index + 1}"
        margin = min(round(MARGIN_S * plan.fps), planned.length // 2)
        last = planned.first + planned.length
        for box in shown:
            for n in dict.fromkeys((planned.first + margin, last - 1 - margin)):
                yield Mark("AI marks", n, box, (text, str(box["text"])), MARK, where)
        if not shown and "segment" in shot.picture and not _is_other(here):
            yield Mark("AI marks", planned.first, None, (text,), MARK, where)


def _stood_in(here: Sequence[Box], shot: Shot) -> bool:
    """Say whether a picture that bears no credit stands where one with a credit was wished."""
    bare = any(o.camera == "cards" and not o.picture.get("credit") for o in shot.instead)
    kinds = {box.get("kind") for box in here}
    return "mark" in kinds or (bare and "card" in kinds)


def _is_other(here: Sequence[Box]) -> bool:
    """Say whether a card or somebody's picture stands there, and no model's."""
    return any(box.get("kind") in ("card", "credit") for box in here)


def _is_made_up(shot: Shot) -> bool:
    return any("segment" in seen.picture for seen in shot.candidates())


def _is_within(box: Box, planned: PlannedShot) -> bool:
    inside = planned.first <= box["first"] < planned.first + planned.length
    return bool(inside and box.get("shot") == planned.index)


def _is_plain(boxes: Sequence[Box], line: str) -> bool:
    """Say whether a card with words of the line stands where the picture should have been."""
    said = set(line.split())
    words = [word for box in boxes if box.get("kind") == "card" for word in box["text"].split()]
    return bool(words) and said.issuperset(words)
