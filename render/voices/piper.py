"""Piper: natural voices offline, one model for each; fast on a CPU. Extra: `piper`."""

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from render.align import timed
from render.voices import About, Part, Speech, VoiceDown
from render.voices._phonemes import beginnings
from render.voices._worker import Worker
from render.words import tokens

__all__ = ["ABOUT", "Plugin", "Settings", "index", "parts"]

ABOUT = About("natural", "about 40", "GPL-3.0, as a process of its own; each model has its own")

WORKER = Path(__file__).with_name("_piper_worker.py")
LOAD_S = 30.0
HOST = "https://huggingface.co"
SHELF = "rhasspy/piper-voices"

MODELS = {
    "ar": "ar_JO-kareem-medium", "cs": "cs_CZ-jirka-medium", "de": "de_DE-thorsten-medium",
    "el": "el_GR-rapunzelina-low", "en": "en_US-lessac-medium", "es": "es_ES-davefx-medium",
    "fa": "fa_IR-amir-medium", "fi": "fi_FI-harri-medium", "fr": "fr_FR-siwis-medium",
    "hi": "hi_IN-pratham-medium", "it": "it_IT-paola-medium", "pl": "pl_PL-darkman-medium",
    "pt": "pt_BR-faber-medium", "ru": "ru_RU-irina-medium", "sv": "sv_SE-nst-medium",
    "tr": "tr_TR-dfki-medium", "uk": "uk_UA-ukrainian_tts-medium", "zh": "zh_CN-huayan-medium",
}  # fmt: skip
"""A model to begin with, by language; there are more."""


class Settings(BaseModel):
    """`model` is an .onnx file with its .onnx.json beside it; `speaker` one of several in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Path
    speaker: int | None = Field(None, ge=0)


class Plugin:
    """Speaks through a worker process that keeps the model loaded."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._worker = Worker("piper", WORKER, LOAD_S)

    def voices(self) -> tuple[str, ...]:
        """Name the model. Raises VoiceDown where it or the package is missing."""
        _language(self.settings.model)
        return (self.settings.model.stem,)

    def speaks(self, lang: str) -> None:
        """Look whether the model speaks a language. Raises VoiceDown."""
        own, asked = (
            _language(self.settings.model),
            lang.lower().replace("_", "-").partition("-")[0],
        )
        if own != asked:
            model = MODELS.get(asked, "")
            way_out = f"wirereel voices fetch piper {model}" if model else "fetch a model for it"
            raise VoiceDown(f"{self.settings.model.stem} speaks {own}, not {lang}: {way_out}")

    def say(self, text: str, *, lang: str, rate: float, tone: str, timeout_s: float) -> Speech:
        """Speak one text. Raises VoiceDown, also for a language that the model does not speak."""
        self.speaks(lang)
        name, line = self.settings.model.stem, tokens(text, lang)
        request = {
            "model": str(self.settings.model),
            "text": text,
            "tokens": [token for token, _ in line],
            "rate": rate,
            "speaker": self.settings.speaker,
        }
        answer, pcm = self._worker.ask(request, timeout_s)
        starts = beginnings(answer["said"], answer["alone"])
        if starts is None:
            return Speech(pcm, answer["rate"], (), "piper", name, "estimated")
        seconds = [start / answer["rate"] for start in starts]
        words = timed(line, seconds, pcm, answer["rate"])
        return Speech(pcm, answer["rate"], words, "piper", name, "engine")


def index(name: str, host: str = HOST) -> str:
    """Say where the files of a model such as en_US-lessac-medium are listed. Raises ValueError."""
    match name.split("-"):
        case [language, speaker, quality] if "_" in language:
            family = language.partition("_")[0]
            folder = f"{family}/{language}/{speaker}/{quality}"
            return f"{host}/api/models/{SHELF}/tree/main/{folder}"
    raise ValueError(f"{name!r} is no piper model; their names are like en_US-lessac-medium")


def parts(told: Any, name: str, host: str = HOST) -> tuple[Part, ...]:
    """Read the list of files: the model, its settings, and the card with its licence.

    Raises ValueError where the model is not in the list.
    """
    files = {Path(f["path"]).name: f for f in told if isinstance(f, Mapping) and "path" in f}
    wanted = (f"{name}.onnx", f"{name}.onnx.json", "MODEL_CARD")
    missing = [file for file in wanted[:2] if file not in files]
    if missing:
        raise ValueError(f"{host} has no {' and no '.join(missing)}")
    return tuple(_part(files[file], name, host) for file in wanted if file in files)


def _part(file: Mapping[str, Any], name: str, host: str) -> Part:
    """Name one file: large ones have their sha256 published, small ones only their size."""
    own, large = Path(str(file["path"])), file.get("lfs") or {}
    return Part(
        own.name if own.suffix else f"{name}.{own.name}",
        f"{host}/{SHELF}/resolve/main/{own}",
        int(large.get("size") or file.get("size") or 0),
        str(large.get("oid") or ""),
        "model" if own.suffix == ".onnx" else "",
    )


def _language(model: Path) -> str:
    """Read a model's language, such as en. Raises VoiceDown with what to do."""
    if importlib.util.find_spec("piper") is None:
        raise VoiceDown("needs the package piper-tts: pip install 'wirereel[piper]'")
    table = model.with_name(f"{model.name}.json")
    missing = next((path for path in (model, table) if not path.is_file()), None)
    if missing:
        raise VoiceDown(f"{missing} is not there: wirereel voices fetch piper {model.stem}")
    try:
        told = json.loads(table.read_text(encoding="utf-8"))
        family = told.get("language", {}).get("family") or told["espeak"]["voice"]
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise VoiceDown(f"{table} is no settings of a piper model: {error}") from error
    return str(family).lower().partition("-")[0]
