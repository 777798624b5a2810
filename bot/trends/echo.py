"""What the senses heard of a story: searches, votes, shares. An echo is no outlet.

A topic echoes in the one story that it means: the story whose report it links to, or else the one
that holds most of the live reports that have its words. A topic whose words are all over the wire
("election") means none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.trends.morgue import Morgue
from bot.trends.text import clean_title, keywords
from sources import Signal

__all__ = ["Echoes"]

FADES = timedelta(hours=6)  # a sense that fell silent says nothing any more
HELD = 0.6  # of a topic's words, by rarity, that a report must have
MEANT = 0.5  # more than this part of the reports with a topic's words must lie in one story


class Echoes:
    """What each source of signals said last."""

    def __init__(self) -> None:
        self._said: dict[str, Sequence[Signal]] = {}

    def __bool__(self) -> bool:
        return any(self._said.values())

    def hear(self, source: str, signals: Iterable[Signal]) -> None:
        """Take what a source says now for all that it says."""
        self._said[source] = tuple(signals)

    def by_story(
        self, morgue: Morgue, homes: Mapping[str, int], now: datetime
    ) -> dict[int, tuple[Signal, ...]]:
        """The signals that mean a story, strongest first. `homes` maps addresses to stories."""
        found: defaultdict[int, list[Signal]] = defaultdict(list)
        for signals in self._said.values():
            for signal in signals:
                if now - signal.seen <= FADES and (story := _meant(signal, morgue, homes)):
                    found[story].append(signal)
        return {
            story: tuple(sorted(signals, key=lambda s: (-s.strength, s.sense, s.title)))
            for story, signals in found.items()
        }


def _meant(signal: Signal, morgue: Morgue, homes: Mapping[str, int]) -> int | None:
    """The story that a signal means, if it means one."""
    linked = Counter(homes[link] for link in (*signal.links, signal.url) if link in homes)
    if linked:
        return min(linked, key=lambda story: (-linked[story], story))
    held = Counter(clip.story for clip in morgue.holding(_terms(signal), HELD))
    story, most = max(held.items(), key=lambda pair: (pair[1], -pair[0]), default=(0, 0))
    return story if most > MEANT * held.total() else None


def _terms(signal: Signal) -> frozenset[str]:
    return keywords(clean_title(signal.title))
