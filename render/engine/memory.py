"""Room on the device: what is brought there, and how less is, step by step."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, get_args

from render.engine import Place
from render.lab import Thrift

__all__ = [
    "IN_PLACE",
    "LADDER",
    "SAID",
    "freed",
    "next_step",
    "settled",
    "short",
    "tiled",
    "visiting",
]

LADDER: tuple[Thrift, ...] = get_args(Thrift)
"""Ways of saving, the cheapest first."""

SAID: Mapping[str, str] = {
    "visit": "the text encoder left the GPU",
    "offload": "the model's layers came and went",
    "fp8": "weights were stored in eight bits",
    "tiling": "pictures were decoded in tiles",
}
"""What each step down is called in a clip's report."""

IN_PLACE = frozenset({"visit", "tiling"})
"""What can be done to a loaded model; the others hook into it, and it is loaded anew."""


def short(error: BaseException) -> bool:
    """Whether this is a lack of memory, however it is said."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    words = ("out of memory", "alloc_failed", "can't allocate memory")
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in words)


def next_step(used: Iterable[Thrift], ladder: Sequence[Thrift] = LADDER) -> Thrift | None:
    """The next way of saving that is not in use, None where all are. Pure."""
    taken = set(used)
    return next((step for step in ladder if step not in taken), None)


def freed() -> None:
    """Give back what nobody holds any more."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def settled(parts: Mapping[str, Any], thrift: Iterable[Thrift], place: Place) -> None:
    """Bring a family's parts to their places; a text encoder that only visits waits outside."""
    saving = set(thrift)
    for module in parts["denoiser"]:
        _denoiser(module, saving, place)
    for module in parts["decoder"]:
        module.to(place.device)
    if "tiling" in saving:
        tiled(parts["decoder"])
    for module in parts["text"]:
        if "offload" in saving:  # it may be larger than the whole device
            _come_and_go(module, place)
        else:
            module.to("cpu" if "visit" in saving else place.device)


def tiled(decoders: Iterable[Any]) -> None:
    """Have pictures decoded in tiles. Other decoders have the same verb, and refuse (of sound)."""
    for module in decoders:
        if hasattr(module, "use_tiling"):
            module.enable_tiling()


def _denoiser(module: Any, saving: set[Thrift], place: Place) -> None:
    import torch

    if "fp8" in saving and hasattr(module, "enable_layerwise_casting"):
        module.enable_layerwise_casting(
            storage_dtype=torch.float8_e4m3fn, compute_dtype=getattr(torch, place.dtype)
        )
    if "offload" in saving:
        _come_and_go(module, place)
    else:
        module.to(place.device)


def _come_and_go(module: Any, place: Place) -> None:
    """Each layer is on the device while it works; the next one travels meanwhile."""
    import torch
    from diffusers.hooks import apply_group_offloading

    on_gpu = place.device.startswith("cuda")
    apply_group_offloading(
        module,
        onload_device=torch.device(place.device),
        offload_device=torch.device("cpu"),
        offload_type="leaf_level",
        use_stream=on_gpu,
        record_stream=on_gpu,
    )


@contextmanager
def visiting(modules: Iterable[Any], place: Place) -> Iterator[None]:
    """Bring modules to the device for a while; the host's copy stays, so that leaving is free."""
    homes = [
        (tensor, tensor.data)
        for module in modules
        for tensor in (*module.parameters(), *module.buffers())
    ]
    try:
        for tensor, home in homes:
            tensor.data = home.to(place.device)
        yield
    finally:
        for tensor, home in homes:
            tensor.data = home
