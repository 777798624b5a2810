"""A long text with its marks, cut into pieces that a chat takes. Pure.

Chats count differently: characters, UTF-16 units (Telegram), bytes (IRC, Matrix). A piece ends at
a line break where there is one, else at a space, else where it must.
"""

from collections.abc import Callable, Iterable
from itertools import accumulate

from bot.chat import Mark

__all__ = ["Count", "Piece", "octets", "pieces", "points", "span", "units16"]

Count = Callable[[str], int]
"""How long a text is for a chat. The count of a text must be the sum of its characters'."""

Piece = tuple[str, tuple[Mark, ...]]

WIDEST = 4  # bytes of one character in UTF-8
JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")  # what never begins a piece: half of an emoji


def points(text: str) -> int:
    """Count characters (code points)."""
    return len(text)


def units16(text: str) -> int:
    """Count UTF-16 units: most emoji are two."""
    return len(text) + sum(c > "\uffff" for c in text)


def octets(text: str) -> int:
    """Count the bytes of UTF-8."""
    return len(text.encode("utf-8", "replace"))


def span(text: str, mark: Mark, count: Count = units16) -> tuple[int, int]:
    """Where a mark begins and how long it is, in a chat's own count."""
    return count(text[: mark.start]), count(text[mark.start : mark.end])


def pieces(
    text: str, marks: Iterable[Mark] = (), *, most: int, count: Count = points
) -> tuple[Piece, ...]:
    """Cut a text into pieces of at most `most` each; a mark over a cut goes on in the next.

    The blanks around a cut are dropped, and empty lines before the text; nothing else is. Raises
    ValueError where `most` is less than one character may need.
    """
    if most < WIDEST:
        raise ValueError(f"most={most}: a piece holds at least {WIDEST}")
    marked, found, start = tuple(marks), [], _past(text, 0, "\n")
    while start < len(text):
        cut = _cut(text, start, most, count)
        end = start + len(text[start:cut].rstrip())
        if start < end:
            found.append((text[start:end], _within(marked, start, end)))
        start = _past(text, cut)
    return tuple(found)


def _past(text: str, start: int, blanks: str | None = None) -> int:
    """Step over blanks."""
    return len(text) - len(text[start:].lstrip(blanks))


def _cut(text: str, start: int, most: int, count: Count) -> int:
    """Find where the piece that begins at `start` ends."""
    # a character counts at least one, so no more than `most` of them can fit
    sums = accumulate(count(c) for c in text[start : start + most + 1])
    limit = start + sum(total <= most for total in sums)
    if limit >= len(text):
        return len(text)
    for breaks in ("\n", " "):
        if (cut := text.rfind(breaks, start, limit + 1)) > start:
            return cut
    whole = limit
    while whole > start + 1 and text[whole] in JOINERS:
        whole -= 1
    return whole if whole > start + 1 else limit


def _within(marks: Iterable[Mark], start: int, end: int) -> tuple[Mark, ...]:
    """Keep what of each mark lies in a stretch, counted from its start."""
    return tuple(
        Mark(max(m.start, start) - start, min(m.end, end) - start, m.kind, m.url)
        for m in marks
        if m.start < end and m.end > start and m.start < m.end
    )
