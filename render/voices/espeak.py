"""espeak-ng: offline, no key, about a hundred languages, word times from the engine itself."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from render.align import timed
from render.voices import About, Speech, SpokenWord, VoiceDown
from render.voices._worker import Worker
from render.words import Token, share, tokens

__all__ = ["ABOUT", "Plugin", "Settings"]

ABOUT = About("robotic", "about 100", "GPL-3.0, as a process of its own")

WORKER = Path(__file__).with_name("_espeak_worker.py")
NAMES = {"en": "en-us", "zh": "cmn", "no": "nb", "iw": "he"}  # where its name is not the code
KANJI = re.compile(r"[\u3400-\u9fff]")
SILENCE = 0.003  # of a sample; speech of this engine is about 0.3


class Settings(BaseModel):
    """`pace` is espeak's own words a minute at rate 1.0; `voice` overrules the language's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pace: int = Field(165, ge=80, le=450)
    voice: str = ""


class Plugin:
    """Speaks through a worker process, started at the first line and ended with this object."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._worker = Worker("espeak-ng", WORKER)

    def voices(self) -> tuple[str, ...]:
        """Name its voices, one for each language. Raises VoiceDown where it does not speak."""
        self.say("one", lang="en", rate=1.0, tone="neutral", timeout_s=10.0)
        import espeakng_loader

        files = (Path(espeakng_loader.get_data_path()) / "lang").rglob("*")
        return tuple(sorted(file.name.lower() for file in files if file.is_file()))

    def speaks(self, lang: str) -> None:
        """Look whether it reads a language. Raises VoiceDown; Japanese is mostly kanji."""
        base = lang.lower().replace("_", "-").partition("-")[0]
        if base == "ja":
            raise VoiceDown("espeak-ng does not read Japanese kanji: choose another voice")
        self._fits(base)
        import espeakng_loader

        name = NAMES.get(base, base)
        files = (Path(espeakng_loader.get_data_path()) / "lang").rglob("*")
        if not any(file.name.lower() == name for file in files):
            raise VoiceDown(f"espeak-ng has no voice {name}")

    def _fits(self, base: str) -> None:
        """Keep a voice that was named to its own language. Raises VoiceDown."""
        named = self.settings.voice.lower().partition("+")[0].rpartition("/")[2].partition("-")[0]
        if named and base not in ("", named) and NAMES.get(base, base).partition("-")[0] != named:
            raise VoiceDown(
                f"espeak-ng is set to the voice {self.settings.voice}, which does not speak "
                f"{base}: leave `voice` empty"
            )

    def say(self, text: str, *, lang: str, rate: float, tone: str, timeout_s: float) -> Speech:
        """Speak one text. Raises VoiceDown on a crash, a hang, silence, or an unread script."""
        tag = lang.lower().replace("_", "-")
        base = tag.partition("-")[0]
        self._fits(base)
        if base == "ja" and KANJI.search(text):
            raise VoiceDown("espeak-ng does not read Japanese kanji: choose another voice")
        named = [self.settings.voice] if self.settings.voice else []
        voices = named or ([tag] if tag != base else []) + [NAMES.get(base, base)]
        pace = min(max(round(self.settings.pace * rate), 80), 450)
        request = {"voices": voices, "pace": pace, "text": text}
        answer, pcm = self._worker.ask(request, timeout_s)
        if not len(pcm) or float(np.abs(pcm).max()) < SILENCE:
            raise VoiceDown(f"espeak-ng ({answer['voice']}) made no sound of {text[:40]!r}")
        words = _words(tokens(text, lang), answer["events"], pcm, answer["rate"])
        return Speech(pcm, answer["rate"], words, "espeak-ng", answer["voice"], "engine")


def _words(
    line: Sequence[Token], events: Sequence[tuple[int, int]], pcm: NDArray[np.float32], rate: int
) -> tuple[SpokenWord, ...]:
    """Time each token: the first event that falls inside it, else a share of the gap around it.

    Numbers give several events and merged function words none: 58 of 60 tokens have their own.
    """
    starts: list[float | None] = []
    queue = list(events)
    for text, char in line:
        while queue and queue[0][0] < char:
            queue.pop(0)
        inside = bool(queue) and queue[0][0] < char + len(text)
        starts.append(queue[0][1] / rate if inside else None)
    return timed(line, _fill(line, starts, len(pcm) / rate), pcm, rate)


def _fill(line: Sequence[Token], starts: list[float | None], last: float) -> list[float]:
    """Give the tokens without a time a share, by letters, of the time since the one before."""
    known: list[float] = []
    i = 0
    while i < len(line):
        j = next((k for k in range(i + 1, len(line)) if starts[k] is not None), len(line))
        begin = max(starts[i] or 0.0, known[-1] if known else 0.0)
        following = starts[j] if j < len(line) else last
        end = max(last if following is None else following, begin)
        known += [word.start for word in share(line[i:j], begin, end)]
        i = j
    return known
