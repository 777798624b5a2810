"""What the outlets of a story say, as single lines that can be spoken, strongest first. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.prose.claims import denials
from bot.prose.figures import Number, numbers
from bot.prose.plain import headline, plain, usable_alone
from bot.prose.sentences import length, sentences, stems, truncated, words
from bot.prose.tongues import Tongue, fold, word_set
from bot.prose.trim import BREATH, SHORTEST, spoken_sentences
from bot.story import Story
from bot.writers._wishes import said
from sources import Item

__all__ = ["Fact", "facts", "outdated", "titles"]

_READ_OF_TEXT = 14  # sentences: a report's later half is background
_TITLE = -1
TWO_BREATHS = 34  # words
_OPINION = word_set(
    "how why what when where who inside moment watch meet these this here opinion analysis review"
    " column editorial comment explained explainer can will should is are do does did could quiz"
    " highlights best top"
    " wie warum was wer wo meinung kommentar comment pourquoi como por cómo qué porque perché"
)
_UNKNOWN = ("unclear", "not known", "no word", "no immediate", "not immediately", "unknown",
            "unklar", "on ignore", "se desconoce", "desconhec", "non si sa")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One line and where it stands: `quote` is sentence `place` of `item`, -1 is its headline.

    `backing` is how many other outlets say much the same; `fresh` is 1 for the newest item of the
    story and 0 for the oldest; `leaning` marks a line that needs the sentence before it.
    """

    line: str
    item: Item
    quote: str
    place: int
    stems: frozenset[str]
    score: float = 0.0
    backing: int = 0
    fresh: float = 1.0
    leaning: bool = False

    @property
    def is_title(self) -> bool:
        """Whether it is a headline."""
        return self.place == _TITLE


def _spellings(items: Iterable[Item]) -> tuple[frozenset[str], frozenset[str]]:
    """List the words that running texts mostly write small, and mostly with a capital (folded).

    The first word of a sentence tells nothing.
    """
    counts: Counter[str] = Counter()
    for item in items:
        for sentence in sentences(f"{item.summary} {item.text}"):
            for word in words(sentence)[1:]:
                bare = fold(word.removesuffix("’s").removesuffix("'s"))
                counts[bare] += 1 if word[:1].islower() else -1
    small = frozenset(w for w, n in counts.items() if n > 0)
    return small, frozenset(counts) - small


def titles(story: Story, tongue: Tongue) -> list[Fact]:
    """Read the headlines that say what happened, the strongest first."""
    small, proper = _spellings(story.items)
    found = []
    for item in story.items:
        line = headline(item.title, item.outlet, small | tongue.stop, proper - tongue.stop)
        if truncated(item.title) or length(line) < SHORTEST or not _is_in(line, tongue, 8):
            continue
        if usable_alone(line, tongue):
            found.append(Fact(line, item, item.title, _TITLE, stems(line, tongue)))
    return _ranked(found, story, tongue)


def facts(story: Story, tongue: Tongue) -> list[Fact]:
    """Read the sentences that can be spoken, the strongest first.

    Where not one is short enough, long ones are taken whole: a long sentence beats none.
    """
    return _told(story, tongue, BREATH) or _told(story, tongue, TWO_BREATHS)


def _told(story: Story, tongue: Tongue, limit: int) -> list[Fact]:
    found: list[Fact] = []
    for item in story.items:
        told = (*sentences(item.summary), *sentences(item.text)[:_READ_OF_TEXT])
        for place, sentence in enumerate(dict.fromkeys(told)):
            if _is_whole(sentence, tongue) and _is_in(sentence, tongue, 6):
                found += _of(item, sentence, place, tongue, limit)
    return _ranked(found, story, tongue)


def _is_whole(sentence: str, tongue: Tongue) -> bool:
    """Tell whether a text is a sentence: it ends like one and does not begin in the middle."""
    if truncated(sentence):
        return False
    text = plain(sentence)
    if len(re.findall(r"[,;]\s", text)) > 0.45 * len(words(text)):
        return False  # a team sheet
    last = text.rstrip("\"”'’»)」』）")[-1:]
    ends = last in ".!。！؟।۔" or (not text.isascii() and not tongue.code)
    return ends and not text[:1].islower()


