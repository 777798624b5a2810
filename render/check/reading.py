"""What the bars speak in: the texts of a clip, and values measured on it.

A bar knows nothing of files: it is given what was measured, and answers readings.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from render.cameras import Planes

__all__ = ["Box", "Eye", "Reading", "ms", "s"]

Box = Mapping[str, Any]
"""A text box in pixels and frames: kind, text, shot, x, y, w, h, first, last."""


class Reading(NamedTuple):
    """One measured value beside its bar, both as an editor reads them.

    A clip that misses a hard bar is not offered; a soft one is a doubt that the editor is told.
    """

    name: str
    value: str
    bar: str
    ok: bool
    hard: bool = True


class Eye(Protocol):
    """Looks at decoded frames as they pass, and keeps what it needs of them."""

    def see(self, n: int, picture: Planes) -> None:
        """Look at frame n; the picture is gone afterwards."""
        ...


def s(seconds: float) -> str:
    """Write seconds for an editor."""
    return f"{seconds:.1f} s"


def ms(seconds: float) -> str:
    """Write seconds as milliseconds for an editor."""
    return f"{seconds * 1000:.0f} ms"
