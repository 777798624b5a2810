"""The values that the whole bot speaks of: stories, scripts, drafts, and what may follow what.

Pure: no clock, no disk, no network. Times are aware datetimes in UTC.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sources import Item

__all__ = [
    "TAG",
    "Beat",
    "Bill",
    "Cite",
    "ClaimKind",
    "Finding",
    "Grounding",
    "Heat",
    "Phase",
    "Picture",
    "Script",
    "Story",
    "Verdict",
    "Wish",
    "fingerprint",
]

TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""A language code such as "de" or "pt-BR"."""

Phase = Literal["quiet", "candidate", "emerging", "trending", "cooling"]
Verdict = Literal["supported", "one outlet", "foreign", "disputed", "contradicted", "not found"]
"""Two outlets or more carry a claim, or one; a report in another language may carry it, which a
person must compare; some carry it and others say otherwise; all that speak of it say otherwise;
nobody speaks of it."""
ClaimKind = Literal[
    "number", "name", "date", "quote", "negation", "hedge", "comparison", "role", "line"
]


@dataclass(frozen=True, slots=True)
class Heat:
    """How hot a story is, and why.

    `score` is >= 0 and only meaningful beside other scores of the same moment. `parts` are the
    factors that made it, by name; `reason` says the same as one sentence for an editor.
    """

    score: float = 0.0
    phase: Phase = "quiet"
    parts: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One event as several outlets tell it. `items` are in order of arrival, never empty."""

    id: int
    title: str
    items: tuple[Item, ...]
    heat: Heat = Heat()
    merged_into: int | None = None

    @property
    def outlets(self) -> tuple[str, ...]:
        """The distinct outlets, first to report first."""
        return tuple(dict.fromkeys(item.outlet for item in self.items))

    @property
    def first_seen(self) -> datetime:
        """When its first item arrived."""
        return min(item.seen for item in self.items)

    @property
    def last_seen(self) -> datetime:
        """When its newest item arrived."""
        return max(item.seen for item in self.items)

    @property
    def lang(self) -> str:
        """The language most of its items are in, "" if unknown."""
        langs = [item.lang.split("-")[0].lower() for item in self.items if item.lang]
        return max(sorted(set(langs)), key=langs.count) if langs else ""


@dataclass(frozen=True, slots=True)
class Cite:
    """The sentence of a source that a beat rests on, word for word."""

    item: str
    outlet: str
    url: str
    quote: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a beat would like to show; `direct` decides. `kind` "auto" leaves it all to it.

    `data` holds what the kind needs, for example a stat's value, unit and label.
    """

    kind: Literal[
        "auto", "title", "stat", "quote", "list", "timeline", "chart", "compare", "line", "photo"
    ] = "auto"
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beat:
    """One spoken sentence, its picture wish, and the source sentences that carry it."""

    line: str
    cites: tuple[Cite, ...] = ()
    wish: Wish = Wish()
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """What a script has cost: requests to a model, their tokens, the seconds they took, and money.

    `cost` is in `currency`, None where nobody said what a token costs. `guessed` says that a server
    did not count its tokens, so that we did, by letters.
    """

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    cost: float | None = None
    currency: str = ""
    guessed: bool = False

    def plus(self, other: "Bill") -> "Bill":
        """Add what came later."""
        costs = [bill.cost for bill in (self, other) if bill.cost is not None]
        return Bill(
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            round(self.seconds + other.seconds, 2),
            sum(costs) if costs else None,
            other.currency or self.currency,
            self.guessed or other.guessed,
        )


@dataclass(frozen=True, slots=True)
class Script:
    """What will be said. `caption` is the text beside the clip; `chip` its topic in a word or two.

    `writer` names who wrote it; `notes` are what an editor should know about how. `bill` is what a
    model took for it, None where none was asked.
    """

    format: str
    headline: str
    lang: str
    tone: str
    beats: tuple[Beat, ...]
    chip: str = ""
    caption: str = ""
    hashtags: tuple[str, ...] = ()
    writer: str = ""
    notes: tuple[str, ...] = ()
    bill: Bill | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be shown: a file of ours, who made it, and what grants its use.

    `credit` is what is burnt in, ready to be read. `alt` says what is seen; it is how a picture is
    matched to a beat. `item` is the item that it came with. A picture that was searched for has no
    item: `found_by` names its finder. `shows` are the persons and places, as the script names them,
    that it is surely of; `others` are the persons of the script that it is not of, where its
    caption names anybody. `page` is where it is published, `taken` the year it was, 0 if unknown.
    `people` tells whether somebody is on it, None if nobody knows. Width and height are pixels.
    """

    path: str
    width: int
    height: int
    credit: str
    licence: str
    alt: str = ""
    item: str = ""
    found_by: str = ""
    shows: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    page: str = ""
    title: str = ""
    creator: str = ""
    licence_url: str = ""
    people: bool | None = None
    taken: int = 0

    def rights(self) -> dict[str, str]:
        """What travels with the picture into the clip and its sidecars; what is unknown is not."""
        told = {
            "credit": self.credit,
            "licence": self.licence,
            "licence_url": self.licence_url,
            "page": self.page,
            "title": self.title,
            "creator": self.creator,
        }
        return {key: value for key, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Finding:
    """One checked claim of one beat (0-based): its words, its kind, and the best source sentence.

    `kind` "line" is the sentence as a whole. `source` and `outlet` carry the claim, or come nearest
    to it; `against` is "outlet: sentence" of who says otherwise, "" where nobody does.
    """

    beat: int
    claim: str
    kind: ClaimKind
    verdict: Verdict
    source: str = ""
    outlet: str = ""
    against: str = ""


@dataclass(frozen=True, slots=True)
class Grounding:
    """Every claim of a script against its sources."""

    findings: tuple[Finding, ...] = ()

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The claims that no source holds, or that sources contradict: they keep a draft back."""
        return tuple(f for f in self.findings if f.verdict in ("not found", "contradicted"))

    @property
    def foreign(self) -> tuple[Finding, ...]:
        """The claims that rest on reports in another language: a person must compare them."""
        return tuple(f for f in self.findings if f.verdict == "foreign")

    @property
    def disputes(self) -> tuple[Finding, ...]:
        """The claims on which outlets differ: told with the offer."""
        return tuple(f for f in self.findings if f.verdict == "disputed")


def fingerprint(
    script: Script, clip: Mapping[str, Any], channels: Sequence[str], texts: Mapping[str, Any]
) -> str:
    """Hash what an approval binds to (hex sha256).

    That is the words, the pictures, where they go, and the `texts` (dataclasses) of each channel.
    """
    files = [file["sha256"] for file in (clip, clip.get("clean")) if file]
    beside = {name: asdict(words) for name, words in texts.items()}
    shown = [asdict(replace(script, bill=None)), files, sorted(channels), beside]
    text = json.dumps(shown, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
