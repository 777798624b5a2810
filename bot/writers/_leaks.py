"""Whether an answer gives away what it must not: keys, the canary, the instructions. Pure.

A model knows its instructions, and its server the key of the request. Both could be told to say
them, spelled backwards, in base64 or with a space between the letters.
"""

import base64
import re
import unicodedata
from collections.abc import Iterable, Iterator

from bot.prose.sentences import words
from bot.prose.tongues import fold

__all__ = ["leaked", "recites"]

_PIECE = 10  # letters of a secret in a row that give it away
_RUN = 7  # words of the instructions in a row that nobody says by chance


def leaked(text: str, secrets: Iterable[str]) -> bool:
    """Tell whether a text holds a secret, or a good piece of it, in any usual disguise."""
    said = _squashed(text)
    return any(piece in said for secret in secrets for piece in _pieces(secret))


def _pieces(secret: str) -> Iterator[str]:
    raw = secret.encode()
    for form in (secret, secret[::-1], base64.b64encode(raw).decode(), raw.hex()):
        plain = _squashed(form)
        for at in range(max(1, len(plain) - _PIECE + 1)):
            if len(piece := plain[at : at + _PIECE]) >= min(_PIECE, 6):
                yield piece


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).casefold()


def recites(text: str, rules: str, reports: Iterable[str]) -> bool:
    """Tell whether a text says a run of the instructions that stands in no report."""
    ours, known = _runs(rules), _runs(" ".join(reports))
    return bool((_runs(text) & ours) - known)


def _runs(text: str) -> set[tuple[str, ...]]:
    said = [fold(word) for word in words(text)]
    return {tuple(said[at : at + _RUN]) for at in range(len(said) - _RUN + 1)}
