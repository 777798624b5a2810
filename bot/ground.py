"""Every claim of a script against the sources of its story. Pure.

This finds what can be found without understanding: numbers, names, days and quotations that no
source holds, and denials and opposites that the nearest source sentence has the other way round.
It cannot tell who did what to whom; the editor sees each line beside its best source sentence.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.prose.claims import Quotation, denials, lone_openers, names, quotations
from bot.prose.figures import Day, Number, dates, numbers
from bot.prose.sentences import sentences, stems, words
from bot.prose.tongues import Tongue, fold, guess, tongue
from bot.prose.wording import short_name, wording
from bot.story import Beat, ClaimKind, Finding, Grounding, Script, Verdict
from sources import Item

__all__ = ["BESIDE", "ground"]

BESIDE = -1  # the "beat" of a claim in the headline or the caption

SHARED = 0.5  # a sentence carries a line when it shares this much of its content
GATHERED = 0.7  # a line that joins several sentences must share this much with them all


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One source sentence with what the checks ask of it."""

    text: str
    outlet: str
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Library:
    """All that the sources say, read once for a whole script."""

    items: tuple[Item, ...]
    lang: str
    tongue: Tongue
    sentences: tuple[_Sentence, ...]
    words: frozenset[str]
    joined: tuple[tuple[str, str], ...]

    def best(self, line: str, cited: Iterable[str]) -> tuple[_Sentence | None, float]:
        """Find the sentence that shares most with a line; of equals, one that the beat cites."""
        content = stems(line, self.tongue)
        if not content or not self.sentences:
            return None, 0.0
        quotes = tuple(cited)

        def share(s: _Sentence) -> tuple[float, bool, float]:
            common = len(content & s.stems)
            known = any(s.text in q or q in s.text for q in quotes)
            return common / len(content), known, common / (len(s.stems) or 1)

        best = max(self.sentences, key=share)
        return best, share(best)[0]


def ground(script: Script, items: Sequence[Item]) -> Grounding:
    """Check each beat, then the headline and the caption (beat -1), against the items."""
    library = _read(tuple(items), script.lang or guess(b.line for b in script.beats))
    findings = [f for n, beat in enumerate(script.beats) for f in _beat(n, beat, library)]
    findings += _claims(BESIDE, Beat(script.headline), library)
    findings += _claims(BESIDE, Beat(_own_words(script)), library)
    return Grounding(tuple(findings))


def _own_words(script: Script) -> str:
    """Take the caption without the list of sources and the note on AI, which claim nothing."""
    said = wording(script.lang)
    told = script.caption.replace(said.made_with_ai, "")
    for mark in (said.sources, said.source):
        told = re.split(rf"{re.escape(mark)}\s?[:：]", told)[0]
    return " ".join(word for word in told.split() if not word.startswith("#"))


def _read(items: tuple[Item, ...], lang: str) -> _Library:
    speech = tongue(lang)
    found: dict[tuple[str, str], _Sentence] = {}
    for item in items:
        for text in (item.title, item.summary, item.text):
            for s in sentences(text):
                found.setdefault((s, item.outlet), _Sentence(s, item.outlet, stems(s, speech)))
    texts = [(i.outlet, " ".join((i.title, i.summary, i.text))) for i in items]
    said = frozenset(_key(w) for o, text in texts for w in words(f"{text} {o}"))
    joined = tuple((outlet, _even(text)) for outlet, text in texts)
    return _Library(items, lang, speech, tuple(found.values()), said, joined)


def _key(word: str) -> str:
    """Reduce a word of a name to what both sides share: case, accents and possessives aside."""
    return fold(word).removesuffix("'s").rstrip("'.").replace(".", "")


def _even(text: str) -> str:
    return " ".join(_key(w) for w in words(text))


def _beat(n: int, beat: Beat, library: _Library) -> list[Finding]:
    if _only_attributes(beat.line, library):
        return []
    return [*_claims(n, beat, library), *_line(n, beat, library)]


def _only_attributes(line: str, library: _Library) -> bool:
    """Tell whether a line says nothing but who reports it."""
    rest = line
    for outlet in {short_name(i.outlet) for i in library.items}:
        rest = rest.replace(outlet, " ")
    said = wording(library.lang)
    return rest != line and set(words(rest)) <= set(words(" ".join((*said.reports, said.both))))


def _line(n: int, beat: Beat, library: _Library) -> list[Finding]:
    """Judge the sentence as a whole: who says it, and whether they say it the other way round."""
    best, share = library.best(beat.line, [c.quote for c in beat.cites])
    if best is None:
        return [Finding(n, beat.line, "line", "not found")]
    content = stems(beat.line, library.tongue)
    near = [s for s in library.sentences if len(content & s.stems) >= SHARED * len(content)]
    outlets = {s.outlet for s in near} or _gathered(beat, content, library.tongue)
    found = [Finding(n, beat.line, "line", _verdict(outlets), best.text, best.outlet)]
    turned = _opposite(beat.line, near, library.tongue)
    if share >= SHARED and _denied(beat.line, best.text, library.tongue):
        turned = beat.line
    if turned:
        found.append(Finding(n, turned, "negation", "contradicted", best.text, best.outlet))
    return found


