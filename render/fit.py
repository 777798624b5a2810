"""A finished film made smaller, so that a chat takes it: python -m render.fit FILM OUT BYTES.

Exits with 0 where `OUT` is there and fits, with 1 where no film worth looking at can be so small.
It runs in a process of its own, and yields to whoever renders.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from render.shelf import aside

__all__ = ["Plan", "fit", "plan"]

WIDTHS = (1080, 720, 540, 450, 360)  # px; below 360 captions cannot be read
LEAST_BPS = 60_000  # of the picture; below it a film of 360 px is a mush
ENOUGH = 0.045  # bits a pixel, of which x264 makes a clean picture of cards and photos
MUXED = 0.96  # of a file, what is not its container
TRIES = (1.0, 0.8, 0.6)  # of the bits: x264 overshoots on short films
FREE, MADE, TOO_SMALL = 10, 0, 1


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of a picture, px, and the bits of picture and sound in a second."""

    width: int
    height: int
    video_bps: int
    audio_bps: int


def plan(width: int, height: int, fps: float, seconds: float, most: int) -> Plan | None:
    """Plan a film of at most `most` bytes that looks like one of width x height px.

    None where nothing of it could be seen any more. Its shape stays; it never becomes larger.
    """
    bps = most * 8 * MUXED / max(seconds, 0.1)
    audio = 96_000 if bps > 800_000 else 48_000
    video = int(bps - audio)
    if video < LEAST_BPS:
        return None
    widths = [w for w in WIDTHS if w <= width] or [width]
    tall = height / width
    enough = (w for w in widths if video >= ENOUGH * w * w * tall * fps)
    chosen = next(enough, widths[-1])
    return Plan(chosen // 2 * 2, round(chosen * tall / 2) * 2, video, audio)


def fit(film: Path, out: Path, most: int) -> bool:
    """Make a film of at most `most` bytes at `out`; False where that is not possible."""
    with av.open(str(film)) as box:
        picture = box.streams.video[0]
        fps = float(picture.average_rate or 30)
        seconds = float((box.duration or 0) / av.time_base)
        shape = picture.codec_context.width, picture.codec_context.height
    planned = plan(*shape, fps, seconds, most)
    for share in TRIES if planned else ():
        assert planned
        with suppress(_TooLarge), aside(out) as part:
            _encode(film, part, planned, share)
            if part.stat().st_size > most:
                raise _TooLarge
            return True
    return False


class _TooLarge(Exception):
    """What was made does not fit, and is thrown away."""


def _encode(film: Path, out: Path, planned: Plan, share: float) -> None:
    """Encode a film anew, with that share of the bits."""
    flags = {"movflags": "+faststart+use_metadata_tags"}
    with av.open(str(film)) as box, av.open(str(out), "w", format="mp4", options=flags) as small:
        small.metadata.update(box.metadata)
        seen, heard = box.streams.video[0], next(iter(box.streams.audio), None)
        bps = int(planned.video_bps * share)
        options = {"preset": "veryfast", "maxrate": str(bps), "bufsize": str(bps)}
        picture = small.add_stream("libx264", rate=seen.average_rate or 30, options=options)
        picture.width, picture.height = planned.width, planned.height
        picture.pix_fmt, picture.bit_rate = "yuv420p", bps
        ours, theirs = picture.codec_context, seen.codec_context
        for name in ("color_range", "colorspace", "color_primaries", "color_trc"):
            setattr(ours, name, getattr(theirs, name))
        ours.time_base = seen.time_base or Fraction(1, 90_000)
        sound = small.add_stream("aac", rate=48_000, layout="stereo") if heard else None
        if sound:
            sound.bit_rate = planned.audio_bps
        for packet in box.demux(*(stream for stream in (seen, heard) if stream)):
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    shot = frame.reformat(planned.width, planned.height, "yuv420p")
                    shot.pict_type = 0
                    small.mux(picture.encode(shot))
                elif sound and isinstance(frame, av.AudioFrame):
                    small.mux(sound.encode(frame))
        for stream in (picture, sound):
            if stream:
                small.mux(stream.encode())


def main(words: Sequence[str]) -> int:
    """Run the command line."""
    film, out, most = words
    os.nice(FREE)
    return MADE if fit(Path(film), Path(out), int(most)) else TOO_SMALL


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
