"""Small words that weigh on the words beside them, and whether two texts share them. Pure.

A "not" or an "allegedly" belongs to the words beside it. Where a text has those words without it,
it says something else, however much was cut.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.ground.slots import SAYS, Token, tokens
from bot.prose.tongues import Tongue, word_set

__all__ = ["IsMark", "Mark", "covers", "marks", "says_plainly", "unpaired"]

IsMark = Callable[[Token, Tongue], bool]

ONLY = word_set(
    "only nur seulement solo só somente apenas soltanto"
)  # "not only": where both are cut nothing is denied
WINDOW = 5  # words between a mark and what it marks
AROUND = 7  # words between two that stood beside a mark


@dataclass(frozen=True, slots=True)
class Mark:
    """A small word, and the roots of the content words beside it, "" for none.

    `before` and `after` stand next to it, `then` behind `after`.
    """

    word: str
    before: str
    after: str
    then: str


@lru_cache(maxsize=4096)
def marks(text: str, speech: Tongue, is_mark: IsMark) -> tuple[Mark, ...]:
    """Find the marks of one kind."""
    read = tokens(text, speech)
    found = []
    for n, token in enumerate(read):
        if is_mark(token, speech):
            ahead = _content(read[n + 1 : n + 1 + WINDOW], speech, is_mark)
            if n + 1 < len(read) and read[n + 1].bare in ONLY:
                ahead = [read[n + 1].root, *ahead]
            behind = _content(read[max(0, n - WINDOW) : n][::-1], speech, is_mark)
            found.append(Mark(token.word, next(iter(behind), ""), *(*ahead, "", "")[:2]))
    return tuple(found)


def _content(read: Sequence[Token], speech: Tongue, is_mark: IsMark) -> list[str]:
    return [t.root for t in read if t.content and t.root != SAYS and not is_mark(t, speech)]


def covers(text: str, speech: Tongue, mark: Mark, strictly: bool = False) -> bool:
    """Tell whether a text has the words that a mark stands beside; strictly, all of them."""
    read = tokens(text, speech)
    roots = [t.root for t in read]
    first = mark.after or mark.before
    if not first or first not in roots:
        return False
    beside = {mark.before, mark.then} - {"", first}
    if strictly:
        return beside <= set(roots)
    places = [n for n, found in enumerate(roots) if found == first]
    return not beside or any(
        not beside.isdisjoint(roots[max(0, n - AROUND) : n + AROUND]) for n in places
    )


def unpaired(
    mine: Sequence[Mark], theirs: Sequence[Mark]
) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """Pair the marks of two texts, the likest first, and give those that are left of each."""
    pairs = sorted(
        ((_likeness(a, b), -i, -j) for i, a in enumerate(mine) for j, b in enumerate(theirs)),
        reverse=True,
    )
    left, right = set(range(len(mine))), set(range(len(theirs)))
    for score, i, j in pairs:
        if score and -i in left and -j in right:
            left.discard(-i)
            right.discard(-j)
    return tuple(mine[n] for n in sorted(left)), tuple(theirs[n] for n in sorted(right))


def _likeness(one: Mark, other: Mark) -> int:
    """Say how many of the words beside two marks are the same; in the same place they count more.

    One word in another place is no likeness: it may stand between two marks.
    """
    same = (one.after == other.after != "") + (one.before == other.before != "")
    mine = {one.before, one.after, one.then} - {""}
    shared = len(mine & {other.before, other.after, other.then})
    return 2 * same + shared if same or shared > 1 or one.word == other.word else 0


def says_plainly(text: str, speech: Tongue, mark: Mark, is_mark: IsMark) -> bool:
    """Tell whether a text has all the words beside a mark, and no such mark beside them."""
    if not covers(text, speech, mark, strictly=True):
        return False
    return not any(_likeness(mark, other) for other in marks(text, speech, is_mark))
