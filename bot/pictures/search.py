"""Asking the finders: all at once, for no longer than there is time, about what may be shown."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.direct.likeness import Told, shows
from bot.prose.sensitive import sensitive
from bot.prose.tongues import tongue
from bot.story import Picture, Script
from sources.pictures import Finder, FinderError, Found, Query, allowed

__all__ = ["Lead", "leads"]

MOST_NAMES = 4  # each of them is a question to every finder
MOST_ANSWERS = 12  # looked through of one answer
MOST_OF_ONE = 2  # pictures of one person or place
MOST_LEADS = 6
GRACE_S = 0.5  # for a finder to end once its time is over


@dataclass(frozen=True, slots=True)
class Lead:
    """A picture that a finder has, and whom or what of the script it shows."""

    finder: str
    found: Found
    shows: tuple[str, ...]

    def picture(self) -> Picture:
        """The picture as it would be, but for its file."""
        found = self.found
        return Picture(
            path="",
            width=0,
            height=0,
            credit=found.credit,
            licence=found.licence,
            alt=found.caption,
            found_by=self.finder,
            shows=self.shows,
            page=found.page,
            title=found.title,
            creator=found.creator,
            licence_url=found.licence_url,
            people=found.people,
            taken=found.taken,
        )


async def leads(
    finders: Sequence[Finder],
    script: Script,
    known: Told,
    allow: Collection[str],
    smallest: int,
    within_s: float,
) -> tuple[tuple[Lead, ...], list[str]]:
    """Search for what the script names; answers what fits, best first, and notes.

    Stock pictures are not even searched where a story is sensitive: a stranger in them would
    stand for a victim or a culprit.
    """
    names = tuple(known.names)[:MOST_NAMES]
    texts = (script.headline, *(beat.line for beat in script.beats))
    grave = sensitive(texts, tongue(script.lang))
    asked = [finder for finder in finders if not (grave and finder.stock)]
    if not names or not asked:
        return (), []
    answers, notes = await _answers(asked, names, script.lang, within_s)
    return choose(answers, known, allow, smallest), notes


def choose(
    answers: Iterable[tuple[str, Found]],
    known: Told,
    allow: Collection[str],
    smallest: int,
) -> tuple[Lead, ...]:
    """Choose among (finder, picture): allowed, large enough, surely of one that is named. Pure.

    The order of the answers is kept; of nobody there are more than two, in all no more than six.
    """
    chosen: dict[str, Lead] = {}
    for finder, found in answers:
        sides = min(found.width, found.height)
        if not allowed(found.licence, allow) or 0 < sides < smallest:
            continue
        of = shows(found.caption, found.taken, known)
        fresh = [name for name in of if sum(name in c.shows for c in chosen.values()) < MOST_OF_ONE]
        if fresh and len(chosen) < MOST_LEADS:
            chosen.setdefault(found.url or found.file, Lead(finder, found, of))
    return tuple(chosen.values())


async def _answers(
    finders: Sequence[Finder], names: Sequence[str], lang: str, within_s: float
) -> tuple[list[tuple[str, Found]], list[str]]:
    """Ask every finder for every name; answers come in the order of names, then of finders."""
    asked = {
        asyncio.create_task(finder.find(Query(name, lang), MOST_ANSWERS)): finder.name
        for name in names
        for finder in finders
    }
    try:
        await asyncio.wait(asked, timeout=within_s)
    finally:
        late = [task for task in asked if not task.done()]
        for task in late:
            task.cancel()
    if late:
        await asyncio.wait(late, timeout=GRACE_S)
    notes = [f"{asked[task]} did not answer within {within_s:g} s" for task in late]
    answers: list[tuple[str, Found]] = []
    for task, finder in asked.items():
        try:
            answers += [(finder, found) for found in ([] if task in late else task.result())]
        except FinderError as error:
            notes.append(f"{finder}: {error}")
    return answers, list(dict.fromkeys(notes))
