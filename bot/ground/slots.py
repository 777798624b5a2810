"""Where a word stands in a sentence: the content words before and behind it. Pure.

Two sentences that say the same have the same words around the same thing. Whoever stands in
somebody else's place was put there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.prose.sentences import words
from bot.prose.tongues import Tongue, fold

__all__ = ["Slot", "Token", "fit", "places", "root", "slot", "token_at", "tokens"]

SAYS = "§says"  # all verbs of saying are one
REACH = 3  # content words on each side


@dataclass(frozen=True, slots=True)
class Token:
    """One word: folded without its possessive, its root, and whether it says anything.

    `ends` marks a word behind which a name ends: by a mark of punctuation or a possessive.
    """

    word: str
    bare: str
    root: str
    content: bool
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """The roots of the content words before and behind a place, the nearest first."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@lru_cache(maxsize=8192)
def root(word: str) -> str:
    """Take what is left of a word through most of its forms: killed, killing and kills are kill."""
    return word if any(c.isdigit() for c in word) else word[:4]


@lru_cache(maxsize=4096)
def tokens(text: str, speech: Tongue) -> tuple[Token, ...]:
    """Read the words of a text."""
    found, at = [], 0
    for word in words(text):
        at = text.index(word, at) + len(word)
        ends = text[at : at + 1] not in ("", " ", "-") or text[at : at + 2] in (" (", " –", " —")
        found.append(_token(word, ends, speech))
    return tuple(found)


@lru_cache(maxsize=16384)
def _token(word: str, ends: bool, speech: Tongue) -> Token:
    ends = ends or word.endswith(("'s", "’s"))
    bare = fold(word).removesuffix("'s").rstrip("'").replace(".", "")
    if bare in speech.says:
        return Token(word, bare, SAYS, True, ends)
    content = bare not in speech.stop and (len(bare) > 1 or not bare.isascii())
    return Token(word, bare, root(bare), content, ends)


def token_at(text: str, start: int) -> int:
    """Number the token that begins at a character."""
    return len(words(text[:start]))


def slot(read: Sequence[Token], first: int, last: int, skip: frozenset[str] = frozenset()) -> Slot:
    """Take what stands around the tokens `first` up to `last` (not included)."""
    return Slot(
        _content(reversed(read[:first]), skip),
        _content(iter(read[last:]), skip),
    )


def _content(read: Iterator[Token], skip: frozenset[str]) -> tuple[str, ...]:
    found: list[str] = []
    for token in read:
        if token.content and token.bare not in skip:
            found.append(token.root)
            if len(found) == REACH:
                break
    return tuple(found)


def fit(one: Slot, other: Slot) -> int:
    """Say how well two places agree: 0 for nothing, 8 for the same words on both sides."""
    score = len(set(one.before) & set(other.before)) + len(set(one.after) & set(other.after))
    score += bool(one.before) and one.before[:1] == other.before[:1]
    score += bool(one.after) and one.after[:1] == other.after[:1]
    if _speaks(one) and _speaks(other) and score < 2:
        score = 2  # "X said" and "said X"
    return score


def _speaks(one: Slot) -> bool:
    return SAYS in (*one.before[:1], *one.after[:1])


def places(read: Sequence[Token], name: Sequence[str]) -> list[tuple[int, int]]:
    """Find where a run of words stands, as first and last (not included)."""
    if not name:
        return []
    size = len(name)
    return [
        (n, n + size)
        for n, token in enumerate(read)
        if token.bare == name[0] and [t.bare for t in read[n : n + size]] == list(name)
    ]
