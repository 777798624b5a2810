"""Claims that no source holds keep a draft back until an editor mends or allows them. Pure."""

from collections.abc import Iterable, Sequence

from bot.draft import Draft, Waiver
from bot.story import Finding, Grounding

__all__ = ["allowed", "blocked", "claims_of", "told", "unfounded"]

_TOLD = 3  # claims that are spelled out
_QUOTED = 110  # letters of the nearest sentence


def claims_of(grounding: Grounding) -> tuple[str, ...]:
    """Name the claims that keep a draft back, as a waiver names them."""
    return tuple(dict.fromkeys(f"{f.kind} {f.claim}" for f in grounding.problems))


def unfounded(draft: Draft) -> tuple[Finding, ...]:
    """List the claims that keep a draft back: those that nobody allowed."""
    allowed = draft.waiver.claims if draft.waiver else ()
    return tuple(f for f in draft.grounding.problems if f"{f.kind} {f.claim}" not in allowed)


def blocked(number: int, problems: Sequence[Finding]) -> str:
    """Say which claims keep draft `number` back, and the ways out."""
    line = next((f.beat + 1 for f in problems if f.beat >= 0), 0)
    edits = f"`edit {number} line {line}: ...` or `edit {number} drop line {line}`" if line else ""
    edits = edits or f"`edit {number} headline: ...` or `edit {number} caption: ...`"
    ways = f"Say {edits}, `override {number} REASON`, or `reject {number} REASON`"
    count = "a claim is" if len(problems) == 1 else f"{len(problems)} claims are"
    return f"{count} not in the sources: {told(problems)}. {ways}"


def told(problems: Sequence[Finding]) -> str:
    """Say which claims no source holds, the first few at length."""
    more = f"; and {len(problems) - _TOLD} more" if len(problems) > _TOLD else ""
    return "; ".join(map(_told, problems[:_TOLD])) + more


def allowed(waiver: Waiver, claims: Iterable[str]) -> str:
    """Say who let claims stand, and why."""
    count = len(tuple(claims))
    said = "1 claim is" if count == 1 else f"{count} claims are"
    return f"{said} not in the sources; allowed by {waiver.by}: {waiver.reason}"


def _told(finding: Finding) -> str:
    where = f"line {finding.beat + 1}" if finding.beat >= 0 else "headline or caption"
    nearest = finding.against or (
        f"{finding.outlet}: {finding.source}" if finding.outlet else finding.source
    )
    what = f'{where}, {finding.kind} "{_cut(finding.claim)}" is {finding.verdict}'
    return what + (f' (nearest: "{_cut(nearest)}")' if nearest else "")


def _cut(text: str) -> str:
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rsplit(None, 1)[0]} ..."
