"""The few words of a line that stand on its card, while the captions carry all of it. Pure.

Only a short sentence of which no part says enough is shown whole.

A phrase stands as it does in its line. It parts no name, and no figure from what it counts or what
hedges it; where a line denies or doubts, so does the phrase, or it only names something.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.prose.claims import denials, names, quotations
from bot.prose.figures import dates, numbers
from bot.prose.sentences import stems
from bot.prose.tongues import Tongue, fold, guess, word_set
from bot.prose.verbs import known_verbs

__all__ = ["hedge", "key_words", "opening"]

MOST_WORDS, MOST_LETTERS = 6, 34
MOST_CLAUSE = 48  # letters, of a language that we do not know: clauses are shown whole
MOST_LINE = 72  # letters of a line that is shown whole, because no part of it says enough
MOST_PART = 40  # and of one that is not a whole sentence
ENOUGH = 3  # words of content without a figure, a name or a verb
SMALL = 3  # letters: in a language that we do not know such a word hardly stands for itself
DENSE_LETTERS = 8  # the most of a script that writes no spaces
_PAUSE = ",;:.!?…–—،؛۔؟।，、；：。！？"
_EDGES = _PAUSE + "-«»„“”‘’\"'()[]「」 "
_OPEN = word_set("whether unless ob")  # what follows may not be so
_HEDGING = word_set("at up to more less fewer a no record")
_LINKS = word_set(
    "although because since though until when where while above across against along amid among"
    " around behind below beside beyond despite inside near off onto outside towards upon via"
    " within"
)  # of English: they lead to a clause or a place
_ARTICLES = word_set("a an the der die das le la les un une el los las o os as il lo gli all")
_POSTPOSED = re.compile(
    "^(?:在内|以内|以来|以后|之后|之前|附近)?[的之了]*"
)  # ends what stands before
_GOES_ON = {
    "en": ("ing",),  # "posts showing" what?
    "es": ("ar", "er", "ir", "ando", "endo", "mente"),
    "pt": ("ar", "er", "ir", "ando", "endo", "indo", "mente"),
    "it": ("are", "ere", "ire", "ando", "endo", "mente"),
    "fr": ("er", "ir", "ant", "amment", "emment"),
}  # endings of verbs and adverbs: more is to come
_TORN = re.compile(r"^['‘\"“«„].*\w['’\"”»](?!\w).|.(?<!\w)['‘\"“«„]\w.*['’\"”»]$")  # 'one' of two
_VERBS = word_set(
    "bought broke brought built came caught cut drew drove fell felt fled flew fought found gave"
    " got grew held hid hit kept knew lay led lost made met paid put ran rose sank saw sent set"
    " shook shot shut sold spent spoke stole stood struck swept threw told took tore went won wrote"
)  # the irregular ones that news is made of


_PARTICIPLES = word_set(
    "beaten been begun bitten broken chosen done drawn driven eaten fallen flown forbidden frozen"
    " given gone grown hidden known ridden risen seen shaken shown sought spoken stolen sworn taken"
    " thrown torn woken worn written"
)
_SUBJECTS = word_set("he i it she that they this we what which who")  # a verb comes next
_RELATIVE = word_set("that which who whose")
_PASSIVE = word_set("be is are was were been being")  # "closed until Thursday" needs nobody


@dataclass(frozen=True, slots=True)
class _Line:
    """The words of a line as written, folded, and the runs of them that must not be parted."""

    words: tuple[str, ...]
    bare: tuple[str, ...]
    named: tuple[tuple[int, int], ...]
    counted: tuple[tuple[int, int], ...]
    speech: Tongue

    def pauses(self, n: int) -> bool:
        """Whether a speaker pauses behind word n."""
        return self.words[n][-1] in _PAUSE or not self.bare[n]

    def is_small(self, n: int) -> bool:
        return not self.bare[n] or self.bare[n] in self.speech.stop | _LINKS

    def is_verb(self, n: int) -> bool:
        """Whether word n is surely a verb; only English ones can be told by their ending."""
        word, speech = self.bare[n], self.speech
        if (
            speech.code == "en"
            and self.words[n].islower()
            and (word.endswith("ed") or word in _VERBS | _PARTICIPLES)
        ):
            return True
        plural = speech.code == "en" and f"{word}s" in known_verbs(speech)  # "trainers sell"
        return word in speech.finite | speech.says or (plural and n > 0 and self._many(n - 1))

    def _many(self, n: int) -> bool:
        """Whether word n is likely a plural, or a year: what follows may be its verb."""
        return self.bare[n].endswith("s") or self.bare[n].isdigit()

    def parts(self, n: int, beside: int | None = None) -> bool:
        """Whether a phrase may well end behind word n, or begin there: it or `beside` is small."""
        at = n if beside is None else beside
        return self.pauses(n) or self.is_small(at) or self.is_verb(at)

    def weighs(self, n: int) -> bool:
        """Whether word n denies or doubts."""
        heavy = self.speech.nots | self.speech.hedges | _OPEN
        return self.bare[n] in heavy or self.bare[n].endswith("n't")

    def hedges_next(self, n: int) -> bool:
        """Whether word n and the next are one hedge: "at least", "up to", "more than"."""
        if n + 1 == len(self.bare) or self.bare[n] not in _HEDGING - _ARTICLES:
            return False
        return self.bare[n + 1] in self.speech.about | self.speech.hedges | {"to"}


def key_words(line: str, speech: Tongue, shown: frozenset[str] = frozenset()) -> str:
    """Choose the words of a line to show, six at most; of `shown` stems as few as can be."""
    if not speech.stop:
        return _in_the_dark(line, speech)
    if stems(line, speech) <= shown:
        shown = frozenset()  # the second half of a headline: all of it was there
    read = _read(line, speech)
    phrases = [span for span in _spans(read) if _stands(read, *span)]
    best = max(phrases, key=lambda span: _worth(read, span[0], span[1], shown), default=None)
    if _is_short(line, read) and not (best and _tells(read, *best)):
        return _shown(read, 0, len(read.words))
    if best is None:
        longest = max((w.strip(_EDGES) for w in read.words), key=len, default="")
        return longest[:1].upper() + longest[1:] or line.strip()
    return _shown(read, *best)


def opening(text: str, speech: Tongue) -> str:
    """Take the first phrase of what follows a figure: "on board stopped on ..." is "on board"."""
    read = _read(text, speech)
    ends = (
        n + 1
        for n in range(len(read.words))
        if not read.is_small(n) and (n + 1 == len(read.words) or read.pauses(n)
        or read.is_small(n + 1) or read.is_verb(n + 1))
        and not any(a < n + 1 < b for a, b in (*read.named, *read.counted))
    )  # fmt: skip
    kept = next((" ".join(read.words[:n]).strip(_EDGES) for n in ends), "")
    return kept if len(kept) <= 2 * MOST_LETTERS else ""


def hedge(before: str, speech: Tongue) -> str:
    """Take the words that qualify a figure from what stands before it: "at least", "up to"."""
    tokens = before.split()
    n = len(tokens)
    while n and fold(tokens[n - 1]) in speech.about | speech.hedges | _HEDGING:
        n -= 1
    while n < len(tokens) and fold(tokens[n]) in _ARTICLES | {"to"}:
        n += 1
    return " ".join(tokens[n:])


def _read(line: str, speech: Tongue) -> _Line:
    found = list(re.finditer(r"\S+", line))
    words = tuple(m[0] for m in found)

    def run(start: int, end: int) -> tuple[int, int]:
        inside = [n for n, m in enumerate(found) if m.start() < end and m.end() > start]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)

    named = [m.span() for name in names(line, speech) for m in re.finditer(re.escape(name), line)]
    named += [(d.start, d.end) for d in dates(line, speech)]
    named += [(q.start, q.end) for q in quotations(line)]
    figures = numbers(line, speech)
    counted = [run(f.start, f.end + len(f.noun) + bool(f.noun)) for f in figures]
    hedges = [len(hedge(line[: f.start], speech).split()) for f in figures]
    return _Line(
        words,
        tuple(fold(w.strip(_EDGES).removesuffix("’s").removesuffix("'s")) for w in words),
        tuple(run(*span) for span in named),
        tuple((i - more, j) for (i, j), more in zip(counted, hedges, strict=True)),
        speech,
    )


def _spans(read: _Line) -> Iterator[tuple[int, int]]:
    for i in range(len(read.words)):
        for j in range(i + 1, min(i + MOST_WORDS, len(read.words)) + 1):
            if len(_shown(read, i, j)) <= MOST_LETTERS:
                yield i, j


def _stands(read: _Line, i: int, j: int) -> bool:
    """Tell whether words [i, j) can stand alone without saying anything but the line."""
    whole = not any(a < cut < b for a, b in (*read.named, *read.counted) for cut in (i, j))
    begins = (
        not read.is_small(i)
        or read.weighs(i)
        or read.hedges_next(i)
        or any(a == i for a, _ in read.counted)
        or (i > 0 and read.bare[i - 1] in _PASSIVE)  # "under water"
    ) and not (i and (read.hedges_next(i - 1) or _hangs(read, i)))
    ranged = "from" in read.bare[i:j] and read.bare[j : j + 1] == ("to",)
    owed = read.bare[j : j + 1] == ("of",) and not read.pauses(j - 1)
    owed |= not _RELATIVE.isdisjoint(read.bare[max(i, j - 2) : j])  # "a session that doctors"
    owed &= not any(b == j for _, b in (*read.named, *read.counted))  # "the start" of what?
    paused = any(read.pauses(n) for n in range(i, j - 1))
    torn = _TORN.search(" ".join(read.words[i:j]).strip(_PAUSE)) is not None
    goes_on = read.bare[j - 1].endswith(_GOES_ON.get(read.speech.code, ("\0",)))
    return (
        whole and begins and not torn and not ranged and not owed and not read.is_small(j - 1)
        and (not goes_on or read.pauses(j - 1) or j == len(read.words))
        and (not paused or _is_place(read, i, j))
        and _has_its_subject(read, i, j) and _keeps_its_doubt(read, i, j)
    )  # fmt: skip


def _is_short(line: str, read: _Line) -> bool:
    """Tell whether a card has room for all of a sentence, or of the part of one."""
    if not line.endswith((".", "!", "?", ",")):
        return False
    return len(line) <= (MOST_LINE if line[:1].isupper() else 0 if read.is_small(0) else MOST_PART)


def _tells(read: _Line, i: int, j: int) -> bool:
    """Tell whether words [i, j) say something by themselves: "next match" does not."""
    firm = any(a < j and b > i for a, b in (*read.named, *read.counted))
    firm |= any(read.is_verb(n) for n in range(i + 1, j))
    content = sum(not read.is_small(n) for n in range(i, j))
    return j - i > 1 and (firm or content >= ENOUGH)


def _hangs(read: _Line, i: int) -> bool:
    """Tell whether word i belongs to a small word that says how it is: "is under water"."""
    small = read.is_small(i - 1) and read.bare[i - 1] not in _ARTICLES | _PASSIVE
    return small and i > 1 and read.bare[i - 2] in _PASSIVE


def _is_place(read: _Line, i: int, j: int) -> bool:
    """Tell whether a span is names with a comma between: "Kamloops, British Columbia"."""
    named = all(any(a <= n < b for a, b in read.named) for n in range(i, j))
    return named and not read.words[j - 1].endswith(("’s", "'s"))


def _has_its_subject(read: _Line, i: int, j: int) -> bool:
    """Tell whether what a verb in the span says is said of all its subject, or of nobody."""
    before = read.bare[i - 1] if i else ""
    if read.speech.code == "en" and before in _SUBJECTS:
        return False  # "it means April": what does?
    if read.speech.code == "en" and read.is_verb(i) and i and before not in _PASSIVE:
        return False  # "brought 214 people": who?
    if not any(read.is_verb(n) for n in range(i + 1, j)):
        return True
    start = next((n + 1 for n in range(i - 1, -1, -1) if read.pauses(n)), 0)
    return all(read.bare[n] in _ARTICLES for n in range(start, i))


def _keeps_its_doubt(read: _Line, i: int, j: int) -> bool:
    """Tell whether what denies or doubts is in the span, or nothing but a name or a figure is."""
    heavy = {n for n in range(len(read.words)) if read.weighs(n)}
    names_only = any(a <= i and j <= b for a, b in (*read.named, *read.counted))
    denied = any(read.bare[n] in read.speech.nots for n in heavy)
    bare = denied and i in heavy and not any(read.is_verb(n) for n in range(i, j))  # "no people"
    return names_only or (heavy <= set(range(i, j)) and not bare)


def _worth(read: _Line, i: int, j: int, shown: frozenset[str]) -> float:
    """Judge a phrase: a figure tells most, then a name; what was shown before tells little."""
    end = len(read.words)
    worth = -0.5 * (j - i) - 0.6 * (j - i == 1) - 1.0 * (j - i == end)
    worth += 0.5 * (i == 0 or read.parts(i - 1)) + 0.7 * (j == end or read.parts(j - 1, j))
    worth -= 0.9 * (read.is_verb(j - 1) and j < end)  # "the barge struck" what?
    for n in range(i, j):
        if read.is_small(n):
            continue
        value = 2.0 if any(a <= n < b for a, b in read.counted) else 1.0
        value = max(value, 1.7 * any(a <= n < b for a, b in read.named))
        if read.speech.code == "de" and not read.words[n].strip(_EDGES)[:1].isupper():
            value -= 0.9  # German writes what a line is about with a capital
        old = stems(read.words[n], read.speech) & shown
        worth += 0.3 * value if old else value
    return worth


def _shown(read: _Line, i: int, j: int) -> str:
    text = " ".join(read.words[i:j]).strip(_EDGES).removesuffix("’s").removesuffix("'s")
    return text[:1].upper() + text[1:]


def _in_the_dark(line: str, speech: Tongue) -> str:
    """Take a name, a whole clause, an ending or a word of a language that we do not know."""
    known = [name for name in names(line, speech) if " " in name]
    clauses = [c.strip(_EDGES) for c in re.split(rf"[{re.escape(_PAUSE)}]+(?:\s+|$)", line)]
    *open_ended, last = [c for c in clauses if c] or [""]
    closed = [last, *(c for c in reversed(open_ended) if len(c.split()[-1]) > SMALL)]
    spaced = [c for c in closed if " " in c and len(c.split()) <= MOST_WORDS]
    short = [text for text in (*known, *spaced) if len(text) <= MOST_CLAUSE]
    longest = max(line.split(), key=len, default="").strip(_EDGES)
    found = next(iter(short), "") or _ending(last, speech) or _last_phrases(longest, speech)
    return found[:1].upper() + found[1:] or line.strip()


def _ending(clause: str, speech: Tongue) -> str:
    """Take the last words of a clause, as many as begin where a phrase most likely does.

    That is at a small word in scripts with capitals, whose languages have prepositions, and behind
    one in the others. A figure keeps what it counts, and a denial stays.
    """
    tokens = clause.split()
    before = int(clause[-1:].lower() == clause[-1:].upper())
    for n in range(max(1, len(tokens) - MOST_WORDS), len(tokens) - 1):
        small, own = tokens[n - before], tokens[n - before + 1]
        kept = " ".join(tokens[n:])
        whole = len(kept) <= MOST_CLAUSE and not re.search(r"\d", tokens[n - 1])
        denied = denials(kept, speech) == denials(clause, speech)
        if len(small) <= SMALL < len(own) and whole and denied:
            return kept
    return ""


def _last_phrases(clause: str, speech: Tongue) -> str:
    """Take the last phrases of a clause that may be written without spaces, and its denial."""
    from render.words import tokens  # brings numpy

    kept = ""
    for phrase, _ in reversed(tokens(re.split("[、，；：。！？]", clause)[-1], guess([clause]))):
        long = kept and len(phrase + kept) > DENSE_LETTERS
        if long and denials(kept, speech) == denials(clause, speech):
            break
        kept = phrase + kept
    return _POSTPOSED.sub("", kept)
