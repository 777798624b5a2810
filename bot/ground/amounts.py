"""The figures of a line: carried with what they count, in a sentence that says the same. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.ground.claim import Claim
from bot.ground.hints import Hints, hints, unit_of
from bot.ground.library import Library, Near, Sentence
from bot.ground.slots import Slot, Token, fit, root, slot, token_at, tokens
from bot.prose.figures import Number, numbers, vague
from bot.prose.sentences import words
from bot.prose.tongues import Tongue, fold

__all__ = ["Amount", "amounts_of", "figures", "same"]

_SOLID = re.compile(  # where a figure touches letters of a script without spaces
    r"(?<=\d)(?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f])"
    r"|(?<=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f])(?=\d)"
)
ROUNDED = 0.06  # "nearly two hundred" is 197, and not 180
OUSTED = 3  # by so much another figure must stand better in a figure's place
PLACED = 3  # fit from which a figure without a noun stands in another's place
ASIDE = 2  # content words that a sentence far from the line must share beside the figure


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure in its sentence. `bound` is ">", "<", "~" or ""; `side` is where it points.

    `side` is -1 behind a "from", 1 behind a "to", else 0.
    """

    number: Number
    value: float
    noun: str
    unit: str
    bound: str
    side: int
    place: Slot


@lru_cache(maxsize=4096)
def amounts_of(text: str, speech: Tongue) -> tuple[Amount, ...]:
    """Read the figures of a sentence with what bounds and surrounds them."""
    text = _SOLID.sub(" ", text)
    found = numbers(text, speech)
    if not found:
        return ()
    read, said = tokens(text, speech), hints(speech.code)
    return tuple(_amount(number, text, read, said, speech) for number in found)


def _amount(
    number: Number, text: str, read: Sequence[Token], said: Hints, speech: Tongue
) -> Amount:
    first, last = token_at(text, number.start), token_at(text, number.end)
    before = [t.bare for t in read[max(0, first - 4) : first]]
    noun = fold(number.noun).rstrip("'s") if number.noun else ""
    measure = unit_of(fold(number.noun)) or ("", 1.0)
    last = max(last, first + 1)
    return Amount(
        number,
        number.value * measure[1],
        root(noun),
        measure[0],
        _bound(before, said, speech),
        _side(before, said),
        slot(read, first, last),
    )


def _bound(before: Sequence[str], said: Hints, speech: Tongue) -> str:
    """Read what stands right before a figure."""
    joined = " ".join(before)
    for mark, told in ((">", said.above), ("<", said.below)):
        if any(f" {joined}".endswith(" " + " ".join(phrase)) for phrase in told):
            return mark
    return "~" if set(before[-2:]) & speech.about else ""


def _side(before: Sequence[str], said: Hints) -> int:
    last = before[-1] if before else ""
    for starts, ends in said.toward:
        if last in starts | ends:
            return -1 if last in starts else 1
    return 0


def figures(line: str, near: Sequence[Near], library: Library) -> list[Claim]:
    """Check every figure of a line."""
    speech = library.speech
    mine = amounts_of(line, speech)
    claims = []
    for amount in mine:
        claims += _checked(amount, mine, near, library)
    return claims + [_rough(w, s, near, library) for w, s in vague(line, speech)]


def _checked(
    amount: Amount, line: Sequence[Amount], near: Sequence[Near], library: Library
) -> list[Claim]:
    held: list[tuple[Sentence, Amount]] = []
    against: list[Sentence] = []
    rival = 0
    for n in near:
        theirs = amounts_of(n.sentence.text, n.sentence.speech)
        carried = _carried(amount, theirs)
        rivals = [t for t in theirs if _is_rival(amount, t) and not _told(t, line)]
        if carried:
            held.append((n.sentence, carried))
        elif rivals or any(same(amount, t) for t in theirs):
            against.append(n.sentence)
            rival = max(rival, *(_likeness(amount, t) for t in rivals), 0)
    if held and rival >= OUSTED + max(_likeness(amount, t) for _, t in held):
        held = [(s, t) for s, t in held if t.noun and t.noun == amount.noun]
    if not held and not against:
        held = _elsewhere(amount, library)
    sentences = tuple(s for s, _ in held)
    claims = [Claim(amount.number.text, "number", sentences, tuple(against))]
    if held:
        claims += _bounded(amount, held)
    return claims


def _told(theirs: Amount, line: Iterable[Amount]) -> bool:
    """Tell whether a line gives this figure too, so that it is no rival to another of the line."""
    return any(same(a, theirs) for a in line)


