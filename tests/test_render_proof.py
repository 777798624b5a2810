"""A film that a model made is held against the bars that its clip would miss."""

from pathlib import Path

import numpy as np
import pytest

from fakes_film import filmed
from render.lab.proof import flaw
from render.planes import Pixels

SIZE = (108, 192)


def level(grey: int) -> Pixels:
    return np.full((SIZE[1], SIZE[0], 3), grey, np.uint8)


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ([120] * 30, ""),  # nothing moves: captions will
        ([120 + n for n in range(60)], ""),
        ([40, 40, 40, 220, 220, 220] * 10, "its film fails: flashes 5 in a second, at most 3"),
        ([120] * 15 + [0] * 15, "its film fails: black 0.5 s, at most 0.3 s"),
    ],
)
def test_what_flashes_or_is_black_is_found(tmp_path: Path, levels: list[int], said: str) -> None:
    film = filmed(tmp_path / "made.mp4", lambda n: level(levels[n]), len(levels), 30)
    assert flaw(film, 30) == said


def test_a_film_that_cannot_be_read_is_no_film(tmp_path: Path) -> None:
    (tmp_path / "made.mp4").write_bytes(b"no film")
    assert "cannot be read" in flaw(tmp_path / "made.mp4", 30)
