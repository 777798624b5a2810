"""The vault: weights on disk, one folder for each model, with a manifest that says what is whole.

The manifest (`wirereel.json`) pins the commit that the files came from and has the size and hash
of each. What was hashed once is remembered by size and time, so that a start is quick: a file that
nobody touched is not read again. The network is not known here (`bot.terminal.hub` fetches).
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from render import RenderError
from render.lab import Preset
from render.lab.models import SAFE
from render.shelf import aside

__all__ = [
    "MANIFEST",
    "Fault",
    "File",
    "Manifest",
    "faults",
    "inside",
    "lacking",
    "place",
    "present",
    "read",
    "remember",
    "remove",
    "write",
]  # fmt: skip

MANIFEST = "wirereel.json"
SEEN = ".wirereel-seen.json"  # {name: [size, time of change in ns]} of what was hashed,
ALTERED = 0  # and this behind it where it was not as published
CHUNK = 1 << 22
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"([0-9a-f]{64})?")

Told = Callable[[int], None]
"""Called with how many bytes were read since the last call."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a model: its path in the folder, its bytes, its sha256 ("" until it is here)."""

    name: str
    size: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a folder's weights came from: `revision` is a commit, `fetched` a date (ISO 8601)."""

    name: str
    repo: str
    revision: str
    licence: str
    fetched: str
    files: tuple[File, ...]

    @property
    def size(self) -> int:
        """All of it, in bytes."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file, or with the manifest itself."""

    file: str
    what: Literal["missing", "cut short", "altered", "unreadable"]
    said: str


