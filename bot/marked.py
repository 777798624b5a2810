"""A text that is built together with its marks: what is bold, what is typed, what is a link.

Pure. A mark is only ever made here, over a stretch that this house chose: foreign text goes in as
it is and stays plain, whatever characters it has.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bot.chat import Mark

__all__ = ["Marked", "bold", "code", "joined", "link"]


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and its marks; offsets in code points."""

    text: str = ""
    marks: tuple[Mark, ...] = ()

    def __add__(self, other: "Marked | str") -> "Marked":
        tail = Marked(other) if isinstance(other, str) else other
        by = len(self.text)
        moved = (replace(m, start=m.start + by, end=m.end + by) for m in tail.marks)
        return Marked(self.text + tail.text, (*self.marks, *moved))

    def __radd__(self, other: str) -> "Marked":
        return Marked(other) + self


def bold(text: str) -> Marked:
    """Make what a person should see first."""
    return Marked(text, (Mark(0, len(text), "bold"),) if text else ())


def code(text: str) -> Marked:
    """Make what a person may type as it stands."""
    return Marked(text, (Mark(0, len(text), "code"),) if text else ())


def link(url: str, text: str = "") -> Marked:
    """Make a link, shown as `text` or as its address; anything but http(s) stays plain."""
    shown = text or url
    if not _is_web(url):
        return Marked(shown)
    return Marked(shown, (Mark(0, len(shown), "link", url),))


def joined(lines: Iterable[Marked | str], by: str = "\n") -> Marked:
    """Put lines together."""
    whole = Marked()
    for n, line in enumerate(lines):
        whole = whole + (by if n else "") + line
    return whole


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    known = parts.scheme in ("http", "https") and bool(parts.hostname)
    return known and url.isprintable() and not set(url) & set(' "<>`\\')
