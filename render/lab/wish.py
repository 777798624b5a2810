"""What a shot wishes a model to make up, as its board says it. Pure."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

__all__ = ["GENERATING", "Style", "Wish", "made_for", "read"]

GENERATING = ("diffusers", "stills")
"""The cameras whose pictures a model makes: a film, or a still that the camera travels over."""

Style = Literal["illustration", "photoreal"]


class Wish(BaseModel):
    """The picture of a generated shot.

    `scene` is what is seen, in words; `who` and `where` name sheets of the board. Shots of one
    `take` follow each other in one place: the next begins where the one before ended. `alt` says
    what is seen for those who cannot. `segment` is the finished mp4 or PNG; the render fills it in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scene: str = Field(pattern=r"\w")
    who: tuple[str, ...] = Field((), max_length=4)
    where: str = ""
    style: Style = "illustration"
    take: str = ""
    alt: str = ""
    segment: Path | None = None

    @property
    def sheets(self) -> tuple[str, ...]:
        """Every sheet that it keeps to, its place first."""
        return tuple(dict.fromkeys(filter(None, (self.where, *self.who))))


def read(picture: Mapping[str, Any]) -> Wish:
    """Read the picture of a generated shot. Raises ValueError that names what is wrong in it."""
    try:
        return Wish.model_validate(dict(picture))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{place}: {first['msg']}") from error


def made_for(picture: Mapping[str, Any]) -> Path:
    """Give the file that was made for a shot. Raises ValueError where there is none."""
    segment = read(picture).segment
    if segment is None:
        raise ValueError("nothing was generated for it")
    return segment
