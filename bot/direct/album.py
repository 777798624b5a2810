"""The pictures of a story, dealt out one framing at a time. Pure."""

from collections import Counter
from collections.abc import Sequence
from math import ceil
from typing import Any

from bot.prose.sentences import stems
from bot.prose.tongues import Tongue
from bot.story import Picture

__all__ = ["Album"]

_FRAMINGS = ("full", "medium", "wide", "close")
_MOST = 3  # framings of one picture in a clip
_LEAST_PX = {"medium": 700, "close": 1000}  # the shorter side: a crop must not look coarse


class Album:
    """Deals pictures: never one twice in a row, never two equal framings in a row.

    `turns` is how often it will be asked: where pictures are few they are spread over the clip.
    """

    def __init__(self, pictures: Sequence[Picture], tongue: Tongue, turns: int) -> None:
        self._pictures = tuple(pictures)
        self._tongue = tongue
        self._turns = turns
        self._asked = 0
        self._shown: Counter[str] = Counter()
        self._last = ""
        self._framing = ""

    def rest(self) -> None:
        """Tell the album that a shot without a picture went by."""
        self._last = ""

    def deal(self, line: str) -> dict[str, Any] | None:
        """Choose the picture that fits a line best, in a fresh framing; None if none may be shown.

        The answer is what the photo camera takes: photo, credit, licence, framing, alt.
        """
        open_to = [
            p for p in self._pictures if p.path != self._last and self._shown[p.path] < _MOST
        ]
        if not self._has_turn() or not open_to:
            return None
        said = stems(line, self._tongue)
        picture = max(
            open_to,
            key=lambda p: (len(said & stems(p.alt, self._tongue)), -self._shown[p.path]),
        )
        self._framing = self._fresh(picture)
        self._shown[picture.path] += 1
        self._last = picture.path
        return {
            "photo": picture.path,
            "credit": picture.credit,
            "licence": picture.licence,
            "framing": self._framing,
            "alt": picture.alt,
        }

    def _has_turn(self) -> bool:
        """Tell whether this turn is one of the evenly spread ones, the first among them."""
        self._asked += 1
        most = min(_MOST * len(self._pictures), self._turns)
        due, dealt = (ceil(most * n / self._turns) for n in (self._asked, self._asked - 1))
        return due > dealt

    def _fresh(self, picture: Picture) -> str:
        short = min(picture.width, picture.height)
        fit = [f for f in _FRAMINGS if short >= _LEAST_PX.get(f, 0) and f != self._framing]
        return fit[self._shown[picture.path] % len(fit)]
