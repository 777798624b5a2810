"""A speech engine in a process of its own: it may be GPL, crash or hang, and takes nobody with it.

A worker script reads a line of JSON for each request and answers a line of JSON, with `samples`
16-bit samples behind it, or {"error"}. It ends when its input does.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.voices import VoiceDown

__all__ = ["Worker"]


class Worker:
    """Starts at the first request and ends with this object. `load_s` is what the start may add."""

    def __init__(self, engine: str, script: Path, load_s: float = 0.0) -> None:
        self.engine = engine
        self._script = script
        self._load_s = load_s
        self._process: subprocess.Popen[bytes] | None = None
        self._asking = threading.Lock()

    def ask(
        self, request: Mapping[str, Any], timeout_s: float
    ) -> tuple[dict[str, Any], NDArray[np.float32]]:
        """Put one request; answers the reply and the sound, in [-1, 1]. Raises VoiceDown.

        A worker that is late is killed, and its pipe ends; the next request starts another. Those
        who ask at the same time wait for each other.
        """
        with self._asking:
            return self._ask(request, timeout_s)

    def _ask(
        self, request: Mapping[str, Any], timeout_s: float
    ) -> tuple[dict[str, Any], NDArray[np.float32]]:
        timeout_s += 0.0 if self._process else self._load_s
        process = self._process or self._hire()
        assert process.stdin
        assert process.stdout
        late = threading.Timer(timeout_s, _kill, [process])
        late.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            answer: dict[str, Any] = dict(json.loads(process.stdout.readline()))
            raw = process.stdout.read(2 * answer.get("samples", 0))
            pcm = np.frombuffer(raw, np.int16).reshape(answer.get("samples", 0))
        except (OSError, ValueError, TypeError) as error:
            self._dismiss()
            raise VoiceDown(f"{self.engine} crashed or took more than {timeout_s:g} s") from error
        finally:
            late.cancel()
        if "error" in answer:
            raise VoiceDown(answer["error"])
        return answer, (pcm / 32768).astype(np.float32)

    def _hire(self) -> subprocess.Popen[bytes]:
        """Start the script. -P: a worker's folder holds plug-ins named as what they import."""
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(self._script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._dismissal = weakref.finalize(self, _end, self._process)
        return self._process

    def _dismiss(self) -> None:
        self._dismissal()
        self._process = None


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError), process:  # closes the pipes and reaps
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the worker and the fork that may be speaking: both hold the pipe open."""
    if process.poll() is None:  # once reaped, its number may be another's
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
