"""From a model's pictures to a clip's frames, on the device: cropped, enlarged, at the clip's pace.

A model makes 480x832 at 16 a second where the clip has 1080x1920 at 30. In-between frames mix
their two neighbours by nearness in time: repeating frames instead would show each picture for one
frame here and for two there, a stutter that is seen in every slow move. Flow would be sharper where
much moves, and needs a model of its own. Pictures are mixed while they are small, which is the same
as later, because both steps are linear.
"""

from typing import TYPE_CHECKING

from render.lab import Order, Troubled

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["finished"]

AT_ONCE = (
    2**24
)  # pixels enlarged in one go: eight frames of 1080x1920, 0.2 GB in each of two floats


def finished(pictures: "Tensor", fps: float, order: Order) -> "Tensor":
    """Deliver an order: uint8 (N, 3, H, W) on the device of `pictures`, which stay as they are.

    `pictures` are floats (T, 3, h, w), 0 to 1, at `fps`; what lies outside is clipped. A still has
    N = 1, a film the order's frames: its first is the model's first, its last is held where the
    model's film ends early, and what is too long is cut. Raises Troubled("picture") for pictures
    that hold something else than numbers, as untrained or overflown models make.
    """
    import torch

    _see(pictures)
    count = 1 if order.kind == "still" else order.frames
    size = (order.height, order.width)
    frames = torch.empty((count, 3, *size), dtype=torch.uint8, device=pictures.device)
    part = _cropped(pictures, order.width / order.height)
    step = max(1, AT_ONCE // (order.width * order.height))
    for first in range(0, count, step):
        chunk = frames[first : first + step]
        moments = torch.arange(first, first + len(chunk), dtype=torch.float64) * fps / order.fps
        chunk.copy_(_enlarged(_at(part, moments), size))
    return frames


def _see(pictures: "Tensor") -> None:
    whole = pictures.isfinite().flatten(1).all(1)
    broken = whole.logical_not().nonzero().flatten().tolist()
    if broken:
        said = (
            f"{len(broken)} of {len(pictures)} pictures came out broken, the first at {broken[0]}"
        )
        raise Troubled("picture", said)


def _cropped(pictures: "Tensor", shape: float) -> "Tensor":
    """The middle, as wide as `shape` times its height, to the nearest pixel."""
    height, width = pictures.shape[-2:]
    w, h = min(width, round(height * shape)) or 1, min(height, round(width / shape)) or 1
    x, y = (width - w) // 2, (height - h) // 2
    return pictures[..., y : y + h, x : x + w]


def _at(pictures: "Tensor", moments: "Tensor") -> "Tensor":
    """The pictures at these moments, counted in pictures: floats (len(moments), 3, h, w)."""
    last = len(pictures) - 1
    moments = moments.clamp(max=last)
    before = moments.floor()
    share = (moments - before).to(pictures.device).float()[:, None, None, None]
    before = before.long().to(pictures.device)
    one, next_one = pictures[before], pictures[(before + 1).clamp(max=last)]
    return one.float().lerp(next_one.float(), share)


def _enlarged(pictures: "Tensor", size: tuple[int, int]) -> "Tensor":
    """Levels, still floats: cubic convolution, wider where it makes smaller, then rounded."""
    from torch.nn.functional import interpolate

    large = interpolate(pictures, size=size, mode="bicubic", antialias=True)
    return large.mul_(255).round_().clamp_(0, 255)
