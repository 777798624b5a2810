"""What became of the shots that a model was to make, in words for editors. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["in_full", "others", "summary"]

Told = Mapping[str, Any]  # an entry of `Clip.generated`

NAMED = 2  # shots that a summary names; the rest is counted
LATE = ("ready after ",)  # how a render says that it took longer than it was given
CALLED = {
    "diffusers": "a film",
    "stills": "a still",
    "photo": "a photo",
    "footage": "footage",
    "cards": "a card",
}


def summary(clip: Mapping[str, Any]) -> str:
    """Say it in a line: "2 of 4 generated shots made; shot 5: a photo instead (no GPU)".

    "" where none was wished for.
    """
    told: Sequence[Told] = clip.get("generated") or ()
    if not told:
        return ""
    made = sum(bool(one.get("preset")) for one in told)
    short = [one for one in told if one["became"] != one["wished"]]
    parts = [f"{made} of {len(told)} generated shots made" if short else _all_of(len(told))]
    parts += [_instead(one) for one in short[:NAMED]]
    if len(short) > NAMED:
        parts.append(f"{len(short) - NAMED} more in a plainer way")
    return "; ".join(parts)


def in_full(clip: Mapping[str, Any]) -> Iterator[str]:
    """Say of each shot what it became, by which model, how long that took, and why."""
    for one in clip.get("generated") or ():
        said = f"{_place(one)}: {_called(one['became'])}"
        if one.get("preset"):
            said += f" by {one['model']} ({one['preset']}), {_took(one)}"
        yield "; ".join((said, *one["reasons"], *one.get("stepped", ())))


def others(clip: Mapping[str, Any]) -> list[str]:
    """List the warnings of a clip that are told nowhere else.

    What became of generated shots is, and whether the clip was there in time (`bot.deadline`).
    """
    told: Sequence[Told] = clip.get("generated") or ()
    late = LATE if clip.get("ready") else ()
    return [
        said
        for said in clip.get("warnings", ())
        if not (said.startswith(late) or any(_is_of(said, one) for one in told))
    ]


def _is_of(said: str, one: Told) -> bool:
    if not said.startswith(f"{_place(one).lower()}: "):
        return False
    return " instead of " in said or any(why in said for why in one["reasons"])


def _all_of(count: int) -> str:
    return f"{count} generated shot{'s' * (count != 1)}"


def _instead(one: Told) -> str:
    why = f" ({'; '.join(one['reasons'])})" if one["reasons"] else ""
    return f"{_place(one).lower()}: {_called(one['became'])} instead{why}"


def _place(one: Told) -> str:
    """Name a shot as people count: "3.1" is its second picture."""
    shot, _, view = str(one["name"]).partition(".")
    return f"Shot {shot}" + (f", picture {int(view) + 1}" if view else "")


def _called(camera: str) -> str:
    return CALLED.get(camera, f"a picture of {camera}")


def _took(one: Told) -> str:
    if one.get("found"):
        return "made before"
    return f"{sum(float(s) for s in one.get('seconds', {}).values()):.1f} s"