def _is_in(text: str, tongue: Tongue, least: int) -> bool:
    """Tell whether a text of `least` words or more has a small word of its language at all."""
    found = [fold(w) for w in words(text)]
    return len(found) < least or not tongue.stop or any(w in tongue.stop - {"at"} for w in found)


def _of(item: Item, sentence: str, place: int, tongue: Tongue, limit: int) -> list[Fact]:
    speech = said(plain(sentence), tongue)
    lines = [speech.line] if speech else list(spoken_sentences(sentence, tongue, limit))
    leaning = fold((words(sentence) or ("",))[0]) in tongue.leaning
    made = []
    for n, line in enumerate(lines):
        opens = fold(words(line)[0])
        made.append(
            Fact(line, item, sentence, place, stems(line, tongue),
                 leaning=(leaning and n == 0) or opens in tongue.leaning)
        )  # fmt: skip
    return made


def _ranked(found: list[Fact], story: Story, tongue: Tongue) -> list[Fact]:
    """Score each fact: who else says it, how new it is, where it stands, what it holds."""
    seen = sorted({item.seen for item in story.items})
    told = _outlets(story, tongue)
    weights = Counter(s for content in told.values() for s in content)
    scored = []
    for fact in found:
        others = [content for outlet, content in told.items() if outlet != fact.item.outlet]
        shared = sum(weights[s] for s in fact.stems if weights[s] > 1)
        agreement = shared / (sum(weights[s] for s in fact.stems) or 1)
        backing = sum(len(fact.stems & c) >= 0.5 * len(fact.stems) for c in others)
        fresh = seen.index(fact.item.seen) / (len(seen) - 1) if len(seen) > 1 else 1.0
        backed = backing / (len(others) or 1)
        score = agreement + backed + 0.45 * fresh + _form(fact, tongue)
        scored.append(replace(fact, score=score, backing=backing, fresh=fresh))
    return sorted(scored, key=lambda f: -f.score)


def _outlets(story: Story, tongue: Tongue) -> dict[str, frozenset[str]]:
    told: dict[str, frozenset[str]] = {}
    for item in story.items:
        content = stems(f"{item.title} {item.summary} {item.text[:1500]}", tongue)
        told[item.outlet] = told.get(item.outlet, frozenset()) | content
    return told


def _form(fact: Fact, tongue: Tongue) -> float:
    """Judge how a line is made: a figure is good; a question, a colon, a scare quote is not.

    The weights were set by reading the scripts of some 120 recorded stories aloud (2026-11).
    """
    size = length(fact.line)
    first = fold((words(fact.line) or ("",))[0])
    form = 0.2 * bool(numbers(fact.line, tongue)) - 0.05 * max(fact.place, 0)
    form -= 0.2 * any(fold(w) in dict(tongue.today) for w in words(fact.line))
    form -= 0.3 * (not 6 <= size <= BREATH) + 0.5 * fact.leaning
    if fact.is_title:
        form -= 1.0 * (first in _OPINION) + 0.35 * (":" in fact.line)
        form -= 0.25 * any(c in fact.line for c in "'‘“\"|;!") + 0.4 * ("--" in fact.line)
        form -= 0.6 * (fact.line[0] in "'‘“\"«„")
    return form


def outdated(found: Sequence[Fact], tongue: Tongue) -> list[tuple[Fact, Fact]]:
    """Pair each fact that a newer one has overtaken with that newer one.

    Overtaken is another figure for the same thing, and "not known yet" once newer reports are in.
    """
    pairs = []
    for old in found:
        newer = [f for f in found if f.fresh > old.fresh]
        open_question = any(u in fold(old.line) for u in _UNKNOWN)
        if open_question and newer:
            pairs.append((old, newer[0]))
            continue
        clash = next((f for f in newer if _clash(old, f, tongue)), None)
        if clash:
            pairs.append((old, clash))
    return pairs


def _clash(old: Fact, new: Fact, tongue: Tongue) -> bool:
    if len(old.stems & new.stems) < 3 or denials(old.line, tongue) != denials(new.line, tongue):
        return False
    theirs = _counted(numbers(new.line, tongue))
    mine = _counted(numbers(old.line, tongue))
    return any(noun in theirs and theirs[noun] != value for noun, value in mine.items())


def _counted(found: Iterable[Number]) -> dict[str, float]:
    return {fold(n.noun)[:6]: n.value for n in found if n.noun}
