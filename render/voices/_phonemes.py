"""From timed phonemes to timed words: where in a sentence's phonemes does each token begin?

A sentence is not its words one after the other: figures grow, small words melt together. So each
token's own phonemes, as it is said alone, are aligned to those of the sentence. Pure.
"""

from collections.abc import Sequence

__all__ = ["beginnings"]

GAP, WRONG = 1.0, 1.2  # what a phoneme costs that has no partner, or another for a partner
LIKENESS = 0.5  # of the tokens' phonemes; with fewer equal the two do not belong together


def beginnings(
    said: Sequence[tuple[str, float]], alone: Sequence[Sequence[str]]
) -> tuple[float, ...] | None:
    """Find when each token begins, in the unit of `said`: (phoneme, start), in order.

    `alone` has the phonemes of each token by itself. None where the two are not alike.
    """
    flat = [phoneme for token in alone for phoneme in token]
    partners = _partners(flat, [phoneme for phoneme, _ in said])
    alike = sum(p >= 0 and said[p][0] == own for p, own in zip(partners, flat, strict=True))
    if not said or alike < LIKENESS * max(len(flat), 1):
        return None
    found, first, last = [], 0, said[0][1]
    for token in alone:
        mine = [p for p in partners[first : first + len(token)] if p >= 0]
        last = said[mine[0]][1] if mine else last
        found.append(last)
        first += len(token)
    return tuple(found)


def _partners(own: Sequence[str], said: Sequence[str]) -> list[int]:
    """Align two sequences at the least cost; -1 for those of `own` that have no partner."""
    costs = [[GAP * j for j in range(len(said) + 1)]]
    for i, mine in enumerate(own):
        row, above = [GAP * (i + 1)], costs[-1]
        for j, heard in enumerate(said):
            both = above[j] + (0.0 if mine == heard else WRONG)
            row.append(min(both, above[j + 1] + GAP, row[j] + GAP))
        costs.append(row)
    partners, i, j = [-1] * len(own), len(own), len(said)
    while i and j:
        if costs[i][j] == costs[i - 1][j] + GAP:
            i -= 1
        elif costs[i][j] == costs[i][j - 1] + GAP:
            j -= 1
        else:
            i, j = i - 1, j - 1
            partners[i] = j
    return partners
