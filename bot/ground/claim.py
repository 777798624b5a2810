"""One claim of a script, who carries it, who says otherwise, and the verdict. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.ground.library import Sentence, voices
from bot.story import ClaimKind, Finding, Verdict

__all__ = ["Claim", "found"]

SAME_TIME = timedelta(minutes=30)  # what is older than that when a new word comes was overtaken


@dataclass(frozen=True, slots=True)
class Claim:
    """What a line claims, and the sentences that carry it or say otherwise, the nearest first.

    `open` marks a claim that a person must compare: nobody can be said to carry it.
    """

    text: str
    kind: ClaimKind
    held: tuple[Sentence, ...] = ()
    against: tuple[Sentence, ...] = ()
    open: bool = False


def found(beat: int, claim: Claim, best: Sentence | None) -> Finding:
    """Judge a claim. `best` is the sentence to show where nobody carries it or denies it."""
    against = _standing(claim) if claim.held else list(claim.against)
    verdict = _verdict(claim, against)
    shown = next(iter((*claim.held, *against)), best)
    if best in claim.held:
        shown = best
    told = f"{against[0].outlet}: {against[0].text}" if against else ""
    text, outlet = (shown.text, shown.outlet) if shown else ("", "")
    return Finding(beat, claim.text, claim.kind, verdict, text, outlet, told)


def _verdict(claim: Claim, against: Iterable[Sentence]) -> Verdict:
    if claim.open:
        return "foreign"
    if any(True for _ in against):
        return "disputed" if claim.held else "contradicted"
    count = len(voices(claim.held))
    return "supported" if count > 1 else "one outlet" if count else "not found"


def _standing(claim: Claim) -> list[Sentence]:
    """Keep who says otherwise at about the time of those who carry a claim, or later.

    An outlet that also carries the claim has corrected itself, and an old word that newer reports
    replaced is no dispute. The newest word comes first.
    """
    said = min(s.at for s in claim.held)
    mine = {s.voice for s in claim.held}
    late = [s for s in claim.against if s.at >= said - SAME_TIME and s.voice not in mine]
    return sorted(late, key=lambda s: s.at, reverse=True)
