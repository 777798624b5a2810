"""The pictures of a story, dealt out as sequences of angles. Pure.

A picture comes once in a clip: wide, then closer, while one thing is told. Then it is gone, and
never stands for something else.
"""

from collections.abc import Sequence
from math import ceil
from typing import Any

from bot.direct.likeness import fits
from bot.prose.sentences import stems
from bot.prose.tongues import Tongue
from bot.story import Picture

__all__ = ["Album"]

_ANGLES = ("wide", "medium", "close")
_LEAST_PX = {"medium": 700, "close": 1000}  # the shorter side: a crop must not look coarse


class Album:
    """Deals angles: never two equal framings in a row, and no picture again once it was left.

    `turns` is how often it will be asked: where pictures are few they are spread over the clip.
    """

    def __init__(self, pictures: Sequence[Picture], tongue: Tongue, turns: int) -> None:
        self._left = list(pictures)
        self._tongue = tongue
        self._turns = turns
        self._most = max(1, min(len(_ANGLES), ceil(turns / max(1, len(pictures)))))
        self._starts = min(len(pictures), turns)
        self._asked = 0
        self._begun = 0
        self._open: Picture | None = None
        self._shown = 0
        self._framing = ""

    def rest(self) -> None:
        """Tell the album that a picture of another kind went by: a sequence ends there."""
        self._open = None

    def portrait(self, name: str) -> dict[str, Any]:
        """Take the picture of one person alone, as a quote card takes it; nothing if there is none.

        It is spent then, as if it had been dealt.
        """
        for picture in self._left:
            alone = picture.shows and all(shown in name for shown in picture.shows)
            if name and alone and picture.people is not False:
                self._left.remove(picture)
                return {"photo": picture.path, **picture.rights()}
        return {}

    def deal(self, words: str, line: str = "") -> dict[str, Any] | None:
        """Choose the picture for some words of a line, in a fresh framing; None if none may stand.

        The answer is what the photo camera takes.
        """
        self._asked += 1
        said, line = stems(words, self._tongue), line or words
        better = self._best(said, line)
        if self._open and self._shown < self._most and self._holds(better, said, line):
            return self._angle(self._open)
        self._open = None
        if better is None or not self._has_turn(better, said):
            return None
        self._left.remove(better)
        self._begun += 1
        self._open, self._shown = better, 0
        return self._angle(better)

    def _best(self, said: frozenset[str], line: str) -> Picture | None:
        """Find the fresh picture that shows most of what is said; the first of equal ones."""
        open_to = [picture for picture in self._left if fits(picture, line)]
        return max(open_to, key=lambda p: self._match(p, said), default=None)

    def _match(self, picture: Picture, said: frozenset[str]) -> int:
        return len(said & stems(picture.alt, self._tongue))

    def _holds(self, better: Picture | None, said: frozenset[str], line: str) -> bool:
        """Tell whether the open sequence may go on: no fresh picture shows more of the line."""
        assert self._open
        if not fits(self._open, line):
            return False
        fresh = self._match(better, said) if better else 0
        angles = [f for f in self._angles(self._open) if f != self._framing]
        return bool(angles) and fresh <= self._match(self._open, said)

    def _has_turn(self, picture: Picture, said: frozenset[str]) -> bool:
        """Tell whether a sequence may begin: it is due, or it shows what is said right now."""
        due = ceil(self._starts * self._asked / self._turns)
        return self._begun < due or self._match(picture, said) > 1

    def _angle(self, picture: Picture) -> dict[str, Any]:
        fit = [f for f in self._angles(picture) if f != self._framing] or list(_ANGLES[:1])
        self._framing = fit[self._shown % len(fit)] if self._shown else fit[0]
        self._shown += 1
        return {
            "photo": picture.path,
            **picture.rights(),
            "framing": self._framing,
            "alt": picture.alt,
        }

    def _angles(self, picture: Picture) -> list[str]:
        short = min(picture.width, picture.height)
        return [f for f in _ANGLES if short >= _LEAST_PX.get(f, 0)]
