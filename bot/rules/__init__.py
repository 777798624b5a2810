"""The editorial rules: what may be drafted, offered and posted, by whom, and when. Pure.

Each file is one rule over plain values; `policy`, the desk and what editors read ask them. How
strict they are is the table [rules] of config.toml. They know no store, no clock and no chat.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from render.lab.settings import Lab

__all__ = ["Rulebook", "Rules", "Tier"]

Tier = Annotated[int, Field(ge=1, le=4)]
"""1 agency or official, 2 established, 3 other, 4 social."""


class Rules(BaseModel):
    """[rules]: what the bot may start by itself, who must agree, and what is looked at again."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    independent: int = Field(2, ge=1, le=20)
    best_tier: Tier = 2
    unranked: Tier = 2
    tiers: dict[str, Tier] = {}
    two_editors: Literal["sensitive", "always", "never"] = "sensitive"
    zone: str = ""
    stale_hours: float = Field(12.0, gt=0, le=168)
    approval_hours: float = Field(6.0, gt=0, le=168)
    watch_hours: float = Field(72.0, ge=0, le=720)

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            if zone:
                ZoneInfo(zone)
        except (ValueError, OSError, KeyError) as error:
            names = "`timedatectl list-timezones` lists them"
            raise ValueError(f"{zone!r} is no name of the tz database; {names}") from error
        return zone

    @property
    def clock(self) -> ZoneInfo:
        """The clock of the house, UTC where it names none."""
        return ZoneInfo(self.zone or "UTC")


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules with what they need of the rest of the set-up.

    `sources` are the tiers that [[sources]] tables give, by the source's name; `approvers` the ids
    of those who may approve; `lab` is what [render] wishes a model to make up.
    """

    rules: Rules = Rules()
    sources: Mapping[str, int] = field(default_factory=dict)
    approvers: frozenset[str] = frozenset()
    lab: Lab = Lab()
