"""How far captions are from the voice, in finished clips; prints one JSON line.

Small clips are rendered in four languages, decoded again, and each word's caption start is compared
with when the word begins in the decoded sound. That is known without our aligner: the voices are
espeak variants whose own events are kept back, and what was said is found again in the clip by
cross-correlation. `engine` may use its events; `aligned` hides them, so that they are found from
another espeak voice; `foreign` also pretends a language that no reference speaks. `estimated` ties
clauses to pauses, as is done for a script that no reference reads, and `letters`, which is what
others do, shares each line's length by letters; both over the same sound. With flite installed,
`other_engine` is one that has nothing in common with the reference: its phones are the truth.

`by_ear` measures `aligned` a second way: against an alignment with yet another voice and pace; and
`ear` says what that one can resolve, by its own error against the events. Frames of a clip are
33 ms apart: no caption can be closer than 17 ms to each word.

Repeat: python bench/sync.py
"""

import json
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path[0] = str(Path(__file__).parents[1])  # run as a script, bench/render.py would hide render

from pydantic import BaseModel  # noqa: E402

from render import Shot, Storyboard, Studio, booth, render, timeline  # noqa: E402
from render.align import aligned, estimated, timed  # noqa: E402
from render.check.screening import watch  # noqa: E402
from render.sound import resampled  # noqa: E402
from render.timeline import RATE, Plan  # noqa: E402
from render.voices import Speech, VoiceDown, espeak  # noqa: E402
from render.voices._phonemes import beginnings  # noqa: E402
from render.words import share, tokens  # noqa: E402

TEXTS = {
    "en": (
        "The harbour bridge closed on Monday after engineers found a crack in a main cable.",
        "Ferries carried 6.8 thousand people before noon, and 40,000 have been waiting so far.",
        "Nobody was hurt, the mayor said, and the crack has not grown since.",
    ),
    "de": (
        "Die Hafenbrücke ist seit Montag gesperrt, weil Ingenieure einen Riss fanden.",
        "Über 1.200 Bürger kamen in die Stadt, um die neue Halle zu sehen.",
    ),
    "fr": (
        "Le pont du port est fermé depuis lundi, après la découverte d’une fissure.",
        "L’été a été très sec, dit la météo, et les rivières sont basses.",
    ),
    "es": (
        "El puente está cerrado desde ayer porque los ingenieros hallaron una grieta.",
        "Más de 200 personas esperan en la orilla, dijo el alcalde.",
    ),
}
VARIANTS = ("+f3", "+m5")
CODES = {"en": "en-us"}
EAR = espeak.Plugin(espeak.Settings(pace=140))
Sound = NDArray[np.float32]
Errors = list[float]


class Settings(BaseModel):
    """No settings."""


class Actor:
    """Speaks as an espeak variant, and remembers what it said and when each word began."""

    def __init__(self, variant: str, tells: bool, lang: str = "") -> None:
        self.variant, self.tells, self.lang = variant, tells, lang
        self.said: dict[str, Speech] = {}

    def say(self, text: str, *, lang: str, rate: float, tone: str, timeout_s: float) -> Speech:
        """Speak as the variant; hide the words where that is the part."""
        real = self.lang or lang
        voice = espeak.Plugin(espeak.Settings(voice=CODES.get(real, real) + self.variant))
        speech = voice.say(text, lang=real, rate=rate, tone=tone, timeout_s=timeout_s)
        self.said[text] = speech
        return speech if self.tells else replace(speech, words=())


class Flite:
    """Speaks by flite; the ends of its phones are printed, so that its words are known."""

    def __init__(self, voice: str) -> None:
        self.voice = voice
        self.said: dict[str, Speech] = {}

    def say(self, text: str, *, lang: str, rate: float, tone: str, timeout_s: float) -> Speech:
        """Speak, and keep the words back."""
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            told = _flite("-voice", self.voice, "-psdur", "-t", text, "-o", file.name)
            with wave.open(file.name) as sound:
                pcm = np.frombuffer(sound.readframes(sound.getnframes()), np.int16) / 32768
                hertz = sound.getframerate()
        ends = [(p, float(end)) for p, _, end in (word.rpartition(":") for word in told)]
        starts = [0.0, *(end for _, end in ends)]
        phones = [(p, s) for (p, _), s in zip(ends, starts, strict=False) if p != "pau"]
        line = tokens(text, lang)
        known = beginnings(phones, [_phones(token) for token, _ in line])
        if known is None:
            raise VoiceDown("flite's phones are not those of the text")
        words = timed(line, known, pcm.astype(np.float32), hertz)
        self.said[text] = Speech(pcm.astype(np.float32), hertz, words, "flite", "", "engine")
        return replace(self.said[text], words=(), timing="estimated")


def _flite(*words: str) -> list[str]:
    return subprocess.run(["flite", *words], capture_output=True, text=True).stdout.split()


def _phones(token: str) -> list[str]:
    return [p for p in _flite("-ps", "-t", token, "-o", "/dev/null") if p != "pau"]


