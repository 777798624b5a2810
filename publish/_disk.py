"""Files that are put in place whole or not at all; a folder that one process writes at a time."""

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from publish import ChannelDown, PublishError
from publish._files import opened

__all__ = ["alone", "aside", "copy", "digest", "usable"]

LOCK_WAIT_S = 10.0


@contextmanager
def usable(name: str, root: Path) -> Iterator[None]:
    """Turn what the disk refuses the channel `name` under `root` into ChannelDown."""
    try:
        yield
    except PublishError:  # ChannelDown is an OSError itself
        raise
    except OSError as error:
        way_out = "free space, or see who may write there"
        raise ChannelDown(f"{name}: cannot use {root} ({error}): {way_out}") from error


@contextmanager
def alone(name: str, root: Path) -> Iterator[None]:
    """Keep every other writer out of a folder, of this process or another. Raises ChannelDown."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        end = time.monotonic() + LOCK_WAIT_S
        while not _taken(lock.fileno()):
            if time.monotonic() > end:
                raise ChannelDown(f"{name}: another process holds {lock.name}", 30.0)
            time.sleep(0.02)
        yield


@contextmanager
def aside(target: Path) -> Iterator[BinaryIO]:
    """Write beside `target`, then put it in place in one step: a crash leaves old or new, whole."""
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    _sync(target.parent)


def copy(source: Path, target: Path) -> None:
    """Put a copy in place in one step. Raises Refused where `source` cannot be read."""
    with opened(source) as reader, aside(target) as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)


def digest(path: Path) -> str:
    """Hash a file (sha256, hex); "" where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _sync(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
