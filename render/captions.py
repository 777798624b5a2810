"""Words with their frames -> caption pages, and where each word of a page stands.

Pure layout: how wide a word runs is asked of a function that is given. Lengths are design pixels.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from unicodedata import bidirectional

from render.look import BAND, CAPTION, Area
from render.timeline import PlannedWord

__all__ = ["Measure", "Page", "page_at", "pages", "place", "visual", "wrap"]

Measure = Callable[[str], float]
"""How far a text runs, in design pixels, set at the largest caption size."""

GAP = 0.40 * CAPTION.largest  # between words, so that the highlight box touches no neighbour
SPACE = 0.25 * CAPTION.largest  # where a language without spaces has written one
HOLD_S = 0.3  # a page stays up over a shorter gap than this
MOST = 6  # words on a page
WANTED = 4
TOO_BAD = 1e6  # the cost of what is done only where nothing else is left

_STOPS = ".!?…。！？؟۔।"
_PAUSES = ",;:–—،؛、，；："
_UNITS = re.compile(
    r"(?:[%‰°$€£¥₹]|[kmcµ]?m[²³]?|[kmt]?g|km/h|mph|k[wW]h?|[MGT][wW]h?|°?[CFK]|Mw|mm|ha|am|pm|"
    r"percent|per|million|billion|trillion|thousand|hundred|hours?|minutes?|seconds?|days?|weeks?|"
    r"months?|years?|miles?|met(?:er|re)s?|kilomet(?:er|re)s?|feet|degrees?|dollars?|euros?|"
    r"pounds?|points?|people|jobs|tonnes?|tons?)",
    re.IGNORECASE,
)
_LINKS = re.compile(
    r"an?|the|of|in|on|at|to|for|from|by|with|as|and|or|but|that|which|who|is|are|was|were|be|has|"
    r"have|had|will|its?|their|his|her|this|these|not?|than|into|over|after|before",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Page:
    """The words that stand together during frames [first, last), broken into one or two lines.

    `lines` are ranges of indices into `words`; `scale` is under 1 where a word is too long.
    """

    words: tuple[PlannedWord, ...]
    lines: tuple[tuple[int, int], ...]
    first: int
    last: int
    scale: float = 1.0

    def active(self, n: int) -> int:
        """Which word is being spoken at frame n; -1 before the first."""
        return sum(word.first <= n for word in self.words) - 1


def pages(
    words: Sequence[PlannedWord], measure: Measure, fps: int, gap: float = GAP
) -> tuple[Page, ...]:
    """Group the words of every shot into pages of about four words and at most two lines.

    Every word stands on exactly one page, in order. A number stays with its unit, a page ends at
    punctuation and before small words where it can. `gap` is 0 where words are written together.
    """
    found: list[Page] = []
    for _, group in groupby(words, key=lambda word: word.shot):
        line = tuple(group)
        widths = _runs(line, measure, gap)
        for i, j in _cuts(line, widths, gap):
            scale = min(1.0, BAND.w / max(1.0, *widths[i:j]))
            lines = wrap([w * scale for w in widths[i:j]], gap * scale, BAND.w)
            found.append(Page(line[i:j], lines, line[i].first, line[j - 1].last, scale))
    return tuple(_held(found, round(HOLD_S * fps)))


def page_at(book: Sequence[Page], n: int) -> Page | None:
    """The page that stands at frame n."""
    return next((page for page in book if page.first <= n < page.last), None)


def place(page: Page, measure: Measure, gap: float = GAP, right: bool = False) -> tuple[Area, ...]:
    """Say where each word of a page stands: its line's box, in design pixels.

    Lines are centred in the band, and read from the right where `right` says so.
    """
    leading = CAPTION.largest * CAPTION.leading * page.scale
    top = BAND.y + (BAND.h - leading * len(page.lines)) / 2
    spots: dict[int, Area] = {}
    for row, (i, j) in enumerate(page.lines):
        widths = [run * page.scale for run in _runs(page.words[i:j], measure, gap)]
        x = BAND.x + (BAND.w - sum(widths) - gap * page.scale * (j - i - 1)) / 2
        for k in visual([word.text for word in page.words[i:j]], right):
            wide = measure(page.words[i + k].text) * page.scale
            spots[i + k] = Area(x, top + row * leading, wide, leading)
            x += widths[k] + gap * page.scale
    return tuple(spots[k] for k in range(len(page.words)))


def wrap(widths: Sequence[float], gap: float, box: float) -> tuple[tuple[int, int], ...]:
    """Break words into the fewest lines, and those as even as can be.

    Gives ranges of indices. A word wider than the box stands on a line of its own.
    """
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]  # lines, cost, where the last line begins
    for j in range(1, len(widths) + 1):
        choices = []
        run = -gap
        for i in range(j - 1, -1, -1):
            run += widths[i] + gap
            if run > box and i < j - 1:
                break
            lonely = 0.3 if j == len(widths) > 2 and i == j - 1 else 0.0
            cost = ((box - run) / box) ** 2 + 0.02 + lonely
            choices.append((best[i][0] + 1, best[i][1] + cost, i))
        best.append(min(choices))
    ranges = []
    j = len(widths)
    while j:
        i = best[j][2]
        ranges.append((i, j))
        j = i
    return tuple(reversed(ranges))


def visual(words: Sequence[str], right: bool) -> list[int]:
    """The order of words from left to right, for a line that reads from the right or not.

    Words of the other direction keep their own order among themselves.
    """
    sides = [_side(word) for word in words]
    order: list[int] = []
    for other, group in groupby(range(len(words)), lambda k: sides[k] == ("L" if right else "R")):
        run = list(group)
        order += reversed(run) if other else run
    return order[::-1] if right else order


def _runs(words: Sequence[PlannedWord], measure: Measure, gap: float) -> list[float]:
    """How far each word runs; without gaps, with the space that the line has behind it."""
    apart = [b.char > a.char + len(a.text) for a, b in pairwise(words)]
    spaces = [SPACE if more and not gap else 0.0 for more in apart]
    return [measure(w.text) + space for w, space in zip(words, [*spaces, 0.0], strict=True)]


def _side(word: str) -> str:
    for char in word:
        if (side := bidirectional(char)) in ("L", "R", "AL"):
            return "L" if side == "L" else "R"
    return ""


def _cuts(words: tuple[PlannedWord, ...], widths: list[float], gap: float) -> list[tuple[int, int]]:
    """The cheapest way to cut one spoken line into pages."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for j in range(1, len(words) + 1):
        starts = range(max(0, j - MOST), j)
        best.append(min((best[i][0] + _cost(words, widths, i, j, gap), i) for i in starts))
    ranges = []
    j = len(words)
    while j:
        ranges.append((best[j][1], j))
        j = best[j][1]
    return ranges[::-1]


