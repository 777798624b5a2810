"""What is to be read: clear of the platforms' own texts and of each other, in a readable colour."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from render.cameras import Planes
from render.check.legibility import clip_out, contrast
from render.check.reading import Box, Reading
from render.look import CAPTION, READABLE, Area, Zones

__all__ = ["Proofreader", "layout"]

READABLE_LARGE = 3.0  # WCAG 2.2, 1.4.3; for large text
LARGE = 56  # design px: bold from here on counts as large, about 19 px on a phone
SETTLED = 0.8  # of the time that a text is shown: it has come in, and nothing fades yet
LEAST = 14  # px: a smaller line is not judged by its pixels
SLACK = 0.5  # design px of rounding, beside those that an area allows
SHOWN = 3  # faults of one kind that are named


def layout(boxes: Sequence[Box], zones: Zones, scale: float) -> Iterator[Reading]:
    """Hold the places of all texts against a platform's zones and against each other."""
    outside = [_name(box) for box in boxes if not _is_safe(box, zones, scale)]
    yield Reading("text outside the safe area", listed(outside), "none", not outside)
    pairs = [f"{_name(a)} / {_name(b)}" for a, b in combinations(boxes, 2) if _do_meet(a, b)]
    yield Reading("text on text", listed(pairs), "none", not pairs)


@dataclass(frozen=True, slots=True)
class Proofreader:
    """Reads every text of a clip once, when it stands; `found` is (contrast, bar, text)."""

    wanted: Mapping[int, Sequence[Box]]
    scale: float
    found: list[tuple[float, float, str]]

    @classmethod
    def of(cls, boxes: Sequence[Box], frames: int, scale: float) -> "Proofreader":
        """Plan when to look at which text."""
        wanted: dict[int, list[Box]] = {}
        for box in boxes:
            if box["h"] >= LEAST and str(box.get("text", "")).strip():
                wanted.setdefault(settled(box, frames), []).append(box)
        return cls(wanted, scale, [])

    def see(self, n: int, picture: Planes) -> None:
        """Measure the texts that stand in this frame."""
        for box in self.wanted.get(n, ()):
            ratio = contrast(clip_out(picture, box["x"], box["y"], box["w"], box["h"]))
            large = _letters(box) >= LARGE * self.scale
            self.found.append((ratio, READABLE_LARGE if large else READABLE, _name(box)))

    def readings(self) -> Iterator[Reading]:
        """Tell the text that is hardest to read."""
        if self.found:
            ratio, bar, name = min(self.found, key=lambda one: one[0] / one[1])
            value = f"{ratio:.1f} at {name}"
            yield Reading("contrast", value, f"at least {bar:g}", round(ratio, 1) >= bar)


def settled(box: Box, frames: int) -> int:
    """Give the frame at which a text stands still."""
    first, last = int(box["first"]), int(box["last"])
    return min(round(first + SETTLED * (last - first)), frames - 1)


def listed(names: Sequence[str]) -> str:
    """Name the first few, each once, and how many more there are."""
    unique = sorted(set(names))
    more = f" and {len(unique) - SHOWN} more" if len(unique) > SHOWN else ""
    return ", ".join(unique[:SHOWN]) + more or "none"


def _letters(box: Box) -> float:
    """Give how large a text is set, in px: a caption's box is a whole line, a pill's has air."""
    air = {"caption": CAPTION.leading, "label": 1.5, "chip": 1.5, "credit": 1.5, "mark": 1.5}
    return float(box["h"] / air.get(box.get("kind", ""), 1.0))


def _is_safe(box: Box, zones: Zones, scale: float) -> bool:
    """Say whether a box is clear of what platforms draw over a clip; a pixel of slack is left."""
    x, y, w, h = (box[side] / scale for side in "xywh")
    inner = Area(x + SLACK, y + SLACK, max(w - 2 * SLACK, 0), max(h - 2 * SLACK, 0))
    return zones.safe.holds(inner) or zones.wide.holds(inner)


def _do_meet(a: Box, b: Box) -> bool:
    """Say whether two boxes share more than a pixel's edge in the same frame."""
    together = max(a["first"], b["first"]) < min(a["last"], b["last"])
    wide = min(a["x"] + a["w"], b["x"] + b["w"]) - max(a["x"], b["x"])
    high = min(a["y"] + a["h"], b["y"] + b["h"]) - max(a["y"], b["y"])
    return bool(together and wide > 1 and high > 1)


def _name(box: Box) -> str:
    return repr(str(box.get("text", ""))[:30])
