"""What families made of a diffusers pipeline share: how it is read, asked and watched."""

import copy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps

from render.engine import Place, Stepped
from render.lab import Preset, Troubled

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Words", "developed", "fitted", "opened", "spoken", "view", "watched", "wordless"]

AT_ONCE = 8  # prompts encoded in one go: all of a clip would need gigabytes of hidden states

ALTERED = (OSError, ValueError, TypeError, KeyError, AttributeError, ImportError, RuntimeError)
"""What reading a folder ends with whose files do not fit together, or are cut short."""

Words = tuple[Any, Any]
"""What a prompt and its negative became; the negative is None where nothing is guided by it."""


def opened(
    pipeline: str, folder: Path, place: Place, without: Sequence[str] = (), **types: str
) -> Any:
    """Read a pipeline's weights from its folder, safetensors alone, and leave them on the host.

    `without` are parts that are not read, `types` names another type for one that is. Raises
    Troubled("weights").
    """
    import diffusers
    import torch
    from safetensors import SafetensorError

    if not (folder / "model_index.json").is_file():
        raise Troubled(
            "weights", f"{folder} holds no pipeline: `wirereel models` says what is here"
        )
    kinds = {"default": place.dtype, **types}
    try:
        pipe = getattr(diffusers, pipeline).from_pretrained(
            folder,
            dtype={part: getattr(torch, kind) for part, kind in kinds.items()},
            use_safetensors=True,
            local_files_only=True,
            **dict.fromkeys(without),
        )
    except (*ALTERED, SafetensorError) as error:
        why = str(error).strip().partition("\n")[0]
        raise Troubled("weights", f"{folder.name} is no {pipeline} that loads: {why}") from error
    _see(pipe, folder)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _see(pipe: Any, folder: Path) -> None:
    """See that no tensor is missing: diffusers warns of it and leaves it without memory."""
    for name, part in pipe.components.items():
        named = part.named_parameters() if hasattr(part, "named_parameters") else ()
        missing = [tensor for tensor, values in named if values.is_meta]
        if missing:
            said = f"{folder.name}: its {name} lacks {len(missing)} tensors, such as {missing[0]}"
            raise Troubled("weights", said)


def spoken(
    prompts: Sequence[tuple[str, str]],
    preset: Preset,
    encode: Callable[[list[str]], list[Any]],
    at_once: int = AT_ONCE,
) -> list[Any]:
    """Encode each text once, however often it is asked for: mostly all negatives are the same.

    Negatives are left out where the preset is not guided; then no model looks at them.
    """
    import torch

    guided = preset.guidance > 1
    said = [text for pair in prompts for text in (pair if guided else pair[:1])]
    texts = list(dict.fromkeys(said))
    known: dict[str, Any] = {}
    with torch.no_grad():
        for first in range(0, len(texts), at_once):
            part = texts[first : first + at_once]
            known.update(zip(part, encode(list(part)), strict=True))
    return [(known[text], known[negative] if guided else None) for text, negative in prompts]


def watched(stepped: Stepped, of: int) -> Callable[..., dict[str, Any]]:
    """What a pipeline calls after each of its `of` steps. What `stepped` raises, ends it."""
    done = 0

    def ended(*_: Any) -> dict[str, Any]:
        nonlocal done
        done += 1
        stepped(done, of)
        return {}

    return ended


def developed(pictures: "Tensor") -> "Tensor":
    """What a VAE decodes, (3, T, h, w) from -1 to 1, as footage has it: (T, 3, h, w), 0 to 1."""
    return pictures.transpose(0, 1).float().div(2).add_(0.5).clamp_(0, 1)


def fitted(picture: Image.Image, width: int, height: int) -> Image.Image:
    """The middle of a picture in the size that a model takes."""
    return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)


def view(vae: Any) -> Any:
    """The same VAE with a memory of its own, to encode with while another thread decodes.

    The VAE of Wan keeps what it saw of the frames before in itself, and begins anew with each call:
    to encode would tear a film that is being decoded. The weights are the same tensors.
    """
    return copy.copy(vae)


def wordless(pipe: Any) -> Any:
    """The same pipeline without its text encoder, which may then lie wherever there is room.

    A pipeline takes the device of one of its parts for its own.
    """
    mute = copy.copy(pipe)
    mute.text_encoder = None
    return mute
