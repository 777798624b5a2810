"""A yes of an approver, with what was wished for; and where it leads: which channel, when. Pure.

Where two people must agree and their wishes differ, the later moment counts, for nobody agreed to
an earlier one. What they chose of what a channel asks must be the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.draft import Draft
from bot.terms.choices import Chosen, agreed
from bot.terms.timetable import Timetable, Wish, due

__all__ = ["Place", "Places", "Taken", "Yes", "barred", "places", "unseen"]

Taken = Mapping[str, Collection[datetime]]
"""The moments of the posts of each channel, out or waiting."""


@dataclass(frozen=True, slots=True)
class Yes:
    """One person's yes to one revision."""

    channels: tuple[str, ...]
    when: Wish = Wish()
    choices: Chosen = field(default_factory=dict)

    @property
    def told(self) -> str:
        """The same in words, for the audit."""
        said = [f"for {', '.join(self.channels)}"]
        if self.when.sort:
            said.append(f"at {self.when.at.isoformat()}" if self.when.at else self.when.sort)
        for channel, pairs in self.choices.items():
            said += [f"{channel}.{name}={option}" for name, option in pairs.items()]
        return "; ".join(said)


@dataclass(frozen=True, slots=True)
class Place:
    """When a post goes to a channel, None for at once, and why then; and what was chosen there.

    `wished`: somebody named a time.
    """

    at: datetime | None = None
    why: str = ""
    urgent: bool = False
    wished: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)


Places = Mapping[str, Place]


def places(
    given: Mapping[str, Yes],
    channels: Sequence[str],
    tables: Mapping[str, Timetable],
    taken: Taken,
    now: datetime,
    earliest: datetime | None = None,
) -> Places:
    """Find the place of a draft on each channel that all agreed to, from every yes by its giver.

    Raises ValueError where they chose different things, or where no day has room.
    """
    chosen = agreed({who: yes.choices for who, yes in given.items()})
    found = {}
    for name in channels:
        table = tables.get(name, Timetable())
        wishes = {who: yes.when for who, yes in given.items() if yes.when.sort}
        place = Place()
        if wishes or not table.bare:
            place = _placed(wishes or {"": Wish()}, table, taken.get(name, ()), now, earliest)
        found[name] = replace(place, wished=bool(wishes), choices=chosen.get(name, {}))
    return found


def _placed(
    wishes: Mapping[str, Wish],
    table: Timetable,
    taken: Collection[datetime],
    now: datetime,
    earliest: datetime | None,
) -> Place:
    """Take the latest of several wishes."""
    each = {who: due(now, w, table, taken, earliest=earliest) for who, w in wishes.items()}
    last = max(each, key=lambda who: each[who].at)
    found = each[last]
    differ = len({d.at for d in each.values()}) > 1
    why = f"as {last} asked, the later of the two" if differ else found.why
    return Place(found.at, why, found.urgent)


def barred(draft: Draft) -> frozenset[str]:
    """Name those who do not count where two must approve: who asked for it, who edited it last."""
    return frozenset({draft.asked_by, draft.edited_by} - {"", "wire"})


def unseen(draft: Draft, channels: Sequence[str]) -> tuple[str, ...]:
    """Name the channels that were not there when a clip was made: its revision is not of them."""
    return tuple(name for name in channels if draft.texts and name not in draft.texts)
