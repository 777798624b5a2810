"""The house's sign: a picture file, best transparent, at the size at which it is shown."""

from pathlib import Path

import numpy as np
from PIL import Image

from render.look import Colour, contrast
from render.planes import Pixels

__all__ = ["FORMATS", "LARGEST_PX", "SMALLEST_PX", "fitted", "logo_mistake", "lost", "picture"]

FORMATS = ("PNG", "WEBP")
SMALLEST_PX, LARGEST_PX = 72, 4096  # of its shorter and its longer side
TRIM = 8  # alpha up to this is taken for nothing
LEAST, LOST = 1.6, 0.2  # contrast under which a colour is lost, and the share that may be


def logo_mistake(file: str) -> str:
    """Say what is wrong with a logo and the way out; "" where nothing is."""
    name = Path(file).name
    try:
        with Image.open(file) as image:
            if image.format not in FORMATS:
                return f"{name} is {image.format}: save it as PNG or WebP, best transparent"
            w, h = image.size
            if max(w, h) > LARGEST_PX or min(w, h) < SMALLEST_PX:
                return (
                    f"{name} is {w} x {h} px: its shorter side must have {SMALLEST_PX} px or more, "
                    f"its longer one {LARGEST_PX} or less"
                )
            if not _trimmed(image).getbbox():
                return f"{name} shows nothing: every pixel of it is transparent"
    except FileNotFoundError:
        return f"{file} is not there: name a PNG or WebP file"
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        return f"{name} cannot be read ({error}): save it again as PNG or WebP"
    return ""


def lost(rgba: Pixels, ground: Colour) -> bool:
    """Whether a part of a logo that matters cannot be told from a ground."""
    seen = rgba[rgba[..., 3] > 128][:, :3]
    levels = np.unique(seen // 16 * 16 + 8, axis=0, return_counts=True)
    pale = [contrast(Colour(*map(int, rgb)), ground) < LEAST for rgb in levels[0]]
    return bool(levels[1][pale].sum() > LOST * len(seen))


def fitted(file: str, w: float, h: float) -> tuple[float, float]:
    """How wide and high a logo stands in a room of w x h, its empty rim not counted."""
    with Image.open(file) as image:
        wide, high = _trimmed(image).size
    scale = min(w / wide, h / high)
    return wide * scale, high * scale


def picture(file: str, size: tuple[int, int]) -> Pixels:
    """Read a logo at a size in px: (H, W, 4) RGBA, alpha not multiplied."""
    with Image.open(file) as image:
        art = _trimmed(image)
    # Scaled with alpha multiplied in: the colour of clear pixels must not shine through.
    small = art.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    return np.asarray(small)


def _trimmed(image: Image.Image) -> Image.Image:
    """The picture without the clear rim around it."""
    art = image.convert("RGBA")
    return art.crop(art.getchannel("A").point(lambda a: 255 * (a > TRIM)).getbbox())
