"""Which facts are told, and in which order: a hook, then what is new, as the format asks. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import combinations

from bot.formats import Format
from bot.prose.claims import names
from bot.prose.sentences import length, stems
from bot.prose.tongues import Tongue
from bot.prose.trim import BREATH, LONGEST
from bot.prose.verbs import tells
from bot.writers._differ import Dispute
from bot.writers._facts import Fact, opening
from bot.writers._parts import LEDE, Spoken, ordered, part_of, takes

__all__ = [
    "choose",
    "fuller_than",
    "hook_of",
    "is_same",
    "on_subject",
    "said_with",
    "says",
    "unintroduced",
]

_HOOK_WORDS, _LONG_HOOK = 14, 18  # the longer where the headline has no verb
_KIN = 2  # words: so many of the event's speak of it
_SMALL = 4  # reports: so few are about one thing
_NEAR = 4  # words that two reports share in their openings: they tell the same
_DIGEST = re.compile(
    r"\blive\b|\bbriefing$|what (?:we|you) (?:need to )?know|this day in history|at a glance"
    r"|round-?up|newsletter|liveticker|en direct\b|em direto|as notícias d|in diretta"
    r"|\bheadlines\b|^\d{1,2}h\d{0,2}\b",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"^[^“”\"]{3,40}(?:: | [-–—] )")
_SAME = 0.4  # of a headline's content in the hook: they tell the same
_REPEATED = 0.42  # of the shorter line's content in another: they say the same
_ROOT = 4  # letters: so much of a word stays the same in "warns" and "warned"
_FULLER = 0.6  # of a headline: a sentence that has more of it tells it too
_MORE = 3  # words of content that a sentence has beyond its headline
_NEW = 0.55  # at least this share of a line's content must not have been said yet
_OVER = 0.08  # of the wished time may be said more
_SHORT_OF = 0.05  # of the wished time: more than this unused is looked into
_BEGINNINGS = 8  # tried then
_SHORT = 10  # words of content: what is longer repeats a line that it holds
_AGAIN = 0.75  # what a line is worth for each line that its outlet has already
_LONG = 0.5  # what a line of more than a breath is worth
_SECOND = 1.6  # what a line is worth more that is the first of a second outlet
_FULL_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]+ [A-ZÀ-Þ][\w'’-]+")


def said_with(apart: Iterable[Dispute], lang: str) -> list[Spoken]:
    """Make the lines that say who says which of two figures."""
    lines = ((d, d.line(lang)) for d in apart)
    return [Spoken(line, (d.one, d.other), "unknown", d.wish) for d, line in lines if line]


def hook_of(heads: Sequence[Fact], found: Sequence[Fact], speech: Tongue) -> Fact | None:
    """Take the strongest headline, or a sentence that is much stronger; None if there is nothing.

    For a headline without a verb, or with a topic before a colon, a sentence that tells the same is
    spoken, else the next headline.
    """
    fit = [f for f in found if not f.leaning and length(f.line) <= _LONG_HOOK]
    good = [h for h in heads if _speaks(h, speech)]
    if heads and heads[0] not in good:
        same = [f for f in fit if is_same(heads[0], f)]
        same = sorted(same, key=lambda f: -len(f.stems & heads[0].stems))
        return [*same, *good, heads[0]][0]
    short = [f for f in fit if length(f.line) <= _HOOK_WORDS]
    short = [f for f in short if any(is_same(head, f) for head in heads)] if heads else short
    best = [*heads[:1], *short[:1]] or list(found[:1])
    return max(best, key=lambda f: f.score + 0.4 * f.is_title, default=None)


def _speaks(head: Fact, speech: Tongue) -> bool:
    """Tell whether a headline can be said: with a verb (told in English only), without a topic."""
    verb = speech.code != "en" or tells(head.line, speech, headline=True)
    return verb and not _TOPIC.search(head.line)


def fuller_than(hook: Fact, found: Sequence[Fact], named: frozenset[str]) -> Fact | None:
    """Find the sentence that tells what a headline does, and more, best one that says a name."""
    mine = _cut(hook.stems)
    fit = [f for f in found if not f.leaning and length(f.line) <= LONGEST and hook.is_title]
    same = [f for f in fit if len(mine & _cut(f.stems)) > _FULLER * len(mine)]
    more = [f for f in same if len(f.stems - hook.stems) >= _MORE]
    return max(more, key=lambda f: (says(f, named), f.score), default=None)


def says(fact: Fact, named: Iterable[str]) -> bool:
    """Tell whether a line has one of some names."""
    return any(name in fact.line for name in named)


def unintroduced(chosen: Sequence[Spoken], speech: Tongue) -> frozenset[str]:
    """List the full names that the lines behind the hook use and the hook does not."""
    later = {name for spoken in chosen[1:] for name in names(f"— {spoken.line}", speech)}
    return frozenset(name for name in later if " " in name and name not in chosen[0].line)


def _cut(content: Iterable[str]) -> frozenset[str]:
    return frozenset(stem[:_ROOT] for stem in content)


def is_same(head: Fact, fact: Fact) -> bool:
    """Tell whether a fact tells what a headline does."""
    return len(head.stems & fact.stems) >= _SAME * len(head.stems)


def on_subject(
    hook: Fact, heads: Sequence[Fact], found: Sequence[Fact], speech: Tongue
) -> list[Fact]:
    """Keep what speaks of the hook's event: a story may hold the events around it, and digests.

    A line does where two of its words are those of the headlines that tell the same as the hook.
    All of a report does where its headline has two of them, or its opening shares more with that of
    the hook's report, or the story is small; but not of a digest of the day.
    """
    same = [h for h in heads if is_same(h, hook) or is_same(hook, h)]
    event = hook.stems.union(*(h.stems for h in same))
    told = stems(opening(hook.item), speech) | event
    kin = {hook.item.id}
    items = {f.item.id: f.item for f in (*heads, *found)}
    for item in items.values():
        near = len(items) <= _SMALL or len(stems(item.title, speech) & event) >= min(
            _KIN, len(event)
        )
        near |= len(stems(opening(item), speech) & told) >= _NEAR
        kin |= {item.id} if near and not _DIGEST.search(item.title) else set()
    return [f for f in found if f.item.id in kin or len(f.stems & event) >= min(_KIN, len(event))]


def choose(
    hook: Fact,
    found: Sequence[Fact],
    apart: Sequence[Spoken],
    form: Format,
    seconds: float,
    speech: Tongue,
) -> list[Spoken]:
    """Choose the hook, what is disputed, then facts that say something new, until time is full.

    The best fact first, and so on. Where that leaves more time than it should, other beginnings
    are tried, because a long line may shut out two that would have filled it.
    """
    usual = seconds or form.seconds[1]
    time_s = usual - form.end_s - takes(hook.line)
    told = [s for s in apart if takes(s.line) <= time_s and "unknown" in form.order][:1]
    time_s -= sum(takes(s.line) for s in told)
    more_s = min(_OVER * usual, max(0.0, form.seconds[2] - usual))
    room = _Room(time_s, time_s + more_s, form.beats[1] - len(told) - 1)
    start = _Chosen(hook, told, speech)
    pool = [f for f in found if part_of(f, form, speech)]
    best = start.filled(pool, room)
    if room.short(best) > _SHORT_OF * usual:
        worthy = sorted((f for f in pool if start.worth(f) > 0), key=start.worth, reverse=True)
        first = worthy[:_BEGINNINGS]
        tries = [
            start.filled(pool, room, begun)
            for begun in (*combinations(first, 2), *((f,) for f in first))
        ]
        best = min([best, *tries], key=lambda c: (round(room.short(c)), -c.gained))
    return ordered(best.groups, told, form, speech)


@dataclass(frozen=True, slots=True)
class _Room:
    """What is left for facts: seconds as wished, seconds at most, and lines."""

    time_s: float
    most_s: float
    lines: int

    def short(self, chosen: "_Chosen") -> float:
        """Seconds that remain unused."""
        return max(0.0, self.time_s - chosen.takes_s)


class _Chosen:
    """What is said so far: groups of facts that lean on each other, and their content."""

    def __init__(self, hook: Fact, told: Sequence[Spoken], speech: Tongue) -> None:
        self.groups = [[hook]]
        self.takes_s = self.gained = 0.0
        self._speech = speech
        self._said: set[str] = set()
        self._heard: list[frozenset[str]] = []
        self.hear([hook, *(fact for spoken in told for fact in spoken.facts)])

    def filled(self, pool: Sequence[Fact], room: _Room, first: Sequence[Fact] = ()) -> "_Chosen":
        """Take `first`, then the best fact that fits, again and again; answers a copy."""
        chosen = copy(self)
        chosen.groups = [list(group) for group in self.groups]
        chosen._said, chosen._heard = set(self._said), list(self._heard)
        left = list(pool)
        lines = 0
        while lines < room.lines and room.short(chosen) > 0:
            fits = [f for f in left if takes(f.line) <= room.most_s - chosen.takes_s]
            best = first[0] if first else max(fits, key=chosen.worth, default=None)
            if best is None or best not in fits or chosen.worth(best) <= 0:
                break
            chosen.take(best)
            left.remove(best)
            first, lines = first[1:], lines + 1
        return chosen

    def hear(self, facts: Iterable[Fact]) -> None:
        """Mind what other lines say, so that nothing says it again."""
        for fact in facts:
            self._said |= fact.stems
            self._heard.append(self._roots(fact))

    def take(self, fact: Fact) -> None:
        """Take a fact; one that leans stands right behind what it leans on."""
        self.gained += self.worth(fact)
        self.takes_s += takes(fact.line)
        before = [g for g in self.groups if _leads_to(g[-1], fact)]
        if fact.leaning:
            before[0].append(fact)
        else:
            self.groups.append([fact])
        self.hear([fact])

    def worth(self, fact: Fact) -> float:
        """Judge what a fact adds to what is said already; 0 where it adds too little."""
        new = fact.stems - self._said
        if len(new) < 3 or len(new) < _NEW * len(fact.stems):
            return 0.0
        if self._repeats(self._roots(fact)):
            return 0.0
        if fact.leaning and not any(_leads_to(group[-1], fact) for group in self.groups):
            return 0.0
        if not (fact.stems & self._said or fact.backing or fact.place < LEDE):
            return 0.0
        from_outlet = Counter(f.item.outlet for group in self.groups for f in group)
        again = _AGAIN ** from_outlet[fact.item.outlet]
        again *= _SECOND if len(from_outlet) == 1 and fact.item.outlet not in from_outlet else 1
        again *= _LONG if length(fact.line) > BREATH else 1
        return max(0.01, fact.score) * again * len(new) / len(fact.stems)

    def _repeats(self, roots: frozenset[str]) -> bool:
        """Tell whether some line says much the same; a long line may hold a short one."""
        most = min(len(roots), _SHORT)
        return any(len(roots & h) >= max(2, _REPEATED * min(most, len(h))) for h in self._heard)

    def _roots(self, fact: Fact) -> frozenset[str]:
        """Take what a line says of whom it names: names come again, what is said must not."""
        named = stems(" ".join(names(fact.line, self._speech)), self._speech)
        few = len(fact.stems - named) < 0.4 * len(fact.stems)  # Title Case: all looks like names
        return _cut(fact.stems if few else fact.stems - named)


def _leads_to(before: Fact, fact: Fact) -> bool:
    """Tell whether a fact follows another in its report; a headline must name whom "she" means."""
    follows = before.item.id == fact.item.id and before.place == fact.place - 1
    return follows and (not before.is_title or _FULL_NAME.search(before.line) is not None)
