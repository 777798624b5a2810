"""Topics that take two editors: people who could be hurt by one wrong word. Pure.

Accusations against a named person, minors, suicide, and victims. `bot/prose/sensitive.py` asks less
and is quicker to say yes, for there a false alarm costs a picture or some music; here it costs
another editor's time, and whoever is asked in vain learns to nod.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.prose.claims import names
from bot.prose.sentences import sentences, words
from bot.prose.tongues import Tongue, fold, guess, tongue
from bot.rules._delicate_words import (
    ACCUSED,
    ACCUSING,
    AGED,
    ATTACKERS,
    BODIES,
    HARM,
    MINORS,
    PRONOUNS,
    SUICIDE,
    TITLES,
    VICTIMS,
    VIOLATED,
)
from bot.story import Script
from sources import Item

__all__ = ["Delicate", "delicate", "read"]

ADULT = 18  # years
ACCUSATION = "an accusation against a named person"
_DROPPING = ("es", "pt", "it")  # "Fue acusada": who is meant need not be said
_OPENING = 16  # letters in which such a sentence comes to its verb


@dataclass(frozen=True, slots=True)
class Delicate:
    """One topic, and the words of the script that made it one."""

    topic: str
    words: str


def delicate(script: Script, items: Sequence[Item] = ()) -> tuple[Delicate, ...]:
    """List the sensitive topics of a script, each once; its reports tell who is a person.

    A language without tables gives (): see `read`.
    """
    lines = (script.headline, *(beat.line for beat in script.beats), script.caption)
    speech = tongue(script.lang or guess(lines))
    told = [text for item in items for text in (item.title, item.summary) if text]
    known = frozenset(_persons((*lines, *told), speech))
    found: dict[str, Delicate] = {}
    before = ""  # who was named last
    for sentence in (s for line in lines for s in sentences(line)):
        who = _named(sentence, speech, known)
        for topic in _topics(sentence, speech, who, before):
            found.setdefault(topic.topic, topic)
        before = who or before
    return tuple(found.values())


def read(script: Script) -> bool:
    """Tell whether the language of a script has tables here.

    Where it has none nobody can say what it is about. That is told with the offer; it does not
    count as sensitive, for then each of its clips would take two people, for no reason that
    anybody could give them.
    """
    return bool(tongue(script.lang or guess(beat.line for beat in script.beats)).code)


def _topics(sentence: str, speech: Tongue, who: str, before: str) -> Iterator[Delicate]:
    flat, code = fold(sentence), speech.code
    if code not in HARM:
        return
    if suicide := _suicide(flat, code):
        yield Delicate("suicide", suicide)
    if violated := VIOLATED[code].search(flat):
        yield Delicate("victims", violated[0])
    if minor := _minor(flat, code):
        yield Delicate("minors", minor)
    if who and (victim := VICTIMS[code].search(flat)):
        yield Delicate("victims", f"{victim[0]}, {who}")
    if accused := ACCUSED[code].search(flat):
        leans = PRONOUNS[code].search(flat) or (code in _DROPPING and accused.start() < _OPENING)
        if who := who or (before if leans else ""):
            yield Delicate(ACCUSATION, f"{accused[0]}, {who}")
            return
    accusing = ACCUSING[code].search(flat)
    if accusing and (blamed := next(_persons((sentence[accusing.end() :],), speech), "")):
        yield Delicate(ACCUSATION, f"{accusing[0].strip()}, {blamed}")


def _suicide(flat: str, code: str) -> str:
    """Find it, unless it is how an attack was made."""
    if ATTACKERS[code].search(flat):
        return ""
    found = SUICIDE[code].search(flat)
    return found[0] if found else ""


def _minor(flat: str, code: str) -> str:
    """Find somebody under age: by the years, or by a word for a child beside harm or a court."""
    for match in AGED[code].finditer(flat):
        if int(next(group for group in match.groups() if group)) < ADULT:
            return match[0]
    child, harm = MINORS[code].search(flat), HARM[code].search(flat)
    return f"{child[0]}, {harm[0]}" if child and harm else ""


def _named(sentence: str, speech: Tongue, known: frozenset[str]) -> str:
    """Name a person of a sentence: as a whole, or by a surname that the story knows; else ""."""
    if found := next(_persons((sentence,), speech), ""):
        return found
    surnames = {fold(name.split()[-1]): name for name in known}
    written = (w for w in words(sentence) if w[:1].isupper())
    bare = (re.sub(r"['’]s?$", "", word) for word in written)
    return next((word for word in bare if fold(word) in surnames), "")


def _persons(texts: Iterable[str], speech: Tongue) -> Iterator[str]:
    """List what may be the name of a person: two capitals or more, and nothing of a body in it.

    It cannot tell a person from a firm of two names. A title alone makes one word a name.
    """
    for text in texts:
        for name in names(text, speech):
            parts = fold(name).split()
            if len(parts) > 1 and set(parts) <= TITLES:
                continue
            titled = len(parts) > 1 and parts[0] in TITLES
            whole = 1 < len(parts) <= 4 and not set(parts) & BODIES and not name.isupper()
            if titled or (whole and not _is_place(name, text, speech)):
                yield name


def _is_place(name: str, text: str, speech: Tongue) -> bool:
    """Whether a name stands behind "in" or the like wherever it stands."""
    before = [text[: m.start()].split()[-1:] for m in re.finditer(re.escape(name), text)]
    return bool(before) and all(word and fold(word[0]) in speech.places for word in before)
