"""Kokoro in a process of its own: reads requests, writes speech.

Run by path, never imported: its phonemizer is GPL. A request is a line of JSON {"model", "voices",
"voice", "text", "tokens", "rate", "lang"}; the answer is a line of JSON {"rate", "samples", "said",
"alone"} with `samples` 16-bit samples behind it, or {"error"}. `said` are (phoneme, start in
seconds) where the model tells them, `alone` the phonemes of each token by itself.
"""

import json
import os
import sys
from functools import cache
from typing import Any

import numpy as np
from kokoro_onnx import Kokoro

SIGNS = frozenset(" .,:;!?'\"()-—…“”ˈˌ")  # of the phonemes, those that are not heard


@cache
def load(model: str, voices: str) -> Kokoro:
    """Load a model and its voices, once."""
    return Kokoro(model, voices)


def say(
    model: str, voices: str, voice: str, text: str, tokens: list[str], rate: float, lang: str
) -> tuple[dict[str, Any], bytes]:
    """Speak a text; the answer and its samples."""
    engine = load(model, voices)
    speed = min(max(rate, 0.5), 2.0)
    pcm, hertz, told = engine.create_timed(text, voice, speed, lang)
    phonemes = [engine.tokenizer.phonemize(token, lang) for token in tokens] if told else []
    answer = {
        "rate": hertz,
        "samples": len(pcm),
        "said": [(t.phoneme, t.start) for t in told if t.phoneme not in SIGNS],
        "alone": [[p for p in token if p not in SIGNS] for token in phonemes],
    }
    return answer, (np.clip(pcm, -1, 1) * 32767).astype(np.int16).tobytes()


def main() -> None:
    """Answer each request; an error of the engine is an answer too.

    What a library prints must not get between the answers.
    """
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for line in sys.stdin.buffer:
        try:
            answer, pcm = say(**json.loads(line))
        except Exception as error:
            answer, pcm = {"error": f"kokoro: {type(error).__name__}: {error}"[:300]}, b""
        out.write(json.dumps(answer).encode() + b"\n" + pcm)
        out.flush()


if __name__ == "__main__":
    main()