def hired(actor: Any) -> str:
    """Make an actor a voice that a board can wish for."""
    module = ModuleType("bench_sync.actor")
    module.Settings, module.Plugin = Settings, lambda settings: actor  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module
    return module.__name__


def shown(actor: Any, lang: str, lines: Sequence[str], folder: Path) -> tuple[Plan, Sound]:
    """Render a clip; its plan, and its sound as decoded."""
    shots = tuple(Shot(line, "cards", {"card": "statement", "text": line}) for line in lines)
    board = Storyboard("Sync", lang, shots, width=108, height=192, voice=hired(actor))
    with tempfile.TemporaryDirectory(dir=folder) as work:
        studio = Studio(Path(work), preset="superfast")
        clip = render(board, Path(work) / "clip.mp4", studio)
        take = booth.speak(board, studio, lambda stage, part: None)
        plan = timeline.plan(board, take.speeches)
        return plan, heard(clip.path)


def heard(clip: Path) -> Sound:
    """Decode the sound of a clip."""
    return np.asarray(watch(clip).sound, np.float32)


def truths(actor: Any, plan: Plan, sound: Sound, lines: Sequence[str]) -> Iterator[list[float]]:
    """Find each line in the decoded sound; the seconds at which its words begin there."""
    for shot, first in plan.voice:
        said = actor.said[lines[shot]]
        raw = resampled(said.pcm, said.rate)
        begin = max(first - RATE, 0)
        room = sound[begin : first + len(raw) + RATE]
        offset = begin + found_at(room, raw)
        yield [offset / RATE + word.start for word in said.words]


def found_at(room: Sound, raw: Sound) -> int:
    """Find a sound in a longer one, by their cross-correlation; the sample where it begins."""
    size = len(room) + len(raw)
    likeness = np.fft.irfft(np.fft.rfft(room, size) * np.conj(np.fft.rfft(raw, size)), size)
    best = int(np.argmax(likeness))
    return best if best < len(room) else best - size


def captions(plan: Plan, shot: int) -> list[float]:
    return [word.first / plan.fps for word in plan.words if word.shot == shot]


def by_letters(said: Speech, truth: Sequence[float], line: str, lang: str) -> list[float]:
    """Share the line's length by letters, from its first sound to its last."""
    first, end = said.words[0].start, said.words[-1].end
    begin = truth[0] - first
    return [begin + word.start for word in share(tokens(line, lang), first, end)]


def ear(sound: Sound, truth: Sequence[float], text: str, lang: str) -> list[float]:
    """Hear when the words begin, by an alignment with a voice that nobody else uses."""
    begin = max(int((truth[0] - 0.3) * RATE), 0)
    room = sound[begin : int((truth[-1] + 1.2) * RATE)]
    said = EAR.say(text, lang=lang, rate=1.0, tone="", timeout_s=20)
    words = aligned(tokens(text, lang), said, room, RATE)
    return [begin / RATE + word.start for word in words] if words else list(truth)


def figures(errors: Errors) -> dict[str, float]:
    ms = np.abs(errors) * 1000
    return {
        "median_ms": round(float(np.median(ms)), 1),
        "p95_ms": round(float(np.percentile(ms, 95)), 1),
    }


def measure(folder: Path) -> dict[str, Any]:
    names = (
        "engine",
        "aligned",
        "foreign",
        "estimated",
        "letters",
        "other_engine",
        "by_ear",
        "ear",
    )
    found: dict[str, Errors] = {name: [] for name in names}
    for lang, lines in TEXTS.items():
        for variant in VARIANTS:
            parts = (("engine", True, lang), ("aligned", False, lang), ("foreign", False, "xx"))
            parts = parts[: 2 if lang == "en" else 3]  # as English is what it would be read
            for part, tells, spoken_as in parts:
                actor = Actor(variant, tells, lang)
                plan, sound = shown(actor, spoken_as, lines, folder)
                for index, truth in enumerate(truths(actor, plan, sound, lines)):
                    begins = captions(plan, index)
                    found[part] += list(np.subtract(begins, truth))
                    if part == "aligned":
                        said = actor.said[lines[index]]
                        paused = estimated(tokens(lines[index], lang), said.pcm, said.rate)
                        known = [word.start for word in said.words]
                        found["estimated"] += [
                            w.start - t for w, t in zip(paused, known, strict=True)
                        ]
                        listened = ear(sound, truth, lines[index], lang)
                        guess = by_letters(said, truth, lines[index], lang)
                        found["by_ear"] += list(np.subtract(begins, listened))
                        found["ear"] += list(np.subtract(listened, truth))
                        found["letters"] += list(np.subtract(guess, truth))
    for voice in ("slt", "rms") if shutil.which("flite") else ():
        flite = Flite(voice)
        plan, sound = shown(flite, "en", TEXTS["en"], folder)
        for index, truth in enumerate(truths(flite, plan, sound, TEXTS["en"])):
            found["other_engine"] += list(np.subtract(captions(plan, index), truth))
    told = {name: figures(errors) for name, errors in found.items() if errors}
    return {"claim": "captions in step with the voice", "words": len(found["aligned"]), **told}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder))))


if __name__ == "__main__":
    main()
