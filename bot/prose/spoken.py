"""A written line as it is said: signs and short forms become words. Pure; small on purpose.

Voices read plain figures well; what they stumble over is replaced here, and only that. Captions
go on showing the written line.
"""

import re

__all__ = ["spoken"]

_SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "tn": "trillion"}

# sign -> name by language; "$" and its relatives come after the figure in speech
_MONEY = {
    "en": {"US$": "US dollars", "A$": "Australian dollars", "NZ$": "New Zealand dollars",
           "C$": "Canadian dollars", "$": "dollars", "£": "pounds", "€": "euros", "¥": "yen",
           "₹": "rupees"},
    "de": {"$": "Dollar", "£": "Pfund", "€": "Euro"},
    "fr": {"$": "dollars", "£": "livres", "€": "euros"},
    "es": {"$": "dólares", "£": "libras", "€": "euros"},
    "pt": {"$": "dólares", "£": "libras", "€": "euros"},
    "it": {"$": "dollari", "£": "sterline", "€": "euro"},
}  # fmt: skip
_PERCENT = {"en": "percent", "de": "Prozent", "fr": "pour cent", "es": "por ciento",
            "pt": "por cento", "it": "per cento"}  # fmt: skip
_AND = {"en": "and", "de": "und", "fr": "et", "es": "y", "pt": "e", "it": "e"}
_SHORT = {
    "en": {"Dr.": "Doctor", "Mr.": "Mister", "Mrs.": "Missus", "St.": "Saint", "Sen.": "Senator",
           "Sec.": "Secretary", "Gov.": "Governor", "Gen.": "General", "Rep.": "Representative",
           "Prof.": "Professor", "gov't": "government", "govt": "government", "vs.": "versus",
           "vs": "versus", "Inc.": "Incorporated", "km": "kilometres", "kg": "kilos",
           "km/h": "kilometres an hour", "mph": "miles an hour", "approx.": "about"},
    "de": {"Dr.": "Doktor", "Prof.": "Professor", "Mio.": "Millionen", "Mrd.": "Milliarden",
           "ca.": "circa", "bzw.": "beziehungsweise", "km": "Kilometer", "km/h": "Stundenkilometer",
           "usw.": "und so weiter"},
    "fr": {"M.": "Monsieur", "Mme": "Madame", "km": "kilomètres", "km/h": "kilomètres-heure"},
    "es": {"Sr.": "señor", "Sra.": "señora", "Dr.": "doctor", "km": "kilómetros",
           "km/h": "kilómetros por hora"},
    "pt": {"Sr.": "senhor", "Sra.": "senhora", "Dr.": "doutor", "km": "quilómetros",
           "km/h": "quilómetros por hora"},
    "it": {"Sig.": "signor", "Dott.": "dottor", "km": "chilometri", "km/h": "chilometri orari"},
}  # fmt: skip
_PHRASES = {  # short forms of several words: a voice takes their stops for the ends of sentences
    "en": {r"\bNo\. (?=\d)": "Number "},
    "de": {
        r"\bz\. ?B\.": "zum Beispiel",
        r"\bd\. ?h\.": "das heißt",
        r"\bu\. ?a\.": "unter anderem",
    },
    "es": {r"\bEE\. ?UU\.": "Estados Unidos"},
}
_OF = {"fr": "de ", "es": "de ", "pt": "de ", "it": "di "}  # millions of what
_ONES = (
    "", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf",
    "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
)  # fmt: skip
_ODD = {1: "erst", 3: "dritt", 7: "siebt", 8: "acht"}
_DATE = re.compile(
    r"\b(?:(der|Der) )?([12]?\d|3[01])\. (?=(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|"
    r"August|September|Oktober|November|Dezember)\b)"
)

