"""Picks and trims sentences of the sources. No model, no key, nothing invented."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

from bot.prose.claims import quotations
from bot.prose.sentences import length, speaking_s, words
from bot.prose.tongues import Tongue, fold, guess, tongue, word_set
from bot.story import Beat, Cite, Script, Story
from bot.writers import Brief, Tell, WriterRefused
from bot.writers._blurb import caption, chip, hashtags, reports, told
from bot.writers._facts import Fact, facts, outdated, titles
from bot.writers._shorter import shorter
from bot.writers._tone import fitting
from bot.writers._wishes import wish

__all__ = ["Plugin", "Settings", "compose"]

_BEATS = {"flash": 3, "news": 8, "explainer": 10, "list": 10}
_SECONDS = 38.0  # where the brief leaves the length to us
_END_CARD_S = 2.5
_PAUSE_S = 0.2  # between two lines
_SHORTEST_S = 8.0
_HOOK_WORDS, _LONG_HOOK = 14, 18  # the longer where the headline has no verb
_SAME = 0.4  # of a headline's content in the hook: they tell the same
_PASSIVE = ("by", "for", "with", "on", "in", "over")
_HEADLINE_VERBS = word_set(
    "announces arrives asks attacks backs bans beats becomes begins blames blocks breaks calls"
    " charges claims climbs closes collapses crashes cuts demands denies dies drops ends enters"
    " faces falls fights files finds fires flees gets gives goes grows halts hits holds joins jumps"
    " kills lands launches leads leaves loses makes meets moves named offers opens orders passes"
    " pays plans plunges pulls quits raises reaches rejects removes resigns returns reveals rises"
    " rules says seeks seizes sells sends sets shows shuts signs sinks slips soars stops strikes"
    " sues supports suspends takes threatens tops turns unveils urges votes vows warns wins"
)
_LEDE = 3  # sentences: so far a report is surely on its own subject
_NEW = 0.55  # at least this share of a line's content must not have been said yet
_FULL_NAME = re.compile(r"[A-ZÀ-Þ][\w'’-]+ [A-ZÀ-Þ][\w'’-]+")
_AHEAD = word_set(
    "will wird werden sera seront va vont será serán vai serão sarà saranno expected scheduled due"
)


class Settings(BaseModel):
    """This writer has nothing to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plugin:
    """The writer that is always there."""

    translates = False

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def write(self, story: Story, brief: Brief, tell: Tell) -> Script:
        """Write once. Raises WriterRefused where no headline or sentence can be spoken."""
        return compose(story, brief)

    async def revise(
        self, script: Script, story: Story, brief: Brief, wish: str, tell: Tell
    ) -> Script:
        """Make it shorter; other words want a model. Raises WriterRefused that says what works."""
        return shorter(script, wish)


def compose(story: Story, brief: Brief) -> Script:
    """Make a script out of the sources' own sentences. Raises WriterRefused. Pure."""
    lang = brief.lang or story.lang or guess(told(story))
    speech = tongue(lang)
    heads, found = titles(story, speech), facts(story, speech)
    overtaken = outdated([*heads, *found], speech)
    old = [o for o, _ in overtaken]
    heads, found = ([f for f in some if f not in old] for some in (heads, found))
    if not heads and not found:
        raise WriterRefused(f"no sentence of {story.title!r} can be spoken; write it by hand")
    chosen = _chosen(heads, found, brief, speech)
    beats = [_beat(f, [*heads, *found], speech) for f in chosen]
    outlets = tuple(dict.fromkeys([*(f.item.outlet for f in chosen), *story.outlets]))
    if sum(_takes(f) for f in chosen) < _SHORTEST_S:
        beats.append(Beat(reports(outlets, lang), tuple(_title_cites(story, outlets[:3]))))
    return Script(
        format=brief.format,
        headline=_headline(heads, chosen[0]).line.rstrip(".。।۔"),
        lang=lang,
        tone=fitting(brief.tone, told(story)),
        beats=tuple(beats),
        chip=chip(story, lang),
        caption=caption([f.line for f in chosen], outlets, lang),
        hashtags=hashtags(story, lang),
        writer="extractive",
        notes=tuple(dict.fromkeys(_note(o, n) for o, n in overtaken if o.quote != n.quote)),
    )


