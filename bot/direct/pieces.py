"""Beats into the words of single shots: where a long line may be parted. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.prose.claims import quotations
from bot.prose.figures import numbers
from bot.prose.sentences import length, speaking_s, words
from bot.prose.tongues import Tongue, fold
from bot.prose.wording import is_report
from bot.story import Beat, Script

__all__ = ["Piece", "parted", "pieces_of"]

FIRST_CUT_S = 4.0  # a first shot longer than this loses people
LONGEST_S = 5.2
QUOTE_S = 8.0  # a voice is not cut off from its speaker
SHOTS_A_MINUTE = 12
_DASHES = ("-", "–", "—")


@dataclass(frozen=True, slots=True)
class Piece:
    """The words of one shot: a whole beat, or one side of it."""

    beat: int
    line: str
    whole: bool


def pieces_of(script: Script, speech: Tongue) -> list[Piece]:
    """Part the long beats, and then the longest of the rest until the pace is right."""
    limits = [FIRST_CUT_S, *[LONGEST_S] * (len(script.beats) - 1)]
    pieces: list[Piece] = []
    for n, (beat, limit) in enumerate(zip(script.beats, limits, strict=True)):
        most = QUOTE_S if n and beat.wish.kind == "quote" else limit
        long = speaking_s(beat.line) > most and not _is_report(beat, script.lang)
        parts = parted(beat.line, speech) if long else (beat.line,)
        pieces += [Piece(n, part, len(parts) == 1) for part in parts]
    total = sum(speaking_s(p.line) for p in pieces)
    while len(pieces) < total / 60 * SHOTS_A_MINUTE:
        at = max(range(len(pieces)), key=lambda n: speaking_s(pieces[n].line) * pieces[n].whole)
        parts = parted(pieces[at].line, speech)
        report = _is_report(script.beats[pieces[at].beat], script.lang)
        if report or not pieces[at].whole or len(parts) == 1:
            break
        pieces[at : at + 1] = [Piece(pieces[at].beat, part, False) for part in parts]
    return pieces


def _is_report(beat: Beat, lang: str) -> bool:
    """Tell whether a beat says who reports a story: there is but one thing to show."""
    return bool(beat.cites) and is_report(beat.line, beat.cites[0].outlet, lang)


def parted(line: str, speech: Tongue) -> tuple[str, ...]:
    """Part a line in two where a speaker would breathe, nearest its middle; whole if nowhere.

    Never inside a quotation or a name, never between a figure and what it counts, and never with
    fewer than three words on a side. Joined by a space the parts are the line; in scripts without
    spaces they are it as they stand.
    """
    best, cost = 0, 0.25  # of the line's length: how far off the middle a cut may be
    for at, weight in _breaths(line, speech):
        left, right = line[:at].rstrip(), line[at:].lstrip()
        if min(length(left), length(right)) < 3:
            continue
        off = abs(length(left) / length(line) - 0.5) + weight
        if off < cost:
            best, cost = at, off
    return (line[:best].rstrip(), line[best:].lstrip()) if best else (line,)


def _breaths(line: str, speech: Tongue) -> Iterator[tuple[int, float]]:
    """Yield the places where a line may be parted, and what each costs: a comma is free."""
    quoted = [(q.start, q.end) for q in quotations(line)]
    figures = [(n.start, n.end + len(n.noun) + 2) for n in numbers(line, speech)]
    for at, letter in enumerate(line[:-1], 1):
        closed = letter in "，、；：。"
        if not (letter == " " or closed) or any(a < at < b for a, b in (*quoted, *figures)):
            continue
        before, after = line[:at].rstrip(), words(line[at:])
        if line[at:].lstrip()[:1] in _DASHES:
            continue  # a dash stays with what stands before it
        if before.endswith(" -") or before[-1:] in ",;:–—，、；：。":
            yield at, 0.0
        elif after and fold(after[0]) in speech.stop and not _is_small(words(before)[-1:], speech):
            yield at, 0.1 + 0.1 * (fold(after[0]) in ("of", "de", "du", "del", "da", "do", "von"))


def _is_small(found: Sequence[str], speech: Tongue) -> bool:
    return not found or fold(found[0]) in speech.stop
