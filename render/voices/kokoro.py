"""Kokoro: very natural voices offline, 54 in one model; slower than Piper. Extra: `kokoro`."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from render.align import timed
from render.voices import About, Part, Speech, VoiceDown
from render.voices._phonemes import beginnings
from render.voices._worker import Worker
from render.words import tokens

__all__ = ["ABOUT", "Plugin", "Settings", "index", "parts"]

LICENCE = "MIT; model Apache-2.0; its phonemizer GPL-3.0, as a process of its own"
ABOUT = About("very natural", "en, es, fr, hi, it, pt", LICENCE)

WORKER = Path(__file__).with_name("_kokoro_worker.py")
LOAD_S = 60.0
HOST = "https://api.github.com"
RELEASE = "repos/thewh1teagle/kokoro-onnx/releases/tags/model-files-v1.1"
STYLES = "voices-v1.0.bin"
SPEAKERS = {
    "en": ("af_heart", "en-us"), "en-gb": ("bf_emma", "en-gb"), "es": ("ef_dora", "es"),
    "fr": ("ff_siwi", "fr-fr"), "hi": ("hf_alpha", "hi"), "it": ("if_sara", "it"),
    "pt": ("pf_dora", "pt-br"),
}  # fmt: skip
"""By language: the voice, and what espeak calls the language. A voice's first letter names its."""


class Settings(BaseModel):
    """`model` is the .onnx file, `styles` that of its voices; `voice` overrules the language's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Path
    styles: Path
    voice: str = ""


class Plugin:
    """Speaks through a worker process that keeps the model loaded."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._worker = Worker("kokoro", WORKER, LOAD_S)

    def voices(self) -> tuple[str, ...]:
        """Name its voices. Raises VoiceDown where the model or the package is missing."""
        self._ready()
        try:
            with np.load(self.settings.styles) as styles:
                return tuple(sorted(styles.files))
        except (OSError, ValueError, AttributeError) as error:
            raise VoiceDown(f"{self.settings.styles} holds no voices: {error}") from error

    def speaks(self, lang: str) -> None:
        """Look whether it speaks a language. Raises VoiceDown."""
        self._ready()
        self._speaker(lang)

    def say(self, text: str, *, lang: str, rate: float, tone: str, timeout_s: float) -> Speech:
        """Speak one text. Raises VoiceDown, also for a language that it does not speak."""
        self._ready()
        voice, tongue = self._speaker(lang)
        line = tokens(text, lang)
        request = {
            "model": str(self.settings.model),
            "voices": str(self.settings.styles),
            "voice": voice,
            "text": text,
            "tokens": [token for token, _ in line],
            "rate": rate,
            "lang": tongue,
        }
        answer, pcm = self._worker.ask(request, timeout_s)
        starts = beginnings(answer["said"], answer["alone"])
        if starts is None:
            return Speech(pcm, answer["rate"], (), "kokoro", voice, "estimated")
        words = timed(line, starts, pcm, answer["rate"])
        return Speech(pcm, answer["rate"], words, "kokoro", voice, "engine")

    def _speaker(self, lang: str) -> tuple[str, str]:
        """Choose who speaks, and as which language."""
        tag = lang.lower().replace("_", "-")
        base = tag.partition("-")[0]
        voice, tongue = SPEAKERS.get(tag) or SPEAKERS.get(base) or ("", "")
        if not voice:
            raise VoiceDown(f"kokoro speaks {', '.join(SPEAKERS)}, not {lang}")
        own = self.settings.voice or voice
        if own[:1] not in {name[0] for code, (name, _) in SPEAKERS.items() if code[:2] == base}:
            raise VoiceDown(f"kokoro's {own} does not speak {lang}: leave `voice` empty")
        british = own.startswith("b") and base == "en"
        return own, "en-gb" if british else tongue

    def _ready(self) -> None:
        if importlib.util.find_spec("kokoro_onnx") is None:
            raise VoiceDown("needs the package kokoro-onnx: pip install 'wirereel[kokoro]'")
        for path in (self.settings.model, self.settings.styles):
            if not path.is_file():
                raise VoiceDown(f"{path} is not there: wirereel voices fetch kokoro kokoro-v1.0")


def index(name: str, host: str = HOST) -> str:
    """Say where the files of all models are listed."""
    return f"{host}/{RELEASE}"


def parts(told: Any, name: str, host: str = HOST) -> tuple[Part, ...]:
    """Read the release: the model of that name, such as kokoro-v1.0, and the voices.

    Raises ValueError where they are not in it.
    """
    listed = told.get("assets", ()) if isinstance(told, Mapping) else ()
    files = {str(file["name"]): file for file in listed}
    wanted = ((f"{name}.onnx", "model"), (STYLES, "styles"))
    missing = [file for file, _ in wanted if file not in files]
    if missing:
        there = ", ".join(n.removesuffix(".onnx") for n in files if n.endswith(".onnx")) or "none"
        raise ValueError(f"no {' and no '.join(missing)} is published; models are: {there}")
    return tuple(
        Part(
            file,
            str(files[file]["browser_download_url"]),
            int(files[file].get("size") or 0),
            str(files[file].get("digest") or "").removeprefix("sha256:"),
            setting,
        )
        for file, setting in wanted
    )