_FIGURE = r"\d[\d.,'\u00a0]*(?<![.,])"
_TORN = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3}(?!\d))")  # a voice would say: one, two hundred
_CLOCKS = {  # a time of the clock, and how it is said
    "de": (r"\b([01]?\d|2[0-4])[.:]([0-5]\d) Uhr\b", "{} Uhr {}", "{} Uhr"),
    "fr": (r"\b([01]?\d|2[0-4]) ?h ?([0-5]\d)\b", "{} heures {}", "{} heures"),
    "es": (r"(?<=\blas )([01]?\d|2[0-4])[.:]([0-5]\d)\b", "{} y {}", "{}"),
    "pt": (r"\b([01]?\d|2[0-4])h([0-5]\d)\b", "{} horas e {}", "{} horas"),
    "it": (r"(?<=\balle )([01]?\d|2[0-4])[.:]([0-5]\d)\b", "{} e {}", "{}"),
}
_TURNED = re.compile(r"\$(US|A|NZ|C)(?=\d)")  # as Australian papers write it
_SIGN_FIRST = re.compile(
    rf"(?<![^\W_])((?:US|A|NZ|C)?[$£€¥₹])\s?({_FIGURE})"
    r"(?:\s?(k|m|mn|bn|tn|K|M|hundred|thousand|million|billion|trillion)\b)?"
)
_SCALE = r"\s(?:mil\s)?(?:mil|[MmBb]i[^\W\d_]{1,9}\.?|Mrd\.)"  # thousands, millions and more
_SIGN_LAST = re.compile(rf"({_FIGURE})({_SCALE})?\s?([$£€¥₹])")
_SCALED = re.compile(rf"(?<![^\W_])({_FIGURE})(k|m|mn|bn|tn)\b")
_PERCENTS = re.compile(rf"({_FIGURE})\s?%")
_RANGE = re.compile(r"(?<![\w-])(\d+)[–](\d+)(?![\w-])")


def spoken(line: str, lang: str) -> str:
    """Write a line as it is said; "" where that is how it is written already."""
    code = lang.split("-")[0].lower()
    if code not in _MONEY:
        return ""
    said = _TORN.sub("", line).replace("\u00a0", " ").replace("\u202f", " ")
    if code in _CLOCKS:
        said = re.sub(_CLOCKS[code][0], lambda m: _time(m, code), said)
    said = _SIGN_FIRST.sub(lambda m: _money(m, code), _TURNED.sub(r"\1$", said))
    said = _SIGN_LAST.sub(lambda m: _sum(m, code), said)
    said = _PERCENTS.sub(rf"\1 {_PERCENT[code]}", said)
    if code == "en":
        said = _SCALED.sub(lambda m: f"{m[1]} {_SCALES[m[2]]}", said)
        said = _RANGE.sub(r"\1 to \2", said)
    if code == "de":
        said = _DATE.sub(_day, said)
    for short, whole in _PHRASES.get(code, {}).items():
        said = re.sub(short, whole, said)
    said = " ".join(_word(token, code) for token in said.split(" "))
    return "" if said.split() == line.split() else said


def _time(match: re.Match[str], code: str) -> str:
    """Say a time of the clock; full hours have no minutes."""
    _, with_minutes, full = _CLOCKS[code]
    hour, minute = int(match[1]), int(match[2])
    return with_minutes.format(hour, minute) if minute else full.format(hour)


def _money(match: re.Match[str], code: str) -> str:
    names = _MONEY[code]
    name = names.get(match[1]) or names.get(match[1][-1], match[1])
    scale = match[3] or ""
    return " ".join(part for part in (match[2], _SCALES.get(scale.lower(), scale), name) if part)


def _sum(match: re.Match[str], code: str) -> str:
    """Write an amount whose sign comes last: in some languages there are millions *of* euros."""
    name, scale = _MONEY[code].get(match[3], match[3]), match[2] or ""
    of = "" if scale.strip() in ("", "mil") else _OF.get(code, "")
    if code == "fr" and of and name.startswith("e"):
        of = "d’"
    return f"{match[1]}{scale} {of}{name}"


def _day(match: re.Match[str]) -> str:
    """Say the day of a German date: der dritte, but am dritten."""
    number = int(match[2])
    tens, ones = divmod(number, 10)
    if number < 20:
        stem = _ODD.get(number, f"{_ONES[number]}t")
    else:
        stem = f"{_ONES[ones] + 'und' if ones else ''}{'zwanzig' if tens == 2 else 'dreißig'}st"
    return f"{match[1]} {stem}e " if match[1] else f"{stem}en "


def _word(token: str, code: str) -> str:
    """Replace a short form, whatever stands around it; its last stop may be the sentence's."""
    if token == "&":
        return _AND[code]
    match = re.fullmatch(r"([(\"“]*)(.+?)([)\"”,;:]*)", token)
    if not match:
        return token
    said, rest = _SHORT[code].get(match[2]), match[3]
    if not said and match[2][-1] in ".!?":
        said, rest = _SHORT[code].get(match[2][:-1]), match[2][-1] + rest
    return f"{match[1]}{said}{rest}" if said else token
