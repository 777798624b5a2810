"""What of a line can be seen: the words that a model is told to show. Pure.

Things and what is done with them, as the line has them and in its language. Nobody's name, no
office, no quotation, no figure, no day, and nothing that somebody says. What a line denies or
doubts cannot be shown, so it has no scene at all; nor has a line of which too little is left.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bot.direct.likeness import TITLES, told
from bot.direct.wanted import is_place, wanted
from bot.prose.claims import lone_openers, names
from bot.prose.figures import dates, numbers
from bot.prose.sentences import stems, words
from bot.prose.tongues import Tongue, fold, word_set
from bot.story import Script, Story

__all__ = ["places", "scene", "sheet_look", "unnamed"]

MOST, LEAST = 14, 2  # words of a run, and of content in a scene
GAP = "\x00"
THINGS = 4  # of a place, those that its story speaks of most
_SPANS = word_set(
    "day days week weeks month months year years hour hours minute minutes time times early late"
    " tag tage tagen woche wochen monat monate monaten jahr jahre jahren stunde stunden minuten"
    " uhr früh spät jour jours semaine semaines mois an ans année années heure heures minutes día"
    " días semana semanas mes meses año años hora horas minutos dia dias mês ano anos minuto giorno"
    " giorni settimana settimane mese mesi anno anni ora ore minuti"
)  # how long and when: nobody sees it
_PAUSE = r"[,;:]\s|\s[–—-]\s"
_OWNING = re.compile(r"['’]s?$")
_WORD = re.compile(r"[^\W_]+")
_QUOTING = re.compile(r"[“”\"«»„「」]|(?<!\w)[‘'](?=\w)")


def unnamed(script: Script, story: Story) -> frozenset[str]:
    """List the words (folded) that may be somebody's name: no scene has them."""
    listed = wanted(script, story)
    known = told(script, story, listed)
    whole = [name for name in listed if known.names[name] or name in known.persons]
    return frozenset(fold(part) for name in whole for part in name.split())


def places(script: Script, story: Story, speech: Tongue) -> tuple[str, ...]:
    """List the places that a script surely names, what is said most often first."""
    texts = [beat.line for beat in script.beats]
    texts += [text for item in story.items for text in (item.title, item.summary)]
    persons = told(script, story, listed := wanted(script, story)).persons
    sure = (name for name in listed if name not in persons)
    return tuple(name for name in sure if any(is_place(name, text, speech) for text in texts))


def scene(line: str, speech: Tongue, hidden: frozenset[str]) -> str:
    """Word what is seen in a line, in parts of it; "" where nothing can be shown."""
    bare = {fold(word) for word in words(line)}
    unsure = speech.nots | speech.hedges | TITLES
    if bare & unsure or _QUOTING.search(line) or any(word.endswith("n't") for word in bare):
        return ""
    told = [part for part in _parts(line, speech, hidden) if not _is_said(part, speech)]
    runs = [run for part in told if (run := _trimmed(part[:MOST], speech))]
    content = sum(_tells(word, speech) for run in runs for word in run)
    return ", ".join(" ".join(run) for run in runs) if content >= LEAST else ""


def sheet_look(place: str, script: Script, speech: Tongue, hidden: frozenset[str]) -> str:
    """Describe a place by its name and by the things that its story speaks of most."""
    lines = (script.headline, *(beat.line for beat in script.beats))
    parts = (part for line in lines for part in _parts(line, speech, hidden))
    said = [word for part in parts for word in part if _tells(word, speech)]
    often = Counter(stem for word in said for stem in stems(word, speech))
    first = {stem: word for word in reversed(said) for stem in stems(word, speech)}
    top = sorted(often, key=lambda stem: -often[stem])
    things = [first[stem] for stem in top if often[stem] > 1][:THINGS]
    return ", ".join((place, *things))


def _parts(line: str, speech: Tongue, hidden: frozenset[str]) -> Iterator[list[str]]:
    """Yield the words of a line in runs: a pause, a name, a day ends one; figures are left out."""
    for part in re.split(rf"{_PAUSE}|{GAP}", _blanked(line, speech)):
        run: list[str] = []
        for word in (_OWNING.sub("", word) for word in words(part)):
            if fold(word) in hidden:
                yield run
                run = []
            else:
                run.append(word)
        yield run


def _is_said(part: Sequence[str], speech: Tongue) -> bool:
    return any(fold(word) in speech.says for word in part)


def _trimmed(run: Sequence[str], speech: Tongue) -> Sequence[str]:
    """Take the small words off both ends of a run; () where it has no others."""
    telling = [n for n, word in enumerate(run) if _tells(word, speech)]
    return run[telling[0] : telling[-1] + 1] if telling else ()


def _tells(word: str, speech: Tongue) -> bool:
    """Whether a word is one of content."""
    small = speech.stop | speech.finite | speech.about | speech.leads | _SPANS
    bare = fold(word)
    return len(bare) > 1 and bare.isalpha() and bare not in small


def _blanked(line: str, speech: Tongue) -> str:
    """Take figures out of a line, and leave a gap where a name or a day stood."""
    gaps = [(d.start, d.end) for d in dates(line, speech)]
    gaps += _places_of((*names(line, speech), *lone_openers(line, speech)), line)
    gaps += [m.span() for m in _WORD.finditer(line) if fold(m[0]) in _days(speech)]
    letters = list(line)
    for number in numbers(line, speech):
        letters[number.start : number.end] = " " * (number.end - number.start)
    for start, end in gaps:
        letters[start:end] = GAP * (end - start)
    return "".join(letters)


def _days(speech: Tongue) -> frozenset[str]:
    return frozenset((*speech.months, *speech.weekdays, *(word for word, _ in speech.today)))


def _places_of(found: Iterable[str], line: str) -> list[tuple[int, int]]:
    """Where the names stand, each as a whole."""
    return [m.span() for name in found for m in re.finditer(rf"{re.escape(name)}(?!\w)", line)]
