"""What came in after a script was written, and whether it overtakes it. Pure.

A report is news to a draft where it says otherwise than a line, or where an outlet that the draft
cites takes something back. What merely goes on is none: every big story does.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.draft import Draft
from bot.ground import ground
from bot.prose.sentences import sentences, stems
from bot.prose.tongues import Tongue, fold, guess, tongue
from bot.rules._retractions import RETRACTED
from bot.rules.embargo import embargo_of, waits
from bot.story import Finding, Script
from bot.trends.morgue import owner_of
from sources import Item

__all__ = ["News", "fresh", "news_of"]

ALIKE = 3  # words of content that two sentences about one thing share at least
KINDS = ("number", "date", "negation")  # others who do the like contradict nobody
OWN = 2  # of them that are not the story's common words, for two figures to be of one thing
TURNED = 0.7  # of a line's words of content, shared by what says the opposite of it
_HEAD = 400  # letters in which a report says that it corrects itself


@dataclass(frozen=True, slots=True)
class News:
    """One thing that editors should hear: `ours` is the line it concerns, `theirs` what is said.

    `key` is the same for the same words of the same report. `kind` is "otherwise" (it contradicts
    a line), "taken back" (it is a correction or a retraction), "changed" (a cited sentence no
    longer stands there) or "embargo" (it may not be told yet).
    """

    key: str
    kind: str
    outlet: str
    theirs: str
    ours: str = ""
    url: str = ""

    @property
    def told(self) -> str:
        """The same as a sentence."""
        if self.kind == "embargo":
            return f'{self.outlet} puts it under embargo: "{self.theirs}"'
        if self.kind == "taken back":
            return f'{self.outlet} corrects itself: "{self.theirs}"'
        if self.kind == "changed":
            return f'{self.outlet} changed its report: "{self.theirs}"; the clip says "{self.ours}"'
        return f'{self.outlet} now says "{self.theirs}"; the clip says "{self.ours}"'


def fresh(draft: Draft, items: Sequence[Item]) -> tuple[Item, ...]:
    """Choose the reports of a story that a draft does not rest on, or no longer in these words."""
    known = {item.id: item for item in draft.items}
    return tuple(
        item
        for item in items
        if (old := known.get(item.id)) is None
        or (old.title, old.summary) != (item.title, item.summary)
    )


def news_of(draft: Draft, item: Item) -> tuple[News, ...]:
    """Compare a draft with one report that is new, or new in its words."""
    script = draft.script
    if script is None:
        return ()
    before = next((old for old in draft.items if old.id == item.id), None)
    found = (_changed(script, before, item) if before else None, _taken_back(script, before, item))
    first = [news for news in (*found, _embargoed(item)) if news]
    otherwise = () if before or first else tuple(_otherwise(script, item, _topic(draft)))
    return (*first, *otherwise)


def _embargoed(item: Item) -> News | None:
    """Find an embargo that was not over when it came."""
    found = embargo_of([item])
    return _news("embargo", item, found.words) if found and waits(found, item.seen) else None


def _taken_back(script: Script, before: Item | None, item: Item) -> News | None:
    """Find the word of a cited outlet that it was wrong."""
    cited = {owner_of(cite.outlet) for beat in script.beats for cite in beat.cites}
    if owner_of(item.outlet) not in cited:
        return None
    for text in (item.title, item.summary[:_HEAD]):
        for sentence in sentences(text):
            if RETRACTED.search(fold(sentence)) and not (before and sentence in _all(before)):
                return _news("taken back", item, sentence)
    return None


def _changed(script: Script, before: Item, item: Item) -> News | None:
    """Find a cited sentence that stood in a report's feed and stands there no more.

    A summary that is merely cut shorter, or left out, says nothing else.
    """
    cut = item.summary.rstrip(" .…")
    if item.title == before.title and before.summary.startswith(cut):
        return None
    old, new = _all(before), _all(item)
    for beat in script.beats:
        for cite in beat.cites:
            gone = cite.item == item.id and cite.quote in old and cite.quote not in new
            if gone and (theirs := _nearest(cite.quote, item, tongue(script.lang))):
                return _news("changed", item, theirs, beat.line)
    return None


def _all(item: Item) -> str:
    return f"{item.title}\n{item.summary}"


def _nearest(quote: str, item: Item, speech: Tongue) -> str:
    """Find the sentence that took the place of another."""
    mine = stems(quote, speech)
    return max(sentences(_all(item)), key=lambda s: len(mine & stems(s, speech)), default="")


def _topic(draft: Draft) -> frozenset[str]:
    """The words that half the headlines of a story have: they tell nothing of a single sentence."""
    assert draft.script is not None
    speech = tongue(draft.script.lang or guess(item.title for item in draft.items))
    told = Counter(stem for item in draft.items for stem in stems(item.title, speech))
    return frozenset(stem for stem, times in told.items() if 2 * times >= len(draft.items))


def _otherwise(script: Script, item: Item, topic: frozenset[str]) -> Iterator[News]:
    """List the lines of which a report says otherwise, each once."""
    speech = tongue(script.lang or guess(beat.line for beat in script.beats))
    seen: set[int] = set()
    for finding in ground(script, [item]).findings:
        if finding.verdict != "contradicted" or finding.kind not in KINDS:
            continue
        if finding.beat < 0 or finding.beat in seen:
            continue
        line, theirs = script.beats[finding.beat].line, _said_against(finding)
        if _is_about(line, theirs, finding, topic, speech):
            seen.add(finding.beat)
            yield _news("otherwise", item, theirs, line)


def _said_against(finding: Finding) -> str:
    """The sentence that says otherwise, without the name of its outlet."""
    return finding.against.partition(": ")[2] or finding.source


def _is_about(
    line: str, theirs: str, finding: Finding, topic: frozenset[str], speech: Tongue
) -> bool:
    """Whether two sentences speak of one thing, the claim itself aside.

    Two figures clash where they count the same and are said of the same: "people" and "hurt". What
    is merely turned round must say nearly the same.
    """
    claim = stems(finding.claim, speech) if finding.claim != line else frozenset[str]()
    mine = {s for s in stems(line, speech) - claim if not re.fullmatch(r"\d+", s)}
    shared = mine & stems(theirs, speech)
    if len(shared) < ALIKE:
        return False
    if finding.kind in ("number", "date"):
        return len(shared - topic) >= OWN
    return len(shared) >= TURNED * len(mine)


def _news(kind: str, item: Item, theirs: str, ours: str = "") -> News:
    words = "|".join((item.id, kind, theirs, ours))
    return News(sha256(words.encode()).hexdigest()[:12], kind, item.outlet, theirs, ours, item.url)
