"""What a judge is asked about a script, and what its opinions mean for it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.judges import Opinion
from bot.story import Finding, Grounding, Script

__all__ = ["Question", "questions", "ruled"]

_MOST = 4  # source sentences for a line
_SHOWN = 90  # letters of a line in a note


@dataclass(frozen=True, slots=True)
class Question:
    """One source sentence and the line of beat `beat` (0-based).

    `outlet` is "" for all cited sentences taken together: a line may join several.
    """

    beat: int
    premise: str
    line: str
    outlet: str


def questions(script: Script, grounding: Grounding) -> tuple[Question, ...]:
    """Ask of each line that claims something: its cited sentences, and the best one found."""
    return tuple(q for n in range(len(script.beats)) for q in _of_beat(n, script, grounding))


def _of_beat(n: int, script: Script, grounding: Grounding) -> Iterator[Question]:
    beat, found = script.beats[n], [f for f in grounding.findings if f.beat == n]
    if not found:
        return
    named = [(cite.quote, cite.outlet) for cite in beat.cites]
    best = [(f.source, f.outlet) for f in found if f.kind == "line" and f.source]
    sentences = list(dict.fromkeys(named + best))[:_MOST]
    yield from (Question(n, quote, beat.line, outlet) for quote, outlet in sentences)
    if len(named) > 1:
        yield Question(n, " ".join(quote for quote, _ in named), beat.line, "")


def ruled(
    script: Script,
    grounding: Grounding,
    asked: Sequence[Question],
    opinions: Sequence[Opinion],
    alarm: float,
    doubt: float,
) -> tuple[Grounding, tuple[str, ...]]:
    """Add what the opinions say: findings where a line is denied, notes where nothing says it."""
    findings, notes = list(grounding.findings), []
    heard = list(zip(asked, opinions, strict=True))
    for n, beat in enumerate(script.beats):
        mine = [(question, opinion) for question, opinion in heard if question.beat == n]
        if not mine:
            continue
        said, best = max(mine, key=lambda pair: pair[1].entails)
        denied, worst = max((p for p in mine if p[0].outlet), key=lambda p: p[1].contradicts)
        if worst.contradicts >= alarm:
            findings.append(_denied(said if best.entails >= doubt else None, denied))
        elif best.entails < doubt:
            notes.append(f"the judge doubts that a source says line {n + 1}: {_short(beat.line)}")
    return Grounding(tuple(dict.fromkeys(findings))), tuple(notes)


def _denied(said: Question | None, denied: Question) -> Finding:
    """One source denies the line; where another says it, they are at odds."""
    if said is None:
        return Finding(
            denied.beat, denied.line, "line", "contradicted", denied.premise, denied.outlet
        )
    against = f"{denied.outlet}: {denied.premise}"
    return Finding(
        said.beat, said.line, "line", "disputed", said.premise, said.outlet, against=against
    )


def _short(line: str) -> str:
    return line if len(line) <= _SHOWN else line[:_SHOWN].rsplit(" ", 1)[0] + " …"
