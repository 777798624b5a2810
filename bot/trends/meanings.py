"""Sentence embeddings of the live reports, and those nearest to a new one.

Whoever makes them lives elsewhere (`bot/meaning.py`): here they are numbers. One product of a
matrix and a vector finds the nearest among fifty thousand in some ten milliseconds, exactly.
"""

from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Meaning", "Meanings", "closeness"]

Meaning = NDArray[np.float32]
"""A unit vector."""

NEAR = 0.3  # cosine below which two texts have nothing to do with each other
ROOM = 1024  # rows at first; doubled when full

Owner = TypeVar("Owner")


def closeness(one: Meaning, other: Meaning) -> float:
    """The cosine of two meanings, -1..1; 0 where different models made them."""
    return float(one @ other) if one.shape == other.shape else 0.0


class Meanings(Generic[Owner]):
    """Meanings and whose they are."""

    def __init__(self) -> None:
        self._rows: Any = None
        self._owners: list[Owner | None] = []
        self._row_of: dict[Owner, int] = {}
        self._free: list[int] = []

    def add(self, owner: Owner, meaning: Meaning) -> None:
        """Keep a meaning; one of another length than the first is left out."""
        if self._rows is None:
            self._rows = np.zeros((ROOM, len(meaning)), np.float32)
        if len(meaning) != self._rows.shape[1]:
            return
        row = self._free.pop() if self._free else len(self._owners)
        if row == len(self._owners):
            self._owners.append(None)
        if row == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[row] = meaning
        self._owners[row] = owner
        self._row_of[owner] = row

    def discard(self, owner: Owner) -> None:
        """Forget what an owner meant, if it was kept."""
        row = self._row_of.pop(owner, None)
        if row is not None:
            self._rows[row] = 0
            self._owners[row] = None
            self._free.append(row)

    def nearest(self, meaning: Meaning, count: int) -> list[Owner]:
        """Whose meanings are nearest to one, the nearest first; those far off are left out."""
        if not self._row_of or len(meaning) != self._rows.shape[1]:
            return []
        close = self._rows[: len(self._owners)] @ meaning
        best = np.argpartition(-close, min(count, len(close)) - 1)[:count]
        best = best[np.lexsort((best, -close[best]))]
        found = (self._owners[row] for row in best if close[row] > NEAR)
        return [owner for owner in found if owner is not None]
