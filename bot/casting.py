"""Who speaks a language here: the first voice of the chain that can, known before a render."""

from dataclasses import dataclass

from bot.config import Config
from bot.plugins import revealed
from render import RenderError
from render.microphone import LAST, load
from render.voices import VoiceDown
from render.voices.piper import MODELS

__all__ = ["Cast", "cast"]


@dataclass(frozen=True, slots=True)
class Cast:
    """The kind of the voice that will speak: "silent" where only captions tell, "" where none may.

    `said` says why nobody speaks, and the way out; "" where somebody does. `passed` are the voices
    of the chain that cannot, each with its reason.
    """

    kind: str
    said: str = ""
    passed: tuple[str, ...] = ()


def cast(config: Config, lang: str) -> Cast:
    """Find who speaks a language; nothing is spoken or asked. "" is taken for English."""
    chain, passed = config.house.clip.voices, list[str]()
    for kind in chain:
        if kind == LAST:
            break
        why = _lacks(config, kind, lang or "en")
        if not why:
            return Cast(kind, passed=tuple(passed))
        passed.append(f"{kind}: {why}")
    named = ", ".join(kind for kind in chain if kind != LAST) or "none"
    said = f"no voice of the chain ({named}) speaks {lang}: {_way_out(lang)}"
    if LAST in chain:
        return Cast(LAST, f"{said}. The clip is silent, with captions only", tuple(passed))
    return Cast("", f'{said}, or end [clip] voices with "{LAST}" (captions only)', tuple(passed))


def _lacks(config: Config, kind: str, lang: str) -> str:
    """Say why a voice does not speak a language; "" if it does, or cannot tell before it tries."""
    slot = next((slot for slot in config.voices if slot.kind == kind), None)
    try:
        voice, _ = load(kind, revealed(slot.settings) if slot else {})
        speaks = getattr(voice, "speaks", None)
        if speaks:
            speaks(lang)
    except (VoiceDown, RenderError) as error:
        return str(error)
    return ""


def _way_out(lang: str) -> str:
    model = MODELS.get(lang.partition("-")[0].lower())
    if model:
        return f"`wirereel voices fetch piper {model}`"
    return "a voice of the kind `openai` speaks what its server can"
