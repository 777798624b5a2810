"""espeak-ng in a process of its own: reads requests, writes speech.

Run by path, never imported: the library is GPL, keeps global state and may crash. A request is a
line of JSON {"voices", "pace", "text"}; the answer is a line of JSON {"voice", "rate", "samples",
"events"} with `samples` 16-bit samples behind it, or {"error"}. It ends when its input does.
"""

import ctypes
import json
import os
import sys
from typing import Any

import espeakng_loader

SYNCHRONOUS, UTF8, PACE, WORD, END_OF_LIST = 2, 1, 1, 1, 0


class Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h; `position` counts characters from 1, `sample` from 0."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("uid", ctypes.c_uint),
        ("position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


Heard = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event)
)


class Larynx:
    """The loaded library and what it has said since the last request."""

    def __init__(self) -> None:
        self.lib = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.rate: int = self.lib.espeak_Initialize(SYNCHRONOUS, 0, data, 0)
        self.heard = Heard(self._hear)  # kept alive: the library calls it
        self.lib.espeak_SetSynthCallback(self.heard)
        self.pcm = bytearray()
        self.events: list[tuple[int, int]] = []

    def say(self, voices: list[str], pace: int, text: str) -> dict[str, Any]:
        """Speak into `pcm`, as the first voice that there is; events are (character, sample)."""
        if self.rate <= 0:
            return {"error": "espeak-ng did not start"}
        voice = next((v for v in voices if not self.lib.espeak_SetVoiceByName(v.encode())), "")
        if not voice:
            return {"error": f"espeak-ng has no voice {' or '.join(voices)}"}
        self.lib.espeak_SetParameter(PACE, pace, 0)
        raw = text.encode()
        if self.lib.espeak_Synth(raw, len(raw) + 1, 0, 1, 0, UTF8, None, None):
            return {"error": "espeak-ng refused the text"}
        told = {"voice": voice, "rate": self.rate, "events": self.events}
        return {**told, "samples": len(self.pcm) // 2}

    def _hear(self, pcm: Any, count: int, events: Any) -> int:
        if pcm and count > 0:
            self.pcm += ctypes.string_at(pcm, count * 2)
        i = 0
        while events[i].type != END_OF_LIST:
            if events[i].type == WORD:
                self.events.append((events[i].position - 1, events[i].sample))
            i += 1
        return 0


def main() -> None:
    """Answer each request from a fork of a fresh library.

    What it said before leaves a trace in what it says next; a fork has said nothing, so the same
    text always sounds the same, for a millisecond instead of a new process.
    """
    larynx = Larynx()
    for line in sys.stdin.buffer:
        if not (child := os.fork()):
            answer = larynx.say(**json.loads(line))
            sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + larynx.pcm)
            sys.stdout.buffer.flush()
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            break  # the library crashed: so does the worker, and the other side hears of it


if __name__ == "__main__":
    main()
