"""The locator: the pin stands where the place is, and a bad outline is told, never drawn."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes_art import LINE, board_of, frame, staged
from render.cameras import Unfilmable
from render.cameras._maps import Globe
from render.cameras._outline import Projection, read_outline
from render.cameras._places import written
from render.cameras.cards import Plugin, Settings
from render.look import ZONES, Area, palette
from render.planes import to_rgb
from render.storyboard import Brand, Profile, Shot

PLUGIN = Plugin(Settings())
SQUARE = [[8.0, 50.0], [12.0, 50.0], [12.0, 54.0], [8.0, 54.0], [8.0, 50.0]]


def shoot(zones: Profile = "all", width: int = 270, **picture: Any) -> Any:
    shot = Shot(LINE, "cards", {"card": "locator", **picture})
    board = board_of(shot, brand=Brand(zones=zones), width=width, height=width * 16 // 9)
    return PLUGIN.shoot(shot, staged(board))


def painted(scene: Any, n: int) -> Any:
    return to_rgb(frame(scene, board_of(Shot(LINE, "cards", {})), n)).astype(int)


def saved(shape: Any, folder: Path) -> Path:
    file = folder / "outline.json"
    file.write_text(shape if isinstance(shape, str) else json.dumps(shape), encoding="utf-8")
    return file


def polygon(*rings: Any) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": list(rings)}
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": geometry}]}


@pytest.mark.parametrize("zones", ZONES)
@pytest.mark.parametrize("place", ["Ae", "Port Ansel by the Northern Sea", "M" * 200])
@pytest.mark.parametrize("at", [{}, {"lat": -90, "lon": 180}])
def test_name_region_and_degrees_fit(zones: Profile, place: str, at: dict[str, float]) -> None:
    scene = shoot(zones, place=place, region=place * 3, **at)
    boxes = [box.area for box in scene.boxes]
    assert all(ZONES[zones].content.holds(area) for area in boxes)
    assert all(a.bottom <= b.y + 1 for a, b in pairwise(boxes))
    assert ("° S" in scene.boxes[-1].text) == bool(at)


@pytest.mark.parametrize(
    ("lat", "lon", "text"),
    [
        (38.7223, -9.1393, "38.72° N · 9.14° W"),
        (-18.1, 178.44, "18.10° S · 178.44° E"),
        (0, 0, "0.00° N · 0.00° E"),
    ],
)
def test_degrees_are_written_with_their_sides(lat: float, lon: float, text: str) -> None:
    assert written(lat, lon) == text


@pytest.mark.parametrize(("lat", "lon"), [(0, 0), (54, -3), (-33, 151), (90, 0), (-90, 10)])
def test_the_pin_faces_us_on_the_globe_and_the_lines_cross_there(lat: float, lon: float) -> None:
    ball = Area(300, 300, 600, 600)
    globe = Globe(ball, lat, lon)
    middle = np.array([600, 600])
    assert np.hypot(*(globe.pin - middle)) < 0.5 * 300
    lines = [*globe.parallel(lat), *globe.meridian(lon)]
    assert min(np.hypot(*(line - globe.pin).T).min() for line in lines) < 12
    assert all(np.hypot(*(line - middle).T).max() <= 301 for line in lines)


def test_what_lies_behind_the_globe_is_not_drawn() -> None:
    globe = Globe(Area(0, 0, 200, 200), 50, 10)
    antipode, facing = globe.points(np.array([-50.0]), np.array([-170.0]))
    assert not facing[0]
    assert len(antipode) == 1
    assert globe.parallel(-75) == []


def test_the_pin_is_dropped_and_rings_go_out_from_it_again_and_again() -> None:
    scene = shoot(width=540, place="Port Ansel", lat=38.7, lon=-9.1)
    accent = np.array(palette("neutral").accent)
    lit = [int((np.abs(painted(scene, n) - accent).max(2) < 30).sum()) for n in (4, 20, 33, 74)]
    assert lit[1] > lit[2] > lit[0]  # a ring is on its way; gone; before that no pin at all
    assert lit[3] > lit[2]  # the next ring


def test_an_outline_is_drawn_true_to_shape_and_the_pin_stands_in_it(tmp_path: Path) -> None:
    file = saved(polygon(SQUARE), tmp_path)
    bare = shoot(width=540, place="Dunmere", lat=52, lon=9)
    scene = shoot(width=540, place="Dunmere", lat=52, lon=9, outline=str(file))
    assert np.abs(painted(scene, 80) - painted(bare, 80)).max() > 60
    area = Area(100, 100, 600, 600)
    projection = Projection.into(area, read_outline(file).bounds)
    corners = projection.px(read_outline(file).closed[0])
    assert all(area.holds(Area(x, y, 0, 0)) for x, y in corners)
    wide, high = np.ptp(corners[:, 0]), np.ptp(corners[:, 1])
    assert wide / high == pytest.approx(np.cos(np.radians(52)), rel=1e-6)
    assert corners[0][1] > corners[2][1]  # north is up


def test_an_outline_over_the_date_line_is_one_piece(tmp_path: Path) -> None:
    ring = [[178, -17], [-179, -17], [-179, -19], [178, -19], [178, -17]]
    west, _, east, _ = read_outline(saved(polygon(ring), tmp_path)).bounds
    assert east - west == pytest.approx(3)
    assert shoot(place="Suva", lat=-18, lon=-179.5, outline=str(tmp_path / "outline.json")).layers


def test_every_kind_of_line_is_read_and_points_are_passed_over(tmp_path: Path) -> None:
    parts = [
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "LineString", "coordinates": [[1, 2, 30.5], [2, 3, 31]]},
        {"type": "MultiLineString", "coordinates": [[[1, 2], [2, 3]], [[4, 5], [5, 6]]]},
        {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE, SQUARE[1:4]]]},
    ]
    outline = read_outline(saved({"type": "GeometryCollection", "geometries": parts}, tmp_path))
    assert len(outline.open) == 3
    assert len(outline.closed) == 3


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ("no json", "not GeoJSON"),
        ("[" * 100_000, "not GeoJSON"),
        ("\ufeff\udcff".encode("utf-8", "surrogatepass").decode("latin-1"), "not GeoJSON"),
        ([], "not GeoJSON"),
        ({"type": "FeatureCollection", "features": []}, "no lines"),
        (polygon([[1, 2], ["a", 3]]), "not two numbers"),
        (polygon([[1, 2], [3]]), "not two numbers"),
        (polygon({"a": 1}), "not two numbers"),
        (polygon([[1, 2], [3, 400]]), "not in degrees"),
        (polygon([[1, 2], [3, float("nan")]]), "not in degrees"),
        (polygon([[1, 2]] * 200_001), "simplify"),
        (" " * 4_000_001, "larger than 4 MB"),
    ],
)
def test_a_bad_outline_says_what_is_wrong(shape: Any, why: str, tmp_path: Path) -> None:
    with pytest.raises(Unfilmable, match=why):
        shoot(place="Dunmere", outline=str(saved(shape, tmp_path)))


def test_an_outline_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unfilmable, match="No such file"):
        shoot(place="Dunmere", outline=str(tmp_path / "none.json"))


@pytest.mark.parametrize("at", [{"lat": 91, "lon": 0}, {"lat": 0, "lon": float("inf")}])
def test_a_place_beyond_the_earth_says_so(at: dict[str, float]) -> None:
    with pytest.raises(Unfilmable, match=r"lat|lon"):
        shoot(place="Nowhere", **at)
