"""Frames and sound to mp4: pieces filmed side by side, then joined without encoding again.

Each finished piece is a file on the shelf under the name of its content: a killed render goes on
at the first one that is missing. What a frame shows is the business of `paint`.
"""

import heapq
import os
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av
import numpy as np
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from render import Progress, RenderError
from render.cameras import Planes
from render.shelf import aside
from render.sound.tape import Tape, play, record, track

__all__ = ["Paint", "Piece", "Stock", "film", "join", "planes", "splice"]

Paint = Callable[[int, Planes], None]
"""Write frame n of the clip into the planes; called from several threads at once."""

Packet: TypeAlias = "av.Packet[Any]"

BT709 = 1  # primaries, transfer and matrix carry the same number
LIMITED = 1


@dataclass(frozen=True, slots=True)
class Stock:
    """The film that is loaded: the size of a frame, the pace, and how x264 is set."""

    width: int
    height: int
    fps: int
    preset: str = "veryfast"
    crf: int = 21

    @property
    def options(self) -> dict[str, str]:
        """What x264 is told. The limits on rate are those of the platforms' upload advice.

        `cpu-independent` has it plan its bits in plain code. In AVX-512 (PyAV 18.1) that part is
        not repeatable: the same frames gave another film in one of a few to some dozen runs.
        Without `b-pyramid` it holds two pictures less, 23 MB, and the bits are no more. Seven
        frames of look-ahead for veryfast's ten are 20 MB less and 5 % fewer bits; SSIM loses .0003.
        """
        ahead = ":rc-lookahead=7" * (self.preset == "veryfast")
        return {
            "preset": self.preset,
            "crf": str(self.crf),
            "profile": "high",
            "bf": "0" if self.preset == "ultrafast" else "2",  # there they only cost time
            "g": str(2 * self.fps),
            "flags": "+cgop",
            "maxrate": "10M",
            "bufsize": "20M",
            "x264-params": f"cpu-independent=1:b-pyramid=none{ahead}",
        }


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames [first, last) of the clip, and the file that they become."""

    first: int
    last: int
    path: Path


def film(
    paint: Paint, pieces: Sequence[Piece], stock: Stock, workers: int, progress: Progress
) -> int:
    """Film the pieces that do not lie on the shelf yet; say how many frames were painted.

    Each worker is a thread with its own x264: painting and encoding both let others run. An error
    or a signal stops all of them within a frame, and finished pieces stay.
    """
    missing = [piece for piece in pieces if not piece.path.exists()]
    total, stop = sum(piece.last - piece.first for piece in missing), threading.Event()
    painted: list[int] = []  # appending is safe from several threads, counting up is not

    def shoot(piece: Piece) -> None:
        try:
            with aside(piece.path) as part, closing(_shot(paint, piece, stock, part)) as frames:
                for n in frames:
                    painted.append(n)
                    if stop.is_set():
                        raise RenderError("the render was stopped")
        except av.FFmpegError as error:
            raise RenderError(f"x264 does not take {stock}: {error}") from error

    workers = workers or os.cpu_count() or 1
    pool = ThreadPoolExecutor(workers, "film")
    try:
        running = {pool.submit(shoot, piece) for piece in _in_turn(missing, workers)}
        while running:
            done, running = wait(running, timeout=0.2, return_when="FIRST_EXCEPTION")
            for future in done:
                future.result()
            progress("draw", len(painted) / total)
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)
    return total


def join(
    pieces: Sequence[Piece],
    sound: NDArray[np.float32] | Tape,
    stock: Stock,
    tags: Mapping[str, str],
    out: Path,
) -> None:
    """Splice pieces at `out`, where the clip shows up finished. Raises RenderError."""
    with aside(out) as part:
        splice(pieces, sound if isinstance(sound, Tape) else record(sound), stock, tags, part)


def splice(
    pieces: Sequence[Piece], tape: Tape, stock: Stock, tags: Mapping[str, str], path: Path
) -> None:
    """Put the pieces behind each other, with their sound, as one mp4."""
    flags = {"movflags": "+faststart+use_metadata_tags"}
    with av.open(str(path), "w", format="mp4", options=flags) as clip:
        clip.metadata.update(tags)
        with _open(pieces[0]) as film:
            picture = clip.add_stream_from_template(film.streams.video[0])
        packets = (_picture(pieces, picture, stock.fps), play(tape, track(clip, tape)))
        for packet in heapq.merge(*packets, key=_when):
            clip.mux(packet)


def _in_turn(pieces: Sequence[Piece], workers: int) -> list[Piece]:
    """Put the last few in order of length, longest first, so that all workers end together.

    The others stay in the order of the clip: neighbours share what is painted.
    """
    rest = max(0, len(pieces) - 2 * workers)
    last = sorted(pieces[rest:], key=lambda piece: piece.first - piece.last)
    return [*pieces[:rest], *last]


def _shot(paint: Paint, piece: Piece, stock: Stock, path: Path) -> Generator[int, None, None]:
    """Film one piece, yielding after each frame."""
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=stock.fps, options=stock.options)
        stream.width, stream.height, stream.pix_fmt = stock.width, stock.height, "yuv420p"
        lens = stream.codec_context
        lens.thread_count = 1
        lens.color_range, lens.colorspace = LIMITED, BT709
        lens.color_primaries, lens.color_trc = BT709, BT709
        frame = av.VideoFrame(stock.width, stock.height, "yuv420p")
        frame.time_base = Fraction(1, stock.fps)
        for n in range(piece.first, piece.last):
            frame.make_writable()  # x264 has copied the frame before; if not, this takes a new one
            paint(n, planes(frame))
            frame.pts = n - piece.first
            out.mux(stream.encode(frame))
            yield n
        out.mux(stream.encode(None))


def planes(frame: av.VideoFrame) -> Planes:
    """Look at an encoder's frame as arrays: what is written there is encoded, nothing is copied."""
    return Planes(*(_pixels(plane) for plane in frame.planes))


def _pixels(plane: VideoPlane) -> NDArray[np.uint8]:
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def _picture(pieces: Sequence[Piece], stream: Any, fps: int) -> Iterator[Packet]:
    """Read the pieces' packets with the times of the whole clip."""
    for piece in pieces:
        with _open(piece) as film:
            for packet in film.demux(video=0):
                if packet.dts is None or packet.pts is None or packet.time_base is None:
                    continue  # the demuxer's last word is an empty packet
                start = int(piece.first / packet.time_base / fps)
                packet.pts, packet.dts = packet.pts + start, packet.dts + start
                packet.stream = stream
                yield packet


def _open(piece: Piece) -> Any:
    try:
        return av.open(str(piece.path))
    except av.FFmpegError as error:
        why = f"{piece.path} cannot be read: {error}; delete it and render again"
        raise RenderError(why) from error


def _when(packet: Packet) -> Fraction:
    return (packet.dts or 0) * (packet.time_base or Fraction(0))
