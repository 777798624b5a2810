"""Cutting a text that is too long, as a last resort: never so that it says something else. Pure."""

import re
from collections.abc import Callable, Iterator

from bot.prose.claims import denials
from bot.prose.sentences import words
from bot.prose.tongues import Tongue, fold, tongue
from render.lettering.phrases import phrases, unspaced

__all__ = ["cut"]

_LEAST = 3  # words; fewer tell nothing
_PAIRS = ("“”", "«»", "„“", "()", "[]", "「」")


def cut(text: str, holds: Callable[[str], bool], lang: str) -> str:
    """The longest beginning, ended by "…", that `holds`; "" where none may stand alone.

    It ends at a word that no doubt, denial, number or name goes on from, and what is cut off holds
    no doubt, no denial and no speaker. In a language whose small words we do not know nothing is
    cut.
    """
    speech = tongue(lang)
    if not (speech.nots and speech.hedges):
        return ""
    for end in reversed(tuple(_ends(text, lang))):
        kept = text[:end].rstrip(" ,;:–—-/")
        if holds(f"{kept}…"):
            rest = text[end:]
            if not _turns(rest, speech) and _stands(kept, rest, speech):
                return f"{kept}…"
    return ""


def _ends(text: str, lang: str) -> Iterator[int]:
    """Where words end, but for the last: phrases where a language writes them together."""
    for run in re.finditer(r"\S+", text):
        end = run.start()
        for phrase in phrases(run[0], lang) if unspaced(lang) else (run[0],):
            end += len(phrase)
            if end < len(text):
                yield end


def _turns(rest: str, speech: Tongue) -> bool:
    """Tell whether what is left out bears on what stays: a doubt, a denial, who says it."""
    left = {fold(word) for word in words(rest)}
    return bool(left & (speech.hedges | speech.says)) or denials(rest, speech) > 0


def _stands(kept: str, rest: str, speech: Tongue) -> bool:
    said = words(kept)
    if len(said) < _LEAST or not kept[-1].isalpha() or not all(map(_balanced(kept), _PAIRS)):
        return False
    last = fold(said[-1])
    small = speech.stop | speech.nots | speech.hedges | speech.about | speech.says | speech.leads
    if last in small or last in speech.numbers or last in speech.scales or kept.count('"') % 2:
        return False
    if any(map(str.isdigit, said[-1])) or (rest[:1].isalnum() and not unspaced(speech.code)):
        return False
    following = re.match(r"\s+(\S+)", rest)
    inside = following and said[-1][:1].isupper() and following[1][:1].isupper()
    return not inside or speech.code == "de"  # German writes every noun with a capital


def _balanced(text: str) -> Callable[[str], bool]:
    return lambda pair: text.count(pair[0]) <= text.count(pair[1]) or pair == "„“"
