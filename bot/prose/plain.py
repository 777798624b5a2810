"""Lines as they come from a feed -> lines that can be said as they stand. Pure.

Nothing is cut inside a sentence here (see `trim`): datelines, kickers, names of programmes and
calls to subscribe are no part of it.
"""

import re

from bot.prose.sentences import words
from bot.prose.tongues import Tongue, fold, word_set

__all__ = ["ended", "headline", "plain", "usable_alone"]

_DATELINE = re.compile(
    r"^(?:[A-ZÀ-Þ][\w.,À-ÿ/ ]{1,40}\s)?\((?:Reuters|AP|AFP|dpa|ANI|PTI|Xinhua|Kyodo|Lusa|EFE|ANSA|"
    r"Bloomberg|UPI|CNN)\)\s*[–—:-]+\s*|^[A-ZÀ-Þ]{3,}(?:[ ,]+[A-ZÀ-Þ][\w.'-]*){0,4}\s[–—-]\s"
)
_KICKER = re.compile(
    r"^(?:watch|video|live|live updates?|breaking(?: news)?|just in|exclusive|update[ds]?|photos?"
    r"|in pictures|listen|read|interview|reportage|analyse|eil|eilmeldung|liveticker|en direct"
    r"|direct|vidéo|última hora|vídeo|directo|ao vivo|diretta)\s*(?:[:|–—]|\s-\s)\s*",
    re.IGNORECASE,
)
_HOUR = re.compile(
    r"^(?:(?:[A-Z][a-z]+ \d{1,2}, \d{4} )?\d{1,2}:\d\d(?: ?[AaPp]\.?[Mm]\.?)?"
    r"|Ore \d{1,2}[.:]\d\d|\d{1,2}h\d{0,2}\.?"
    r"|(?:EFE|EP|AFP|Lusa|ANSA|20MINUTOS\.ES)(?=\s[A-ZÁÉÍÓÚ]))(?:\s[-–—])?\s+"
)  # of the bulletin that it was read in
_BUT = re.compile(r"^(?:But|And|Mas|Pero|Mais|Aber|Ma),?\s(\S)")  # joins to what is not said
_LINK = re.compile(r"https?://|www\.|bit\.ly|@\w{3,}|#\w{3,}")
_BOILERPLATE = re.compile(
    r"\b(?:subscribe|newsletter|click (?:here|on|the)|sign up|follow us|read more|to watch|for more"
    r"|watch the|our (?:website|app|channel|coverage)|live (?:updates|blog)|all rights reserved"
    r"|get the latest|latest update|download|file photo|here's what|here are|visit our"
    r"|airs (?:on|at)|newscast|anchored by|the post .* appeared first|mehr dazu|weiterlesen"
    r"|sembra essere il primo|lire (?:la suite|aussi)|leer más|siga leyendo|leia mais|ler mais"
    r"|leggi (?:anche|tutto))\b",
    re.IGNORECASE,
)
_SPEAKS = {  # of those who speak or listen: no report
    "en": word_set("you your we our us i my me i'm we're i've we've let's"),
    "de": word_set("ich wir uns unser unsere unserem unseren unserer du dich dir dein deine euch"),
    "fr": word_set("je j'ai nous notre nos vous votre vos mon ma mes moi"),
    "es": word_set("yo nosotros nuestro nuestra nuestros nuestras mi mis tu tus usted ustedes"),
    "pt": word_set("eu nós nosso nossa nossos nossas meu minha você vocês"),
    "it": word_set("io noi nostro nostra nostri nostre mio mia voi vostro vostra"),
}
_WHOLE_QUOTATION = re.compile(r"^[\"“„«][^\"“”„«»]*[\"“”»][.!]?$")  # by nobody
_ANSWER = re.compile(r"^(?:yes|no|ja|nein|doch|oui|non|sí|sim|não|sì),", re.IGNORECASE)
_DOUBLED = re.compile(
    r"\b(?!had |that |nous |vous |sie |die |der |das )([^\W\d]{2,}) \1\b", re.IGNORECASE
)
_ENDS = ".!?。！？؟।۔"
_STOPS = (
    (re.compile("[\u3040-\u30ff\u4e00-\u9fff]"), "。"),
    (re.compile("[\u0900-\u097f]"), "।"),
    (re.compile("[\u0679\u0688\u0691\u06ba\u06be\u06c1\u06d2]"), "۔"),  # letters of Urdu only
)


def plain(text: str) -> str:
    """Drop dateline, agency mark and kicker before a sentence, and even out its spaces."""
    text = re.sub(r"\s+", " ", text).strip()
    text = text.partition(" • ")[0] if len(words(text.partition(" • ")[0])) > 4 else text
    text = _KICKER.sub("", _DATELINE.sub("", _HOUR.sub("", text)))
    return _BUT.sub(lambda m: m[1].upper(), text)


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
    return ended(_lowered(text, common, proper))


def _lowered(text: str, common: frozenset[str], proper: frozenset[str]) -> str:
    """Write Title Case like a sentence, if it is that and every word of it is known.

    A word that a headline SHOUTS is written small where the texts write it so.
    """
    calm = [t.lower() if _is_shouted(t, common) else t for t in text.split(" ")]
    text = " ".join(calm)
    tokens = text.split(" ")
    long = [t for t in tokens[1:] if len(t) > 3]
    if len(long) < 3 or sum(t[:1].isupper() for t in long) < 0.7 * len(long):
        return text[:1].upper() + text[1:]
    bare = [fold(t.strip(",.:;'’\"").removesuffix("’s").removesuffix("'s")) for t in tokens]
    if any(word not in common | proper for word in bare[1:]):
        return text
    even = [t.lower() if b not in proper else t for t, b in zip(tokens, bare, strict=True)]
    return " ".join([tokens[0], *even[1:]])


def _is_shouted(token: str, common: frozenset[str]) -> bool:
    bare = token.strip(",.:;'’\"")
    return len(bare) > 3 and bare.isupper() and fold(bare) in common


def ended(text: str) -> str:
    """End a sentence with a full stop of its script, where it has no end yet."""
    bare = text.rstrip("\"”»'’‘」")
    if bare[-1:] in _ENDS:
        return text
    return text + next((stop for letters, stop in _STOPS if letters.search(text)), ".")


def usable_alone(line: str, tongue: Tongue) -> bool:
    """Tell whether a line is a statement of fact: no question, link, "subscribe" or "you"."""
    if line.rstrip("\"”'’")[-1:] in "?？؟" or _LINK.search(line) or _BOILERPLATE.search(line):
        return False
    if line.rstrip()[-1:] == "!" or _WHOLE_QUOTATION.match(line):
        return False
    if _ANSWER.match(line) or _DOUBLED.search(line):
        return False
    outside = re.sub(r"[\"“„«][^\"”“»]*[\"”“»]|(?<!\w)['‘].*?['’](?!\w)", "", line)
    told = {fold(w) for w in words(outside) if not w[1:].isupper()}  # US is not us, EU not eu
    return not told & _SPEAKS.get(tongue.code, frozenset())
