"""A source sentence cut down to what one breath can say, without a model. Pure.

What is cut is a whole phrase between marks, never a word inside one. A phrase that denies, doubts,
attributes or concedes is never cut: then the sentence stays long or is not used.
"""

import re
from collections.abc import Iterator

from bot.claims import denials
from bot.sentences import length, words
from bot.tongues import Tongue, fold, word_set

__all__ = ["BREATH", "SHORTEST", "headline", "plain", "spoken_sentences", "trim"]

BREATH = 18  # words: what is cut at all is cut to this (a spoken sentence of seven seconds)
LONGEST = 21  # words: what cannot be cut may be this long; the direction shows it as two shots
SHORTEST = 5

_DATELINE = re.compile(
    r"^(?:[A-ZÀ-Þ][\w.,À-ÿ/ ]{1,40}\s)?\((?:Reuters|AP|AFP|dpa|ANI|PTI|Xinhua|Kyodo|Lusa|EFE|ANSA|"
    r"Bloomberg|UPI|CNN)\)\s*[–—:-]+\s*|^[A-ZÀ-Þ]{3,}(?:[ ,]+[A-ZÀ-Þ][\w.]*){0,3}\s[–—]\s"
)
_KICKER = re.compile(
    r"^(?:watch|video|live|live updates?|breaking(?: news)?|just in|exclusive|update[ds]?|photos?"
    r"|in pictures|listen|read|eil|eilmeldung|liveticker|en direct|direct|vidéo|última hora|"
    r"vídeo|directo|ao vivo|diretta)\s*(?:[:|–—]|\s-\s)\s*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_BETWEEN_DASHES = re.compile(r"\s[–—-]\s([^–—]{3,80}?)\s[–—-]\s")
_LINK = re.compile(r"https?://|www\.|bit\.ly|@\w{3,}|#\w{3,}")
_BOILERPLATE = re.compile(
    r"\b(?:subscribe|newsletter|click (?:here|on|the)|sign up|follow us|read more|to watch|for more"
    r"|watch the|our (?:website|app|channel|coverage)|live (?:updates|blog)|all rights reserved"
    r"|get the latest|download|file photo|here's what|here are|visit|mehr dazu|weiterlesen"
    r"|lire (?:la suite|aussi)|leer más|siga leyendo|leia mais|ler mais|leggi (?:anche|tutto)"
    r"|the post .* appeared first|airs (?:on|at)|newscast|anchored by)\b",
    re.IGNORECASE,
)
_ENDS = ".!?。！？؟।۔\"”»'’"
_CONCESSION = word_set(
    "but although though however except unless if whereas aber obwohl mais pero aunque mas embora"
    " ma sebbene"
)


def plain(text: str) -> str:
    """Drop dateline, agency mark and kicker before a sentence, and even out its spaces."""
    text = re.sub(r"\s+", " ", text).strip()
    return _KICKER.sub("", _DATELINE.sub("", text))


def headline(title: str, outlet: str, common: frozenset[str], proper: frozenset[str]) -> str:
    """Make a headline a line that can be said: no kicker, no programme or outlet name, a full stop.

    `common` are the words that the story's texts write small, `proper` those that they write with
    a capital: a headline in Title Case is written like a sentence again where all its words are
    known, and a topic before a colon ("Weather: ...") is told from a speaker.
    """
    text = plain(title.split(" | ")[0])
    for dash in (" - ", " – ", " — "):
        head, found, tail = text.rpartition(dash)
        if found and fold(tail) in (fold(outlet), fold(outlet.split(" (")[0])):
            text = head
        head, found, tail = text.partition(dash)
        if found and len(words(head)) <= 4 and len(words(tail)) >= 4:
            text = tail
    topic, found, rest = text.partition(": ")
    if found and len(words(topic)) == 1 and fold(topic) in common and len(words(rest)) > 3:
        text = rest
    text = text.rstrip(" .")
    if not text:
        return ""
    return _ended(_lowered(text, common, proper))


def _is_cjk(text: str) -> bool:
    return re.search("[\u3040-\u30ff\u4e00-\u9fff]", text) is not None


def _lowered(text: str, common: frozenset[str], proper: frozenset[str]) -> str:
    """Write Title Case like a sentence, if it is that and every word of it is known."""
    tokens = text.split(" ")
    long = [t for t in tokens[1:] if len(t) > 3]
    if len(long) < 3 or sum(t[:1].isupper() for t in long) < 0.7 * len(long):
        return text[:1].upper() + text[1:]
    bare = [fold(t.strip(",.:;'’\"").removesuffix("’s").removesuffix("'s")) for t in tokens]
    if any(word not in common | proper for word in bare[1:]):
        return text
    even = [t.lower() if b not in proper else t for t, b in zip(tokens, bare, strict=True)]
    return " ".join([tokens[0], *even[1:]])


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
    return _ended(text[:1].upper() + text[1:])


def _ended(text: str) -> str:
    """End a sentence with a full stop of its script, where it has no end yet."""
    return text if text[-1] in _ENDS else f"{text}{'。' if _is_cjk(text) else '.'}"


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


def usable_alone(line: str, tongue: Tongue) -> bool:
    """Tell whether a line is a statement of fact: no question, link, "subscribe" or "you"."""
    if line.rstrip("\"”'’")[-1:] in "?？؟" or _LINK.search(line) or _BOILERPLATE.search(line):
        return False
    outside = re.sub(r"[\"“„«][^\"”“»]*[\"”“»]|(?<!\w)['‘].*?['’](?!\w)", "", line)
    told = {fold(w) for w in words(outside)}
    return tongue.code != "en" or not told & {"you", "your", "we", "our", "i", "my", "i'm", "we're"}


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
    return (body, last) if comma and said and length(last) <= 8 else (text, "")


def _tail(text: str, tongue: Tongue) -> str:
    """Cut the last clause, at a comma, a dash or a semicolon; "" where none may go."""
    marks = [m.start() for m in re.finditer(r",\s|\s[–—-]\s|;\s", text)]
    for at in reversed(marks):
        body, rest = text[:at], text[at:].lstrip(" ,;–—-")
        first = fold((words(rest) or ("",))[0])
        opens = text[at] != "," or first in tongue.tails or first.endswith("ing")
        if opens and _may_go(body, rest, tongue):
            unsure = at != marks[-1] or first in tongue.joins  # "X, who is 40, died", "X, Y, and Z"
            if not unsure or _has_verb(body, tongue):
                return body
    return ""


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
    return not _begins_with_lead(body, tongue)


def _has_verb(text: str, tongue: Tongue) -> bool:
    return any(fold(w) in tongue.finite for w in words(text))


def _begins_with_lead(text: str, tongue: Tongue) -> bool:
    """Tell whether nothing but an opening phrase is left: its main clause must not be cut off."""
    return fold((words(text) or ("",))[0]) in tongue.leads and "," not in text


def _without_apposition(text: str, tongue: Tongue) -> str:
    """Cut "X, the head of Y, said ...": an aside between the subject and its verb."""
    match = re.match(r"^([^,]{2,60}), ([^,]{3,90}), (\S+)(.*)$", text, re.DOTALL)
    if match and fold(match[3]) in tongue.finite and not _is_kept(match[2], tongue):
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
