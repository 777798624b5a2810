"""What can be known of a language without understanding it. Pure: a type, and how tables are read.

Words are folded: lower case, no accents (see `fold`).
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

__all__ = ["Tongue", "fold", "numbers", "opposites", "row", "scales", "word_set"]


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Lower the case and drop accents, so that one word has one spelling."""
    flat = unicodedata.normalize("NFKD", text.replace("’", "'").replace("ß", "ss").lower())
    return "".join(c for c in flat if not unicodedata.combining(c))


def word_set(text: str) -> frozenset[str]:
    """Read "word word" as a set of folded words."""
    return frozenset(fold(text).split())


def row(text: str) -> tuple[str, ...]:
    """Read "word word" as folded words in their order."""
    return tuple(fold(text).split())


@dataclass(frozen=True, slots=True, eq=False)
class Tongue:
    """One language.

    `leads` open a phrase that may be cut before a comma, `tails` one that may be cut after it,
    `subs` one that may be cut without any comma.
    `leaning` words open a sentence that cannot stand alone. `places` stand before a place and
    hardly ever before a person. `thousands` is the mark between groups of three digits.
    """

    code: str = ""
    stop: frozenset[str] = frozenset()
    nots: frozenset[str] = frozenset()
    hedges: frozenset[str] = frozenset()
    says: frozenset[str] = frozenset()
    finite: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    tails: frozenset[str] = frozenset()
    subs: frozenset[str] = frozenset()
    joins: frozenset[str] = frozenset()
    leaning: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()
    percent: tuple[str, ...] = ("%",)
    months: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    today: tuple[tuple[str, int], ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)
    scales: Mapping[str, float] = field(default_factory=dict)
    opposites: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()
    thousands: str = ","


def numbers(*rows: str) -> dict[str, float]:
    """Read rows of "first word word ..." that count up from `first`; "a/b" are two spellings."""
    table: dict[str, float] = {}
    for row in rows:
        first, step, *words = row.split()
        for n, spellings in enumerate(words):
            for word in spellings.split("/"):
                table[fold(word)] = float(first) + n * float(step)
    return table


def scales(text: str) -> dict[str, float]:
    """Read "words=power words=power": the powers of ten that number words stand for."""
    pairs = (pair.split("=") for pair in text.split())
    return {fold(w): 10.0 ** int(p) for words, p in pairs for w in words.split("/")}


def opposites(text: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Read "up/rose|down/fell" pairs: words that turn a sentence round when exchanged."""
    sides = (pair.split("|") for pair in text.split())
    return tuple((word_set(a.replace("/", " ")), word_set(b.replace("/", " "))) for a, b in sides)
