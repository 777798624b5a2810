"""The voice booth: every line of a board is spoken, by the first voice that can speak them all.

One clip, one voice: a voice that fails on one line steps down for the whole clip, and the step is
told. The last of the chain keeps silent at reading speed, so there is always a take. Where the
board wishes a length, the lines are said again a little faster or slower until they fit.
"""

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock, Semaphore
from typing import Any
from zipfile import BadZipFile

import numpy as np

from render import Progress, RenderError, Studio, shelf
from render.microphone import LAST, TIMEOUT_S, Order, load, pause, record
from render.storyboard import Shot, Storyboard
from render.timeline import MAX_S, lasts
from render.voices import Speech, SpokenWord, Voice, VoiceDown

__all__ = ["Take", "speak"]

FASTEST, SLOWEST = 1.20, 0.92  # times the wished rate; beyond it is heard as haste or drawl
NEAR = 0.03  # of the wished length: closer needs no other pace
TRIES = 2  # pauses and short shots do not scale: one more look
_READING = Lock()  # one at a time: several bring nothing, and numpy promises nothing
SURENESS = ("engine", "aligned", "estimated")  # of word times, best first


@dataclass(frozen=True, slots=True)
class Take:
    """What the booth gives: one speech for each shot, None where it has no line."""

    speeches: tuple[Speech | None, ...]
    rate: float = 1.0
    warnings: tuple[str, ...] = ()

    @property
    def voice(self) -> dict[str, str]:
        """Say who spoke, how fast, and where the word times come from: the least sure of them."""
        said = [s for s in self.speeches if s is not None]
        heard = [s for s in said if s.engine != LAST] or said
        engine, voice = (heard[0].engine, heard[0].voice) if heard else ("", "")
        timing = max((s.timing for s in heard), key=SURENESS.index, default="")
        return {"engine": engine, "voice": voice, "timing": timing, "rate": f"{self.rate:.2f}"}


def speak(board: Storyboard, studio: Studio, progress: Progress) -> Take:
    """Speak all lines, at RATE and cleaned. Raises RenderError on wrong settings of a voice."""
    warnings: list[str] = []
    for kind in dict.fromkeys((board.voice, *studio.voices, LAST)):
        try:
            session = _Session(board, studio, kind, *load(kind, studio.settings.get(kind, {})))
            speeches, rate = _fitted(session, progress)
        except VoiceDown as error:
            warnings.append(f"voice {kind}: {error}")
        else:
            if kind != board.voice:
                warnings.append(f"spoken by {kind} instead of {board.voice}")
            return Take(speeches, rate, (*warnings, *_misfit(board, speeches, rate)))
    raise RenderError("no voice could speak, not even silence")  # pragma: no cover


@dataclass(frozen=True, slots=True)
class _Session:
    """One voice in the booth, with what it is to say; `told` are its settings as text."""

    board: Storyboard
    studio: Studio
    kind: str
    voice: Voice
    told: str

    def lines(self, rate: float, progress: Progress) -> tuple[Speech | None, ...]:
        """Speak every line, or take it from the shelf; several at once where the voice can."""
        at_once, shots = getattr(self.voice, "at_once", 1), self.board.shots
        turn, speeches = Semaphore(at_once), list[Speech | None]()
        pool = ThreadPoolExecutor(at_once, "booth")
        try:
            waiting = [pool.submit(self._line, shot, rate, turn) for shot in shots]
            for number, future in enumerate(waiting, 1):
                with _naming(f"shot {number}, voice {self.kind}"):
                    speeches.append(future.result())
                progress("voice", number / len(shots))
        finally:
            pool.shutdown(cancel_futures=True)
        return tuple(speeches)

    def _line(self, shot: Shot, rate: float, turn: Semaphore) -> Speech | None:
        if not shot.line.strip():
            return None
        lang = self.board.lang
        wish = (self.kind, self.told, shot.spoken, shot.line, shot.tone, lang, rate)
        path = self.studio.work / "lines" / f"{shelf.key(shelf.code(), wish)}.npz"
        if speech := _read(path):
            return speech
        if any(letter.isalnum() for letter in shot.spoken or shot.line):
            order = Order(shot.line, shot.spoken, lang, rate, shot.tone)
            speech = record(self.voice, order, TIMEOUT_S, turn)
        else:
            speech = pause(shot.line, lang, rate)
        _write(path, speech)
        return speech


def _fitted(session: _Session, progress: Progress) -> tuple[tuple[Speech | None, ...], float]:
    """Speak at the wished rate; where that misses the wished length, at the one that meets it."""
    board = session.board
    rate = board.rate
    speeches = session.lines(rate, progress)
    for _ in range(TRIES):
        better = _pace(board, speeches, rate)
        if better == rate:
            break
        rate = better
        speeches = session.lines(rate, progress)
    return speeches, rate


def _pace(board: Storyboard, speeches: tuple[Speech | None, ...], rate: float) -> float:
    """Give the rate at which these lines, spoken at `rate`, would fill the wished length.

    No clip may be longer than MAX_S; one that would be is hurried even where nothing is wished.
    Where even the slowest pace would leave it short, it is short: nobody drawls for nothing.
    """
    takes = lasts(board, speeches)
    wish_s = board.seconds or takes
    if takes > MAX_S:
        wish_s = min(wish_s, MAX_S * (1 - NEAR / 2))
    elif abs(takes - wish_s) <= NEAR * wish_s:
        return rate
    over = takes - wish_s
    spoken = sum(len(speech.pcm) / speech.rate for speech in speeches if speech)
    wish = rate * spoken / max(spoken - over, 0.1)
    if wish < SLOWEST * board.rate * (1 - NEAR):
        return board.rate
    return round(min(max(wish, SLOWEST * board.rate), FASTEST * board.rate), 3)


def _misfit(board: Storyboard, speeches: tuple[Speech | None, ...], rate: float) -> Iterator[str]:
    """Tell where even the fastest decent pace leaves a clip too long."""
    takes = lasts(board, speeches)
    if board.seconds and takes > board.seconds * (1 + NEAR):
        yield (
            f"the script takes {takes:.1f} s at a pace of {rate:.2f}, "
            f"{board.seconds:g} s were wished: shorten it"
        )


@contextmanager
def _naming(place: str) -> Iterator[None]:
    """Have every error say which line was being spoken: a voice's own words do not."""
    try:
        yield
    except Exception as error:
        error.add_note(place)
        raise


def _read(path: Path) -> Speech | None:
    """Take a line from the shelf, if it lies there and can be read."""
    try:
        with _READING:
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
