"""What the check of a script found, in words that are taken in at a glance. Pure."""

from collections.abc import Iterator

from bot.story import Finding, Grounding

__all__ = ["disputed", "summary", "told"]

SHOWN = 2  # disputes told with an offer; `show` has the rest
LONGEST = 160  # letters of a sentence beside a claim


def summary(grounding: Grounding) -> str:
    """Say in a line how a script stands to its sources."""
    claims, problems = len(grounding.findings), len(grounding.problems)
    lines = len({finding.beat for finding in grounding.foreign if finding.beat >= 0})
    if problems:
        said = f"{problems} of {claims} claims are NOT in the sources."
    elif lines:
        said = f"None of {claims} claims is missing in the sources."
    else:
        said = f"All {claims} claims are in the sources."
    if count := len(grounding.disputes):
        said += f" {count} disputed between outlets."
    if lines:
        said += f" {lines} line{'s' * (lines > 1)} to compare with reports in another language."
    return said


def told(finding: Finding) -> tuple[str, ...]:
    """Tell one finding with the sentences that an editor must compare, a line each."""
    claim = f"{finding.verdict.upper()}: {finding.kind} {finding.claim!r}"
    return (claim, *_sides(finding))


def _sides(finding: Finding) -> Iterator[str]:
    if finding.source and finding.verdict in ("disputed", "foreign", "contradicted"):
        yield _short(f"{finding.outlet}: {finding.source}")
    if finding.against and finding.verdict == "disputed":
        yield _short(finding.against)


def _short(sentence: str) -> str:
    """Put the words of an outlet into quotation marks, and cut what is too long to be read."""
    outlet, _, words = sentence.partition(": ")
    cut = words if len(words) <= LONGEST else f"{words[:LONGEST].rsplit(' ', 1)[0]} …"
    return f"  {outlet}: “{cut}”"


def disputed(grounding: Grounding) -> tuple[str, ...]:
    """Tell what outlets differ on, both sides of each; the first few, and how many there are."""
    found = grounding.disputes
    lines = [line for finding in found[:SHOWN] for line in told(finding)]
    more = len(found) - SHOWN
    return (*lines, f"and {more} more disputed") if more > 0 else tuple(lines)
