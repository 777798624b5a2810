"""Who witnessed a story: independent voices, and when each first spoke.

Ten items are one voice where one owner published them, and none where they are old.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.trends.alike import is_copy
from bot.trends.morgue import Clipping, owner_of

__all__ = ["Interests", "Witness", "barred", "witnesses_of"]

STALE = timedelta(hours=24)  # published so long before it was seen: put back in, not news


@dataclass(frozen=True, slots=True)
class Interests:
    """What the editors care for.

    One of the `words` (or phrases) in a story raises it, one of `mute` silences it. `outlets` are
    pairs of an outlet and its weight; 1 is the weight of all others.
    """

    words: tuple[str, ...] = ()
    mute: tuple[str, ...] = ()
    outlets: tuple[tuple[str, float], ...] = ()


class Witness(NamedTuple):
    """The first independent report of one owner. `weight` is what the configuration gives it."""

    owner: str
    outlet: str
    at: datetime
    weight: float


def witnesses_of(clips: Sequence[Clipping], interests: Interests) -> tuple[Witness, ...]:
    """Who witnessed a story: one for each owner, and one for all who print the same text.

    What was there before we looked (backlog) or was put back in after a day is no witness.
    """
    heard: dict[str, Clipping] = {}
    for clip in sorted(clips, key=lambda c: c.item.seen):
        if clip.owner in heard or _is_old(clip):
            continue
        if not any(is_copy(clip, earlier) for earlier in heard.values()):
            heard[clip.owner] = clip
    weights = {owner_of(outlet): weight for outlet, weight in interests.outlets}
    return tuple(
        Witness(owner, clip.item.outlet, clip.item.seen, weights.get(owner, 1.0))
        for owner, clip in heard.items()
    )


def barred(clips: Sequence[Clipping]) -> dict[str, str]:
    """Why each report of a story is no witness, by its item's id; "" for the witnesses."""
    heard: list[Clipping] = []
    told: dict[str, str] = {}
    for clip in sorted(clips, key=lambda c: c.item.seen):
        told[clip.item.id] = _bar(clip, heard)
        if not told[clip.item.id]:
            heard.append(clip)
    return told


def _bar(clip: Clipping, heard: Sequence[Clipping]) -> str:
    """What keeps a report from being a witness beside those that were heard before it."""
    if clip.item.backlog:
        return "it was there before the wire was watched"
    if clip.item.published and _is_old(clip):
        days = (clip.item.seen - clip.item.published) / timedelta(days=1)
        return f"it was published {days:.1f} days before it was seen"
    for earlier in heard:
        if clip.owner == earlier.owner:
            return (
                f"the same owner as {earlier.item.outlet}, who spoke at {earlier.item.seen:%H:%M}"
            )
    copied = next((earlier for earlier in heard if is_copy(clip, earlier)), None)
    return f"a copy of {copied.item.outlet}'s text" if copied else ""


def _is_old(clip: Clipping) -> bool:
    item = clip.item
    return item.backlog or (item.published is not None and item.seen - item.published > STALE)
