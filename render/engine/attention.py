"""Which attention kernel a device can run: each candidate is tried once with a tiny attention.

The order is by speed on a recent GPU. A kernel whose package is missing says so, and one that
raises or counts wrong on this device is passed over.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from render.engine import Place

__all__ = ["candidates", "chosen", "used"]

BY_SPEED = ("_flash_3", "_native_cudnn", "_native_flash", "native")
CLOSE = 0.05  # kernels round differently in bfloat16; a wrong one is off by about 1


def candidates(place: Place) -> tuple[str, ...]:
    """The kernels worth trying, the fastest first; the last one always works."""
    return BY_SPEED if place.device.startswith("cuda") else BY_SPEED[-1:]


@cache
def chosen(place: Place, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Choose the first kernel that works, and say which were passed over and why."""
    passed: list[str] = []
    for name in names:
        why = _fault(name, place)
        if not why:
            return name, tuple(passed)
        passed.append(f"attention without {name}: {why}")
    return "native", tuple(passed)


def used(modules: Iterable[Any], name: str) -> None:
    """Let models attend with a kernel; those that know no kernels keep their own way."""
    for module in modules:
        if hasattr(module, "set_attention_backend"):
            module.set_attention_backend(name)


def _fault(name: str, place: Place) -> str:
    import torch
    from diffusers.models.attention_dispatch import attention_backend

    try:
        with attention_backend(name), torch.no_grad():
            off = _off(place)
    except (RuntimeError, ValueError, ImportError, TypeError) as error:
        return str(error).splitlines()[0][:120]
    return "" if off < CLOSE else f"it counts wrong here (off by {off:.2g})"


def _off(place: Place) -> float:
    """How far the present kernel is from attention by hand: q, k, v are (1, 128, 2, 128)."""
    import torch
    from diffusers.models.attention_dispatch import dispatch_attention_fn

    noise = torch.Generator().manual_seed(0)
    full = [torch.randn(1, 128, 2, 128, generator=noise) for _ in range(3)]
    q, k, v = (part.to(place.device, getattr(torch, place.dtype)) for part in full)
    return float((dispatch_attention_fn(q, k, v).float().cpu() - _by_hand(full)).abs().max())


def _by_hand(parts: Sequence[Any]) -> Any:
    q, k, v = (part.transpose(1, 2) for part in parts)
    weights = (q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5).softmax(-1)
    return (weights @ v).transpose(1, 2)
