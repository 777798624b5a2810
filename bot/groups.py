"""Channels of one language are a group: which languages a story is told in, and from what. Pure.

A story gets one draft for each group. In a language that is not its own it is told where the
writer translates, or where enough outlets tell it in that language: then from their reports alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.draft import Draft
from bot.prose.tongues import guess
from bot.story import Story
from sources import Item

__all__ = [
    "Groups",
    "Version",
    "base",
    "channels_of",
    "destined",
    "language_of",
    "own_language",
    "reports_in",
    "resting_on",
    "versions",
]


@dataclass(frozen=True, slots=True)
class Groups:
    """The language of each channel by its name, "" the story's own; and what the writer can.

    `writer` is its name; one that `translates` writes in a language that no report is in.
    """

    channels: Mapping[str, str] = field(default_factory=dict)
    translates: bool = False
    writer: str = "the writer"

    @property
    def several(self) -> bool:
        """Whether there is more than one group: then every view names the language."""
        return len(set(self.channels.values())) > 1

    def members(self, lang: str) -> tuple[str, ...]:
        """The channels that named this language."""
        return tuple(name for name, own in self.channels.items() if own == lang)


@dataclass(frozen=True, slots=True)
class Version:
    """A story in one language: as its brief says it ("" is the story's own), and as it is.

    `items` are the reports it rests on. `obstacle` says why it cannot be told so, "" if it can;
    `note` says from what it is told where that is not its own language.
    """

    lang: str
    language: str
    items: tuple[Item, ...] = ()
    obstacle: str = ""
    note: str = ""


def base(lang: str) -> str:
    """The language without its region: "pt-BR" is "pt"."""
    return lang.replace("_", "-").partition("-")[0].lower()


def own_language(items: Sequence[Item]) -> str:
    """The language that most reports are in; guessed from their words where none says it."""
    said = Story(0, "", tuple(items)).lang
    return said or guess(f"{item.title} {item.summary}" for item in items)


def reports_in(items: Iterable[Item], lang: str) -> tuple[Item, ...]:
    """The reports in a language, by what they say of themselves, else by their words."""
    return tuple(item for item in items if own_language([item]) == base(lang))


def resting_on(items: tuple[Item, ...], lang: str, groups: Groups, least: int) -> tuple[Item, ...]:
    """The reports that a script in a language rests on; () where it cannot be written.

    Those in that language alone where `least` outlets tell it so: that is nearer to its sources
    than any translation. Otherwise all of them, if the writer translates.
    """
    own = reports_in(items, lang)
    if len({item.outlet for item in own if not item.backlog}) >= least:
        return own
    return items if groups.translates else ()


def versions(story: Story, groups: Groups, least: int) -> tuple[Version, ...]:
    """Every language that the channels want a story in, its own first where one wants that."""
    own = own_language(story.items)
    tags = dict.fromkeys(groups.channels.values()) or {"": None}
    foreign = sorted(tag for tag in tags if tag and base(tag) != own)
    found = [Version("", own, story.items)] if len(foreign) < len(tags) else []
    return (*found, *(_foreign(story, tag, own, groups, least) for tag in foreign))


def _foreign(story: Story, tag: str, own: str, groups: Groups, least: int) -> Version:
    items = resting_on(story.items, tag, groups, least)
    if items:
        enough = len(items) < len(story.items)
        note = f"from the {len(items)} reports in {tag}" if enough else f"translated from {own}"
        return Version(tag, tag, items, note=f"in {tag} {note}")
    outlets = len({item.outlet for item in reports_in(story.items, tag)})
    tell = "no outlet tells" if not outlets else f"only {outlets} of {least} outlets tell"
    why = f"{tell} it in {tag}, and {groups.writer} does not translate"
    return Version(tag, tag, obstacle=f"no draft for {', '.join(groups.members(tag))}: {why}")


def language_of(draft: Draft) -> str:
    """The language of a draft: of its script, else as it was asked for, else of its reports."""
    told = draft.script.lang if draft.script else ""
    return draft.brief.lang or told or own_language(draft.items)


def channels_of(draft: Draft, groups: Groups) -> tuple[str, ...]:
    """The channels that a draft is for: those of its language.

    A channel without a language takes every story in its own language. One that a person asked
    for in a language that no channel names goes there too: it has no other place.
    """
    lang = language_of(draft)
    if not draft.brief.lang:
        return tuple(n for n, tag in groups.channels.items() if not tag or base(tag) == base(lang))
    exact = groups.members(lang)
    near = tuple(n for n, tag in groups.channels.items() if base(tag) == base(lang))
    return exact or near or groups.members("")


def destined(draft: Draft, named: Sequence[str], groups: Groups) -> tuple[str, ...]:
    """The channels that were named, or all of the draft's own group.

    Raises ValueError for one of another group, and where no channel takes the language.
    """
    group, lang = channels_of(draft, groups), language_of(draft)
    way_out = f'no channel takes that: give a [[publish]] table lang = "{base(lang)}"'
    others = f"its channels are {', '.join(group)}" if group else way_out
    if strange := [name for name in named if name not in group]:
        speaks = groups.channels[strange[0]] or "every story's own language"
        raise ValueError(f"draft {draft.id} is in {lang}, {strange[0]} takes {speaks}; {others}")
    if not group:
        raise ValueError(f"draft {draft.id} is in {lang}; {others}")
    return tuple(named) or group
