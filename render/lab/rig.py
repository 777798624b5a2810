"""The rig: presets, weights and workers as `[render]` sets them up, ready for a shift."""

import importlib
import math
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from render.lab import Kind, Preset, Troubled, vault
from render.lab.callsheet import Offer
from render.lab.presets import catalogue, fitting, left_out, wished
from render.lab.proof import flaw
from render.lab.settings import Lab
from render.lab.shift import Here, Opened
from render.pools import Pool, Site

__all__ = ["rig"]

WARM, LOCAL = "warm", "local"
SWITCHES: Mapping[Kind, str] = {"film": "preset", "still": "stills"}


def rig(lab: Lab, work: Path, clock: Callable[[], float]) -> Here:
    """Set up what a shift works with. Nothing is opened yet, no weights are read."""

    def offer(room: Mapping[str, float]) -> Offer:
        return _offer(lab, min(room.values(), default=math.inf))

    @cache
    def revision(preset: Preset) -> str:
        return _revision(vault.place(lab.models, preset.model))

    known = Offer(_wished(lab, "film")[0], _wished(lab, "still")[0])
    return Here(work / "segments", known, offer, lambda: _opened(lab), clock, revision, flaw)


def _wished(lab: Lab, kind: Kind) -> tuple[tuple[Preset, ...], str]:
    """Read the presets of a kind that may be taken, or why there are none."""
    wish = lab.preset if kind == "film" else lab.stills
    try:
        found = wished(catalogue(lab.presets), wish, kind)
    except ValueError as error:
        return (), f"[render] {SWITCHES[kind]}: {error}"
    return found, "" if found else f'{kind}s are off ([render] {SWITCHES[kind]} = "{wish}")'


def _offer(lab: Lab, free_gib: float) -> Offer:
    """Find what can run in so much memory, with the weights that are here."""
    fits: dict[Kind, tuple[Preset, ...]] = {}
    why: dict[Kind, str] = {}
    for kind in SWITCHES:
        presets, none = _wished(lab, kind)
        present = vault.present(lab.models, presets)
        fits[kind] = fitting(presets, free_gib, present, kind)
        out = left_out(presets, free_gib, present, kind)
        why[kind] = none or (out[-1][1] if out else "")  # the last asks for least
    return Offer(fits["film"], fits["still"], why)


def _opened(lab: Lab) -> Opened:
    """Open the pool; where the warm one is not there, a local one. Raises Troubled."""
    site = Site(lab.models, lab.device, lab.guard)
    pool = _pool(lab.pool, lab.pools, site)
    try:
        return Opened(pool, pool.open(), warm=lab.pool == WARM)
    except Troubled:
        if lab.pool != WARM:
            raise
    pool = _pool(LOCAL, lab.pools, site)
    return Opened(pool, pool.open())


def _pool(kind: str, told: Mapping[str, Any], site: Site) -> Pool:
    """Make a pool: a file of render.pools, or a module of the user's. Raises Troubled.

    The local pool takes of the warm one's settings what it knows.
    """
    name = kind if "." in kind else f"render.pools.{kind}"
    try:
        module = importlib.import_module(name)
        if kind == LOCAL:
            told = {key: told[key] for key in told if key in module.Settings.model_fields}
        pool: Pool = module.Plugin(module.Settings.model_validate(dict(told)), site)
    except ImportError as error:
        raise Troubled("device", f"pool {kind!r}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Troubled("device", f"settings of pool {kind!r}: {place}: {first['msg']}") from error
    return pool


def _revision(folder: Path) -> str:
    """Name the commit that weights are of, "" where nothing says it."""
    try:
        manifest = vault.read(folder)
    except ValueError:
        return ""
    return manifest.revision if manifest else ""
