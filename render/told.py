"""What became of generated shots, in a clip's own words: who tells of them, tells alike. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["called", "place", "steps"]

CALLED = {
    "diffusers": "a film",
    "stills": "a still",
    "photo": "a photo",
    "footage": "footage",
    "cards": "a card",
}


def called(camera: str) -> str:
    """What a camera shows, for people."""
    return CALLED.get(camera, f"a picture of {camera}")


def place(one: Mapping[str, Any]) -> str:
    """Name a shot of `Clip.generated` as people count: "3.1" is the third's second picture."""
    shot, _, view = str(one["name"]).partition(".")
    return f"shot {shot}" + (f", picture {int(view) + 1}" if view else "")


def steps(told: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say of each wish that was not met as it was wished what is shown instead, and why."""
    for one in told:
        why = "; ".join(one["reasons"])
        if one["became"] != one["wished"]:
            instead = f"{called(one['became'])} instead of {called(one['wished'])}"
            yield f"{place(one)}: {instead}" + (f": {why}" if why else "")
        elif why:
            yield f"{place(one)}: {why}"
