"""Picks and trims sentences of the sources. No model, no key, nothing invented."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from bot.formats import USUAL, format_of
from bot.prose.harm import harm
from bot.prose.tongues import Tongue, guess, tongue
from bot.story import Beat, Cite, Script, Story
from bot.writers import Brief, Tell, WriterRefused
from bot.writers._blurb import caption, chip, hashtags, reports, told
from bot.writers._choice import (
    choose,
    fuller_than,
    hook_of,
    is_same,
    on_subject,
    said_with,
    says,
    unintroduced,
)
from bot.writers._differ import disputes, outdated
from bot.writers._facts import Fact, facts, titles
from bot.writers._parts import Spoken, takes
from bot.writers._shorter import shorter
from bot.writers._tone import fitting
from bot.writers._wishes import wish

__all__ = ["Plugin", "Settings", "compose"]

_SHORTEST_S = 8.0


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
    speech, form = tongue(lang), format_of(brief.format)
    heads, found = titles(story, speech), facts(story, speech)
    overtaken = outdated([*heads, *found], speech)
    heads, found = _without((old for old, _ in overtaken), heads, found)
    first = hook_of(heads, found, speech)
    if first is None:
        raise WriterRefused(f"no sentence of {story.title!r} can be spoken; write it by hand")
    apart = disputes([*heads, *found], speech)
    open_heads, agreed = _without((f for d in apart for f in (d.one, d.other)), heads, found)
    hook = hook_of(open_heads, agreed, speech) or first
    agreed = on_subject(hook, heads, agreed, speech)
    told_apart = said_with(apart, lang)
    chosen = choose(hook, agreed, told_apart, form, brief.seconds, speech)
    named = unintroduced(chosen, speech)
    fuller = fuller_than(hook, agreed, named)
    if fuller and (len(chosen) == 1 or says(fuller, named)):
        hook = fuller
        chosen = choose(hook, agreed, told_apart, form, brief.seconds, speech)
    if told_apart and hook in told_apart[0].facts:  # nobody agrees on anything
        chosen = [told_apart[0], *(s for s in chosen[1:] if s != told_apart[0])]
    beats = [_beat(s, [*heads, *found], speech) for s in chosen]
    cited = (cite.outlet for beat in beats for cite in beat.cites)
    outlets = tuple(dict.fromkeys([*cited, *story.outlets]))
    said = reports(outlets, lang, awaited=not any(i.summary or i.text for i in story.items))
    spoken_s = sum(takes(s.line) for s in chosen)
    fits = spoken_s + takes(said) + form.end_s <= 1.1 * (brief.seconds or form.seconds[1])
    if spoken_s < _SHORTEST_S and (fits or len(beats) == 1):
        beats.append(Beat(said, tuple(_title_cites(story, outlets[:3]))))
    notes = [_note(o, n) for o, n in overtaken if o.quote != n.quote] + [d.note for d in apart]
    return Script(
        format=brief.format or USUAL,
        headline=_headline(heads, hook).line.rstrip(".。।۔"),
        lang=lang,
        tone=fitting(brief.tone, told(story)),
        beats=tuple(beats),
        chip=chip(story, lang),
        caption=caption([s.line for s in chosen], outlets, lang),
        hashtags=hashtags(story, lang),
        writer="extractive",
        notes=tuple(dict.fromkeys(notes)),
    )


def _without(gone: Iterable[Fact], *some: Sequence[Fact]) -> list[list[Fact]]:
    """Leave facts out, and what else tells the same sentence."""
    lines = {fact.line for fact in gone}
    return [[f for f in found if f.line not in lines] for found in some]


def _headline(heads: Sequence[Fact], hook: Fact) -> Fact:
    """Choose what stands on the title while the hook is spoken: a headline that says the same."""
    if hook.is_title:
        return hook
    return next((h for h in heads if is_same(h, hook)), hook)


def _beat(spoken: Spoken, found: Iterable[Fact], speech: Tongue) -> Beat:
    """Make a beat with its own sources first, then one sentence of each outlet that agrees.

    The hook is what the story is: a headline that tells the same agrees with it. Who does not say
    what became of people does not agree.
    """
    cites = {fact.item.outlet: _cite(fact) for fact in spoken.facts}
    own, fates = spoken.facts[0], harm(spoken.line)
    for other in found if spoken.wish is None else ():
        same = len(own.stems & other.stems) >= 0.6 * len(own.stems)
        if not fates <= harm(other.quote):
            continue
        if same or (spoken.part == "hook" and other.is_title and is_same(other, own)):
            cites.setdefault(other.item.outlet, _cite(other))
    return Beat(spoken.line, tuple(cites.values())[:4], spoken.wish or wish(spoken.line, speech))


def _cite(fact: Fact) -> Cite:
    return Cite(fact.item.id, fact.item.outlet, fact.item.url, fact.quote)


def _title_cites(story: Story, outlets: Iterable[str]) -> Iterable[Cite]:
    for outlet in outlets:
        item = next(i for i in story.items if i.outlet == outlet)
        yield Cite(item.id, outlet, item.url, item.title)


def _note(old: Fact, new: Fact) -> str:
    return f"Left out as overtaken: {old.item.outlet}: {old.line} (newer: {new.item.outlet})"
