"""What a decision rests on, and what it says: situations and intents. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.draft import Draft, DraftState, Posting
from bot.groups import Groups
from bot.rules.news import News
from bot.story import Story
from bot.terms.timetable import Timetable
from publish import Caps

__all__ = ["SEQUELS", "Act", "Intent", "Lane", "Limits", "Situation"]

Act = Literal[
    "open",
    "write",
    "render",
    "offer",
    "block",  # a script with claims that no source holds
    "hold",  # a finished clip that may not be offered
    "drop",
    "recall",  # an approved post that newer news overtook
    "publish",
    "reconcile",
    "ask",
    "close",
    "park",
    "correct",  # a post whose sources say otherwise now
    "withdraw",  # an approved draft that was taken down before it was out anywhere
    "amend",  # a correction that an editor wished for
    "takedown",
]
SEQUELS: frozenset[Act] = frozenset({"amend", "takedown"})
"""What is done to posts that are out, whatever became of their draft since."""
LEAVES: Mapping[Act, DraftState] = {
    "write": "wanted",
    "render": "written",
    "block": "written",
    "correct": "posted",
    "offer": "rendered",
    "hold": "rendered",
    "drop": "offered",
}

Lane = tuple[int, str]  # a draft and a channel


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the bot may start by itself. A person who asks by hand is not limited.

    `open_drafts` and `drafts_per_hour` count stories: one in three languages is one.
    """

    outlets: int = 3
    open_drafts: int = 4
    drafts_per_hour: int = 6
    offer_hours: float = 6.0
    fresh_hours: float = 12.0


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a decision needs. `drafts` holds the open ones and those of the last hour.

    `covered` are the stories that have a draft, after merges, each with its language: as its brief
    says it ("" the story's own), and as it was written. `posted` are the drafts that are
    watched after their post. `news` is what came in after a draft was written, `newest` when the
    newest report of its story did, both by the draft's number. `sent` are the moments of the posts
    of the last days, by channel.
    """

    stories: Sequence[Story] = ()
    covered: frozenset[tuple[int, str]] = frozenset()
    drafts: Sequence[Draft] = ()
    postings: Sequence[Posting] = ()
    caps: Mapping[str, Caps] = field(default_factory=dict)  # of each channel
    paused: frozenset[str] = frozenset()  # channel names; "*" is everything
    groups: Groups = Groups()
    posted: Sequence[Draft] = ()
    news: Mapping[int, Sequence[News]] = field(default_factory=dict)
    newest: Mapping[int, datetime] = field(default_factory=dict)
    timetables: Mapping[str, Timetable] = field(default_factory=dict)
    sent: Mapping[str, Sequence[datetime]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing to do, and why. Intents of one `lane` are never under way at the same time.

    `lang` is the language of a draft to be opened, as in its brief. `keys` are those of the news
    that it speaks of.
    """

    act: Act
    story: int
    reason: str
    draft: int = 0
    channel: str = ""
    keys: tuple[str, ...] = ()
    lang: str = ""
    key: str = ""  # of the posting that it is about

    @property
    def lane(self) -> Lane:
        """What this intent works on. All openings share one lane: each uses up room."""
        return (self.draft, self.channel)

    @property
    def leaves(self) -> DraftState:
        """The state of a draft in which this is still missing."""
        return LEAVES.get(self.act, "approved")

    @property
    def name(self) -> str:
        """What it is, for a log."""
        about = f"draft {self.draft}" if self.draft else f"story {self.story} {self.lang}".rstrip()
        return f"{self.act} {about} {self.channel}".rstrip()
