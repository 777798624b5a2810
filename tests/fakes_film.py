"""Small films of every kind, made with the encoders that the render brings along."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from render.planes import Pixels

SIZE = (192, 144)
PATCHES = ((200, 30, 30), (30, 200, 30), (30, 30, 200), (128, 128, 128), (20, 20, 20))
VP9 = {"deadline": "realtime", "cpu-used": "8", "crf": "4"}


def patches(_: int, size: tuple[int, int] = SIZE) -> Pixels:
    """Bands of PATCHES, one above the other, all across."""
    rows = np.arange(size[1]) * len(PATCHES) // size[1]
    return np.array(PATCHES, np.uint8)[rows][:, None].repeat(size[0], 1)


def grey(n: int, step: int = 10) -> Pixels:
    """A level that counts the pictures."""
    return np.full((SIZE[1], SIZE[0], 3), 20 + step * n, np.uint8)


def filmed(
    path: Path,
    paint: Callable[[int], Any] = patches,
    count: int = 2,
    fps: int = 10,
    at_ms: Sequence[int] = (),
    turned: int = 0,
    codec: str = "libx264",
    kind: str = "yuv420p",
    options: dict[str, str] | None = None,
    matrix: int | None = None,
    **tags: Any,
) -> Path:
    """Make a film of `count` pictures, at `fps` or each at its own time.

    `turned` is how the camera was held, in degrees; `tags` are set on the encoder; `matrix` is that
    of the colours where the film is not to say it. A picture with
    four colours has its last one as how far it covers.
    """
    with av.open(str(path), "w") as film:
        stream = film.add_stream(codec, rate=fps, options=options or {"crf": "1"})
        first = np.asarray(paint(0))
        stream.height, stream.width, stream.pix_fmt = *first.shape[:2], kind
        stream.codec_context.time_base = Fraction(1, 1000) if at_ms else Fraction(1, fps)
        for name, value in tags.items():
            setattr(stream.codec_context, name, value)
        if turned:
            stream.set_display_rotation(turned)
        for n in range(len(at_ms) or count):
            drawn = np.asarray(paint(n))
            frame = av.VideoFrame.from_ndarray(drawn, "rgba" if drawn.shape[2] == 4 else "rgb24")
            frame = frame.reformat(format=kind, dst_colorspace=matrix or tags.get("colorspace"))
            frame.pts, frame.time_base = n, Fraction(1, fps)
            if at_ms:
                frame.pts, frame.time_base = at_ms[n], Fraction(1, 1000)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return path


def sounded(path: Path, seconds: float = 0.5) -> Path:
    """Make a file of sound alone."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("aac", rate=48000)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, round(seconds * 48000)), np.float32), "fltp", "mono"
        )
        frame.sample_rate = 48000
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def noise(n: int) -> Pixels:
    """Nothing that a codec can save on."""
    return np.random.default_rng(n).integers(0, 255, (SIZE[1], SIZE[0], 3), dtype=np.uint8)


def front_loaded(film: Path) -> Path:
    """Put a film's index before its pictures, as those do that are played while they come."""
    path = film.with_name(f"front-{film.name}")
    with (
        av.open(str(film)) as old,
        av.open(str(path), "w", options={"movflags": "faststart"}) as new,
    ):
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    return path


def streamed(film: Path, path: Path) -> Path:
    """Copy a film as a live stream is kept: without a length, an index, a way back."""
    with av.open(str(film)) as old, path.open("wb") as file:
        new = av.open(_OneWay(file), "w", format="webm")
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
        new.close()
    return path


class _OneWay:
    """A file that can only be written on."""

    def __init__(self, file: Any) -> None:
        self.write = file.write
