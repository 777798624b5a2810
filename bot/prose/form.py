"""Figures, times and quotation marks in the form of a language. Pure.

What CLDR knows comes from babel: marks of numbers, where percent and currency stand, the clock.
Quotation marks and French spaces are our own. No form ever changes what a line says: where the
figures would read differently afterwards, the old ones stay; the words inside a quotation are not
touched at all.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError

from bot.prose.figures import Number, numbers
from bot.prose.tongues import Tongue, tongue
from bot.story import Beat, Script, Wish

__all__ = ["amount", "evened", "formed", "marked", "sample", "shaped"]

NARROW, FIXED = "\u202f", "\u00a0"  # spaces at which no line breaks

_MARKS = {
    "en": "“”", "de": "„“", "fr": f"«{NARROW} {NARROW}»", "es": "«»", "pt": "“”", "it": "«»",
    "ru": "«»", "uk": "«»", "el": "«»", "ar": "«»", "fa": "«»", "ja": "「」",
    "pl": "„”", "cs": "„“",
}  # fmt: skip
"""Opening and closing mark by language; where none is named it is “ and ”. Inner marks stay."""

_QUOTED = re.compile(
    r"“([^“”\n]*)”|(?<![\w\"])\"(?=\S)([^\"\n]*)(?<=\S)\"(?![\w\"])|«\s?([^«»\n]*?)\s?»"
    r"|(?<!\w)»([^«»\n]*)«(?!\w)|„([^„“”\n]*)[“”]|「([^「」\n]*)」"
)
_DIGITS = re.compile(r"\d[\d.,'\u00a0\u202f ]*(?<=\d)")
_MONEY = re.compile(r"(?P<first>[$£€¥₹])?\s?(?P<sum>.*?)[\s-]?(?P<last>[$£€¥₹])?")
_SENTENCE = re.compile(r"[^\W\d_]{6,}\.$")  # "3,5 Millionen." ends one, "3,5 Mio." does not
_TWELVE = re.compile(r"(?<![\d:.,])(1[0-2]|0?[1-9]):([0-5]\d)\s?([ap])\.?\s?m\b\.?", re.IGNORECASE)
_OF_DAY = re.compile(
    r"(?<=\b(?:at|by|At|By) )([01]?\d|2[0-3]):([0-5]\d)(?![\d:])(?!\s?[ap]\.?m)(\.(?=\s*$))?"
    r"|(?<![\d:.,])([01]?\d|2[0-3]):([0-5]\d)(?= (?:local time|GMT|UTC|CET|CEST|EST|EDT|BST)\b)"
)
_FRENCH = re.compile(r"(?<=[^\s;!?:])\s*([;!?]+|:(?!\S))")


@lru_cache(maxsize=64)
def _locale(lang: str) -> Locale:
    """What CLDR knows of a language; English where it knows nothing."""
    try:
        return Locale.parse(lang.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def amount(value: float, lang: str) -> str:
    """Write a number in figures, with two decimals at most: 12000 is 12.000 in German."""
    whole, _, rest = f"{value:,.2f}".rstrip("0").rstrip(".").partition(".")
    group, point = _signs(lang)
    return whole.replace(",", group) + (point + rest if rest else "")


def sample(lang: str) -> str:
    """The days of the week, written out: what a font must be able to draw."""
    return " ".join(str(day) for day in _locale(lang).days["format"]["wide"].values())


def _signs(lang: str) -> tuple[str, str]:
    """The marks between thousands and before decimals, with digits from 0 to 9."""
    signs = _locale(lang).number_symbols["latn"]
    return str(signs["group"]), str(signs["decimal"])


def marked(text: str, lang: str) -> str:
    """Set the outer quotation marks of a language; the words between them stay as they are."""
    marks = _MARKS.get(lang.split("-")[0].lower(), "“”")
    opening, closing = marks.split(" ") if " " in marks else (marks[0], marks[1])
    return _QUOTED.sub(lambda m: f"{opening}{_inner(m)}{closing}", text)


def _inner(match: re.Match[str]) -> str:
    return next((words for words in match.groups() if words is not None), "")


def shaped(text: str, lang: str) -> str:
    """Set a text in the form of its language: figures, percent, currency, clock, marks, spaces.

    Figures are set in the six languages that `figures` reads, the marks in all.
    """
    parts, at = [], 0
    for match in _QUOTED.finditer(text):
        parts += [_plain(text[at : match.start()], lang), match.group()]
        at = match.end()
    parts.append(_plain(text[at:], lang))
    return marked("".join(parts), lang)


def _plain(text: str, lang: str) -> str:
    """Set what stands outside quotations, step by step, as long as every figure reads the same."""
    speech = tongue(lang)
    if not speech.code:
        return text
    steps: list[Callable[[str, str, Tongue], str]] = [_figures, _clock]
    if speech.code == "fr":
        steps.append(_spaces)
    for step in steps:
        changed = step(text, lang, speech)
        if _values(changed, speech) == _values(text, speech):
            text = changed
    return text


def _values(text: str, speech: Tongue) -> list[tuple[float, str]]:
    return [(number.value, number.kind) for number in numbers(text, speech)]


def _figures(text: str, lang: str, speech: Tongue) -> str:
    """Set one figure after the other, from the last to the first."""
    for number in reversed(numbers(text, speech)):
        new = text[: number.start] + _figure(number, lang, speech) + text[number.end :]
        if _values(new, speech) == _values(text, speech):
            text = new
    return text


def _figure(number: Number, lang: str, speech: Tongue) -> str:
    written = _DIGITS.sub(lambda m: _number(m.group(), lang, speech), number.text, count=1)
    if number.kind == "%" and written.endswith("%"):
        pattern = str(_locale(lang).percent_formats[None].pattern)
        return written.rstrip("% \u00a0\u202f") + pattern.lstrip("#,0")
    match = _MONEY.fullmatch(written)
    sign = match and (match["first"] or match["last"])
    return _money(match["sum"].strip(), sign, lang) if match and sign else written


def _number(digits: str, lang: str, speech: Tongue) -> str:
    """Write digits with the marks of the language, read as `figures` reads them."""
    group, point = _signs(lang)
    bare = re.sub(r"['\u00a0\u202f ]", "", digits)
    mark = re.escape(speech.thousands)
    if re.fullmatch(rf"\d{{1,3}}(?:{mark}\d{{3}})+(?:[.,]\d+)?", bare):
        bare, grouped = bare.replace(speech.thousands, ""), True
    else:
        grouped = bare != digits
    whole, found, rest = bare.replace(",", ".").partition(".")
    if not (whole.isdigit() and (rest.isdigit() or not found)):
        return digits
    if grouped:
        whole = f"{int(whole):,}".replace(",", group)
    return whole + (point + rest if rest else "")


def _money(written: str, sign: str, lang: str) -> str:
    """Put a currency sign where the language has it; a sentence's stop stays last."""
    stop = "." if _SENTENCE.search(written) else ""
    written = written.removesuffix(stop)
    pattern = str(_locale(lang).currency_formats["standard"].pattern).partition(";")[0]
    gap = FIXED if FIXED in pattern else ""
    first = pattern.startswith("¤")
    return f"{sign}{gap}{written}{stop}" if first else f"{written}{gap}{sign}{stop}"