def _cost(words: tuple[PlannedWord, ...], widths: list[float], i: int, j: int, gap: float) -> float:
    """How bad it is to show words [i, j) as one page."""
    texts = [word.text for word in words[i:j]]
    cost = 0.5 * abs(j - i - WANTED)
    if j - i > 1 and (len(wrap(widths[i:j], gap, BAND.w)) > 2 or max(widths[i:j]) > BAND.w):
        cost += TOO_BAD
    if any(text[-1:] in _STOPS for text in texts[:-1]):
        cost += 4.0  # a full stop inside a page
    cost += sum(text[-1:] in _PAUSES for text in texts[:-1])
    if j < len(words):
        cost += _break_cost(texts[-1], words[j].text)
    return cost


@lru_cache(4096)
def _break_cost(before: str, after: str) -> float:
    if _is_number(before) and _UNITS.fullmatch(after.strip(_STOPS + _PAUSES)):
        return TOO_BAD / 10
    if before[-1:] in _STOPS + _PAUSES:
        return 0.0
    if _LINKS.fullmatch(before) or _is_number(before):
        return 2.0
    return 0.3 if _LINKS.fullmatch(after) else 1.0


def _is_number(text: str) -> bool:
    return bool(re.search(r"\d$", text)) or text in "$€£¥₹"


def _held(found: Sequence[Page], hold: int) -> list[Page]:
    """Keep each page up until the next one where the gap between them is short."""
    kept = [
        Page(
            a.words, a.lines, a.first, b.first if 0 <= b.first - a.last < hold else a.last, a.scale
        )
        for a, b in pairwise(found)
    ]
    return kept + list(found[-1:])
