"""The quotations of a line: word for word, and by whom the source has them said. Pure."""

import re
from collections.abc import Iterable, Sequence

from bot.ground.claim import Claim
from bot.ground.library import Library, Sentence, even, key
from bot.ground.people import spoken_names
from bot.ground.slots import SAYS, places, root, slot, tokens
from bot.prose.claims import Quotation, quotations
from bot.prose.sentences import words
from bot.prose.tongues import Tongue

__all__ = ["quoted"]

ROLE = 4  # words of a role between a verb of saying and a name: "said harbour master Ilse"
NEXT = 2  # sentences: so far from a quotation its speaker may stand
_GAP = re.compile(r"\s*(?:\.{3}|…|\[[^\]]*\])\s*")  # what an editor left out or put in


def quoted(line: str, library: Library) -> list[Claim]:
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
    rest = _without(line, quotation, library.speech)
    named = [n for n in spoken_names(rest, library.speech) if _speaks(n, rest, library)]
    if not named or _is_title_case(rest):
        return ""
    speakers = [_speakers(s, library) for s in held]
    for name in (*spoken_names(rest, library.speech)[:1], *named):
        last = root([key(w) for w in words(name)][-1])
        if any(last in told for told in speakers):
            return ""
        if not any(speakers) and any(_is_beside(last, s, library) for s in held):
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
        near = read[max(0, first - ROLE) : first] + read[last : last + 2]
        if SAYS in (*around.before[:1], *around.after[:1]) or any(t.root == SAYS for t in near):
            return True
    return False


def _speakers(s: Sentence, library: Library) -> frozenset[str]:
    """Name who may speak in a sentence with a quotation: roots, none where nobody is named.

    Whom a sentence begins with may speak too: "Calder, the mayor of the town, said".
    """
    rest = s.text
    for quotation in reversed(quotations(rest)):
        rest = _without(rest, quotation, s.speech)
    present = spoken_names(rest, s.speech)
    named = [n for n in present if _speaks(n, rest, library)]
    return _roots(" ".join((*words(rest)[:1], *present[:1], *named))) if named else frozenset()


def _is_beside(last: str, s: Sentence, library: Library) -> bool:
    told = (*library.around(s, NEXT), library.of(s.item)[0])
    return any(last in _roots(a.text) for a in told)


def _without(text: str, quotation: Quotation, speech: Tongue) -> str:
    """Take a quotation out of a text; a colon before it is a verb of saying."""
    before = text[: quotation.start].rstrip()
    if before.endswith(":") and speech.says:
        before = f"{before[:-1]} {min(speech.says)} "
    return f"{before} – {text[quotation.end :]}"


def _roots(text: str) -> frozenset[str]:
    return frozenset(root(key(w)) for w in words(text))
