"""True lines in other words: what an editor or a model may do to a line without changing it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from .mutations import DAYS, FIGURE, MONTHS, NAME, names_in

__all__ = ["REWRITINGS", "Line"]

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SAID = r"(?:said|says|say|told reporters|announced|reported|warned)"
TODAY = {"en": ("today", "tonight"), "de": ("heute",), "pt": ("hoje",)}


@dataclass(frozen=True, slots=True)
class Line:
    """A line, the one after it, and when its report was published."""

    text: str
    lang: str
    at: datetime
    next: str = ""
    said_before: str = ""


Way = Callable[[Line], str | None]


def _changed(line: Line, new: str) -> str | None:
    return new if new != line.text else None


def in_words(line: Line) -> str | None:
    """62 as sixty-two, in English."""
    if line.lang != "en":
        return None
    for m in FIGURE.finditer(line.text):
        after = line.text[m.end() : m.end() + 2]
        before = line.text[: m.start()].split()[-1:]
        if (
            m.group().isdigit()
            and 1 < int(m.group()) < 100
            and not after.startswith(("%", "-", "’", "'"))
        ):
            quoted = any(mark in line.text[: m.start()] for mark in "“\"‘'")
            clock = re.match(r"[.:]\d", after)
            if quoted or clock or not line.text[: m.start()][-1:].isspace():
                continue
            if before and (before[0].strip("(.") in MONTHS_EN or before[0][-1] in "$£€#"):
                continue
            if re.match(r"\s(?:" + "|".join(MONTHS_EN) + ")", line.text[m.end() :]):
                continue
            return line.text[: m.start()] + _worded(int(m.group())) + line.text[m.end() :]
    return None


MONTHS_EN = (
    *MONTHS["en"],
    "May",
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "Aug",
    "Sept",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


def _worded(n: int) -> str:
    if n < 20:
        return SMALL[n]
    return TENS[n // 10] + (f"-{SMALL[n % 10]}" if n % 10 else "")


def respelt(line: Line) -> str | None:
    """1.2m as 1.2 million, 1,200,000 as 1.2 million, 1,200 as 1200, 5% as 5 percent."""
    text = line.text
    point = {"en": ".", "de": ",", "pt": ","}.get(line.lang, ".")
    group = "," if point == "." else "."
    million = {"en": "million", "de": "Millionen", "pt": "milhões"}.get(line.lang, "million")
    if line.lang == "en":
        text = re.sub(r"(?<=[$£€]\d)(\d*(?:\.\d+)?)(?:m|mn)\b", rf"\1 {million}", text)
        text = re.sub(r"(?<=\d)\s?bn\b", " billion", text)
        text = re.sub(r"(?<=\d)%", " percent", text)
    elif line.lang == "de":
        text = re.sub(r"(?<=\d)\s?%", " Prozent", text)
    else:
        text = re.sub(r"(?<=\d)\s?%", " por cento", text)

    def short(m: re.Match[str]) -> str:
        value = int(m.group().replace(group, ""))
        if 1e6 <= value < 1e9 and value % 1e5 == 0:
            return f"{value / 1e6:g}".replace(".", point) + f" {million}"
        return str(value)

    text = re.sub(
        rf"(?<![\w.,$£€])\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?![\d.,]\d)", short, text
    )
    return _changed(line, text)


def weekday(line: Line) -> str | None:
    """The weekday for "today"."""
    if not 11 <= line.at.hour < 12 and line.lang not in TODAY:
        return None
    for word in TODAY.get(line.lang, ()):
        day = DAYS[line.lang][line.at.weekday()]
        new = {"en": f"on {day}", "de": f"am {day}", "pt": f"na {day}"}[line.lang]
        text = re.sub(rf"(?<![\w-]){word}(?![\w’'])", new, line.text, count=1)
        if text != line.text:
            return text
    return None


def surname(line: Line) -> str | None:
    """The surname alone, where an earlier line has the whole name."""
    for name in names_in(line.text, line.lang):
        parts = name.split()
        if len(parts) == 2 and name in line.said_before:
            return line.text.replace(name, parts[1], 1)
    return None


def said_first(line: Line) -> str | None:
    """The attribution before what is said, or behind it; in English."""
    if line.lang != "en" or '"' in line.text or "“" in line.text:
        return None
    m = re.fullmatch(
        rf"(?P<what>[^,]+(?:,[^,]+)?), (?P<who>(?:the )?[\w’' -]{{3,40}}) (?P<said>{SAID})\.?",
        line.text,
    )
    if m:
        what, who = m["what"], m["who"]
        return f"{who[:1].upper()}{who[1:]} {m['said']} {_lowered(what)}."
    m = re.fullmatch(
        rf"(?P<who>(?:The )?[A-Z][\w’' -]{{2,40}}?) (?P<said>{SAID})"
        r" (?:that )?(?P<what>[^,]{20,}?)\.?",
        line.text,
    )
    if m and not re.match(r"(?:he|she|it|they|on|in|at|to|of)\b", m["what"]):
        what = m["what"]
        who = m["who"]
        who = f"{who[:1].lower()}{who[1:]}" if who.startswith("The ") else who
        return f"{what[:1].upper()}{what[1:]}, {who} {m['said']}."
    return None


def _lowered(text: str) -> str:
    first = text.split()[0]
    return (
        text[:1].lower() + text[1:]
        if first in ("The", "A", "An", "It", "There", "Two", "Three")
        else text
    )


ASIDE = re.compile(
    r" \([^()]{3,60}\)|, (?:which|who|where|wodurch|o que) [^,;:–]+(?=[.,])"
    r"|\s[–—] [^–—]{5,60} [–—](?=\s)"
)
SAYS = re.compile(r"\b(?:said|says|say|told|according|laut|sagte|disse|segundo)\b")


def shortened(line: Line) -> str | None:
    """An aside, or a trailing clause, left out; never who says it."""
    for m in ASIDE.finditer(line.text):
        if not SAYS.search(m.group()):
            text = line.text[: m.start()] + line.text[m.end() :]
            text = re.sub(r",(?=[.,])", "", text)
            return text if text.endswith(".") else text + "."
    m = re.search(
        r", (?:while|although|after|as|with|including|amid|nachdem|während|enquanto|após) [^,]+\.$",
        line.text,
    )
    if m and not SAYS.search(m.group()) and len(line.text[: m.start()].split()) > 5:
        return line.text[: m.start()] + "."
    return None


def joined(line: Line) -> str | None:
    """Two lines made one."""
    if not line.next or '"' in line.text + line.next or "“" in line.text + line.next:
        return None
    both = {"en": " and ", "de": " und ", "pt": " e "}.get(line.lang)
    if both is None or len(line.text.split()) + len(line.next.split()) > 40:
        return None
    return line.text.rstrip(".") + both + _lowered(line.next)


def title_case(line: Line) -> str | None:
    """As A Headline Style Has It; in English."""
    if line.lang != "en" or len(line.text.split()) > 16:
        return None
    small = {"a", "an", "the", "and", "or", "of", "in", "on", "at", "to", "for", "by", "as", "with"}
    words = [
        w if w in small or not w[:1].isalpha() else w[:1].upper() + w[1:] for w in line.text.split()
    ]
    return _changed(line, " ".join(words).rstrip("."))


def passive(line: Line) -> str | None:
    """A hit B as B was hit by A; short English lines with a regular verb."""
    if line.lang != "en":
        return None
    name = NAME.pattern
    m = re.fullmatch(
        rf"(?P<who>(?:[Tt]he )?(?:{name})) (?P<did>[a-z]{{3,}}ed) (?P<whom>(?:the )?(?:{name}))"
        r"(?P<rest> (?:in|on|at|after|over|for|during) .*)?\.?",
        line.text,
    )
    if not m or m["did"] in ("arrived", "died", "appeared", "happened", "remained", "agreed"):
        return None
    whom = m["whom"][:1].upper() + m["whom"][1:]
    return f"{whom} was {m['did']} by {m['who']}{m['rest'] or ''}".rstrip(".") + "."


REWRITINGS: dict[str, Way] = {
    "in words": in_words,
    "respelt": respelt,
    "weekday": weekday,
    "surname": surname,
    "attribution moved": said_first,
    "shortened": shortened,
    "joined": joined,
    "title case": title_case,
    "passive": passive,
}
