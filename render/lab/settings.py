"""How the lab is set up: `[render]` of config.toml, and `lab` of a studio."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from render.lab import Preset

__all__ = ["Lab"]


class Lab(BaseModel):
    """[render]: how many shots of a clip a model may make, with what, where, and by when.

    `heroes` is 0 where nothing is to be generated. `preset` and `stills` are "auto" (the best that
    fits into the device's memory and whose weights are here), "off", or a name. `presets` are the
    user's own, beside ours. `pool` names a file of render.pools, `pools` holds its settings.
    `guard` is the table of a file of render.engine.guards. `ready_in` is how many seconds a clip
    may take from its draft on, 0 for as long as it needs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    heroes: int = Field(0, ge=0, le=24)
    preset: str = "auto"
    stills: str = "auto"
    style: Literal["illustration", "photoreal"] = "illustration"
    ready_in: float = Field(0.0, ge=0, le=3600)
    models: Path = Path("models")
    pool: str = "local"
    pools: Mapping[str, Any] = Field(default_factory=dict)
    guard: Mapping[str, Any] = Field(default_factory=dict)
    device: Literal["auto", "cuda", "cpu"] = "auto"
    presets: tuple[Preset, ...] = ()
