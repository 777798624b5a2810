"""LinkedIn's "little text": what it takes as a sign of its own is escaped. Pure.

Source, read in November 2026: learn.microsoft.com/linkedin, "Little Text Format".
"""

import re

from publish._limits import LINK, TAG

__all__ = ["little"]

_SIGNS = re.compile(r"[\\|{}@\[\]()<>#*_~]")


def little(text: str) -> str:
    """Escape a text; its hashtags become LinkedIn's own, outside of links."""
    links = [match.span() for match in LINK.finditer(text)]
    done, at = "", 0
    for tag in TAG.finditer(text):
        if any(start <= tag.start() < end for start, end in links):
            continue
        done += _escaped(text[at : tag.start()]) + rf"{{hashtag|\#|{_escaped(tag[0][1:])}}}"
        at = tag.end()
    return done + _escaped(text[at:])


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\g<0>", text)