def _chosen(
    heads: Sequence[Fact], found: Sequence[Fact], brief: Brief, speech: Tongue
) -> list[Fact]:
    """Choose the hook, then facts that say something new, until the time is full."""
    hook = _hook(heads, found, speech)
    groups = [[hook]]
    said = set(hook.stems)
    left = (brief.seconds or _SECONDS) - _END_CARD_S - _takes(hook)
    pool = list(found)
    while sum(map(len, groups)) < _BEATS.get(brief.format, 8):
        worth = [(_worth(f, said, groups), n) for n, f in enumerate(pool) if _takes(f) <= left]
        best, n = max(worth, key=lambda w: (w[0], -w[1]), default=(0.0, 0))
        if best <= 0:
            break
        fact = pool.pop(n)
        before = [g for g in groups if _leads_to(g[-1], fact)]
        if fact.leaning:
            before[0].append(fact)
        else:
            groups.append([fact])
        said |= fact.stems
        left -= _takes(fact)
    later = sorted(groups[1:], key=lambda g: (_stage(g[0]), -g[0].backing))
    return [fact for group in [groups[0], *later] for fact in group]


def _hook(heads: Sequence[Fact], found: Sequence[Fact], speech: Tongue) -> Fact:
    """Take the strongest headline, or a sentence that is much stronger.

    For a headline without a verb a sentence that tells the same is spoken.
    """
    fit = [f for f in found if not f.leaning and length(f.line) <= _LONG_HOOK]
    if heads and not _tells(heads[0].line, speech):
        return next((f for f in fit if _is_same(heads[0], f)), heads[0])
    short = [f for f in fit if length(f.line) <= _HOOK_WORDS]
    best = [*heads[:1], *short[:1]] or found[:1]
    return max(best, key=lambda f: f.score + 0.4 * f.is_title)


def _is_same(head: Fact, fact: Fact) -> bool:
    return len(head.stems & fact.stems) >= _SAME * len(head.stems)


def _tells(line: str, speech: Tongue) -> bool:
    """Tell whether a headline says something with a verb; only English ones can be told.

    "Shoes auctioned for a record" and "Bridge hit by barge" leave the verb to the reader.
    """
    told = [fold(w) for w in words(line)]
    verbs = speech.finite | speech.says | _HEADLINE_VERBS
    past = (a for a, b in pairwise(told[1:]) if a.endswith("ed") and b not in _PASSIVE)
    return speech.code != "en" or not verbs.isdisjoint(told) or any(past)


def _headline(heads: Sequence[Fact], hook: Fact) -> Fact:
    """Choose what stands on the title while the hook is spoken: a headline that says the same."""
    if hook.is_title:
        return hook
    return next((h for h in heads if _is_same(h, hook)), hook)


def _takes(fact: Fact) -> float:
    return speaking_s(fact.line) + _PAUSE_S


def _worth(fact: Fact, said: set[str], groups: Sequence[Sequence[Fact]]) -> float:
    """Judge what a fact adds to what is said already; 0 where it adds too little."""
    new = fact.stems - said
    if len(new) < 3 or len(new) < _NEW * len(fact.stems):
        return 0.0
    if fact.leaning:
        fits = any(_leads_to(group[-1], fact) for group in groups)
    else:  # a report may wander off its story
        fits = bool(fact.stems & said) or fact.backing > 0 or fact.place < _LEDE
    if not fits:
        return 0.0
    return max(0.01, fact.score) * len(new) / len(fact.stems)


def _leads_to(before: Fact, fact: Fact) -> bool:
    """Tell whether a fact follows another in its report; a headline must name whom "she" means."""
    follows = before.item.id == fact.item.id and before.place == fact.place - 1
    return follows and (not before.is_title or _FULL_NAME.search(before.line) is not None)


def _stage(fact: Fact) -> int:
    """Order: what happened, a voice, what comes next."""
    if len(quotations(fact.line)) and "“" in fact.line:
        return 1
    return 2 if any(fold(w.strip(".,")) in _AHEAD for w in fact.line.split()) else 0


def _beat(fact: Fact, found: Iterable[Fact], speech: Tongue) -> Beat:
    """Make a beat with its own source first, then one sentence of each outlet that agrees."""
    cites = {fact.item.outlet: _cite(fact)}
    for other in found:
        if len(fact.stems & other.stems) >= 0.6 * len(fact.stems):
            cites.setdefault(other.item.outlet, _cite(other))
    return Beat(fact.line, tuple(cites.values())[:4], wish(fact.line, speech))


def _cite(fact: Fact) -> Cite:
    return Cite(fact.item.id, fact.item.outlet, fact.item.url, fact.quote)


def _title_cites(story: Story, outlets: Iterable[str]) -> Iterable[Cite]:
    for outlet in outlets:
        item = next(i for i in story.items if i.outlet == outlet)
        yield Cite(item.id, outlet, item.url, item.title)


def _note(old: Fact, new: Fact) -> str:
    return f"Left out as overtaken: {old.item.outlet}: {old.line} (newer: {new.item.outlet})"
