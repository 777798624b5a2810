"""Denials and hedges: those that a line lost, and denials that it gained. Pure.

A hedge that a line has and its source has not does no harm.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ground.claim import Claim
from bot.ground.hints import hints
from bot.ground.library import SHARED, Library, Near, Sentence, even
from bot.ground.marks import IsMark, Mark, covers, marks, says_plainly, unpaired
from bot.ground.slots import SAYS, Token, tokens
from bot.prose.tongues import Tongue, word_set

__all__ = ["denials_of", "hedges_of"]

WHOLE = 0.9  # of a line's content in a sentence that says it all
NO_HEDGE = word_set("if unless some falls wenn si se would")  # they doubt no claim
ATTRIBUTED = word_set("claims claimed believed alleged allegedly reportedly suspected apparently")


def _denies(token: Token, speech: Tongue) -> bool:
    return (token.bare in speech.nots and token.bare != "ne") or token.bare.endswith("n't")


def _hedges(token: Token, speech: Tongue) -> bool:
    bare = token.bare
    return (bare in speech.hedges and bare not in NO_HEDGE) or bare in hints(speech.code).soft


@dataclass(frozen=True, slots=True)
class Pairing:
    """The marks that a line and one sentence do not share."""

    sentence: Sentence
    share: float
    gained: tuple[Mark, ...]
    lost: tuple[Mark, ...]


def _paired(line: str, near: Sequence[Near], library: Library, is_mark: IsMark) -> list[Pairing]:
    mine = marks(line, library.speech, is_mark)
    found = []
    for n in near:
        theirs = marks(n.sentence.text, n.sentence.speech, is_mark)
        found.append(Pairing(n.sentence, n.share, *unpaired(mine, theirs)))
    return found


def denials_of(line: str, near: Sequence[Near], library: Library) -> list[Claim]:
    """Find what a line denies or affirms against its sources."""
    pairs = _paired(line, near, library, _denies)
    close = [p for p in pairs if p.share >= SHARED]
    return _affirmed(line, close, library) or _denied(line, pairs, close, library)


def _affirmed(line: str, close: Sequence[Pairing], library: Library) -> list[Claim]:
    """Find a denial that a line lost. Who affirms it too makes it a dispute."""
    whole = tuple(p.sentence for p in close if _is_whole(p, line, _denies))
    for pair in close:
        for mark in pair.lost:
            if covers(line, library.speech, mark):
                plain = tuple(p.sentence for p in close if _plain(p, mark, _denies))
                held = whole or plain
                if pair.sentence in held:
                    continue
                return [Claim(line, "negation", held, (pair.sentence,))]
    return []


def _is_whole(pair: Pairing, line: str, is_mark: IsMark) -> bool:
    """Tell whether a sentence says a line as it is, marks and all, or holds it word for word."""
    if not pair.lost and not pair.gained and pair.share >= WHOLE:
        return True
    before, found, _ = f" {even(pair.sentence.text)} ".partition(f" {even(line)} ")
    last = tokens(before, pair.sentence.speech)[-1:]
    return bool(found) and not any(is_mark(token, pair.sentence.speech) for token in last)


def _plain(pair: Pairing, mark: Mark, is_mark: IsMark) -> bool:
    return says_plainly(pair.sentence.text, pair.sentence.speech, mark, is_mark)


def _denied(
    line: str, pairs: Sequence[Pairing], close: Sequence[Pairing], library: Library
) -> list[Claim]:
    """Find a denial that a line has and none of its sources."""
    for mark in marks(line, library.speech, _denies):
        if pairs and all(mark in p.gained for p in pairs):
            plain = [
                p.sentence for p in close if covers(p.sentence.text, p.sentence.speech, mark)
            ] or [p.sentence for p in close[:1]]
            return [Claim(line, "negation", (), tuple(plain))] if plain else []
    return []


def hedges_of(line: str, near: Sequence[Near], library: Library) -> list[Claim]:
    """Find the hedges that a line dropped, and accusations that lost who makes them."""
    close = [p for p in _paired(line, near, library, _hedges) if p.share >= SHARED]
    whole = any(_is_whole(p, line, _hedges) for p in close)
    for pair in () if whole else close:
        for mark in pair.lost:
            kept = _softened(line, pair.sentence, mark, library.speech) or any(
                _plain(p, mark, _hedges) for p in close
            )
            if not kept and covers(line, library.speech, mark):
                return [Claim(mark.word, "hedge", (), (pair.sentence,))]
    return _accusations(line, close, library)


def _softened(line: str, s: Sentence, mark: Mark, speech: Tongue) -> bool:
    """Tell whether a line says who says it, where its source only says that somebody does."""
    told = any(t.root == SAYS for t in tokens(line, speech))
    return (
        told
        and mark.word.lower() in ATTRIBUTED
        and not any(t.root == SAYS for t in tokens(s.text, s.speech))
    )


def _accusations(line: str, close: Sequence[Pairing], library: Library) -> list[Claim]:
    """Find an accusation that all its sources attribute, and the line does not."""
    harm, speech = hints(library.speech.code).harm, library.speech
    if not harm or not _accuses(line, speech, harm) or _owned(line, speech):
        return []
    charged = [p.sentence for p in close if _accuses(p.sentence.text, p.sentence.speech, harm)]
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
