"""Who speaks: one file for each voice.

A voice module has a docstring, a `Settings` model and a `Plugin` class that satisfies `Voice`.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Speech", "SpokenWord", "Voice", "VoiceDown"]


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """One token of the text (split at white space), `char` where it begins; seconds in the pcm."""

    text: str
    char: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Speech:
    """One spoken text. `pcm` is mono float32 in [-1, 1] at `rate` Hz; every token has one word.

    `timing` says where the word times come from: the engine's own events, an alignment, or an
    estimate. A voice that has no times gives no words: the booth finds them.
    """

    pcm: NDArray[np.float32]
    rate: int
    words: tuple[SpokenWord, ...]
    engine: str
    voice: str
    timing: Literal["engine", "aligned", "estimated"]


class Voice(Protocol):
    """Speaks one text at a time."""

    def say(self, text: str, *, lang: str, rate: float, tone: str, timeout_s: float) -> Speech:
        """Speak. `rate` 1.0 is about 150 English words a minute, `tone` one of the seven of a shot.

        Raises VoiceDown.
        """
        ...


class VoiceDown(ConnectionError):
    """This voice cannot speak this text here, and why; the next one in the chain may."""
