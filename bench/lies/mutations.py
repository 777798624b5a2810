"""Lies: a line that was true, changed in one place. Written without a look into the checker.

Each takes a line and its surroundings and gives the lie, or None where the line has no place for
it. The tables here are the bench's own: what the checker knows is not what is asked.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

__all__ = ["MUTATIONS", "Around", "figures_in", "names_in"]

ARTICLES = {
    "The",
    "A",
    "An",
    "This",
    "That",
    "In",
    "On",
    "At",
    "Der",
    "Die",
    "Das",
    "Ein",
    "Eine",
    "Im",
    "Am",
    "O",
    "Os",
    "As",
    "Um",
    "Uma",
    "No",
    "Na",
    "Em",
    "But",
    "And",
    "He",
    "She",
    "It",
}
STRANGERS = ("Novak", "Ottoline Reyes", "Zhang Wei", "Bruno Castellane", "Okonjo", "Lake Mungo")
WORDS = ("money", "later", "surely", "winter", "garden", "quickly")
FIGURE = re.compile(
    r"(?<![\w.,:–-])\d{1,3}(?:[.,]\d{3})+(?![\d:])|(?<![\w.,:–-])\d+(?:[.,]\d+)?(?![\w:]*\d|:\d|[a-zA-Z])"
)
NAME = re.compile(
    r"(?<![\w’'-])[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]{2,}(?:[ -][A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ’']{2,})*(?![\w])"
)
QUOTE = re.compile(
    r"“([^“”]{8,})”|\"([^\"]{8,})\"|»([^«»]{8,})«|«\s?([^«»]{8,})\s?»|„([^„“”]{8,})[“”]"
    r"|(?<!\w)[‘']([^‘’']{8,})['’](?!\w)"
)
TABLES = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
DAYS = {lang: row.split() for lang, row in TABLES["days"].items()}
MONTHS = {lang: row.split() for lang, row in TABLES["months"].items()}
AFFIRMED = {lang: row.split() for lang, row in TABLES["affirmed"].items()}
HEDGES, DENIALS = TABLES["hedges"], TABLES["denials"]


@dataclass(frozen=True, slots=True)
class Around:
    """What a lie may draw from: the language, and what the same story holds."""

    lang: str
    figures: tuple[str, ...]
    names: tuple[str, ...]
    sentences: tuple[str, ...]
    chance: Random


Lie = Callable[[str, Around], str | None]


def figures_in(text: str) -> list[str]:
    return [
        m.group() for m in FIGURE.finditer(text) if not re.fullmatch(r"(?:19|20)\d\d", m.group())
    ]


def names_in(text: str, lang: str) -> list[str]:
    """Names of a running text: capital words within a sentence, in German two and more."""
    if _is_title_case(text):
        return []
    found = []
    for m in NAME.finditer(text):
        start = text[: m.start()].rstrip()
        if m.group().split()[0] in ARTICLES:
            continue
        opens = not start or start[-1] in '.!?:“"‘„«”–|'
        size = len(m.group().split())
        if (size > 1 or not opens) and (size > 1 or lang != "de") and not _is_calendar(m.group()):
            found.append(m.group())
    return found


def _is_title_case(text: str) -> bool:
    words = [w for w in text.split() if len(w) > 3 and w[0].isalpha()]
    return sum(w[0].isupper() for w in words) > 0.6 * len(words)


def _is_calendar(name: str) -> bool:
    known = {w for table in (DAYS, MONTHS) for row in table.values() for w in row} | {"May"}
    return any(word in known for word in name.split())


def _swap(line: str, old: str, new: str) -> str | None:
    lie = line.replace(old, new, 1)
    return lie if lie != line and new.strip() not in line.split() else None


def digit(line: str, around: Around) -> str | None:
    """One digit of a figure."""
    found = figures_in(line)
    if not found:
        return None
    old = around.chance.choice(found)
    places = [n for n, c in enumerate(old) if c.isdigit()]
    n = around.chance.choice(places)
    new = old[:n] + around.chance.choice([d for d in "123456789" if d != old[n]]) + old[n + 1 :]
    return re.sub(rf"(?<![\w.,]){re.escape(old)}(?![\d])", new, line, count=1)


SIZES = {
    "en": ("million|billion|thousand|trillion", "m|bn"),
    "de": ("Millionen|Milliarden", "Million|Milliarde", "Mio|Mrd"),
    "pt": ("milhões|biliões", "milhão|bilião"),
}


def magnitude(line: str, around: Around) -> str | None:
    """A million for a billion, or a figure a thousand times too large."""
    for row in SIZES.get(around.lang, ()):
        for size in row.split("|"):
            other = around.chance.choice([s for s in row.split("|") if s != size])
            lie, n = re.subn(rf"(?<=\d)(\s?){size}\b", rf"\1{other}", line, count=1)
            if n:
                return lie
    found = [f for f in figures_in(line) if f.isdigit() and len(f) > 1]
    if not found:
        return None
    old = around.chance.choice(found)
    return re.sub(rf"(?<![\w.,]){old}(?![\d])", old + "000", line, count=1)


def other_figure(line: str, around: Around) -> str | None:
    """Another figure of the same story."""
    found = figures_in(line)
    others = [f for f in around.figures if f not in found]
    if not found or not others:
        return None
    old = around.chance.choice(found)
    new = around.chance.choice(others)
    if _may_be_true(line, old, new, around) or _is_rounded(old, new):
        return None
    return re.sub(rf"(?<![\w.,]){re.escape(old)}(?![\d])", new, line, count=1)


def _is_rounded(old: str, new: str) -> bool:
    one, other = (float(re.sub(r"[.,]", "", f).ljust(9, "0")[:9]) for f in (old, new))
    return abs(one - other) < 0.02 * one


def foreign_name(line: str, around: Around) -> str | None:
    """A name that the story does not have."""
    found = names_in(line, around.lang)
    return (
        _swap(line, around.chance.choice(found), around.chance.choice(STRANGERS)) if found else None
    )


def other_name(line: str, around: Around) -> str | None:
    """Another name of the same story."""
    found = names_in(line, around.lang)
    said = set(re.findall(r"\w+", line))
    others = [n for n in around.names if not said & set(re.findall(r"\w+", n))]
    if not found or not others:
        return None
    old, new = around.chance.choice(found), around.chance.choice(others)
    return None if _may_be_true(line, old, new, around) else _swap(line, old, new)


def _may_be_true(line: str, old: str, new: str, around: Around) -> bool:
    """Tell whether a source sentence may say the lie: it has the name, and most of the line."""
    content = set(re.findall(r"[^\W_]{4,}", line.replace(old, "").lower()))
    return any(
        new in sentence and sum(w in sentence.lower() for w in content) >= 0.6 * len(content)
        for sentence in around.sentences
    )


def quoted_word(line: str, around: Around) -> str | None:
    """One word of a quotation."""
    m = QUOTE.search(line)
    if not m:
        return None
    inside = next(g for g in m.groups() if g)
    words = inside.split()
    if len(words) < 3:
        return None
    words[around.chance.randrange(1, len(words) - 1)] = around.chance.choice(WORDS)
    return line.replace(inside, " ".join(words), 1)


def _speaks(name: str, line: str) -> bool:
    """Tell whether a verb of saying, or a colon, stands right beside a name."""
    says = "|".join(TABLES["says"])
    who = re.escape(name)
    return bool(re.search(rf"{who}:|{who} (?:{says})\b|(?<!\w)(?:{says}) {who}", line))


def other_mouth(line: str, around: Around) -> str | None:
    """The words of one in the mouth of another."""
    m = QUOTE.search(line)
    if not m or len(m.group().split()) < 3:
        return None
    inside = m.group()
    named = [n for n in names_in(line, around.lang) if n not in inside and _speaks(n, line)]
    if not named:
        return None
    said = set(line.split())
    others = [n for n in (*around.names, *STRANGERS) if not said & set(n.split())]
    nearest = min(named, key=lambda n: abs(line.index(n) - m.start()))
    return _swap(line, nearest, around.chance.choice(others))


def _replaced(line: str, pairs: Sequence[tuple[str, str]], around: Around) -> str | None:
    places = [(old, new) for old, new in pairs if old in f" {line}"]
    if not places:
        return None
    old, new = around.chance.choice(places)
    lie = f" {line}".replace(old, new, 1).strip()
    return lie[:1].upper() + lie[1:] if lie != line else None


def undenied(line: str, around: Around) -> str | None:
    """A denial taken away."""
    return _replaced(line, DENIALS.get(around.lang, ()), around)


def _denies_near(line: str, verb: str, lang: str) -> bool:
    """Tell whether a denial stands by already: "is not not" is no lie but a slip."""
    at = line.index(f" {verb} ")
    near = " ".join(line[:at].split()[-4:] + line[at:].split()[:4])
    return any(old.strip() in near.split() for old, _ in DENIALS[lang]) or any(
        part in near for part in ("n’t", "n't", "nothing")
    )


def denied(line: str, around: Around) -> str | None:
    """A denial put in."""
    verbs = [
        v
        for v in AFFIRMED.get(around.lang, ())
        if f" {v} " in line and not _denies_near(line, v, around.lang)
    ]
    if not verbs:
        return None
    verb = around.chance.choice(verbs)
    new = (
        f" não {verb} "
        if around.lang == "pt"
        else f" {verb} {'not' if around.lang == 'en' else 'nicht'} "
    )
    return line.replace(f" {verb} ", new, 1)


def _turned(line: str, table: str, around: Around) -> str | None:
    found = [
        (one, around.chance.choice([s for s in row.split("|") if s != one]))
        for row in TABLES[table].get(around.lang, ())
        for one in row.split("|")
        if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", line)
    ]
    if not found:
        return None
    old, new = around.chance.choice(found)
    return re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, line, count=1)


def antonym(line: str, around: Around) -> str | None:
    """A word for its opposite."""
    return _turned(line, "turns", around)


def comparison(line: str, around: Around) -> str | None:
    """A comparison turned round."""
    return _turned(line, "comparisons", around)


def unhedged(line: str, around: Around) -> str | None:
    """A hedge dropped that every source has: where one has none, a line may have none."""
    pairs = [p for p in HEDGES.get(around.lang, ()) if re.search(rf"(?<!\w){p[0]}", line)]
    if not pairs:
        return None
    old, new = around.chance.choice(pairs)
    word = old.split("(")[0].strip()
    content = set(re.findall(r"[^\W_]{4,}", line.lower())) - {word}
    for sentence in around.sentences:
        shared = sum(w in sentence.lower() for w in content)
        if shared >= 0.6 * len(content) and word not in sentence:
            return None
    return re.sub(rf"(?<!\w){old}", new, line, count=1)


JOINED = {"and", "or", "und", "oder", "e", "ou", "with", "mit", "com"}


def swapped_roles(line: str, around: Around) -> str | None:
    """Two names in each other's places, with a word between them that does something."""
    found = [n for n in dict.fromkeys(names_in(line, around.lang)) if line.count(n) == 1]
    first = re.match(NAME, line)
    if (
        first
        and first.group() not in found
        and first.group().split()[0] not in ARTICLES
        and around.lang != "de"
        and not _is_title_case(line)
    ):
        name = first.group().split()[-1] if " " in first.group() else first.group()
        if name in " ".join(around.names) and line.count(name) == 1:
            found.insert(0, name)
    pairs = []
    for a, b in pairwise(found):
        between = line[line.index(a) + len(a) : line.index(b)]
        told = [w for w in re.findall(r"[^\W\d_]+", between) if w.islower() and w not in JOINED]
        if a not in b and b not in a and any(len(w) > 3 for w in told) and "," not in between:
            pairs.append((a, b))
    if not pairs:
        return None
    a, b = around.chance.choice(pairs)
    return line.replace(a, "\0").replace(b, a).replace("\0", b)


