"""What `wirereel check` knows of generated shots: the GPU, the packages, the presets, the weights.

torch is not loaded here: nvidia-smi is asked, and where it names a GPU, a process of its own tries
whether torch can use it (a driver that is too old, a torch without CUDA).
"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from render.lab import Preset, vault
from render.lab.presets import catalogue, fitting, left_out, wished
from render.lab.settings import Lab
from render.pools._gpus import devices, gpus, listing

__all__ = ["Gpu", "Here", "here", "listed", "looked_at", "tried"]

ASKED = ("name", "memory.total", "memory.free", "driver_version")
EXTRA = ("torch", "diffusers", "transformers", "accelerate", "ftfy")
LIMIT_S = 20.0  # a driver that wakes up takes seconds
TRIAL_S = 90.0  # torch is read from a cold disk first
TRIAL = """
from render.engine.places import place
from render.lab import Troubled
try:
    place("cuda")
except Troubled as error:
    print(error)
"""
MEMORY = Path("/proc/meminfo")

Found = tuple[str, Literal["ok", "note", "bad"], str]


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU as its driver tells of it; memory in GiB, NaN where it does not say."""

    name: str
    total_gib: float
    free_gib: float
    driver: str


@dataclass(frozen=True, slots=True)
class Here:
    """What this machine has: GPUs, how many of them may be used, free memory, packages missing.

    `fault` is why torch cannot use a GPU that is here, "" where it can, or was not asked.
    """

    gpus: tuple[Gpu, ...] = ()
    usable: int = 0
    memory_gib: float = 0.0
    missing: Collection[str] = field(default_factory=tuple)
    fault: str = ""


def here(packages: Sequence[str] = EXTRA) -> Here:
    """Look at this machine."""
    usable = len(gpus(os.environ, listing, devices))
    missing = tuple(name for name in packages if importlib.util.find_spec(name) is None)
    found = listed(_asked())
    fault = tried() if found and usable and not missing else ""
    return Here(found, usable, _memory_gib(), missing, fault)


