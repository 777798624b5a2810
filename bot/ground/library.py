"""All that the sources of a story say, read once for a whole script. Pure.

Sentences are found by the stems that they share with a line, so that a long report costs no more
than the sentences that come near.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.prose.sentences import sentences, stems, words
from bot.prose.tongues import Tongue, fold, guess, tongue
from bot.prose.wording import short_name
from bot.trends.alike import COPY
from bot.trends.morgue import owner_of
from bot.trends.text import likeness
from sources import Item

__all__ = ["SHARED", "Library", "Near", "Sentence", "even", "key", "read"]

SHARED = 0.5  # a sentence carries a line when it shares this much of its content
HELD = 0.6  # a short sentence of which a line holds so much was joined into it
JOINED = 3  # stems that it must share for that
CITED = 0.3  # what a beat names as its source need share less: its writer may have put it in words
TEXTS = 12  # stems: two texts shorter than this may be alike by chance
LONG = 10  # words: nobody writes a sentence so long in the same words as another
TELLING = 20  # words from which on a text tells its language


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """One source sentence. `item` and `place` count from 0; the headline is place 0.

    `voice` is one for outlets of one owner and for those who print one agency's text. `at` is when
    the report was published, or else seen.
    """

    text: str
    outlet: str
    voice: str
    item: int
    place: int
    at: datetime
    lang: str
    speech: Tongue
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Near:
    """A sentence that comes near a line, and the part of the line's content that it shares."""

    sentence: Sentence
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """What the checks ask of the sources. `now` is when the newest report was published.

    `words` are all that the sources write, `small` those that they also write without a capital.
    `outlets` are their names as they are said, the longest first.
    """

    items: tuple[Item, ...]
    lang: str
    speech: Tongue
    now: datetime | None
    sentences: tuple[Sentence, ...]
    words: frozenset[str]
    small: frozenset[str]
    outlets: tuple[str, ...]
    by_stem: Mapping[str, tuple[int, ...]]
    by_item: tuple[tuple[int, ...], ...]

    def near(self, line: str, cited: Iterable[str] = ()) -> tuple[Near, ...]:
        """Find the sentences that may carry a line, the nearest first; of equals, a cited one."""
        content = self.content(line)
        if not content:
            return ()
        shared = Counter(n for stem in content for n in self.by_stem.get(stem, ()))
        quotes = tuple(cited)
        found = []
        for n, common in shared.items():
            s = self.sentences[n]
            known = any(s.text in q or q in s.text for q in quotes)
            share, held = common / len(content), common / len(s.stems)
            joined = (common >= JOINED and held >= HELD) or (common > 1 and held == 1)
            if share >= (CITED if known else SHARED) or joined:
                found.append((share, known, held, -n))
        found.sort(reverse=True)
        return tuple(Near(self.sentences[-n], share) for share, _, _, n in found)

    def content(self, line: str) -> frozenset[str]:
        """Take the stems of a line without who reports it: no outlet writes "CNN reports"."""
        told = line
        for outlet in self.outlets:
            told = told.replace(outlet, " ")
        bare = stems(told, self.speech)
        if told != line:
            bare -= {stem for word in self.speech.says for stem in stems(word, self.speech)}
        return bare or stems(line, self.speech)

    def nearest(self, line: str) -> Sentence | None:
        """Find the sentence that shares most with a line, however little; None for nothing."""
        content = self.content(line)
        shared = Counter(n for stem in content for n in self.by_stem.get(stem, ()))
        best = max(shared, key=lambda n: (shared[n], -len(self.sentences[n].stems)), default=None)
        return None if best is None else self.sentences[best]

    def of(self, item: int) -> Sequence[Sentence]:
        """List the sentences of one report, headline first."""
        return [self.sentences[n] for n in self.by_item[item]]

    def around(self, sentence: Sentence, reach: int) -> Sequence[Sentence]:
        """List a sentence with those of its report that stand within `reach` of it."""
        own = self.of(sentence.item)
        return [s for s in own if abs(s.place - sentence.place) <= reach]


def read(items: Sequence[Item], lang: str) -> Library:
    """Read all reports for a script in one language."""
    found: list[Sentence] = []
    by_item: list[tuple[int, ...]] = []
    voices: list[tuple[str, frozenset[str]]] = []
    usual = _usual(items, lang)
    for n, item in enumerate(items):
        own = _language(item, lang, usual)
        lines = tuple(
            dict.fromkeys(s for t in (item.title, item.summary, item.text) for s in sentences(t))
        )
        content = [stems(s, tongue(own)) for s in lines]
        voice = _voice(item, frozenset[str]().union(*content), voices)
        by_item.append(tuple(range(len(found), len(found) + len(lines))))
        at = item.published or item.seen
        found += [
            Sentence(s, item.outlet, voice, n, place, at, own, tongue(own), content[place])
            for place, s in enumerate(lines)
        ]
    by_stem: defaultdict[str, list[int]] = defaultdict(list)
    for n, s in enumerate(found):
        for stem in s.stems:
            by_stem[stem].append(n)
    told = frozenset(w for s in found for w in words(s.text))
    said = frozenset(key(w) for w in told) | {key(w) for i in items for w in words(i.outlet)}
    return Library(
        tuple(items),
        lang,
        tongue(lang),
        max((i.published or i.seen for i in items), default=None),
        tuple(found),
        said,
        frozenset(key(w) for w in told if w.islower()),
        tuple(sorted({short_name(i.outlet) for i in items}, key=len, reverse=True)),
        {stem: tuple(places) for stem, places in by_stem.items()},
        tuple(by_item),
    )


def _usual(items: Sequence[Item], lang: str) -> str:
    """Tell what a report too short to be told is likely in: what all that state none are in."""
    told = " ".join(f"{i.title} {i.summary} {i.text[:600]}" for i in items if not i.lang)
    return guess([told]) if len(words(told)) >= TELLING else lang


def _language(item: Item, lang: str, usual: str) -> str:
    """Tell a report's language: its feed's word for it, unless the text speaks the script's."""
    told = " ".join((item.title, item.summary, item.text[:600]))
    stated = item.lang.split("-")[0].lower()
    if stated == lang:
        return lang
    if not stated and len(words(told)) < TELLING:
        return usual
    guessed = guess([told])
    return guessed if guessed == lang or not stated else stated


def _voice(item: Item, content: frozenset[str], voices: list[tuple[str, frozenset[str]]]) -> str:
    """Name whose voice a report is: its owner's, or that of whose text it prints."""
    owner = owner_of(item.outlet)
    if len(content) >= TEXTS:
        owner = next((v for v, their in voices if likeness(content, their) >= COPY), owner)
        voices.append((owner, content))
    return owner


@lru_cache(maxsize=16384)
def key(word: str) -> str:
    """Reduce a word of a name to what both sides share: case, accents and possessives aside."""
    return fold(word).removesuffix("'s").rstrip("'.").replace(".", "")


def even(text: str) -> str:
    """Reduce a text to its words, one space apart."""
    return " ".join(key(w) for w in words(text))


def voices(found: Iterable[Sentence]) -> frozenset[str]:
    """Count who speaks: who prints a long sentence in the same words as another adds nothing."""
    heard: dict[str, str] = {}
    for s in found:
        text = even(s.text)
        long = text.count(" ") >= LONG - 1
        heard.setdefault(text if long else s.voice + text, s.voice)
    return frozenset(heard.values())
