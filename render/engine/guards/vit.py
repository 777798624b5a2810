"""A picture classifier that runs here, and refuses what bears one of the labels you name.

It fails closed: without its weights nothing is made, and a picture that it cannot score is refused.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from render.engine import Place
from render.lab import Troubled, vault

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Plugin", "Settings"]

BATCH = 16  # pictures at once
GREY = (0.5, 0.5, 0.5)  # mean and spread of colours where the model's files name none


class Settings(BaseModel):
    """[render.guard]: the `folder` of a model of transformers, and what it may not see.

    A picture is refused where the scores of the labels in `refuse` add up to more than `most`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path = Path("models/nsfw")
    refuse: tuple[str, ...] = Field(("nsfw",), min_length=1)
    most: float = Field(0.5, ge=0, lt=1)


class Plugin:
    """One model, on the device where the pictures are made. Raises Troubled("weights")."""

    def __init__(self, settings: Settings, place: Place) -> None:
        self._most, self._device, folder = settings.most, place.device, settings.folder
        self._model = _read(folder).to(self._device)
        self._places = _places(self._model.config.id2label, settings.refuse, folder)
        self._side = _side(self._model.config.image_size)
        self._mean, self._spread = _colours(folder)

    def look(self, pictures: "Tensor") -> str:
        """Say which of these may not be shown, and why; "" if all may. uint8 (N, 3, H, W)."""
        if not len(pictures):
            return "the guard was shown no picture"
        scores = [score for part in pictures.split(BATCH) for score in self._scored(part)]
        for number, score in enumerate(scores, 1):
            if not 0 <= score <= self._most:  # also what is no number
                told = f"{score:.2f}, {self._most:g} is the most"
                return f"the guard refuses picture {number} of {len(scores)} ({told})"
        return ""

    def _scored(self, pictures: "Tensor") -> list[float]:
        """How much of the refused labels is in each of these, 0 to 1."""
        import torch

        with torch.inference_mode():
            logits = self._model(self._seen(pictures)).logits.float()
            scores: list[float] = logits.softmax(-1)[:, self._places].sum(-1).tolist()
        return [min(score, 1.0) for score in scores]  # a sum may be a hair above; not so NaN

    def _seen(self, pictures: "Tensor") -> "Tensor":
        """As the model was taught to see: its size, its colours."""
        import torch
        from torch.nn.functional import interpolate

        levels = pictures.to(self._device).float() / 255
        small = interpolate(levels, size=self._side, mode="bilinear", antialias=True)
        mean, spread = (
            torch.tensor(three, device=self._device)[:, None, None]
            for three in (self._mean, self._spread)
        )
        return (small - mean) / spread


def _read(folder: Path) -> Any:
    """Read the model, and see that every weight came from its files."""
    from transformers import AutoModelForImageClassification

    if (folder / vault.MANIFEST).exists() and (found := vault.faults(folder)):
        raise _missing(folder, found[0].said)
    if "auto_map" in _told(folder / "config.json"):
        raise _missing(folder, "it wants to run code of its own")
    try:
        model, told = AutoModelForImageClassification.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, output_loading_info=True
        )
    except Exception as error:  # what a model's files can be wrong in has no end
        raise _missing(folder, " ".join(str(error).split())[:200]) from error
    lacking = sorted(str(key) for kind in ("missing_keys", "mismatched_keys") for key in told[kind])
    if lacking:
        raise _missing(folder, f"it lacks {lacking[0]}")
    return model.float().train(False)


def _places(labels: Mapping[int, str], refused: Sequence[str], folder: Path) -> list[int]:
    """Find the refused labels among the model's; one that it does not know is never seen."""
    known = {label.casefold(): place for place, label in labels.items()}
    for label in refused:
        if label.casefold() not in known:
            has = ", ".join(labels.values())
            raise Troubled("weights", f"the guard in {folder} knows no {label!r}; it has {has}")
    return [known[label.casefold()] for label in refused]


def _side(size: Any) -> tuple[int, int]:
    """Height and width, px: a model's config has one number or two."""
    height, width = (size, size) if isinstance(size, int) else size
    return int(height), int(width)


def _colours(folder: Path) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and spread of each colour, as the model's pictures had them."""
    told = _told(folder / "preprocessor_config.json")
    try:
        mean, spread = told.get("image_mean", GREY), told.get("image_std", GREY)
        three = tuple(map(float, mean)), tuple(map(float, spread))
    except (ValueError, TypeError) as error:
        raise _missing(folder, "its preprocessor_config.json is altered") from error
    if [len(part) for part in three] != [3, 3] or not all(part > 0 for part in three[1]):
        raise _missing(folder, "its preprocessor_config.json is altered")
    return three


def _told(path: Path) -> Mapping[str, Any]:
    """Read one of the model's JSON files, {} where it is not there."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _missing(path.parent, f"its {path.name} is altered") from error
    if not isinstance(told, dict):
        raise _missing(path.parent, f"its {path.name} is altered")
    return told


def _missing(folder: Path, why: str) -> Troubled:
    way_out = "`wirereel models get nsfw`, or another `folder` in [render.guard]"
    return Troubled("weights", f"the guard in {folder} cannot be loaded ({why}): {way_out}")
