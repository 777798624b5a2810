"""Where the warm pool's server is found: a socket in a folder that only its user may enter."""

import fcntl
import hashlib
import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

__all__ = ["build", "folder_of", "gone", "opened", "reached"]

CONNECT_S = 5.0
GUESTS = 16  # that wait to be let in
CODE = Path(__file__).parents[1]  # render/: all that a server and its workers run


@cache
def build() -> str:
    """A hash of our code, as it was when this process first asked."""
    digest = hashlib.sha256()
    for path in sorted(CODE.rglob("*.py")):
        digest.update(str(path.relative_to(CODE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def folder_of(wished: Path | None) -> Path:
    """The folder of the socket: as wished, else one of this user's own until the next start.

    A socket's path may have 107 bytes at most; a deep folder of state would be too long.
    """
    if wished is not None:
        return wished
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        return Path(runtime) / "wirereel"
    return Path(tempfile.gettempdir()) / f"wirereel-{os.getuid()}"


def reached(folder: Path) -> socket.socket:
    """Connect to the server of a folder. Raises OSError, also where the folder is not safe."""
    _check(folder)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(CONNECT_S)
        sock.connect(str(_socket(folder)))
        sock.settimeout(None)
    except OSError:
        sock.close()
        raise
    return sock


@contextmanager
def opened(folder: Path) -> Iterator[socket.socket]:
    """Be the server of a folder: a socket that listens. Raises OSError where another is.

    What a server that was killed left there is taken over.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check(folder)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OSError(f"another server is at {folder}") from error
        path = _socket(folder)
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.bind(str(path))
            sock.listen(GUESTS)
            try:
                yield sock
            finally:
                path.unlink(missing_ok=True)


def gone(folder: Path) -> None:
    """Wait until the server of a folder, which is ending, has let go of it."""
    with suppress(FileNotFoundError), (folder / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


def _socket(folder: Path) -> Path:
    """Name the socket. Raises OSError where its path is longer than an address can be."""
    path = folder / "pool.sock"
    if len(os.fsencode(path)) > 107:
        raise OSError(f"the path {path} is too long for a socket: name a shorter `folder`")
    return path


def _check(folder: Path) -> None:
    """Who else could enter could pose as the server, or have it run their code."""
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o077:
        raise PermissionError(f"{folder} must be a folder of this user alone (mode 700)")
