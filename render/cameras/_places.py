"""The locator: where it is, by name and coordinates, with a pin on a globe that we draw."""

from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from render.cameras._layout import flipped
from render.cameras._maps import Globe, globe, inner, shape, target
from render.cameras._outline import Outline, Projection, read_outline
from render.cameras._slate import Slate
from render.look import Area, Type
from render.planes import Sprite

__all__ = ["Locator", "written"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
NAME = Type(132, 56, 850, 1.02)
REGION = Type(50, 34, 620)
DEGREES = Type(44, 34, 700, tabular=True)
PING_S, EVERY_S, PING = 0.7, 1.8, 120.0  # a ring leaves the pin: for how long, how often, how far


class Locator(BaseModel):
    """A place: its name, what it is in, where it lies in degrees north and east.

    With `outline`, a GeoJSON file, its shape is drawn; else the globe around it; without degrees
    a plain target.
    """

    model_config = FROZEN

    card: Literal["locator"]
    place: str = Field(min_length=1)
    region: str = ""
    lat: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    lon: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    outline: Path | None = None

    def lay(self, slate: Slate) -> None:
        """Draw the map, drop the pin on it, and write the place beneath."""
        room = slate.zones.content
        outline = read_outline(self.outline) if self.outline else None
        top = self._write(slate, room)
        right = slate.fit(self.place, NAME, room.w, 290, 2).right
        view = Area(room.x, room.y - 8, room.w, top - room.y - 24)
        slate.clock = 0.0
        pin = self._map(slate, view, outline, right)
        if pin is not None:
            slate.wait(0.3)
            _pin(slate, *pin)

    def _write(self, slate: Slate, room: Area) -> float:
        """Write name, region and degrees at the foot; gives the top."""
        palette = slate.palette
        name = slate.fit(self.place, NAME, room.w, 270, 2)
        region = slate.fit(self.region, REGION, room.w, 120, 2) if self.region.strip() else None
        degrees = slate.fit(self._degrees, DEGREES, room.w, 50, 1) if self._degrees else None
        under = [block for block in (region, degrees) if block]
        y = top = room.bottom - name.height - sum(block.height + 14 for block in under)
        slate.wait(0.1)
        y = slate.write(name, room.x, y, palette.ink)
        for block in under:
            slate.wait(0.14)
            ink = palette.accent if block is degrees else palette.mute
            left = Area(room.x, y, block.width, 1)
            x = flipped(left, room, name.right).x - block.span(block.lines[0])[0] * name.right
            y = slate.write(block, room.x if block.right else x, y + 14, ink)
        return top

    @property
    def _degrees(self) -> str:
        return "" if self.lat is None or self.lon is None else written(self.lat, self.lon)

    def _map(
        self, slate: Slate, view: Area, outline: Outline | None, right: bool
    ) -> tuple[float, float] | None:
        """Draw what the place lies in; gives where the pin goes, if it is known."""
        if outline is not None:
            projection = Projection.into(inner(view, 40), outline.bounds)
            slate.put(shape(slate, outline, projection, view))
            return self._on(projection, view)
        radius = min(view.h * 0.66, view.w * 0.46)
        ball = Area(view.right - 2 * radius, view.y + view.h * 0.04, 2 * radius, 2 * radius)
        ball = flipped(ball, view, right)
        if self.lat is None or self.lon is None:
            slate.put(target(slate, ball, view.bottom))
            return ball.x + radius, ball.y + radius
        turned = Globe(ball, self.lat, self.lon)
        slate.put(globe(slate, turned, view.bottom))
        return turned.pin

    def _on(self, projection: Projection, view: Area) -> tuple[float, float] | None:
        """Where the pin stands on a shape; nowhere if the place lies outside the picture."""
        if self.lat is None or self.lon is None:
            return None
        lons = (self.lon - 360, self.lon, self.lon + 360)
        lon = min(lons, key=lambda lon: abs(lon - projection.middle[0]))
        x, y = projection.px(np.array([[lon, self.lat]]))[0]
        inside = view.x <= x <= view.right and view.y <= y <= view.bottom
        return (float(x), float(y)) if inside else None


def written(lat: float, lon: float) -> str:
    """Degrees as they are read: "38.72° N · 9.14° W"."""
    return f"{abs(lat):.2f}° {'S' if lat < 0 else 'N'} · {abs(lon):.2f}° {'W' if lon < 0 else 'E'}"


def _pin(slate: Slate, x: float, y: float) -> None:
    """Drop the pin; from then on rings go out from it."""
    palette, start = slate.palette, slate.clock
    area = Area(x - 30, y - 30, 60, 60)
    pin = slate.sheet(area)
    pin.dot(x, y, 25, palette.bg0)
    pin.dot(x, y, 20, palette.accent)
    pin.dot(x, y, 8, palette.on_accent)
    seconds = slate.stage.frames / slate.stage.fps
    for k in range(int((seconds - start) / EVERY_S) + 1):
        slate.clock = start + 0.2 + k * EVERY_S
        slate.until = slate.clock + PING_S + 0.1
        _ping(slate, x, y)
    slate.clock, slate.until = start, None
    slate.add(pin, rise=-70)


def _ping(slate: Slate, x: float, y: float) -> None:
    area = Area(x - PING, y - PING, 2 * PING, 2 * PING)

    def draw(t: float) -> Sprite:
        far = 24 + (PING - 24) * t
        sheet = slate.sheet(area, margin=2)
        ring = Area(x - far, y - far, 2 * far, 2 * far)
        sheet.box(ring, slate.palette.accent, far, (1 - t) ** 1.5, line=5)
        return sheet.sprite()

    slate.grow(draw, seconds=PING_S)
