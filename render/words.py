"""Written lines as words, and the times of those words.

A token is what the captions light up: a run between spaces at which a line may break, or a phrase
where the language writes without spaces. Nothing here knows a voice, a frame or a sample.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from render.lettering.lines import held
from render.lettering.phrases import phrases
from render.voices import SpokenWord

__all__ = ["Token", "reading_times", "realign", "share", "tokens"]

Token = tuple[str, int]
"""A token and the index of its first character in the line."""

LETTER_S = 0.057  # with two more for the gap, 150 English words a minute: the pace of rate 1.0
_RUN = re.compile(r"\S+(?:[\u00a0\u202f]+\S+)*")
_DENSE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def tokens(text: str, lang: str) -> tuple[Token, ...]:
    """Split a line into tokens, in order; joined with the white space between, they are the line.

    Chinese, Japanese and Thai are split into phrases by budoux.
    """
    runs = [(match[0], match.start()) for match in re.finditer(_RUN, text)]
    ranges = held([run for run, _ in runs])
    runs = [
        (text[runs[i][1] : runs[j - 1][1] + len(runs[j - 1][0])], runs[i][1]) for i, j in ranges
    ]
    found: list[Token] = []
    for run, at in runs:
        for phrase in phrases(run, lang):
            found.append((phrase, at))
            at += len(phrase)
    return tuple(found)


def reading_times(line: Sequence[Token], rate: float) -> tuple[SpokenWord, ...]:
    """Time tokens at reading speed, from zero, end to end."""
    return share(line, 0.0, sum(_weight(text) for text, _ in line) * LETTER_S / rate)


def share(line: Sequence[Token], start: float, end: float) -> tuple[SpokenWord, ...]:
    """Divide the seconds from start to end among tokens by their letters."""
    weights = [_weight(text) for text, _ in line]
    step = (end - start) / max(sum(weights), 1)
    words = []
    for (text, char), weight in zip(line, weights, strict=True):
        words.append(SpokenWord(text, char, start, start + weight * step))
        start += weight * step
    return tuple(words)


def realign(spoken: Sequence[SpokenWord], line: Sequence[Token]) -> tuple[SpokenWord, ...]:
    """Carry the times of the spoken form over to the tokens of the written line.

    Equal tokens anchor each other; between anchors the time is shared by letters, so "6.8" takes
    all of "six point eight".
    """
    match = SequenceMatcher(
        None, [w.text.casefold() for w in spoken], [t.casefold() for t, _ in line], autojunk=False
    )
    words: list[SpokenWord] = []
    for what, a, b, first, last in match.get_opcodes():
        here, there = spoken[a:b], line[first:last]
        if what == "equal" or len(here) == len(there):
            words += [replace(w, text=t, char=c) for w, (t, c) in zip(here, there, strict=True)]
        elif here and there:
            words += share(there, here[0].start, here[-1].end)
        elif here and words:  # said and not written: "$3m" is "3 million dollars"
            words[-1] = replace(words[-1], end=here[-1].end)
        else:
            at = spoken[a - 1].end if a else 0.0
            words += share(there, at, at)
    return tuple(words)


def _weight(text: str) -> int:
    """Count a token's letters: one of a dense script is worth three Latin ones, a digit four."""
    return 2 + len(text) + 2 * len(_DENSE.findall(text)) + 3 * sum(map(str.isdecimal, text))
