"""The names of a line: that they stand where the sources have them. Pure.

A name that the story holds elsewhere is as wrong as a foreign one where somebody else stands in
its place.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.ground.claim import Claim
from bot.ground.library import Library, Near, Sentence, even, key
from bot.ground.slots import SAYS, Slot, Token, fit, places, slot, tokens
from bot.prose.claims import lone_openers, names
from bot.prose.figures import vague
from bot.prose.sentences import sentences, words
from bot.prose.tongues import Tongue, fold, word_set
from bot.prose.wording import short_name

__all__ = ["named", "spoken_names", "stands"]

PLACED = 2  # fit from which somebody stands in another's place
MORE = 2  # by so much that other must stand better than the name does elsewhere
SURELY = 8  # more than any fit
CLOSE = 3  # sentences: so far before a "she" her name may stand
ASIDE = 2  # content words that a sentence elsewhere must share with what is around a name
ARTICLES = word_set(
    "der die das den dem des ein eine einen einem einer eines kein keine keinen im am zum zur vom"
    " beim ins ans dieser diese dieses jeder jede alle viele mehr"
)


@lru_cache(maxsize=4096)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(key(w) for w in words(text))


def named(line: str, near: Sequence[Near], library: Library) -> list[Claim]:
    """Check every name of a line, and what may be one where another stands in its source."""
    speech = library.speech
    found = names(line, speech)
    claims = [
        _checked(name, line, near, library) for name in found if not _is_outlet(name, line, library)
    ]
    taken = {key(w) for name in found for w in words(name)}
    claims += _openers(line, taken, near, library)
    return claims


def _is_outlet(name: str, line: str, library: Library) -> bool:
    """Tell whether a name is an outlet's, or "BBC" for BBC News where it stands beside a verb."""
    mine = even(name).removeprefix("the ")
    outlets = {even(short_name(i.outlet)).removeprefix("the ") for i in library.items}
    if mine in outlets:
        return True
    if not any(outlet.startswith(f"{mine} ") for outlet in outlets):
        return False
    found = stands(line, [key(w) for w in words(name)], library.speech)
    return any(SAYS in (*s.before[:1], *s.after[:1]) for s in found)


def _checked(name: str, line: str, near: Sequence[Near], library: Library) -> Claim:
    parts = [key(w) for w in words(name)]
    held = [n.sentence for n in near if set(parts) <= _words_of(n.sentence.text)]
    missing = [p for p in parts if not any(p in _words_of(n.sentence.text) for n in near)]
    if held:
        least = _placed(parts, line, held, library) + MORE
        against = _replaced(parts, line, near, library, least)
    else:
        against = _replaced(missing or parts, line, near, library)
    against += _half_replaced(parts, near, library)
    if held and not against:
        return Claim(name, "name", tuple(held))
    if against:
        return Claim(name, "name", (), tuple(against))
    spread = [n.sentence for n in near if _is_close_by(parts, n.sentence, library)]
    return Claim(name, "name", tuple(spread or _elsewhere(parts, line, library)))


def _half_replaced(parts: Sequence[str], near: Sequence[Near], library: Library) -> list[Sentence]:
    """Find the sentences where a name of several words has another first or last word.

    Luz McCann is not Madeleine McCann, unless some source has that name as it is.
    """
    whole = f" {' '.join(parts)} "
    if len(parts) < 2 or any(whole in f" {even(s.text)} " for s in library.sentences):
        return []
    return [
        n.sentence
        for n in near
        for run in _runs(n.sentence)
        if len(run) > 1
        and (parts[0] == run[0] or parts[-1] == run[-1])
        and not _shared_end(parts, run)
    ]


def _shared_end(parts: Sequence[str], run: Sequence[str]) -> bool:
    """Tell whether the ends in which two names differ stand in the other name too."""
    if parts[0] == run[0]:
        return parts[-1] in run or run[-1] in parts
    return parts[0] in run or run[0] in parts


def _runs(s: Sentence) -> list[list[str]]:
    """List the capital words of a sentence that stand together."""
    runs: list[list[str]] = [[]]
    for token in tokens(s.text, s.speech):
        if _is_proper(token, s.speech):
            runs[-1].append(key(token.word))
        if token.ends or not _is_proper(token, s.speech):
            runs.append([])
    return runs


def _is_close_by(parts: Sequence[str], s: Sentence, library: Library) -> bool:
    """Tell whether a sentence's own report names somebody a little before or behind it."""
    around = library.around(s, CLOSE)
    text = frozenset[str]().union(*(_words_of(a.text) for a in around))
    headline = _words_of(library.of(s.item)[0].text)
    return set(parts) <= text | headline


def _elsewhere(parts: Sequence[str], line: str, library: Library) -> Iterable[Sentence]:
    """Look for a name in other sentences, which must share some of the words around it."""
    own = stands(line, parts, library.speech)
    if not own:
        return
    around = {*own[0].before, *own[0].after}
    for s in library.sentences:
        if set(parts) <= _words_of(s.text):
            roots = {t.root for t in tokens(s.text, s.speech) if t.content and t.bare not in parts}
            if len(around & roots) >= min(ASIDE, len(around)):
                yield s


