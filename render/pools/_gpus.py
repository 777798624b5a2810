"""Which GPUs there are, found without torch: the parent of workers stays light."""

import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from render.lab import Troubled

__all__ = ["devices", "gpus", "listing", "places"]

LIMIT_S = 20.0  # a driver that wakes up takes seconds; one that hangs must not hold up a clip

GPU = re.compile(r"^GPU \d+: .*\(UUID: (GPU-[0-9a-fA-F-]+)\)")
DEVICE = re.compile(r"nvidia\d+")
SLICE = re.compile(r"^\s+MIG .*\(UUID: (MIG-[^)]+)\)")


def listing() -> str:
    """What `nvidia-smi -L` says, "" where there is no driver or it does not answer."""
    try:
        run = subprocess.run(
            ["nvidia-smi", "-L"], capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout


def devices() -> int:
    """Count the device files of GPUs: some containers have these and no nvidia-smi."""
    return sum(DEVICE.fullmatch(path.name) is not None for path in Path("/dev").iterdir())


def gpus(
    environ: Mapping[str, str], listed: Callable[[], str], counted: Callable[[], int]
) -> tuple[str, ...]:
    """Name the GPUs that may be used, each as CUDA_VISIBLE_DEVICES takes it.

    What the environment allows counts; it ends at the first name below zero, as for CUDA. Else all
    that are listed, by UUID: their numbers differ between CUDA and nvidia-smi. A GPU that is cut
    into slices (MIG) can only be used by them. Where none is listed, the device files count.
    """
    allowed = environ.get("CUDA_VISIBLE_DEVICES")
    if allowed is None:
        return _listed(listed()) or tuple(str(n) for n in range(counted()))
    names = [name.strip() for name in allowed.split(",")]
    end = next((i for i, name in enumerate(names) if not name or name.startswith("-")), len(names))
    return tuple(names[:end])


def places(device: str, workers: int, found: Sequence[str]) -> tuple[str, ...]:
    """Say for each worker which GPU it sees, "" for none; 0 workers is one for each GPU.

    More workers than GPUs share them. Raises Troubled where a GPU is wished and none is here.
    """
    if device == "cpu" or not found:
        if device == "cuda":
            raise Troubled("device", "no GPU is here: nvidia-smi -L lists none, /dev has none")
        return ("",) * max(workers, 1)
    return tuple(found[i % len(found)] for i in range(workers or len(found)))


def _listed(text: str) -> tuple[str, ...]:
    names: list[str] = []
    for line in text.splitlines():
        if gpu := GPU.match(line):
            names.append(gpu[1])
        elif part := SLICE.match(line):
            if names and names[-1].startswith("GPU-"):
                names.pop()
            names.append(part[1])
    return tuple(names)
