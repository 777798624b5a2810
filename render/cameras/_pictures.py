"""Picture files -> plain RGB: opened with care, graded by tone, asked for what matters in them."""

import struct
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageOps

from render.cameras import Unfilmable
from render.cameras._framing import Rect
from render.look import Grade
from render.planes import Pixels

__all__ = ["faces", "focus", "graded", "open_picture"]

MOST_PIXELS = 40_000_000
LEAST_SIDE = 160  # px: less than that is a dot or a tracking pixel, not a picture
SLIMMEST = 12  # times as long as wide: of what is longer, nothing sharp would be left
KEPT_SIDE = 3200  # px: more is never shown
SHARP_SIDE = 2400  # px: a JPEG is opened at half its size where that is left, 18 MB and not 72
FORMATS = ("JPEG", "PNG", "WEBP")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error)  # what Pillow's readers raise
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_LUMA = np.array([0.2126, 0.7152, 0.0722])
_LOOKING = Lock()  # the finder keeps its pyramid in itself: two threads at once make it fall over


def open_picture(path: Path) -> Pixels:
    """Read a picture file as (H, W, 3) RGB, upright, its first frame, transparent parts white.

    Raises Unfilmable where it is no JPEG, PNG or WebP, broken, too large or too small.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:
            _check_size(image, path)
            image.draft("RGB", (SHARP_SIDE, SHARP_SIDE))
            ImageOps.exif_transpose(image, in_place=True)
            image.thumbnail((KEPT_SIDE, KEPT_SIDE))
            return np.ascontiguousarray(_eight_bit(image))
    except FileNotFoundError as error:
        raise Unfilmable(f"picture {path.name} does not exist") from error
    except _BOMBS as error:
        raise Unfilmable(f"picture {path.name} is larger than {MOST_PIXELS:,} pixels") from error
    except Unfilmable:
        raise
    except _BROKEN as error:
        raise Unfilmable(f"{path.name} is not a picture that can be read: {error}") from error


def graded(rgb: Pixels, grade: Grade) -> Pixels:
    """Colour a picture by tone: saturation, contrast about the middle, gain."""
    saturate = grade.saturation * np.eye(3) + (1 - grade.saturation) * _LUMA
    matrix = grade.contrast * np.diag(grade.gain) @ saturate
    offset = np.full(3, 128 * (1 - grade.contrast))
    picture: Any = cv2.transform(rgb, np.column_stack([matrix, offset]))
    return picture  # type: ignore[no-any-return]


def faces(rgb: Pixels) -> tuple[Rect, ...]:
    """Find faces seen from the front, largest first; none where this OpenCV has no detector."""
    scale = min(1.0, 640 / max(rgb.shape[:2]))
    grey = cv2.cvtColor(cv2.resize(rgb, None, fx=scale, fy=scale), cv2.COLOR_RGB2GRAY)
    found = _found(cv2.equalizeHist(grey).tobytes(), grey.shape[1])
    boxes = (Rect(*(side / scale for side in box)) for box in found)
    return tuple(sorted(boxes, key=lambda box: -box.w * box.h))


def focus(rgb: Pixels) -> tuple[float, float]:
    """The point (x, y), in pixels, around which most is to be seen: edges, skin, strong colour."""
    scale = 128 / max(rgb.shape[:2])
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    part = small.astype(np.float32) / 255
    grey = part @ _LUMA.astype(np.float32)
    edges = np.abs(cv2.Laplacian(grey, cv2.CV_32F))
    strong = part.max(2) - part.min(2)
    near_skin = np.linalg.norm(_unit(part) - np.array([0.78, 0.57, 0.44]), axis=2)
    skin = np.clip(1 - near_skin / 0.25, 0, 1) * (grey > 0.2)
    score = cv2.GaussianBlur(3 * edges + 0.9 * skin + 0.3 * strong * (grey > 0.05), (0, 0), 9)
    h, w = score.shape
    middle = np.hypot(*np.meshgrid(np.linspace(-1, 1, w), np.linspace(-1, 1, h)))
    y, x = np.unravel_index(int(np.argmax(score * (1.2 - 0.45 * middle))), score.shape)
    return (float(x) + 0.5) / scale, (float(y) + 0.5) / scale


def _check_size(image: Image.Image, path: Path) -> None:
    w, h = image.size
    if w * h > MOST_PIXELS:
        raise Unfilmable(f"picture {path.name} has {w * h:,} pixels, {MOST_PIXELS:,} is the most")
    if min(w, h) < LEAST_SIDE:
        raise Unfilmable(f"picture {path.name} is {w}x{h}, {LEAST_SIDE} px a side is the least")
    if max(w, h) > SLIMMEST * min(w, h):
        raise Unfilmable(f"picture {path.name} is {w}x{h}, a strip and not a picture")


def _eight_bit(image: Image.Image) -> Pixels:
    if image.mode.startswith(("I", "F")):  # 16 bits a sample; only grey keeps them in Pillow
        deep = np.asarray(image, np.float64)
        top = 65535 if deep.max(initial=0) > 255 else 255
        grey = np.clip(deep / top * 255, 0, 255).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    if image.has_transparency_data:
        art = image.convert("RGBA")
        white = Image.new("RGBA", art.size, "white")
        return np.asarray(Image.alpha_composite(white, art).convert("RGB"))
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def _unit(part: Any) -> Any:
    return part / np.maximum(np.linalg.norm(part, axis=2, keepdims=True), 1e-3)


@lru_cache(16)  # a picture is opened for each of its views, in the preview and in the clip
def _found(grey: bytes, width: int) -> tuple[tuple[float, ...], ...]:
    """Look for faces in a grey picture; each is x, y, width and height in its pixels."""
    finder = _face_finder()
    if finder is None:
        return ()
    rows = np.frombuffer(grey, np.uint8).reshape(-1, width)
    with _LOOKING:
        boxes = finder.detectMultiScale(rows, 1.12, 7, minSize=(36, 36))
    return tuple(tuple(float(side) for side in box) for box in boxes)


@lru_cache(1)
def _face_finder() -> Any:
    opencv: Any = cv2  # 5.0 has neither the class nor the files
    if not hasattr(opencv, "CascadeClassifier"):
        return None
    file = Path(opencv.data.haarcascades) / "haarcascade_frontalface_default.xml"
    return opencv.CascadeClassifier(str(file)) if file.is_file() else None
