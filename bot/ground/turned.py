"""Words that turn a sentence round when they are exchanged: rose and fell, more and fewer. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.ground.claim import Claim
from bot.ground.hints import Pairs, hints
from bot.ground.library import SHARED, Library, Near, Sentence
from bot.ground.slots import Slot, Token, fit, slot, tokens
from bot.prose.tongues import Tongue
from bot.story import ClaimKind

__all__ = ["turns"]

PREFIXES = ("un", "il", "im", "in", "ir", "dis", "non", "des", "anti", "mis")
PREFIXED = 4  # letters of a word that such a beginning turns
PLACED = 2  # fit from which a word stands in its opposite's place


@dataclass(frozen=True, slots=True)
class Turn:
    """A word of a line, and the words that would turn it round."""

    word: str
    mine: frozenset[str]
    theirs: frozenset[str]
    place: Slot


def turns(line: str, near: Sequence[Near], library: Library) -> list[Claim]:
    """Find the words of a line whose opposite stands in their place in its sources."""
    speech = library.speech
    kinds: tuple[tuple[Pairs, ClaimKind], ...] = (
        (speech.opposites + hints(speech.code).turns, "negation"),
        (hints(speech.code).compares, "comparison"),
    )
    held = frozenset(t.bare for n in near for t in tokens(n.sentence.text, n.sentence.speech))
    claims = []
    for pairs, kind in kinds:
        for turn in _turns(line, speech, pairs, held):
            claim = _checked(turn, kind, near)
            if claim.against:
                claims.append(claim)
    return claims


def _turns(line: str, speech: Tongue, pairs: Pairs, held: frozenset[str]) -> Iterable[Turn]:
    """List the words of a line whose opposite stands in a sentence near it."""
    read, compares = tokens(line, speech), hints(speech.code).compares
    for n, token in enumerate(read):
        for theirs in _opposites(token, pairs, pairs is not compares):
            if not held.isdisjoint(theirs):
                mine = frozenset({token.bare})
                yield Turn(token.word, mine, theirs - mine, slot(read, n, n + 1))


def _opposites(token: Token, pairs: Pairs, begun: bool) -> Iterable[frozenset[str]]:
    for one, other in pairs:
        if token.bare in one:
            yield other
        if token.bare in other:
            yield one
    if token.content and len(token.bare) >= PREFIXED and begun:
        yield _prefixed(token.bare)


@lru_cache(maxsize=4096)
def _prefixed(word: str) -> frozenset[str]:
    """Turn a word round by its beginning: legal and illegal, happy and unhappy."""
    bare = {word.removeprefix(p) for p in PREFIXES if len(word) >= len(p) + PREFIXED} - {word}
    return frozenset(bare | {p + word for p in PREFIXES})


def _checked(turn: Turn, kind: ClaimKind, near: Sequence[Near]) -> Claim:
    held: list[Sentence] = []
    against: list[Sentence] = []
    for n in near:
        read = tokens(n.sentence.text, n.sentence.speech)
        mine, theirs = _best(turn, turn.mine, read), _best(turn, turn.theirs, read)
        if mine >= max(theirs, 0):
            held.append(n.sentence)
        elif theirs >= PLACED and n.share >= SHARED:
            against.append(n.sentence)
    return Claim(turn.word, kind, tuple(held), tuple(against))


def _best(turn: Turn, kind: frozenset[str], read: Sequence[Token]) -> int:
    """Say how well the best of some words stands in a turn's place, -1 if there is none."""
    return max(
        (fit(turn.place, slot(read, n, n + 1)) for n, t in enumerate(read) if t.bare in kind),
        default=-1,
    )
