"""The figures and the days in a text, in digits and in words. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.prose.tongues import Tongue, fold

__all__ = ["Day", "Number", "dates", "numbers", "vague"]

_CURRENCIES = {
    "$": "$", "£": "£", "€": "€", "¥": "¥", "₹": "₹", "usd": "$", "gbp": "£", "eur": "€",
    "dollar": "$", "dollars": "$", "pound": "£", "pounds": "£", "euro": "€", "euros": "€",
    "yen": "¥", "yuan": "¥", "rupees": "₹",
}  # fmt: skip
_WORD_END = r"(?![^\W_])"
_POINTS = (
    r"(?:percentage points?|points? de pourcentage|prozentpunkten?|pontos? percentua(?:l|is)"
    r"|puntos? porcentual(?:es)?|punt[oi] percentual[ei])" + _WORD_END
)
_NOUN = re.compile(r"[\s-]([^\W\d_][^\s,.;:!?]*)")
_GLUED = re.compile(
    r"(km/h|kmh|km|kg|cm|mm|mph|kph|kW|MW|GW|mg|ml|ft|lbs?|ha|hrs?|mins?|m|g|t|l|C|F)(?![^\W_])"
)
_AMBIGUOUS = ("may", "march", "mars")  # months only behind a word that says so
_WITHIN = (  # stands before a month alone
    "in|since|until|by|last|next|late|early|of|im|seit|bis|ende|anfang|mitte|en|fin|debut|de"
    "|em|no mes de|nel|a|di|dal|da|lo scorso|ate|desde|hasta|depuis|jusqu'en"
)
_HOURS = "abend|abends|morgen|nacht|mittag|vormittag|nachmittag|fruh"  # Mittwochabend
_ROUGH = {
    "en": {"dozens": 12, "scores": 20, "hundreds": 100, "thousands": 1e3, "millions": 1e6,
           "billions": 1e9, "trillions": 1e12},
    "de": {"dutzende": 12, "hunderte": 100, "tausende": 1e3, "millionen": 1e6, "milliarden": 1e9},
    "fr": {"dizaines": 10, "centaines": 100, "milliers": 1e3, "millions": 1e6, "milliards": 1e9},
    "es": {"decenas": 10, "cientos": 100, "miles": 1e3, "millones": 1e6},
    "pt": {"dezenas": 10, "centenas": 100, "milhares": 1e3, "milhões": 1e6},
    "it": {"decine": 10, "centinaia": 100, "migliaia": 1e3, "milioni": 1e6, "miliardi": 1e9},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """One figure. `kind` is "%", "pp" (percentage points), a currency sign, "ordinal" or "".

    `noun` is the word that follows it, as written: what is counted. `start` and `end` span the
    figure with its sign, scale and percent, without the noun.
    """

    value: float
    kind: str
    noun: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar: `key` is a weekday 0-6, a (month, day), or a year.

    Of a month alone ("in March") the day is 0.
    """

    key: int | tuple[int, int]
    text: str
    start: int
    end: int


@lru_cache(maxsize=32)
def _number(tongue: Tongue) -> re.Pattern[str]:
    scales = "|".join(sorted(map(re.escape, tongue.scales), key=len, reverse=True)) or "(?!)"
    percent = "|".join(map(re.escape, tongue.percent))
    units = "|".join(sorted(map(re.escape, tongue.numbers), key=len, reverse=True)) or "(?!)"
    money = "|".join(sorted((c for c in _CURRENCIES if c.isalpha()), key=len, reverse=True))
    digits = r"\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
    return re.compile(
        rf"(?<![^\W_])(?<![^\W\d_]-)(?P<sign>[a-z]{{0,3}}[$£€¥₹](?:(?:us|nz|hk|a|c|s)(?=\d))?\s?)?"
        rf"(?:(?P<digits>{digits})|(?P<word>(?:{units}|{scales})(?:[ -](?:{units}))?{_WORD_END}))"
        rf"(?P<ordinal>(?:st|nd|rd|th){_WORD_END})?"
        rf"(?P<scale>(?:[\s-]?(?:{scales}){_WORD_END})+\.?)?"
        rf"(?:[\s-]?(?P<points>{_POINTS})|[\s-]?(?P<percent>%|(?:{percent}){_WORD_END})"
        rf"|[\s-]?(?P<money>[$£€¥₹]|(?:{money}){_WORD_END}))?"
    )


def _flat(text: str) -> str:
    """Fold a text and keep its length, so that spans found in it are spans of the text."""
    return "".join(f if len(f := fold(c)) == 1 else c.lower()[:1] for c in text)


def _digits(text: str, tongue: Tongue) -> float:
    """Read digits as the language writes them: 1,200.5 in English is 1.200,5 in German."""
    text = re.sub(r"['\u00a0\u202f ]", "", text)
    decimal = "," if tongue.thousands == "." else "."
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(tongue.thousands)}\d{{3}})+(?:[.,]\d+)?", text):
        text = text.replace(tongue.thousands, "")
    elif text.count(",") + text.count(".") > 1:
        text = text.replace("." if decimal == "," else ",", "")
    return float(text.replace(",", ".")) if text.count(",") + text.count(".") < 2 else 0.0


def _worded(text: str, tongue: Tongue) -> float:
    """Read "twenty-two", "dozen", "hundred": tens and units add up."""
    if text in tongue.numbers:
        return tongue.numbers[text]
    head, _, tail = text.replace(" ", "-").rpartition("-")  # "quatre-vingt-deux" is 80 and 2
    parts = [head, tail] if head in tongue.numbers else re.split(r"[ -]", text)
    return sum(tongue.numbers.get(p, 0.0) or tongue.scales.get(p, 0.0) for p in parts)


