"""Whom and what a script names that a picture could show: persons and places. Pure.

Only a name that is surely one is searched for. A single word is a place if a preposition of place
stands before it and its sentence goes on without it; a surname, a nation or a brand may be
anybody's.
"""

import re
from collections.abc import Sequence

from bot.direct.likeness import TITLES
from bot.prose.claims import names
from bot.prose.sentences import words
from bot.prose.tongues import Tongue, fold, tongue, word_set
from bot.story import Script, Story

__all__ = ["is_place", "wanted"]

_LONGEST = 4  # words: more than that is a headline in capitals
_SHOUT = 4  # words of content, all with a capital: no sentence is written so
_NO_PLACES = word_set(
    "cup war games olympics championship championships league election elections festival day week"
    " act bill summit agreement treaty accord prize award awards party union show conference series"
    " tour grand prix news times post press tribune herald"
)  # what ends in such a word is an event, a paper or a club, and looks different every year


def wanted(script: Script, story: Story) -> tuple[str, ...]:
    """List the persons and places that a script surely names, what is said most often first."""
    speech = tongue(script.lang)
    lines = [beat.line for beat in script.beats]
    told = [*lines, *(text for item in story.items for text in (item.title, item.summary))]
    outlets = "|".join(f" {fold(outlet)} " for outlet in story.outlets)
    calm = [line for line in lines if not _shouts(line, speech)]
    found = [_untitled(name) for line in calm for name in names(line, speech)]
    sure = [
        name
        for name in dict.fromkeys(found)
        if f" {fold(name)} " not in outlets and _is_sure(name, told, speech)
    ]
    longest = [n for n in sure if not any(n != m and f" {n} " in f" {m} " for m in sure)]
    often = {name: sum(name in text for text in told) for name in longest}
    return tuple(sorted(longest, key=lambda name: -often[name]))


def _shouts(line: str, speech: Tongue) -> bool:
    """Whether a line is written In Capitals Like This, which says nothing about names."""
    content = [word for word in words(line) if fold(word) not in speech.stop and word.isalpha()]
    return len(content) >= _SHOUT and all(word[0].isupper() for word in content)


def _untitled(name: str) -> str:
    """Drop the office before a name: captions give another one, or none."""
    parts = name.split()
    while len(parts) > 1 and fold(parts[0]) in TITLES:
        parts = parts[1:]
    return " ".join(parts)


def _is_sure(name: str, told: Sequence[str], speech: Tongue) -> bool:
    parts = name.split()
    if len(parts) > 1:
        return len(parts) <= _LONGEST and fold(parts[-1]) not in _NO_PLACES
    return any(is_place(name, text, speech) for text in told)


def is_place(name: str, text: str, speech: Tongue) -> bool:
    """Whether a text has "in Quellmouth" and goes on with a pause or a small word behind it."""
    small = speech.stop | speech.finite | speech.says | {*speech.weekdays, *speech.months}
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        before, behind = text[: match.start()].split(), text[match.end() :]
        follows = words(behind)[:1]
        ends = not follows or not behind.startswith(" ") or fold(follows[0]) in small
        if before and fold(before[-1]) in speech.places and ends and not behind.startswith("-"):
            return True
    return False
