"""What a model made is looked at before it is shown: a film that flashes would hold its clip up."""

from pathlib import Path

from render import RenderError
from render.check.pictures import readings
from render.check.screening import watch

__all__ = ["flaw"]

BARS = frozenset({"black", "flashes", "red flashes"})  # a calm picture is none


def flaw(film: Path, fps: int) -> str:
    """Say which bar of the clip's check a film would miss, "" where it misses none."""
    try:
        footage = watch(film)
    except RenderError as error:
        return str(error)
    missed = (one for one in readings(footage, fps) if one.name in BARS and not one.ok)
    return next((f"its film fails: {one.name} {one.value}, {one.bar}" for one in missed), "")
