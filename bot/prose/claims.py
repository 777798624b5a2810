"""Names, quotations and denials: what can be found in a text without understanding it. Pure.

The same reading is used on a script and on its sources, so that what it misreads it misreads on
both sides (as with `figures`).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.prose.sentences import sentences, words
from bot.prose.tongues import Tongue, fold, word_set

__all__ = ["ROLES", "Quotation", "denials", "lone_openers", "names", "quotations"]


ROLES = word_set(
    "president minister prime king queen prince pope mr mrs ms dr sir general senator mayor judge"
    " police secretary chief chairman chancellor premier governor director spokesman spokeswoman"
    " professor captain coach"
)
"""What stands before a person's name (folded)."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks; the span includes the marks."""

    text: str
    start: int
    end: int


_QUOTES = re.compile(
    r"“([^“”]+)”|\"([^\"]+)\"|«\s?([^«»]+?)\s?»|»([^«»]+)«|„([^„“”]+)[“”]|「([^「」]+)」"
    r"|(?<![^\W_])[‘']([^‘’']+(?:['’][^\W_][^‘’']*)*)['’](?![^\W_])"
)


@lru_cache(maxsize=8192)
def quotations(text: str) -> tuple[Quotation, ...]:
    """Find what stands between quotation marks, two words or more (one word is a scare quote)."""
    found = ((next(g for g in m.groups() if g), m.start(), m.end()) for m in _QUOTES.finditer(text))
    return tuple(Quotation(t.strip(), a, b) for t, a, b in found if len(words(t)) > 1)


_TOKEN = re.compile(r"[^\s\"“”«»„()\[\]]+")
_EDGES = ".,:;!?'’‘…–—-"
_TITLES = frozenset(
    ("Gov.", "Sen.", "Rep.", "Prof.", "Capt.", "Gen.", "Sgt.", "Sec.", "Mrs.", "Supt.")
)
_INITIAL = re.compile(r"[A-ZÀ-ÖØ-Þ]\.")


@lru_cache(maxsize=8192)
def names(text: str, tongue: Tongue) -> tuple[str, ...]:
    """Find runs of capitalised words. The first word of a sentence counts only inside a run.

    German writes every noun with a capital: there only runs of two and more are names.
    """
    runs: list[list[str]] = [[]]
    opening = True
    for token in _TOKEN.findall(text):
        if runs[-1] and _INITIAL.fullmatch(token):  # Ada M. Quill
            runs[-1].append(token)
            continue
        word = token.strip(_EDGES)
        if re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", word):  # U.S.
            word += "."
        bare = fold(word)
        small = bare in tongue.stop or bare in tongue.weekdays + tongue.months
        small = small or (bare in tongue.scales and len(bare) > 3)  # "Millionen Euro"
        capital = word[:1].isupper() and not small
        if capital and (not opening or word[1:].lower() != word[1:]):
            runs[-1].append(_bare(word))
        elif capital:
            runs += [[_bare(word), ""]]
        else:
            runs.append([])
        if token[-1] in ",;:.!?…" or token.endswith(("'s", "’s")):
            runs.append([])
        opening = token[-1] in ".!?:" and len(word) > 2 and token not in _TITLES
    settled = (run for run in map(_settled, runs) if _is_name(run, tongue))
    return tuple(dict.fromkeys(" ".join(run) for run in settled))


def lone_openers(text: str, tongue: Tongue) -> tuple[str, ...]:
    """Find lone first words that are likely names: "Novak said", with no article before a verb.

    "Officials said" is none, but "Rain will" is one: a caller asks whether any source has it.
    """
    found = []
    for sentence in sentences(text):
        first, *rest = words(sentence)[:2] or ("",)
        follows = bool(rest) and fold(rest[0]) in tongue.finite | tongue.says
        small = tongue.stop | tongue.nots | tongue.leaning | frozenset(tongue.numbers)
        if follows and first[:1].isupper() and first[-1] != "s" and fold(first) not in small:
            found.append(first)
    return tuple(found)


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


def _settled(run: list[str]) -> list[str]:
    """Drop a lone opening word (marked by a following ""); keep it where the run goes on."""
    kept = [word for word in run if word]
    return [] if "" in run and len(kept) == 1 else kept


def _is_name(run: list[str], tongue: Tongue) -> bool:
    enough = 2 if tongue.code == "de" else 1
    return len(run) >= enough or (len(run) == 1 and len(run[0]) > 1 and run[0].isupper())


def denials(text: str, tongue: Tongue) -> int:
    """Count the words that turn a sentence into its opposite."""
    tokens = [fold(w) for w in words(text)]
    count = sum(t in tongue.nots or t.endswith("n't") for t in tokens)
    return count + len(re.findall(r"[不没沒未]|ない|ません|なかった", text))
