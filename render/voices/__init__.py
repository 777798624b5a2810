"""Who speaks: one file for each voice.

A voice module has a docstring, a `Settings` model and a `Plugin` class that satisfies `Voice`.
For `wirereel voices` it may have more: `ABOUT`; a method `voices()` of the plug-in that names whom
it can speak as, or raises VoiceDown with the way out; and, where a model must be downloaded,
`index(name)`, the address of its list of files, and `parts(told, name)`, what that list says.

A plug-in that does not speak every language has a method `speaks(lang)`, which raises VoiceDown
for those that it does not: it is asked before a clip is rendered, and speaks nothing.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["About", "Part", "Speech", "SpokenWord", "Voice", "VoiceDown"]


@dataclass(frozen=True, slots=True)
class About:
    """What an editor wants to know of a voice before choosing it, each in a few words."""

    quality: str
    languages: str
    licence: str


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a model: the name it gets, its address, its size in bytes, 0 if nobody says.

    `sha256` is in hex, "" if nobody says; `setting` is the key of the voice that takes its path.
    """

    name: str
    url: str
    size: int = 0
    sha256: str = ""
    setting: str = ""


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
    """Speaks one text at a time; as many as `at_once`, where it has such an attribute."""

    def say(self, text: str, *, lang: str, rate: float, tone: str, timeout_s: float) -> Speech:
        """Speak. `rate` 1.0 is about 150 English words a minute, `tone` one of the seven of a shot.

        Raises VoiceDown.
        """
        ...


class VoiceDown(ConnectionError):
    """This voice cannot speak this text here, and why; the next one in the chain may."""
