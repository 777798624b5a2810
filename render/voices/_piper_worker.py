"""Piper in a process of its own: reads requests, writes speech.

Run by path, never imported: the package is GPL. A request is a line of JSON {"model", "text",
"tokens", "rate", "speaker"}; the answer is a line of JSON {"rate", "samples", "said", "alone"}
with `samples` 16-bit samples behind it, or {"error"}. `said` are (phoneme, start in samples) where
the model tells them, `alone` the phonemes of each token by itself. It ends when its input does.
"""

import json
import os
import sys
from functools import cache
from typing import Any

from piper import PiperVoice, SynthesisConfig

GAP_S = 0.2  # between two sentences: the engine leaves none
SIGNS = frozenset("^$_ .,:;!?'\"()-ˈˌ")  # of the phonemes, those that are not heard


@cache
def load(model: str) -> PiperVoice:
    """Load a model, once."""
    return PiperVoice.load(model, include_alignments=True)


def say(
    model: str, text: str, tokens: list[str], rate: float, speaker: int | None
) -> tuple[dict[str, Any], bytes]:
    """Speak a text; the answer and its samples."""
    voice = load(model)
    pace = SynthesisConfig(speaker_id=speaker, length_scale=voice.config.length_scale / rate)
    said: list[tuple[str, int]] = []
    pcm, at, told = b"", 0, True
    for chunk in voice.synthesize(text, pace, include_alignments=True):
        if pcm:
            pcm += bytes(2 * int(GAP_S * chunk.sample_rate))
        at = len(pcm) // 2
        pcm += chunk.audio_int16_bytes
        told = told and chunk.phoneme_alignments is not None
        for part in chunk.phoneme_alignments or ():
            if part.phoneme not in SIGNS:
                said.append((part.phoneme, at))
            at += int(part.num_samples)
    answer = {
        "rate": voice.config.sample_rate,
        "samples": len(pcm) // 2,
        "said": said if told else [],
        "alone": [heard(voice, token) for token in tokens] if told else [],
    }
    return answer, pcm


def heard(voice: PiperVoice, token: str) -> list[str]:
    """List the phonemes of a token by itself."""
    return [p for sentence in voice.phonemize(token) for p in sentence if p not in SIGNS]


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
            answer, pcm = {"error": f"piper: {type(error).__name__}: {error}"[:300]}, b""
        out.write(json.dumps(answer).encode() + b"\n" + pcm)
        out.flush()


if __name__ == "__main__":
    main()