def other_day(line: str, around: Around) -> str | None:
    """Another weekday, month, day of the month, or year."""
    for table in (DAYS, MONTHS):
        row = table.get(around.lang, [])
        found = [d for d in row if re.search(rf"(?<!\w){d}(?!\w)", line)]
        if found:
            new = around.chance.choice([d for d in row if d not in found])
            return re.sub(rf"(?<!\w){found[0]}(?!\w)", new, line, count=1)
    year = re.search(r"(?<![\w.,€$£-])(?:19|20)\d\d(?![\w.,%-])", line)
    if not year:
        return None
    new = str(int(year.group()) + around.chance.choice((-7, -1, 1, 2)))
    return line[: year.start()] + new + line[year.end() :]


MUTATIONS: dict[str, dict[str, Lie]] = {
    "numbers": {"digit": digit, "magnitude": magnitude, "figure of the story": other_figure},
    "names": {"foreign name": foreign_name, "name of the story": other_name},
    "quotes": {"quoted word": quoted_word, "other mouth": other_mouth},
    "negations": {"denial dropped": undenied, "denial added": denied, "antonym": antonym},
    "hedges": {"hedge dropped": unhedged},
    "dates": {"other day": other_day},
    "comparisons": {"turned": comparison},
    "roles": {"swapped": swapped_roles},
}
