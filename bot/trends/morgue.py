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

from bot.trends.meanings import Meaning, Meanings
from bot.trends.text import LEAD_SENTENCES, Words, clean_title, read, sentences
from sources import Item

__all__ = ["Clipping", "Morgue", "Record", "owner_of"]

PRIOR = 300  # reports that an empty morgue pretends to hold: no word is common on the first morning
LOOKED_UP = 300  # clippings touched to find the nearest
PER_TERM = 150  # of them under one term, the newest
NEAREST = 12
NEAREST_MEANINGS = 8
REPEATS = 2  # a sentence that an outlet has printed this often is its boilerplate, not news
LATEST = 16  # uses of a term among which an outlet's own are counted

_BRANCH = re.compile(r"\s*\([^)]*\)\s*$")  # "Outlet (YouTube)" is Outlet


@dataclass(frozen=True, slots=True)
class Record:
    """How a report was read when it arrived: with it a restart gives the same stories.

    `terms` and `unseen` are weights that followed from what was live then, `links` how alike the
    reports of other ids were, `why` the sentence that was said.
    """

    terms: dict[str, float]
    unseen: float
    links: dict[str, float]
    why: str


@dataclass(slots=True, eq=False)
class Clipping:
    """One report, read. `number` counts arrivals; `story` is where it lies now.

    `vector` holds the weight of each term, `unseen` what a term weighed that nobody had used when
    it was read; `lead` are the hashes of its outlet's sentences. `meaning` is the embedding of the
    report, a unit vector, or None where nobody made one.
    """

    number: int
    item: Item
    owner: str
    lang: str
    vector: dict[str, float]
    title: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    norm: float
    title_norm: float
    unseen: float
    lead: tuple[int, ...] = ()
    meaning: Meaning | None = None
    story: int = 0
    why: str = ""


def owner_of(outlet: str) -> str:
    """Who speaks: an outlet and its channels are one voice."""
    return _BRANCH.sub("", outlet).casefold() or outlet.casefold()


class Morgue:
    """The live clippings, by term and by meaning. `bridges` lets languages meet by meaning."""

    def __init__(self, *, bridges: bool = False) -> None:
        self._by_term: defaultdict[str, list[Clipping]] = defaultdict(list)  # the oldest first
        self._meanings = Meanings[Clipping]()
        self._printed: Counter[int] = Counter()
        self._bridges = bridges
        self._count = 0
        self._arrived = 0

    def clip(
        self, item: Item, meaning: Meaning | None = None, record: Record | None = None
    ) -> Clipping:
        """Read an item and weigh its terms, or take the recorded weights; it is not on file yet."""
        owner = owner_of(item.outlet)
        lead = {hash((owner, s)): s for s in sentences(item.summary)[:LEAD_SENTENCES]}
        fresh = [sentence for key, sentence in lead.items() if self._printed[key] < REPEATS]
        words = read(clean_title(item.title), " ".join(fresh))
        vector = record.terms if record else self._weighed(words, owner)
        self._arrived += 1
        return Clipping(
            number=self._arrived,
            item=item,
            owner=owner,
            lang=item.lang.split("-")[0].lower(),
            vector=vector,
            title=frozenset(words.title & vector.keys()),
            names=frozenset(words.names & vector.keys()),
            numbers=words.numbers,
            norm=math.hypot(*vector.values()) or 1.0,
            title_norm=math.hypot(*(vector.get(term, 0.0) for term in words.title)) or 1.0,
            unseen=record.unseen if record else self.rarity(""),
            lead=tuple(lead),
            meaning=meaning,
        )

    def rarity(self, term: str, owner: str = "") -> float:
        """Inverse document frequency among the live clippings, smoothed for an empty morgue.

        What one outlet says again and again is its furniture (a programme's name, a column's), no
        matter how rare it is elsewhere: its own uses count by their square.
        """
        held = self._by_term.get(term, ())
        used = float(len(held))
        if owner and used > 1:
            own = sum(1 for clip in islice(reversed(held), LATEST) if clip.owner == owner)
            used += own * own if own > 1 else 0
        return math.log(1 + (self._count + PRIOR) / (used + 0.5))

    def nearest(self, clip: Clipping) -> list[Clipping]:
        """The clippings that share the most rarity with this one, and those that mean the like.

        Known languages that differ never meet, unless the morgue bridges them: then by meaning.
        """
        found = heapq.nlargest(NEAREST, (shared := self._sharing(clip)), key=shared.__getitem__)
        near = [c for c in found if not _foreign(c, clip)]
        if clip.meaning is not None:
            like = self._meanings.nearest(clip.meaning, NEAREST_MEANINGS)
            known = set(near)
            near += [c for c in like if c not in known and (self._bridges or not _foreign(c, clip))]
        return near

    def holding(self, terms: Collection[str], part: float) -> list[Clipping]:
        """The clippings that hold at least this part, by rarity, of some terms; most are few."""
        weights = {term: self.rarity(term) for term in terms}
        enough = part * math.fsum(weights.values())
        held: defaultdict[Clipping, float] = defaultdict(float)
        for term, weight in weights.items():
            for clip in islice(reversed(self._by_term.get(term, ())), PER_TERM):
                held[clip] += weight
        return [clip for clip, weight in held.items() if weight >= enough]

    def file(self, clip: Clipping) -> None:
        """Put a clipping where later ones find it."""
        for term in clip.vector:
            self._by_term[term].append(clip)
        if clip.meaning is not None:
            self._meanings.add(clip, clip.meaning)
        self._printed.update(clip.lead)
        self._count += 1

    def discard(self, clip: Clipping) -> None:
        """Take a clipping out again."""
        for term in clip.vector:
            held = self._by_term[term]
            held.remove(clip)  # near the front: who goes is among the oldest
            if not held:
                del self._by_term[term]
        self._meanings.discard(clip)
        for sentence in clip.lead:
            self._printed[sentence] -= 1
            if not self._printed[sentence]:
                del self._printed[sentence]
        self._count -= 1

    def _weighed(self, words: Words, owner: str) -> dict[str, float]:
        return {term: weight * self.rarity(term, owner) for term, weight in words.terms.items()}

    def _sharing(self, clip: Clipping) -> dict[Clipping, float]:
        """How much rarity some clippings share with this one, by its rarest terms."""
        shared: defaultdict[Clipping, float] = defaultdict(float)
        left = LOOKED_UP
        for term in sorted(clip.vector, key=lambda t: len(self._by_term.get(t, ()))):
            held = self._by_term.get(term, ())
            weight = clip.vector[term] ** 2
            for other in islice(reversed(held), PER_TERM):
                shared[other] += weight
            left -= min(len(held), PER_TERM)
            if left < 0:
                break
        return shared


def _foreign(one: Clipping, other: Clipping) -> bool:
    return bool(one.lang and other.lang) and one.lang != other.lang
