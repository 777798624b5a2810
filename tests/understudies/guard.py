"""A guard that says what a test has told it, or falls."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from render.engine import Place


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    reason: str = ""
    falls: bool = False


class Plugin:
    seen: tuple[int, ...] = ()

    def __init__(self, settings: Settings, place: Place) -> None:
        self._settings = settings

    def look(self, pictures: Any) -> str:
        if self._settings.falls:
            raise RuntimeError("no eyes")
        type(self).seen = tuple(pictures.shape)
        return self._settings.reason
