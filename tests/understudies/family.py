"""Wan, with faults that a test has laid in: each is raised once, at the verb it lies under."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from render.engine import Ask, Footage, Place, Stepped
from render.engine.families import wan
from render.engine.families.wan import Settings

__all__ = ["Plugin", "Settings", "faults", "lack"]

faults: dict[str, list[Exception]] = {}
loaded: list[str] = []


def lack() -> Exception:
    return torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


def _fall(verb: str) -> None:
    if faults.get(verb):
        raise faults[verb].pop(0)


class Plugin(wan.Plugin):
    def load(self, folder: Path, place: Place) -> None:
        loaded.append(folder.name)
        _fall("load")
        super().load(folder, place)

    def encode(self, prompts: Sequence[tuple[str, str]]) -> list[Any]:
        _fall("encode")
        return super().encode(prompts)

    def denoise(self, ask: Ask, stepped: Stepped) -> Any:
        _fall("denoise")
        return super().denoise(ask, stepped)

    def develop(self, latents: Any, ask: Ask) -> Footage:
        _fall("develop")
        return super().develop(latents, ask)
