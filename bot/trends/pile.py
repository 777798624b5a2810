"""A story while it grows: its clippings, their words together, and its bonds to other stories."""

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.trends.morgue import Clipping
from bot.trends.witness import Witness

__all__ = ["JOIN", "Pile", "bond", "title"]

JOIN = 0.35  # a bond from which two are one story
BEST = 2  # links that must speak for it: one alone is how strangers get into a big story
CROWD = 3  # clippings from which a pile's words as a whole are evidence
CROWD_LIKENESS = 0.3  # cosine with a crowd's words from which two are one story
WIDELY_TOLD = 5  # outlets: to make one of two such stories takes links and words


@dataclass(slots=True, eq=False)
class Pile:
    """The clippings of one story, in order of arrival.

    `links` holds, for every other pile, how alike the BEST pairs of clippings across are.
    `words` is the sum of the clippings' unit vectors, `square` its squared length.
    """

    id: int
    last_seen: datetime
    clips: list[Clipping] = field(default_factory=list)
    owners: set[str] = field(default_factory=set)
    links: dict["Pile", list[float]] = field(default_factory=dict)
    words: dict[str, float] = field(default_factory=dict)
    square: float = 0.0
    witnesses: tuple[Witness, ...] | None = None  # once somebody asked

    def take(self, clips: Iterable[Clipping]) -> None:
        """Lay clippings on the pile."""
        for clip in clips:
            clip.story = self.id
            self.clips.append(clip)
            self.owners.add(clip.owner)
            self.last_seen = max(self.last_seen, clip.item.seen)
            for term, weight in clip.vector.items():
                old, more = self.words.get(term, 0.0), weight / clip.norm
                self.words[term] = old + more
                self.square += more * (2 * old + more)
        self.clips.sort(key=lambda clip: clip.number)
        self.witnesses = None

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
    best = max(pile.clips, key=lambda clip: (_centrality(pile, clip), -clip.number))
    return best.item.title


def bond(one: Pile, other: Pile) -> float:
    """How much two piles speak for being one story, 0..1; JOIN and more says yes."""
    found = one.links.get(other, [])
    pairs = min(BEST, len(one.clips) * len(other.clips))
    by_links = sum(found[:pairs]) / pairs
    if max(len(one.clips), len(other.clips)) < CROWD or by_links < JOIN / 2:
        return by_links
    by_words = _cosine(one, other) / CROWD_LIKENESS * JOIN
    widely_told = min(len(one.owners), len(other.owners)) >= WIDELY_TOLD
    return min(1.0, (min if widely_told else max)(by_links, by_words))


def _centrality(pile: Pile, clip: Clipping) -> float:
    return sum(clip.vector[t] * pile.words[t] for t in clip.words.title) / clip.title_norm


def _cosine(one: Pile, other: Pile) -> float:
    few, many = sorted((one.words, other.words), key=len)
    dot = sum(weight * many[term] for term, weight in few.items() if term in many)
    return dot / math.sqrt(one.square * other.square)