def _clock(text: str, lang: str, speech: Tongue) -> str:
    """Tell the time by twelve hours or by twenty-four, where its minutes are told."""
    if "h" in str(_locale(lang).time_formats["short"].pattern):
        return _OF_DAY.sub(_by_twelve, text)
    uhr = " Uhr" if speech.code == "de" else ""
    return _TWELVE.sub(lambda m: _by_twenty_four(m, text, uhr), text)


def _by_twelve(match: re.Match[str]) -> str:
    hour, minute = match[1] or match[4], match[2] or match[5]
    at = time(int(hour), int(minute))
    half = "p.m." if at.hour > 11 else "a.m."
    return f"{(at.hour - 1) % 12 + 1}:{at:%M} {half}"


def _by_twenty_four(match: re.Match[str], text: str, uhr: str) -> str:
    hour = int(match[1]) % 12 + (12 if match[3].lower() == "p" else 0)
    rest = text[match.end() :]
    stop = "." if match.group().endswith(".") and not rest.strip() else ""
    unit = "" if rest.lstrip().startswith("Uhr") else uhr
    return f"{hour:02}:{match[2]}{unit}{stop}"


def _spaces(text: str, _lang: str, _speech: Tongue) -> str:
    """Put a narrow space before ; ! ? and a fixed one before a colon, as French does."""
    return _FRENCH.sub(lambda m: (FIXED if m[1] == ":" else NARROW) + m[1], text)


def formed(script: Script) -> Script:
    """Set a whole script in form: its lines, headline and caption, and the texts of its cards."""
    return _applied(script, lambda text: shaped(text, script.lang))


def evened(script: Script) -> Script:
    """Set the quotation marks of a script and nothing else: its lines are the sources' own."""
    return _applied(script, lambda text: marked(text, script.lang))


def _applied(script: Script, form: Callable[[str], str]) -> Script:
    caption = "\n".join(form(line) for line in script.caption.split("\n"))
    beats = tuple(_beat(beat, form) for beat in script.beats)
    return replace(script, headline=form(script.headline), caption=caption, beats=beats)


def _beat(beat: Beat, form: Callable[[str], str]) -> Beat:
    wish = Wish(beat.wish.kind, _data(beat.wish.data, form))
    return replace(beat, line=form(beat.line), wish=wish)


def _data(value: Any, form: Callable[[str], str]) -> Any:
    """Set the texts of a card, but not the words of a quotation."""
    match value:
        case str():
            return form(value)
        case Mapping():
            return {k: v if k == "quote" else _data(v, form) for k, v in value.items()}
        case list() | tuple():
            return type(value)(_data(inner, form) for inner in value)
    return value
