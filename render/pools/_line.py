"""A line between two processes of ours: words over a Unix socket, as JSON with a length before it.

A word is a dataclass: its name, a newline, its fields as JSON, bytes in base64. Nobody waits for
the other side: a thread of its own sends, another hears.
"""

import socket
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from render.lab import Job, Trouble
from render.pools import Denoised, Done, Failed, Lost, Site, Step
from render.pools._process import Brief, Stop
from render.pools._standing import Rules

__all__ = [
    "Brief",
    "End",
    "Hello",
    "Here",
    "Line",
    "Places",
    "Refused",
    "Start",
    "Stop",
    "Welcome",
    "decode",
    "encode",
]

LENGTH = struct.Struct(">I")
LONGEST = 256 << 20  # bytes of a word: a film of a minute has 60 MB at most


@dataclass(frozen=True, slots=True)
class Hello:
    """A guest comes in, with the code that it runs, its site and its wishes."""

    build: str
    site: Site
    rules: Rules
    rest_s: float


@dataclass(frozen=True, slots=True)
class Start:
    """A job is to be done."""

    job: Job


@dataclass(frozen=True, slots=True)
class End:
    """The server is to end."""


@dataclass(frozen=True, slots=True)
class Here:
    """The server's first word: the code it runs, how many workers and guests are in."""

    build: str
    workers: int
    guests: int


@dataclass(frozen=True, slots=True)
class Places:
    """How many jobs a guest may start, told after so many of its jobs; free GiB by worker.

    Said when it changes, and every few seconds: a server that is silent hangs.
    """

    free: int
    started: int
    room: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Welcome:
    """The guest's workers are ready."""

    workers: int
    places: Places


@dataclass(frozen=True, slots=True)
class Refused:
    """The guest cannot be served, and why."""

    trouble: Trouble


_KINDS: tuple[type, ...] = (Hello, Brief, Start, Stop, End)
_KINDS += (Here, Welcome, Refused, Places, Step, Denoised, Done, Failed, Lost)
_BYTES = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
_FORMS: Mapping[str, TypeAdapter[Any]] = {
    # A tuple of one: the configuration of bytes cannot be given for a dataclass itself.
    kind.__name__: TypeAdapter(tuple[kind], config=_BYTES)  # type: ignore[valid-type]
    for kind in _KINDS
}


def encode(word: Any) -> bytes:
    """Write a word, without its length."""
    name = type(word).__name__
    return name.encode() + b"\n" + _FORMS[name].dump_json((word,))


def decode(data: bytes) -> Any:
    """Read a word. Raises ValueError where it is none of ours."""
    name, _, fields = data.partition(b"\n")
    form = _FORMS.get(name.decode("ascii", "replace"))
    if form is None:
        raise ValueError(f"an unknown word: {name[:40]!r}")
    return form.validate_json(fields)[0]


class Line:
    """One end of a line. `heard` is called with each word, in a thread; at last with None."""

    def __init__(self, sock: socket.socket, heard: Callable[[Any], None]) -> None:
        self._sock, self._heard = sock, heard
        self._out: SimpleQueue[Any] = SimpleQueue()
        self._threads = [Thread(target=run, daemon=True) for run in (self._send, self._hear)]
        for thread in self._threads:
            thread.start()

    def say(self, word: Any) -> None:
        """Say a word; does not wait."""
        self._out.put(word)

    def close(self, patience_s: float = 0.0) -> None:
        """Hang up; what was said before is sent for so many seconds."""
        self._out.put(None)
        self._threads[0].join(patience_s)
        with suppress(OSError):  # the other side was first
            self._sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._sock.close()

    def _send(self) -> None:
        with suppress(OSError):  # it is gone: `_hear` says so
            while (word := self._out.get()) is not None:
                data = encode(word)
                self._sock.sendall(LENGTH.pack(len(data)) + data)

    def _hear(self) -> None:
        with suppress(OSError, EOFError, ValueError), self._sock.makefile("rb") as stream:
            while True:
                (length,) = LENGTH.unpack(_exactly(stream, LENGTH.size))
                if length > LONGEST:
                    break
                self._heard(decode(_exactly(stream, length)))
        self._heard(None)


def _exactly(stream: Any, count: int) -> bytes:
    data: bytes = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data
