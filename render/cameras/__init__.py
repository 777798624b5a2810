"""Who makes a shot's picture: one file for each kind of camera.

A camera module has a docstring, a `Settings` model and a `Plugin` class that satisfies `Camera`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from render.storyboard import Shot, Storyboard

__all__ = ["Camera", "Planes", "Scene", "Stage", "Unfilmable", "may_shoot"]

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Planes:
    """One picture as BT.709 limited-range 4:2:0: y is (H, W), u and v are (H/2, W/2), uint8."""

    y: Plane
    u: Plane
    v: Plane


@dataclass(frozen=True, slots=True)
class Stage:
    """What a camera is told besides the shot: how long it runs, in frames, and where files lie."""

    board: Storyboard
    frames: int
    fps: int
    work: Path


class Scene(Protocol):
    """A shot ready to be painted. Safe to paint from several threads at once."""

    def paint(self, n: int, out: Planes) -> None:
        """Write every pixel of the shot's frame n (0-based; may run past the end) into `out`."""
        ...


class Camera(Protocol):
    """Makes scenes out of shots. `generates`: a model makes up what its pictures show."""

    generates: bool

    def shoot(self, shot: Shot, stage: Stage) -> Scene:
        """Prepare one shot. Raises Unfilmable where its picture cannot be made."""
        ...


def may_shoot(camera: Camera, board: Storyboard) -> bool:
    """Whether a board lets a camera show what it makes; who does not say counts as inventing."""
    return not (board.real_only and getattr(camera, "generates", True))


class Unfilmable(ValueError):
    """This picture cannot be made; the message says why. The caller takes a plainer one."""
