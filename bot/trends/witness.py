"""Who witnessed a story: independent voices, and when each first spoke.

Ten items are one voice where one owner published them, and none where they are old.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.trends.alike import is_copy
from bot.trends.morgue import Clipping, owner_of

__all__ = ["Interests", "Witness", "barred", "witnesses_of"]

STALE = timedelta(hours=24)  # published so long before it was seen: put back in, not news

# Those who pay write there: by the host of the address, and by the mark before the first words.
_RELEASE = re.compile(
    r"^https?://(?:[\w-]+\.)*(?:prnewswire|businesswire|globenewswire|einpresswire|accesswire|prweb"
    r"|newsfilecorp|presseportal|openpr|pressetext|news-aktuell)\.",
    re.IGNORECASE,
)
_RELEASE_TEXT = re.compile(
    r"/PRNewswire|\(BUSINESS WIRE\)|GLOBE ?NEWSWIRE|/EINPresswire|ACCESSWIRE|\(ots\b"
)


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

    What was there before we looked (backlog), was put back in after a day or is a press release is
    no witness.
    """
    weights = {owner_of(outlet): weight for outlet, weight in interests.outlets}
    return tuple(
        Witness(clip.owner, clip.item.outlet, clip.item.seen, weights.get(clip.owner, 1.0))
        for clip, bar in _heard(clips)
        if not bar
    )


def barred(clips: Sequence[Clipping]) -> dict[str, str]:
    """Why each report of a story is no witness, by its item's id; "" for the witnesses."""
    return {clip.item.id: bar for clip, bar in _heard(clips)}


def _heard(clips: Sequence[Clipping]) -> Iterator[tuple[Clipping, str]]:
    """Every report in the order in which it was seen, and what keeps it from being a witness."""
    heard: dict[str, Clipping] = {}
    for clip in sorted(clips, key=lambda c: c.item.seen):
        bar = _bar(clip, heard)
        if not bar:
            heard[clip.owner] = clip
        yield clip, bar


def _bar(clip: Clipping, heard: Mapping[str, Clipping]) -> str:
    item = clip.item
    if item.backlog:
        return "it was there before the wire was watched"
    if item.published and item.seen - item.published > STALE:
        days = (item.seen - item.published) / timedelta(days=1)
        return f"it was published {days:.1f} days before it was seen"
    if _RELEASE.search(item.url) or _RELEASE_TEXT.search(item.summary[:300]):
        return "it is a press release"
    if earlier := heard.get(clip.owner):
        return f"the same owner as {earlier.item.outlet}, who spoke at {earlier.item.seen:%H:%M}"
    copied = next((other for other in heard.values() if is_copy(clip, other)), None)
    return f"a copy of {copied.item.outlet}'s text" if copied else ""
