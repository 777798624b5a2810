"""What became of the shots that a model was to make, in words for editors. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from render.told import called, place, steps

__all__ = ["in_full", "others", "summary"]

Told = Mapping[str, Any]  # an entry of `Clip.generated`

NAMED = 2  # shots that a summary names; the rest is counted
LATE = ("ready after ",)  # how a render says that it took longer than it was given


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
        said = f"S{place(one)[1:]}: {called(one['became'])}"
        if one.get("preset"):
            said += f" by {one['model']} ({one['preset']}), {_took(one)}"
        yield "; ".join((said, *one["reasons"], *one.get("stepped", ())))


def others(clip: Mapping[str, Any]) -> list[str]:
    """List the warnings of a clip that are told nowhere else.

    What became of generated shots is, and whether the clip was there in time (`bot.deadline`).
    """
    apart = set(steps(clip.get("generated") or ()))
    late = LATE if clip.get("ready") else ()
    return [
        said for said in clip.get("warnings", ()) if said not in apart and not said.startswith(late)
    ]


def _all_of(count: int) -> str:
    return f"{count} generated shot{'s' * (count != 1)}"


def _instead(one: Told) -> str:
    why = f" ({'; '.join(one['reasons'])})" if one["reasons"] else ""
    return f"{place(one)}: {called(one['became'])} instead{why}"


def _took(one: Told) -> str:
    if one.get("found"):
        return "made before"
    return f"{sum(float(s) for s in one.get('seconds', {}).values()):.1f} s"
