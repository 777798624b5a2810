"""Who reads a script against its sources a second time: one file for each kind of judge.

A judge may raise alarms and doubts; what the check without a model has found it never takes away.
A judge module has a docstring, a `Settings` model and a `Plugin` class that satisfies `Judge`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Judge", "JudgeDown", "Opinion"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely one sentence follows from another, and how likely it denies it (0 to 1)."""

    entails: float
    contradicts: float


class Judge(Protocol):
    """Tells what follows from what.

    From `alarm` on a line counts as contradicted; below `doubt` it counts as not plainly said.
    """

    alarm: float
    doubt: float

    async def judge(self, pairs: Sequence[tuple[str, str]]) -> Sequence[Opinion]:
        """Read pairs of (source sentence, line), an opinion on each. Raises JudgeDown."""
        ...

    async def close(self) -> None:
        """Let everything go."""
        ...


class JudgeDown(ConnectionError):
    """No opinions now; the message says why."""
