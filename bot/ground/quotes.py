"""The quotations of a line: word for word, and by whom the source has them said. Pure."""

import re
from collections.abc import Iterable, Sequence

from bot.ground.claim import Claim
from bot.ground.library import Library, Sentence, even, key
from bot.ground.people import spoken_names
from bot.ground.slots import SAYS, places, slot, tokens
from bot.prose.claims import Quotation, quotations
from bot.prose.sentences import words

__all__ = ["quotes"]

NEXT = 2  # sentences: so far from a quotation its speaker may stand
_GAP = re.compile(r"\s*(?:\.{3}|…|\[[^\]]*\])\s*")  # what an editor left out or put in


def quotes(line: str, library: Library) -> list[Claim]:
    """Check every quotation of a line, and who says it."""
    claims = []
    for quotation in quotations(line):
        held = list(_holding(quotation, library))
        claims.append(Claim(quotation.text, "quote", tuple(held)))
        if held and (wrong := _other_mouth(quotation, line, held, library)):
            claims.append(Claim(wrong, "quote", (), tuple(held)))
    return claims


def _holding(quotation: Quotation, library: Library) -> Iterable[Sentence]:
    """Find the sentences where a quotation stands, or begins if it is longer than one."""
    parts = [p for p in (even(p) for p in _GAP.split(quotation.text)) if p]
    for item in range(len(library.items)):
        own = library.of(item)
        whole = f" {' '.join(even(s.text) for s in own)} "
        if all(f" {p} " in whole for p in parts):
            head = " ".join(parts[0].split()[:4])
            yield next((s for s in own if parts[0] in even(s.text)), None) or next(
                (s for s in own if head in even(s.text)), own[0]
            )


def _other_mouth(
    quotation: Quotation, line: str, held: Sequence[Sentence], library: Library
) -> str:
    """Name whom a line lets say what no source has that person say, "" if nobody."""
    rest = line[: quotation.start] + " – " + line[quotation.end :]
    named = [n for n in spoken_names(rest, library.speech) if _speaks(n, rest, library)]
    if not named:
        return ""
    for name in named:
        last = [key(w) for w in words(name)][-1]
        if any(_may_say(last, s, library) for s in held):
            return ""
    return named[0]


def _speaks(name: str, rest: str, library: Library) -> bool:
    """Tell whether somebody stands beside a verb of saying."""
    read = tokens(rest, library.speech)
    own = [key(w) for w in words(name)]
    for first, last in places(read, own) or places(read, own[-1:]):
        around = slot(read, first, last, frozenset(own))
        near = read[max(0, first - 2) : first] + read[last : last + 2]
        if SAYS in (*around.before[:1], *around.after[:1]) or any(t.root == SAYS for t in near):
            return True
    return False


def _may_say(last: str, s: Sentence, library: Library) -> bool:
    """Tell whether a report has somebody beside a quotation: its speaker, where one is named."""
    rest = _outside(s.text)
    named = [n for n in spoken_names(rest, s.speech) if _speaks(n, rest, library)]
    speakers = {key(w) for n in named for w in words(n)}
    if speakers or last in (key(w) for w in words(rest)):
        return not speakers or last in speakers
    around = library.around(s, NEXT)
    return any(last in (key(w) for w in words(a.text)) for a in around) or last in (
        key(w) for w in words(library.of(s.item)[0].text)
    )


def _outside(text: str) -> str:
    for q in reversed(quotations(text)):
        text = text[: q.start] + " – " + text[q.end :]
    return text
