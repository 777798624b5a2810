"""What became of the pictures that a board wished a model to make: told for the report. Pure."""

from collections.abc import Mapping
from typing import Any

from render.lab.orders import SPARE
from render.lab.segments import Segment
from render.lab.shift import Outcome
from render.lab.wish import GENERATING
from render.storyboard import Shot, Storyboard

__all__ = ["report", "unsettled", "wishes"]


def wishes(board: Storyboard) -> dict[str, tuple[int, int]]:
    """Find the pictures of a board that a model should make: place -> (shot, view), from 0."""
    return {
        f"{index + 1}" + (f".{view}" if view else ""): (index, view)
        for index, shot in enumerate(board.shots)
        for view in range(len(shot.views) + 1)
        if _is_wish(shot.seen(view))
    }


def unsettled(asked: Storyboard, drawn: Storyboard, why_not: Mapping[str, str]) -> frozenset[int]:
    """Find the shots, from 0, that may still show something better than they would now.

    `why_not` are wishes for which nothing will come.
    """
    found = wishes(asked).items()
    return frozenset(
        shot
        for name, (shot, view) in found
        if name not in why_not
        and drawn.shots[shot].seen(view).camera != asked.shots[shot].seen(view).camera
    )


def report(
    asked: Storyboard, drawn: Storyboard, outcome: Outcome, why_not: Mapping[str, str]
) -> tuple[Mapping[str, Any], ...]:
    """Tell of each wish what is shown, which model made it in how many seconds, and why it is so.

    `drawn` is the board with what was made, `why_not` says what was not even ordered.
    """
    return tuple(
        _told(name, asked.shots[shot].seen(view), drawn.shots[shot].seen(view), outcome, why_not)
        for name, (shot, view) in wishes(asked).items()
    )


def _told(
    name: str, wished: Shot, shown: Shot, outcome: Outcome, why_not: Mapping[str, str]
) -> Mapping[str, Any]:
    reasons = tuple(filter(None, (why_not.get(name, ""), *outcome.said.get(name, ()))))
    told = {"name": name, "wished": wished.camera, "became": shown.camera, "reasons": reasons}
    segment = outcome.segments.get(name) or outcome.segments.get(name + SPARE)
    shows = segment and shown.picture.get("segment") == str(segment.path)
    return {**told, **_made(segment)} if segment and shows else told


def _made(segment: Segment) -> dict[str, Any]:
    facts = segment.facts
    return {
        "preset": segment.preset,
        "model": segment.model,
        "revision": segment.revision,
        "seed": segment.seed,
        "device": facts.device,
        "seconds": dict(facts.seconds),
        "peak_gib": facts.peak_gib,
        "attention": facts.attention,
        "stepped": tuple(facts.stepped),
        "found": not segment.fresh,
    }


def _is_wish(seen: Shot) -> bool:
    return seen.camera in GENERATING and not seen.picture.get("segment")
