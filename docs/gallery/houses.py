"""Two houses of the gallery, each with a sign of its own, and a film that a third one shot."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw

from render.storyboard import Brand

__all__ = ["HOUSES", "filmed", "sign"]

HOUSES = {
    "tidewatch": Brand(
        "Tidewatch", accent="#FF5A36", ground="#0B1D33", chip="tab", lower_third="strap"
    ),
    "orchard": Brand("Orchard Street", accent="#0A5C4A", ground="#F4EEE2", chip="plain"),
}
"""Dark with straps and a tab; light with plain chips. Their signs are drawn by sign()."""

FINE = 4  # so many times larger is a sign drawn than it is saved
SECONDS, FPS, SIDES = 5, 25, (1280, 720)


def sign(name: str, file: Path) -> None:
    """Draw the sign of a house, transparent around it."""
    side = 240 * FINE
    art = Image.new("RGBA", (side, side))
    pen, colour = ImageDraw.Draw(art), HOUSES[name].accent
    if name == "tidewatch":
        for k, width in enumerate((0.96, 0.66, 0.36)):  # waves seen from the shore
            low, left = side * (0.92 - 0.3 * k), side * (1 - width) / 2
            box = (left, low - side * width / 2, side - left, low + side * width / 2)
            pen.pieslice(box, 180, 360, fill=colour if k % 2 == 0 else "#FFFFFF")
    else:
        pen.ellipse((side * 0.14, side * 0.26, side * 0.86, side * 0.98), fill=colour)
        leaf = (side * 0.5, side * 0.02, side * 0.82, side * 0.34)
        pen.pieslice(leaf, 90, 270, fill="#C8742B")
    art.resize((side // FINE,) * 2, Image.Resampling.LANCZOS).save(file)


def filmed(painting: Path, file: Path) -> None:
    """Film a painting: the camera goes from its left to its right."""
    with Image.open(painting) as image:
        wide = np.asarray(image.convert("RGB").resize((SIDES[0] * 5 // 4, SIDES[1] * 5 // 4)))
    with av.open(str(file), "w") as film:
        stream = film.add_stream("libx264", rate=FPS, options={"crf": "20"})
        stream.width, stream.height, stream.pix_fmt = *SIDES, "yuv420p"
        for n in range(SECONDS * FPS):
            x = round((wide.shape[1] - SIDES[0]) * n / (SECONDS * FPS - 1))
            part = np.ascontiguousarray(wide[-SIDES[1] :, x : x + SIDES[0]])
            frame = av.VideoFrame.from_ndarray(part, "rgb24")
            frame.pts, frame.time_base = n, Fraction(1, FPS)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
