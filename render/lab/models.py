"""The models that our presets ask: where their weights lie, what is taken of them, on what terms.

No revision stands here: which commit a repository is at is asked of the hub at the first download,
and kept (`render.lab.vault`). Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

__all__ = ["MODELS", "PARTS", "Model", "named", "taken"]

SAFE = (".safetensors", ".json", ".model", ".txt")
"""What weights and tokenizers need; weights in other forms and code are never fetched."""

PARTS = ("model_index.json", "*/*")
"""A pipeline in folders. Files beside them are the same weights in another form."""

CLASSIFIER = ("config.json", "preprocessor_config.json", "model.safetensors")
_REPO = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True, slots=True)
class Model:
    """Weights on a hub. `name` is its folder here, `files` are patterns of what is taken.

    `licence` is as its makers published it when this was written, "not checked" where only its
    code's is known; `gib` is the rough size of what is taken, 0 where nobody has published it.
    """

    name: str
    repo: str
    licence: str
    files: tuple[str, ...] = PARTS
    gib: float = 0.0


MODELS: tuple[Model, ...] = (
    Model("fastwan-1.3b", "FastVideo/FastWan2.1-T2V-1.3B-Diffusers", "Apache-2.0"),
    Model("fastwan-5b", "FastVideo/FastWan2.2-TI2V-5B-FullAttn-Diffusers", "Apache-2.0"),
    Model("ltx-2.3", "diffusers/LTX-2.3-Distilled-Diffusers", "LTX-2 Community License"),
    Model("helios", "BestWishYsh/Helios-Distilled", "not checked"),
    Model("z-image-turbo", "Tongyi-MAI/Z-Image-Turbo", "not checked"),
    Model("nsfw", "Falconsai/nsfw_image_detection", "Apache-2.0", CLASSIFIER, gib=0.32),
)


def named(name: str, models: Sequence[Model] = MODELS) -> Model:
    """Find a model by its name, or by its repository ("owner/name": any on the hub).

    Raises ValueError with the names that there are.
    """
    for model in models:
        if name in (model.name, model.repo):
            return model
    if _REPO.fullmatch(name) and ".." not in name:
        return Model(name.replace("/", "--"), name, "", ("*",))
    known = ", ".join(model.name for model in models)
    raise ValueError(f'there is no model {name!r}; known are {known}, or "owner/name" of the hub')


def taken(model: Model, path: str) -> bool:
    """Whether a file of its repository is fetched."""
    hidden = any(part.startswith(".") for part in path.split("/"))
    if hidden or not path.endswith(SAFE):
        return False
    return any(fnmatchcase(path, pattern) for pattern in model.files)
