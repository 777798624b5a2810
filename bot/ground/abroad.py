"""A line against reports in another language: figures, days and names. Pure.

What the words mean cannot be told here. Where all that can be compared holds, a person must say
whether the rest does; where it does not, the line is not found.
"""

from collections.abc import Sequence

from bot.ground.amounts import amounts_of
from bot.ground.claim import Claim
from bot.ground.days import carries, moments
from bot.ground.library import Library, Sentence, key
from bot.prose.claims import ROLES, names, quotations
from bot.prose.sentences import words

__all__ = ["compared", "foreign_to"]


def foreign_to(line_cites: Sequence[str], library: Library) -> tuple[Sentence, ...]:
    """List the cited sentences of other languages; where nothing is cited, all of them.

    () where a cited sentence, or with nothing cited any sentence, is in the script's language.
    """
    cited = [
        s for s in library.sentences if any(s.text in q or q in s.text for q in line_cites)
    ] or list(library.sentences)
    if any(s.lang == library.lang for s in cited):
        return ()
    return tuple(cited)


def compared(line: str, theirs: tuple[Sentence, ...], library: Library) -> list[Claim]:
    """Check what can be compared across languages; the line itself comes last."""
    claims = [*_figures(line, theirs, library), *_days(line, theirs, library)]
    claims += _names(line, theirs, library)
    claims += [Claim(q.text, "quote", theirs[:1], open=True) for q in quotations(line)]
    lost = [c for c in claims if not c.held]
    return [*claims, Claim(line, "line", () if lost else tuple(theirs), open=not lost)]


def _figures(line: str, theirs: tuple[Sentence, ...], library: Library) -> list[Claim]:
    found = []
    for amount in amounts_of(line, library.speech):
        held = tuple(
            s
            for s in theirs
            if any(
                abs(amount.value - o.value) <= 0.06 * bool(amount.bound) * o.value + 1e-9
                and (amount.number.kind == o.number.kind or not o.number.kind)
                for o in amounts_of(s.text, s.speech)
            )
        )
        found.append(Claim(amount.number.text, "number", held))
    return found


def _days(line: str, theirs: tuple[Sentence, ...], library: Library) -> list[Claim]:
    found = []
    for when in moments(line, library.speech):
        held = tuple(
            s
            for s in theirs
            if any(carries(t, when, s, library) for t in moments(s.text, s.speech))
        )
        found.append(Claim(when.text, "date", held))
    return found


def _names(line: str, theirs: tuple[Sentence, ...], library: Library) -> list[Claim]:
    """Check names; a person's is written alike where both languages write in Latin letters.

    Any other may be a place, a people or an office, which have a name in every language.
    """
    told = [(s, frozenset(key(w) for w in words(f"{s.text} {s.outlet}"))) for s in theirs]
    latin = [s for s, said in told if any(w.isascii() and w.isalpha() for w in said)]
    found = []
    for name in names(line, library.speech):
        parts = {key(w) for w in words(name)}
        held = tuple(s for s, said in told if parts & said)
        if not _is_person(name, line, library) or len(latin) < len(theirs):
            found.append(Claim(name, "name", held or tuple(theirs[:1]), open=not held))
        else:
            found.append(Claim(name, "name", held))
    return found


def _is_person(name: str, line: str, library: Library) -> bool:
    """Tell whether a name surely is a person's: it has a title, or somebody who speaks."""
    told = name.split()
    before, _, after = line.partition(name)
    beside = {key(w) for w in (*words(before)[-1:], *words(after)[:1])}
    titled = key(told[0]) in ROLES or not beside.isdisjoint(ROLES)
    return len(told) > 1 and (titled or not beside.isdisjoint(library.speech.says))
