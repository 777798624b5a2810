"""The wire: items go in one by one, stories come out, the hottest first.

Every item joins the story that its best links speak for, or opens one; then stories that speak
most for each other become one. All of it follows from the items, their order and the recorded
assignments: no clock, no chance, so that a replay gives the same stories.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from bot.story import Story
from bot.trends.alike import alike, shared_words
from bot.trends.echo import Echoes
from bot.trends.heat import Usual, heat_of, usual_of
from bot.trends.meanings import Meaning
from bot.trends.morgue import Clipping, Morgue, Record
from bot.trends.pile import CROWD, JOIN, Pile, bond, title
from bot.trends.witness import Interests, Witness, barred, witnesses_of
from sources import Item, Signal

__all__ = ["WINDOW", "Joined", "Wire"]

WINDOW = timedelta(hours=48)  # a story that brought nothing for so long is over
LINK = 0.05  # weaker links are not kept


@dataclass(frozen=True, slots=True)
class Joined:
    """Where an item went: the story, why, whether it opened it, and which stories that merged.

    `merged` holds (gone, kept) pairs of story ids, in the order in which it happened. `record` is
    what a restart needs of it, None where the item was there before.
    """

    story: int
    why: str
    new: bool
    merged: tuple[tuple[int, int], ...] = ()
    record: Record | None = None


class Wire:
    """The stories of the last two days, in memory.

    `first_id` is the smallest story id it may give out: one more than any given out before, also
    to stories that are long over. With `forget=False` stories that are over stay readable, which
    is for reading a file once, not for a daemon. `alike` judges pairs: the chance that two reports,
    the newer first, tell one event. `bridges` says that meanings hold across languages.
    """

    def __init__(
        self,
        interests: Interests | None = None,
        *,
        first_id: int = 1,
        forget: bool = True,
        alike: Callable[[Clipping, Clipping], float] = alike,
        bridges: bool = False,
    ) -> None:
        self._interests = interests or Interests()
        self._next = first_id
        self._forget = forget
        self._alike = alike
        self._morgue = Morgue(bridges=bridges)
        self._echoes = Echoes()
        self._clips: dict[str, Clipping] = {}
        self._open: dict[int, Pile] = {}  # the longest untouched first
        self._over: dict[int, Pile] = {}
        self._into: dict[int, int] = {}

    def add(self, item: Item, *, meaning: Meaning | None = None) -> Joined:
        """Put an item into a story. `meaning` is the embedding of its text, if somebody made one.

        An item that is on the wire already stays where it is; its newest words are kept.
        """
        known = self._clips.get(item.id)
        if known:
            known.item = replace(known.item, title=item.title, summary=item.summary)
            return Joined(known.story, known.why, new=False)
        clip, alone = self._take(item, self._next, meaning)
        links = self._like(clip)
        self._link(links, alone)
        self._morgue.file(clip)
        home = self._home(self._choose(alone), alone)
        clip.why = _why(clip, links, home)
        record = Record(
            clip.vector, clip.unseen, {c.item.id: v for c, v in links.items()}, clip.why
        )
        joined = Joined(clip.story, clip.why, home is alone, record=record)
        merged = tuple(self._settle(home))
        return replace(joined, story=clip.story, merged=merged)

    def restore(
        self,
        item: Item,
        story: int,
        record: Record | None = None,
        *,
        meaning: Meaning | None = None,
    ) -> None:
        """Put an item back where it is recorded to lie; items come in the order of their arrival.

        Without a record it is read anew, which may differ where what was live then is over.
        """
        if item.id in self._clips:
            return
        clip, alone = self._take(item, self.resolve(story), meaning, record)
        known = {} if record is None else record.links
        links = {self._clips[i]: v for i, v in known.items() if i in self._clips}
        self._link(links if record else self._like(clip), alone)
        self._morgue.file(clip)
        self._home(alone.id, alone)
        clip.why = record.why if record else "so it was recorded"

    def hear(self, source: str, signals: Iterable[Signal]) -> None:
        """Take what a source of signals says now; it takes the place of what it said before."""
        self._echoes.hear(source, signals)

    def merge(self, gone: int, kept: int) -> None:
        """Make two stories one, as recorded or as an editor wishes; twice is as good as once."""
        gone, kept = self.resolve(gone), self.resolve(kept)
        if gone == kept:
            return
        self._next = max(self._next, gone + 1, kept + 1)
        self._into[gone] = kept
        pile = self._open.pop(gone, None)
        if pile:
            for clip in pile.clips:
                clip.why += f"; story {gone} became part of {kept}"
            self._open.setdefault(kept, Pile(kept, pile.last_seen))
            self._home(kept, pile)

    def resolve(self, story: int) -> int:
        """Follow the merges from a story id to the one that holds its items now."""
        while story in self._into:
            story = self._into[story]
        return story

    def story(self, story: int, now: datetime) -> Story | None:
        """One story as it stands at `now`, or None where it is over or never was."""
        pile = self._pile(story)
        return self._tell(pile, self._usual(now), self._heard(now), now) if pile else None

    def stories(self, now: datetime, outlets: int = 1) -> tuple[Story, ...]:
        """All stories as they stand at `now`, the hottest first; each item lies in exactly one.

        Asked for those of several outlets, it passes over the many that one outlet alone tells.
        """
        usual, heard = self._usual(now), self._heard(now)
        piles = (p for p in self._piles() if outlets < 2 or p.told_by(outlets))
        told = (self._tell(pile, usual, heard, now) for pile in piles)
        return tuple(sorted(told, key=lambda s: (-s.heat.score, -s.last_seen.timestamp(), s.id)))

    def items(self, story: int) -> tuple[Item, ...]:
        """The reports of one story, after merges, in order of arrival; () where it is over."""
        pile = self._pile(story)
        return tuple(clip.item for clip in pile.clips) if pile else ()

    def why(self, story: int, item: str) -> str:
        """Why this item lies in this story, as a sentence; "" where it does not."""
        clip = self._clips.get(item)
        return clip.why if clip and clip.story == self.resolve(story) else ""

    def barred(self, story: int) -> dict[str, str]:
        """Why each item of a story is no witness, by its id; "" for the witnesses."""
        pile = self._pile(story)
        return barred(pile.clips) if pile else {}

    def _pile(self, story: int) -> Pile | None:
        story = self.resolve(story)
        return self._open.get(story) or self._over.get(story)

    def _take(
        self, item: Item, story: int, meaning: Meaning | None, record: Record | None = None
    ) -> tuple[Clipping, Pile]:
        """Read an item, and lay it on a pile of its own."""
        self._close(before=item.seen - WINDOW)
        clip = self._clips[item.id] = self._morgue.clip(item, meaning, record)
        alone = Pile(story, item.seen)
        alone.take([clip])
        return clip, alone

    def _like(self, clip: Clipping) -> dict[Clipping, float]:
        """Say how alike a new clipping and its nearest are."""
        near = ((other, self._alike(clip, other)) for other in self._morgue.nearest(clip))
        return {other: likeness for other, likeness in near if likeness >= LINK}

    def _link(self, links: Mapping[Clipping, float], alone: Pile) -> None:
        """Link a new clipping's pile to the stories of its like."""
        for other, likeness in links.items():
            self._open[other.story].link(alone, [likeness])

    def _choose(self, alone: Pile) -> int:
        """The story to which the bond is strongest, if it is strong enough."""
        near, strength = alone.nearest()
        return near.id if near and strength >= JOIN else alone.id

    def _settle(self, pile: Pile) -> Iterator[tuple[int, int]]:
        """Merge while this pile and the one it is nearest to are each other's nearest."""
        while True:
            near, strength = pile.nearest()
            if near is None or strength < JOIN or near.nearest()[1] > strength:
                return
            kept, gone = sorted((pile, near), key=lambda p: p.id)
            self.merge(gone.id, kept.id)
            yield gone.id, kept.id
            pile = kept

    def _home(self, story: int, pile: Pile) -> Pile:
        """Let an open story take a pile, or open it with the pile; it is the last touched then."""
        home = self._open.pop(story, pile)
        if home is not pile:
            home.swallow(pile)
        self._open[story] = home
        self._next = max(self._next, story + 1)
        return home

    def _close(self, before: datetime) -> None:
        """End the stories that brought nothing since `before`."""
        for pile in list(takewhile(lambda p: p.last_seen < before, self._open.values())):
            del self._open[pile.id]
            pile.cut()
            for clip in pile.clips:
                self._morgue.discard(clip)
                if self._forget:
                    del self._clips[clip.item.id]
            if not self._forget:
                self._over[pile.id] = pile

    def _piles(self) -> tuple[Pile, ...]:
        return (*self._over.values(), *self._open.values())

    def _witnesses(self, pile: Pile) -> tuple[Witness, ...]:
        if pile.witnesses is None:
            pile.witnesses = witnesses_of(pile.clips, self._interests)
        return pile.witnesses

    def _usual(self, now: datetime) -> Usual:
        piles = self._piles()
        told = (self._witnesses(pile) for pile in piles if pile.told_by(2))
        return usual_of(told, len(piles), now)

    def _heard(self, now: datetime) -> Mapping[int, Sequence[Signal]]:
        """The signals of each story."""
        if not self._echoes:
            return {}
        homes = {c.item.url: c.story for c in self._clips.values() if c.item.url}
        return self._echoes.by_story(self._morgue, homes, now)

    def _tell(
        self, pile: Pile, usual: Usual, heard: Mapping[int, Sequence[Signal]], now: datetime
    ) -> Story:
        older = (
            bond(pile, other)
            for other in pile.links
            if other.id < pile.id and len(other.owners) >= CROWD
        )
        heat = heat_of(
            pile.clips,
            self._witnesses(pile),
            usual,
            continues=max(older, default=0.0),
            interests=self._interests,
            signals=heard.get(pile.id, ()),
            now=now,
        )
        return Story(pile.id, title(pile), tuple(clip.item for clip in pile.clips), heat)


def _why(clip: Clipping, links: dict[Clipping, float], home: Pile) -> str:
    """Say what spoke for the story, or that nothing did."""
    inside = {c: v for c, v in links.items() if c.story == home.id} or links
    if not inside:
        return "nothing on the wire is like it"
    like = max(inside, key=lambda c: (inside[c], -c.number))
    words = ", ".join(shared_words(clip, like))
    sure = f"{inside[like]:.0%} sure to tell what {like.item.outlet} told ({words})"
    return sure if like.story == home.id else f"its nearest is only {sure}"
