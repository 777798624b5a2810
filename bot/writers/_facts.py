"""What the outlets of a story say, as single lines that can be spoken, strongest first. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.prose.figures import dates, numbers
from bot.prose.harm import harm
from bot.prose.plain import headline, plain, usable_alone
from bot.prose.recast import attributed_first, dated, part_of_day
from bot.prose.sentences import length, sentences, stems, truncated, words
from bot.prose.tongues import Tongue, fold, word_set
from bot.prose.trim import BREATH, SHORTEST, spoken_sentences
from bot.prose.verbs import known_verbs, leans, tells
from bot.story import Story
from bot.writers._wishes import said
from sources import Item

__all__ = ["Fact", "facts", "opening", "titles"]

_HARM = 0.5  # what a line is worth more that tells what became of people
_WHOLE = 5  # letters: what begins with a word so long is another form of it
_READ_OF_TEXT = 14  # sentences: a report's later half is background
_TITLE = -1
TWO_BREATHS = 34  # words
_GALLERY = re.compile(
    r"\b(?:in (?:pictures|photos|images)|en images|en imágenes|em imagens)\b", re.I
)
_GARBLED = re.compile(r"(?<=\w) [st] (?=\w)|%u\d|\b(?:A disp|All)\.:")
_OPINION = word_set(
    "how why what when where who inside moment watch meet these this here opinion analysis review"
    " column editorial comment explained explainer can will should is are do does did could quiz"
    " highlights best top wear see get read find learn try"
    " wie warum was wer wo meinung kommentar comment pourquoi como por cómo qué porque perché"
)
_LOADED = word_set(
    "lie lies lied tantrum slam slams slammed blast blasts blasted meltdown rages raged epic"
    " shocking stunning horror horrifying nightmare disgraceful embarrassing brutal brutally"
    " hilarious bizarre furious outrageous ratloser irre wahnsinn"
)  # a judgement of the writer's, where it is not a quotation
_SAME_DAY = {"en": (8, 16), "de": (3, 22), "fr": (3, 22), "it": (3, 22), "es": (8, 22),
             "pt": (5, 23)}  # fmt: skip


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


def _calm(title: str, small: frozenset[str], proper: frozenset[str]) -> frozenset[str]:
    """List the words of a headline that running texts write small in another form: "Crash"."""
    told = {fold(word) for word in words(title) if len(word) >= _WHOLE} - proper
    return frozenset(
        word
        for word in told
        if any(s.startswith(word) or (word.startswith(s) and len(s) >= _WHOLE) for s in small)
    )


def opening(item: Item) -> str:
    """Take what a report says first: its headline and its first sentences."""
    return " ".join((item.title, *sentences(item.summary)[:3], *sentences(item.text)[:3]))


def titles(story: Story, tongue: Tongue) -> list[Fact]:
    """Read the headlines that say what happened, the strongest first."""
    small, proper = _spellings(story.items)
    found = []
    for item in story.items:
        low = small | tongue.stop | _calm(item.title, small, proper)
        low |= known_verbs(tongue) - proper
        line = headline(item.title, item.outlet, low, proper - tongue.stop)
        line = next(iter(sentences(line)), "")
        line = dated(line, tongue, _day(line, item, tongue))
        line = attributed_first(line, tongue, small, proper)
        if (
            truncated(item.title)
            or _GARBLED.search(item.title)
            or length(line) < SHORTEST
            or not _is_in(line, tongue, 8)
        ):
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
    small, proper = _spellings(story.items)
    found: list[Fact] = []
    for item in story.items:
        told = (*sentences(item.summary), *sentences(item.text)[:_READ_OF_TEXT])
        for place, sentence in enumerate(dict.fromkeys(told)):
            if _is_whole(sentence, tongue) and _is_in(sentence, tongue, 6):
                found += _of(item, sentence, place, tongue, limit)
    fronted = [replace(f, line=attributed_first(f.line, tongue, small, proper)) for f in found]
    return _ranked(fronted, story, tongue)


def _day(line: str, item: Item, tongue: Tongue) -> date | None:
    """Tell on which day of its own an outlet wrote a line; None where that cannot be told.

    Times are in UTC, and where an outlet sits is not known: by its language it may be as far as
    from Los Angeles to Auckland. Between the hours of `_SAME_DAY` all of them (that are awake) have
    the same date; at another hour a weekday that the report names must help.
    """
    at = item.published or item.seen
    told = {d.key for d in dates(f"{item.title} {item.summary} {item.text}", tongue)}
    shift = part_of_day(line) if tongue.code == "en" else None
    if shift is not None and (at.date() + timedelta(days=shift)).weekday() not in told:
        return None
    first, last = _SAME_DAY.get(tongue.code, (24, 24))
    if first <= at.hour < last:
        return at.date()
    near = [at.date() + timedelta(days=n) for n in ((-1, 0) if at.hour < 12 else (0, 1))]
    named = [d for d in near if d.weekday() in told]
    return named[0] if len(named) == 1 else None


def _is_whole(sentence: str, tongue: Tongue) -> bool:
    """Tell whether a text is a sentence: it ends like one and does not begin in the middle."""
    if truncated(sentence) or _GARBLED.search(sentence):
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
    if len(found) < least or not tongue.stop:
        return True
    small = (tongue.stop, tongue.hedges, tongue.finite)
    return any(w != "at" and any(w in table for table in small) for w in found)


def _of(item: Item, sentence: str, place: int, tongue: Tongue, limit: int) -> list[Fact]:
    speech = said(plain(sentence), tongue)
    lines = [speech.line] if speech else list(spoken_sentences(sentence, tongue, limit))
    lines = [kept for line in lines if (kept := dated(line, tongue, _day(line, item, tongue)))]
    lines = [line for line in lines if speech or tells(line, tongue)]
    leaning = leans(sentence, tongue)
    made = []
    for n, line in enumerate(lines):
        made.append(
            Fact(line, item, sentence, place, stems(line, tongue),
                 leaning=(leaning and n == 0) or leans(line, tongue))
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


def _torn(line: str) -> bool:
    """Tell whether a quotation begins or ends outside a line."""
    opens = len(re.findall(r"(?<!\w)['‘](?=\w)", line))
    closes = len(re.findall(r"(?<=[\w.,!?])['’](?!\w)", line))
    return opens != closes or line.count('"') % 2 == 1


def _form(fact: Fact, tongue: Tongue) -> float:
    """Judge how a line is made: a figure is good; a question, a colon, a scare quote is not.

    The weights were set by reading the scripts of some 120 recorded stories aloud (2026-11).
    """
    size = length(fact.line)
    first = fold((words(fact.line) or ("",))[0])
    form = 0.2 * bool(numbers(fact.line, tongue)) - 0.05 * max(fact.place, 0)
    form += _HARM * bool(harm(fact.line))
    form -= 0.5 * any(fold(w) in _LOADED for w in words(fact.line))
    form -= 0.3 * (not 6 <= size <= BREATH) + 0.5 * fact.leaning
    if fact.is_title:
        form -= 0.6 * (re.search(_GALLERY, fact.line) is not None)
        form -= 1.0 * (first in _OPINION) + 0.35 * (":" in fact.line)
        form -= 0.25 * any(c in fact.line for c in "'‘“\"|;!") + 0.4 * ("--" in fact.line)
        form -= 0.6 * (fact.line[0] in "'‘“\"«„") + 0.6 * (_torn(fact.line))
    return form
