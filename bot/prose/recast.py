"""A line said another way, with the same words: who says it first, weekdays for "today". Pure.

Each recasting leaves a line alone where it is not safe, and answers "" where the line as it stands
could not be true tomorrow.
"""

import re
from datetime import date, timedelta

from bot.prose.sentences import words
from bot.prose.tongues import Tongue, fold, word_set

__all__ = ["attributed_first", "dated", "part_of_day"]

_ACCORDING = {  # what leads to a source and may stand first without any other change
    "en": r"according to",
    "fr": r"selon|d['’]après",
    "es": r"según",
    "pt": r"segundo|de acordo com",
    "it": r"secondo",
}
_SAYS = {
    "en": r"say|says|said|warn|warns|warned|confirm|confirms|confirmed|report|reports|reported",
    "de": r"sagt|sagte|erklärt|erklärte",
}
_WHEN = r"(?:\son)?\s(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_BARE = word_set("he she it they him her them who this that which er sie es man ich")
_MOST_WHO = 7  # words of a speaker: longer ones hold a sentence of their own


def attributed_first(
    line: str, tongue: Tongue, common: frozenset[str], proper: frozenset[str]
) -> str:
    """Move who says it from the end to the front: "The road is shut, officials say."

    `common` are the words that the story writes small, `proper` those that it writes with a
    capital: where a first word is neither, nobody knows how to write it. Left as it is: a line with
    a quotation, with a second speaker, or one that opens with a phrase.
    """
    body, comma, tail = line.rstrip().removesuffix(".").rpartition(", ")
    if not comma or not line.rstrip().endswith(".") or any(m in line for m in '“”„"«»:;'):
        return line
    told = [fold(w) for w in words(body)]
    opens = told[:1] if told[:2] != ["at", "least"] else []
    if len(told) < 3 or tongue.leads & set(opens) or tongue.leaning & set(opens) or "," in body:
        return line
    lowered = "" if tongue.says & set(told) else _lowered(body, tongue, common, proper)
    speaker = _speaker(tail, tongue.code) if lowered else ""
    return f"{speaker[:1].upper()}{speaker[1:]} {lowered}." if speaker else line


def _speaker(tail: str, code: str) -> str:
    """Write "officials say", "says Ada Quill" or "according to officials" as it stands first."""
    if re.match(rf"(?:{_ACCORDING.get(code, '(?!)')})[\s’']", f"{tail} "):
        return f"{tail},"
    verbs = _SAYS.get(code, "(?!)")
    after = re.fullmatch(rf"(?P<verb>{verbs})\s(?P<who>.+)", tail)
    before = re.fullmatch(rf"(?P<who>.+?)\s(?P<verb>{verbs})(?P<when>{_WHEN})?", tail)
    said = after or (before if code == "en" else None)
    who = words(said["who"]) if said else ()
    if not said or not 0 < len(who) <= _MOST_WHO or fold(who[0]) in _BARE:
        return ""
    when = (before["when"] or "") if before and not after else ""
    return f"{said['who']} {said['verb']}{when}" + ("," if code == "de" else "")


def _lowered(body: str, tongue: Tongue, common: frozenset[str], proper: frozenset[str]) -> str:
    """Write the first word small where it is no name; "" where that cannot be told."""
    first = words(body)[0]
    bare = fold(first.removesuffix("’s").removesuffix("'s"))
    small = tongue.stop | frozenset(tongue.numbers) | (common if tongue.code != "de" else set())
    if len(first) > 1 and first.isupper():
        return body
    if bare in small:
        return body[:1].lower() + body[1:]
    second = body.removeprefix(first).lstrip()[:1]
    sure = bare in proper or second.isupper() or first[:1].isdigit()
    return body if sure and tongue.code != "de" else ""


