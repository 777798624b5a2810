"""Denials and hedges: those that a line lost, and denials that it gained. Pure.

A "not" belongs to the words beside it. Where a line has those words without the "not", it denies
its source, however much else was cut.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.ground.claim import Claim
from bot.ground.hints import hints
from bot.ground.library import SHARED, Library, Near, Sentence
from bot.ground.slots import SAYS, Token, tokens
from bot.prose.tongues import Tongue, word_set

__all__ = ["denials_of", "hedges_of"]

BEHIND = 3  # words between a mark and what it stands behind
WINDOW = 5  # words between a mark and what it marks
NO_HEDGE = word_set("if unless some falls wenn si se would")  # no doubt of the claim itself
NO_DENIAL = word_set("only just merely nur seulement solo somente")


@dataclass(frozen=True, slots=True)
class Mark:
    """A small word at a place, and the roots of the content words beside it, "" for none."""

    word: str
    at: int
    before: str
    after: str
    then: str


Marks = Callable[[Token, Tongue], bool]


def _denies(token: Token, speech: Tongue) -> bool:
    return token.bare in speech.nots or token.bare.endswith("n't")


def _hedges(token: Token, speech: Tongue) -> bool:
    return token.bare in speech.hedges - NO_HEDGE


@lru_cache(maxsize=4096)
def _marks(text: str, speech: Tongue, is_mark: Marks) -> tuple[Mark, ...]:
    read = tokens(text, speech)
    found = []
    for n, token in enumerate(read):
        next_one = read[n + 1].bare if n + 1 < len(read) else ""
        if is_mark(token, speech) and next_one not in NO_DENIAL:
            ahead = _content(read[n + 1 : n + 1 + WINDOW], speech, is_mark)
            behind = _content(read[max(0, n - WINDOW) : n][::-1], speech, is_mark)
            found.append(Mark(token.word, n, next(iter(behind), ""), *(*ahead, "", "")[:2]))
    return tuple(found)


def _content(read: Sequence[Token], speech: Tongue, is_mark: Marks) -> list[str]:
    return [t.root for t in read if t.content and t.root != SAYS and not is_mark(t, speech)]


def _covers(text: str, speech: Tongue, mark: Mark) -> list[int]:
    """Find where a text has the words that a mark stands beside: the places of the next one."""
    read = tokens(text, speech)
    roots = {t.root for t in read}
    keys = [r for r in (mark.after, mark.before) if r]
    if not keys or keys[0] not in roots:
        return []
    beside = [r for r in (mark.before, mark.then) if r and r != keys[0]]
    if beside and not any(r in roots for r in beside):
        return []
    places = [n for n, t in enumerate(read) if t.root == keys[0]]
    return [
        n
        for n in places
        if not beside or any(t.root in beside for t in read[max(0, n - 7) : n + 7])
    ]


def _keeps(text: str, speech: Tongue, mark: Mark, is_mark: Marks) -> bool:
    """Tell whether a text has a mark of this kind beside the same words."""
    for other in _marks(text, speech, is_mark):
        for n, token in enumerate(tokens(text, speech)):
            reach = WINDOW + 1 if token.root == mark.after else BEHIND
            if token.root in (mark.after, mark.before) and abs(other.at - n) <= reach:
                return True
    return False


def _lost(
    line: str, near: Sequence[Near], library: Library, is_mark: Marks
) -> Iterable[tuple[Mark, Sentence]]:
    """Find the marks of the nearest sentences whose words a line has without them."""
    for n in near:
        if n.share < SHARED:
            continue
        for mark in _marks(n.sentence.text, n.sentence.speech, is_mark):
            covered = _covers(line, library.speech, mark)
            if covered and not _keeps(line, library.speech, mark, is_mark):
                yield mark, n.sentence


def _unmarked(
    mark: Mark, near: Sequence[Near], is_mark: Marks, but: Sentence
) -> tuple[Sentence, ...]:
    """Find the sentences that say the same without a mark."""
    return tuple(
        n.sentence
        for n in near
        if n.sentence is not but
        and _covers(n.sentence.text, n.sentence.speech, mark)
        and not _keeps(n.sentence.text, n.sentence.speech, mark, is_mark)
    )


def denials_of(line: str, near: Sequence[Near], library: Library) -> list[Claim]:
    """Find what a line denies or affirms against its sources."""
    claims: dict[str, Claim] = {}
    for mark, s in _lost(line, near, library, _denies):
        held = _unmarked(mark, near, _denies, s)
        claims.setdefault(mark.after or mark.before, Claim(line, "negation", held, (s,)))
    for mark in _marks(line, library.speech, _denies):
        with_it = [
            n.sentence for n in near if _keeps(n.sentence.text, n.sentence.speech, mark, _denies)
        ]
        without = [
            n.sentence
            for n in near
            if n.share >= SHARED
            and n.sentence not in with_it
            and (_covers(n.sentence.text, n.sentence.speech, mark) or n is near[0])
        ]
        if without and not with_it:
            claims.setdefault(
                mark.after or mark.before, Claim(line, "negation", (), tuple(without))
            )
    return list(claims.values())[:1]


def hedges_of(line: str, near: Sequence[Near], library: Library) -> list[Claim]:
    """Find the hedges that a line dropped, and accusations that lost who makes them."""
    claims = []
    for mark, s in _lost(line, near, library, _hedges):
        if not _unmarked(mark, near, _hedges, s) and not _softened(line, mark, library.speech):
            claims.append(Claim(mark.word, "hedge", (), (s,)))
    return claims[:1] or _accusations(line, near, library)


def _softened(line: str, mark: Mark, speech: Tongue) -> bool:
    """Tell whether a line doubts or attributes in other words what its source hedges."""
    read = tokens(line, speech)
    return any(t.root == SAYS or _hedges(t, speech) for t in read) and mark.word.lower() in (
        "claims", "claimed", "believed", "alleged", "allegedly", "reportedly", "suspected",
    )  # fmt: skip


def _accusations(line: str, near: Sequence[Near], library: Library) -> list[Claim]:
    """Find an accusation that all its sources attribute, and the line does not."""
    harm = hints(library.speech.code).harm
    if (
        not harm
        or not near
        or not _accuses(line, library.speech, harm)
        or _owned(line, library.speech)
    ):
        return []
    close = [n.sentence for n in near if n.share >= SHARED]
    charged = [s for s in close if _accuses(s.text, s.speech, harm)]
    if charged and all(_owned(s.text, s.speech) for s in charged):
        return [Claim(line, "hedge", (), tuple(charged))]
    return []


def _accuses(text: str, speech: Tongue, harm: tuple[str, ...]) -> bool:
    return any(t.bare.startswith(harm) for t in tokens(text, speech))


def _owned(text: str, speech: Tongue) -> bool:
    """Tell whether somebody is named as saying it, or it is told as doubtful or denied."""
    return any(
        t.root == SAYS or _hedges(t, speech) or _denies(t, speech) for t in tokens(text, speech)
    )