def _carried(amount: Amount, theirs: Sequence[Amount]) -> Amount | None:
    """Find the figure that is the same and stands for the same thing."""
    equal = [t for t in theirs if same(amount, t)]
    if not equal:
        return None
    best = max(equal, key=lambda t: _likeness(amount, t))
    others = [t for t in theirs if t not in equal and _comparable(amount, t)]
    rival = max((_likeness(amount, t) for t in others), default=0)
    turned = best.side * amount.side < 0
    return None if turned or rival > _likeness(amount, best) + 1 else best


def _likeness(one: Amount, other: Amount) -> int:
    noun = 2 if one.noun and one.noun == other.noun else 0
    return fit(one.place, other.place) + noun


def same(one: Amount, other: Amount) -> bool:
    """Tell whether two figures are the same: value, kind, unit, and what they count."""
    return _agrees(one, other) and _kinds(one, other) and _units(one, other)


def _kinds(one: Amount, other: Amount) -> bool:
    mine, theirs = one.number.kind, other.number.kind
    if mine == theirs:
        return True
    if "" not in (mine, theirs) or {"%", "pp", "ordinal"} & {mine, theirs}:
        return False
    plain = one if not mine else other  # "3.5 million" may leave the euros away, not count trees
    return not plain.noun or one.noun == other.noun


def _units(one: Amount, other: Amount) -> bool:
    return one.unit == other.unit or ("" in (one.unit, other.unit) and "" in (one.noun, other.noun))


def _agrees(one: Amount, other: Amount) -> bool:
    """Compare two values: equal, rounded with a word that says so, or rounded for the ear."""
    mine, theirs = one.value, other.value
    if abs(mine - theirs) <= 1e-9 * max(abs(theirs), 1e-9):
        return True
    if one.bound and _digits(mine) < _digits(theirs) and abs(mine - theirs) <= ROUNDED * theirs:
        return (one.bound != ">" or mine <= theirs) and (other.bound != "<" or mine <= theirs)
    return _is_round(mine, theirs) and one.unit == other.unit


def _is_round(mine: float, theirs: float) -> bool:
    """Tell whether a value is another with some digits left away, two or more being kept."""
    kept = _digits(mine)
    return 2 <= kept < _digits(theirs) and float(f"{theirs:.{kept}g}") == mine


def _digits(value: float) -> int:
    """Count the digits of a value that say anything: 1,200 has two."""
    return len(f"{value:.9g}".split("e")[0].replace(".", "").strip("0"))


def _comparable(one: Amount, other: Amount) -> bool:
    return one.number.kind == other.number.kind and one.unit == other.unit


def _is_rival(mine: Amount, theirs: Amount) -> bool:
    """Tell whether another figure stands for the same thing."""
    if not _comparable(mine, theirs) or same(mine, theirs):
        return False
    if mine.noun and mine.noun == theirs.noun and not mine.unit:
        return True
    if mine.noun and theirs.noun and mine.noun != theirs.noun:
        return False
    return fit(mine.place, theirs.place) >= PLACED


def _elsewhere(amount: Amount, library: Library) -> list[tuple[Sentence, Amount]]:
    """Look for a figure far from the line: it must count the same and share some of the line."""
    found = []
    around = {*amount.place.before, *amount.place.after}
    for s in library.sentences:
        if (
            not any(c.isdigit() for c in s.text)
            and amount.number.text[0].isdigit()
            and (amount.value > 20)
        ):
            continue
        for other in amounts_of(s.text, s.speech):
            shared = around & {*other.place.before, *other.place.after, other.noun}
            if same(amount, other) and len(shared) >= ASIDE:
                found.append((s, other))
    return found


def _bounded(amount: Amount, held: Sequence[tuple[Sentence, Amount]]) -> list[Claim]:
    """Find a bound that was turned round, or dropped: "at least 12" is not 12."""
    bounds = {t.bound for _, t in held}
    sentences = tuple(s for s, _ in held)
    turned = {"<": ">", ">": "<"}.get(amount.bound, "")
    if turned in bounds - {""} and amount.bound not in bounds:
        return [Claim(amount.number.text, "comparison", (), sentences)]
    if not amount.bound and bounds <= {">", "<"}:
        return [Claim(amount.number.text, "hedge", (), sentences)]
    return []


def _rough(word: str, size: float, near: Sequence[Near], library: Library) -> Claim:
    """Check "dozens" and "hundreds": the same word, or a figure of that size."""
    held = tuple(n.sentence for n in near if _is_about(size, n.sentence))
    return Claim(word, "number", held or tuple(s for s in library.sentences if _says(word, s)))


def _is_about(size: float, s: Sentence) -> bool:
    if any(theirs == size for _, theirs in vague(s.text, s.speech)):
        return True
    return any(1.5 * size <= a.value < 100 * size for a in amounts_of(s.text, s.speech))


def _says(word: str, s: Sentence) -> bool:
    return re.search(rf"\b{re.escape(fold(word))}\b", fold(s.text)) is not None and bool(
        words(s.text)
    )
