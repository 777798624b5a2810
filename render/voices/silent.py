"""Nobody speaks: silence as long as reading takes, so that a clip is made even without a voice."""

import numpy as np
from pydantic import BaseModel, ConfigDict

from render.voices import About, Speech
from render.words import reading_times, tokens

__all__ = ["ABOUT", "Plugin", "Settings"]

ABOUT = About("silence", "all", "no licence needed")

RATE = 8_000  # enough for silence


class Settings(BaseModel):
    """Silence has no settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plugin:
    """Keeps quiet at reading speed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def say(self, text: str, *, lang: str, rate: float, tone: str, timeout_s: float) -> Speech:
        """Keep quiet for as long as the text takes to read; never fails."""
        words = reading_times(tokens(text, lang), rate)
        pcm = np.zeros(round(words[-1].end * RATE) if words else 0, np.float32)
        return Speech(pcm, RATE, words, "silent", "none", "estimated")