def stands(text: str, parts: Sequence[str], speech: Tongue) -> list[Slot]:
    """Find where a name stands in a sentence: as a whole, else by its last word, else the first."""
    read = tokens(text, speech)
    skip = frozenset(parts)
    for name in (parts, parts[-1:], parts[:1]):
        if found := places(read, name):
            return [slot(read, a, b, skip) for a, b in found]
    return []


def _placed(parts: Sequence[str], line: str, held: Iterable[Sentence], library: Library) -> int:
    """Say how well a name stands where its sources have it."""
    own = stands(line, parts, library.speech)
    theirs = [slot for s in held for slot in stands(s.text, parts, s.speech)]
    if any(not found.before and not found.after for found in theirs):
        return SURELY  # a headline's first words, set apart by a full stop
    return max((fit(a, b) for a in own for b in theirs), default=0)


def _replaced(
    parts: Sequence[str],
    line: str,
    near: Sequence[Near],
    library: Library,
    least: int = 0,
    size: int = 1,
) -> list[Sentence]:
    """Find the sentences in which somebody whom the line does not name stands in this place.

    `least` is how well that other must stand there, on both sides, where some source has the name
    itself; 0 where none has. `size` is the least number of words of that other.
    """
    own = stands(line, parts, library.speech)
    said = _words_of(line) | set(parts)
    found = []
    for n in near:
        others = _others(n.sentence, said, frozenset(parts), library.small, size)
        if any(_is_same(a, b, least) for a in own for b in others):
            found.append(n.sentence)
    return found


def _is_same(mine: Slot, theirs: Slot, least: int) -> bool:
    """Tell whether two places are one; strictly so where `least` asks for it.

    A line may end before its source does.
    """
    if fit(mine, theirs) < max(least, PLACED):
        return False
    before = bool(set(mine.before) & set(theirs.before)) or not (mine.before or theirs.before)
    after = bool(set(mine.after) & set(theirs.after)) or not mine.after
    return not least or (before and after)


def _others(
    s: Sentence, said: frozenset[str], parts: frozenset[str], small: frozenset[str], size: int
) -> list[Slot]:
    """List where a sentence has names, of `size` words or more, that the line does not say.

    Right beside the name itself stands what belongs to it: "Leitão (Caja Rural) came third".
    What the sources also write without a capital is no name, unless names stand beside it.
    """
    read = tokens(s.text, s.speech)
    found, run = [], 0
    for n, token in enumerate(read):
        proper = _is_proper(token, s.speech) and key(token.word) not in said
        run = run + 1 if proper else 0
        last = n + 1 == len(read) or token.ends
        goes_on = (
            not last and _is_proper(read[n + 1], s.speech) and key(read[n + 1].word) not in said
        )
        if run >= size and not goes_on:
            own = {key(t.word) for t in read[n + 1 - run : n + 1]}
            told = [t.bare for t in read[: n + 1 - run] if t.content][-1:]
            told += [t.bare for t in read[n + 1 :] if t.content][:1]
            if parts.isdisjoint(told) and (not own <= small or s.speech.code == "de"):
                found.append(slot(read, n + 1 - run, n + 1))
        run = 0 if token.ends else run
    return found


def _is_proper(token: Token, speech: Tongue) -> bool:
    small = speech.weekdays + speech.months
    return token.content and token.word[:1].isupper() and token.bare not in small


def _openers(line: str, taken: set[str], near: Sequence[Near], library: Library) -> Iterable[Claim]:
    """Check capital words that no run of names holds: first words, and in German any word.

    Most are no names. Such a word is doubted only where a sentence has another capital word in its
    place, or where no source has it and a verb follows it ("Novak said").
    """
    speech = library.speech
    sure = set(lone_openers(line, speech))
    for word, named in _lone(line, speech):
        if key(word) in taken or word in speech.numbers:
            continue
        held = [n.sentence for n in near if key(word) in _words_of(n.sentence.text)]
        least = _placed([key(word)], line, held, library) + MORE if held else 0
        against = _replaced([key(word)], line, near, library, least, 1 if named else 2)
        if against:
            yield Claim(word, "name", (), tuple(against))
        elif not held and word in sure and key(word) not in library.words:
            yield Claim(word, "name")


def _lone(line: str, speech: Tongue) -> Iterable[tuple[str, bool]]:
    """List capital words that may be names; False for one behind a German article."""
    small = speech.stop | speech.nots | speech.leaning | speech.says | frozenset(speech.numbers)
    small |= frozenset(fold(word) for word, _ in vague(line, speech))
    small |= frozenset((*speech.weekdays, *speech.months, *speech.scales, *dict(speech.today)))
    for sentence in sentences(line):
        before = ""
        firsts = {first for part in sentence.split(": ") for first in words(part)[:1]}
        for word in words(sentence):
            bare = fold(word)
            named = word in firsts or before not in ARTICLES
            if word[:1].isupper() and bare not in small and (word in firsts or speech.code == "de"):
                yield word, named
            before = bare


def spoken_names(text: str, speech: Tongue) -> tuple[str, ...]:
    """List the names of a text with a lone first word, which may be somebody's."""
    found = names(text, speech)
    return (*found, *(w for w in lone_openers(text, speech) if w not in found))
