"""What a spoken line would like to show, by what it holds. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.prose.claims import ROLES, names, quotations
from bot.prose.figures import Day, Number, dates, numbers
from bot.prose.form import amount
from bot.prose.sentences import clauses, length, words
from bot.prose.tongues import Tongue, fold, word_set
from bot.story import Wish

__all__ = ["CALENDAR", "Said", "said", "wish"]

CALENDAR = word_set(
    "year years month months week weeks day days hour hours minute minutes second seconds year-old"
    " year-olds month-old jahr jahre jahren monate monaten wochen tage tagen stunden stunde minuten"
    " uhr jährige jähriger jährigen ans an mois semaines jours heures minutes heure años año meses"
    " semanas días horas minutos anos ano dias anni anno mesi settimane giorni ore minuti"
)  # spans of time and ages
_FIGURE = re.compile(r"((?:[A-Za-z]{0,3}[$£€¥₹])?\s?[\d.,'\u00a0\u202f ]*\d)[\s-]?(.*)")


_OF = word_set("of der des aller de des du dos das del dei degli delle della")
_IN = re.compile(r"(?:^|\s)(?:in|on|since|by|am|im|en|em|le|nel|el)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A quotation with its speaker: "`role` `name` `verb`: `quote`"."""

    quote: str
    name: str
    role: str
    verb: str

    @property
    def line(self) -> str:
        """The spoken form: the speaker first, then the words."""
        end = "" if self.quote[-1:] in ".!?" else "."
        who = _capital(f"{self.role} {self.name}".strip())
        who += "," if "," in who else ""  # closes "Ada Quill, who was on board"
        return f"{who} {self.verb}: “{self.quote}{end}”"


def said(sentence: str, tongue: Tongue) -> Said | None:
    """Find who says what in a sentence; None without a speaker who is named or described."""
    found = [q for q in quotations(sentence) if 4 <= length(q.text) <= 22]
    if len(found) != 1:
        return None
    quotation = found[0]
    before = sentence[: quotation.start].strip(" ,:")
    after = sentence[quotation.end :].strip(" ,.")
    who, verb = _speaker(before or after, tongue, opens=bool(before))
    if not who or (before and after) or fold(who.split()[0]) in tongue.leaning:
        return None
    name = next((n for n in reversed(_named(who, tongue)) if who.endswith(n)), who)
    titles = [n for n, word in enumerate(name.split()[:-1], 1) if fold(word) in ROLES]
    name = " ".join(name.split()[max(titles, default=0) :])
    role = who.removesuffix(name).strip(" ,")
    return Said(_capital(quotation.text.rstrip(" ,.")), name, role, verb)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _named(who: str, tongue: Tongue) -> tuple[str, ...]:
    return names(f"— {who}", tongue) or tuple(n for n in [who] if n[:1].isupper())


def _speaker(text: str, tongue: Tongue, *, opens: bool) -> tuple[str, str]:
    """Part "the mayor, Ann Lee, said" into who and the verb; it must stand at the quotation."""
    tokens = text.split()
    if not 2 <= len(tokens) <= 9:
        return "", ""
    first, last = tokens[0], tokens[-1]
    if fold(last) in tongue.says:
        return " ".join(tokens[:-1]).strip(" ,"), last
    if not opens and fold(first) in tongue.says:
        return " ".join(tokens[1:]).strip(" ,"), first
    return "", ""


def wish(line: str, tongue: Tongue) -> Wish:
    """Choose a card for a line by what it holds; "auto" leaves it to the direction."""
    if speech := said(line, tongue):
        data = {"quote": speech.quote, "name": speech.name, "role": speech.role}
        return Wish("quote", data)
    figures = [n for n in numbers(line, tongue) if _counts(n, line)]
    drawn = _trend(line, tongue) or _chart(line, figures, tongue) or _timeline(line, tongue)
    return drawn or _stat(line, figures, tongue) or Wish()


def _counts(number: Number, line: str) -> bool:
    """Tell whether a figure says how much: no rank, no name ("No 10"), no part of a compound."""
    if number.kind:
        return number.kind != "ordinal"
    named = re.search(r"\b[Nn][or]\.?\s*$", line[: number.start]) or number.noun[:1].isupper()
    glued = line[number.end : number.end + 1] == "-"
    return not glued and (number.value >= 1000 or not named)


def _is_large(number: Number) -> bool:
    """Tell whether a figure is worth a card: money, percent, or ten and more of something."""
    counted = number.noun and fold(number.noun) not in CALENDAR
    return bool(number.kind) or number.value >= (10 if counted else 1000)


