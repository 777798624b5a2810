"""What pages and hosts say that programs may do with their texts. Pure.

We read a page, keep its text with the draft and quote from it; a writer may be a model. So we go by
`noai`, `nosnippet` (and max-snippet:0), `noarchive`, and by the TDM Reservation Protocol (W3C
community report, 2024; the opt-out of Art. 4 of the EU directive 2019/790). `noindex` and
`nofollow` speak to search engines and are not about us.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["forbidden", "reserved"]

AGENT = "wirereel"
WORDS = frozenset(("noai", "nosnippet", "noarchive", "max-snippet:0"))
_NAMED = re.compile(r"\s*([\w-]+)\s*:\s*(.*)", re.DOTALL)
_VALUED = frozenset(("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"))


def forbidden(headers: Mapping[str, str], head: Iterable[str]) -> str:
    """Say by what words an answer forbids our use; "" where it does not.

    `head` are the "name: value" lines of the page's own head.
    """
    for name, value in (*headers.items(), *_split(head)):
        word = _forbidding(name.lower(), value.lower())
        if word:
            return f"it says {word}"
    return ""


def _split(head: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in head:
        name, _, value = line.partition(": ")
        yield name, value


def _forbidding(name: str, value: str) -> str:
    if name == "tdm-reservation":
        return "tdm-reservation" if value.strip() == "1" else ""
    if name not in ("x-robots-tag", "robots", AGENT):
        return ""
    to_whom = _NAMED.fullmatch(value)
    if name == "x-robots-tag" and to_whom and to_whom[1] not in _VALUED:
        if to_whom[1] != AGENT:
            return ""
        value = to_whom[2]
    said = ("".join(word.split()) for word in value.split(","))
    return next((word for word in said if word in WORDS), "")


def reserved(body: bytes, path: str) -> bool:
    """Whether a tdmrep.json reserves a path; the first rule that fits counts.

    One that cannot be read reserves nothing, as one that is not there.
    """
    try:
        rules = json.loads(body)
    except (ValueError, RecursionError):
        return False
    for rule in rules if isinstance(rules, Sequence) else ():
        if isinstance(rule, Mapping) and _fits(str(rule.get("location", "")), path):
            return str(rule.get("tdm-reservation")) == "1"
    return False


def _fits(location: str, path: str) -> bool:
    """Match a path with a pattern as in robots.txt: "*" is anything, "$" the end, else a prefix.

    By hand, for a stranger's pattern of many stars holds a regular expression for hours.
    """
    whole, (first, *rest) = location.endswith("$"), location.removesuffix("$").split("*")
    at = len(first) if path.startswith(first) else -1
    for part in rest:
        at = path.find(part, at) + len(part) if part in path[at:] and at >= 0 else -1
    if not whole or at < 0:
        return at >= 0
    return path.endswith(rest[-1]) if rest else at == len(path)
