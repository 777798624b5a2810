"""Storyboard in, finished clip out.

`render(board, out, studio)` speaks the lines, plans the frames, draws, encodes, checks, and leaves
a clip with its sidecars beside it. Usable alone: `python -m render board.json out.mp4`.

    RenderError     this board cannot become a clip here, and why (a ValueError)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from render.lab.settings import Lab
from render.storyboard import Brand, Shot, Storyboard

__all__ = [
    "Brand",
    "Clip",
    "Credentials",
    "Progress",
    "RenderError",
    "Shot",
    "Storyboard",
    "Studio",
    "Variant",
    "render",
]

Progress = Callable[[str, float], None]
"""Called with the stage and how much of it is done, 0 to 1; by one thread at a time.

The stages are voice, draw, sound, check. Where they are asked for, preview comes after voice,
generate (shots that a model makes) before draw, and clean is the last.
"""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs a clip: certificates (PEM, the signer's own first) and the P-256 key (PEM, PKCS8).

    `time_stamp` is the address of an RFC 3161 service, "" for none.
    """

    certificate: str
    key: str = field(repr=False)
    time_stamp: str = ""


@dataclass(frozen=True, slots=True)
class Studio:
    """Where and how a board is rendered; nothing here changes what the clip says.

    `work` keeps finished segments and spoken lines, addressed by their content, so that a killed
    render goes on where it stopped. `voices` is the chain to try, first to last, after the one
    the board wishes. `workers` = 0 means one for each core. Without `credentials` nothing is
    signed. Without `lab` nothing is generated: shots that wish for it take what they name instead.
    `ready_in_s` is how many seconds are left for the whole render, 0 for as many as it needs.
    """

    work: Path
    voices: tuple[str, ...] = ("espeak", "silent")
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    preset: str = "veryfast"
    crf: int = 21
    workers: int = 0
    credentials: Credentials | None = None
    lab: Lab | None = None
    ready_in_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Variant:
    """The same clip without the brand's logo, for a channel that allows none; words are shared."""

    path: Path
    sha256: str
    cover: Path
    sources: Path


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished mp4 and what is known about it.

    `check` is the report of render.check (each value with its bar and verdict), `warnings` name
    every step down that was taken, `timings` are seconds for each stage, `provenance` says who
    spoke, drew and encoded it. `clean` is None where no logo was to be left out. `generated` tells
    of each shot that wished for a model what became of it.
    """

    path: Path
    seconds: float
    sha256: str
    cover: Path
    srt: Path
    vtt: Path
    sources: Path
    check: Mapping[str, Any]
    clean: Variant | None = None
    warnings: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    generated: tuple[Mapping[str, Any], ...] = ()


class RenderError(ValueError):
    """This board cannot become a clip here; the message names the shot, the cause, the way out."""


def render(
    board: Storyboard,
    out: Path,
    studio: Studio,
    progress: Progress = lambda stage, part: None,
    preview: Callable[[Path], None] | None = None,
    *,
    clean: bool = False,
) -> Clip:
    """Make the clip of a board at `out`, with its sidecars beside it. Raises RenderError.

    Keeps all cores busy, two of them for about half as long as the clip lasts. `preview` is called
    as soon as a small clip (half the sides) can be watched, long before the full one is there. With
    `clean` a board whose brand has a logo is made twice: the second clip shows none.
    """
    from render.compose import Reel  # the heavy half is loaded by the first render
    from render.production import produce

    return produce(board, out, studio, progress, Reel, preview=preview, clean=clean)
