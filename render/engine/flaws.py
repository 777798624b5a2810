"""What came out as no numbers: an overflow in few bits, weights that do not belong together."""

from collections.abc import Mapping
from typing import Any

from render.lab import Troubled

__all__ = ["sound"]


def sound(value: Any, what: str) -> None:
    """Raise Troubled("picture") where a tensor in `value`, however nested, has NaN or infinity."""
    import torch

    if isinstance(value, torch.Tensor):
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise Troubled("picture", f"{what} came out broken (not a number)")
    elif isinstance(value, Mapping):
        sound(tuple(value.values()), what)
    elif isinstance(value, tuple | list):
        for part in value:
            sound(part, what)
