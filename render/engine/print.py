"""From frames to a file: a film as mp4, with its sound where there is some, a still as PNG.

Colours are converted on the device, by the matrix and the siting of `render.planes`: half the bytes
travel to the host, and the clip's encoder gets the colours that it would have drawn itself.
"""

import io
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from render.encode import BT709, LIMITED
from render.lab import Troubled
from render.planes import to_yuv
from render.timeline import RATE

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["film", "still"]

AT_ONCE = 2**24  # pixels converted in one go, as in `finish`
LAYOUTS = {1: "mono", 2: "stereo"}
BITS = 128_000  # of sound, a second

# The clip is encoded once more, so this one keeps what the eye would not miss either. No B-frames:
# they only cost time here, and every packet then has its place from the start.
X264 = {
    "preset": "ultrafast",
    "crf": "16",
    "aq-mode": "1",  # ultrafast drops it, and dark slopes fall into blocks
    "x264-params": "cpu-independent=1",  # as in `render.encode.Stock`
}
NVENC = {"preset": "p4", "rc": "constqp", "qp": "16", "bf": "0"}


def film(frames: "Tensor", fps: int, sound: NDArray[np.float32] | None, rate: int) -> bytes:
    """Encode frames (uint8 (N, 3, H, W), even sides, N > 0) and sound as an mp4 in BT.709.

    `sound` is (channels, samples), one channel or two, -1 to 1 at `rate` Hz; what is longer than
    the film is cut. It is heard as AAC at the clips' rate. Raises Troubled("picture") where the
    sound holds something else than numbers, Troubled("bug") where it cannot be encoded.
    """
    if sound is not None and not np.isfinite(sound).all():
        raise Troubled("picture", "its sound came out broken")
    try:
        return _film(frames, fps, sound, rate)
    except (av.FFmpegError, ValueError) as error:
        n, _, h, w = frames.shape
        raise Troubled("bug", f"{n} frames of {w}x{h} cannot be encoded: {error}") from error


def still(frame: "Tensor") -> bytes:
    """Encode one frame (uint8 (3, H, W)) as PNG, packed quickly rather than tightly."""
    file = io.BytesIO()
    pixels = frame.permute(1, 2, 0).contiguous().cpu().numpy()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _film(frames: "Tensor", fps: int, sound: NDArray[np.float32] | None, rate: int) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        pictures = _screen(out, frames, fps)
        heard = None if sound is None else out.add_stream("aac", rate=RATE, bit_rate=BITS)
        if sound is not None and heard is not None:
            heard.layout = LAYOUTS[len(sound)]
            sound = sound[:, : round(len(frames) / fps * rate)]
            out.mux(heard.encode(_waves(sound, rate)))
            out.mux(heard.encode(None))
        for n, picture in enumerate(_pictures(frames)):
            picture.pts, picture.time_base = n, Fraction(1, fps)
            out.mux(pictures.encode(picture))
        out.mux(pictures.encode(None))
    return file.getvalue()


def _screen(out: Any, frames: "Tensor", fps: int) -> Any:
    """The stream of pictures: encoded on the GPU that they lie on, if it can, else by x264."""
    height, width = frames.shape[-2:]
    gpu = frames.device.index or 0
    on_gpu = frames.is_cuda and _films(gpu)
    options = {**NVENC, "gpu": str(gpu)} if on_gpu else X264
    options = {**options, "g": str(2 * fps)}
    stream = out.add_stream("h264_nvenc" if on_gpu else "libx264", rate=fps, options=options)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    lens = stream.codec_context
    lens.thread_count = 0  # as many as x264 likes
    lens.color_range, lens.colorspace = LIMITED, BT709
    lens.color_primaries, lens.color_trc = BT709, BT709
    return stream


@cache
def _films(gpu: int) -> bool:
    """Whether this GPU encodes: those made for computing alone (A100, H100) have no encoder."""
    options: Mapping[str, str] = {**NVENC, "gpu": str(gpu)}
    try:
        coder: Any = av.CodecContext.create("h264_nvenc", "w")
        coder.width, coder.height, coder.pix_fmt = 512, 512, "yuv420p"
        coder.time_base, coder.options = Fraction(1, 30), dict(options)
        coder.open()
    except (av.FFmpegError, ValueError):
        return False
    return True


def _waves(sound: NDArray[np.float32], rate: int) -> av.AudioFrame:
    samples = np.ascontiguousarray(sound, np.float32).clip(-1, 1)
    frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=LAYOUTS[len(samples)])
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    return frame


def _pictures(frames: "Tensor") -> Iterator[av.VideoFrame]:
    """The frames as the encoder takes them."""
    step = max(1, AT_ONCE // (frames.shape[-1] * frames.shape[-2]))
    for first in range(0, len(frames), step):
        for planes in _packed(frames[first : first + step]).cpu().numpy():
            yield av.VideoFrame.from_ndarray(planes, format="yuv420p")


def _packed(frames: "Tensor") -> "Tensor":
    """Three planes behind each other, uint8 (n, 3/2 H, W); chroma is the mean of four pixels."""
    import torch
    from torch.nn.functional import avg_pool2d

    rgb = frames.float()
    small = avg_pool2d(rgb, 2)
    planes = [_mixed(part, row) for part, row in zip((rgb, small, small), _matrix(), strict=True)]
    whole = torch.cat([plane.flatten(1) for plane in planes], 1)
    return whole.view(len(frames), -1, frames.shape[-1])


def _mixed(rgb: "Tensor", row: tuple[float, ...]) -> "Tensor":
    """One plane, (n, H, W). By hand: a product of matrices would round to ten bits on a GPU."""
    import torch

    red, green, blue, offset = row
    plane = rgb[:, 0] * red + rgb[:, 1] * green + rgb[:, 2] * blue + offset
    return plane.round_().clamp_(0, 255).to(torch.uint8)


@cache
def _matrix() -> tuple[tuple[float, ...], ...]:
    """Rows of Y, Cb and Cr: what red, green and blue weigh, and the offset."""
    offset = to_yuv(np.zeros(3)).astype(float)
    weights = (to_yuv(np.eye(3) * 255).astype(float) - offset) / 255
    return tuple(tuple(map(float, row)) for row in np.column_stack([weights.T, offset]))
