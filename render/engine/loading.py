"""What lies in a folder of weights, before anything is read of it: safetensors only, and whole."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path

from render.engine import Family
from render.lab import Preset, Troubled, vault

__all__ = ["checked", "family", "kind"]

OTHERS = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".msgpack", ".onnx")
"""Weights in forms that are not read: some of them can hold programs."""

HEADER = 100_000_000  # bytes; a longer header of tensors is no header


def family(preset: Preset) -> Family:
    """Make the adapter of a preset's family. Raises Troubled("weights") for one that is unknown."""
    name = preset.family
    try:
        module = importlib.import_module(name if "." in name else f"render.engine.families.{name}")
        plugin: Family = module.Plugin(module.Settings(), preset)
    except ImportError as error:
        said = f"preset {preset.name!r}: its family {name!r} cannot be loaded: {error}"
        raise Troubled("weights", said) from error
    return plugin


def checked(place: Path, model: str) -> None:
    """See that a pipeline's weights are all there, in safetensors, none cut short or altered.

    What was fetched is compared with its manifest; a folder of the user's own has none.
    Raises Troubled("weights") with what is wrong and the way out.
    """
    fault = next(_faults(place), "")
    if fault:
        raise Troubled("weights", f"{model}: {fault}: `wirereel models get {model}`")


def kind(place: Path) -> str:
    """Which class of pipeline a folder says it holds."""
    try:
        return str(json.loads((place / "model_index.json").read_text())["_class_name"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Troubled("weights", f"{place.name}: its model_index.json is altered") from error


def _faults(place: Path) -> Iterator[str]:
    if not (place / "model_index.json").is_file():
        yield "its weights are not here"
        return
    if (place / vault.MANIFEST).is_file():
        yield from (fault.said for fault in vault.faults(place))
    for part in sorted(path for path in place.iterdir() if path.is_dir()):
        files = sorted(part.iterdir())
        safe = [file for file in files if file.suffix == ".safetensors"]
        if not safe and any(file.suffix in OTHERS for file in files):
            yield f"{part.name} has weights, but not as safetensors; others are not read"
        yield from (
            f"{part.name} lacks {name}" for name in _listed(part) if name not in _names(safe)
        )
        yield from filter(None, map(_fault, safe))


def _names(files: list[Path]) -> set[str]:
    return {file.name for file in files}


def _listed(part: Path) -> list[str]:
    """The files that a part's index names."""
    try:
        maps = [json.loads(index.read_text())["weight_map"] for index in _indices(part)]
        return sorted({str(name) for one in maps for name in one.values()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ["a sound index of its weights"]


def _indices(part: Path) -> list[Path]:
    return sorted(part.glob("*.safetensors.index.json"))


def _fault(file: Path) -> str:
    """Why a file of safetensors is not whole: its header tells how long it must be."""
    where = f"{file.parent.name}/{file.name}"
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            header = json.loads(opened.read(min(length, HEADER)))
        ends = [part["data_offsets"][1] for name, part in header.items() if name != "__metadata__"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return f"{where} is altered or cut short"
    missing = 8 + length + max(ends, default=0) - file.stat().st_size
    return f"{where} is cut short by {missing} bytes" if missing > 0 else ""
