"""A story on its way to the channels: drafts, posts, and the moves that are legal.

Pure: values and rules only. The store refuses every move that `MOVES` does not name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.story import Grounding, Script
from sources import Item

__all__ = [
    "CLOSED",
    "MOVES",
    "POST_MOVES",
    "SETTLED",
    "WAITING",
    "Brief",
    "Draft",
    "DraftState",
    "Embargo",
    "PostState",
    "Posting",
    "Purpose",
    "Texts",
    "Waiver",
    "Weighed",
    "may",
    "may_post",
]

DraftState = Literal[
    "wanted",  # somebody or the wire asks for it: no script yet, or an editor wishes a change
    "written",  # has a script, no clip
    "rendered",  # has a clip, the editors have not seen it
    "offered",  # shown; waits for a decision
    "approved",  # a named person said yes to exactly this revision
    "posted",  # every channel has answered for good
    "rejected",
    "parked",  # something is wrong that a person must look at; `why` says what
    "dropped",  # nobody decided in time
]
CLOSED: frozenset[DraftState] = frozenset({"posted", "rejected", "dropped"})

MOVES: Mapping[DraftState, frozenset[DraftState]] = {
    "wanted": frozenset({"written", "rendered", "rejected", "parked"}),
    "written": frozenset({"wanted", "written", "rendered", "rejected", "parked"}),
    "rendered": frozenset({"wanted", "written", "offered", "rejected", "parked"}),
    "offered": frozenset({"wanted", "written", "approved", "rejected", "parked", "dropped"}),
    "approved": frozenset({"wanted", "written", "posted", "rejected", "parked"}),
    "parked": frozenset({"wanted", "written", "approved", "rejected"}),
    "posted": frozenset({"approved"}),
    "rejected": frozenset(),
    "dropped": frozenset({"wanted"}),
}

PostState = Literal[
    "queued",  # approved, or wished for; waits for its time
    "preparing",  # what can be repeated is under way: uploads, containers
    "ready",  # nothing is missing but the call that makes it public
    "committing",  # the intent is written down; the call is, or was, under way
    "unknown",  # the call was made and its answer lost
    "asked",  # nobody but a person can tell whether it is out
    "done",
    "refused",
]
WAITING: frozenset[PostState] = frozenset({"queued", "preparing", "ready"})
"""Nothing of it can be public yet."""

POST_MOVES: Mapping[PostState, frozenset[PostState]] = {
    "queued": frozenset({"preparing", "refused"}),
    "preparing": frozenset({"ready", "queued", "refused"}),
    "ready": frozenset({"committing", "preparing", "queued", "asked", "refused"}),
    "committing": frozenset({"committing", "ready", "unknown", "asked", "done", "refused"}),
    "unknown": frozenset({"committing", "ready", "unknown", "asked", "done"}),
    "asked": frozenset({"queued", "ready", "done", "refused"}),
    "done": frozenset(),
    "refused": frozenset({"queued"}),
}

SETTLED: frozenset[PostState] = frozenset({"asked", "done", "refused"})
"""Nothing is done about it without a person's word."""

Purpose = Literal["post", "correction", "takedown"]
"""What a posting is for: the clip, a word that it was wrong, or the end of it."""


def may(now: DraftState, then: DraftState) -> bool:
    """Say whether a draft may move."""
    return then in MOVES[now]


def may_post(now: PostState, then: PostState) -> bool:
    """Say whether a posting may move. Nothing ever leaves done."""
    return then in POST_MOVES[now]


@dataclass(frozen=True, slots=True)
class Brief:
    """What was asked for. "" and 0 leave the choice to the house; `note` is free text.

    `ready_in` is how many seconds the clip may take from when a person last asked for it.
    """

    format: str = ""
    seconds: float = 0.0
    tone: str = ""
    lang: str = ""
    note: str = ""
    ready_in: float = 0.0


@dataclass(frozen=True, slots=True)
class Waiver:
    """An editor's word that the claims that no source holds may stand; any edit ends it.

    `claims` are those it speaks of, as `kind claim`.
    """

    by: str
    reason: str
    at: datetime
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Embargo:
    """A source's word that its news is not told before a time; `words` are its own.

    `until` is None where they cannot be read. `lifted_by` is the editor who overrode it, "" while
    it holds.
    """

    until: datetime | None
    outlet: str
    words: str
    lifted_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What editors were told after a draft was written: news by its key, and when it was."""

    keys: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """What stands beside a clip on one channel, within its limits.

    `own` is what an editor wrote for this channel, by field ("title", "caption", "alt"): it stays
    when the rest is made anew. An own caption is in `caption` with sources, credits and note.
    """

    title: str
    caption: str
    tags: tuple[str, ...] = ()
    alt: str = ""
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """One clip in the making. `items` are the reports it rests on, as they were when it was asked.

    `rev` is the fingerprint (hex sha256) of what the editors were shown, "" until there is a clip.
    `version` counts the moves: what was begun on an older version comes too late.
    `board` and `clip` are the storyboard and the clip as JSON-ready mappings. `preview` is the
    path of the small clip that can be watched before there is a `clip`, "" where there is none.
    `texts` are by channel, made together with the clip. `held` says why an approved draft is not
    posted until somebody approves it again, "" where nothing holds it. `wish` is the change that an
    editor asked for in plain words, "" where none is open: script and clip are still those before.
    """

    id: int
    story: int
    state: DraftState
    title: str
    items: tuple[Item, ...]
    brief: Brief
    asked_by: str
    made_at: datetime
    why: str = ""
    script: Script | None = None
    grounding: Grounding = Grounding()
    board: Mapping[str, Any] = field(default_factory=dict)
    clip: Mapping[str, Any] = field(default_factory=dict)
    preview: str = ""
    rev: str = ""
    version: int = 0
    tries: int = 0
    retry_at: datetime | None = None
    offered_at: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    waiver: Waiver | None = None
    texts: Mapping[str, Texts] = field(default_factory=dict)
    embargo: Embargo | None = None
    held: str = ""
    weighed: Weighed = Weighed()
    wish: str = ""
    edited_by: str = ""

    @property
    def tag(self) -> str:
        """The first letters of `rev`: what an editor types to say which clip is meant."""
        return self.rev[:6]


@dataclass(frozen=True, slots=True)
class Posting:
    """One draft on one channel, for one purpose. `key` never changes.

    `n` counts the corrections of a draft on a channel, from 1; 0 for all else. `steps` are what
    `prepare` gave so far. `due_at` is the moment before which it stays, None for at once.
    `urgent`: it passes the channel's hours. `choices` are what a person chose of what the channel
    asks. `words` are those of a correction.
    """

    draft: int
    channel: str
    key: str
    state: PostState
    steps: Mapping[str, str] = field(default_factory=dict)
    tries: int = 0
    sent_at: datetime | None = None
    retry_at: datetime | None = None
    url: str = ""
    remote_id: str = ""
    why: str = ""
    purpose: Purpose = "post"
    n: int = 0
    due_at: datetime | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    asked_by: str = ""
    urgent: bool = False
