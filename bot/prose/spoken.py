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
    "es": {"Sr.": "señor", "Sra.": "señora", "Dr.": "doctor", "km": "kilómetros"},
    "pt": {"Sr.": "senhor", "Sra.": "senhora", "Dr.": "doutor", "km": "quilómetros"},
    "it": {"Sig.": "signor", "Dott.": "dottor", "km": "chilometri"},
}  # fmt: skip

_FIGURE = r"\d[\d.,'\u00a0]*(?<![.,])"
_SIGN_FIRST = re.compile(
    rf"(?<![^\W_])((?:US|A|NZ|C)?[$£€¥₹])\s?({_FIGURE})"
    r"(?:\s?(k|m|mn|bn|tn|K|M|hundred|thousand|million|billion|trillion)\b)?"
)
_SIGN_LAST = re.compile(rf"({_FIGURE}(?:\s[^\W\d_]+)?)\s?([$£€¥₹])")
_SCALED = re.compile(rf"(?<![^\W_])({_FIGURE})(k|m|mn|bn|tn)\b")
_PERCENTS = re.compile(rf"({_FIGURE})\s?%")
_RANGE = re.compile(r"(?<![\w-])(\d+)[–](\d+)(?![\w-])")


def spoken(line: str, lang: str) -> str:
    """Write a line as it is said; "" where that is how it is written already."""
    code = lang.split("-")[0].lower()
    if code not in _MONEY:
        return ""
    said = _SIGN_FIRST.sub(lambda m: _money(m, code), line)
    said = _SIGN_LAST.sub(lambda m: f"{m[1]} {_MONEY[code].get(m[2], m[2])}", said)
    said = _PERCENTS.sub(rf"\1 {_PERCENT[code]}", said)
    if code == "en":
        said = _SCALED.sub(lambda m: f"{m[1]} {_SCALES[m[2]]}", said)
        said = _RANGE.sub(r"\1 to \2", said)
    said = " ".join(_word(token, code) for token in said.split(" "))
    return "" if said == line else said


def _money(match: re.Match[str], code: str) -> str:
    names = _MONEY[code]
    name = names.get(match[1]) or names.get(match[1][-1], match[1])
    scale = match[3] or ""
    return " ".join(part for part in (match[2], _SCALES.get(scale.lower(), scale), name) if part)


def _word(token: str, code: str) -> str:
    """Replace a short form, whatever stands around it."""
    if token == "&":
        return _AND[code]
    match = re.fullmatch(r"([(\"“]*)(.+?)([)\"”,;:]*)", token)
    said = _SHORT[code].get(match[2]) if match else None
    return f"{match[1]}{said}{match[3]}" if match and said else token
