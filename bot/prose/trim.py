"""A source sentence cut down to what one breath can say, without a model. Pure.

What is cut is a whole phrase between marks, never a word inside one. A phrase that denies, doubts,
attributes or concedes is never cut: then the sentence stays long or is not used.
"""

import re
from collections.abc import Iterator

from bot.prose.claims import denials, names
from bot.prose.plain import ended, plain, usable_alone
from bot.prose.sentences import length, words
from bot.prose.tongues import Tongue, fold, word_set

__all__ = ["BREATH", "LONGEST", "SHORTEST", "spoken_sentences", "trim"]

BREATH = 18  # words: what is cut at all is cut to this (a spoken sentence of seven seconds)
LONGEST = 21  # words: what cannot be cut may be this long; the direction shows it as two shots
SHORTEST = 5

_GERUND = ("ing", "ando", "endo", "indo")
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_BETWEEN_DASHES = re.compile(r"\s[–—-]\s([^–—]{3,80}?)\s[–—-]\s")
_HANGING = word_set(
    "even just only shortly soon long hours minutes days weeks months years day week month year"
    " kurz stunden tage tagen wochen jahre jahren peu heures jours semaines ans poco horas dias"
    " semanas meses anos pouco años ore giorni settimane mesi anni"
)  # they wait for what follows: "two days after", "even as"
_PLACED = word_set(
    "in im am bei nach seit à au aux en dans em no na nos nas sob durante nel nella nei nelle"
)  # where or when, in languages that set it between commas
_CONCESSION = word_set(
    "but although though however except unless if whereas aber obwohl mais pero aunque mas embora"
    " ma sebbene"
)


def trim(sentence: str, tongue: Tongue, limit: int = BREATH) -> str:
    """Cut a sentence to at most `limit` words, "" where that cannot be done honestly.

    The cuts, in this order: brackets and asides, an opening phrase, clauses at the end.
    """
    text = _without_asides(plain(sentence), tongue)
    if length(text) > limit:
        text = _without_lead(text, tongue)
    if length(text) > limit:
        text = _without_tails(text, tongue, limit)
    text = text.strip(" ,;:–—-")
    if not SHORTEST <= length(text) <= max(limit, LONGEST) or not _is_balanced(text):
        return ""
    return ended(text[:1].upper() + text[1:])


def spoken_sentences(sentence: str, tongue: Tongue, limit: int = BREATH) -> Iterator[str]:
    """Yield the lines that a source sentence holds: itself, or its halves where it joins two."""
    whole = trim(sentence, tongue, limit)
    if whole and not usable_alone(whole, tongue):
        whole = ""
    halves = () if length(sentence) <= limit else _halves(plain(sentence), tongue)
    if whole:
        yield whole
    for half in halves:
        line = trim(half, tongue, limit)
        if line and usable_alone(line, tongue) and line != whole:
            yield line


def _is_kept(phrase: str, tongue: Tongue) -> bool:
    """Tell whether a phrase must stay: it denies, doubts, attributes or concedes."""
    found = {fold(w) for w in words(phrase)}
    weighty = found & (tongue.hedges | tongue.says | _CONCESSION)
    return bool(weighty) or denials(phrase, tongue) > 0


def _without_asides(text: str, tongue: Tongue) -> str:
    def gone(match: re.Match[str]) -> str:
        return match.group() if _is_kept(match.group(), tongue) else " "

    text = _BRACKETS.sub(gone, text)
    text = _BETWEEN_DASHES.sub(gone, text)
    return re.sub(r"\s+([,.;:])", r"\1", re.sub(r"\s+", " ", text)).strip()


def _without_lead(text: str, tongue: Tongue) -> str:
    """Cut an opening phrase up to its comma, where a full sentence follows."""
    lead, comma, rest = text.partition(", ")
    opens = fold((words(lead) or ("",))[0])
    if not comma or opens not in tongue.leads or _is_kept(lead, tongue):
        return text
    tokens = [fold(w) for w in words(rest)]
    if len(tokens) < SHORTEST or tokens[0] in tongue.tails | tongue.joins | tongue.leads:
        return text
    return rest[:1].upper() + rest[1:]


def _without_tails(text: str, tongue: Tongue, limit: int) -> str:
    """Cut clauses from the end while the text is too long; then an aside before the verb.

    An attribution at the end (", officials say.") is held back and put on again.
    """
    body, credit = _attribution(text, tongue)
    while length(body) + length(credit) > limit:
        cut = _tail(body, tongue) or _subordinate(body, tongue)
        if not cut:
            break
        body = cut
    if length(body) + length(credit) > limit:
        body = _without_apposition(body, tongue)
    return f"{body.rstrip(' ,;.')}, {credit}" if credit else body


