"""Where outlets say different things: what newer reports overtook, what is disputed. Pure.

Another figure for the same thing is either: overtaken where the reports lie apart in time, disputed
where they came at about the same time. What is disputed is said with who says which.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.prose.claims import denials, quotations
from bot.prose.figures import Number, numbers
from bot.prose.sentences import length, words
from bot.prose.tongues import Tongue, fold
from bot.prose.wording import short_name, wording
from bot.story import Wish
from bot.writers._facts import Fact
from bot.writers._wishes import CALENDAR

__all__ = ["Dispute", "disputes", "is_open", "outdated"]

AT_ONCE = timedelta(minutes=45)  # so near in time, nobody knows who is ahead
ALIKE = 0.5  # of the shorter line's content: they speak of the same thing
LONGEST = 22  # words of the line that tells both
_UNKNOWN = ("unclear", "not known", "no word", "no immediate", "not immediately", "unknown",
            "unklar", "on ignore", "se desconoce", "desconhec", "non si sa")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two outlets, two figures for the same thing: `one` is the line that is told whole."""

    one: Fact
    other: Fact
    mine: Number
    theirs: Number

    @property
    def wish(self) -> Wish:
        """Set the two figures against each other."""
        bars = [
            {"label": short_name(fact.item.outlet), "value": n.value, "text": n.text}
            for fact, n in ((self.one, self.mine), (self.other, self.theirs))
        ]
        unit = "%" if self.mine.kind == "%" else "" if self.mine.kind else self.mine.noun
        return Wish("compare", {"unit": unit, "bars": bars})

    def line(self, lang: str) -> str:
        """Say both with who says which, "" where that would be too long for a breath."""
        form, body = wording(lang).differ, self.one.line.rstrip(" .")
        who, others = (short_name(fact.item.outlet) for fact in (self.one, self.other))
        said = form.format(body, who, others, self.theirs.text)
        return said if length(said) <= LONGEST else ""

    @property
    def note(self) -> str:
        """Tell the editor."""
        told = (f"{f.item.outlet}: {f.line}" for f in (self.one, self.other))
        return f"Outlets differ: {' / '.join(told)}"


def is_open(fact: Fact) -> bool:
    """Tell whether a line says that something is not known."""
    return any(phrase in fold(fact.line) for phrase in _UNKNOWN)


def outdated(found: Sequence[Fact], tongue: Tongue) -> list[tuple[Fact, Fact]]:
    """Pair each fact that a newer one has overtaken with that newer one.

    Overtaken is another figure for the same thing, and "not known yet" once newer reports are in.
    """
    pairs = []
    for old in found:
        newer = [f for f in found if f.fresh > old.fresh]
        if is_open(old) and newer:
            pairs.append((old, newer[0]))
            continue
        clash = next((f for f in newer if _overtakes(f, old, tongue)), None)
        if clash:
            pairs.append((old, clash))
    return pairs


def _overtakes(new: Fact, old: Fact, tongue: Tongue) -> bool:
    apart = new.item.seen - old.item.seen > AT_ONCE or new.item.outlet == old.item.outlet
    return apart and bool(_clash(old, new, tongue))


def disputes(found: Sequence[Fact], tongue: Tongue) -> list[Dispute]:
    """Find where two outlets tell different figures for the same thing at about the same time.

    One for each thing that is counted; the shorter of the two lines is the one that is told.
    """
    seen: dict[str, Dispute] = {}
    for n, a in enumerate(found):
        for b in found[n + 1 :]:
            near = abs(a.item.seen - b.item.seen) <= AT_ONCE and a.item.outlet != b.item.outlet
            if not near or len(a.stems & b.stems) < ALIKE * min(len(a.stems), len(b.stems)):
                continue
            pair = _clash(a, b, tongue)
            if pair and not any(f.leaning or quotations(f.line) for f in (a, b)):
                one, other, swap = (a, b, 1) if length(a.line) <= length(b.line) else (b, a, -1)
                mine, theirs = pair[::swap]
                seen.setdefault(fold(mine.noun)[:6], Dispute(one, other, mine, theirs))
    return list(seen.values())


def _clash(one: Fact, other: Fact, tongue: Tongue) -> tuple[Number, Number] | None:
    """Find two figures for the same thing that cannot both be right."""
    if len(one.stems & other.stems) < 3 or denials(one.line, tongue) != denials(other.line, tongue):
        return None
    mine, theirs = (_counted(numbers(f.line, tongue)) for f in (one, other))
    for noun, a in mine.items():
        b = theirs.get(noun)
        if b and a.value != b.value and a.kind == b.kind and not _fit(one, a, other, b, tongue):
            return a, b
    return None


def _counted(found: Iterable[Number]) -> Mapping[str, Number]:
    """Read figures by what they count; a thing that is counted twice in a line is no use.

    Ages and spans of time are told of many things in one story, so they tell nothing.
    """
    by_noun: dict[str, list[Number]] = {}
    for number in found:
        if number.noun and number.kind != "ordinal" and fold(number.noun) not in CALENDAR:
            by_noun.setdefault(fold(number.noun)[:6], []).append(number)
    return {noun: counted[0] for noun, counted in by_noun.items() if len(counted) == 1}


def _fit(one: Fact, a: Number, other: Fact, b: Number, tongue: Tongue) -> bool:
    """Tell whether two figures are one, of which one is rounded: "about 60" and 62."""
    rounded = _is_rounded(one, a, tongue) or _is_rounded(other, b, tongue)
    return rounded and abs(a.value - b.value) <= 0.2 * max(a.value, b.value)


def _is_rounded(fact: Fact, number: Number, tongue: Tongue) -> bool:
    before = words(fact.line[: max(0, fact.line.find(number.text))])[-2:]
    return any(fold(w) in tongue.about for w in before)
