"""Where models run: which device, in which type, how much room it has."""

import re
import warnings

from render.engine import Place
from render.lab import Troubled

__all__ = ["named", "peak_gib", "place", "room_gib", "spent", "tuned"]

GIB = 2.0**30


def place(device: str) -> Place:
    """Choose for "auto", "cuda" or "cpu"; "auto" is the processor only where there is no GPU.

    A GPU computes in bfloat16, a processor in float32. Raises Troubled("device"): no GPU where
    one was asked for, or one that is there and cannot be used.
    """
    why = "" if device == "cpu" else _fault()
    if device != "cpu" and not why:
        return Place("cuda:0", "bfloat16")
    if device == "cuda" or (why and not _none_there(why)):
        raise Troubled("device", translated(why))
    return Place("cpu", "float32")


def _fault() -> str:
    """What torch says against the GPU, "" where it can be used."""
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what it then raises
        try:
            torch.cuda.init()
        except (RuntimeError, AssertionError) as error:
            return str(error) or "no GPU can be used"
        return "" if torch.cuda.is_available() else "no NVIDIA driver or GPU"


def _none_there(why: str) -> bool:
    words = ("not compiled with cuda", "no nvidia", "no cuda gpus", "no cuda-capable device")
    return any(word in why.lower() for word in words)


def translated(why: str) -> str:
    """Say what torch says against a GPU in our words, with the way out. Pure."""
    if "too old" in why:
        found = re.search(r"found version (\d+)", why)
        version = f" (it knows CUDA {_version(int(found[1]))})" if found else ""
        return f"the GPU's driver is too old for this torch{version}: update the driver"
    if "not compiled with CUDA" in why:
        return "this torch was built without CUDA: install the build for your GPU"
    if _none_there(why):
        return 'there is no GPU here: [render] device = "cpu", or a machine that has one'
    return f"the GPU cannot be used: {why.splitlines()[0][:200]}"


def _version(number: int) -> str:
    """CUDA's own way of counting: 11040 is 11.4."""
    return f"{number // 1000}.{number % 1000 // 10}"


def named(spot: Place) -> str:
    """What the device is called."""
    import torch

    on_gpu = spot.device.startswith("cuda")
    return str(torch.cuda.get_device_name(spot.device)) if on_gpu else "cpu"


def tuned(spot: Place) -> None:
    """Set this process up: what is left in 32 bits is multiplied in TF32, libraries are silent."""
    import diffusers
    import torch
    import transformers

    for library in (diffusers, transformers):
        library.utils.logging.set_verbosity_error()
        library.utils.logging.disable_progress_bar()
    if spot.device.startswith("cuda"):
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.allow_tf32 = True


def room_gib(spot: Place) -> float:
    """GiB that models may take: what is free, and what this process holds itself."""
    import psutil
    import torch

    if not spot.device.startswith("cuda"):
        return float(psutil.virtual_memory().available) / GIB
    free, _ = torch.cuda.mem_get_info(spot.device)
    return (float(free) + float(torch.cuda.memory_reserved(spot.device))) / GIB


def peak_gib(spot: Place) -> float:
    """The most that models took on the GPU since this process began; 0 on a processor."""
    import torch

    on_gpu = spot.device.startswith("cuda")
    return float(torch.cuda.max_memory_allocated(spot.device)) / GIB if on_gpu else 0.0


def spent(error: BaseException) -> bool:
    """Whether the GPU itself fell, and this process with it: nothing will run here any more."""
    import torch

    return isinstance(error, torch.AcceleratorError) and not isinstance(
        error, torch.OutOfMemoryError
    )
