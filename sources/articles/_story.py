"""Whether a text tells what a headline says: consent and log-in pages are long, too. Pure."""

import re

__all__ = ["tells"]

SHARE = 0.3  # of the headline's words
STEM = 5  # letters: the rest is inflection

_WORD = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]{4,}|\d{2,}")
_PAIR = re.compile(r"(?=([\u3040-\u30ff\u3400-\u9fff]{2}))")  # of letters that are words


def tells(text: str, title: str) -> bool:
    """Say whether a text holds three words in ten of a headline; one without words, it does."""
    heard, title = text.casefold(), title.casefold()
    words = {word[:STEM] for word in _WORD.findall(title)} | set(_PAIR.findall(title))
    return not words or sum(word in heard for word in words) >= SHARE * len(words)