_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
}
_DAYS = {
    "en": {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1, "this morning": 0,
           "this afternoon": 0, "this evening": 0, "last night": -1},
    "de": {"heute": 0, "gestern": -1},
    "fr": {"aujourd’hui": 0, "aujourd'hui": 0, "hier": -1, "demain": 1},
    "es": {"hoy": 0, "ayer": -1},
    "pt": {"hoje": 0, "ontem": -1, "amanhã": 1},
    "it": {"oggi": 0, "ieri": -1, "domani": 1},
}  # fmt: skip
_PARTS = {"tonight": " night", "last night": " night", "this morning": " morning",
          "this afternoon": " afternoon", "this evening": " evening"}  # fmt: skip
_NOT_A_DAY = {  # before it the word means "nowadays", or is part of something else
    "en": "even|still|as of|usa|of",
    "de": "bis|noch|von",
    "fr": "encore|jusqu['’]à|même",
    "es": "aún|hasta|todavía",
    "pt": "ainda|até|mesmo",
    "it": "ancora|fino a|ad|anche",
}
_BEFORE = {
    "en": r"(?:until|from|since|by|for|on|before|after|than|through)\s",
    "de": r"(?:am|seit|ab|bis)\s",
    "es": r"(?:de|desde|el)\s",
    "pt": r"(?:de|desde|a partir de)\s",
}
_WHEN_OF_DAY = r"(?:late|later|early|earlier)"
_MORNING = re.compile(
    r"(?P<day>\w+tag)\s(?P<part>morgen|früh|vormittag|nachmittag|abend|nacht)\b", re.IGNORECASE
)


def dated(line: str, tongue: Tongue, day: date | None) -> str:
    """Name the day that a line's "today" means: a clip may play tomorrow.

    `day` is the day of its report, None where that cannot be known: then "today" is dropped where
    it closes the sentence, and the whole line, "", where it does not.
    """
    table = _DAYS.get(tongue.code)
    if table is None:
        return line
    names = "|".join(sorted(map(re.escape, table), key=len, reverse=True))
    pattern = re.compile(
        rf"(?<![\w’'-])(?P<before>{_BEFORE.get(tongue.code, '(?!)')})?(?P<word>{names})"
        rf"(?P<of>['’]s(?!\w))?(?![\w’'-])",
        re.IGNORECASE,
    )
    if not pattern.search(line):
        return line
    if re.search(rf"\b(?:{_NOT_A_DAY[tongue.code]})\s(?:{names})\b", line, re.IGNORECASE):
        return ""
    if day is None:
        left = re.sub(
            rf"(?:\s{_WHEN_OF_DAY})?\s(?:{names})(?=[.!]$)", "", line, flags=re.IGNORECASE
        )
        return "" if pattern.search(left) or len(words(left)) < 4 else left
    said = pattern.sub(lambda m: _named(m, tongue.code, table, day), line)
    if tongue.code == "de":
        said = _MORNING.sub(lambda m: m["day"] + m["part"].lower(), said)
    return said[:1].upper() + said[1:]


def part_of_day(line: str) -> int | None:
    """Tell which day a line's "this morning" or "last night" means: 0 or -1, None without one.

    Only such a weekday that the report names can be checked: these words say less than "today".
    """
    flat = fold(line)
    found = [n for w, n in _DAYS["en"].items() if " " in w and w in flat]
    return found[0] if found else None


def _named(match: re.Match[str], code: str, table: dict[str, int], day: date) -> str:
    word, before = fold(match["word"]), match["before"] or ""
    shift = {fold(w): n for w, n in table.items()}[word]
    number = (day + timedelta(days=shift)).weekday()
    name = _WEEKDAYS[code].split()[number] + _PARTS.get(word, "")
    if match["of"]:
        return f"{before}{name}{match['of']}"
    if before:
        return _behind(before, name, code, number)
    lead = {"en": "on ", "de": "am ", "es": "el ", "pt": "no " if number > 4 else "na "}
    return lead.get(code, "") + name


def _behind(before: str, name: str, code: str, number: int) -> str:
    """Join a weekday to the small word before it as its language does."""
    if code == "es" and fold(before.strip()) == "de":
        return f"del {name}"
    if code == "es" and fold(before.strip()) == "desde":
        return f"desde el {name}"
    return before + name
