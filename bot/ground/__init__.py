"""Every claim of a script against the sources of its story. Pure.

Figures, days, names, quotations, denials, hedges, comparisons and roles are looked for where the
sources have them: in the sentences that carry the line, and there in the same place. What cannot be
told without understanding is left to the editor, who sees each line beside its sentence.
"""

import re
from collections.abc import Sequence

from bot.ground import abroad
from bot.ground.amounts import figures
from bot.ground.claim import Claim, found
from bot.ground.clock import hours
from bot.ground.days import dated
from bot.ground.doubt import denials_of, hedges_of
from bot.ground.library import SHARED, Library, Near, Sentence, read
from bot.ground.people import named
from bot.ground.quotes import quoted
from bot.ground.roles import swapped
from bot.ground.turned import turns
from bot.prose.harm import harm
from bot.prose.sentences import sentences, stems, words
from bot.prose.tongues import guess
from bot.prose.wording import wording
from bot.story import Beat, Finding, Grounding, Script
from sources import Item

__all__ = ["BESIDE", "ground"]

BESIDE = -1  # the "beat" of a claim in the headline or the caption
GATHERED = 0.7  # a line that joins several sentences must share this much with them all


def ground(script: Script, items: Sequence[Item]) -> Grounding:
    """Check each beat, then the headline and the caption (beat -1), against the items."""
    lang = (script.lang or guess(b.line for b in script.beats)).split("-")[0].lower()
    library = read(items, lang)
    findings = [f for n, beat in enumerate(script.beats) for f in _beat(n, beat, library)]
    cites = tuple(cite for beat in script.beats for cite in beat.cites)
    abroad_only = bool(library.sentences) and all(s.lang != lang for s in library.sentences)
    for line in (script.headline, *sentences(_own_words(script))):
        findings += _claims(BESIDE, Beat(line, cites if abroad_only else ()), library)
    return Grounding(tuple(dict.fromkeys(findings)))


def _own_words(script: Script) -> str:
    """Take the caption without the list of sources and the note on AI, which claim nothing."""
    said = wording(script.lang)
    told = script.caption.replace(said.made_with_ai, "")
    for mark in (said.sources, said.source):
        told = re.split(rf"{re.escape(mark)}\s?[:：]", told)[0]
    return " ".join(word for word in told.split() if not word.startswith("#"))


def _beat(n: int, beat: Beat, library: Library) -> list[Finding]:
    if _only_attributes(beat.line, library):
        return []
    return _claims(n, beat, library)


def _only_attributes(line: str, library: Library) -> bool:
    """Tell whether a line says nothing but who reports it."""
    rest = line
    for outlet in library.outlets:
        rest = rest.replace(outlet, " ")
    said = wording(library.lang)
    return rest != line and set(words(rest)) <= set(words(" ".join((*said.reports, said.both))))


def _claims(n: int, beat: Beat, library: Library) -> list[Finding]:
    """Check everything that a line says; of a beat also the line as a whole."""
    line, cited = beat.line, [c.quote for c in beat.cites]
    near = library.near(line, cited)
    best = near[0].sentence if near else library.nearest(line)
    spoken = any(n.sentence.lang == library.lang for n in near)
    theirs = () if spoken else abroad.foreign_to(cited, library)
    if theirs:
        claims = abroad.compared(line, theirs, library)
        return [found(n, c, theirs[0]) for c in claims if n != BESIDE or c.kind != "line"]
    claims = _near(line, near, library)
    if n != BESIDE:
        claims.append(Claim(line, "line", _carriers(beat, near, library)))
    return [found(n, claim, best) for claim in claims]


def _near(line: str, near: Sequence[Near], library: Library) -> list[Claim]:
    claims = [*figures(line, near, library), *dated(line, near, library), *quoted(line, library)]
    claims += hours(line, near, library) + named(line, near, library)
    claims += denials_of(line, near, library) + turns(line, near, library)
    claims += hedges_of(line, near, library) + swapped(line, near, library)
    return _once(claims)


def _once(claims: Sequence[Claim]) -> list[Claim]:
    """Keep one hedge and one comparison of a line: two checks may find the same one."""
    first = {claim.kind: claim for claim in reversed(claims)}
    return [c for c in claims if c.kind not in ("hedge", "comparison") or c is first[c.kind]]


def _carriers(beat: Beat, near: Sequence[Near], library: Library) -> tuple[Sentence, ...]:
    """Find who says a line as a whole: one sentence each, or what the beat cites, together.

    Who does not say what became of people does not carry a line that does.
    """
    fates = harm(beat.line)
    whole = tuple(n.sentence for n in near if n.share >= SHARED and fates <= harm(n.sentence.text))
    if whole:
        return whole
    content = library.content(beat.line)
    together = frozenset[str]().union(
        *(n.sentence.stems for n in near), *(stems(c.quote, library.speech) for c in beat.cites)
    )
    if len(content & together) < GATHERED * len(content):
        return ()
    quotes = {c.quote for c in beat.cites}
    cited = [s for s in library.sentences if s.text in quotes]
    return tuple(dict.fromkeys((*(n.sentence for n in near), *cited)))
