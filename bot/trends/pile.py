"""A story while it grows: its clippings, their words together, and its bonds to other stories."""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.trends.morgue import Clipping
from bot.trends.witness import Witness

__all__ = ["CROWD", "JOIN", "Pile", "bond", "title"]

JOIN = 0.6  # a bond from which two are one story
BEST = 2  # links that must speak for it: one alone is how strangers get into a big story
CROWD = 3  # clippings from which a pile's words as a whole are evidence
CROWD_LIKENESS = 0.3  # cosine with a crowd's words from which two are one story
LARGE = 10  # clippings from which a crowd draws in what is less like it ...
PULL = 0.4  # ... by this power of its size: the more tell it, the surer its words are known
DOUBT = 0.1  # a bond of links below which words alone bring nobody together
WIDELY_TOLD = 5  # outlets: to make one of two such stories takes links and words


@dataclass(slots=True, eq=False)
class Pile:
    """The clippings of one story, in order of arrival.

    `links` holds, for every other pile, how alike the BEST pairs of clippings across are. `_words`
    is the sum of the clippings' unit vectors, `_square` its squared length: kept from two on.
    """

    id: int
    last_seen: datetime
    clips: list[Clipping] = field(default_factory=list)
    links: dict["Pile", list[float]] = field(default_factory=dict)
    witnesses: tuple[Witness, ...] | None = None  # once somebody asked
    _owners: set[str] | None = None
    _words: dict[str, float] | None = None
    _square: float = 1.0

    @property
    def owners(self) -> set[str]:
        """Who told it."""
        return self._owners or {clip.owner for clip in self.clips}

    def told_by(self, outlets: int) -> bool:
        """Whether at least so many told it."""
        return len(self.clips) >= outlets and len(self.owners) >= outlets

    def take(self, clips: Iterable[Clipping]) -> None:
        """Lay clippings on the pile."""
        for clip in clips:
            clip.story = self.id
            self.last_seen = max(self.last_seen, clip.item.seen)
            if self.clips:
                self._add_words(clip)
            self.clips.append(clip)
        if len(self.clips) > 1:
            self.clips.sort(key=lambda clip: clip.number)
            self._owners = {clip.owner for clip in self.clips}
        self.witnesses = None

    def _add_words(self, clip: Clipping) -> None:
        if self._words is None:
            first = self.clips[0]
            self._words = {term: weight / first.norm for term, weight in first.vector.items()}
        for term, weight in clip.vector.items():
            old, more = self._words.get(term, 0.0), weight / clip.norm
            self._words[term] = old + more
            self._square += more * (2 * old + more)

    def words(self) -> tuple[Mapping[str, float], float]:
        """The weight of each term in all clippings together, and the length of this vector."""
        if self._words is None:
            return self.clips[0].vector, self.clips[0].norm
        return self._words, math.sqrt(self._square)

    def link(self, other: "Pile", likenesses: Iterable[float]) -> None:
        """Remember links to another pile; only the best are kept, on both sides."""
        if other is not self:
            best = heapq.nlargest(BEST, (*self.links.get(other, ()), *likenesses))
            self.links[other] = other.links[self] = best

    def swallow(self, other: "Pile") -> None:
        """Take all that another pile has."""
        self.take(other.clips)
        for third, likenesses in other.links.items():
            self.link(third, likenesses)
        other.cut()

    def cut(self) -> None:
        """Forget all links, on both sides."""
        for other in self.links:
            del other.links[self]
        self.links.clear()

    def nearest(self) -> tuple["Pile | None", float]:
        """The pile with the strongest bond to this one, the older of two equals, and the bond."""
        bonds = ((bond(self, other), -other.id, other) for other in self.links)
        best = max(bonds, default=(0.0, 0, None), key=lambda b: b[:2])
        return best[2], best[0]


def title(pile: Pile) -> str:
    """The title of the clipping that says most of what all say, the earlier of two equals."""
    if len(pile.clips) < CROWD:
        return pile.clips[0].item.title
    words, _ = pile.words()
    best = max(pile.clips, key=lambda clip: (_centrality(words, clip), -clip.number))
    return best.item.title


def bond(one: Pile, other: Pile) -> float:
    """How much two piles speak for being one story, 0..1; JOIN and more says yes.

    The best links between their clippings speak, and from a crowd on its words. The larger the
    crowd, the less its words must be like the other's: a hundred reports of one affair draw in the
    side stories that an editor wants on the same card. Two widely told stories need both kinds of
    evidence, and two stories that name nobody in common are never made one.
    """
    found = one.links.get(other, [])
    pairs = min(BEST, len(one.clips) * len(other.clips))
    by_links = sum(found[:pairs]) / pairs
    size = max(len(one.clips), len(other.clips))
    if by_links >= DOUBT and size >= CROWD:
        enough = CROWD_LIKENESS * (max(size, LARGE) / LARGE) ** -PULL
        by_words = min(1.0, _cosine(one, other) / enough * JOIN)
        widely_told = min(len(one.owners), len(other.owners)) >= WIDELY_TOLD
        by_links = (min if widely_told else max)(by_links, by_words)
    return 0.0 if by_links >= JOIN and _strangers(one, other) else by_links


def _strangers(one: Pile, other: Pile) -> bool:
    """Whether both are told by several reports that name somebody, and none of these is shared."""
    if min(len(one.clips), len(other.clips)) < 2:
        return False
    mine, theirs = _names(one), _names(other)
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _names(pile: Pile) -> set[str]:
    """The names that at least half of the clippings have."""
    told = Counter(name for clip in pile.clips for name in clip.names)
    return {name for name, count in told.items() if 2 * count >= len(pile.clips)}


def _centrality(words: Mapping[str, float], clip: Clipping) -> float:
    return sum(clip.vector[t] * words[t] for t in clip.title) / clip.title_norm


def _cosine(one: Pile, other: Pile) -> float:
    (few, short), (many, long) = sorted((one.words(), other.words()), key=lambda w: len(w[0]))
    dot = sum(weight * many[term] for term, weight in few.items() if term in many)
    return dot / (short * long)
