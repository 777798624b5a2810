"""Compiling the blocks that a transformer repeats: one of them is compiled, and serves for all."""

from collections.abc import Iterable
from typing import Any

__all__ = ["compiled", "eager"]


def compiled(modules: Iterable[Any]) -> bool:
    """Mark the repeated blocks, to be compiled when they first run; whether there are any.

    Sizes stay open (`dynamic`): shots have many lengths, and each would be compiled anew.
    """
    marked = False
    for module in modules:
        if getattr(module, "_repeated_blocks", None):
            module.compile_repeated_blocks(fullgraph=True, dynamic=True)
            marked = True
    return marked


def eager(modules: Iterable[Any]) -> None:
    """Undo it: every block runs as it is written."""
    for module in modules:
        for block in module.modules():
            block._compiled_call_impl = None
