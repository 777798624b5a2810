"""The presets: which models a machine can carry, by the memory that is free on it. Pure.

Every number here is an estimate; none was measured by us. `needs_gib` follows the sizes of the
weights (1.42, 5.00, 14.3, 22 billion parameters at two bytes, one where they are stored in fp8)
with room for the decoder, and is checked by the worker, which steps down where it is wrong.
`prior_s` is about twice what makers published for a card of that size (2025 and 2026: FastWan 5 s
of 480p in 5 s on an H200 and 21 s on a 4090, of 720p in 16 s on an H200; Helios 19.5 frames a
second on an H100) or what the count of operations says (LTX-2, stills), and holds only until a
worker has measured its own pace.

Wan 2.2 A14B is not among them: its four steps need a second set of weights (a LoRA), and a preset
is one folder. Whoever has merged the two can name that folder in a preset of their own.
"""

from collections.abc import Collection, Sequence

from render.lab import Preset
from render.lab.models import MODELS

__all__ = ["PRESETS", "catalogue", "fitting", "left_out", "why_not", "wished"]

PRESETS: tuple[Preset, ...] = (
    Preset(
        name="studio", family="ltx2", model="ltx-2.3", kind="film", needs_gib=60,
        width=544, height=960, fps=24, frames=121, steps=8,
        modes=("text", "first", "last"), thrift=("visit",),
        worth=0.9, prior_s=2.5, load_s=150,
    ),
    Preset(
        name="quality", family="wan", model="fastwan-5b", kind="film", needs_gib=21,
        width=704, height=1280, fps=24, frames=121, steps=3,
        sampler="dmd", modes=("text", "first"), thrift=("visit", "tiling"),
        worth=0.75, prior_s=7, load_s=60,
    ),
    Preset(
        name="long", family="helios", model="helios", kind="film", needs_gib=42,
        width=384, height=640, fps=24, frames=264, steps=6,
        modes=("text", "first"), thrift=("visit",),
        worth=0.65, prior_s=2.5, load_s=120,
    ),
    Preset(
        name="standard", family="wan", model="fastwan-5b", kind="film", needs_gib=13,
        width=480, height=832, fps=24, frames=121, steps=3,
        sampler="dmd", modes=("text", "first"), thrift=("visit", "fp8", "tiling"),
        worth=0.6, prior_s=6, load_s=60,
    ),
    Preset(
        name="rush", family="wan", model="fastwan-1.3b", kind="film", needs_gib=16,
        width=480, height=832, fps=16, frames=81, steps=3,
        sampler="dmd", thrift=("visit",),
        worth=0.5, prior_s=2, load_s=60,
    ),
    Preset(
        name="draft", family="wan", model="fastwan-1.3b", kind="film", needs_gib=6.5,
        width=480, height=832, fps=16, frames=81, steps=3,
        sampler="dmd", thrift=("visit", "tiling"),
        worth=0.45, prior_s=8, load_s=60,
    ),
    Preset(
        name="stills-fine", family="zimage", model="z-image-turbo", kind="still", needs_gib=20,
        width=864, height=1536, fps=1, frames=1, steps=8,
        guidance=0.0, thrift=("visit",),
        worth=0.5, prior_s=5, load_s=40,
    ),
    Preset(
        name="stills", family="zimage", model="z-image-turbo", kind="still", needs_gib=11,
        width=720, height=1280, fps=1, frames=1, steps=8,
        guidance=0.0, thrift=("visit", "fp8"),
        worth=0.45, prior_s=6, load_s=40,
    ),
    Preset(
        name="stills-lean", family="zimage", model="z-image-turbo", kind="still", needs_gib=6.5,
        width=720, height=1280, fps=1, frames=1, steps=8,
        guidance=0.0, thrift=("visit", "offload", "tiling"),
        worth=0.4, prior_s=25, load_s=40,
    ),
)  # fmt: skip


def catalogue(own: Sequence[Preset] = ()) -> tuple[Preset, ...]:
    """List the user's own presets, then ours; an own one takes the place of ours of its name."""
    names = {preset.name for preset in own}
    return (*own, *(preset for preset in PRESETS if preset.name not in names))


def wished(presets: Sequence[Preset], wish: str, kind: str) -> tuple[Preset, ...]:
    """Read `preset` or `stills` of `[render]`: "auto" all of that kind, "off" none, or a name.

    Raises ValueError with the names that there are.
    """
    of_kind = tuple(preset for preset in presets if preset.kind == kind)
    if wish in ("auto", "off"):
        return of_kind if wish == "auto" else ()
    if found := tuple(preset for preset in of_kind if preset.name == wish):
        return found
    known = ", ".join(preset.name for preset in of_kind)
    raise ValueError(f"{wish!r} makes no {kind}; known are auto, off, {known}")


def fitting(
    presets: Sequence[Preset], free_gib: float, present: Collection[str], kind: str
) -> tuple[Preset, ...]:
    """Choose what can run here, best first: own presets as they are listed, then ours by worth.

    `present` holds the models and folders (`Preset.model`) whose weights are whole on this disk.
    """
    fits = [p for p in presets if p.kind == kind and not why_not(p, free_gib, present)]
    return tuple(sorted(fits, key=_rank))


def left_out(
    presets: Sequence[Preset], free_gib: float, present: Collection[str], kind: str
) -> tuple[tuple[str, str], ...]:
    """Say of each preset of that kind that cannot run here why: (name, reason), best first."""
    of_kind = sorted((preset for preset in presets if preset.kind == kind), key=_rank)
    told = ((preset.name, why_not(preset, free_gib, present)) for preset in of_kind)
    return tuple((name, why) for name, why in told if why)


def why_not(preset: Preset, free_gib: float, present: Collection[str]) -> str:
    """Say why a preset cannot run, "" if it can. Memory first: no use in fetching what cannot."""
    if not preset.needs_gib <= free_gib:  # also where one of them is no number
        return f"{preset.name} needs {preset.needs_gib:g} GiB, {_floored(free_gib)} are free"
    if preset.model in present:
        return ""
    if any(preset.model == model.name for model in MODELS):
        return f"weights of {preset.name} are not here: wirereel models get {preset.model}"
    return f"weights of {preset.name} are not here: there is no whole model in {preset.model}"


def _floored(gib: float) -> str:
    """Never say more than there is."""
    return f"{int(gib * 10) / 10:g}" if gib == gib else "?"


def _rank(preset: Preset) -> tuple[bool, float]:
    """Order presets: own ones first, as listed; ours the worthiest first."""
    ours = preset in PRESETS
    return ours, -preset.worth if ours else 0.0
