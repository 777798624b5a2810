"""The clip that is measured: 30 s of photos and cards, built from a seed, so never another."""

from pathlib import Path

import cv2
import numpy as np

from render import Shot, Storyboard
from render.storyboard import View

__all__ = ["board"]

PORTRAIT, LANDSCAPE = (1296, 2304), (1920, 1280)
STAT = {"card": "stat", "value": "6.8", "unit": "km", "label": "Detour", "sub": "by car"}
LIST = {
    "card": "list",
    "title": "What is closed",
    "items": ["Harbour Bridge, both lanes", "Quay Street from the market", "Tram line 4"],
}
NOTE = "Source: Marlow Courier"


def board(folder: Path, seconds: float) -> Storyboard:
    """Build a board of about so many seconds, its photos lying in `folder`.

    A full photo with a view, one that fades in, one as a card, a stat, a photo of three views, a
    list: again from the start where the clip is to be longer. All have captions and a progress bar.
    """
    makers = (_opening, _faded, _as_card, _stat, _angles, _list)
    wanted = max(1, round(seconds / 5.0))  # a line with its gaps lasts about so long
    shots = tuple(makers[i % len(makers)](folder, i) for i in range(wanted))
    return Storyboard("Bridge", "en", shots, chip="HARBOUR", tone="tension", seed=1)


def photo(path: Path, seed: int, size: tuple[int, int]) -> dict[str, str]:
    """Draw something like a photo: smooth light, some edges, a little noise."""
    chance = np.random.default_rng(seed)
    patches = chance.uniform(30, 220, (8, 5, 3))
    light = cv2.resize(patches, size, interpolation=cv2.INTER_CUBIC)
    for _ in range(40):
        x, y, w, h = (int(v) for v in chance.integers((0, 0, 40, 40), (*size, 400, 500)))
        cv2.rectangle(light, (x, y), (x + w, y + h), chance.uniform(20, 230, 3).tolist(), -1)
    noisy = cv2.GaussianBlur(light, (0, 0), 1.5) + chance.normal(0, 2, light.shape)
    cv2.imwrite(str(path), np.clip(noisy, 0, 255).astype(np.uint8))
    return {"photo": str(path), "credit": "Photo: drawn for the bench"}


def _opening(folder: Path, n: int) -> Shot:
    line = "The old harbour bridge closed this morning, and nobody in town knows for how long."
    picture = photo(folder / f"{n}.jpg", n, PORTRAIT)
    views = (View(line.index("and nobody"), "photo", {**picture, "framing": "medium"}, "pan_left"),)
    return Shot(line, "photo", picture, note=NOTE, views=views)


def _faded(folder: Path, n: int) -> Shot:
    line = "Engineers found a crack as long as a bus under the middle of the three arches."
    picture = photo(folder / f"{n}.jpg", n, PORTRAIT)
    return Shot(line, "photo", picture, move="pull_out", transition="fade", note=NOTE)


def _as_card(folder: Path, n: int) -> Shot:
    line = "Ferries carried six thousand people before noon, twice as many as on other days."
    picture = photo(folder / f"{n}.jpg", n, LANDSCAPE) | {"framing": "full"}
    return Shot(line, "photo", picture, transition="fade", note=NOTE)


def _stat(folder: Path, n: int) -> Shot:
    line = "By car the way around is almost seven kilometres, and most of it is narrow."
    return Shot(line, "cards", STAT, transition="fade", note=NOTE)


def _angles(folder: Path, n: int) -> Shot:
    line = "Divers will look at the pillars tonight; a first report is due by the end of the week."
    picture = photo(folder / f"{n}.jpg", n, PORTRAIT)
    views = (
        View(line.index("pillars"), "photo", {**picture, "framing": "medium"}, "pan_right"),
        View(line.index("a first"), "photo", {**picture, "framing": "close"}, "push_in"),
    )
    return Shot(line, "photo", picture, move="pull_out", note=NOTE, views=views)


def _list(folder: Path, n: int) -> Shot:
    line = "Until then both lanes of the bridge, Quay Street and the fourth tram line stay closed."
    return Shot(line, "cards", LIST, transition="push", note=NOTE)
