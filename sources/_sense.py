"""What a service answers becomes signals: opened, taken apart, cleaned, weighed.

Pure, but answers are hostile: run what uses it in the darkroom. What all senses share lies here, so
that each of them only says where its own words and numbers are.
"""

import json
import math
import re
import statistics
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any
from xml.etree import ElementTree

from sources import Signal, SourceBroken
from sources._clean import address, canonical, language, plain
from sources._document import TITLE
from sources._loose import dicts
from sources._page import is_page

__all__ = [
    "by_count",
    "by_rank",
    "count",
    "elements",
    "json_list",
    "json_object",
    "signal",
    "span",
    "spoken",
    "text",
    "usual",
]

MOST = 100  # signals of one look
LINKS = 50  # addresses of one signal
TOLD = 160  # characters
SANE = 10**12  # a larger number is no count of anything

Element = ElementTree.Element

_CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})  # which XML forbids
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+")


def json_object(body: bytes) -> Mapping[str, Any]:
    """Open an answer that is a JSON object. Raises SourceBroken, with the first words that came."""
    found = _opened(body)
    if not isinstance(found, dict):
        raise SourceBroken("the answer is not what is documented: no JSON object")
    return found


def json_list(answer: bytes, key: str = "", most: int = MOST) -> list[Mapping[str, Any]]:
    """Take the objects of a list: an answer that is one, or the list under a key of the answer.

    What is in it and no object is passed over. Raises SourceBroken where there is no list.
    """
    found = json_object(answer) if key else {"": _opened(answer)}
    if not isinstance(found.get(key), list):
        raise SourceBroken(f"the answer is not what is documented: no list {key}".rstrip())
    return list(islice(dicts(found, key), most))


def elements(body: bytes, root: str, name: str) -> list[Element]:
    """Take the elements of a name, in any namespace, out of XML of a kind. Raises SourceBroken."""
    _refuse_page(body)
    try:
        tree = ElementTree.fromstring(body.translate(None, _CONTROLS).strip())
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise SourceBroken(f"not well-formed XML: {error}; it begins with {_head(body)}") from error
    if tree.tag.rpartition("}")[2] != root:
        raise SourceBroken(f"the answer is not what is documented: no <{root}>")
    return list(islice(tree.iterfind(f".//{{*}}{name}"), MOST))


def text(element: Element, name: str) -> str:
    """Take the text of the first child of a name, in any namespace; "" if there is none."""
    return element.findtext(f"{{*}}{name}") or ""


def count(value: Any) -> int:
    """Read a count that may have come as a number or as digits; 0 for what is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        value = int(value)
    sane = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= SANE
    return int(value) if sane else 0


def signal(
    sense: str,
    title: str,
    strength: float,
    now: datetime,
    *,
    told: str,
    url: str = "",
    links: Iterable[str] = (),
    lang: str = "",
) -> Signal | None:
    """Make one signal out of foreign words and addresses; None where it has no words."""
    title = plain(title, TITLE)
    found = dict.fromkeys(canonical(safe) for link in links if (safe := address(link)))
    if not title:
        return None
    return Signal(
        sense=sense,
        title=title,
        strength=strength,
        seen=now,
        told=plain(told, TOLD),
        url=canonical(address(url)),
        links=tuple(islice(found, LINKS)),
        lang=language(lang),
    )


def by_rank(rank: int, of: int) -> float:
    """How strong a place in a list is: 1 for the first, near 0 for the last."""
    return 1 - (rank - 1) / of


def by_count(number: float, usual: float) -> float:
    """How strong a count is: a half where it is usual, 1 at ten times as much, 0 at a tenth.

    A usual count below one is taken for one.
    """
    if number <= 0:
        return 0.0
    return min(1.0, max(0.0, 0.5 + 0.5 * math.log10(number / max(1.0, usual))))


def usual(numbers: Iterable[float]) -> float:
    """What is usual in a list: its median, 0 where it is empty."""
    held = list(numbers)
    return statistics.median(held) if held else 0.0


def span(seconds: float) -> str:
    """Say a time in words: "40 minutes", "2 hours", "3 days"."""
    for unit, length in (("days", 86_400), ("hours", 3600)):
        if seconds >= 1.5 * length:
            return f"{round(seconds / length)} {unit}"
    minutes = max(1, round(seconds / 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def spoken(tag: str) -> str:
    """Part a hashtag into words where its letters show them: "#HarbourFerry" is "Harbour Ferry"."""
    return _HUMP.sub(" ", tag.lstrip("#")).strip()


def _opened(body: bytes) -> Any:
    _refuse_page(body)
    try:
        return json.loads(body, strict=False)
    except (ValueError, RecursionError) as error:
        raise SourceBroken(f"not JSON: it begins with {_head(body)}") from error


def _refuse_page(body: bytes) -> None:
    if is_page(body):
        raise SourceBroken("a web page, not the answer of a service")


def _head(body: bytes) -> str:
    return repr(plain(body[:400].decode("utf-8", "replace"), 120))
