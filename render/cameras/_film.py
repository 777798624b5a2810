"""What a film file is, before it is read: how long really, in what colours, whether clear in parts.

Headers promise what files do not keep: lengths are taken from the last pictures that are there.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import av
from av.stream import Disposition

from render.cameras import Unfilmable

__all__ = ["Film", "Light", "examined"]

Light = Literal["pq", "hlg", "wide"]
"""Light beyond BT.709: HDR of two kinds, or BT.2020 colours in plain light."""

KINDS = frozenset({"mov", "mp4", "matroska", "webm", "avi", "mpegts", "mpeg", "ogg", "mxf"})
MOST_PIXELS = 40_000_000  # of a picture, as for photos: 8K has 33 million
LEAST_SIDE = 120  # px
HD = 1280 * 720  # px: films that say nothing about their colours are BT.709 from this size on
MISSING_S = 1.0  # a file that ends so much before its header says has lost its end
DOLBY = ("dvh1", "dvhe", "dva1", "dvav", "dav1")  # their colours are no YUV
UNSAID, BT2020, PQ, HLG = 2, 9, 16, 18  # as ITU-T H.273 counts


@dataclass(frozen=True, slots=True)
class Film:
    """The pictures of a film file: where they are in it and how they are to be shown.

    `width` and `height` are the pixels of an upright picture, each `stretch` times as wide as high.
    `seconds` is when the last picture ends, `promised` when the header says so. `matrix` is as
    ffmpeg's scaler names it. `decoder` is "" where ffmpeg's own choice shows everything.
    """

    file: Path
    stream: int
    width: int
    height: int
    stretch: float
    seconds: float
    promised: float
    matrix: Literal["auto", "bt601", "bt709"] = "auto"
    light: Light | None = None
    clear: bool = False
    decoder: str = ""

    def part(self, size: tuple[int, int]) -> tuple[int, int]:
        """How many of its pixels, across and down, fill a frame of `size` without squeezing."""
        w, h = size
        across = min(self.width, self.height * w / h / self.stretch)
        down = min(self.height, self.width * self.stretch * h / w)
        return max(1, round(across)), max(1, round(down))

    @property
    def notice(self) -> str:
        """What an editor should know about the file, "" if nothing."""
        if self.promised - self.seconds < MISSING_S:
            return ""
        return f"{self.file.name} breaks off at {self.seconds:.1f} s of {self.promised:.1f} s"


def examined(file: Path) -> Film:
    """Look into a film file. Raises Unfilmable where it holds no film that can be shown."""
    if not file.is_file():
        raise Unfilmable(f"footage {file.name} does not exist")
    try:
        # No playlist may lead elsewhere while we find out that it is one.
        with av.open(
            f"file:{file.absolute()}",
            options={"protocol_whitelist": "file"},
            metadata_errors="ignore",
        ) as box:
            return _film(file, box)
    except (av.FFmpegError, OSError) as error:
        why = error.strerror or error
        raise Unfilmable(f"{file.name} is not footage that can be read: {why}") from error


def _film(file: Path, box: Any) -> Film:
    stream = _pictures(file, box)
    codec = stream.codec_context
    decoder = _decoder(stream)
    end, last = _ends(box, stream)
    first = _first(box, stream)
    if end <= 0 or first is None:
        raise Unfilmable(f"footage {file.name} has no pictures in it that can be read")
    lies = first.rotation % 180 != 0
    w, h, stretch = first.width, first.height, float(stream.sample_aspect_ratio or 1)
    return Film(
        file=file,
        stream=stream.index,
        width=h if lies else w,
        height=w if lies else h,
        stretch=1 / stretch if lies else stretch,
        seconds=end,
        promised=end + max(0.0, (box.duration or 0) / av.time_base - last),
        matrix=_matrix(codec),
        light=_light(codec),
        clear=bool(decoder) or any(part.is_alpha for part in codec.format.components),
        decoder=decoder,
    )


def _pictures(file: Path, box: Any) -> Any:
    """Find the stream of moving pictures; covers of sound files are none."""
    if not KINDS & set(box.format.name.split(",")):
        kind = box.format.name.removesuffix("_pipe")
        raise Unfilmable(f"{file.name} is {kind}, not footage: mp4, mov and webm are")
    stream = box.streams.best("video")
    if stream is None or stream.disposition & Disposition.attached_pic:
        raise Unfilmable(f"footage {file.name} has no pictures in it")
    codec = stream.codec_context
    w, h = codec.width, codec.height
    if codec.codec_tag in DOLBY:
        raise Unfilmable(f"footage {file.name} is Dolby Vision alone: export it as HDR10 or HLG")
    if codec.format is None:
        raise Unfilmable(f"footage {file.name}: its {codec.name} pictures cannot be read")
    if min(w, h) < LEAST_SIDE:
        raise Unfilmable(f"footage {file.name} is {w}x{h}, {LEAST_SIDE} px a side is the least")
    if w * h > MOST_PIXELS:
        raise Unfilmable(f"footage {file.name} is {w}x{h}, {MOST_PIXELS:,} pixels are the most")
    return stream


def _ends(box: Any, stream: Any) -> tuple[float, float]:
    """When the pictures end, and when all does, in seconds; from the file's tail where it can."""
    zero = (box.start_time or 0) / av.time_base
    if box.duration:
        box.seek(max(0, box.start_time + box.duration - av.time_base // 2))
        end, last = _played(box, stream)
        if end > 0:
            return end - zero, last - zero
        box.seek(box.start_time or 0)
    end, last = _played(box, stream)
    return end - zero, last - zero


def _played(box: Any, stream: Any) -> tuple[float, float]:
    """Read what follows: the end of its last picture and of its last packet, 0 if none is whole."""
    end = last = 0.0
    try:
        for packet in box.demux():
            if packet.pts is None or packet.is_corrupt:
                continue
            until = float((packet.pts + (packet.duration or 0)) * packet.time_base)
            last = max(last, until)
            if packet.stream is stream:
                end = max(end, until)
    except av.FFmpegError:  # torn off: what was there counts
        pass
    return end, last


def _first(box: Any, stream: Any) -> Any:
    """Develop the first picture, None if none comes out."""
    try:
        box.seek(box.start_time or 0)
        return next(box.decode(stream), None)
    except av.FFmpegError:
        return None


def _matrix(codec: Any) -> Literal["auto", "bt601", "bt709"]:
    """Which colour matrix to read with; a film that says none is taken by its size."""
    if codec.colorspace != UNSAID:
        return "auto"
    return "bt709" if codec.width * codec.height >= HD else "bt601"


def _light(codec: Any) -> Light | None:
    if codec.color_trc == PQ:
        return "pq"
    if codec.color_trc == HLG:
        return "hlg"
    return "wide" if codec.color_primaries == BT2020 else None


def _decoder(stream: Any) -> str:
    """Name the decoder that sees through a WebM: ffmpeg's own ones drop what is clear in it."""
    if stream.metadata.get("alpha_mode") != "1":
        return ""
    return {"vp8": "libvpx", "vp9": "libvpx-vp9"}.get(stream.codec_context.codec.canonical_name, "")
