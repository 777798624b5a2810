"""Beats into the words between two cuts: where a line may be cut under the voice. Pure.

A line is spoken in one breath; only its picture changes. So a cut needs no pause, but it reads
best where a speaker would make one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.prose.claims import quotations
from bot.prose.figures import numbers
from bot.prose.sentences import length, speaking_s, words
from bot.prose.tongues import Tongue, fold
from bot.prose.wording import is_report
from bot.story import Beat, Script

__all__ = ["Piece", "cut", "pieces_of"]

FIRST_S = 1.9  # the hook's first picture changes about here, and surely before 2.5 s
FIRST_LEAST_S, FIRST_MOST_S = 1.6, 2.3  # a headline wants to be read
REST_S = 1.0  # what is left of the hook for its second picture, at least
HELD = ("quote", "list", "timeline", "chart", "compare", "line")  # cards that unfold as it is said
STAT_S = 5.6  # a figure that counts up may stand a little longer
SHOTS_A_MINUTE = 14
PACE: Mapping[str, float] = {"urgency": 3.4, "tension": 4.0, "loneliness": 5.2, "innocence": 4.6}
LONGEST_S = 4.2  # of the other tones
_DASHES = ("-", "–", "—")


@dataclass(frozen=True, slots=True)
class Piece:
    """The words of one picture: a whole beat, or a part of it from `char` of its line on."""

    beat: int
    line: str
    char: int = 0
    whole: bool = True


def pieces_of(script: Script, speech: Tongue) -> list[Piece]:
    """Cut the hook early and the long beats, then the longest of the rest until the pace is right.

    The tone sets how long a picture may stand.
    """
    first, *rest = script.beats
    pieces = list(_opened(Piece(0, first.line), speech))
    for n, beat in enumerate(rest, 1):
        most = STAT_S if beat.wish.kind == "stat" else PACE.get(script.tone, LONGEST_S)
        piece = Piece(n, beat.line)
        pieces += [piece] if _is_one(beat, script.lang) else _shortened(piece, most, speech)
    total = sum(speaking_s(beat.line) for beat in script.beats)
    while len(pieces) < total / 60 * SHOTS_A_MINUTE:
        at = max(range(len(pieces)), key=lambda n: speaking_s(pieces[n].line) * pieces[n].whole)
        halves = _halved(pieces[at], speech)
        if _is_one(script.beats[pieces[at].beat], script.lang) or len(halves) == 1:
            break
        if not pieces[at].whole:
            break
        pieces[at : at + 1] = halves
    return pieces


def _is_one(beat: Beat, lang: str) -> bool:
    """Tell whether there is but one thing to show: a card that unfolds, or who reports it."""
    return beat.wish.kind in HELD or (
        bool(beat.cites) and is_report(beat.line, beat.cites[0].outlet, lang)
    )


def _opened(hook: Piece, speech: Tongue) -> tuple[Piece, ...]:
    """Cut the hook where the eye wants the first change, wherever the words allow it."""
    total = speaking_s(hook.line)
    if total < FIRST_MOST_S:
        return (hook,)
    high = min(FIRST_MOST_S, total - REST_S) / total
    low = min(FIRST_LEAST_S / total, 0.7 * high)
    at = 0
    for least in (low, 0.6 * low):  # rather early than never
        at = at or cut(hook.line, speech, FIRST_S / total, least, high, anywhere=True)
    left, right = _parts(hook, at) if at else (hook, None)
    return (left, *_shortened(right, LONGEST_S, speech)) if right else (left,)


def _shortened(piece: Piece, most: float, speech: Tongue) -> tuple[Piece, ...]:
    """Halve a piece until none takes longer than `most` seconds, or no cut is left."""
    halves = _halved(piece, speech) if speaking_s(piece.line) > most else (piece,)
    if len(halves) == 1:
        return halves
    return tuple(part for half in halves for part in _shortened(half, most, speech))


def _halved(piece: Piece, speech: Tongue) -> tuple[Piece, ...]:
    at = cut(piece.line, speech)
    return _parts(piece, at) if at else (piece,)


def _parts(piece: Piece, at: int) -> tuple[Piece, Piece]:
    left, right = piece.line[:at].rstrip(), piece.line[at:].lstrip()
    begins = piece.char + len(piece.line) - len(right)
    return Piece(piece.beat, left, piece.char, False), Piece(piece.beat, right, begins, False)


def cut(
    line: str,
    speech: Tongue,
    aim: float = 0.5,
    low: float = 0.3,
    high: float = 0.7,
    anywhere: bool = False,
) -> int:
    """Find where to cut a line: near `aim` of its length, between `low` and `high`; 0: nowhere.

    That is where a speaker would breathe, never inside a quotation or a name, and never between a
    figure and what it counts. `anywhere` allows any other word too, if there is no better place.
    Each side keeps three words, two where it may be anywhere.
    """
    best, cost = 0, 1.0
    for at, weight in _breaths(line, speech, anywhere):
        left, right = line[:at].rstrip(), line[at:].lstrip()
        if min(length(left), length(right)) < 3 - anywhere:
            continue
        share = length(left) / length(line)
        if low <= share <= high and abs(share - aim) + weight < cost:
            best, cost = at, abs(share - aim) + weight
    return best


def _breaths(line: str, speech: Tongue, anywhere: bool) -> Iterator[tuple[int, float]]:
    """Yield the places where a line may be cut, and what each costs: a comma is free."""
    quoted = [(q.start, q.end) for q in quotations(line)]
    figures = [(n.start, n.end + len(n.noun) + 2) for n in numbers(line, speech)]
    for at, letter in enumerate(line[:-1], 1):
        closed = letter in "，、；：。" or (anywhere and "\u3040" <= letter <= "\u9fff")
        if not (letter == " " or closed) or any(a < at < b for a, b in (*quoted, *figures)):
            continue
        before, after = line[:at].rstrip(), words(line[at:])
        if line[at:].lstrip()[:1] in _DASHES:
            continue  # a dash stays with what stands before it
        small = _is_small(words(before)[-1:], speech)
        if before.endswith(" -") or before[-1:] in ",;:–—，、；：。":
            yield at, 0.0
        elif after and fold(after[0]) in speech.stop and not small:
            yield at, 0.1 + 0.1 * (fold(after[0]) in ("of", "de", "du", "del", "da", "do", "von"))
        elif anywhere:
            yield at, 0.3 + 0.1 * small


def _is_small(found: Sequence[str], speech: Tongue) -> bool:
    return not found or fold(found[0]) in speech.stop
