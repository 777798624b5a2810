"""The voice booth: every line of a board is spoken, by the first voice that can speak them all.

One clip, one voice: a voice that fails on one line steps down for the whole clip, and the step is
told. The last of the chain keeps silent at reading speed, so there is always a take.
"""

import importlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from pydantic import ValidationError

from render import Progress, RenderError, Studio, shelf
from render.sound import clean
from render.storyboard import Shot, Storyboard
from render.timeline import RATE
from render.voices import Speech, SpokenWord, Voice, VoiceDown
from render.words import reading_times, realign, tokens

__all__ = ["Take", "speak"]

LAST = "silent"
TIMEOUT_S = 20.0  # for one line; an offline voice needs a hundredth of it
FLOOR = 0.01  # of the peak: what is quieter at either end of a line is trimmed
MARGIN_S = 0.02  # but this much is left


@dataclass(frozen=True, slots=True)
class Take:
    """What the booth gives: one speech for each shot, None where it has no line."""

    speeches: tuple[Speech | None, ...]
    warnings: tuple[str, ...]

    @property
    def voice(self) -> dict[str, str]:
        """Say who spoke and where the word times come from."""
        said = next((s for s in self.speeches if s is not None), None)
        engine, voice, timing = (said.engine, said.voice, said.timing) if said else ("", "", "")
        return {"engine": engine, "voice": voice, "timing": timing}


def speak(board: Storyboard, studio: Studio, progress: Progress) -> Take:
    """Speak all lines, at RATE and cleaned. Raises RenderError on wrong settings of a voice."""
    warnings: list[str] = []
    for kind in dict.fromkeys((board.voice, *studio.voices, LAST)):
        try:
            speeches = tuple(_lines(board, studio, kind, progress))
        except VoiceDown as error:
            warnings.append(f"voice {kind}: {error}")
        else:
            if kind != board.voice:
                warnings.append(f"spoken by {kind} instead of {board.voice}")
            return Take(speeches, tuple(warnings))
    raise RenderError("no voice could speak, not even silence")  # pragma: no cover


def _lines(
    board: Storyboard, studio: Studio, kind: str, progress: Progress
) -> Iterator[Speech | None]:
    voice, told = _voice(kind, studio)
    for index, shot in enumerate(board.shots):
        if shot.line.strip():
            text = shot.spoken or shot.line
            name = shelf.key(shelf.code(), kind, told, text, shot.line, board.lang, board.rate)
            path = studio.work / "lines" / f"{name}.npz"
            speech = _read(path)
            if speech is None:
                with _naming(f"shot {index + 1}, voice {kind}"):
                    speech = _said(voice, shot, board)
                _write(path, speech)
            yield speech
        else:
            yield None
        progress("voice", (index + 1) / len(board.shots))


@contextmanager
def _naming(place: str) -> Iterator[None]:
    """Have every error say which line was being spoken: a voice's own words do not."""
    try:
        yield
    except Exception as error:
        error.add_note(place)
        raise


def _voice(kind: str, studio: Studio) -> tuple[Voice, str]:
    """Load a voice and say its settings, secrets starred. A missing package is a VoiceDown."""
    try:
        module = importlib.import_module(kind if "." in kind else f"render.voices.{kind}")
    except ImportError as error:
        raise VoiceDown(f"cannot be loaded: {error}") from error
    try:
        settings = module.Settings.model_validate(dict(studio.settings.get(kind, {})))
    except ValidationError as error:
        raise RenderError(f"settings of voice {kind}: {_mistake(error)}") from error
    voice: Voice = module.Plugin(settings)
    return voice, settings.model_dump_json()


def _mistake(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"


def _said(voice: Voice, shot: Shot, board: Storyboard) -> Speech:
    """Have one line spoken, checked, cleaned, and timed by the tokens that are shown."""
    text, line = shot.spoken or shot.line, tokens(shot.line, board.lang)
    if not any(letter.isalnum() for letter in text):
        return _pause(shot, board)
    raw = voice.say(text, lang=board.lang, rate=board.rate, timeout_s=TIMEOUT_S)
    silent = raw.engine == LAST
    if not silent and not (np.isfinite(raw.pcm).all() and np.abs(raw.pcm).max(initial=0) > FLOOR):
        raise VoiceDown(f"gave no sound for {text[:40]!r}")
    speech = _trimmed(_timed(raw, text, board.lang))
    words = realign(speech.words, line) if shot.spoken else speech.words
    return replace(speech, pcm=clean(speech.pcm, speech.rate), rate=RATE, words=words)


def _pause(shot: Shot, board: Storyboard) -> Speech:
    """Let a line without a single letter or figure be read, not spoken."""
    words = reading_times(tokens(shot.line, board.lang), board.rate)
    pcm = np.zeros(round(words[-1].end * RATE), np.float32)
    return Speech(pcm, RATE, words, "silent", "none", "estimated")


def _timed(speech: Speech, text: str, lang: str) -> Speech:
    """Keep a voice's word times where they are sound; else share its length by letters."""
    line, end = tokens(text, lang), len(speech.pcm) / speech.rate
    given = tuple((w.text, w.char) for w in speech.words)
    edges = [0.0, *(t for w in speech.words for t in (w.start, w.end)), end + 0.05]
    if given == line and all(a <= b for a, b in pairwise(edges)):
        return speech
    estimate = reading_times(line, 1.0)
    scale = end / estimate[-1].end
    words = tuple(replace(w, start=w.start * scale, end=w.end * scale) for w in estimate)
    return replace(speech, words=words, timing="estimated")


def _trimmed(speech: Speech) -> Speech:
    """Cut the silence before and after a line; the words move with it and stay inside."""
    level = np.abs(speech.pcm)
    loud = np.flatnonzero(level > FLOOR * level.max(initial=0))
    if not len(loud):
        return speech
    margin = int(MARGIN_S * speech.rate)
    first, last = max(int(loud[0]) - margin, 0), min(int(loud[-1]) + margin, len(level))
    length = (last - first) / speech.rate

    def moved(seconds: float) -> float:
        return min(max(seconds - first / speech.rate, 0.0), length)

    words = tuple(replace(w, start=moved(w.start), end=moved(w.end)) for w in speech.words)
    return replace(speech, pcm=speech.pcm[first:last], words=words)


def _read(path: Path) -> Speech | None:
    """Take a line from the shelf, if it lies there and can be read."""
    try:
        file = np.load(io.BytesIO(path.read_bytes()))
        told: dict[str, Any] = json.loads(str(file["told"]))
        pcm = file["pcm"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    words = tuple(SpokenWord(**word) for word in told.pop("words"))
    return Speech(pcm=pcm, words=words, **told)


def _write(path: Path, speech: Speech) -> None:
    told = {
        "rate": speech.rate,
        "engine": speech.engine,
        "voice": speech.voice,
        "timing": speech.timing,
        "words": [asdict(word) for word in speech.words],
    }
    with shelf.aside(path) as part, part.open("wb") as file:
        np.savez(file, pcm=speech.pcm, told=json.dumps(told))
