"""How long something may take, as people say it: "60s", "2 min", "1m30s", or plain seconds."""

import re

__all__ = ["LONGEST_S", "seconds_of", "take_span"]

LONGEST_S = 3600

_SECONDS = r"(?P<s>\d{1,5}(?:\.\d+)?)\s?(?:s|secs?|seconds?)"
_MINUTES = r"(?P<m>\d{1,4})\s?(?:m|mins?|minutes?)(?:\s?(?P<and>\d{1,2})\s?(?:s|secs?|seconds?)?)?"
_SPAN = re.compile(rf"{_SECONDS}?|{_MINUTES}", re.IGNORECASE)
_BEHIND = re.compile(rf"\s(?:ready\s+)?in\s+(?:{_SECONDS}|{_MINUTES})\s*$", re.IGNORECASE)


def seconds_of(said: str) -> float:
    """Read a span of time, 1 s to an hour. Raises ValueError that says what would be one."""
    found = _SPAN.fullmatch(said.strip())
    if not found:
        raise ValueError(f"{said[:40]!r} is no span of time such as 60s, 2m or 1m30s")
    return _checked(found)


def take_span(text: str) -> tuple[str, float]:
    """Take "in 60s" off the end of a text: what is left, and the seconds, 0 where there is none.

    A number without its unit belongs to the text. Raises ValueError.
    """
    found = _BEHIND.search(text)
    return (text[: found.start()], _checked(found)) if found else (text, 0.0)


def _checked(found: re.Match[str]) -> float:
    parts = found.groupdict(default="0")
    seconds = float(parts["s"]) + 60 * int(parts["m"]) + int(parts["and"])
    if not 1 <= seconds <= LONGEST_S:
        raise ValueError(f"{found[0].strip()!r} is not between 1 s and an hour")
    return seconds
