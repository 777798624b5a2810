"""One line at the microphone: spoken, checked, timed by the words that are shown, and cleaned.

Whatever a voice gives, what leaves here is sound at RATE with one word for each token, in order
and inside it. A voice that fails in a way that we foresee is down; any other error is a bug.
"""

import importlib
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from threading import Lock, Thread
from typing import Any, TypeVar

import numpy as np
from pydantic import ValidationError

from render import RenderError
from render.align import aligned, estimated
from render.sound import clean
from render.timeline import RATE
from render.voices import Speech, Voice, VoiceDown
from render.words import reading_times, realign, tokens

__all__ = ["LAST", "TIMEOUT_S", "Order", "load", "pause", "record"]

Result = TypeVar("Result")

LAST = "silent"
REFERENCE = "espeak"  # reads most languages, and says when each word begins
TIMEOUT_S = 60.0  # for one line; an offline voice needs a hundredth of it, a large model half
GRACE = 1.1  # times that, for a voice to keep to it by itself
NOBODY_ELSE = nullcontext()
_HIRING = Lock()  # lines that are timed side by side ask one referee, not one each
FLOOR = 0.01  # of the peak: what is quieter at either end of a line is trimmed
MARGIN_S = 0.02  # but this much is left
FOREIGN = re.compile(r"[\u0250-\u1dff\u1f00-\u1fff\u2c00-\ud7ff\uf900-\uffff]")  # not Latin


def load(kind: str, settings: Mapping[str, Any]) -> tuple[Voice, str]:
    """Load a voice, and write its settings down, secrets starred.

    Raises VoiceDown where it cannot be loaded, RenderError where its settings are wrong.
    """
    try:
        module = importlib.import_module(kind if "." in kind else f"render.voices.{kind}")
    except ImportError as error:
        raise VoiceDown(f"cannot be loaded: {error}") from error
    try:
        checked = module.Settings.model_validate(dict(settings))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RenderError(f"settings of voice {kind}: {place}: {first['msg']}") from error
    voice: Voice = module.Plugin(checked)
    return voice, checked.model_dump_json()


@dataclass(frozen=True, slots=True)
class Order:
    """What a voice is to say: a line, as `spoken` where that differs; the rate 1.0 is its own."""

    line: str
    spoken: str = ""
    lang: str = "en"
    rate: float = 1.0
    tone: str = "neutral"


def record(
    voice: Voice,
    order: Order,
    timeout_s: float,
    turn: AbstractContextManager[Any] = NOBODY_ELSE,
) -> Speech:
    """Have one line said. Raises VoiceDown, also for a voice that does not keep to its time.

    `turn` is held while the voice speaks, for those who do not speak several lines at once.
    """
    text = order.spoken or order.line

    def say() -> Speech:
        lang, rate, tone = order.lang, order.rate, order.tone
        return voice.say(text, lang=lang, rate=rate, tone=tone, timeout_s=timeout_s)

    with turn:
        raw = _within(GRACE * timeout_s, say)
    silent = raw.engine == LAST
    if not silent and not (np.isfinite(raw.pcm).all() and np.abs(raw.pcm).max(initial=0) > FLOOR):
        raise VoiceDown(f"gave no sound for {text[:40]!r}")
    speech = _trimmed(_timed(raw, text, order.lang))
    shown = tokens(order.line, order.lang)
    words = realign(speech.words, shown) if order.spoken else speech.words
    return _kept_inside(replace(speech, pcm=clean(speech.pcm, speech.rate), rate=RATE, words=words))


def pause(line: str, lang: str, rate: float) -> Speech:
    """Let a line without a single letter or figure be read, not spoken."""
    words = reading_times(tokens(line, lang), rate)
    pcm = np.zeros(round(words[-1].end * RATE), np.float32)
    return Speech(pcm, RATE, words, "silent", "none", "estimated")


def _within(seconds: float, work: Callable[[], Result]) -> Result:
    """Do work that may never end; if it does not, it is left behind. Raises VoiceDown."""
    results: list[Result] = []
    errors: list[BaseException] = []

    def attempt() -> None:
        try:
            results.append(work())
        except BaseException as error:  # raised again where it is waited for
            errors.append(error)

    thread = Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise VoiceDown(f"said nothing for {seconds:g} s")
    return results[0]


def _timed(speech: Speech, text: str, lang: str) -> Speech:
    """Keep a voice's word times where they are sound; else find them in what it said."""
    line, end = tokens(text, lang), len(speech.pcm) / speech.rate
    given = tuple((w.text, w.char) for w in speech.words)
    edges = [0.0, *(t for w in speech.words for t in (w.start, w.end)), end + 0.05]
    if given == line and all(a <= b for a, b in pairwise(edges)):
        return speech
    reference = _reference(text, lang, len(line))
    found = reference and aligned(line, reference, speech.pcm, speech.rate)
    if found:
        return replace(speech, words=found, timing="aligned")
    return replace(speech, words=estimated(line, speech.pcm, speech.rate), timing="estimated")


def _reference(text: str, lang: str, count: int) -> Speech | None:
    """Have a text said by the voice that knows its word times; None where it cannot read it.

    A language that it does not speak is read as if it were English, if the letters are Latin: the
    syllables are about where they should be (median 8 ms, measured 2026-11 on nine languages).
    """
    for tongue in (lang,) if FOREIGN.search(text) else (lang, "en"):
        try:
            with _HIRING:
                referee = _referee()
            said = referee.say(text, lang=tongue, rate=1.0, tone="neutral", timeout_s=TIMEOUT_S)
        except VoiceDown:
            continue
        return said if len(said.words) == count else None
    return None


@cache
def _referee() -> Voice:
    return load(REFERENCE, {})[0]


def _trimmed(speech: Speech) -> Speech:
    """Cut the silence before and after a line; the words move with it and stay inside."""
    level = np.abs(speech.pcm)
    loud = np.flatnonzero(level > FLOOR * level.max(initial=0))
    if not len(loud):
        return speech
    margin = int(MARGIN_S * speech.rate)
    first, last = max(int(loud[0]) - margin, 0), min(int(loud[-1]) + margin, len(level))
    cut = first / speech.rate
    words = tuple(replace(w, start=w.start - cut, end=w.end - cut) for w in speech.words)
    return _kept_inside(replace(speech, pcm=speech.pcm[first:last], words=words))


def _kept_inside(speech: Speech) -> Speech:
    """Move what stands out at either end of the sound to its edge."""
    length = len(speech.pcm) / speech.rate

    def inside(seconds: float) -> float:
        return min(max(seconds, 0.0), length)

    words = tuple(replace(w, start=inside(w.start), end=inside(w.end)) for w in speech.words)
    return replace(speech, words=words)