def _value(match: re.Match[str], tongue: Tongue) -> float:
    digits = match["digits"]
    value = _digits(digits, tongue) if digits else _worded(match["word"], tongue)
    for scale in re.findall(r"[^\W\d_]+", match["scale"] or ""):
        value *= tongue.scales.get(scale, 1.0)
    return value


def _kind(match: re.Match[str]) -> str:
    if match["points"] or match["percent"]:
        return "pp" if match["points"] else "%"
    sign = match["sign"] or match["money"] or ""
    if sign:
        letter = next((c for c in sign if c in _CURRENCIES), "")  # "US$", and "$US" in Australia
        return _CURRENCIES.get(sign.strip()) or letter
    return "ordinal" if match["ordinal"] else ""


@lru_cache(maxsize=8192)
def numbers(text: str, tongue: Tongue) -> tuple[Number, ...]:
    """Find the figures of a text, in digits and in words; days and years are not among them.

    Passed over are "one" and "hundred" alone, which are hardly ever figures, times of the clock,
    and figures glued to letters that we cannot read ("5G").
    """
    flat = _flat(text)
    days = [(d.start, d.end) for d in dates(text, tongue)]
    found: list[Number] = []
    for match in _number(tongue).finditer(flat):
        start, end = match.span()
        written = text[start:end].strip()
        if any(a <= start < b for a, b in days) or _is_no_figure(match, text, tongue):
            continue
        after = _GLUED.match(text, end) or _NOUN.match(text, end)
        noun = after.group(1) if after and fold(after.group(1)) not in tongue.stop else ""
        value = _value(match, tongue)
        found.append(Number(value, _kind(match), noun, written, start, start + len(written)))
    return tuple(found)


@lru_cache(maxsize=8192)
def vague(text: str, tongue: Tongue) -> tuple[tuple[str, float], ...]:
    """Find "dozens", "hundreds", "thousands" that no figure goes with, and their size."""
    rough = _rough(tongue)
    flat = _flat(text)
    taken = [(n.start, n.end) for n in numbers(text, tongue)]
    return tuple(
        (text[m.start() : m.end()], rough[m.group()])
        for m in re.finditer(r"[^\W\d_]+", flat)
        if m.group() in rough and not any(a <= m.start() < b for a, b in taken)
    )


@lru_cache(maxsize=32)
def _rough(tongue: Tongue) -> dict[str, float]:
    return {fold(word): size for word, size in _ROUGH.get(tongue.code, {}).items()}


def _is_no_figure(match: re.Match[str], text: str, tongue: Tongue) -> bool:
    start, end = match.span()
    clock = re.match(r":\d", text[end:]) or re.search(r"\d:$", text[:start])
    vague = match["word"] in tongue.scales and not match["scale"]  # "a few hundred"
    glued = text[end : end + 1].isalpha() and not _GLUED.match(text, end)
    return bool(clock or vague or glued or match.group() == "one")


@lru_cache(maxsize=32)
def _day(tongue: Tongue) -> re.Pattern[str]:
    months = "|".join(f"{m}|{m[:3]}{_WORD_END}" for m in tongue.months if len(m) > 3) or "(?!)"
    months = "|".join([months, *(m for m in tongue.months if len(m) == 3)])
    alone = "|".join(m for m in tongue.months if m not in _AMBIGUOUS) or "(?!)"
    weekdays = "|".join(tongue.weekdays) or "(?!)"
    of = r"\s(?:de\s)?"
    return re.compile(
        rf"(?<![^\W_])(?:(?P<m1>{months})\.?\s(?P<d1>[0-3]?\d)(?!\d)(?:st|nd|rd|th)?"
        rf"|(?P<d2>[0-3]?\d)(?:st|nd|rd|th|er|\.|º)?{of}(?P<m2>{months})"
        rf"|(?:{_WITHIN})\s(?P<m3>{months})(?!\.?\s[0-3]?\d(?!\d))"
        rf"(?=\s(?:19|20)\d\d|[^\w.]|\.\s|\.?$)"
        rf"|(?P<m4>{alone}){_WORD_END}"
        rf"|(?P<weekday>{weekdays})(?:{_HOURS})?|(?P<year>(?:19|20)\d\d)(?![\d%]|[.,]\d))(?:s(?=\W|$))?{_WORD_END}"
    )


@lru_cache(maxsize=8192)
def dates(text: str, tongue: Tongue) -> tuple[Day, ...]:
    """Find weekdays, days of a month, and years."""
    found: list[Day] = []
    for match in _day(tongue).finditer(_flat(text)):
        start, end = match.span()
        key: int | tuple[int, int]
        if alone := match["m3"] or match["m4"]:
            start = match.start("m3" if match["m3"] else "m4")
            end = start + len(alone)
            key = (_month(alone, tongue), 0)
            if tongue.code in ("en", "de") and not text[start].isupper():  # "may", "march"
                continue
        elif match["weekday"]:
            key = tongue.weekdays.index(match["weekday"])
        elif match["year"]:
            key = int(match["year"])
        else:
            key = (_month(match["m1"] or match["m2"], tongue), int(match["d1"] or match["d2"]))
        found.append(Day(key, text[start:end], start, end))
    return tuple(found)


def _month(written: str, tongue: Tongue) -> int:
    """Number a month from 1: by its whole name, else by its first three letters."""
    exact = [n for n, month in enumerate(tongue.months, 1) if month == written]
    return (exact or [n for n, m in enumerate(tongue.months, 1) if m.startswith(written[:3])])[0]
