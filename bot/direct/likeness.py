"""Whether a picture that was searched for is of whom or what the script speaks of. Pure.

A search finds the Springfield of another state, the son of the same name, the bridge as it was a
century ago. So a picture counts only where its caption names exactly the one that the script names:
as a whole name, with nothing beside it that the story does not know. In doubt a card is drawn.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.prose.tongues import Tongue, fold, guess, tongue, word_set
from bot.story import Picture, Script, Story

__all__ = ["OLDEST_YEARS", "TITLES", "Told", "faces", "fits", "shows", "told"]

OLDEST_YEARS = 15  # an older picture shows what is there no more
TITLES = word_set(
    "mr mrs ms dr prof professor sir dame lord lady king queen prince princess pope bishop"
    " archbishop cardinal president vice prime minister premier chancellor secretary senator"
    " governor mayor congressman congresswoman representative judge justice general admiral colonel"
    " captain sergeant chief director chairman coach herr frau präsident präsidentin kanzler"
    " kanzlerin bundeskanzler bundeskanzlerin bundespräsident ministerin ministerpräsident"
    " ministerpräsidentin bürgermeister bürgermeisterin oberbürgermeister könig königin papst"
    " président présidente ministre maire roi reine pape madame monsieur presidente presidenta"
    " primer ministro ministra alcalde alcaldesa rey reina papa don doña primeiro rei rainha"
    " prefeito prefeita sindaco sindaca re regina"
)  # an office before a name is no part of it
_CAPTION, _REPORT = 400, 4000  # letters that are read
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_BESIDE = re.compile(r"[^\W_]+(?=[ -]$)")
_POSSESSIVE = re.compile(r"['’]s?$")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_ASIDE = word_set(
    "near nearby outside toward towards from opposite behind beyond against without like unlike not"
    " after former nahe unweit gegenüber gegen hinter ohne ehemalige près loin contre derrière sans"
    " depuis cerca lejos frente contra detrás sin desde perto longe atrás sem vicino lontano contro"
    " dietro senza"
)  # what is named behind such a word is not what is seen
_NOT_IT = word_set(
    "map flag logo seal emblem diagram chart poster stamp coin banknote signature autograph statue"
    " bust sculpture painting drawing sketch engraving caricature cartoon grave tomb tombstone"
    " lookalike impersonator wax model replica render rendering plan manuscript letter cover"
    " karte flagge wappen skizze zeichnung gemälde unterschrift statue büste grab briefmarke modell"
    " plakat carte drapeau blason dessin peinture timbre tombe affiche maquette mapa bandera"
    " escudo dibujo pintura estatua firma tumba sello cartel bandeira brasão desenho estátua"
    " assinatura túmulo selo cartaz mappa bandiera stemma disegno dipinto statua tomba francobollo"
)  # such a picture is of a thing about them
_OF = word_set("of von du de di do da")  # what comes next says whose: "Supreme Court of India"


@dataclass(frozen=True, slots=True)
class Told:
    """What a story knows, as far as it helps to read a caption.

    `words` are all that it says, folded; `names` whom and what it names, with the surname where
    that is clear, else ""; `persons` those of them who speak or hold an office.
    """

    words: AbstractSet[str]
    year: int
    speech: Tongue
    names: Mapping[str, str]
    persons: tuple[str, ...] = ()


def told(script: Script, story: Story, names: Sequence[str]) -> Told:
    """Read a story and its script for what they say of some names."""
    texts = [text for i in story.items for text in (i.title, i.summary, i.text[:_REPORT]) if text]
    texts += [script.headline, *(beat.line for beat in script.beats)]
    speech = tongue(script.lang or guess(texts[:4]))
    return Told(
        words=frozenset(_bare(word) for text in texts for word in _WORD.findall(text)),
        year=story.last_seen.year,
        speech=speech,
        names={name: _surname(name, texts) for name in names},
        persons=tuple(name for name in names if _is_person(name, texts, speech)),
    )


def shows(caption: str, taken: int, known: Told) -> tuple[str, ...]:
    """List what a picture is of, by its caption: names of the story, and where clear the surname.

    `taken` is the year that it was taken in, 0 if unknown.
    """
    text = caption[:_CAPTION]
    seen = {_bare(word) for word in _WORD.findall(text)}
    years = [int(year) for year in _YEAR.findall(text) if year not in known.words]
    oldest = min([*years, *([taken] if taken else [])], default=known.year)
    if known.year - oldest > OLDEST_YEARS or seen & (_NOT_IT - known.words):
        return ()
    of = [name for name in known.names if any(_is_it(at, known) for at in _places(name, text))]
    return _and_short(of, known)


def fits(picture: Picture, line: str) -> str | None:
    """Say why a picture may stand under a line; None where it may not.

    What was searched for fits only a line that names what it shows. What came with the reports fits
    the lines of their story, but where it is of one person and the line is about another.
    """
    if named := _first_named(picture.shows, line):
        return f"it shows {named}"
    if picture.found_by or _first_named(picture.others, line):
        return None
    return "it came with the report"


def faces(caption: str, known: Told) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part the persons of a story: those that a caption names, and the others.

    Both are empty where the caption names nobody: then it is of no person, or of all.
    """
    seen = [name for name in known.persons if _first_named([name], caption)]
    others = [name for name in known.persons if name not in seen] if seen else []
    return _and_short(seen, known), _and_short(others, known)


