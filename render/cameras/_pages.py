"""A text that is too long for one page of a card, cut into pages that share the shot's time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from render.cameras._slate import Slate
from render.lettering.fonts import split
from render.lettering.text import Block
from render.look import Type

__all__ = ["paged", "turning"]

READABLE = 60  # px: words that would have to be smaller are laid on several pages
PAGE_S = 2.2  # a page that is shown for less is not read
NEAR = 0.25  # of a page's words: so far from its end it may end with a clause instead
_STOP = re.compile(r"[.,;:!?…—–。，、]$")


def paged(
    slate: Slate, text: str, kind: Type, w: float, h: float, lines: int = 99
) -> tuple[tuple[str, Block], ...]:
    """Set a text on the fewest pages of w x h px on which it can be read, in one size.

    Where there is not time for so many, it is set smaller, and at the worst cut.
    """
    most = max(1, int(slate.stage.frames / slate.stage.fps / PAGE_S))
    large = replace(kind, smallest=max(kind.smallest, min(READABLE, kind.largest)))
    parts: list[str] = []
    blocks: tuple[Block, ...] = ()
    for count in range(1, most + 1):
        parts = _parted(slate, text, count)
        blocks = tuple(slate.fit(part, large, w, h, lines) for part in parts)
        if all(block.whole for block in blocks):
            break
    else:
        blocks = tuple(slate.fit(part, kind, w, h, lines) for part in parts)
    size = round(min(block.face.size for block in blocks))
    same = replace(kind, largest=size, smallest=size)
    return tuple((part, slate.fit(part, same, w, h, lines)) for part in parts)


def turning(slate: Slate, pages: Sequence[tuple[str, Block]]) -> Iterator[tuple[str, Block]]:
    """Give page after page; what is drawn meanwhile comes and goes with it."""
    seconds, start = slate.stage.frames / slate.stage.fps, slate.clock
    for k, page in enumerate(pages):
        slate.clock = start if k == 0 else k * seconds / len(pages)
        if len(pages) > 1:  # the last one leaves when the shot has long ended
            slate.until = (k + 1) * seconds / len(pages) + (k + 1 == len(pages))
        yield page
    slate.until = None


def _parted(slate: Slate, text: str, count: int) -> list[str]:
    """Cut a text into so many parts of about one length, at the end of a clause if one is near."""
    words, glue = split(text, slate.stage.board.lang, slate.stage.board.brand.font)
    ends = [_end(words, round(k * len(words) / count), count) for k in range(1, count)]
    parts = (glue.join(words[a:b]) for a, b in pairwise([0, *ends, len(words)]))
    return [part for part in parts if part.strip()] or [text]


def _end(words: Sequence[str], at: int, count: int) -> int:
    reach = int(NEAR * len(words) / count)
    ends = [i for i in range(max(1, at - reach), at + reach + 1) if _STOP.search(words[i - 1])]
    return min(ends, key=lambda i: abs(i - at), default=at)
