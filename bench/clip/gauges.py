"""What is read off a clip: how true its pictures are, how smoothly a zoom moves."""

from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from render.cameras._framing import Rect, smoothstep
from render.cameras._still import still
from render.encode import planes
from render.look import CANVAS, MOTION
from render.planes import blank

__all__ = ["kbps", "smoothness", "ssim"]

SPOTS = ((300.0, 430.0), (780.0, 1150.0), (260.0, 1000.0))  # x, y of the marks on the picture
ROUND = 5.0  # px: the sigma of a mark


def ssim(clip: Path, store: Any, every: int = 20) -> float:
    """Compare the luma of every so-manieth frame with the raw frames, (n, bytes of one)."""
    with av.open(str(clip)) as shown:
        found = []
        for n, frame in enumerate(shown.decode(video=0)):
            if n % every == 0:
                luma = planes(frame).y
                found.append(_alike(luma, store[n][: luma.size].reshape(luma.shape)))
    return float(np.mean(found))


def kbps(clip: Path) -> float:
    """Bits of the picture alone, by seconds, in thousands."""
    with av.open(str(clip)) as film:
        sizes = [packet.size for packet in film.demux(video=0)]
        stream = film.streams.video[0]
        return sum(sizes) * 8 / 1000 / float(stream.duration * stream.time_base)


def smoothness(seconds: float = 5.0, fps: int = 30) -> tuple[float, float]:
    """How far a slow zoom strays from its curve: rms, and the largest single step, in pixels.

    Soft marks are painted on a picture; where they lie in each frame is the middle of their light.
    Under a zoom, a mark's place is a straight function of 1 / step.
    """
    frames = round(seconds * fps)
    w, h = CANVAS
    scene = still(_marks(), Rect(0, 0, w, h), "push_in", (w * 0.45, h * 0.4), CANVAS, frames)
    out, ways = blank(w, h), []
    for n in range(frames):
        scene.paint(n, out)
        ways.append([_middle(out.y, *spot) for spot in SPOTS])
    way = np.array(ways).reshape(frames, -1)  # x and y of each mark
    t = np.array([smoothstep(n / (frames - 1)) for n in range(frames)])
    base = np.column_stack([1 / (1 - MOTION.zoom * t), np.ones(frames)])
    off = way - base @ np.linalg.lstsq(base, way, rcond=None)[0]
    return float(np.sqrt((off**2).mean())), float(np.abs(np.diff(off, axis=0)).max())


def _marks() -> Any:
    x, y = np.meshgrid(np.arange(CANVAS[0]), np.arange(CANVAS[1]))
    light = sum(np.exp(-((x - a) ** 2 + (y - b) ** 2) / 2 / ROUND**2) for a, b in SPOTS)
    return np.repeat((200 * light)[..., None], 3, 2).round().astype(np.uint8)


def _middle(luma: Any, x: float, y: float) -> tuple[float, float]:
    """The middle of the light around a place, where a mark has moved by no more than 60 px."""
    reach = 110
    top, left = max(0, round(y) - reach), max(0, round(x) - reach)
    part = luma[top : round(y) + reach, left : round(x) + reach].astype(np.float64)
    part -= part.min()
    rows, columns = part.sum(1), part.sum(0)
    return (
        left + float(columns @ np.arange(len(columns)) / columns.sum()),
        top + float(rows @ np.arange(len(rows)) / rows.sum()),
    )


def _alike(a: Any, b: Any) -> float:
    """SSIM of two luma planes, with the usual Gaussian window of 1.5 pixels."""
    x, y = a.astype(np.float32), b.astype(np.float32)

    def mean(plane: Any) -> Any:
        return cv2.GaussianBlur(plane, (11, 11), 1.5)

    mx, my = mean(x), mean(y)
    vx, vy, both = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    same = (2 * mx * my + c1) * (2 * both + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return float(same.mean())
