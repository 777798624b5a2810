"""Has a guard look at what was made. Fails closed: a guard that cannot look lets nothing pass."""

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from render.engine import Footage, Guard, Place
from render.lab import Troubled

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["hired", "looked"]

A_SECOND = 2  # pictures that it is shown of each second of film


def hired(table: Mapping[str, Any], place: Place) -> Guard | None:
    """Make the guard that a table names, None for {}. Raises Troubled("weights")."""
    if not table:
        return None
    kind = str(table.get("kind", ""))
    own = {key: value for key, value in table.items() if key != "kind"}
    try:
        module = importlib.import_module(kind if "." in kind else f"render.engine.guards.{kind}")
        guard: Guard = module.Plugin(module.Settings.model_validate(own), place)
    except Troubled:
        raise
    except Exception as error:  # whatever it is, nothing may pass without it
        said = f"the guard {kind!r} cannot be loaded ({error}): nothing is shown without it"
        raise Troubled("weights", said) from error
    return guard


def looked(guard: Guard | None, footage: Footage) -> None:
    """Show it two pictures of each second. Raises Troubled("picture") with its reason."""
    if guard is None:
        return
    try:
        reason = guard.look(samples(footage))
    except Troubled:
        raise
    except Exception as error:  # it fell: what it did not see is not shown
        raise Troubled("picture", f"the guard could not look: {error}") from error
    if reason:
        raise Troubled("picture", reason)


def samples(footage: Footage) -> "Tensor":
    """Two pictures of each second, the first and the last among them: uint8 (N, 3, H, W)."""
    last = len(footage.pictures) - 1
    step = max(1, round(footage.fps / A_SECOND))
    shown = footage.pictures[sorted({*range(0, last + 1, step), last})]
    return (shown.float() * 255).round().clamp(0, 255).byte()
