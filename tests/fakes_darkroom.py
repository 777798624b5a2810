"""A pool of the user's own, `pool = "tests.fakes_darkroom"`: its settings alone."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """What its table may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    workers: int = 1
    folder: Path = Path("trays")


class Plugin:
    """Never made here: the bot reads settings, the render child makes the pool."""
