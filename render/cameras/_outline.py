"""The outline of a place, read from a GeoJSON file of the user's: lines of degrees, then of pixels.

We bring no map data. Whatever is wrong with a file is said in one Unfilmable.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.cameras import Unfilmable
from render.look import Area

__all__ = ["Line", "Outline", "Projection", "read_outline"]

Line = NDArray[np.float64]
"""Points (n, 2) of one line: degrees east and north, or x and y."""

MOST_BYTES, MOST_POINTS, DEEPEST = 4_000_000, 200_000, 6
DEPTHS = {"LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


@dataclass(frozen=True, slots=True)
class Outline:
    """Closed and open lines in degrees; longitudes run on where it crosses the date line."""

    closed: tuple[Line, ...]
    open: tuple[Line, ...]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        points = np.vstack([*self.closed, *self.open])
        (west, south), (east, north) = points.min(0), points.max(0)
        return float(west), float(south), float(east), float(north)


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees to px: flat, true to shape at the middle latitude. `each` is px for a degree."""

    middle: tuple[float, float]
    each: float
    centre: tuple[float, float]

    @classmethod
    def into(cls, area: Area, bounds: tuple[float, float, float, float]) -> "Projection":
        """Show all of the bounds as large as the area lets them be."""
        west, south, east, north = bounds
        middle = ((west + east) / 2, (south + north) / 2)
        narrow = np.cos(np.radians(middle[1]))
        wide, high = max((east - west) * narrow, 1e-6), max(north - south, 1e-6)
        each = min(area.w / wide, area.h / high)
        return cls(middle, float(each), (area.x + area.w / 2, area.y + area.h / 2))

    def px(self, line: Line) -> Line:
        """Where points of degrees lie, in design pixels."""
        narrow = np.cos(np.radians(self.middle[1]))
        away = (line - self.middle) * (narrow * self.each, -self.each)
        return np.asarray(away + self.centre, np.float64)


def read_outline(file: Path) -> Outline:
    """Read a GeoJSON file. Raises Unfilmable, which says what is wrong with it."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Unfilmable(f"outline {file.name} is larger than 4 MB: simplify it")
        shape = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        why = error.strerror or "cannot be read"
        raise Unfilmable(f"outline {file.name}: {why}") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, Unfilmable):
            raise
        raise Unfilmable(f"outline {file.name} is not GeoJSON") from error
    kinds: dict[bool, list[Line]] = {True: [], False: []}
    for kind, coordinates in _geometries(shape, file, 0):
        for line in _lines(coordinates, DEPTHS[kind], file):
            kinds["Polygon" in kind].append(line)
    lines = [*kinds[True], *kinds[False]]
    if not lines:
        raise Unfilmable(f"outline {file.name} has no lines or polygons in it")
    if sum(len(line) for line in lines) > MOST_POINTS:
        raise Unfilmable(f"outline {file.name} has more than {MOST_POINTS:,} points: simplify it")
    if max(line[:, 0].max() for line in lines) - min(line[:, 0].min() for line in lines) > 180:
        for line in lines:  # over the date line the short way round
            line[:, 0] %= 360
    return Outline(tuple(kinds[True]), tuple(kinds[False]))


def _geometries(shape: Any, file: Path, depth: int) -> Iterator[tuple[str, Any]]:
    """Walk through features and collections; what has no lines is passed over."""
    if not isinstance(shape, dict) or depth > DEEPEST:
        raise Unfilmable(f"outline {file.name} is not GeoJSON")
    kind = shape.get("type")
    if kind == "Feature":
        if shape.get("geometry") is not None:
            yield from _geometries(shape["geometry"], file, depth + 1)
    elif kind in ("FeatureCollection", "GeometryCollection"):
        parts = shape.get("features" if kind == "FeatureCollection" else "geometries")
        for part in parts if isinstance(parts, list) else ():
            yield from _geometries(part, file, depth + 1)
    elif isinstance(kind, str) and kind in DEPTHS:
        yield kind, shape.get("coordinates")


def _lines(coordinates: Any, depth: int, file: Path) -> Iterator[Line]:
    """Unfold lists of lines; a point's height is left out."""
    if depth > 1:
        for part in coordinates if isinstance(coordinates, list) else ():
            yield from _lines(part, depth - 1, file)
        return
    try:
        line = np.array([(float(point[0]), float(point[1])) for point in coordinates], np.float64)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
        raise Unfilmable(f"outline {file.name}: a point is not two numbers") from error
    if len(line) > 1:
        if not (np.abs(line) <= (360, 90)).all():
            raise Unfilmable(f"outline {file.name}: a point is not in degrees east and north")
        yield line
