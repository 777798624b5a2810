"""espeak-ng: offline, no key, about a hundred languages, word times from the engine itself."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from render.voices import Speech, SpokenWord, VoiceDown
from render.words import Token, share, tokens

__all__ = ["Plugin", "Settings"]

WORKER = Path(__file__).with_name("_espeak_worker.py")
NAMES = {"en": "en-us", "zh": "cmn", "no": "nb", "iw": "he"}  # where its name is not the code
KANJI = re.compile(r"[\u3400-\u9fff]")
HOP_S = 0.01  # the grain of the search for where a word falls silent
SILENCE = 0.003  # RMS; speech of this engine is about 0.1


class Settings(BaseModel):
    """`pace` is espeak's own words a minute at rate 1.0; `voice` overrules the language's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pace: int = Field(165, ge=80, le=450)
    voice: str = ""


class Plugin:
    """Speaks through a worker process, started at the first line and ended with this object."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._worker: subprocess.Popen[bytes] | None = None

    def say(self, text: str, *, lang: str, rate: float, tone: str, timeout_s: float) -> Speech:
        """Speak one text. Raises VoiceDown on a crash, a hang, silence, or an unread script."""
        tag = lang.lower().replace("_", "-")
        base = tag.partition("-")[0]
        if base == "ja" and KANJI.search(text):
            raise VoiceDown("espeak-ng does not read Japanese kanji: choose another voice")
        named = [self.settings.voice] if self.settings.voice else []
        voices = named or ([tag] if tag != base else []) + [NAMES.get(base, base)]
        pace = min(max(round(self.settings.pace * rate), 80), 450)
        answer, pcm = self._ask({"voices": voices, "pace": pace, "text": text}, timeout_s)
        if not len(pcm) or float(np.abs(pcm).max()) < SILENCE:
            raise VoiceDown(f"espeak-ng ({answer['voice']}) made no sound of {text[:40]!r}")
        words = _words(tokens(text, lang), answer["events"], pcm, answer["rate"])
        return Speech(pcm, answer["rate"], words, "espeak-ng", answer["voice"], "engine")

    def _ask(
        self, request: dict[str, Any], timeout_s: float
    ) -> tuple[dict[str, Any], NDArray[np.float32]]:
        """Put one request to the worker. A worker that is late is killed, and its pipe ends."""
        worker = self._worker or self._hire()
        assert worker.stdin
        assert worker.stdout
        late = threading.Timer(timeout_s, _kill, [worker])
        late.start()
        try:
            worker.stdin.write(json.dumps(request).encode() + b"\n")
            worker.stdin.flush()
            answer = json.loads(worker.stdout.readline())
            raw = worker.stdout.read(2 * answer.get("samples", 0))
            pcm = np.frombuffer(raw, np.int16).reshape(answer.get("samples", 0))
        except (OSError, ValueError) as error:
            self._dismiss()
            raise VoiceDown(f"espeak-ng crashed or took more than {timeout_s:g} s") from error
        finally:
            late.cancel()
        if "error" in answer:
            raise VoiceDown(answer["error"])
        return answer, (pcm / 32768).astype(np.float32)

    def _hire(self) -> subprocess.Popen[bytes]:
        self._worker = subprocess.Popen(
            [sys.executable, str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._dismissal = weakref.finalize(self, _end, self._worker)
        return self._worker

    def _dismiss(self) -> None:
        self._dismissal()
        self._worker = None


def _end(worker: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError), worker:  # closes the pipes and reaps
        _kill(worker)


def _kill(worker: subprocess.Popen[bytes]) -> None:
    """End the worker and the fork that may be speaking: both hold the pipe open."""
    if worker.poll() is None:  # once reaped, its number may be another's
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)


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
    heard = _activity(pcm, rate)
    end = heard[-1] if len(heard) else len(pcm) / rate
    known = _fill(line, starts, float(heard[0]) if len(heard) else 0.0, float(end))
    return tuple(
        SpokenWord(text, char, start, _fallen_silent(heard, start, limit))
        for (text, char), start, limit in zip(line, known, [*known[1:], float(end)], strict=True)
    )


def _fill(
    line: Sequence[Token], starts: list[float | None], first: float, last: float
) -> list[float]:
    """Give the tokens without a time a share, by letters, of the time since the one before."""
    known: list[float] = []
    i = 0
    while i < len(line):
        j = next((k for k in range(i + 1, len(line)) if starts[k] is not None), len(line))
        start = starts[i]
        begin = max(first if start is None else start, known[-1] if known else 0.0)
        following = starts[j] if j < len(line) else last
        end = max(last if following is None else following, begin)
        known += [word.start for word in share(line[i:j], begin, end)]
        i = j
    return known


def _activity(pcm: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Say when there is sound: the ends, in seconds, of the hops above the silence level."""
    hop = int(HOP_S * rate)
    power = np.square(pcm[: len(pcm) // hop * hop]).reshape(-1, hop).mean(axis=1)
    return np.asarray((np.flatnonzero(np.sqrt(power) > SILENCE) + 1) * HOP_S, np.float64)


def _fallen_silent(heard: NDArray[np.float64], start: float, limit: float) -> float:
    """Find the last sound in [start, limit], where a word ends that a pause follows."""
    inside = heard[(heard > start) & (heard <= limit)]
    return float(inside[-1]) if len(inside) else max(limit, start)