def _and_short(names: Sequence[str], known: Told) -> tuple[str, ...]:
    shorts = (known.names[name] for name in names)
    return tuple(dict.fromkeys([*names, *(short for short in shorts if short)]))


def _first_named(names: Iterable[str], text: str) -> str:
    return next((name for name in names if next(_places(name, text), None)), "")


def _is_person(name: str, texts: Iterable[str], speech: Tongue) -> bool:
    """Whether a story lets somebody of this name speak, or gives him an office."""
    beside = (at for text in texts if name in text for at in _places(name, text))
    return " " in name and any(
        (at.before and _joins(at.gap_before) and _bare(at.before[-1]) in TITLES | speech.says)
        or (at.behind and _joins(at.gap_behind) and _bare(at.behind[0]) in speech.says)
        for at in beside
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A name in a text, with the words beside it and what parts them from it."""

    before: tuple[str, ...]  # the nearest last
    behind: tuple[str, ...]
    gap_before: str
    gap_behind: str
    owns: bool  # the name ends in 's
    cased: bool  # the text has capitals


def _places(name: str, text: str) -> Iterator[_Place]:
    """Find a name in a text. A single word must begin as the name does, with a capital."""
    tokens = list(_WORD.finditer(text))
    written = [token[0] for token in tokens]
    bare, parts = [_bare(word) for word in written], [_bare(part) for part in name.split()]
    for n in range(len(bare) - len(parts) + 1):
        end = n + len(parts)
        torn = any(not _joins(_gap(text, tokens, i)) for i in range(n + 1, end))
        if bare[n:end] != parts or torn or (len(parts) == 1 and written[n][0] != name[0]):
            continue
        yield _Place(
            before=tuple(written[max(0, n - 2) : n]),
            behind=tuple(written[end : end + 2]),
            gap_before=_gap(text, tokens, n),
            gap_behind=_gap(text, tokens, end),
            owns=_POSSESSIVE.search(written[end - 1]) is not None,
            cased=text != text.lower(),
        )


def _gap(text: str, tokens: Sequence[re.Match[str]], n: int) -> str:
    """Take what stands between word n - 1 and word n."""
    start = tokens[n - 1].end() if n else 0
    return text[start : tokens[n].start() if n < len(tokens) else len(text)]


def _joins(gap: str) -> bool:
    return not gap.strip(" -–")


def _is_it(at: _Place, known: Told) -> bool:
    """Whether nothing beside a name makes it another one's."""
    if at.owns:
        return False
    if at.before and _joins(at.gap_before):
        aside = {_bare(word) for word in at.before} & _ASIDE
        if aside or _adds(at.before[-1], at.cased, known):
            return False
    if not at.behind:
        return True
    if _joins(at.gap_behind):
        near = at.behind if _bare(at.behind[0]) in _OF else at.behind[:1]
        return not any(_adds(word, at.cased, known) for word in near)
    apart = at.gap_behind.strip() not in (",", "(")  # "Paris, Texas" is another one
    return apart or not at.behind[0][0].isupper() or not _adds(at.behind[0], True, known)


def _adds(word: str, cased: bool, known: Told) -> bool:
    """Whether a word beside a name is part of it, and not one that the story knows."""
    bare, speech = _bare(word), known.speech
    small = speech.stop | _OF | TITLES | frozenset(speech.months) | frozenset(speech.weekdays)
    if bare in known.words | small or bare.isdigit():
        return False
    return word[0].isupper() or not cased


def _surname(name: str, texts: Iterable[str]) -> str:
    """Take the last word of a name, if a story uses it for nobody else; else ""."""
    *first, last = name.split()
    if not first:
        return ""
    for text in texts:
        for match in re.finditer(rf"(?<![\w-]){re.escape(last)}(?!\w)", text):
            before = _BESIDE.search(text[: match.start()])
            known_by = TITLES | {_bare(first[-1])}
            if before and before[0][0].isupper() and _bare(before[0]) not in known_by:
                return ""
    return last


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", fold(word))
