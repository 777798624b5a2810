"""The morgue: every live report as a clipping, and the quickest way to those most like a new one.

A term weighs what its rarity among the live reports says, fixed when the clipping is filed. It
knows nothing of stories. Filing costs the same however many clippings there are: only the rarest
terms of a report are looked up, and only the newest clippings under each.
"""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from bot.trends.text import LEAD_SENTENCES, Words, clean_title, read, sentences
from sources import Item

__all__ = ["Clipping", "Morgue", "owner_of"]

PRIOR = 300  # reports that an empty morgue pretends to hold: no word is common on the first morning
LOOKED_UP = 300  # clippings touched to find the nearest
PER_TERM = 150  # of them under one term, the newest
NEAREST = 12
REPEATS = 2  # a sentence that an outlet has printed this often is its boilerplate, not news

_BRANCH = re.compile(r"\s*\([^)]*\)\s*$")  # "Outlet (YouTube)" is Outlet


@dataclass(slots=True, eq=False)
class Clipping:
    """One report, read. `number` counts arrivals; `story` is where it lies now.

    `unseen` is what a term weighed that nobody had used when it was read.
    """

    number: int
    item: Item
    owner: str
    lang: str
    words: Words
    vector: dict[str, float]
    norm: float
    title_norm: float
    unseen: float
    lead: tuple[str, ...] = ()
    story: int = 0
    why: str = ""


def owner_of(outlet: str) -> str:
    """Who speaks: an outlet and its channels are one voice."""
    return _BRANCH.sub("", outlet).casefold() or outlet.casefold()


class Morgue:
    """The live clippings, by term."""

    def __init__(self) -> None:
        self._by_term: defaultdict[str, dict[Clipping, None]] = defaultdict(dict)
        self._printed: Counter[tuple[str, str]] = Counter()
        self._count = 0
        self._arrived = 0

    def clip(self, item: Item) -> Clipping:
        """Read an item and weigh its terms; it is not on file yet."""
        owner = owner_of(item.outlet)
        lead = tuple(sentences(item.summary)[:LEAD_SENTENCES])
        fresh = [s for s in lead if self._printed[owner, s] < REPEATS]
        words = read(clean_title(item.title), " ".join(fresh))
        vector = {term: weight * self.rarity(term) for term, weight in words.terms.items()}
        self._arrived += 1
        return Clipping(
            number=self._arrived,
            item=item,
            owner=owner,
            lang=item.lang.split("-")[0].lower(),
            words=words,
            vector=vector,
            norm=math.hypot(*vector.values()) or 1.0,
            title_norm=math.hypot(*(vector[term] for term in words.title)) or 1.0,
            unseen=self.rarity(""),
            lead=lead,
        )

    def rarity(self, term: str) -> float:
        """Inverse document frequency among the live clippings, smoothed for an empty morgue."""
        held = self._by_term.get(term, ())
        return math.log(1 + (self._count + PRIOR) / (len(held) + 0.5))

    def nearest(self, clip: Clipping) -> list[Clipping]:
        """The clippings that share the most rarity with this one, in the same language."""
        shared: defaultdict[Clipping, float] = defaultdict(float)
        left = LOOKED_UP
        for term in sorted(clip.vector, key=lambda t: len(self._by_term.get(t, ()))):
            held = self._by_term.get(term, {})
            weight = clip.vector[term] ** 2
            for other in islice(reversed(held), PER_TERM):
                shared[other] += weight
            left -= min(len(held), PER_TERM)
            if left < 0:
                break
        found = heapq.nlargest(NEAREST, shared, key=shared.__getitem__)
        return [c for c in found if not (c.lang and clip.lang and c.lang != clip.lang)]

    def holding(self, terms: Collection[str], part: float) -> list[Clipping]:
        """The clippings that hold at least this part, by rarity, of some terms; most are few."""
        weights = {term: self.rarity(term) for term in terms}
        enough = part * math.fsum(weights.values())
        held: defaultdict[Clipping, float] = defaultdict(float)
        for term, weight in weights.items():
            for clip in islice(reversed(self._by_term.get(term, {})), PER_TERM):
                held[clip] += weight
        return [clip for clip, weight in held.items() if weight >= enough]

    def file(self, clip: Clipping) -> None:
        """Put a clipping where later ones find it."""
        for term in clip.vector:
            self._by_term[term][clip] = None
        self._printed.update((clip.owner, sentence) for sentence in clip.lead)
        self._count += 1

    def discard(self, clip: Clipping) -> None:
        """Take a clipping out again."""
        for term in clip.vector:
            held = self._by_term[term]
            del held[clip]
            if not held:
                del self._by_term[term]
        for sentence in clip.lead:
            self._printed[clip.owner, sentence] -= 1
            if not self._printed[clip.owner, sentence]:
                del self._printed[clip.owner, sentence]
        self._count -= 1