def _stat(line: str, figures: Sequence[Number], tongue: Tongue) -> Wish | None:
    """Show the line around its one figure: what stands before it (where short), and after it."""
    if len(figures) != 1 or not _is_large(figures[0]):
        return None
    figure = figures[0]
    value, unit = _value_and_unit(figure, tongue)
    before = line[: figure.start].strip(" ,;:")
    rest = line[figure.end :].strip(" -")
    after = rest[len(figure.noun) :] if figure.noun and unit.endswith(figure.noun) else rest
    label = before if length(before) <= 5 else ""
    sub = _short(after.strip(" ,;:."), tongue)
    part = figure.kind == "%" and figure.value <= 100 and fold(rest.partition(" ")[0]) in _OF
    share = {"share": figure.value / 100} if part else {}  # of a whole; no rise, no rate
    return Wish("stat", {"value": value, "unit": unit, "label": label, "sub": sub, **share})


def _value_and_unit(figure: Number, tongue: Tongue) -> tuple[str, str]:
    """Part "62 million" counted in people into "62" and "million people"."""
    counted = figure.noun if figure.noun[:1].islower() and not figure.kind else ""
    match = _FIGURE.match(figure.text)
    if not match:  # written in words: a card shows digits
        return amount(round(figure.value), tongue.code or "en"), counted
    value, rest = match[1].strip(), match[2].rstrip(".")
    if len(rest) < 3:  # %, k, m, bn
        return value + rest, counted
    return value, f"{rest} {counted}".strip()


def _short(text: str, tongue: Tongue, limit: int = 52) -> str:
    """Keep as many words as fit `limit` letters and end before a small word or at a comma."""
    tokens = text.split()
    small = [fold(token) in tongue.stop - {"of"} for token in tokens]
    ends = [
        n
        for n in range(len(tokens) - 1, 0, -1)
        if tokens[n - 1][-1] in ",;:" or (small[n] and not small[n - 1])
    ]
    fitting = (" ".join(tokens[:n]).strip(" ,;:–—-") for n in (len(tokens), *ends))
    return next((kept for kept in fitting if len(kept) <= limit), "")


def _chart(line: str, figures: Sequence[Number], tongue: Tongue) -> Wish | None:
    """Compare figures of one kind where each has a name before it, its own and the only one."""
    kinds = {(f.kind, "" if f.kind else fold(f.noun)) for f in figures}
    if len(figures) < 2 or len(kinds) != 1 or kinds == {("", "")}:
        return None
    bars = []
    edges = [0, *(f.end for f in figures)]
    for n, figure in enumerate(figures):
        near = names(f"— {line[edges[n] : figure.start]}", tongue)
        if len(near) != 1:
            return None
        bars.append({"label": near[-1], "value": figure.value, "text": figure.text})
    if len({b["label"] for b in bars}) < len(bars) or names(f"— {line[edges[-1] :]}", tongue):
        return None
    unit = figures[0].kind if figures[0].kind == "%" else "" if figures[0].kind else figures[0].noun
    if len(bars) == 2:
        return Wish("compare", {"unit": unit, "bars": bars})
    top = max(range(len(bars)), key=lambda n: figures[n].value)
    return Wish("chart", {"unit": unit, "bars": bars, "highlight": top})


def _trend(line: str, tongue: Tongue) -> Wish | None:
    """Draw a line where three figures of one kind or more have a year each, in turn with it."""
    years = [day for day in dates(line, tongue) if isinstance(day.key, int) and day.key > 1000]
    apart = [n for n in numbers(line, tongue) if all(_apart(n, year) for year in years)]
    if not 3 <= len(years) == len(apart) or len({(n.kind, fold(n.noun)) for n in apart}) > 2:
        return None
    starts = sorted([*((n.start, True) for n in apart), *((y.start, False) for y in years)])
    turns = [is_figure for _, is_figure in starts]
    if turns != turns[:2] * len(years) or len({n.kind for n in apart}) > 1:
        return None
    pairs = sorted(zip(years, apart, strict=True), key=lambda pair: str(pair[0].key))
    bars = [{"label": str(y.key), "value": n.value, "text": n.text} for y, n in pairs]
    return Wish("line", {"unit": "%" if apart[0].kind == "%" else "", "bars": bars})


def _apart(number: Number, day: Day) -> bool:
    return number.end <= day.start or number.start >= day.end


def _timeline(line: str, tongue: Tongue) -> Wish | None:
    """Show a sequence where two clauses or more each have a date of their own."""
    events = []
    for clause in clauses(line):
        found = dates(clause, tongue)
        if len(found) == 1:
            day = found[0]
            before = _IN.sub("", clause[: day.start])
            text = " ".join(f"{before} {clause[day.end :]}".split()).strip(" ,.;:")
            if len(words(text)) > 1:
                events.append({"time": day.text, "text": text})
    if len(events) < 2:
        return None
    return Wish("timeline", {"events": events, "active": len(events) - 1})