def _attribution(text: str, tongue: Tongue) -> tuple[str, str]:
    body, comma, last = text.rpartition(", ")
    said = any(fold(w) in tongue.says for w in words(last))
    return (body, last) if comma and said and length(last) <= 10 else (text, "")


def _tail(text: str, tongue: Tongue) -> str:
    """Cut the last clause, at a comma, a dash or a semicolon; "" where none may go."""
    marks = [m.start() for m in re.finditer(r",\s|\s[–—-]\s|;\s", text)]
    resumed = marks and _is_predicate(text[marks[-1] :], tongue)
    for at in reversed([] if resumed else marks):
        body, rest = text[:at], text[at:].lstrip(" ,;–—-")
        first = fold((words(rest) or ("",))[0])
        opens = text[at] != "," or first in tongue.tails | tongue.places or first.endswith(_GERUND)
        if first in _PLACED and at != marks[-1]:
            continue  # "has reached, in one year, 800 points": more than the phrase would go
        if opens and _may_go(body, rest, tongue):
            unsure = at != marks[-1] or first in tongue.joins | tongue.places
            if not unsure or _has_verb(body, tongue):  # not "X, who is 40, died" or "X, Y, and Z"
                return body
    return ""


def _is_predicate(part: str, tongue: Tongue) -> bool:
    """Tell whether a part goes on with the verb of what stands before: ", was closed"."""
    first = fold((words(part) or ("",))[0])
    return first in tongue.finite or first.endswith("ed")


def _subordinate(text: str, tongue: Tongue) -> str:
    """Cut the last "after ..." or "while ..." that no comma parts off; "" where none may go."""
    for match in reversed(list(re.finditer(r"\s(?=([^\W\d_]+)\s)", text))):
        body, rest = text[: match.start()], text[match.end() :]
        if fold(match[1]) in tongue.subs and _may_go(body, rest, tongue):
            return body if length(body) >= SHORTEST + 2 and _has_verb(body, tongue) else ""
    return ""


def _may_go(body: str, rest: str, tongue: Tongue) -> bool:
    """Tell whether `rest` may be cut off `body`: it weighs nothing, and a sentence is left."""
    if _is_kept(rest, tongue) or _is_open(body) or length(body) < SHORTEST:
        return False
    if fold(words(body)[-1]) in tongue.stop | tongue.finite | tongue.about | _HANGING:
        return False
    return not _begins_with_lead(body, tongue)


def _has_verb(text: str, tongue: Tongue) -> bool:
    told = [fold(w) for w in words(text)]
    return any(w in tongue.finite or (tongue.code == "en" and w.endswith("ed")) for w in told)


def _begins_with_lead(text: str, tongue: Tongue) -> bool:
    """Tell whether nothing but an opening phrase is left: its main clause must not be cut off."""
    return fold((words(text) or ("",))[0]) in tongue.leads and "," not in text


def _without_apposition(text: str, tongue: Tongue) -> str:
    """Cut "X, the head of Y, said ...": an aside between the subject and its verb."""
    match = re.match(r"^([^,]{2,60}), ([^,]{3,160}), (\S+)(.*)$", text, re.DOTALL)
    named = match is not None and match[2] in names(f"— {match[2]}", tongue)  # who it is
    if match and fold(match[3]) in tongue.finite and not named and not _is_kept(match[2], tongue):
        return f"{match[1]} {match[3]}{match[4]}"
    return text


def _halves(text: str, tongue: Tongue) -> tuple[str, ...]:
    """Part two full sentences joined by "and" or "but", each with its own subject and verb."""
    body, credit = _attribution(text.rstrip(" ."), tongue)
    for match in re.finditer(r",\s(\w+)\s", body):
        right = body[match.end() :]
        if fold(match[1]) not in tongue.joins or _is_open(body[: match.start()]):
            continue
        opening = [fold(w) for w in words(right)[:7]]
        if opening[1:] and opening[1] in tongue.about:  # "at least one", "more than ten"
            opening = opening[1:]
        if not opening or opening[0] in tongue.leaning | tongue.finite | tongue.leads:
            continue
        if any(w in tongue.finite for w in opening[1:]):
            said = f", {credit}" if credit else "."
            return body[: match.start()] + said, right[:1].upper() + right[1:] + said
    return ()


def _is_open(text: str) -> bool:
    """Tell whether a text ends inside a quotation or a bracket."""
    return not _is_balanced(text)


def _is_balanced(text: str) -> bool:
    pairs = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"), ("「", "」"))
    return text.count('"') % 2 == 0 and all(text.count(a) == text.count(b) for a, b in pairs)
