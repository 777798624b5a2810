"""What strangers say of a picture, made fit to keep and to burn in."""

import re
from collections.abc import Mapping
from typing import Any

from sources._clean import plain
from sources._loose import string
from sources.pictures._licence import spelled

__all__ = ["CAPTION", "credit", "line", "number", "said", "year"]

CAPTION, TITLE, CREATOR = 300, 160, 48  # characters kept
_FILE = re.compile(r"(?i)^file:|\.(?:jpe?g|png|webp|tiff?|gif)$")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


def said(found: Mapping[str, Any], *keys: str, cap: int = TITLE) -> str:
    """Take the first of the keys that holds a text, as plain text of at most `cap` characters."""
    return plain(string(found, *keys), cap)


def line(title: str) -> str:
    """Make the name of a file a title: "File:Old_pier.jpg" is "Old pier"."""
    return " ".join(_FILE.sub("", title.strip()).replace("_", " ").split())


def credit(creator: str, by: str, licence: str = "") -> str:
    """Say who made a picture and by what right it is shown: "Photo: A. Lens / CC BY 4.0".

    `by` is who gave it to us, where that must be said or nobody else is known.
    """
    maker = plain(creator, CREATOR)
    parts = (maker, by if by != maker else "", spelled(licence))
    return "Photo: " + " / ".join(part for part in parts if part)


def number(found: Mapping[str, Any], key: str) -> int:
    """Take a size in pixels, 0 where it is none."""
    value = found.get(key)
    sane = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1_000_000
    return int(value) if sane and value is not None else 0


def year(text: str) -> int:
    """Find the year in a date as people write them, 0 if there is none."""
    found = _YEAR.search(text)
    return int(found[1]) if found else 0
