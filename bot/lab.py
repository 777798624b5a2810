"""[render] -> a lab whose pool, guard and presets there are; wrong ones are told at the start."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.plugins import ConfigError, Slot, fill, kinds, revealed
from render.lab import Preset
from render.lab.presets import catalogue, wished
from render.lab.settings import Lab

__all__ = ["lab", "pool_of"]

FAMILIES = "render.engine.families"
GRID = 8  # px: what every family's sides are at least a multiple of


def lab(wish: Lab, base: Path) -> Lab:
    """Check what `[render]` names, paths meant from `base`. Raises ConfigError.

    What is switched off and not written is not looked at, so that nothing of it need be there.
    """
    if wrong := [*_wrong_presets(wish.presets), *_wrong_wishes(wish)]:
        raise ConfigError("\n".join(wrong))
    told: dict[str, Any] = {"models": base / wish.models}
    if wish.heroes or wish.model_fields_set & {"pool", "pools"}:
        told["pools"] = revealed(pool_of(wish, base).settings)
    if wish.guard:
        slot = fill("render.engine.guards", wish.guard, "render.guard", base)
        told["guard"] = {**revealed(slot.settings), "kind": slot.kind}
    return wish.model_copy(update=told)


def pool_of(wish: Lab, base: Path) -> Slot:
    """Set the pool up, as `[render]` writes it. Raises ConfigError.

    Its name stands in a key of its own, not in the table.
    """
    known = kinds("render.pools")
    if "." not in wish.pool and wish.pool not in known:
        raise ConfigError(f"render.pool: unknown pool {wish.pool!r}; known are {', '.join(known)}")
    if "kind" in wish.pools:
        raise ConfigError('render.pools.kind: the pool is named by `pool = "..."` in [render]')
    return fill("render.pools", {**wish.pools, "kind": wish.pool}, "render.pools", base)


def _wrong_wishes(wish: Lab) -> Iterator[str]:
    """Say which preset is wished that there is not."""
    known = catalogue(wish.presets)
    for key, name, kind in (("preset", wish.preset, "film"), ("stills", wish.stills, "still")):
        try:
            wished(known, name, kind)
        except ValueError as error:
            yield f"render.{key}: {error}"


def _wrong_presets(presets: tuple[Preset, ...]) -> Iterator[str]:
    """Say of each preset of the user's own what cannot be meant."""
    families = kinds(FAMILIES)
    for name, times in Counter(preset.name for preset in presets).items():
        if times > 1:
            yield f"render.presets: two are called {name!r}; give each its own `name`"
    for number, preset in enumerate(presets):
        where = f"render.presets[{number}]"
        if preset.name in ("", "auto", "off"):
            yield f"{where}.name: {preset.name!r} is no name of a preset"
        if "." not in preset.family and preset.family not in families:
            known = ", ".join(families)
            yield f"{where}.family: unknown family {preset.family!r}; known are {known}"
        for key in ("width", "height"):
            if (side := getattr(preset, key)) < GRID or side % GRID:
                yield f"{where}.{key}: {side} is no multiple of {GRID}"
        for key in ("fps", "frames", "steps"):
            if (value := getattr(preset, key)) < 1:
                yield f"{where}.{key}: {value} is less than 1"
        for key in ("needs_gib", "prior_s", "load_s", "guidance"):
            if (amount := getattr(preset, key)) < 0:
                yield f"{where}.{key}: {amount:g} is less than 0"
