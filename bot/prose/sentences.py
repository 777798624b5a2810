"""Text into sentences, words and stems. Pure; works for every script we meet in feeds."""

import re
import unicodedata
from functools import lru_cache

from bot.prose.stops import breaks
from bot.prose.tongues import Tongue, fold

__all__ = ["clauses", "length", "sentences", "speaking_s", "stems", "truncated", "words"]

_MARKS = "".join(chr(c) for c in range(0x300, 0x1100) if unicodedata.category(chr(c))[0] == "M")
_LETTER = rf"[^\W_][{_MARKS}\u200c\u200d]*"  # \w knows no vowel signs: Hindi would fall apart
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Rev|Hon|Jr|Sr|Maj|Brig|Supt|Insp|Cpl|Cmdr|Adm|Det|Atty|Ave"
    r"|No|vs|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|U\.S|U\.K|U\.N|a\.m|p\.m"
    r"|Nr|bzw|ca|z\.B|d\.h|Mio|Mrd|Mme|Sra|Dra|Exmo)\.$"
)
_GERMAN_DAY = re.compile(
    r"\b\d{1,2}\.\s+(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Jahrh|Spieltag)"
)
_RUN = rf"(?:(?![{_CJK}]){_LETTER})+"
_WORD = re.compile(rf"[{_CJK}]|{_RUN}(?:['’.\-]{_RUN})*")
_URDU = re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06cc\u06d2]")  # and Persian: short words
_CLAUSE = re.compile(r"(?<=[,;:،؛])\s+|\s+(?=[–—-]\s)|(?<=[，、；：])")
_POSSESSIVE = re.compile(r"['’]s$")
_ABBREVIATED = re.compile(r"(?:[^\W\d]\.)+[^\W\d]\.?")


def sentences(text: str) -> tuple[str, ...]:
    """Split a plain text into its sentences, each a stripped substring of it."""
    found: list[str] = []
    start = 0
    for end, following, sure in breaks(text):
        piece = text[start:end].strip()
        day = _GERMAN_DAY.search(text, max(start, end - 3), following + 9)
        if sure or not (day or _ABBREVIATION.search(piece)):
            found.append(piece)
            start = following
    found.append(text[start:].strip())
    return tuple(piece for piece in found if piece)


def truncated(sentence: str) -> bool:
    """Tell whether a feed cut this sentence off in its middle."""
    return re.search(r"(?:\.{2,}|…|\[…\]|\[\.\.\.\])[\s\"'”’»)]*$", sentence) is not None


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """List the words as written; a CJK character is a word of its own."""
    return tuple(_WORD.findall(text))


@lru_cache(maxsize=8192)
def length(text: str) -> float:
    """Count in words of speech, as long as an English one takes: 0.4 s.

    A CJK character is half a word, a Korean syllable 0.4 and a Thai letter a quarter; an Arabic
    word, with its article and its pronouns, is 1.2. (Newsreaders' pace; espeak-ng agrees on the
    order, 2026-11.)
    """
    arabic = 1.0 if _URDU.search(text) else 1.2
    return sum(_weight(word, arabic) for word in words(text))


def _weight(word: str, arabic: float) -> float:
    first = word[0]
    if first <= "\u05ff":
        return 1.0
    if first <= "\u06ff":
        return arabic
    if "\u0e00" <= first <= "\u0e7f":
        return sum(map(str.isalpha, word)) / 4
    if "\uac00" <= first <= "\ud7a3":
        return 0.4 * len(word)
    return 0.5 if len(word) == 1 and re.match(f"[{_CJK}]", word) else 1.0


def speaking_s(text: str) -> float:
    """Estimate how long a text takes to say, in seconds, at 150 words a minute."""
    return length(text) / 2.5


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    bare = _POSSESSIVE.sub("", fold(word))
    return (bare.replace(".", "") if _ABBREVIATED.fullmatch(bare) else bare)[:6]


@lru_cache(maxsize=8192)
def stems(text: str, tongue: Tongue) -> frozenset[str]:
    """Take the content of a text: the first six letters of every word that is not a small one.

    For CJK, where no space parts the words, it is every pair of neighbouring characters.
    """
    found = words(text)
    plain = {_stem(w) for w in found if len(w) > 1 and fold(w) not in tongue.stop}
    runs = re.findall(f"[{_CJK}]+", text)
    return frozenset(plain | {run[i : i + 2] for run in runs for i in range(len(run) - 1)})


def clauses(sentence: str) -> tuple[str, ...]:
    """Split a sentence behind its commas and before its dashes; joined by a space they are it."""
    return tuple(part for part in _CLAUSE.split(sentence) if part)
