"""Fitting a text into a box: the largest size of its type at which it fits, in even lines.

A text that is too long even at the smallest size ends in an ellipsis after a whole word; a word
wider than the box is cut. Nothing ever leaves the box.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining

from render.lettering.fonts import Face, right_to_left, split, width
from render.lettering.lines import visual, wrap
from render.look import Type

__all__ = ["Block", "Box", "Word", "emphasised", "fit"]

RULER = 100  # px: words are measured once at this size, and scaled
ENOUGH = 120  # no card holds more words than this
ASCENT, DESCENT = 0.76, 0.24  # of Inter, in em, from the baseline


@dataclass(frozen=True, slots=True)
class Box:
    """The room a text has: px wide and high, and the most lines it may take."""

    w: float
    h: float
    lines: int = 99


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a set text: where its pen starts, seen from the block's left edge."""

    text: str
    index: int  # its place among the words of the whole text
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Block:
    """A text set in lines; `right`: it reads from the right and is set flush right."""

    lines: tuple[tuple[Word, ...], ...]
    face: Face
    leading: float  # px from one baseline to the next
    right: bool
    whole: bool  # nothing was left out

    def reading(self, line: int) -> str:
        """A line's words in the order in which they are read."""
        return " ".join(w.text for w in sorted(self.lines[line], key=lambda word: word.index))

    @property
    def height(self) -> float:
        """From the first line's ascent to the last one's descent, in px."""
        return (len(self.lines) - 1) * self.leading + (ASCENT + DESCENT) * self.face.size

    @property
    def width(self) -> float:
        """Of the widest line, in px."""
        return max(self.span(line)[1] for line in self.lines)

    def baseline(self, line: int) -> float:
        """Of a line, seen from the block's top edge."""
        return ASCENT * self.face.size + line * self.leading

    def span(self, line: Sequence[Word]) -> tuple[float, float]:
        """Where a line starts and how wide it is."""
        left = min(word.x for word in line)
        return left, max(word.x + word.width for word in line) - left


def fit(text: str, kind: Type, box: Box, lang: str = "en") -> Block:
    """Set a text as large as its type allows inside a box."""
    words, glue = split(text, lang, kind.family)
    words = words[:ENOUGH] or ("",)
    widths = [_measured(word, kind) for word in words]
    gap = _measured(glue, kind) if glue else 0.0
    low, high = kind.smallest, kind.largest
    while low < high:  # the largest size that fits, never below the smallest
        size = (low + high + 1) // 2
        low, high = (size, high) if _fits(widths, gap, kind, size, box) else (low, size - 1)
    if not _fits(widths, gap, kind, low, box):
        words = _shortened(words, gap, kind, box)
    return _set(words, gap, kind, low, box.w, right_to_left(text, lang))


def emphasised(text: str, phrases: Sequence[str], lang: str = "en") -> frozenset[int]:
    """Which words of a text belong to one of the phrases, whatever their case and punctuation."""
    words = [_bare(word) for word in split(text, lang)[0]]
    found: set[int] = set()
    for phrase in phrases:
        wanted = [_bare(word) for word in split(phrase, lang)[0]]
        for i in range(len(words) - len(wanted) + 1):
            if wanted and words[i : i + len(wanted)] == wanted:
                found.update(range(i, i + len(wanted)))
    return frozenset(found)


def _bare(word: str) -> str:
    return word.casefold().strip(" .,;:!?…\"'“”‘’«»()[]")


@lru_cache(4096)
def _measured(text: str, kind: Type) -> float:
    """How wide a text is, in em."""
    return width(text, _face(kind, RULER)) / RULER


def _fits(widths: Sequence[float], gap: float, kind: Type, size: float, box: Box) -> bool:
    """Whether words of so many em fit at a size."""
    if max(widths) * size > box.w:
        return False
    lines = len(wrap([x * size for x in widths], gap * size, box.w))
    return lines <= _lines(kind, size, box)


def _lines(kind: Type, size: float, box: Box) -> int:
    """How many lines of a size the box holds; of the smallest size one at least."""
    if size * (ASCENT + DESCENT) > box.h:
        return 1 if size <= kind.smallest else 0
    return max(1, min(box.lines, int((box.h / size - ASCENT - DESCENT) / kind.leading) + 1))


def _shortened(words: Sequence[str], gap: float, kind: Type, box: Box) -> tuple[str, ...]:
    """As many words as fit at the smallest size, the last one with an ellipsis."""
    em = box.w / kind.smallest
    whole = [piece for word in words for piece in _pieces(word, kind, em)]
    for count in range(len(whole), 0, -1):
        kept = tuple(whole[:count])
        if count < len(whole):
            kept = (*kept[:-1], kept[-1].rstrip(".,;:–—") + "…")
        if _fits([_measured(x, kind) for x in kept], gap, kind, kind.smallest, box):
            return kept
    return ("…",)


def _pieces(word: str, kind: Type, em: float) -> list[str]:
    """Cut a word that is wider than the box, never between a letter and its mark."""
    pieces = []
    while len(word) > 1 and _measured(word, kind) > em:
        cut = max(1, int(len(word) * em / _measured(word, kind)))
        while cut > 1 and (_measured(word[:cut], kind) > em or combining(word[cut])):
            cut -= 1
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]


def _set(words: Sequence[str], gap: float, kind: Type, size: float, w: float, right: bool) -> Block:
    widths = [_measured(word, kind) * size for word in words]
    gap *= size
    lines = []
    for i, j in wrap(widths, gap, w):
        x = w - sum(widths[i:j]) - gap * (j - i - 1) if right else 0.0
        line = []
        for k in visual(words[i:j], right):
            line.append(Word(words[i + k], i + k, x, widths[i + k]))
            x += widths[i + k] + gap
        lines.append(tuple(line))
    whole = not words[-1].endswith("…")
    return Block(tuple(lines), _face(kind, size), size * kind.leading, right, whole)


def _face(kind: Type, size: float) -> Face:
    return Face(size, kind.weight, kind.tabular, kind.family)