def read(folder: Path) -> Manifest | None:
    """Read a folder's manifest, None where it has none. Raises ValueError where it is broken."""
    path = folder / MANIFEST
    try:
        return _checked(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        way_out = "remove it and fetch the model again"
        raise ValueError(f"{path} is no manifest ({error}): {way_out}") from error


def write(folder: Path, manifest: Manifest) -> None:
    """Write a folder's manifest. Raises OSError."""
    _write(folder / MANIFEST, asdict(manifest))


def inside(name: str) -> bool:
    """Whether a file's name, as a stranger gave it, stays inside the folder."""
    parts = name.split("/")
    harmless = name != MANIFEST and all(part and not part.startswith(".") for part in parts)
    return harmless and name.isprintable() and "\\" not in name and ":" not in name


def faults(folder: Path, full: bool = False, told: Told = lambda size: None) -> tuple[Fault, ...]:
    """Compare a folder with its manifest; () where all is whole.

    Sizes are looked at always. Hashes are taken of files that changed since they were hashed, and
    of all of them where `full` is set.
    """
    try:
        manifest = read(folder)
    except ValueError as error:
        return (Fault(MANIFEST, "unreadable", str(error)),)
    if manifest is None:
        return (Fault(MANIFEST, "missing", f"{folder} has no {MANIFEST}"),)
    seen = _seen(folder)
    looks = [_fault(folder, file, seen, full, told) for file in manifest.files]
    _keep(folder, seen)
    return tuple(fault for fault in looks if fault)


def remember(folder: Path, name: str) -> None:
    """Note that a file was hashed and is as its manifest says."""
    seen = _seen(folder)
    seen[name] = _mark(folder / name)
    _keep(folder, seen)


def present(models: Path, presets: Iterable[Preset]) -> frozenset[str]:
    """Name the models of these presets whose weights are whole, as `Preset.model` has them.

    A folder of the user's own needs no manifest, only weights.
    """
    return frozenset(name for name in {p.model for p in presets} if _usable(place(models, name)))


def place(models: Path, name: str) -> Path:
    """Where a model lies, or would lie: a folder by its path, or one under `models` by its name."""
    by_path = Path(name).expanduser()
    return by_path if by_path.is_absolute() else models / name.replace("/", "--")


def lacking(folder: Path, manifest: Manifest) -> int:
    """Count the bytes that are still to come; what was broken off goes on where it was."""
    return sum(file.size - _there(folder / file.name, file.size) for file in manifest.files)


def remove(folder: Path) -> int:
    """Delete what the manifest lists, torn files and empty folders; the bytes that it gave back.

    Other files in the folder stay. Raises ValueError where there is no manifest, and OSError.
    """
    manifest = read(folder)
    if manifest is None:
        raise ValueError(f"{folder} has no {MANIFEST}: it was not fetched by us, delete it by hand")
    freed = sum(_delete(path) for path in _ours(folder, manifest.files))
    _delete(folder / SEEN)
    freed += _delete(folder / MANIFEST)  # last, so that a removal that breaks off can go on
    for inner in sorted(folder.rglob("*/"), reverse=True):
        with suppress(OSError):  # something of the user's is in it
            inner.rmdir()
    with suppress(OSError):
        folder.rmdir()
    return freed


def _checked(told: Any) -> Manifest:
    """Turn a manifest's JSON into ours; what could lead out of the folder is no manifest."""
    files = tuple(File(str(f["name"]), int(f["size"]), str(f["sha256"])) for f in told["files"])
    for file in files:
        if not inside(file.name) or not file.name.endswith(SAFE):
            raise ValueError(f"it names {file.name!r}")
        if not _SHA256.fullmatch(file.sha256) or file.size < 0:
            raise ValueError(f"{file.name} has no size or hash")
    if not _COMMIT.fullmatch(told["revision"]) or not files:
        raise ValueError("it names no commit, or no files")
    name, repo, revision, licence, fetched = (
        str(told[key]) for key in ("name", "repo", "revision", "licence", "fetched")
    )
    return Manifest(name, repo, revision, licence, fetched, files)


def _fault(
    folder: Path, file: File, seen: dict[str, list[int]], full: bool, told: Told
) -> Fault | None:
    """Look at one file, and note in `seen` what came of hashing it."""
    path = folder / file.name
    try:
        size = path.stat().st_size
        if size != file.size:
            what: Literal["cut short", "altered"] = "cut short" if size < file.size else "altered"
            return Fault(file.name, what, f"{file.name} has {size:,} of {file.size:,} bytes")
        if not file.sha256:
            return Fault(file.name, "missing", f"{file.name} was not fetched to its end")
        mark, known = _mark(path), seen.get(file.name)
        if not full and known in (None, mark):
            return None
        altered = not full and known == [*mark, ALTERED]
        if altered or _hashed(path, told) != file.sha256:
            seen[file.name] = [*mark, ALTERED]
            return Fault(file.name, "altered", f"{file.name} is not what was published")
        seen[file.name] = mark
    except FileNotFoundError:
        return Fault(file.name, "missing", f"{file.name} is missing")
    except OSError as error:
        return Fault(file.name, "unreadable", f"{file.name}: {error.strerror}")
    return None


def _hashed(path: Path, told: Told) -> str:
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            sha.update(chunk)
            told(len(chunk))
    return sha.hexdigest()


def _usable(folder: Path) -> bool:
    if (folder / MANIFEST).exists():
        return not faults(folder)
    return folder.is_dir() and any(folder.rglob("*.safetensors"))


def _there(path: Path, size: int) -> int:
    """How much of a file is here, itself or torn."""
    for found in (path, path.with_name(f"{path.name}.part")):
        with suppress(OSError):
            return min(found.stat().st_size, size)
    return 0


def _ours(folder: Path, files: Sequence[File]) -> Iterator[Path]:
    for file in files:
        yield folder / file.name
        yield folder / f"{file.name}.part"


def _delete(path: Path) -> int:
    try:
        size = path.lstat().st_size
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return 0
    return size


def _mark(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def _seen(folder: Path) -> dict[str, list[int]]:
    """Read what was hashed before; whatever else stands there is not believed."""
    try:
        told = json.loads((folder / SEEN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(told, dict):
        return {}
    return {name: mark for name, mark in told.items() if isinstance(mark, list)}


def _keep(folder: Path, seen: Mapping[str, list[int]]) -> None:
    if seen != _seen(folder):
        with suppress(OSError):  # a shelf that we may only read: it is hashed again then
            _write(folder / SEEN, seen)


def _write(path: Path, told: Mapping[str, Any]) -> None:
    try:
        with aside(path) as part:
            part.write_text(json.dumps(told, indent=1, sort_keys=True), encoding="utf-8")
    except RenderError as error:
        raise OSError(str(error)) from error
