"""Words of known widths -> lines: broken evenly, and in the order in which they stand. Pure."""

from collections.abc import Sequence
from itertools import groupby
from unicodedata import bidirectional

__all__ = ["held", "visual", "wrap"]


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


def held(words: Sequence[str]) -> list[tuple[int, int]]:
    """The ranges of words that are one for the eye: a word that turns, and those it leads to.

    Hebrew writes "in-Port" as one word and goes on with "Ansel": the name would fall apart if its
    words were set one by one from the right. Two words more are held at most.
    """
    ranges, i = list[tuple[int, int]](), 0
    while i < len(words):
        j = i + 1
        if _side(words[i]) == "R" and _side(words[i][::-1]) == "L":
            while j < min(len(words), i + 3) and _side(words[j]) == "L":
                j += 1
        ranges.append((i, j))
        i = j
    return ranges


def _side(word: str) -> str:
    for char in word:
        if (side := bidirectional(char)) in ("L", "R", "AL"):
            return "L" if side == "L" else "R"
    return ""
