"""Words with their frames -> caption pages, and where each word of a page stands.

Pure layout: how wide a word runs is asked of a function that is given. Lengths are design pixels.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from render.lettering.breaks import PAUSES, break_cost, ends
from render.lettering.lines import visual, wrap
from render.look import BAND, CAPTION, Area
from render.timeline import Plan, PlannedWord

__all__ = ["Measure", "Page", "page_at", "pages", "place"]

Measure = Callable[[str], float]
"""How far a text runs, in design pixels, set at the largest caption size."""

GAP = 0.34 * CAPTION.largest  # between words, so that the highlight box touches no neighbour
SPACE = 0.25 * CAPTION.largest  # where a language without spaces has written one
HOLD_S = 0.3  # a page stays up over a shorter gap than this
SHORTEST_S, LONGEST_S = 0.7, 2.5  # a page that is up for less is not read, for more drags
MOST, WANTED = 5, 4  # words on a page
LETTERS = 20  # of a line, where words stand apart
TOO_BAD = 1e6  # the cost of what is done only where nothing else is left


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


def pages(plan: Plan, measure: Measure, gap: float = GAP, band: Area = BAND) -> tuple[Page, ...]:
    """Group the words of every shot into pages of three to five and at most two lines.

    Every word stands on exactly one page, in order. A number stays with its unit, a page ends at
    punctuation and before small words where it can, and is up long enough to be read. `gap` is 0
    where words are written together.
    """
    found: list[Page] = []
    for shot, group in groupby(plan.words, key=lambda word: word.shot):
        found += _timed(list(_set(tuple(group), measure, gap, band, plan.fps)), plan, shot)
    return tuple(found)


def page_at(book: Sequence[Page], n: int) -> Page | None:
    """The page that stands at frame n."""
    k = bisect_right(book, n, key=lambda page: page.first) - 1
    return book[k] if k >= 0 and n < book[k].last else None


def place(
    page: Page, measure: Measure, gap: float = GAP, right: bool = False, band: Area = BAND
) -> tuple[Area, ...]:
    """Say where each word of a page stands: its line's box, in design pixels.

    Lines are centred in the band, and read from the right where `right` says so.
    """
    leading = CAPTION.largest * CAPTION.leading * page.scale
    top = band.y + (band.h - leading * len(page.lines)) / 2
    spots: dict[int, Area] = {}
    for row, (i, j) in enumerate(page.lines):
        widths = [run * page.scale for run in _runs(page.words[i:j], measure, gap)]
        x = band.x + (band.w - sum(widths) - gap * page.scale * (j - i - 1)) / 2
        for k in visual([word.text for word in page.words[i:j]], right):
            wide = measure(page.words[i + k].text) * page.scale
            spots[i + k] = Area(x, top + row * leading, wide, leading)
            x += widths[k] + gap * page.scale
    return tuple(spots[k] for k in range(len(page.words)))


def _runs(words: Sequence[PlannedWord], measure: Measure, gap: float) -> list[float]:
    """How far each word runs; without gaps, with the space that the line has behind it."""
    apart = [b.char > a.char + len(a.text) for a, b in pairwise(words)]
    spaces = [SPACE if more and not gap else 0.0 for more in apart]
    return [measure(w.text) + space for w, space in zip(words, [*spaces, 0.0], strict=True)]


def _set(
    words: tuple[PlannedWord, ...], measure: Measure, gap: float, band: Area, fps: int
) -> Iterator[Page]:
    """Cut one spoken line into pages, the cheapest way, and break their lines."""
    smaller = min(1.0, band.h / (2 * CAPTION.largest * CAPTION.leading))  # in a low band
    box, widths = band.w / smaller, _runs(words, measure, gap)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for j in range(1, len(words) + 1):
        starts = range(max(0, j - MOST), j)
        best.append(
            min((best[i][0] + _cost(words, widths, i, j, gap, box, fps), i) for i in starts)
        )
    ranges = []
    j = len(words)
    while j:
        ranges.append((best[j][1], j))
        j = best[j][1]
    for i, j in reversed(ranges):
        texts = [word.text for word in words[i:j]]
        scale = min(smaller, band.w / max(1.0, *widths[i:j]))
        lines = _lines(texts, [w * scale for w in widths[i:j]], gap * scale, band.w)
        yield Page(words[i:j], lines, words[i].first, words[j - 1].last, scale)


def _timed(found: Sequence[Page], plan: Plan, shot: int) -> Iterator[Page]:
    """Put the pages of a shot up and down: with its cuts, and over short gaps between them."""
    hold, shortest = round(HOLD_S * plan.fps), round(SHORTEST_S * plan.fps)
    seen = [planned for planned in plan.shots if planned.index == shot]
    begin, end = seen[0].first, seen[-1].first + seen[-1].length
    for k, page in enumerate(found):
        first = begin if not k and page.first - begin < hold else page.first
        limit = found[k + 1].first if k + 1 < len(found) else end
        last = limit if limit - page.last < hold else min(limit, max(page.last, first + shortest))
        yield Page(page.words, page.lines, first, last, page.scale)


def _cost(
    words: tuple[PlannedWord, ...], widths: list[float], i: int, j: int, gap: float, box: float,
    fps: int,
) -> float:  # fmt: skip
    """How bad it is to show words [i, j) as one page."""
    texts = [word.text for word in words[i:j]]
    lines = _lines(texts, widths[i:j], gap, box)
    cost = 0.5 * abs(j - i - WANTED)
    if j - i > 1 and (len(lines) > 2 or max(widths[i:j]) > box):
        cost += TOO_BAD
    if gap and j - i > 2 and len(lines) == 2 and lines[1][1] - lines[1][0] == 1:
        cost += 3.0  # a word alone on the last line
    cost += 4.0 * sum(ends(text) for text in texts[:-1])  # a full stop inside a page
    cost += sum(text[-1:] in PAUSES for text in texts[:-1])
    if j < len(words):
        cost += break_cost(texts[-1], words[j].text)
    up = ((words[j].first if j < len(words) else words[j - 1].last) - words[i].first) / fps
    return cost + 10.0 * max(0.0, 1 - up / SHORTEST_S) + 8.0 * max(0.0, up - LONGEST_S)


def _lines(
    texts: Sequence[str], widths: Sequence[float], gap: float, box: float
) -> tuple[tuple[int, int], ...]:
    """Break a page: one line if it fits, else two, even and torn where it hurts least."""
    count = len(texts)
    runs = [sum(widths[:k]) + gap * (k - 1) for k in range(count + 1)]
    short = not gap or len(" ".join(texts)) <= LETTERS
    if count == 1 or (runs[-1] <= box and short):
        return ((0, count),)
    choices = []
    for k in range(1, count):
        rest = runs[-1] - runs[k] - gap
        if max(runs[k], rest) <= box:
            uneven = ((box - runs[k]) / box) ** 2 + ((box - rest) / box) ** 2
            lonely = 0.3 if k == count - 1 and count > 2 else 0.0
            choices.append((uneven + lonely + 0.05 * break_cost(texts[k - 1], texts[k]), k))
    if not choices:
        return wrap(widths, gap, box)
    k = min(choices)[1]
    return ((0, k), (k, count))
