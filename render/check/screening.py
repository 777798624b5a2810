"""Watches a finished clip once, as any player would, and keeps what the bars need of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from render import RenderError
from render.cameras import Planes
from render.check.reading import Eye
from render.encode import planes
from render.sound import Sound

__all__ = ["Footage", "Track", "watch"]

THUMB = (54, 96)  # width, height
COARSE = 4  # every fourth row makes a thumbnail: as good, and a third of the time


@dataclass(frozen=True, slots=True)
class Track:
    """One stream's facts; times in seconds. `form` is what a player has to be able to decode."""

    form: str = "none"
    start: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Footage:
    """A decoded clip.

    `thumbs` is the luma of every frame, uint8 of shape (frames, 96, 54), `tints` its chroma, of
    shape (frames, 2, 96, 54); `sound` mono at the file's rate; `keys` the times of the key frames;
    `boxes` the top-level parts of the file, `bytes` its size.
    """

    picture: Track
    audio: Track
    size: tuple[int, int]
    fps: float
    colour: tuple[int, ...]
    thumbs: NDArray[np.uint8]
    tints: NDArray[np.uint8]
    sound: Sound
    keys: tuple[float, ...]
    boxes: tuple[str, ...]
    bytes: int


def watch(clip: Path, eyes: Sequence[Eye] = ()) -> Footage:
    """Decode a clip, every frame before all eyes; what they keep must be a copy.

    Raises RenderError where it cannot be read or has no picture.
    """
    try:
        with av.open(str(clip)) as film:
            return _watched(film, eyes, _boxes(clip), clip.stat().st_size)
    except (OSError, av.FFmpegError, IndexError) as error:
        raise RenderError(f"{clip} cannot be read as a clip: {error}") from error


def _watched(film: Any, eyes: Sequence[Eye], boxes: tuple[str, ...], size: int) -> Footage:
    picture, audio = film.streams.video[0], next(iter(film.streams.audio), None)
    lens = picture.codec_context
    # deblocking is left out: it costs a quarter of the time and a thumbnail does not show it
    lens.thread_type, lens.options = "AUTO", {"skip_loop_filter": "all"}
    thumbs: list[NDArray[np.uint8]] = []
    tints: list[NDArray[np.uint8]] = []
    sound: list[Sound] = [np.zeros(0, np.float32)]
    keys: list[float] = []
    for frame in film.decode(*film.streams):
        if isinstance(frame, av.VideoFrame):
            shown = planes(frame)
            for eye in eyes:
                eye.see(len(thumbs), shown)
            thumbs.append(_thumb(shown))
            tints.append(_tint(shown))
            keys += [float(frame.time or 0)] if frame.key_frame else []
        else:
            sound.append(frame.to_ndarray().mean(axis=0, dtype=np.float32))
    return Footage(
        picture=_track(picture, f"{lens.name} {lens.profile} {lens.level} {lens.pix_fmt}"),
        audio=_heard(audio) if audio else Track(),
        size=(lens.width, lens.height),
        fps=float(picture.average_rate or 0),
        colour=(lens.color_primaries, lens.color_trc, lens.colorspace, lens.color_range),
        thumbs=np.array(thumbs),
        tints=np.array(tints),
        sound=np.concatenate(sound),
        keys=tuple(keys),
        boxes=boxes,
        bytes=size,
    )


def _thumb(picture: Planes) -> NDArray[np.uint8]:
    rows = picture.y[:: COARSE if len(picture.y) >= 2 * COARSE * THUMB[1] else 1]
    return np.asarray(cv2.resize(rows, THUMB, interpolation=cv2.INTER_AREA), np.uint8)


def _tint(picture: Planes) -> NDArray[np.uint8]:
    """Take single pixels: colour is smooth enough."""
    nearest = cv2.INTER_NEAREST
    parts = [cv2.resize(c, THUMB, interpolation=nearest) for c in (picture.u, picture.v)]
    return np.asarray(parts, np.uint8)


def _heard(stream: Any) -> Track:
    lens = stream.codec_context
    return _track(stream, f"{lens.name} {lens.sample_rate} Hz x{lens.channels}")


def _track(stream: Any, form: str) -> Track:
    start, length = stream.start_time or 0, stream.duration or 0
    return Track(form, float(start * stream.time_base), float(length * stream.time_base))


def _boxes(clip: Path) -> tuple[str, ...]:
    """Name the boxes of an mp4: 4 bytes of size, 4 of name; size 1 means 8 more, 0 the rest."""
    names, at, end = [], 0, clip.stat().st_size
    with clip.open("rb") as file:
        while at + 8 <= end:
            file.seek(at)
            head = file.read(16)
            size = int.from_bytes(head[:4], "big")
            size = int.from_bytes(head[8:16], "big") if size == 1 else size or end - at
            names.append(head[4:8].decode("latin-1"))
            at += max(size, 8)
    return tuple(names)
