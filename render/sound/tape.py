"""The sound of a clip as AAC: encoded once, laid under every version of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

from render.timeline import RATE

__all__ = ["Tape", "play", "record", "track"]

Packet: TypeAlias = "av.Packet[Any]"

BITS = 64_000  # a second, for each channel
SAMPLES = 1024  # in one packet
LAYOUTS = {1: "mono", 2: "stereo"}


@dataclass(frozen=True, slots=True)
class Tape:
    """AAC at RATE; each packet is its bytes, its first sample, and how many it holds."""

    packets: tuple[tuple[bytes, int, int], ...]
    channels: int = 2


def record(sound: NDArray[np.float32], quick: bool = False) -> Tape:
    """Encode mono sound, the same in both channels: 40 ms for a second of it.

    `quick` takes 5 ms and leaves it mono: for what is heard once.
    """
    channels = 1 if quick else 2
    coder: Any = av.CodecContext.create("aac", "w")
    coder.sample_rate, coder.layout, coder.format = RATE, LAYOUTS[channels], "fltp"
    coder.bit_rate, coder.time_base = BITS * channels, Fraction(1, RATE)
    coder.options = {"aac_coder": "fast" if quick else "twoloop"}
    packets = (packet for frame in _frames(sound, channels) for packet in coder.encode(frame))
    return Tape(tuple((bytes(p), p.pts, p.duration or SAMPLES) for p in packets), channels)


def track(clip: Any, tape: Tape) -> Any:
    """Open the stream of a container that a tape is played into."""
    layout, bits = LAYOUTS[tape.channels], BITS * tape.channels
    return clip.add_stream("aac", rate=RATE, layout=layout, bit_rate=bits)


def play(tape: Tape, stream: Any) -> Iterator[Packet]:
    """Give the packets of a tape, fit for this stream."""
    for payload, first, samples in tape.packets:
        packet = av.Packet(payload)
        packet.pts = packet.dts = first
        packet.duration, packet.time_base, packet.stream = samples, Fraction(1, RATE), stream
        packet.is_keyframe = True
        yield packet


def _frames(sound: NDArray[np.float32], channels: int) -> Iterator[av.AudioFrame | None]:
    for at in range(0, len(sound), SAMPLES):
        part = np.stack([sound[at : at + SAMPLES]] * channels)
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout=LAYOUTS[channels])
        frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        yield frame
    yield None  # what the coder still holds
