"""The quotations of a line: word for word, and by whom the source has them said. Pure."""

import re
from collections.abc import Iterable, Sequence

from bot.ground.claim import Claim
from bot.ground.library import Library, Sentence, even, key
from bot.ground.people import spoken_names
from bot.ground.slots import SAYS, places, root, slot, tokens
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
        whole = f" {' '.join(_spoken(s) for s in own)} "
        if all(f" {p} " in whole for p in parts):
            head = " ".join(parts[0].split()[:4])
            yield next((s for s in own if parts[0] in _spoken(s)), None) or next(
                (s for s in own if head in _spoken(s)), own[0]
            )


def _spoken(s: Sentence) -> str:
    """Reduce a sentence to its words, without what an editor put in brackets."""
    return even(re.sub(r"\[[^\]]*\]", " ", s.text) if "[" in s.text else s.text)


def _other_mouth(
    quotation: Quotation, line: str, held: Sequence[Sentence], library: Library
) -> str:
    """Name whom a line lets say what no source has that person say, "" if nobody."""
    rest = line[: quotation.start] + " – " + line[quotation.end :]
    named = [n for n in spoken_names(rest, library.speech) if _speaks(n, rest, library)]
    if not named or _is_title_case(rest):
        return ""
    for name in named:
        last = [key(w) for w in words(name)][-1]
        if any(_may_say(last, s, library) for s in held):
            return ""
    return named[0]


def _is_title_case(text: str) -> bool:
    """Tell whether a headline writes nearly everything with a capital: no names can be told."""
    told = [w for w in words(text) if len(w) > 3]
    return sum(w[:1].isupper() for w in told) > 0.7 * len(told)


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
    present = spoken_names(rest, s.speech)
    named = [n for n in present if _speaks(n, rest, library)]
    speakers = _roots(" ".join((*present[:1], *named)))  # whom a sentence begins with may speak
    if named or root(last) in _roots(rest):
        return not named or root(last) in speakers
    told = (*library.around(s, NEXT), library.of(s.item)[0])
    return any(root(last) in _roots(a.text) for a in told)


def _roots(text: str) -> frozenset[str]:
    return frozenset(root(key(w)) for w in words(text))


def _outside(text: str) -> str:
    for q in reversed(quotations(text)):
        text = text[: q.start] + " – " + text[q.end :]
    return text
