"""Who did what to whom, as far as the order of words tells it. Pure.

Two names that change places in the same words have changed roles, unless the sentence went from
active to passive. What two whole sentences mean cannot be told here.
"""

from collections.abc import Sequence
from itertools import combinations, pairwise

from bot.ground.claim import Claim
from bot.ground.hints import hints
from bot.ground.library import Library, Near, Sentence, key
from bot.ground.slots import Slot, fit, places, slot, tokens
from bot.prose.claims import names
from bot.prose.sentences import words
from bot.prose.tongues import Tongue

__all__ = ["swapped"]

SURE = 0.6  # share of a line that a sentence must have for its order to be compared
MORE = 1  # by so much the places must agree better crosswise than straight


def swapped(line: str, near: Sequence[Near], library: Library) -> list[Claim]:
    """Find two names that stand in each other's places."""
    close = [n.sentence for n in near if n.share >= SURE]
    everyone = [n.sentence for n in near]
    found = _actors(line, close, library.speech)
    for one, other in combinations(found, 2):
        if set(one) & set(other):
            continue  # two of one family
        turned = [s for s in close if _crossed(line, s, one, other, library.speech) > MORE]
        kept = [s for s in everyone if _crossed(line, s, one, other, library.speech) < -MORE]
        if turned and not kept:
            return [Claim(_written(line, one, other), "role", (), tuple(turned))]
    return []


def _written(line: str, *actors: tuple[str, ...]) -> str:
    told = {key(w): w for w in words(line)}
    return " / ".join(" ".join(told.get(w, w) for w in actor) for actor in actors)


def _actors(line: str, close: Sequence[Sentence], speech: Tongue) -> list[tuple[str, ...]]:
    """List the names of a line, and capital words that its sources write with a capital too."""
    found = [tuple(key(w) for w in words(name)) for name in names(line, speech)]
    known = {w for name in found for w in name}
    calendar = {*speech.weekdays, *speech.months, *dict(speech.today)}
    proper = {
        t.bare
        for s in close
        for n, t in enumerate(tokens(s.text, s.speech))
        if t.word[:1].isupper() and t.content and len(t.bare) > 2
    }
    for token in tokens(line, speech):
        if token.word[:1].isupper() and token.bare in proper - known - calendar:
            found.append((token.bare,))
            known.add(token.bare)
    return found


def _crossed(
    line: str, s: Sentence, one: tuple[str, ...], other: tuple[str, ...], speech: Tongue
) -> int:
    """Say by how much two names agree better with each other's places than with their own."""
    skip = frozenset((*one, *other))
    by = hints(speech.code).by
    turned = _is_passive(line, skip, by, speech) != _is_passive(s.text, skip, by, s.speech)
    mine = [_slots(line, actor, skip, speech) for actor in (one, other)]
    theirs = [_slots(s.text, actor, skip, s.speech) for actor in (one, other)]
    if not all(mine) or not all(theirs):
        return 0
    if any(len(found) > 1 for found in (*mine, *theirs)):
        return 0  # named twice: which is which?
    straight = sum(fit(a[0], b[0]) for a, b in zip(mine, theirs, strict=True))
    crossed = fit(mine[0][0], theirs[1][0]) + fit(mine[1][0], theirs[0][0])
    if turned:  # told the other way round
        straight, crossed = crossed, straight
    return crossed - straight


def _is_passive(text: str, actors: frozenset[str], by: frozenset[str], speech: Tongue) -> bool:
    return any(a.bare in by and b.bare in actors for a, b in pairwise(tokens(text, speech)))


def _slots(text: str, actor: tuple[str, ...], skip: frozenset[str], speech: Tongue) -> list[Slot]:
    read = tokens(text, speech)
    found = places(read, actor) or places(read, actor[-1:])
    return [slot(read, a, b, skip) for a, b in found]
