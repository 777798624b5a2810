"""Files that are whole or not there, found again by what went into them.

Everything that the render keeps is written aside, synced and moved into place, so a power cut or a
full disk leaves the old file or the new one, never half of one.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import get_native_id
from typing import Any

from render import RenderError

__all__ = ["aside", "code", "digest", "key"]

STALE_S = 3600.0  # a part that nobody has written to for so long was left by a killed render


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """Give a path to write to; on success it becomes `path`, on any error it is gone.

    Raises RenderError where the disk is full or the folder cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}-{get_native_id()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        try:
            yield part
            _sync(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        why = error.strerror or str(error)
        way_out = "free space, or choose a folder that can be written"
        raise RenderError(f"cannot write {path}: {why}; {way_out}") from error


def digest(path: Path) -> str:
    """Hash a file's content: sha256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key(*parts: Any) -> str:
    """Name something after all that went into it: equal parts, equal name."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@cache
def code() -> str:
    """Hash this package's own source: what another version drew is never taken for ours."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    return key(*((file.name, file.read_text(encoding="utf-8")) for file in files))


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sweep(path: Path) -> None:
    for part in path.parent.glob(f".{path.name}.*.part"):
        with suppress(FileNotFoundError):  # whoever writes it has just finished
            if time.time() - part.stat().st_mtime > STALE_S:
                part.unlink()