def _gathered(beat: Beat, content: frozenset[str], speech: Tongue) -> set[str]:
    """Name the outlets whose cited sentences carry a line together, none if they do not."""
    together = frozenset[str]().union(*(stems(c.quote, speech) for c in beat.cites))
    enough = len(content & together) >= GATHERED * len(content)
    return {c.outlet for c in beat.cites} if enough else set()


def _denied(line: str, source: str, speech: Tongue) -> bool:
    """Tell whether one of the two denies what the other affirms."""
    odd = denials(line, speech) % 2 != denials(source, speech) % 2
    return odd and not _cut_from(line, source)


def _opposite(line: str, near: Iterable[_Sentence], speech: Tongue) -> str:
    """Find the word of a line whose opposite alone stands in the sentences near it, "" if none."""
    said = {fold(w) for w in words(line)}
    held = {fold(w) for s in near for w in words(s.text)}
    for one, other in speech.opposites:
        for mine, theirs in ((one, other), (other, one)):
            if said & mine and held & theirs and not held & mine and not said & theirs:
                return " ".join(sorted(said & mine))
    return ""


def _cut_from(line: str, source: str) -> bool:
    """Tell whether a line is an unbroken piece of its source: a cut clause denies nothing."""
    return _even(line) in _even(source)


def _claims(n: int, beat: Beat, library: _Library) -> list[Finding]:
    """Check everything that a line names."""
    line, speech = beat.line, library.tongue
    found: list[tuple[str, ClaimKind, Verdict, frozenset[str]]] = [
        *(
            (figure.text, "number", *_number(figure, line, library))
            for figure in numbers(line, speech)
        ),
        *((day.text, "date", *_date(day, library)) for day in dates(line, speech)),
        *((q.text, "quote", *_quote(q, library)) for q in quotations(line)),
        *((name, "name", *_name(name, library)) for name in names(line, speech)),
    ]
    found += [
        (opener, "name", "not found", frozenset())
        for opener in lone_openers(line, speech)
        if _key(opener) not in library.words
    ]
    return [_found(n, *claim, beat, library) for claim in found]


def _found(
    n: int,
    claim: str,
    kind: ClaimKind,
    verdict: Verdict,
    who: frozenset[str],
    beat: Beat,
    lib: _Library,
) -> Finding:
    best, _ = lib.best(beat.line, [c.quote for c in beat.cites])
    outlet = best.outlet if best and (not who or best.outlet in who) else min(who, default="")
    return Finding(n, claim, kind, verdict, best.text if best else "", outlet)


def _verdict(outlets: Iterable[str]) -> Verdict:
    count = len(frozenset(outlets))
    return "supported" if count > 1 else "one outlet" if count else "not found"


def _number(number: Number, line: str, library: _Library) -> tuple[Verdict, frozenset[str]]:
    rounded = _is_rounded(number, line, library.tongue)
    who: set[str] = set()
    clash: set[str] = set()
    for s in library.sentences:
        for other in numbers(s.text, library.tongue):
            if _same(number, other, rounded):
                who.add(s.outlet)
            elif number.noun and fold(number.noun) == fold(other.noun):
                clash.add(s.outlet)
    if not who and clash:
        return "contradicted", frozenset(clash)
    return _verdict(who), frozenset(who)


def _same(number: Number, other: Number, rounded: bool) -> bool:
    if number.kind != other.kind and "" not in (number.kind.strip("%"), other.kind.strip("%")):
        return False
    if (number.kind == "%") != (other.kind == "%"):
        return False
    slack = 0.06 if rounded and fold(number.noun) == fold(other.noun) else 1e-9
    return abs(number.value - other.value) <= slack * max(abs(other.value), 1e-9)


def _is_rounded(number: Number, line: str, speech: Tongue) -> bool:
    before = words(line[: number.start])[-2:]
    return any(fold(w) in speech.about for w in before)


def _quote(quotation: Quotation, library: _Library) -> tuple[Verdict, frozenset[str]]:
    who = frozenset(outlet for outlet, text in library.joined if _even(quotation.text) in text)
    return _verdict(who), who


def _date(day: Day, library: _Library) -> tuple[Verdict, frozenset[str]]:
    who = {
        s.outlet
        for s in library.sentences
        if any(d.key == day.key for d in dates(s.text, library.tongue))
    }
    who |= {i.outlet for i in library.items if day.key in _days_of(i, library.tongue)}
    return _verdict(who), frozenset(who)


def _days_of(item: Item, speech: Tongue) -> set[int | tuple[int, int]]:
    """Name the days that an item's "today" and "yesterday" stand for."""
    at = item.published or item.seen
    said = {fold(w) for w in words(f"{item.title} {item.summary} {item.text}")}
    shifts = {shift for word, shift in speech.today if word in said}
    return {(at.weekday() + shift) % 7 for shift in shifts} | {(at.month, at.day)}


def _name(name: str, library: _Library) -> tuple[Verdict, frozenset[str]]:
    """Look for a name: as a whole where one outlet has it so, else word for word."""
    whole = _even(name)
    who = frozenset(o for o, text in library.joined if f" {whole} " in f" {text} ")
    outlets = {i.outlet for i in library.items if whole in _even(i.outlet)}
    if who or outlets:
        return _verdict(who | outlets), who | outlets
    if all(_key(w) in library.words for w in words(name)):
        return "supported", frozenset()
    return "not found", frozenset()
