"""A headline and its summary as evidence: terms with weights, names, numbers, a script.

Pure text work for any language with spaces, and for Chinese, Japanese and Korean by pairs of
characters. It knows nothing of how common a term is; that is the index's business.
"""

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from bot.trends.little import LITTLE_WORDS

__all__ = ["Words", "clean_title", "keywords", "likeness", "read", "sentences", "spelled"]

TITLE_WEIGHT = 1.0
LEAD_WEIGHT = 0.5  # the summary repeats and wanders: half a title's weight
LEAD_SENTENCES = 2
MAX_LETTERS = 1000  # of a title, and of a summary: what comes after is no evidence of the event

_TOKEN = re.compile(
    r"[぀-ヿ㐀-鿿豈-﫿가-힯]+"  # a run of CJK
    r"|\d+(?:[.,:]\d+)*"
    r"|[^\W\d_]+(?:[’'.&][^\W\d_]+)*"
)
_CJK = re.compile(r"[぀-ヿ㐀-鿿豈-﫿가-힯]")
_LABEL = re.compile(
    r"^(?:(?:update|refile|corrected|correction|breaking|breaking news|watch|watch live|live"
    r"|live updates|video|exclusive|opinion|analysis|explainer)(?:\s*\d+)?\s*[:|\-–—]+\s*)+",
    re.IGNORECASE,
)
_PROGRAMME = re.compile(r"^(?P<news>\S+(?:\s+\S+){2,}?)\s+\|\s[^|]{2,40}$")
_TAIL = re.compile(r"\s+[|–—-]\s+[^|–—-]{2,40}$")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|(?<=[。！？])|…|\.\.\.")


@dataclass(frozen=True, slots=True)
class Words:
    """What one item says. `terms` maps a term to its weight before rarity; the sets are subsets."""

    terms: dict[str, float]
    title: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]


def clean_title(title: str) -> str:
    """Drop what an outlet hangs on a headline: labels before it, its own name behind it."""
    text = unicodedata.normalize("NFKC", title[:MAX_LETTERS]).strip()
    text = _LABEL.sub("", text) or text
    text = _PROGRAMME.sub(r"\g<news>", text)
    return _TAIL.sub("", text) if len(text) > 60 else text


def sentences(text: str) -> list[str]:
    """Split a summary, coarsely."""
    text = unicodedata.normalize("NFKC", text[:MAX_LETTERS])
    return [part for part in (p.strip() for p in _SENTENCE.split(text)) if part]


def read(title: str, lead: str) -> Words:
    """Read a cleaned title and the summary's first sentences.

    >>> sorted(read("Kayak race in Lund ends in rain", "").names)
    ['lund']
    """
    heads, bodies = _tokens(title), _tokens(lead)
    head = [stem for token in heads for stem in _stems(token)]
    terms = {stem: LEAD_WEIGHT for token in bodies for stem in _stems(token)}
    terms |= dict.fromkeys(head, TITLE_WEIGHT)
    return Words(
        terms=terms,
        title=frozenset(head),
        names=frozenset(_names(heads) | _names(bodies)),
        numbers=frozenset(_number(t) for t in (*heads, *bodies) if t[0].isdigit()),
    )


@lru_cache(maxsize=1024)
def keywords(text: str) -> frozenset[str]:
    """The stems of an editor's interest words, to be found again in an item's terms."""
    return frozenset(stem for token in _tokens(text) for stem in _stems(token))


def spelled(stem: str, text: str) -> str:
    """The word of a text that has this stem, for people; the stem where there is none."""
    return next((token for token in _tokens(text) if stem in _stems(token)), stem)


def likeness(one: Set[str], other: Set[str]) -> float:
    """Jaccard of two sets, 0..1."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _number(token: str) -> str:
    """Number words without their separators, so that 1,200 and 1200 meet."""
    return token.replace(",", "")


@lru_cache(maxsize=65536)
def _stems(token: str) -> tuple[str, ...]:
    """The terms of one token: none for a function word, pairs of characters for CJK."""
    if _CJK.match(token):
        return tuple(intern(token[i : i + 2]) for i in range(max(1, len(token) - 1)))
    if token[0].isdigit():
        return (intern(_number(token)),)
    word = token.lower().replace("’", "'").replace(".", "")
    word = word[:-2] if word.endswith("'s") else word
    if word in LITTLE_WORDS or len(word) < 2:
        return ()
    return (intern(_stem(word)),)


def _stem(word: str) -> str:
    """A light hand with endings: enough that crash, crashes, crashed and crashing meet."""
    for ending, instead in (("ies", "y"), ("ing", ""), ("ed", ""), ("ss", "ss"), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending) + instead
            break
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _names(tokens: list[str]) -> set[str]:
    """Capitalised words that no sentence start and no headline style explains."""
    words = [t for t in tokens if t[0].isalpha() and t.lower() not in LITTLE_WORDS]
    if not words:
        return set()
    capital = [t for t in words[1:] if t[0].isupper()]
    if len(capital) > 0.7 * max(3, len(words) - 1):
        return set()  # Headline Style Says Nothing
    names = {stem for t in capital for stem in _stems(t)}
    if len(words[0]) > 1 and words[0].isupper():
        names.update(_stems(words[0]))
    return names