def tried() -> str:
    """Let a process of its own take a GPU: why it cannot be used, "" if it can."""
    words = [sys.executable, "-c", TRIAL]
    try:
        run = subprocess.run(words, capture_output=True, text=True, timeout=TRIAL_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return f"torch gave no answer within {TRIAL_S:g} s"
    if run.returncode:
        last = (run.stderr.strip().splitlines() or [f"it ended with {run.returncode}"])[-1]
        return f"torch cannot be loaded: {last[:200]}"
    return run.stdout.strip()


def listed(text: str) -> tuple[Gpu, ...]:
    """Read what nvidia-smi says, one GPU a line; what is no such line is left out. Pure."""
    rows = ([cell.strip() for cell in line.split(",")] for line in text.splitlines())
    return tuple(
        Gpu(name, _gib(total), _gib(free), driver)
        for name, total, free, driver in (row for row in rows if len(row) == len(ASKED))
    )


def looked_at(lab: Lab, look: Callable[[], Here]) -> Iterator[Found]:
    """Say what can be generated here, and why not more. Looks at nothing where it is off."""
    if not lab.heroes:
        yield "gpu", "ok", "not needed: no shot is generated ([render] heroes = 0)"
        return
    seen = look()
    yield from _devices(lab, seen)
    yield from _packages(seen)
    if fault := _fault(lab, seen):
        yield "gpu", "bad", fault
    elif lab.pool != "ray":  # its nodes have the memory, and weights of their own
        yield from _presets(lab, _free_gib(lab, seen))
    yield from _guard(lab)


def _devices(lab: Lab, seen: Here) -> Iterator[Found]:
    for gpu in seen.gpus:
        said = f"{gpu.name}, {gpu.free_gib:.1f} of {gpu.total_gib:.1f} GiB are free"
        yield "gpu", "ok", f"{said}, driver {gpu.driver}"
    if lab.device == "cpu":
        yield "gpu", "note", '[render] device = "cpu": models run on the processor'
    elif lab.pool == "ray":
        yield "gpu", "ok", "the pool ray takes the GPUs of its cluster"
    elif seen.usable and not seen.gpus:
        said = "nvidia-smi tells nothing of it: its free memory is not known before a worker begins"
        yield "gpu", "note", f"{seen.usable} may be used; {said}"
    elif seen.gpus and not seen.usable:
        yield "gpu", "bad", "CUDA_VISIBLE_DEVICES allows none of them: unset it"
    elif not seen.gpus:
        way_out = "their shots are shown in a plainer way, or made on the processor"
        plain = "is its driver installed (nvidia-smi)?"
        state: Literal["note", "bad"] = "bad" if lab.device == "cuda" else "note"
        yield "gpu", state, f"no GPU is here: {way_out}; {plain}"


def _fault(lab: Lab, seen: Here) -> str:
    """Why the workers of this machine cannot have its GPU, "" where they can or need not."""
    return "" if lab.device == "cpu" or lab.pool == "ray" else seen.fault


def _packages(seen: Here) -> Iterator[Found]:
    if seen.missing:
        lacking = ", ".join(sorted(seen.missing))
        yield "gpu packages", "bad", f"{lacking} missing: `pip install 'wirereel[gpu]'`"


def _free_gib(lab: Lab, seen: Here) -> float:
    """The least that a worker will find, as the planner reckons; NaN where nobody knows."""
    if lab.device == "cpu" or (not seen.usable and lab.device == "auto"):
        return seen.memory_gib
    return min((gpu.free_gib for gpu in seen.gpus), default=float("nan"))


def _presets(lab: Lab, free_gib: float) -> Iterator[Found]:
    """Say for films and for stills which preset would be taken, and why no better one."""
    for what, kind, wish in (("films", "film", lab.preset), ("stills", "still", lab.stills)):
        some = wished(catalogue(lab.presets), wish, kind)
        if not some:
            yield what, "ok", f'off ([render] {"preset" if kind == "film" else "stills"} = "off")'
            continue
        present = vault.present(lab.models, some)
        fits = fitting(some, free_gib, present, kind)
        out = dict(left_out(some, free_gib, present, kind))
        broken = _broken(lab.models, some, present)
        reasons = {name: broken.get(name) or why for name, why in out.items()}
        if not fits:
            yield what, "note", f"none: {list(reasons.values())[-1]}"
            continue
        best = fits[0]
        better = [reasons[p.name] for p in some if p.name in out and p.worth > best.worth]
        said = f"{best.name} ({best.model}), its weights are whole"
        yield what, "ok", "; ".join([said, *better[:1]])


def _broken(models: Path, some: Sequence[Preset], present: Collection[str]) -> Mapping[str, str]:
    """Say of presets whose weights were fetched what is wrong with them."""
    told: dict[str, str] = {}
    for preset in some:
        folder = vault.place(models, preset.model)
        if preset.model not in present and (folder / vault.MANIFEST).exists():
            first = next(iter(vault.faults(folder)), None)
            if first:
                way_out = f"wirereel models get {preset.model}"
                told[preset.name] = f"weights of {preset.name}: {first.said}: {way_out}"
    return told


def _guard(lab: Lab) -> Iterator[Found]:
    """A guard without its weights lets nothing pass."""
    if not lab.guard.get("folder"):
        return
    folder = Path(str(lab.guard["folder"]))
    if (folder / vault.MANIFEST).exists():
        why = next((fault.said for fault in vault.faults(folder)), "")
    else:
        why = "" if any(folder.glob("*.safetensors")) else "its weights are not there"
    if why:
        way_out = "nothing is generated without it: wirereel models get nsfw"
        yield "guard", "bad", f"{folder}: {why}; {way_out}"
    else:
        yield "guard", "ok", f"{lab.guard['kind']}, {folder}"


def _asked() -> str:
    """What nvidia-smi says of each GPU, "" where it is not there or hangs."""
    words = ["nvidia-smi", f"--query-gpu={','.join(ASKED)}", "--format=csv,noheader,nounits"]
    try:
        run = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout if run.returncode == 0 else ""


def _gib(mib: str) -> float:
    try:
        return float(mib) / 1024
    except ValueError:  # "[N/A]", "[Insufficient Permissions]"
        return float("nan")


def _memory_gib() -> float:
    """What processes may still take of this machine's memory; NaN where it does not say."""
    try:
        rows = dict(line.split(":", 1) for line in MEMORY.read_text().splitlines())
        return float(rows["MemAvailable"].split()[0]) / 2**20
    except (OSError, ValueError, KeyError, IndexError):
        return float("nan")
